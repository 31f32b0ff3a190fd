"""The agenda as its readers see it: where to be now and next, the days, one session, and what is mine.

Whoever takes part reads the latest release. Everybody else reads its public outline, and until the edition has closed no
room, no breakout and no minister's time stands in that (law R5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.models import ActionItem, AgendaRelease, Appointment, Edition, Registration, ReleasedSession, ReleasedSpeaker
from dialogues.models.agenda import Kind
from dialogues.models.conclusions import sessions_reported_by
from dialogues.models.programme import Part, part_of, takes_part
from socportal import clock
from socportal.bilingual import in_reader_language

from .conclusions import reports_to_do, summaries_to_read

# What portal.css has rules for; a day with more is read as a list.
MOST_ROWS, MOST_COLUMNS, MOST_ROWS_OF_ONE = 40, 8, 12


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
    changes: list[tuple[str, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    place_in_grid: str = ""

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
    venue = Clock(str(edition.city or (edition.host_party and edition.host_party.capital) or _("the venue")), edition.zone)
    clocks = {at.astimezone(venue.zone).utcoffset(): venue}
    for party in edition.dialogue.parties.order_by("code"):
        zone = ZoneInfo(party.time_zone)
        if party.capital:
            clocks.setdefault(at.astimezone(zone).utcoffset(), Clock(str(party.capital), zone))
    return list(clocks.values())


def changes_of(row: ReleasedSession, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What changed since the last planned release, and what it was before."""
    changes, labels = row.changes or {}, []
    if changes.get("added"):
        labels.append((_("New in this agenda"), ""))
    if before := changes.get("time_changed"):
        start = datetime.fromisoformat(before).astimezone(zone)
        same_day = start.date() == row.starts_at.astimezone(zone).date()
        was = time_format(start.time(), "TIME_FORMAT") if same_day else date_format(start, "DATETIME_FORMAT")
        labels.append((_("Time changed"), "" if start == row.starts_at else _("Was %(before)s") % {"before": was}))
    for key, label in (("room_changed", _("Room changed")), ("title_changed", _("Title changed"))):
        if key in changes:
            was = in_reader_language(changes[key])
            labels.append((label, _("Was %(before)s") % {"before": was} if was else ""))
    return labels


def entry_of(row: ReleasedSession, clocks: Sequence[Clock], at: datetime, *, whole: bool, closed: bool) -> Entry:
    """`whole`: the reader takes part. Nobody else reads who speaks or what changed, nor, until it has closed, a room."""
    venue, *others = clocks
    shows_time = whole or closed or row.kind != Kind.MINISTERIAL
    return Entry(
        row=row,
        day=row.starts_at.astimezone(venue.zone).date(),
        starts=venue.shows(row.starts_at) if shows_time else "",
        ends=venue.shows(row.ends_at) if shows_time else "",
        shows_time=shows_time,
        shows_room=whole or closed,
        is_mine=whole and bool(getattr(row, "is_mine", False)),
        is_past=shows_time and row.ends_at <= at,
        elsewhere=[f"{other.shows(row.starts_at)} {other.place}" for other in others] if shows_time else [],
        changes=changes_of(row, venue.zone) if whole else [],
        parts=[part_of(speaker) for speaker in row.speakers.all()] if whole else [],
    )


def with_now_and_next(entries: Sequence[Entry], at: datetime) -> tuple[list[Entry], Entry | None, Entry | None]:
    """Where this reader must be at `at`, and where after that; work goes before a pause that runs beside it."""
    mine = [entry for entry in entries if entry.is_mine and not entry.row.is_cancelled]
    running = [entry for entry in mine if entry.row.starts_at <= at < entry.row.ends_at]
    to_come = [entry for entry in mine if entry.row.starts_at > at]
    now = min(running, key=lambda entry: (entry.row.is_pause, -entry.row.starts_at.timestamp()), default=None)
    following = min(to_come, key=lambda entry: (entry.row.starts_at, entry.row.is_pause), default=None)
    marked = [replace(entry, is_now=entry is now, is_next=entry is following) for entry in entries]
    found = {"now": None, "next": None} | {
        key: entry for entry in marked for key, hit in (("now", entry.is_now), ("next", entry.is_next)) if hit
    }
    return marked, found["now"], found["next"]


