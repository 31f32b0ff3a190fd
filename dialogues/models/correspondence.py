"""Correspondence: the register of formal letters, and the outbox of messages drafted in the act that causes them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from parties.models import Party, User
from parties.models.retention import Retention
from socportal import clock

from .ceiling import CLASSIFIED
from .dialogues import Appointment
from .editions import Edition


def in_capitals(instant: datetime, edition: Edition) -> str:
    """One instant on the clock of the venue, and of each party whose clock shows another time (workflows §4).

    “2 February 2027, 12:00 in The Hague (11:00 in London)”: places, never the names of time zones.
    """
    host = edition.host_party
    places = [(edition.city or (host.capital if host else ""), edition.zone)]
    places += [(party.capital, ZoneInfo(party.time_zone)) for party in edition.dialogue.parties.all()]
    first = instant.astimezone(edition.zone)
    shown: dict[Any, str] = {}
    for place, zone in places:
        there = instant.astimezone(zone)
        if not place or there.utcoffset() in shown:
            continue
        said = pgettext("on a clock", "%(time)s in %(place)s") % {
            "time": time_format(there.time(), "TIME_FORMAT"),
            "place": place,
        }
        other_day = there.date() != first.date()
        shown[there.utcoffset()] = f"{date_format(there, 'DATE_FORMAT')}, {said}" if other_day else said
    day, (venue, *others) = date_format(first, "DATE_FORMAT"), list(shown.values()) or [f"{first:%H:%M} UTC"]
    return f"{day}, {venue} ({'; '.join(others)})" if others else f"{day}, {venue}"


class CorrespondenceQuerySet(models.QuerySet["Correspondence"]):
    def visible_to(self, user: Any, at: datetime | None = None) -> CorrespondenceQuerySet:
        """The secretaries of the dialogue keep the register; a party's focal points read what concerns their party."""
        current = Appointment.objects.current(at).held_by(user)
        secretaries = current.filter(role__in=Appointment.SECRETARIES)
        focal_points = current.filter(role__in=Appointment.FOCAL_POINTS, party=models.OuterRef("party"))
        return self.filter(
            Q(edition__dialogue__in=secretaries.values("dialogue"))
            | Q(models.Exists(focal_points.filter(dialogue=models.OuterRef("edition__dialogue"))))
        )


class Correspondence(models.Model):
    """A formal letter, sent or received: its kind, reference and date and a neutral summary, not the scan."""

    RETENTION = {Retention.RECORD: ("reference", "summary")}

    class Kind(models.TextChoices):
        SAVE_THE_DATE = "save_the_date", _("save-the-date")
        INVITATION = "invitation", _("letter of invitation")
        NOTE_VERBALE = "note_verbale", _("note verbale")
        LETTER = "letter", _("letter")
        EMAIL = "email", _("e-mail")

    class Direction(models.TextChoices):
        SENT = "sent", pgettext_lazy("correspondence", "sent")
        RECEIVED = "received", pgettext_lazy("correspondence", "received")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="correspondence", verbose_name=_("edition"))
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="+", verbose_name=_("party"), help_text=_("To whom, or from whom.")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    direction = models.CharField(_("direction"), max_length=8, choices=Direction)
    reference = models.CharField(_("reference"), max_length=80, help_text=_("As it stands on the letter."))
    dated_on = models.DateField(_("dated"))
    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("Neutral, one sentence, without names of persons.")
    )
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"), editable=False
    )
    entered_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)

    objects = CorrespondenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("formal letter")
        verbose_name_plural = _("formal letters")
        ordering = ["edition", "-dated_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "party", "direction", "reference"],
                name="letter_is_registered_once",
                violation_error_message=_("A letter with this reference is in the register already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"

    def clean(self) -> None:
        """A letter above the ceiling is not in the register with its words: a neutral line, or nothing (law R9)."""
        for name in ("reference", "summary"):
            if found := CLASSIFIED.search(getattr(self, name)):
                raise ValidationError(
                    {
                        name: _(
                            "“%(word)s” marks something above OFFICIAL / ongerubriceerd, which the portal does not hold. "
                            "Write a neutral line without it, or leave the letter out."
                        )
                        % {"word": found.group()}
                    }
                )


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def unsent(self) -> OutgoingMessageQuerySet:
        return self.filter(sent_at__isnull=True)

    def drafted(self) -> OutgoingMessageQuerySet:
        """Waiting for somebody to read and release them."""
        return self.unsent().filter(released_at__isnull=True)

    def due(self, at: datetime | None = None) -> OutgoingMessageQuerySet:
        """Released, not sent, not given up, and their next try has come."""
        at = at or clock.now()
        waiting = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at)
        return self.unsent().filter(waiting, released_at__lte=at, tries__lt=OutgoingMessage.MOST_TRIES)

    def given_up(self) -> OutgoingMessageQuerySet:
        return self.unsent().filter(tries__gte=OutgoingMessage.MOST_TRIES)

    def visible_to(self, user: Any, at: datetime | None = None) -> OutgoingMessageQuerySet:
        """The secretaries of the dialogue review what leaves in its name."""
        own = Appointment.objects.current(at).held_by(user).filter(role__in=Appointment.SECRETARIES)
        return self.filter(edition__dialogue__in=own.values("dialogue"))


class OutgoingMessage(models.Model):
    """One message to one account. Its key says what it is about, so that the same news is never sent twice.

    Drafted in the act that causes it, released by a secretary who has read it, sent by `run_due` with a limited number
    of tries. Nothing personal stands in the subject.
    """

    RETENTION = {Retention.RECORD: ("key", "subject"), Retention.MESSAGE: ("text", "last_error")}

    MOST_TRIES = 5
    # How long to wait after the first, second … failure.
    PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))

    class Attachment(models.TextChoices):
        """A letter that is made from the record when the message leaves, in the language of the message."""

        SAVE_THE_DATE = "save_the_date", _("save-the-date")
        INVITATION = "invitation", _("letter of invitation")

    key = models.CharField(_("key"), max_length=120, unique=True, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="messages", verbose_name=_("edition"))
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="messages", verbose_name=_("recipient"))
    lang = models.CharField(_("language"), max_length=2, choices=[("en", "English"), ("nl", "Nederlands")])
    subject = models.CharField(_("subject"), max_length=160, help_text=_("Holds no name: subjects are read in passing."))
    text = models.TextField(_("text"))
    attachment = models.CharField(_("attached"), max_length=14, choices=Attachment, blank=True)
    # Which release of the agenda it tells of: what somebody was last told is read off what was sent to them.
    agenda_release = models.ForeignKey(
        "dialogues.AgendaRelease",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("agenda release"),
    )
    letter = models.ForeignKey(
        Correspondence, on_delete=models.PROTECT, null=True, blank=True, related_name="messages", verbose_name=_("letter")
    )
    queued_at = models.DateTimeField(_("drafted"), default=clock.now)
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last failure"), max_length=200, blank=True)

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outbox")
        ordering = ["-queued_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(released_at__isnull=False, released_at__lte=F("sent_at")),
                name="message_is_released_before_it_is_sent",
            )
        ]

    def __str__(self) -> str:
        return self.subject
