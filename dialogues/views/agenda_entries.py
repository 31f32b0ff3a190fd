"""The items of an agenda page: each session as this reader may see it at this moment, in days, with now and next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst

from dialogues.models import Edition, ReleasedSession
from dialogues.models.agenda import Kind
from dialogues.models.agenda_changes import Change, changes_of
from dialogues.models.programme import Part, Programme

from .agenda_grid import in_grid


@dataclass(frozen=True)
class Clock:
    """A place and what its clock shows; a place, never “CET” (glossary §3)."""

    place: str
    zone: ZoneInfo

    def shows(self, instant: datetime) -> str:
        return time_format(instant.astimezone(self.zone).time(), "TIME_FORMAT")


@dataclass(frozen=True)
class Entry:
    """One session as this reader may see it, at this moment, by the clock of the venue."""

    row: ReleasedSession
    day: date
    starts: str
    ends: str
    shows_time: bool = True
    shows_room: bool = True
    is_mine: bool = False
    is_past: bool = False
    is_now: bool = False
    is_next: bool = False
    elsewhere: list[str] = field(default_factory=list)
    # Start, end and place by every clock, where people join from elsewhere.
    in_full: list[tuple[str, str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    papers: int = 0
    place_in_grid: str = ""

    @property
    def begins_at(self) -> datetime:
        """When it really begins: one that starts late is not running at the hour that it was released for."""
        return self.row.starts_at + timedelta(minutes=self.row.late_by)

    @property
    def has_place(self) -> bool:
        """Whether a room is to be shown or waited for; free time is spent anywhere."""
        return self.shows_room and (bool(self.row.room_name) or self.row.kind != Kind.FREE)

    @property
    def people(self) -> list[tuple[str, list[Part]]]:
        """Who is confirmed, part by part, for one short line each."""
        confirmed = sorted((part for part in self.parts if part.is_confirmed), key=lambda part: part.order)
        return [(role, list(parts)) for role, parts in groupby(confirmed, key=lambda part: part.role)]

    @property
    def is_unconfirmed(self) -> bool:
        return any(not part.is_confirmed for part in self.parts)


@dataclass(frozen=True)
class Day:
    date: date
    title: str
    entries: list[Entry]
    untimed: list[Entry]
    past: int
    is_today: bool
    columns: list[tuple[int, str]]
    times: list[tuple[int, str, list[str]]]
    number: int = 1
    of: int = 1


def clocks_of(edition: Edition, at: datetime) -> list[Clock]:
    """The venue's clock first, then those of the parties that show another time at `at`."""
    venue = Clock(edition.place, edition.zone)
    clocks = {at.astimezone(venue.zone).utcoffset(): venue}
    for party in edition.dialogue.parties.order_by("code"):
        zone = ZoneInfo(party.time_zone)
        if party.capital:
            clocks.setdefault(at.astimezone(zone).utcoffset(), Clock(str(party.capital), zone))
    return list(clocks.values())


def entry_of(programme: Programme, row: ReleasedSession, clocks: Sequence[Clock], papers: int = 0) -> Entry:
    """What a row of the programme tells its reader, and how; `papers` is how many of its papers they may read."""
    at, whole, shows_time = programme.at, programme.is_whole, programme.shows_time(row)
    venue, *others = clocks
    day = row.starts_at.astimezone(venue.zone).date()
    # One that was cancelled stays to be seen until its day is over; it has no end that could pass (workflows §4.3, rule 6).
    is_over = at.astimezone(venue.zone).date() > day if row.is_cancelled else row.ends_at <= at
    return Entry(
        row=row,
        day=day,
        starts=venue.shows(row.starts_at) if shows_time else "",
        ends=venue.shows(row.ends_at) if shows_time else "",
        shows_time=shows_time,
        shows_room=programme.shows_room(row),
        is_mine=whole and bool(getattr(row, "is_mine", False)),
        is_past=shows_time and is_over,
        elsewhere=[f"{other.shows(row.starts_at)} {other.place}" for other in others] if shows_time else [],
        in_full=[(one.shows(row.starts_at), one.shows(row.ends_at), one.place) for one in clocks]
        if whole and row.is_hybrid
        else [],
        changes=changes_of(row, venue.zone, at, papers) if whole else [],
        parts=programme.parts(row),
        papers=papers,
    )


def with_now_and_next(entries: Sequence[Entry], at: datetime) -> tuple[list[Entry], Entry | None, Entry | None]:
    """Where this reader must be at `at`, and where after that; work goes before a pause that runs beside it."""
    mine = [entry for entry in entries if entry.is_mine and not entry.row.is_cancelled]
    running = [entry for entry in mine if entry.begins_at <= at < entry.row.ends_at]
    to_come = [entry for entry in mine if entry.begins_at > at and entry.row.ends_at > at]
    now = min(running, key=lambda entry: (entry.row.is_pause, -entry.begins_at.timestamp()), default=None)
    following = min(to_come, key=lambda entry: (entry.begins_at, entry.row.is_pause), default=None)
    marked = [replace(entry, is_now=entry is now, is_next=entry is following) for entry in entries]
    found = {"now": None, "next": None} | {
        key: entry for entry in marked for key, hit in (("now", entry.is_now), ("next", entry.is_next)) if hit
    }
    return marked, found["now"], found["next"]


def in_reading_order(entry: Entry) -> tuple[datetime, bool, int, int]:
    """By start; among parallel sessions the reader's own first, then by room."""
    room = entry.row.room
    return entry.row.starts_at, not entry.is_mine, room.position if room else 999, entry.row.session_id


def days_of(entries: Iterable[Entry], clocks: Sequence[Clock], at: datetime, *, grid: bool = True) -> list[Day]:
    """The days at the venue. What is over is counted for folding, as long as anything is still to come."""
    entries = sorted(entries, key=in_reading_order)
    folding = any(entry.row.ends_at > at for entry in entries)
    venue, *others = clocks
    today = at.astimezone(venue.zone).date()
    days = []
    for day, listed in groupby(entries, key=lambda entry: entry.day):
        of_day = list(listed)
        timed = [replace(entry, is_past=entry.is_past and folding) for entry in of_day if entry.shows_time]
        timed, columns, starts = in_grid(timed) if grid else (timed, [], [])
        days.append(
            Day(
                date=day,
                title=capfirst(date_format(day, "l j F Y")),
                entries=timed,
                untimed=sorted((entry for entry in of_day if not entry.shows_time), key=lambda entry: entry.row.title),
                past=sum(entry.is_past for entry in timed),
                is_today=day == today,
                columns=columns,
                times=[
                    (number, venue.shows(start), [other.shows(start) for other in others])
                    for number, start in enumerate(starts, 2)
                ],
            )
        )
    return [replace(day, number=number, of=len(days)) for number, day in enumerate(days, 1)]
