"""What differs between two states of the agenda: one entry a session, in eight kinds (workflows §4.3).

Pure functions over content that was read before: the notice, the label on the session, the calendar's revision and the
page of differences all say what is said here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dialogues.models import Audience

from .agenda_content import Content, Row


class ChangeKind(StrEnum):
    """In the order in which they are told of one session."""

    ADDED = "added"
    CANCELLED = "cancelled"
    TIME_CHANGED = "time_changed"
    ROOM_CHANGED = "room_changed"
    TITLE_CHANGED = "title_changed"
    PERSON_CHANGED = "person_changed"
    GROUND_RULE_CHANGED = "ground_rule_changed"
    PAPER_ADDED = "paper_added"


# What somebody has to know to be in the right place, and what a calendar has to be told anew.
WHERE_AND_WHEN = (ChangeKind.ADDED, ChangeKind.CANCELLED, ChangeKind.TIME_CHANGED, ChangeKind.ROOM_CHANGED)

IN_CALENDARS = (
    "title_en",
    "title_nl",
    "starts_at",
    "ends_at",
    "late_by",
    "room_id",
    "room_name_en",
    "room_name_nl",
    "is_cancelled",
)


@dataclass(frozen=True)
class Change:
    """One thing that differs of one session. `before` and `after` hold what that kind compares, as `stated` gives it.

    A session that is new has nothing before, one that is not there any more nothing after; one that was cancelled and takes
    place after all is `added` with its cancellation before.
    """

    session_id: int
    kind: ChangeKind
    before: Any
    after: Any


def _shown_people(people: Iterable[Row]) -> tuple[tuple[str, int, int], ...]:
    """Part, party and person; somebody who is not confirmed is nobody yet, for every reader. 0 stands for none."""
    shown = ((one["role"], one["party_id"] or 0, (one["is_confirmed"] and one["person_id"]) or 0) for one in people)
    return tuple(sorted(shown))


def stated(kind: ChangeKind, one: tuple[Row, list[Row]]) -> Any:
    """What a session says in the respect of this kind: equal for two states in which nobody reads a difference."""
    row, people = one
    match kind:
        case ChangeKind.TIME_CHANGED:
            return row["starts_at"], row["ends_at"], row["late_by"]
        case ChangeKind.ROOM_CHANGED:
            return row["room_id"], row["room_name_en"], row["room_name_nl"]
        case ChangeKind.TITLE_CHANGED:
            return row["title_en"], row["title_nl"]
        case ChangeKind.PERSON_CHANGED:
            return _shown_people(people)
        case ChangeKind.GROUND_RULE_CHANGED:
            return row["ground_rule"]
        case ChangeKind.PAPER_ADDED:
            return {(paper, lang): number for paper, lang, number in row.get("papers", [])}
        case _:
            return not row["is_cancelled"]


COMPARED = (
    ChangeKind.TIME_CHANGED,
    ChangeKind.ROOM_CHANGED,
    ChangeKind.TITLE_CHANGED,
    ChangeKind.PERSON_CHANGED,
    ChangeKind.GROUND_RULE_CHANGED,
)


def _of_one(pk: int, before: tuple[Row, list[Row]] | None, after: tuple[Row, list[Row]] | None) -> list[Change]:
    """A cancelled session has one thing to say, so its other changes are not told."""
    if after is None:
        return [Change(pk, ChangeKind.CANCELLED, before, None)]
    if before is None:
        new = [Change(pk, ChangeKind.ADDED, None, after)]
        return [*new, Change(pk, ChangeKind.CANCELLED, None, after)] if after[0]["is_cancelled"] else new
    was_cancelled, is_cancelled = before[0]["is_cancelled"], after[0]["is_cancelled"]
    if is_cancelled:
        return [] if was_cancelled else [Change(pk, ChangeKind.CANCELLED, before, after)]
    changes = [Change(pk, ChangeKind.ADDED, before, after)] if was_cancelled else []
    for kind in COMPARED:
        was, now = stated(kind, before), stated(kind, after)
        if was != now:
            changes.append(Change(pk, kind, was, now))
    had = stated(ChangeKind.PAPER_ADDED, before)
    new_papers = {key: number for key, number in stated(ChangeKind.PAPER_ADDED, after).items() if number > had.get(key, 0)}
    if new_papers:
        changes.append(Change(pk, ChangeKind.PAPER_ADDED, had, new_papers))
    return changes


def difference(before: Content, after: Content) -> list[Change]:
    """Everything that differs, session by session in the order of the later state, then what is not in it any more."""
    order = sorted(after, key=lambda pk: (after[pk][0]["starts_at"], pk)) + sorted(set(before) - set(after))
    return [change for pk in order for change in _of_one(pk, before.get(pk), after.get(pk))]


def by_session(changes: Iterable[Change]) -> dict[int, list[Change]]:
    """One entry a session, however much of it changed (rule 1)."""
    entries: dict[int, list[Change]] = {}
    for change in changes:
        entries.setdefault(change.session_id, []).append(change)
    return entries


def seen(
    before: Content, after: Content, *, seen_before: Collection[int], seen_after: Collection[int]
) -> tuple[Content, Content]:
    """Both states as one reader may read them now; `seen_…` are the sessions that the reader may read in each.

    What somebody may not read in the later state is told in no way, not even that it is gone: narrowed to fewer readers it
    leaves their agenda without a word. What was hidden in the earlier state is new to them, and what it was called then
    stays hidden.
    """
    return (
        {pk: one for pk, one in before.items() if pk in seen_before and pk in seen_after},
        {pk: one for pk, one in after.items() if pk in seen_after},
    )


# On the session, and in the calendar


def _open_papers(changes: list[Change], row: Row, paper_readers: dict[int, tuple[str, int | None]]) -> int:
    """How many of the new papers everybody reads who reads the session; a count tells of the others too."""
    told = (Audience.DELEGATES, None), (row["audience"], row["mandate_id"])
    new = {key for change in changes if change.kind is ChangeKind.PAPER_ADDED for key in change.after}
    return sum(paper_readers.get(paper) in told for paper, _lang in new)


def labels(
    before: tuple[Row, list[Row]] | None, after: tuple[Row, list[Row]], paper_readers: dict[int, tuple[str, int | None]]
) -> dict[str, Any]:
    """What a released session says of its changes against the state `before`; instants in ISO 8601.

    `paper_readers` gives audience and working group of a paper by its key.
    """
    row = after[0]
    changes = _of_one(0, before, after)
    kinds = {change.kind: change for change in changes}
    label: dict[str, Any] = {}
    for kind in (ChangeKind.ADDED, ChangeKind.CANCELLED, ChangeKind.PERSON_CHANGED):
        if kind in kinds:
            label[kind.value] = True
    if change := kinds.get(ChangeKind.TIME_CHANGED):
        (starts, ends, late), now = change.before, change.after
        if starts != now[0]:
            label["time_changed"] = starts.isoformat()
        elif ends != now[1]:
            label["ended"] = ends.isoformat()
        if late != now[2]:
            label["late"] = row["late_by"]
    if change := kinds.get(ChangeKind.ROOM_CHANGED):
        _room, english, dutch = change.before
        label["room_changed"] = {"en": english, "nl": dutch}
    if change := kinds.get(ChangeKind.TITLE_CHANGED):
        english, dutch = change.before
        label["title_changed"] = {"en": english, "nl": dutch}
    if change := kinds.get(ChangeKind.GROUND_RULE_CHANGED):
        label["ground_rule_changed"] = change.before
    if count := _open_papers(changes, row, paper_readers):
        label["paper_added"] = count
    return label


def changed_live(before: tuple[Row, list[Row]] | None, after: tuple[Row, list[Row]]) -> bool:
    """Whether somebody would now stand in the wrong place: what a banner tells of at once (rule 5)."""
    return any(change.kind in WHERE_AND_WHEN for change in _of_one(0, before, after))


def revised(before: Row, after: Row) -> bool:
    """Whether a calendar has to take the session up anew: title, time, room or cancellation differ (RFC 5545 §3.8.7.4)."""
    return any(before[name] != after[name] for name in IN_CALENDARS)
