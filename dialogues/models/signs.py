"""Signs: what the portal sees for itself, so that a task of the checklist ticks itself and says from what.

Each sign is a condition on the edition, in SQL, read off the records and the clock at the moment of the question: nothing
is stored, no job has to run. What showed once goes on showing as the edition ends (a co-chair who is erased later leaves a
stand-in, an appointment that lasted to the closing day counts); what is taken back, as a summary reopened, shows no more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from .conclusions import SessionReport, Summary, sessions_owing_report, sessions_with_report
from .correspondence import Correspondence
from .delegations import Category, Delegation, OwnDetails, Registration
from .dialogues import Appointment, Dialogue
from .editions import Edition
from .nominations import NominationRound
from .participants import ParticipantList
from .releases import AgendaRelease, ReleasedSession
from .retention import AFTER_CLOSE
from .venues import Room
from .working_groups import CoChair, Mandate


class Sign(models.TextChoices):
    """What the portal sees for itself: a task with a sign is done as soon as it shows, and says from what."""

    HOST_NAMED = "host_named", _("the edition has its host party")
    ROLLED_FORWARD = "rolled_forward", _("the edition was rolled forward from the one before")
    OFFICES_FILLED = "offices_filled", _("every party has a secretary and a focal point")
    SCHEDULED = "scheduled", _("the edition is scheduled")
    ROOMS_KNOWN = "rooms_known", _("the venue and its rooms are entered")
    GROUPS_STAFFED = "groups_staffed", _("every working group has its co-chairs and a rapporteur")
    TERMS_ADOPTED = "terms_adopted", _("the terms of reference of every group are adopted")
    INVITED = "invited", _("the letters of invitation are in the register")
    NOMINATIONS_OPEN = "nominations_open", _("the nomination round is open")
    HEADS_NAMED = "heads_named", _("every delegation has its head")
    AGENDA_1 = "agenda_1", _("the agenda was released as 1.0 or later")
    AGENDA_2 = "agenda_2", _("the agenda was released as 2.0 or later")
    AGENDA_3 = "agenda_3", _("the agenda was released as 3.0 or later")
    NOMINATIONS_CLOSED = "nominations_closed", _("the nomination round is closed for every party")
    LIST_ISSUED = "list_issued", _("a list of participants was issued")
    OPENED = "opened", _("the edition has opened")
    REPORTS_FILED = "reports_filed", _("every session that reports has its report")
    SUMMARY_CIRCULATED = "summary_circulated", _("the draft summary was circulated")
    SUMMARY_ADOPTED = "summary_adopted", _("all parties adopted the summary and the action list")
    PURGED = "purged", _("the short-lived personal data are erased")


S = Edition.Status
SCHEDULED = (S.SCHEDULED, S.PREPARING, S.OPEN, S.CLOSED, S.FOLLOW_UP, S.ARCHIVED)
CLOSED = Edition.AFTER_CLOSING

# A row says that a party belongs to a dialogue.
Seat = Dialogue.parties.through


def day_of(at: datetime) -> date:
    """The UTC calendar day: due dates bind several capitals, none of which is the measure of the others."""
    return at.astimezone(UTC).date()


@cache
def _zones() -> list[ZoneInfo]:
    """Read from the disk once a process."""
    return [ZoneInfo(name) for name in sorted(available_timezones())]


@lru_cache(maxsize=8)
def _zones_of_another_day(quarter: datetime) -> dict[date, list[str]]:
    """The time zones in which it is not the UTC day, by the day that it is there. Offsets are whole quarters of an hour."""
    found: dict[date, list[str]] = {}
    for zone in _zones():
        day = quarter.astimezone(zone).date()
        if day != quarter.date():
            found.setdefault(day, []).append(zone.key)
    return found


def has_come(day: str, at: datetime) -> Q:
    """That this day of the edition has come at its venue: `edition.today() >= day`, in SQL, whatever the zone."""
    at = at.astimezone(UTC)
    elsewhere = _zones_of_another_day(at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0))
    others = [name for names in elsewhere.values() for name in names]
    rule = ~Q(time_zone__in=others) & Q(**{f"{day}__lte": at.date()})
    for there, names in elsewhere.items():
        rule |= Q(**{"time_zone__in": names, f"{day}__lte": there})
    return rule


def of_every_party(rows: models.QuerySet) -> Q:  # type: ignore[type-arg]
    """Each party of the edition's dialogue has one of `rows`, which name the party by OuterRef("party")."""
    return ~Q(Exists(Seat.objects.filter(~Exists(rows), dialogue=OuterRef("dialogue"))))


