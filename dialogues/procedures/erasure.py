"""Forgetting people: a pseudonym in the place of a person, wherever the person is kept (security-privacy §6.3, §6.4).

Rows stay, with party, organisation and category, so that counts and the journal keep their meaning. What goes is the name,
the post, the address and everything that the person said. A public office-holder's name is record and stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session as SignedInSession
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dialogues.models import (
    ActionItem,
    ActionLead,
    Appearance,
    Appointment,
    CoChair,
    Export,
    ListedParticipant,
    Nomination,
    OutgoingMessage,
    OwnDetails,
    Registration,
    ReleasedSpeaker,
    SpeakerSlot,
)
from parties.models import Person, User
from parties.models.retention import Retention, retention_of, texts_of
from socportal import clock

from . import journal
from .steps import Check, Reason, lock, refuse_for

# An address that no mail server will ever have (RFC 2606).
NOWHERE = "erased.invalid"
# Constraints ask these for a text; a dash says that there was one.
ASKED_FOR = ("returned_message", "late_reason")
MOST_NAMED = 5  # texts of a kind that are listed before an erasure


def past_frozen(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """The same rows for a change of single fields: what is written once is purged field by field (law R7)."""
    return models.QuerySet(rows.model).filter(pk__in=list(rows.values_list("pk", flat=True)))


# Single kinds of rows


def blank_registrations(registrations: models.QuerySet[Registration]) -> None:
    """Post, groups and badge go; party, organisation and category stay."""
    keys = list(registrations.values_list("pk", flat=True))
    Registration.mandates.through.objects.filter(registration__in=keys).delete()
    Registration.objects.filter(pk__in=keys).update(post_en="", post_nl="", badge_printed_as="")


def blank_nominations(nominations: models.QuerySet[Nomination], at: datetime) -> None:
    """Every text goes; delegation, organisation, category and the steps it went through stay."""
    texts = [name for name, kept in retention_of(Nomination).items() if kept == Retention.REGISTRATION]
    keys = list(nominations.values_list("pk", flat=True))
    Nomination.mandates.through.objects.filter(nomination__in=keys).delete()
    rows = Nomination.objects.filter(pk__in=keys)
    for name in ASKED_FOR:
        rows.exclude(**{name: ""}).update(**{name: "–"})
    rows.update(**{name: "" for name in texts if name not in ASKED_FOR}, erased_at=at)


def delete_drafts(drafts: models.QuerySet[Nomination]) -> None:
    """Whole rows: nobody but their party ever saw them."""
    keys = list(drafts.values_list("pk", flat=True))
    Nomination.objects.filter(alternate_for__in=keys).update(alternate_for=None)
    Nomination.objects.filter(pk__in=keys).delete()


def blank_lines(lines: models.QuerySet[ListedParticipant]) -> None:
    lines.update(name="", post_en="", post_nl="")


def blank_messages(messages: models.QuerySet[OutgoingMessage]) -> None:
    """What was sent loses its text; what never left goes altogether, so that nobody is sent an empty message."""
    keys = list(messages.values_list("pk", flat=True))
    OutgoingMessage.objects.unsent().filter(pk__in=keys).delete()
    OutgoingMessage.objects.filter(pk__in=keys).update(text="", last_error="")


def end_sessions(users: Iterable[User], addresses: Iterable[str] = ()) -> None:
    """The accounts' sessions, and those in which one of the addresses was typed without getting in."""
    keys, wanted = {str(user.pk) for user in users}, [address.casefold() for address in addresses]
    ended = []
    for session in SignedInSession.objects.iterator():
        held = session.get_decoded()
        written = json.dumps(held, ensure_ascii=False, default=str).casefold()
        if held.get(SESSION_KEY) in keys or any(address in written for address in wanted):
            ended.append(session.pk)
    SignedInSession.objects.filter(pk__in=ended).delete()
    UserSession.objects.filter(Q(user__in=keys) | Q(session_key__in=ended)).delete()


# A whole person


