"""A day's sessions placed by row, span and column: rooms beside each other where the page is wide enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from dialogues.models.agenda import Kind

if TYPE_CHECKING:
    from .agenda_entries import Entry

# What agenda.css has rules for; a day with more is read as a list.
MOST_ROWS, MOST_COLUMNS, MOST_ROWS_OF_ONE = 40, 8, 12


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
