"""Purging: what is no longer needed is erased, each rule by the clock (security-privacy §6.4).

One table of rules. A dry run counts, and names nobody. A purge takes one transaction a rule and writes its counts into the
journal; a second one finds nothing. Invitations need no rule: no mail holds a link that signs anybody in, and a code is
worth nothing after ten minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as SignedInSession
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from dialogues.models import (
    ActionItem,
    ActionLead,
    Appointment,
    CalendarAddress,
    CoChair,
    Edition,
    Export,
    ListedParticipant,
    Nomination,
    OutgoingMessage,
    OwnDetails,
    PaperOpening,
    Registration,
    SpeakerSlot,
)
from dialogues.models.delegations import ACCESS_AFTER_CLOSE
from dialogues.models.retention import A_YEAR, delegations_past_drafting, editions_past
from parties.models import DeskCode, Person, User
from parties.models.retention import Retention
from socportal import clock

from . import journal
from .erasure import (
    NOWHERE,
    blank_lines,
    blank_messages,
    blank_nominations,
    blank_registrations,
    delete_drafts,
    end_sessions,
    forget,
    forget_account,
    leave_no_trace,
    stand_in,
)

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class Rule:
    """One line of the table: `due(at)` are the rows that have had their last day, `erase(rows, at)` makes that true.

    `edition` is the way from a row to its edition, whose journal then holds the count; empty where there is none.
    """

    name: str
    retention: Retention
    words: Any
    due: Callable[[datetime], Rows]
    erase: Callable[[Rows, datetime], None]
    edition: str = ""


# Own details, access, photographs


def due_own_details(at: datetime) -> Rows:
    said = ~Q(meal="", arrangements="", phone="") | Q(photograph_consent__isnull=True)
    return OwnDetails.objects.filter(said, registration__edition__in=editions_past(Retention.OWN_DETAILS, at))


def erase_own_details(rows: Rows, at: datetime) -> None:
    """An answer about photographs is kept longer, because pictures are; everything else goes."""
    keys = list(rows.values_list("pk", flat=True))
    OwnDetails.objects.filter(pk__in=keys, photograph_consent__isnull=True).delete()
    OwnDetails.objects.filter(pk__in=keys).update(meal="", arrangements="", phone="")


def due_photograph_consents(at: datetime) -> Rows:
    answered = OwnDetails.objects.filter(photograph_consent__isnull=False)
    return answered.filter(registration__edition__in=editions_past(Retention.PHOTOGRAPHS, at))


def delete_rows(rows: Rows, at: datetime) -> None:
    rows.delete()


def due_access(at: datetime) -> Rows:
    answered = Registration.objects.exclude(access_status=Registration.Access.NOT_REQUESTED)
    return answered.filter(edition__in=editions_past(Retention.ACCESS, at))


def erase_access(rows: Rows, at: datetime) -> None:
    rows.update(access_status=Registration.Access.NOT_REQUESTED)


# Nominations, registrations and what names their people


def due_drafts(at: datetime) -> Rows:
    return Nomination.objects.filter(status=Nomination.Status.DRAFT, delegation__in=delegations_past_drafting(at))


def erase_drafts(rows: Rows, at: datetime) -> None:
    delete_drafts(rows)


def needed(at: datetime) -> Q:
    """People whom something still needs: an appointment held, coming or ended within a year; an edition within its period;
    an open action item whose owner post they hold.
    """
    past = editions_past(Retention.REGISTRATION, at)
    person = OuterRef("pk")
    held = Q(ends_on__isnull=True) | Q(ends_on__gte=at.date() - A_YEAR)
    return (
        Q(user__is_superuser=True)
        | Q(Exists(Appointment.objects.filter(held, person=person)))
        | Q(Exists(Registration.objects.filter(person=person).exclude(edition__in=past)))
        | Q(Exists(Nomination.objects.filter(person=person).exclude(edition__in=past)))
        | Q(Exists(CoChair.objects.filter(person=person).exclude(mandate__edition__in=past)))
        | Q(Exists(SpeakerSlot.objects.filter(person=person).exclude(session__edition__in=past)))
        | Q(Exists(owned_open(person)))
    )


def owned_open(person: OuterRef) -> Rows:
    return ActionLead.objects.filter(owner=person, action_item__status__in=ActionItem.LIVE)


def due_registrations(at: datetime) -> Rows:
    """With a post still on them, or of somebody whose name would otherwise stay because another edition needs it."""
    rows = Registration.objects.filter(
        edition__in=editions_past(Retention.REGISTRATION, at),
        person__erased_at__isnull=True,
        person__is_public_office_holder=False,
    )
    elsewhere = Q(person__in=Person.objects.filter(needed(at)).values("pk"))
    return rows.filter(~Q(post_en="", post_nl="", badge_printed_as="") | elsewhere)


def erase_registrations(rows: Rows, at: datetime) -> None:
    registrations = list(rows.select_related("person", "edition", "delegation__party"))
    people = {registration.person_id for registration in registrations}
    still_needed = set(Person.objects.filter(needed(at), pk__in=people).values_list("pk", flat=True))
    blank_registrations(Registration.objects.filter(pk__in=[registration.pk for registration in registrations]))
    for registration in registrations:
        if registration.person_id in still_needed:
            stand_in(registration, at)


def due_nominations(at: datetime) -> Rows:
    """A public office-holder's too: the name that is record stands on the person, the address is nobody's."""
    past = editions_past(Retention.REGISTRATION, at)
    return Nomination.objects.filter(edition__in=past, erased_at__isnull=True).exclude(status=Nomination.Status.DRAFT)


def due_lines(at: datetime) -> Rows:
    return (
        ListedParticipant.objects.filter(participant_list__edition__in=editions_past(Retention.REGISTRATION, at))
        .exclude(name="", post_en="", post_nl="")
        .exclude(registration__person__is_public_office_holder=True)
    )


def erase_lines(rows: Rows, at: datetime) -> None:
    blank_lines(rows)


def due_messages(at: datetime) -> Rows:
    return OutgoingMessage.objects.filter(edition__in=editions_past(Retention.MESSAGE, at)).exclude(text="", last_error="")


def erase_messages(rows: Rows, at: datetime) -> None:
    blank_messages(rows)


def done_with(at: datetime) -> Rows:
    """Whom something needed once and nothing needs now. Somebody just entered, for whom nothing is there yet, is not."""
    person = OuterRef("pk")
    once = (
        Exists(Registration.objects.filter(person=person))
        | Exists(Appointment.objects.filter(person=person))
        | Exists(Nomination.objects.filter(person=person))
        | Exists(CoChair.objects.filter(person=person))
        | Exists(SpeakerSlot.objects.filter(person=person))
        | Exists(ActionLead.objects.filter(owner=person))
    )
    needed_now = Person.objects.filter(needed(at)).values("pk")
    return Person.objects.filter(once, erased_at__isnull=True).exclude(pk__in=needed_now)


def due_people(at: datetime) -> Rows:
    return done_with(at).filter(is_public_office_holder=False)


def forget_people(rows: Rows, at: datetime) -> None:
    for person in rows:
        forget(person, at)


def due_owners(at: datetime) -> Rows:
    """Of items that have ended; the post stays. Those who are forgotten altogether go with the people."""
    ended = ActionLead.objects.filter(owner__isnull=False, action_item__edition__in=editions_past(Retention.REGISTRATION, at))
    return ended.exclude(action_item__status__in=ActionItem.LIVE).exclude(owner__in=due_people(at).values("pk"))


def erase_owners(rows: Rows, at: datetime) -> None:
    ActionLead.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(owner=None)


def due_office_accounts(at: datetime) -> Rows:
    """A public office-holder's name is record, an account and its address are not."""
    people = done_with(at).filter(is_public_office_holder=True)
    return User.objects.filter(person__in=people.values("pk")).exclude(email__endswith=f"@{NOWHERE}")


