"""On the day: a session late, longer, elsewhere or not at all; delegates see it at once, mail or not (workflows §4.3).

Each act changes one session and releases that one alone. What others prepare in the working agenda stays with them, and an
act of the day is not among the steps that the agenda builder takes back: delegates have read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Edition, Registration, ReleasedSession, Room, Session
from dialogues.models.agenda import FOR_ALL, PAUSES
from parties.models import User
from socportal import clock

from . import journal
from .agenda import release_one
from .agenda_content import SAID
from .steps import Check, Reason, StepRefused, lock, move, not_a_secretary, refuse_for

MINUTES = (5, 10, 15, 30, 45, 60)
CANCELLED = Session.Status.CANCELLED


def day_bounds(edition: Edition, at: datetime | None = None) -> tuple[datetime, datetime]:
    """Today at the venue: its first instant and that of tomorrow."""
    today = (at or clock.now()).astimezone(edition.zone).date()
    return (
        datetime.combine(today, time.min, tzinfo=edition.zone),
        datetime.combine(today + timedelta(days=1), time.min, tzinfo=edition.zone),
    )


def sessions_of_today(edition: Edition, by: User, at: datetime | None = None) -> QuerySet[ReleasedSession]:
    """What delegates read of today, as far as this secretary may; the other party’s own sessions are not among it.

    `is_kept`: whether the secretary keeps the session too. One that its party has made its own since is read as released, and
    acted on by that party’s staff alone.
    """
    first, next_day = day_bounds(edition, at)
    rows = ReleasedSession.objects.current().visible_to(by, at).filter(release__edition=edition)
    kept = Session.objects.kept_by(by, at).order_by().filter(pk=OuterRef("session"))
    rows = rows.annotate(is_kept=Exists(kept)).filter(starts_at__gte=first, starts_at__lt=next_day)
    return rows.in_order().select_related("room", "session__room")


def seen_of(session: Session) -> str:
    """How a session stands, for the form that asks about it: whoever presses says what they had before them (law R8)."""
    instants = (one.astimezone(UTC).isoformat() for one in (session.starts_at, session.ends_at))
    said = (*instants, session.late_by, session.room_id, session.status)
    return " ".join(str(one) for one in said)


def time_of(instant: datetime, edition: Edition) -> str:
    return date_format(instant.astimezone(edition.zone), "TIME_FORMAT")


def in_words(session: Session) -> str:
    """“11:00 to 12:15, Canal Room, 15 minutes late”, by the clock of the venue."""
    edition = session.edition
    if session.status == CANCELLED:
        return _("cancelled")
    parts = [
        _("%(start)s to %(end)s") % {"start": time_of(session.starts_at, edition), "end": time_of(session.ends_at, edition)},
        str(session.room.name) if session.room else _("no room"),
    ]
    if session.late_by:
        parts.append(_("%(minutes)d minutes late") % {"minutes": session.late_by})
    return ", ".join(parts)


# Who may, and when


def day_reasons(session: Session, by: User) -> list[Reason]:
    """A secretary, while the edition is open, on a session of today that delegates know of and that is not over."""
    edition = session.edition
    if reasons := not_a_secretary(by, edition.dialogue):
        return reasons
    if edition.has_closed():
        return [Reason(_("The edition is over: its sessions stay as they were."), edition)]
    if not edition.is_open():
        said = _("%(edition)s is not open yet. Until then the agenda is changed and released.")
        return [Reason(said % {"edition": edition}, edition)]
    row = sessions_of_today(edition, by).filter(session=session).first()
    if row is None:
        said = _("This session is not in today’s agenda as released. Change it in the agenda, and release that.")
        return [Reason(said, edition)]
    if not row.is_kept:  # type: ignore[attr-defined]
        return [Reason(_("A session of one party’s own is kept by its staff alone."))]
    if session.status == CANCELLED or row.is_cancelled:
        return [Reason(_("This session is cancelled."), session)]
    if max(session.ends_at, row.ends_at) <= clock.now():
        return [Reason(_("This session is over."), session)]
    return []


def _in_hand(session: Session, by: User, seen: str | None) -> Session:
    """The session as it stands, locked after its edition; refused where it stands otherwise than it was seen."""
    edition = lock(session.edition)
    session = lock(session)
    session.edition = edition
    refuse_for(day_reasons(session, by))
    if seen is not None and seen != seen_of(session):
        said = _("It was changed since you looked, by you or by somebody else. It stands at: %(now)s. Nothing more was done.")
        raise StepRefused(Reason(said % {"now": in_words(session)}, session))
    return session


def _within_today(session: Session, starts_at: datetime, ends_at: datetime) -> None:
    first, next_day = day_bounds(session.edition)
    if not (first <= starts_at and ends_at <= next_day):
        raise StepRefused(Reason(_("It would not lie within today. Move it in the agenda, and release that."), session))
    if ends_at <= clock.now():
        said = _("It would be over already: it would end at %(end)s. Give a later time.")
        raise StepRefused(Reason(said % {"end": time_of(ends_at, session.edition)}, session))


def _told(session: Session, by: User, act: str, fields: tuple[str, ...], **details: Any) -> Session:
    """Store what changed, release it alone, write it down."""
    kept = {field.name for field in Session._meta.fields}
    session.clean_fields(exclude=kept - set(fields))
    session.save(update_fields=fields)
    release = release_one(session=session, by=by)
    journal.write(by=by, act=act, on=session, details={"release": release.number, **details})
    return session


# The acts


@transaction.atomic
def start_late(*, session: Session, by: User, minutes: int, seen: str | None = None) -> Session:
    """It starts `minutes` after its time, and ends as much later; nothing else moves. 0: on time after all.

    Said again it is a new word for the same delay, not one on top of it.
    """
    session = _in_hand(session, by, seen)
    if minutes not in (0, *MINUTES):
        raise StepRefused(Reason(_("Choose one of the numbers of minutes."), session))
    if minutes == session.late_by:
        raise StepRefused(Reason(_("That is said already. It stands at: %(now)s.") % {"now": in_words(session)}, session))
    ends_at = when_late(session, minutes)
    _within_today(session, session.starts_at, ends_at)
    session.ends_at, session.late_by = ends_at, minutes
    return _told(session, by, "delayed session", ("ends_at", "late_by"), minutes=minutes)


def when_late(session: Session, minutes: int) -> datetime:
    """When it ends if it starts so late."""
    return session.ends_at + timedelta(minutes=minutes - session.late_by)


@transaction.atomic
def extend(*, session: Session, by: User, minutes: int, seen: str | None = None) -> Session:
    """It ends `minutes` later than it now does; nothing else moves."""
    session = _in_hand(session, by, seen)
    if minutes not in MINUTES:
        raise StepRefused(Reason(_("Choose one of the numbers of minutes."), session))
    ends_at = session.ends_at + timedelta(minutes=minutes)
    _within_today(session, session.starts_at, ends_at)
    session.ends_at = ends_at
    return _told(session, by, "extended session", ("ends_at",), minutes=minutes)


def when_moved(session: Session, starts_at: datetime | None) -> tuple[datetime, datetime]:
    """Start and end of a session that begins anew at that time: as long as it was meant to be, and late no more."""
    if starts_at is None or starts_at == session.starts_at:
        return session.starts_at, session.ends_at
    return starts_at, starts_at + (session.ends_at - session.starts_at) - timedelta(minutes=session.late_by)


@transaction.atomic
def move_today(
    *, session: Session, by: User, room: Room | None = None, starts_at: datetime | None = None, seen: str | None = None
) -> Session:
    """To another room, another time of today, or both; what is not given stays. Never into a room that is taken then."""
    session = _in_hand(session, by, seen)
    room = room or session.room
    start, end = when_moved(session, starts_at)
    if start == session.starts_at and room == session.room:
        raise StepRefused(Reason(_("It is there already. Choose another room or another time."), session))
    venue = session.edition.venue
    if venue and room and room.venue_id != venue.pk:
        raise StepRefused(Reason(_("This room is not in %(venue)s.") % {"venue": venue}, session))
    _within_today(session, start, end)
    broken = what_it_breaks(session, by, starts_at=start, ends_at=end, room=room)
    refuse_for([Reason(check.text, next(iter(check.records), None)) for check in broken if check.blocks])
    if start != session.starts_at:
        session.late_by = 0
    session.starts_at, session.ends_at, session.room = start, end, room
    said = {"room": room.pk if room else None, "starts_at": start.isoformat()}
    return _told(session, by, "moved session", ("starts_at", "ends_at", "room", "late_by"), **said)


@transaction.atomic
def cancel_today(*, session: Session, by: User, instead_en: str = "", instead_nl: str = "", seen: str | None = None) -> Session:
    """It does not take place: it stays on the agenda, struck through, with what happens instead."""
    session = _in_hand(session, by, seen)
    move(session, CANCELLED, cancelled_note_en=instead_en.strip(), cancelled_note_nl=instead_nl.strip())
    return _told(session, by, "cancelled session", ("cancelled_note_en", "cancelled_note_nl"))


# What it breaks


@dataclass(frozen=True)
class Beside:
    """Another session of the edition as delegates read it, or as somebody has meanwhile prepared it."""

    session: int
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    room: int | None
    mandate: int | None
    people: frozenset[int]
    record: Session | None  # none for one that the asker may not read

    def minutes_within(self, starts_at: datetime, ends_at: datetime) -> int:
        """How long it overlaps, in whole minutes; none or less where it does not."""
        return int((min(self.ends_at, ends_at) - max(self.starts_at, starts_at)).total_seconds() // 60)


def sessions_beside(session: Session, by: User) -> list[Beside]:
    """Every other going-ahead session: the released row of each, and the working one where it stands elsewhere by now."""
    edition = session.edition
    kept = set(Session.objects.kept_by(by).filter(edition=edition).order_by().values_list("pk", flat=True))
    released = ReleasedSession.objects.current().filter(release__edition=edition, is_cancelled=False)
    told = {
        row.session_id: row for row in released.exclude(session=session).select_related("session").prefetch_related("speakers")
    }
    found = [_beside(row, row.session, kept) for row in told.values()]
    for other in edition.sessions.going_ahead().exclude(pk=session.pk).prefetch_related("speakers"):
        row = told.get(other.pk)
        if row is None or _place(row) != _place(other):
            found.append(_beside(other, other, kept))
    return sorted(found, key=lambda one: (one.starts_at, one.session))


def _place(row: Any) -> tuple[Any, ...]:
    return row.starts_at, row.ends_at, row.room_id


def _beside(row: Any, record: Session, kept: set[int]) -> Beside:
    is_readable = record.pk in kept
    return Beside(
        session=record.pk,
        title=str(row.title) if is_readable else _("a session you may not read"),
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        room=row.room_id,
        mandate=row.mandate_id,
        people=frozenset(slot.person_id for slot in row.speakers.all() if slot.person_id),
        record=record if is_readable else None,
    )


def what_it_breaks(
    session: Session,
    by: User,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    room: Room | None = None,
) -> list[Check]:
    """What stands in the way of it there and then, the nearest first; what is not given stays as it is.

    Only a room that is taken where the session is moved blocks. One that runs on into the next is a fact by then: it warns.
    """
    starts, ends, room = starts_at or session.starts_at, ends_at or session.ends_at, room or session.room
    is_moved = (starts, room) != (session.starts_at, session.room)
    checks = list(_unreleased(session, by))
    mine = {slot.person_id: slot.person for slot in session.speakers.select_related("person") if slot.person_id}
    for other in sessions_beside(session, by):
        minutes = other.minutes_within(starts, ends)
        if minutes <= 0:
            continue
        said = {
            "title": other.title,
            "start": time_of(other.starts_at, session.edition),
            "end": time_of(other.ends_at, session.edition),
            "minutes": minutes,
        }
        record = (other.record,) if other.record else ()
        if room and other.room == room.pk:
            said["room"] = str(room.name)
            if is_moved:
                text = _("%(room)s is taken from %(start)s to %(end)s: %(title)s. Choose another room or time.")
                checks.append(Check("blocks", text % said, record))
            else:
                text = _("%(room)s: %(title)s follows there at %(start)s. %(minutes)d minutes of it are taken.")
                checks.append(Check("warns", text % said, record))
            continue
        for person in sorted(mine.keys() & other.people):
            text = _("%(person)s is needed from %(start)s to %(end)s: %(title)s.")
            checks.append(Check("warns", text % {**said, "person": mine[person]}, record))
        if other.record and (text := _for_those_in_it(session, other, minutes)):
            checks.append(Check("warns", text % said, record))
    return checks


def _for_those_in_it(session: Session, other: Beside, minutes: int) -> str:
    """What an overlap means for those who sit in the session; nothing where nobody belongs in both."""
    if session.is_pause:
        return ""
    if other.kind in PAUSES:
        if minutes * 60 >= (other.ends_at - other.starts_at).total_seconds():
            return _("Nothing is left of %(title)s, %(start)s to %(end)s.")
        return _("%(minutes)d minutes of %(title)s are taken, %(start)s to %(end)s.")
    if session.kind in FOR_ALL or other.kind in FOR_ALL:
        return _("Those in it are also expected from %(start)s to %(end)s: %(title)s.")
    both = members_of_both(session, other.mandate)
    said = ngettext(
        "%(count)d person in it is also expected from %(start)s to %(end)s: %(title)s.",
        "%(count)d people in it are also expected from %(start)s to %(end)s: %(title)s.",
        both,
    )
    return said.replace("%(count)d", str(both)) if both else ""


def members_of_both(session: Session, mandate: int | None) -> int:
    if session.mandate_id is None or mandate is None:
        return 0
    seats = Registration.objects.live().filter(edition=session.edition_id, mandates=session.mandate_id)
    return seats.count() if mandate == session.mandate_id else seats.filter(pk__in=_members(mandate)).count()


def _members(mandate: int) -> QuerySet[Any]:
    return Registration.objects.live().filter(mandates=mandate).order_by().values("pk")


# Shown to delegates with the act, because the row of a session is released whole.
WHOLE_ROW = [name for name in SAID if name not in {"late_by", "cancelled_note_en", "cancelled_note_nl"}]


def _unreleased(session: Session, by: User) -> Iterator[Check]:
    """What else was changed in this very session and not released: it goes out with the act."""
    row = ReleasedSession.objects.current().filter(session=session).prefetch_related("speakers").first()
    if row is None:
        return
    fields = [Session._meta.get_field(name) for name in WHOLE_ROW]
    differ = [
        str(field.verbose_name)  # type: ignore[union-attr]
        for field in fields
        if getattr(row, field.attname) != getattr(session, field.attname)  # type: ignore[union-attr]
    ]
    if _parts(row) != _parts(session):
        differ.append(_("chairs and speakers"))
    if differ:
        text = _("Changed in the agenda and not released yet, this goes out with it: %(fields)s.")
        yield Check("warns", text % {"fields": ", ".join(differ)}, (session,))


def _parts(row: Any) -> list[Any]:
    return sorted((slot.role, slot.party_id or 0, slot.person_id or 0, slot.is_confirmed) for slot in row.speakers.all())