def in_reading_order(entry: Entry) -> tuple[Any, ...]:
    """By start; among parallel sessions the reader's own first, then by room."""
    room = entry.row.room
    return entry.row.starts_at, not entry.is_mine, room.position if room else 999, entry.row.session_id


def in_grid(entries: Sequence[Entry]) -> tuple[list[Entry], list[tuple[int, str]], list[datetime]]:
    """Rooms in columns: a row for every start, a column for every room; what runs alone and is for all goes across.

    Sessions that meet in one room at one time (one of them cancelled, or a double booking) stand in two columns of its name.
    """
    starts = sorted({entry.row.starts_at for entry in entries})
    if len(starts) > MOST_ROWS or len(entries) > MOST_ROWS * MOST_COLUMNS:
        return list(entries), [], []

    def across(entry: Entry) -> bool:
        alone = all(
            other is entry or other.row.ends_at <= entry.row.starts_at or other.row.starts_at >= entry.row.ends_at
            for other in entries
        )
        return alone and entry.row.kind not in {Kind.BREAKOUT, Kind.BILATERAL}

    lanes: dict[tuple[int, int, str, int], list[Entry]] = {}
    for entry in sorted((entry for entry in entries if not across(entry)), key=lambda entry: entry.row.starts_at):
        room = entry.row.room if entry.shows_room else None
        place = (room.position, room.pk, str(entry.row.room_name)) if room else (999, 0, _("Room to be announced"))
        number = 0
        while (lane := lanes.get((*place, number))) and lane[-1].row.ends_at > entry.row.starts_at:
            number += 1
        lanes.setdefault((*place, number), []).append(entry)
    columns = list(enumerate(sorted(lanes), 1))
    if not columns or len(columns) > MOST_COLUMNS:
        return list(entries), [], []
    column = {id(entry): number for number, lane in columns for entry in lanes[lane]}
    placed = []
    for entry in entries:
        rows = sum(entry.row.starts_at <= start < entry.row.ends_at for start in starts)
        across_or_column = f"c{column[id(entry)]}" if id(entry) in column else "across"
        if rows > MOST_ROWS_OF_ONE:
            return list(entries), [], []
        row = starts.index(entry.row.starts_at) + 2
        placed.append(replace(entry, place_in_grid=f"r{row} s{rows} {across_or_column}"))
    return placed, [(number, lane[2]) for number, lane in columns], starts


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


def edition_or_404(user: Any, dialogue: str, year: int, at: datetime) -> Edition:
    editions = Edition.objects.visible_to(user, at=at).select_related("dialogue", "host_party")
    found = editions.filter(dialogue__slug=dialogue, year=year).first()
    if found is None:
        raise Http404
    return found


def on_former_days(edition: Edition, entries: Iterable[Entry]) -> bool:
    """Whether the edition was moved since this was released: a release is checked to stand within the days it was made for."""
    if edition.status not in Edition.DAYS_FIXED or not edition.opens_on or not edition.closes_on:
        return False
    return any(not edition.opens_on <= entry.day <= edition.closes_on for entry in entries)


def programme(user: Any, edition: Edition, at: datetime) -> dict[str, Any]:
    """What every page about an edition's agenda is made of: the clocks, the release, the sessions, now and next."""
    whole, closed = takes_part(user, edition, at), edition.has_closed(at)
    speakers = ReleasedSpeaker.objects.select_related("party", "person__organisation").order_by("pk")
    rows = ReleasedSession.objects.current().visible_to(user, at=at).filter(release__edition=edition).marked_mine(user)
    if not whole and not closed:
        rows = rows.exclude(kind__in=[Kind.BREAKOUT, Kind.BILATERAL])
    rows = rows.in_order().select_related("room").prefetch_related(Prefetch("speakers", queryset=speakers))
    clocks = clocks_of(edition, at)
    entries = [entry_of(row, clocks, at, whole=whole, closed=closed) for row in rows]
    shows_former_days = on_former_days(edition, entries)
    now = following = None
    if edition.status != Edition.Status.POSTPONED and not shows_former_days:
        entries, now, following = with_now_and_next(entries, at)
    release = AgendaRelease.objects.current().visible_to(user, at=at).filter(edition=edition).first() if whole else None
    today = at.astimezone(edition.zone).date()
    released = release and release.released_at.astimezone(edition.zone)
    return {
        "shell": "base_signed_in.html" if user.is_authenticated else "base.html",
        "dialogue": edition.dialogue,
        "edition": edition,
        "whole": whole,
        "clocks": clocks,
        "times_now": [(item.shows(at), item.place) for item in clocks],
        "release": release,
        "released_in_full": date_format(released, "DATETIME_FORMAT") if released else "",
        "released": date_format(released, "TIME_FORMAT" if released.date() == today else "DATETIME_FORMAT") if released else "",
        "entries": entries,
        "shows_former_days": shows_former_days,
        "now": now,
        "next": following,
        "next_day": capfirst(date_format(following.day, "l j F")) if following and following.day != today else "",
    }