def _office(role: str, at: datetime) -> Q:
    """Held now, or held to the day the edition closed."""
    today = day_of(at)
    lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=today) | Q(ends_on__gte=OuterRef(OuterRef("closes_on")))
    held = Appointment.objects.filter(lasts, starts_on__lte=today, role=role)
    return of_every_party(held.filter(dialogue=OuterRef(OuterRef("dialogue")), party=OuterRef("party")))


def _mandates() -> models.QuerySet[Mandate]:
    return Mandate.objects.filter(edition=OuterRef("pk"))


def _groups_staffed(at: datetime) -> Q:
    co_chair = CoChair.objects.filter(mandate=OuterRef(OuterRef("pk")), party=OuterRef("party"), person__isnull=False)
    unstaffed = Seat.objects.filter(~Exists(co_chair), dialogue=OuterRef("edition__dialogue"))
    lacking = Q(rapporteur__isnull=True) | Q(Exists(unstaffed))
    return Q(Exists(_mandates())) & ~Q(Exists(_mandates().filter(lacking)))


def _terms_adopted(at: datetime) -> Q:
    """A mandate that ended was adopted before."""
    pending = _mandates().filter(status__in=(Mandate.Status.DRAFT, Mandate.Status.IN_CLEARANCE))
    return Q(Exists(_mandates())) & ~Q(Exists(pending))


def _invited(at: datetime) -> Q:
    """Every party but the host, who invites."""
    sent = Correspondence.objects.filter(
        edition=OuterRef(OuterRef("pk")),
        party=OuterRef("party"),
        kind=Correspondence.Kind.INVITATION,
        direction=Correspondence.Direction.SENT,
    )
    guests = Seat.objects.filter(dialogue=OuterRef("dialogue")).exclude(party=OuterRef("host_party"))
    return Q(host_party__isnull=False) & ~Q(Exists(guests.filter(~Exists(sent))))


def _heads_named(at: datetime) -> Q:
    heads = Registration.objects.live().filter(category=Category.HEAD)
    return of_every_party(heads.filter(edition=OuterRef(OuterRef("pk")), delegation__party=OuterRef("party")))


def _released(major: int) -> Callable[[datetime], Q]:
    """Since the edition was last postponed: what was released before holds no more, and has to be released anew."""

    def shows(at: datetime) -> Q:
        holding = AgendaRelease.objects.holding()
        return Q(Exists(holding.filter(edition=OuterRef("pk"), major__gte=major, released_at__lte=at)))

    return shows


def _nominations_closed(at: datetime) -> Q:
    """Past the round's deadline and past every longer one; a party that has to confirm its people again is not closed."""
    closed = NominationRound.objects.filter(edition=OuterRef("pk"), closes_at__lt=at)
    still = Delegation.objects.filter(edition=OuterRef("pk"))
    still = still.filter(Q(extended_until__gte=at) | Q(to_reconfirm_since__isnull=False))
    return Q(Exists(closed)) & ~Q(Exists(still))


def _opened(at: datetime) -> Q:
    """As `Edition.is_open`: by its first day at the venue and a released agenda; or it is over."""
    return Q(status__in=(S.OPEN, *CLOSED)) | Q(status=S.PREPARING) & has_come("opens_on", at) & _released(0)(at)


