"""What changed on an item of the agenda, in words: the label upon it, old and new side by side, the banner of the hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from dialogues.models import Edition, ReleasedSession
from dialogues.models.agenda import GroundRule
from socportal.bilingual import Wording, in_reader_language, reader_language

if TYPE_CHECKING:
    from .agenda_entries import Entry

# Who hears of one of these too late stands before the wrong door (workflows §4.3, rule 5).
URGENT = ("cancelled", "time", "late", "end", "room")
AT_ONCE = timedelta(hours=3)


@dataclass(frozen=True)
class Change:
    """One thing that differs from the last planned release; empty texts where there is nothing to set side by side."""

    kind: str
    label: str
    before: Wording
    after: Wording


def plain(text: Any) -> Wording:
    """A text in the reader's own language, such as a time."""
    return text if isinstance(text, Wording) else Wording(str(text), reader_language())


def moment(instant: datetime, beside: datetime, zone: ZoneInfo) -> str:
    """The time at the venue; with the day where the other one stands on another day."""
    local = instant.astimezone(zone)
    if local.date() == beside.astimezone(zone).date():
        return time_format(local.time(), "TIME_FORMAT")
    return date_format(local, "DATETIME_FORMAT")


def late_label(row: ReleasedSession, at: datetime) -> str:
    begins = row.starts_at + timedelta(minutes=row.late_by)
    if at < begins:
        return ngettext("Starts %(n)d minute late", "Starts %(n)d minutes late", row.late_by) % {"n": row.late_by}
    return ngettext("Started %(n)d minute late", "Started %(n)d minutes late", row.late_by) % {"n": row.late_by}


def changes_of(row: ReleasedSession, zone: ZoneInfo, at: datetime, papers: int = 0) -> list[Change]:
    """What changed since the last planned release; `papers` is how many of its papers this reader may read."""
    told, found = row.changes or {}, []

    def note(kind: str, label: str, before: Any = "", after: Any = "") -> None:
        found.append(Change(kind, label, plain(before), plain(after)))

    if row.is_cancelled:
        note("cancelled", pgettext("session", "Cancelled"), "", row.cancelled_note)
    if told.get("added"):
        note("added", _("New in this agenda"), "", moment(row.starts_at, row.starts_at, zone))
    if said := told.get("time_changed"):
        former = datetime.fromisoformat(said)
        same = former == row.starts_at
        was = "" if same else moment(former, row.starts_at, zone)
        note("time", _("Time changed"), was, moment(row.starts_at, former, zone))
    if said := told.get("ended"):
        former = datetime.fromisoformat(said)
        note("end", _("End changed"), moment(former, row.ends_at, zone), moment(row.ends_at, former, zone))
    if row.late_by:
        begins = row.starts_at + timedelta(minutes=row.late_by)
        note("late", late_label(row, at), moment(row.starts_at, begins, zone), moment(begins, row.starts_at, zone))
    if "room_changed" in told:
        note("room", _("Room changed"), in_reader_language(told["room_changed"]), row.room_name or _("Room to be announced"))
    if "title_changed" in told:
        note("title", _("Title changed"), in_reader_language(told["title_changed"]), row.title)
    if told.get("person_changed"):
        note("person", _("Chair or speaker changed"))
    if "ground_rule_changed" in told:
        was = dict(GroundRule.choices).get(told["ground_rule_changed"], _("Not stated"))
        note("ground_rule", _("What may be repeated changed"), was, row.get_ground_rule_display() or _("Not stated"))
    if number := min(int(told.get("paper_added") or 0), papers):
        note("paper", ngettext("New paper", "%(n)d new papers", number) % {"n": number})
    return found


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
