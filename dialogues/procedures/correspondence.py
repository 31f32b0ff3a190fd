"""The outbox: messages are queued inside the act that causes them and leave when a secretary sends them."""

from __future__ import annotations

from collections.abc import Iterable
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from dialogues.models import AgendaRelease, Appointment, Edition, OutgoingMessage, Registration
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, not_a_secretary, refuse_for


def readers_of_agenda(edition: Edition) -> Iterable[User]:
    """Who is told of the agenda: participants on the list and the focal points, as far as they have an account."""
    participants = Registration.objects.live().filter(edition=edition)
    focal_points = Appointment.objects.current().filter(dialogue=edition.dialogue, role__in=Appointment.FOCAL_POINTS)
    told = Q(person__in=participants.values("person")) | Q(person__in=focal_points.values("person"))
    return User.objects.filter(told, is_active=True).order_by("pk")


def announce(release: AgendaRelease) -> list[OutgoingMessage]:
    """Queue one message a reader, in the reader's language, saying that this release is there (workflows §4.3 rule 3)."""
    first = not AgendaRelease.objects.filter(edition=release.edition).exclude(pk=release.pk).exists()
    by_language = {}
    for lang, _name in settings.LANGUAGES:
        with override(lang):
            about = {
                "edition": release.edition,
                "release": release,
                "is_first": first,
                "address": settings.PUBLIC_BASE_URL + release.edition.get_absolute_url() + "agenda/",
            }
            by_language[lang] = (
                render_to_string("dialogues/correspondence/agenda_subject.txt", about).strip(),
                render_to_string("dialogues/correspondence/agenda.txt", about),
            )
    return OutgoingMessage.objects.bulk_create(
        [
            OutgoingMessage(
                key=f"agenda-{release.pk}-{reader.pk}",
                edition=release.edition,
                recipient=reader,
                lang=reader.language,
                subject=by_language[reader.language][0],
                text=by_language[reader.language][1],
                queued_at=clock.now(),
            )
            for reader in readers_of_agenda(release.edition)
        ]
    )


def send_reasons(edition: Edition, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, edition.dialogue)
    if not edition.messages.unsent().exists():
        reasons.append(Reason(_("The outbox is empty.")))
    return reasons


def send_messages(*, edition: Edition, by: User) -> int:
    """Send what waits in the outbox, one after the other; give back how many left.

    Each message is locked, sent and marked in a transaction of its own, so that a failure or a second press neither
    loses nor doubles the others. A bad address keeps its message in the outbox with the reason.
    """
    refuse_for(send_reasons(edition, by))
    sent = 0
    connection = get_connection()
    for pk in edition.messages.unsent().values_list("pk", flat=True):
        with transaction.atomic():
            message = OutgoingMessage.objects.select_for_update(skip_locked=_can_skip_locked()).unsent().filter(pk=pk).first()
            if message is None:
                continue
            try:
                EmailMessage(message.subject, message.text, to=[message.recipient.email], connection=connection).send()
            except (SMTPException, OSError) as failure:
                message.last_error = type(failure).__name__
                message.save(update_fields=["last_error"])
            else:
                message.sent_at, message.last_error = clock.now(), ""
                message.save(update_fields=["sent_at", "last_error"])
                sent += 1
    journal.write(by=by, act="sent messages", on=edition, details={"sent": sent})
    return sent


def _can_skip_locked() -> bool:
    return transaction.get_connection().features.has_select_for_update_skip_locked