def _reports_filed(at: datetime) -> Q:
    """Once the edition has closed: a report is final, and so is each that is owed, by the rule of the board and the reminders.

    A session that the latest agenda does not hold did not take place; without a released agenda the working one counts.
    """
    final = SessionReport.objects.filter(session=OuterRef("pk"), status=SessionReport.Status.FINAL)
    released = Q(Exists(AgendaRelease.objects.for_delegates().filter(edition=OuterRef("edition"))))
    held = Q(Exists(ReleasedSession.objects.current().filter(session=OuterRef("pk"), is_cancelled=False)))
    owing = sessions_owing_report().filter(held | ~released, ~Exists(final), edition=OuterRef("pk"))
    filed = sessions_with_report().filter(Exists(final), edition=OuterRef("pk"))
    return Q(status__in=CLOSED) & Q(Exists(filed)) & ~Q(Exists(owing))


def _summary(*statuses: str) -> Callable[[datetime], Q]:
    return lambda at: Q(Exists(Summary.objects.filter(edition=OuterRef("pk"), status__in=statuses)))


def _purged(at: datetime) -> Q:
    """Closed, and nothing left of own details and answers on access: after their thirty days, or where there were none."""
    details = OwnDetails.objects.filter(registration__edition=OuterRef("pk"))
    told = details.exclude(meal="", arrangements="", phone="")
    access = Registration.objects.filter(edition=OuterRef("pk")).exclude(access_status=Registration.Access.NOT_REQUESTED)
    over = Q(closes_on__lt=day_of(at) - AFTER_CLOSE) | ~Q(Exists(details))
    return Q(status__in=CLOSED) & over & ~Q(Exists(told)) & ~Q(Exists(access))


SHOWS: dict[Sign, Callable[[datetime], Q]] = {
    Sign.HOST_NAMED: lambda at: Q(host_party__isnull=False),
    Sign.ROLLED_FORWARD: lambda at: Q(rolled_from__isnull=False),
    Sign.OFFICES_FILLED: lambda at: _office(Appointment.Role.SECRETARY, at) & _office(Appointment.Role.FOCAL_POINT, at),
    Sign.SCHEDULED: lambda at: Q(status__in=SCHEDULED),
    Sign.ROOMS_KNOWN: lambda at: Q(Exists(Room.objects.filter(venue=OuterRef("venue")))),
    Sign.GROUPS_STAFFED: _groups_staffed,
    Sign.TERMS_ADOPTED: _terms_adopted,
    Sign.INVITED: _invited,
    Sign.NOMINATIONS_OPEN: lambda at: Q(Exists(NominationRound.objects.filter(edition=OuterRef("pk"), opened_at__lte=at))),
    Sign.HEADS_NAMED: _heads_named,
    Sign.AGENDA_1: _released(1),
    Sign.AGENDA_2: _released(2),
    Sign.AGENDA_3: _released(3),
    Sign.NOMINATIONS_CLOSED: _nominations_closed,
    Sign.LIST_ISSUED: lambda at: Q(Exists(ParticipantList.objects.filter(edition=OuterRef("pk"), issued_at__lte=at))),
    Sign.OPENED: _opened,
    Sign.REPORTS_FILED: _reports_filed,
    Sign.SUMMARY_CIRCULATED: _summary(Summary.Status.CIRCULATED, Summary.Status.ADOPTED),
    Sign.SUMMARY_ADOPTED: _summary(Summary.Status.ADOPTED),
    Sign.PURGED: _purged,
}


def shows(sign: str, at: datetime) -> Q:
    """The condition on an edition under which this sign shows at the instant `at` (aware)."""
    return SHOWS[Sign(sign)](at)


@lru_cache(maxsize=4)
def is_seen(at: datetime) -> Exists:
    """Of a task: whether its own sign shows at its edition. Without a sign nothing does.

    Kept for the questions of one page, which are asked for one instant: to put it together costs more than to ask it.
    """
    ticked = Q()
    for sign in Sign:
        ticked |= Q(Exact(OuterRef("sign"), Value(sign.value))) & shows(sign, at)
    return Exists(Edition.objects.filter(ticked, pk=OuterRef("edition")).order_by())