def forget_accounts(rows: Rows, at: datetime) -> None:
    for user in rows:
        forget_account(user)


# Accounts, and what is kept of their use


def due_accounts(at: datetime) -> Rows:
    """Open, and without anything that gives a right: no appointment held or coming, no edition within ninety days, no open
    action item whose owner post is held.
    """
    person, today = OuterRef("person"), at.date()
    appointments = Appointment.objects.filter(person=person)
    registrations = Registration.objects.annotate(closed_on=Coalesce("edition__closes_on", "edition__opens_on")).filter(
        person=person
    )
    held = appointments.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
    attends = registrations.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=today - ACCESS_AFTER_CLOSE))
    once = Exists(appointments) | Exists(registrations) | Exists(ActionLead.objects.filter(owner=person))
    rows = User.objects.filter(once, is_active=True, is_superuser=False)
    return rows.exclude(Exists(held)).exclude(Exists(attends)).exclude(Exists(owned_open(person)))


def close_accounts(rows: Rows, at: datetime) -> None:
    """Each is written down by itself: somebody may ask when it was."""
    users = list(rows)
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)
    CalendarAddress.objects.in_force().filter(user__in=users).update(revoked_at=at)
    end_sessions(users)
    for user in users:
        journal.write(by=None, act="disabled account", on=user)


