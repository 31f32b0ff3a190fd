"""The banner of the hour: what a live release changed of sessions that are near (workflows §4.3, rule 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dialogues.models import Edition, ReleasedSession
from dialogues.models.agenda_changes import Change

if TYPE_CHECKING:
    from .agenda_entries import Entry

# Who hears of one of these too late stands before the wrong door.
URGENT = ("cancelled", "time", "late", "end", "room")
AT_ONCE = timedelta(hours=3)


def concerns(row: ReleasedSession, at: datetime) -> bool:
    """Whether `at` lies within three hours before the session, or in it: at its present hour, or at the one it had."""
    length = row.ends_at - row.starts_at
    starts = [row.starts_at]
    if former := (row.changes or {}).get("time_changed"):
        starts.append(datetime.fromisoformat(former))
    return any(start - AT_ONCE <= at < start + length for start in starts)


def urgent_changes(edition: Edition, entries: Sequence[Entry], at: datetime) -> list[tuple[Entry, Change]]:
    """What a live release changed of sessions that are near, the reader's own first; nothing unless the edition is open."""
    found = [
        (entry, change)
        for entry in entries
        if (entry.row.changes or {}).get("live_at") and concerns(entry.row, at)
        for change in entry.changes
        if change.kind in URGENT and (change.kind == "cancelled" or not entry.row.is_cancelled)
    ]
    if not found or not edition.is_open(at):
        return []
    return sorted(found, key=lambda one: (not one[0].is_mine, one[0].row.starts_at, one[0].row.session_id))
