"""The working agenda as the builder shows it: every day as a table of times and rooms, every block with what is wrong on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Audience, Edition, Room, Session
from dialogues.procedures.steps import Check

MOST_DAYS = 31  # an edition that is said to last longer shows only the days that something is on


def builder_address(session: Session) -> str:
    """Where a session is changed in the builder."""
    return reverse("admin:dialogues_edition_agenda_builder_session", args=[session.edition_id, session.pk])


def move_address(session: Session) -> str:
    return reverse("admin:dialogues_edition_agenda_builder_move", args=[session.edition_id, session.pk])


def add_address(edition: Edition, **known: Any) -> str:
    """The form of a new session, filled in as far as the place that the link stands at says."""
    said = urlencode({name: value for name, value in known.items() if value not in {None, ""}})
    return f"{reverse('admin:dialogues_edition_agenda_builder_add', args=[edition.pk])}{'?' * bool(said)}{said}"


def at_venue(instant: datetime, edition: Edition) -> str:
    return date_format(instant.astimezone(edition.zone), "TIME_FORMAT")


@dataclass(frozen=True)
class Block:
    """One session on the page; of one that is not the reader's only where and when it is."""

    session: Session
    times: str
    is_readable: bool
    is_open: bool  # to be changed here
    checks: Sequence[Check] = ()
    unreleased: str = ""

    @property
    def is_cancelled(self) -> bool:
        return self.session.status == Session.Status.CANCELLED

    @property
    def title(self) -> Any:
        return self.session.title if self.is_readable else None

    @property
    def address(self) -> str:
        return builder_address(self.session) if self.is_readable and self.is_open else ""

    @property
    def move_to(self) -> str:
        return move_address(self.session) if self.address else ""

    @property
    def audience(self) -> str:
        return "" if self.session.audience == Audience.DELEGATES else self.session.get_audience_display()

    @property
    def people(self) -> str:
        """How many chair and speak, and of whom it is not settled who."""
        slots = list(self.session.speakers.all())
        if not slots:
            return ""
        said = ngettext("%(count)d chair or speaker", "%(count)d chairs and speakers", len(slots)) % {"count": len(slots)}
        if open_parts := sum(slot.person_id is None or not slot.is_confirmed for slot in slots):
            said += ", " + _("%(count)d to be confirmed") % {"count": open_parts}
        return said


@dataclass
class Cell:
    """What meets in one room from one time on; `rows` is how many lines of the table it takes."""

    blocks: list[Block]
    rows: int = 1
    add: str = ""
    room: int | None = None


@dataclass(frozen=True)
class Row:
    time: str
    clock_time: str
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    room: Room | None
    name: str
    beside: str  # floor and places


@dataclass(frozen=True)
class Day:
    date: date
    title: str
    is_outside: bool
    add: str
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def days_of(edition: Edition, blocks: Iterable[Block], rooms: Sequence[Room], *, is_open: bool) -> list[Day]:
    """Every day of the edition, empty ones too, and whatever other day a session stands on."""
    on: dict[date, list[Block]] = {}
    for block in blocks:
        on.setdefault(block.session.starts_at.astimezone(edition.zone).date(), []).append(block)
    own: list[date] = []
    if edition.opens_on and edition.closes_on and (edition.closes_on - edition.opens_on).days < MOST_DAYS:
        own = [edition.opens_on + timedelta(days=n) for n in range((edition.closes_on - edition.opens_on).days + 1)]
    return [_day(edition, day, on.get(day, []), rooms, day not in own, is_open=is_open) for day in sorted({*own, *on})]


def _day(edition: Edition, day: date, blocks: list[Block], rooms: Sequence[Room], is_outside: bool, *, is_open: bool) -> Day:
    add = add_address(edition, day=day.isoformat()) if is_open else ""
    title = capfirst(date_format(day, "l j F Y"))
    if not blocks:
        return Day(day, title, is_outside, add)
    columns = _columns(blocks, rooms)
    ends = {block.session.ends_at for block in blocks}
    times = sorted({block.session.starts_at for block in blocks} | ends)
    times = [instant for instant in times if instant.astimezone(edition.zone).date() == day]
    taken = {column.room and column.room.pk: _cells(column, blocks, times) for column in columns}
    rows = []
    for number, instant in enumerate(times):
        clock_time = f"{instant.astimezone(edition.zone):%H:%M}"
        cells = []
        for column in columns:
            cell = taken[column.room and column.room.pk].get(number, Cell([]))
            if cell is None:
                continue  # covered by what began above
            if is_open and all(block.is_cancelled for block in cell.blocks):
                cell.add = add_address(edition, day=day.isoformat(), start=clock_time, room=column.room and column.room.pk)
            cell.room = column.room.pk if column.room else None
            cells.append(cell)
        rows.append(Row(at_venue(instant, edition), clock_time, cells))
    return Day(day, title, is_outside, add, columns, rows)


def _columns(blocks: Iterable[Block], rooms: Sequence[Room]) -> list[Column]:
    """Every room of the house, then others that something meets in, then what has no room yet."""
    met_in = {block.session.room_id: block.session.room for block in blocks}
    others = [room for key, room in met_in.items() if room and key not in {room.pk for room in rooms}]
    columns = [Column(room, str(room.name), _beside(room)) for room in [*rooms, *others]]
    if None in met_in or not columns:
        columns.append(Column(None, _("No room yet"), ""))
    return columns


def _beside(room: Room) -> str:
    places = ngettext("%(count)d place", "%(count)d places", room.capacity) % {"count": room.capacity} if room.capacity else ""
    return ", ".join(filter(None, [str(room.floor or ""), places]))


def _cells(column: Column, blocks: Iterable[Block], times: list[datetime]) -> dict[int, Cell | None]:
    """By line of the table; None where an earlier block goes on. What overlaps in one room stands in one cell.

    A cancelled session takes no room: it stands where it began.
    """
    room = column.room.pk if column.room else None
    taken: dict[int, Cell | None] = {}
    cell, first, until = Cell([]), 0, -1
    for block in sorted((one for one in blocks if one.session.room_id == room), key=lambda one: one.session.starts_at):
        start = times.index(block.session.starts_at)
        end = block.session.starts_at if block.is_cancelled else block.session.ends_at
        if start > until:
            taken[start] = cell = Cell([])
            first = until = start
        cell.blocks.append(block)
        until = max([until, *(number for number, instant in enumerate(times) if instant < end)])
        cell.rows = until - first + 1
        taken |= dict.fromkeys(range(first + 1, until + 1))
    return taken
