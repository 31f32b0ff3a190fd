"""What differs between two states of the agenda: one entry a session, in eight kinds, and nothing left unexplained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.procedures.agenda_changes import (
    ChangeKind,
    by_session,
    difference,
    labels,
    revised,
    seen,
    stated,
)
from dialogues.procedures.agenda_content import FROZEN_FIELDS

TEN = datetime(2027, 3, 16, 9, tzinfo=UTC)
K = ChangeKind
# RFC 5545 §3.8.7.4: title, time, room, cancellation, in both languages.
WHAT_A_CALENDAR_SHOWS = {
    *("title_en", "title_nl", "starts_at", "ends_at", "late_by"),
    *("room_id", "room_name_en", "room_name_nl", "is_cancelled"),
}


def a_row(**fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(FROZEN_FIELDS, "")
    row |= {"starts_at": TEN, "ends_at": TEN + timedelta(hours=1), "late_by": 0, "is_cancelled": False, "papers": []}
    row |= {"kind": "plenary", "audience": "delegates", "mandate_id": None, "room_id": 1, "room_name_en": "Canal Room"}
    return {**row, "title_en": "Finance", **fields}


def a_slot(person: int, *, role: str = "chair", is_confirmed: bool = True) -> dict[str, Any]:
    said = {"role": role, "party_id": 1, "person_id": person, "post_en": "Head of unit", "post_nl": ""}
    return {**said, "is_confirmed": is_confirmed}


def kinds(before: Any, after: Any) -> list[str]:
    return [change.kind.value for change in difference({1: before} if before else {}, {1: after} if after else {})]


def test_a_moved_session_is_one_entry_and_time_and_room_are_told_apart() -> None:
    before = {1: (a_row(), []), 2: (a_row(), [])}
    later = a_row(starts_at=TEN + timedelta(hours=3), ends_at=TEN + timedelta(hours=4))
    moved = {**later, "room_id": 2, "room_name_en": "Old Library"}
    after = {1: (moved, []), 2: (later, [])}
    entries = by_session(difference(before, after))
    assert [[change.kind for change in entry] for entry in entries.values()] == [
        [K.TIME_CHANGED, K.ROOM_CHANGED],
        [K.TIME_CHANGED],
    ]
    (_time, room) = entries[1]
    assert (room.before[1], room.after[1]) == ("Canal Room", "Old Library")


def test_each_kind_is_found_and_a_cancelled_session_says_nothing_else() -> None:
    one = a_row()
    assert kinds(None, (one, [])) == ["added"]
    assert kinds((one, []), ({**one, "is_cancelled": True, "title_en": "Other"}, [])) == ["cancelled"]
    assert kinds(({**one, "is_cancelled": True}, []), (one, [])) == ["added"]  # takes place after all
    assert kinds((one, []), ({**one, "title_nl": "Geld"}, [])) == ["title_changed"]
    assert kinds((one, []), ({**one, "ground_rule": "chatham_house"}, [])) == ["ground_rule_changed"]
    assert kinds((one, [a_slot(1)]), (one, [a_slot(2)])) == ["person_changed"]
    assert kinds((one, []), ({**one, "papers": [[7, "en", 1]]}, [])) == ["paper_added"]
    assert kinds(({**one, "papers": [[7, "en", 2]]}, []), ({**one, "papers": [[7, "en", 1]]}, [])) == []
    assert kinds((one, []), ({**one, "annotation_en": "Purpose"}, [])) == []
    assert kinds((one, []), None) == ["cancelled"]
    assert kinds(None, ({**one, "is_cancelled": True}, [])) == ["added", "cancelled"]


def test_somebody_who_is_not_confirmed_is_nobody_yet() -> None:
    one = a_row()
    assert kinds((one, [a_slot(1, is_confirmed=False)]), (one, [a_slot(2, is_confirmed=False)])) == []
    assert kinds((one, [a_slot(1, is_confirmed=False)]), (one, [a_slot(1)])) == ["person_changed"]


def test_what_is_hidden_now_or_was_hidden_then_is_told_in_no_way() -> None:
    before = {1: (a_row(title_en="Zebra"), []), 2: (a_row(title_en="Was secret"), []), 3: (a_row(), [])}
    after = {1: (a_row(title_en="Zebra moved"), []), 2: (a_row(title_en="For all"), []), 3: (a_row(room_id=9), [])}
    then, now = seen(before, after, seen_before={1, 3}, seen_after={2, 3})
    told = difference(then, now)
    assert {(change.session_id, change.kind) for change in told} == {(2, K.ADDED), (3, K.ROOM_CHANGED)}
    assert "Was secret" not in str(told) and "Zebra" not in str(told)


def test_the_labels_are_those_of_the_contract() -> None:
    before = a_row(ground_rule="", papers=[])
    after = a_row(
        starts_at=TEN + timedelta(minutes=15),
        late_by=10,
        room_name_en="Old Library",
        title_en="Money",
        ground_rule="chatham_house",
        papers=[[7, "en", 1], [8, "en", 1]],
    )
    readers = {7: ("delegates", None), 8: ("secretariat", None)}  # of the second delegates know nothing, not even a count
    assert labels((before, []), (after, [a_slot(1)]), readers) == {
        "time_changed": TEN.isoformat(),
        "late": 10,
        "room_changed": {"en": "Canal Room", "nl": ""},
        "title_changed": {"en": "Finance", "nl": ""},
        "person_changed": True,
        "ground_rule_changed": "",
        "paper_added": 1,
    }
    longer = {**before, "ends_at": TEN + timedelta(hours=2)}
    assert labels((before, []), (longer, []), {}) == {"ended": (TEN + timedelta(hours=1)).isoformat()}
    assert labels(None, (before, []), {}) == {"added": True}


rows = st.builds(
    a_row,
    starts_at=st.sampled_from([TEN, TEN + timedelta(minutes=30)]),
    late_by=st.sampled_from([0, 15]),
    title_en=st.sampled_from(["Finance", "Ports"]),
    room_id=st.sampled_from([1, 2, None]),
    ground_rule=st.sampled_from(["", "chatham_house"]),
    is_cancelled=st.booleans(),
    papers=st.lists(st.tuples(st.integers(1, 2), st.just("en"), st.integers(1, 3)), max_size=1).map(lambda x: [*map(list, x)]),
)
people = st.lists(st.builds(a_slot, st.integers(1, 2), is_confirmed=st.booleans()), max_size=1)
contents = st.dictionaries(st.integers(1, 4), st.tuples(rows, people), max_size=4)


@settings(max_examples=150, deadline=None)
@given(contents, contents)
def test_every_difference_that_a_reader_can_see_is_explained_by_its_entry_and_nothing_else_is_told(
    before: Any, after: Any
) -> None:
    entries = by_session(difference(before, after))
    for pk in {*before, *after}:
        was, now = before.get(pk), after.get(pk)
        told = {change.kind: change for change in entries.get(pk, [])}
        if was is None or now is None:
            assert told
            continue
        if was[0]["is_cancelled"] or now[0]["is_cancelled"]:
            assert (K.CANCELLED in told) == (not was[0]["is_cancelled"] and now[0]["is_cancelled"])
            assert (K.ADDED in told) == (was[0]["is_cancelled"] and not now[0]["is_cancelled"])
            continue
        for kind in (K.TIME_CHANGED, K.ROOM_CHANGED, K.TITLE_CHANGED, K.PERSON_CHANGED, K.GROUND_RULE_CHANGED):
            # What was said before, with the entry applied to it, is what is said now.
            applied = told[kind].after if kind in told else stated(kind, was)
            assert applied == stated(kind, now)
            assert kind not in told or told[kind].before == stated(kind, was) != told[kind].after
        had, has = stated(K.PAPER_ADDED, was), stated(K.PAPER_ADDED, now)
        risen = {key: number for key, number in has.items() if number > had.get(key, 0)}
        assert (told[K.PAPER_ADDED].after if K.PAPER_ADDED in told else {}) == risen
    for pk, (row, _people) in after.items():
        if pk in before:
            was = before[pk][0]
            assert revised(was, row) == any(was[name] != row[name] for name in WHAT_A_CALENDAR_SHOWS)
