"""What a released session says of its changes since the last planned release (workflows §4.3), in words.

Page, sheet and run of show say the same: one label for each thing that changed, with what it was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from socportal.bilingual import Wording, in_reader_language, reader_language

from .agenda import GroundRule
from .releases import ReleasedSession


@dataclass(frozen=True)
class Change:
    """One thing that differs from the last planned release; empty texts where there is nothing to set side by side."""

    kind: str
    label: str
    before: Wording
    after: Wording


def in_own_language(text: Any) -> Wording:
    """A text that is made in the reader's language, such as a time."""
    return text if isinstance(text, Wording) else Wording(str(text), reader_language())


def moment(instant: datetime, beside: datetime, zone: ZoneInfo) -> str:
    """The time at the venue; with the day where the other one stands on another day."""
    local = instant.astimezone(zone)
    if local.date() == beside.astimezone(zone).date():
        return time_format(local.time(), "TIME_FORMAT")
    return date_format(local, "DATETIME_FORMAT")


def late_label(row: ReleasedSession, at: datetime | None) -> str:
    if at is None or at < row.starts_at + timedelta(minutes=row.late_by):
        return ngettext("Starts %(n)d minute late", "Starts %(n)d minutes late", row.late_by) % {"n": row.late_by}
    return ngettext("Started %(n)d minute late", "Started %(n)d minutes late", row.late_by) % {"n": row.late_by}


def changes_of(row: ReleasedSession, zone: ZoneInfo, at: datetime | None, papers: int = 0) -> list[Change]:
    """By the clock of `zone`; `papers` is how many of its papers this reader may read: of no other is told that it is new.

    `at` is none on paper, which is read at any time.
    """
    told, found = row.changes or {}, []

    def note(kind: str, label: str, before: Any = "", after: Any = "") -> None:
        found.append(Change(kind, label, in_own_language(before), in_own_language(after)))

    def note_moment(kind: str, label: str, said: str, now: datetime) -> None:
        former = datetime.fromisoformat(said)
        note(kind, label, moment(former, now, zone), moment(now, former, zone))

    if row.is_cancelled:
        note("cancelled", pgettext("session", "Cancelled"), "", row.cancelled_note)
    if told.get("added"):
        note("added", _("New in this agenda"), "", moment(row.starts_at, row.starts_at, zone))
    if said := told.get("time_changed"):
        note_moment("time", _("Time changed"), said, row.starts_at)
    if said := told.get("ended"):
        note_moment("end", _("End changed"), said, row.ends_at)
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