def due_sessions(at: datetime) -> Rows:
    return SignedInSession.objects.filter(expire_date__lt=at)


def due_places(at: datetime) -> Rows:
    """Where an account was signed in, for a session that is gone."""
    going_on = SignedInSession.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=at)
    return UserSession.objects.exclude(Exists(going_on))


def due_desk_codes(at: datetime) -> Rows:
    return DeskCode.objects.filter(issued_at__lt=_a_year_before(at))


def due_exports(at: datetime) -> Rows:
    return Export.objects.filter(at__lt=_a_year_before(at))


def due_paper_openings(at: datetime) -> Rows:
    return PaperOpening.objects.filter(at__lt=_a_year_before(at))


def _a_year_before(at: datetime) -> datetime:
    return at - A_YEAR


# In this order what a dry run counts is what a purge takes: no rule takes rows of a later one.
RULES = (
    Rule(
        "own_details",
        Retention.OWN_DETAILS,
        _("meals, arrangements and telephone numbers"),
        due_own_details,
        erase_own_details,
        "registration__edition",
    ),
    Rule(
        "photographs",
        Retention.PHOTOGRAPHS,
        _("answers about photographs"),
        due_photograph_consents,
        delete_rows,
        "registration__edition",
    ),
    Rule("access", Retention.ACCESS, _("answers of venue security"), due_access, erase_access, "edition"),
    Rule("drafts", Retention.DRAFT, _("nominations that were never handed in"), due_drafts, erase_drafts, "edition"),
    Rule("nominations", Retention.REGISTRATION, _("names on nominations"), due_nominations, blank_nominations, "edition"),
    Rule(
        "issued_lists",
        Retention.REGISTRATION,
        _("names on issued lists of participants"),
        due_lines,
        erase_lines,
        "participant_list__edition",
    ),
    Rule(
        "registrations", Retention.REGISTRATION, _("names on registrations"), due_registrations, erase_registrations, "edition"
    ),
    Rule("messages", Retention.MESSAGE, _("texts of messages"), due_messages, erase_messages, "edition"),
    Rule("sessions", Retention.LOG, _("sessions that have expired"), due_sessions, delete_rows),
    Rule("places", Retention.LOG, _("places where somebody was signed in"), due_places, delete_rows),
    Rule("desk_codes", Retention.LOG, _("sign-in codes issued at the desk"), due_desk_codes, delete_rows),
    Rule("exports", Retention.LOG, _("entries about files taken out"), due_exports, delete_rows, "edition"),
    Rule(
        "paper_openings",
        Retention.LOG,
        _("entries about papers opened"),
        due_paper_openings,
        delete_rows,
        "version__paper__edition",
    ),
    Rule("accounts", Retention.ACCOUNT, _("accounts without a right, closed"), due_accounts, close_accounts),
    Rule("people", Retention.REGISTRATION, _("people whom nothing needs any more"), due_people, forget_people),
    Rule(
        "office_accounts",
        Retention.ACCOUNT,
        _("accounts of public office-holders whom nothing needs any more"),
        due_office_accounts,
        forget_accounts,
    ),
    Rule(
        "action_owners",
        Retention.REGISTRATION,
        _("who held the owner posts of action items that have ended"),
        due_owners,
        erase_owners,
        "action_item__edition",
    ),
)


def dry_run(at: datetime | None = None) -> dict[str, int]:
    """How many rows each rule would take now."""
    at = at or clock.now()
    return {rule.name: rule.due(at).count() for rule in RULES}


def purge(*, at: datetime | None = None) -> dict[str, int]:
    """Erase what is due, rule by rule; give back how many rows each took. Not to be called inside a transaction."""
    at = at or clock.now()
    taken = {rule.name: _apply(rule, at) for rule in RULES}
    if any(taken.values()):
        transaction.on_commit(leave_no_trace, robust=True)
    return taken


@transaction.atomic
def _apply(rule: Rule, at: datetime) -> int:
    rows = rule.due(at).order_by()
    by_edition = rows.values_list(rule.edition).annotate(Count("pk")) if rule.edition else [(None, rows.count())]
    counts = {edition: count for edition, count in by_edition if count}
    if not counts:
        return 0
    kind = ContentType.objects.get_for_model(rows.model)
    rule.erase(rule.due(at), at)
    editions = Edition.objects.in_bulk([edition for edition in counts if edition])
    for edition, count in sorted(counts.items(), key=lambda row: row[0] or 0):
        journal.write(by=None, act="purged", on=editions.get(edition, kind), details={"rule": rule.name, "rows": count})
    return sum(counts.values())