@require_safe
def agenda(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    at = clock.now()
    edition = edition_or_404(request.user, dialogue, year, at)
    page = programme(request.user, edition, at)
    page["days"] = days_of(page["entries"], page["clocks"], at, grid=page["whole"] or edition.has_closed(at))
    return render(request, "dialogues/agenda/agenda.html", page)


@require_safe
def session(request: HttpRequest, dialogue: str, year: int, session: int) -> HttpResponse:
    at = clock.now()
    edition = edition_or_404(request.user, dialogue, year, at)
    page = programme(request.user, edition, at)
    entry = next((entry for entry in page["entries"] if entry.row.session_id == session), None)
    if entry is None:
        raise Http404
    page |= {
        "entry": entry,
        "day": capfirst(date_format(entry.day, "l j F Y")),
        "is_reported": sessions_reported_by(request.user, at).filter(pk=session).exists(),
    }
    return render(request, "dialogues/agenda/session.html", page)


def edition_in_hand(user: Any, at: datetime) -> Edition | None:
    """The reader's edition of the moment: the open one, else the next, else the latest."""
    dialogues = Appointment.objects.current(at).held_by(user).values("dialogue")
    registered = Registration.objects.giving_access().filter(person=user.person_id).values("edition")
    own = (
        Edition.objects.visible_to(user, at=at)
        .filter(Q(dialogue__in=dialogues) | Q(pk__in=registered))
        .exclude(status=Edition.Status.CANCELLED)
        .select_related("dialogue", "host_party")
    )
    far = timedelta(days=36525)

    def nearness(edition: Edition) -> tuple[int, timedelta, int]:
        if edition.has_closed(at) or not edition.opens_on:
            return 2, at.date() - edition.opens_on if edition.opens_on else far, -edition.year
        running = edition.opens_on <= at.astimezone(edition.zone).date()
        return (0 if running else 1), edition.opens_on - at.date(), -edition.year

    return min(own, key=nearness, default=None)


def own_details_of(user: Any, at: datetime) -> list[Registration]:
    """The reader's registrations whose own details can still be given, those that wait for them first."""
    own = Registration.objects.visible_to(user, at).giving_access(at).filter(person=user.person_id)
    rows = own.select_related("edition__dialogue").order_by("edition__opens_on", "pk") if user.person_id else own.none()
    return sorted(
        (row for row in rows if not row.edition.has_closed(at)), key=lambda row: row.status != Registration.Status.INVITED
    )


@login_required
@require_safe
def my(request: HttpRequest) -> HttpResponse:
    at, user = clock.now(), request.user
    edition = edition_in_hand(user, at) if user.person_id else None
    page: dict[str, Any] = {"edition": None, "shell": "base_signed_in.html"}
    if edition:
        page = programme(user, edition, at)
        mine = [entry for entry in page["entries"] if entry.is_mine]
        page["days"] = days_of(mine, page["clocks"], at, grid=False)
    page["details"] = own_details_of(user, at)
    page["reports_to_do"] = reports_to_do(user, at)
    page["summaries"] = summaries_to_read(user, edition, at)
    actions = ActionItem.objects.visible_to(user, at=at).still_open()
    actions = actions.led_by(user.party_id).order_by("due_on", "number") if user.party_id else actions.none()
    page["actions"] = [
        {"item": item, "is_overdue": item.is_overdue(at), "is_due_soon": item.is_due_soon(at)} for item in actions
    ]
    return render(request, "dialogues/agenda/my.html", page)