def addresses_of(person: Person) -> set[str]:
    user = User.objects.filter(person=person).first()
    found = set(Nomination.objects.filter(person=person).values_list("email", flat=True))
    if user:
        found |= {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    return {address.lower() for address in found if address}


def nominations_of(person: Person) -> models.QuerySet[Nomination]:
    """Accepted ones, and those handed in or drafted with an address of theirs."""
    about = Q(person=person) | Q(registration__person=person)
    for address in addresses_of(person):
        about |= Q(email__iexact=address)
    return Nomination.objects.filter(about)


def words_for(person: Person) -> set[str]:
    """Under which names, addresses and posts somebody is written of, as far as the portal knows."""
    rows = [
        Person.objects.filter(pk=person.pk).values_list("name", "sort_name", "post_en", "post_nl"),
        nominations_of(person).values_list("name", "sort_name", "post_en", "post_nl"),
        Registration.objects.filter(person=person).values_list("post_en", "post_nl"),
    ]
    return {word for row in rows for values in row for word in values if word} | addresses_of(person)


def says(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds one of the words, wherever its lines break."""
    plain = " ".join(text.split()).casefold()
    return any(" ".join(word.split()).casefold() in plain for word in words)


def pseudonym(person: Person) -> str:
    return f"Person {person.pk}"


def stand_in(registration: Registration, at: datetime) -> None:
    """Put a pseudonym in the place of somebody who is still needed elsewhere: this edition forgets who it was."""
    person, edition = registration.person, registration.edition
    stranger = Person.objects.create(name="", party=registration.delegation.party, erased_at=at)
    stranger.name = pseudonym(stranger)
    stranger.save(update_fields=["name"])
    Nomination.objects.filter(edition=edition, person=person).update(person=stranger)
    CoChair.objects.filter(mandate__edition=edition, person=person).update(person=stranger)
    SpeakerSlot.objects.filter(session__edition=edition, person=person).update(person=stranger)
    spoke = ReleasedSpeaker.objects.filter(released_session__release__edition=edition, person=person)
    past_frozen(spoke).update(person=stranger)
    Registration.objects.filter(edition=edition, person=person).update(person=stranger)


def forget(person: Person, at: datetime) -> None:
    """Everything that says who this person is, in every edition; the rows stay under a pseudonym."""
    words = words_for(person)
    user = User.objects.filter(person=person).first()
    nominations, registrations = nominations_of(person), Registration.objects.filter(person=person)
    editions = {*nominations.values_list("edition", flat=True), *registrations.values_list("edition", flat=True)}
    told = [
        message.pk
        for message in OutgoingMessage.objects.filter(Q(edition__in=editions) | Q(recipient=user)).exclude(
            text="", last_error=""
        )
        if message.recipient_id == getattr(user, "pk", 0) or says(f"{message.text} {message.last_error}", words)
    ]
    blank_messages(OutgoingMessage.objects.filter(pk__in=told))
    delete_drafts(nominations.filter(status=Nomination.Status.DRAFT))
    blank_nominations(nominations, at)
    blank_lines(ListedParticipant.objects.filter(registration__person=person))
    OwnDetails.objects.filter(registration__person=person).delete()
    blank_registrations(registrations)
    registrations.update(access_status=Registration.Access.NOT_REQUESTED)
    past_frozen(ReleasedSpeaker.objects.filter(person=person)).update(post_en="", post_nl="")
    Appearance.objects.filter(person=person).update(person=None)
    ActionLead.objects.filter(owner=person).update(owner=None)
    if user:
        forget_account(user)
    Person.objects.filter(pk=person.pk).update(
        name=pseudonym(person), sort_name="", post_en="", post_nl="", organisation=None, erased_at=at
    )


def forget_account(user: User) -> None:
    """Nothing is left by which anybody could sign in, or be written to."""
    UserSession.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.desk_codes.all().delete()
    user.calendar_addresses.all().delete()
    user.email, user.is_active, user.last_login = f"erased-{user.pk}@{NOWHERE}", False, None
    user.set_unusable_password()
    user.save(update_fields=["email", "is_active", "last_login", "password"])


def leave_no_trace() -> None:
    """What was overwritten is no longer in the file either: SQLite rebuilds it and empties its log of pages.

    PostgreSQL's own vacuum does this in its time (docs/retention.md).
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# At the person's own request


def _not_for(person: Person, by: User) -> list[Reason]:
    """Each party answers its own people; another one's only while that party has no secretary."""
    secretaries = Appointment.objects.current().filter(role__in=Appointment.SECRETARIES)
    if not secretaries.held_by(by).exists():
        return [Reason(_("Only a current secretary acts on a person’s request."))]
    own = person.party_id is None or secretaries.held_by(by).filter(party=person.party_id).exists()
    if own or not secretaries.filter(party=person.party_id).exists():
        return []
    return [Reason(_("%(party)s’s own secretary acts on the request of its people.") % {"party": person.party})]


def erase_person_reasons(person: Person, by: User) -> list[Reason]:
    """Not what is record, and not what is still needed: both are named."""
    reasons = _not_for(person, by)
    if reasons:
        return reasons
    if person.erased_at:
        return [Reason(_("This person’s data have been erased already."))]
    if person.is_public_office_holder:
        return [Reason(_("A public office-holder named in a published text stays in the record."), person)]
    today = clock.today()
    held = Appointment.objects.filter(person=person).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    reasons = [
        Reason(
            _("Appointed as %(role)s of %(dialogue)s. End the appointment first.")
            % {"role": one.get_role_display(), "dialogue": one.dialogue},
            one,
        )
        for one in held.select_related("dialogue")
    ]
    coming = Registration.objects.live().filter(person=person).select_related("edition__dialogue")
    reasons += [
        Reason(
            _("Registered for %(edition)s, which is not over. The party withdraws the person first.")
            % {"edition": one.edition},
            one,
        )
        for one in coming
        if not one.edition.has_closed()
    ]
    asked = nominations_of(person).filter(status__in=(*Nomination.UNSETTLED, Nomination.Status.RETURNED))
    reasons += [
        Reason(
            _("Nominated for %(edition)s, which is not over. The party withdraws the nomination first.")
            % {"edition": one.edition},
            one,
        )
        for one in asked.select_related("edition__dialogue")
        if not one.edition.has_closed()
    ]
    owned = ActionLead.objects.filter(owner=person, action_item__status__in=ActionItem.LIVE).select_related("action_item")
    reasons += [
        Reason(_("Holds the owner post of %(item)s. The lead party names another owner first.") % {"item": one}, one)
        for one in [lead.action_item for lead in owned.order_by("action_item__number")]
    ]
    return reasons


def erase_person_checks(person: Person, by: User) -> list[Check]:
    """Texts of the permanent record that name the person: a step cannot rewrite a sentence, a secretary can."""
    names = {word for word in (person.name, *addresses_of(person)) if word}
    found: list[models.Model] = []
    for model in apps.get_models():
        manager, texts = model._default_manager, record_texts(model)
        if texts and hasattr(manager, "visible_to"):
            named = Q(*[(f"{text}__icontains", name) for text in texts for name in names], _connector=Q.OR)
            found += manager.visible_to(by).filter(named)[:MOST_NAMED]
    if not found:
        return [Check("passed", _("No text of the record names the person."))]
    return [Check("warns", _("These texts name the person and stay as they are. Mend them by hand first."), tuple(found))]


def record_texts(model: type[models.Model]) -> list[str]:
    """The texts of a model that are kept for good, as far as they can be searched."""
    kept = retention_of(model)
    return [
        field.name
        for field in texts_of(model)
        if kept.get(field.name) == Retention.RECORD and not isinstance(field, models.JSONField)
    ]


@transaction.atomic
def erase_person(*, person: Person, by: User) -> Person:
    """Erase what is held about somebody who asked for it. Rows stay under a pseudonym; the journal keeps numbers only.

    Refused: a public office-holder; somebody with a current appointment or in a delegation of an edition that is not over.
    """
    person = lock(person)
    refuse_for(erase_person_reasons(person, by))
    end_sessions(User.objects.filter(person=person), addresses_of(person))
    forget(person, clock.now())
    person.refresh_from_db()
    journal.write(by=by, act="erased person", on=person)
    transaction.on_commit(leave_no_trace, robust=True)
    return person


@transaction.atomic
def hand_over(*, about: Person | User, by: User, content: bytes) -> Export:
    """Write down that somebody's data leave as a file, at that person's request: to the person, or through a secretary."""
    person = about if isinstance(about, Person) else about.person
    if about != by and (person is None or person.pk != by.person_id):
        refuse_for(_not_for(person, by) if person else [Reason(_("This account stands for nobody."))])
    export = Export.objects.create(
        edition=None,
        what=Export.What.OWN_DATA,
        file_type="json",
        purpose=Export.Purpose.REQUEST,
        by=by,
        at=clock.now(),
        rows=1,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    details = {"what": str(export.what), "purpose": str(export.purpose), "export": export.pk}
    journal.write(by=by, act="exported", on=about, details=details)
    return export
