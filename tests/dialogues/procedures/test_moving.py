"""Moving an edition: what is shown is what happens; clocks change, sessions keep their time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues.models import Edition, JournalEntry, OutgoingMessage
from dialogues.procedures import decisions, moving, venue_clock
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.preparation import mark_done
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast

AMSTERDAM, LONDON = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Europe/London")
A_YEAR_OF_DAYS = st.integers(-400, 400)


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


@settings(max_examples=60, deadline=None)
@given(
    on=st.dates(date(2026, 1, 1), date(2033, 1, 1)),
    minutes=st.integers(0, 24 * 60 - 1),
    days=A_YEAR_OF_DAYS,
    zone=st.sampled_from([AMSTERDAM, LONDON]),
)
@example(on=date(2027, 3, 16), minutes=9 * 60, days=14, zone=AMSTERDAM)  # into summer time
@example(on=date(2027, 10, 26), minutes=9 * 60, days=7, zone=LONDON)  # out of it
@example(on=date(2028, 2, 28), minutes=9 * 60, days=1, zone=AMSTERDAM)  # to 29 February
@example(on=date(2027, 3, 27), minutes=150, days=1, zone=AMSTERDAM)  # to half past two, which that night does not have
def test_a_session_keeps_its_time_on_the_clock_of_the_venue(on: date, minutes: int, days: int, zone: ZoneInfo) -> None:
    starts_at = datetime(on.year, on.month, on.day, minutes // 60, minutes % 60, tzinfo=zone)
    if wall(starts_at.astimezone(UTC), zone) != starts_at.replace(tzinfo=None):
        return  # no session begins at a time that does not exist
    moved, gave_way = venue_clock.on_another_day(starts_at, zone, days)
    wanted = starts_at.replace(tzinfo=None) + timedelta(days=days)
    if gave_way:
        assert wall(moved, zone) - wanted == timedelta(hours=1)
        assert (wanted.month, wanted.isoweekday()) == (3, 7) and wanted.day > 24  # the last Sunday of March
    else:
        assert wall(moved, zone) == wanted
        assert days == 0 or venue_clock.on_another_day(moved, zone, -days) == (starts_at, False) or starts_at.fold


@settings(max_examples=60, deadline=None)
@given(
    on=st.sampled_from([date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 1), date(2028, 2, 29)]),
    minutes=st.integers(0, 5 * 60),
    length=st.integers(1, 6 * 60),
    days=st.sampled_from([-217, -148, -1, 0, 1, 148, 217]) | A_YEAR_OF_DAYS,
)
@example(on=date(2027, 3, 27), minutes=150, length=45, days=1)  # 02:30 to 03:15 becomes 03:30 to …
@example(on=date(2027, 10, 31), minutes=45, length=30, days=1)  # 02:45 to 02:15, an hour that comes twice
def test_a_block_never_ends_before_it_starts(on: date, minutes: int, length: int, days: int) -> None:
    starts_at = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=minutes)
    ends_at = starts_at + timedelta(minutes=length)
    start, end, gave_way = venue_clock.block_on_another_day(starts_at, ends_at, AMSTERDAM, days)
    assert end.astimezone(UTC) > start.astimezone(UTC)
    if not gave_way:
        for before, after in ((starts_at, start), (ends_at, end)):
            assert wall(after, AMSTERDAM) == wall(before, AMSTERDAM) + timedelta(days=days)


def test_what_is_done_or_dated_by_hand_stays_and_the_rest_comes_along_as_it_was_shown(cast: Cast) -> None:
    edition = cast.edition
    undone = build.a_task(edition, offset_days=-10, due_on=date(2027, 3, 5))
    by_hand = build.a_task(edition, offset_days=-10, due_on=date(2027, 3, 1), is_dated_by_hand=True)
    done = build.a_task(edition, offset_days=-80, due_on=date(2026, 12, 24))
    mark_done(task=done, by=cast.secretary_uk)
    session = build.a_session(edition, "09:15", "10:15", day=2)
    cancelled = build.a_session(edition, "11:00", "12:00", status="cancelled")
    build.a_round(edition)
    release_agenda(edition=edition, by=cast.lead)
    change = moving.preview(edition, date(2027, 3, 29), date(2027, 3, 29))
    assert [(one.task, one.before, one.after) for one in change.tasks] == [(undone, date(2027, 3, 5), date(2027, 3, 19))]
    assert {one.task: one.why for one in change.kept} == {by_hand: "dated by hand", done: "done"}
    (shown,) = change.sessions
    assert shown.session == session and shown.is_outside  # the second of what is one day only
    assert shown.after == datetime(2027, 3, 30, 9, 15, tzinfo=AMSTERDAM)
    assert change.unmoved[0].what == "The deadline for nominations"
    assert "Release 1.0 of the agenda" in change.unmoved[1].what
    assert not JournalEntry.objects.filter(act="moved edition").exists()

    days = {"opens_on": date(2027, 3, 29), "closes_on": date(2027, 3, 29)}
    edition = moving.move_edition(edition=edition, by=cast.lead, shown=change.fingerprint, **days)
    for record in (undone, by_hand, done, session, cancelled):
        record.refresh_from_db()
    assert [task.due_on for task in (undone, by_hand, done)] == [date(2027, 3, 19), date(2027, 3, 1), date(2026, 12, 24)]
    assert (session.starts_at, session.ends_at) == (
        datetime(2027, 3, 30, 7, 15, tzinfo=UTC),  # an hour earlier by the sun: summer time has begun
        datetime(2027, 3, 30, 8, 15, tzinfo=UTC),
    )
    assert cancelled.starts_at == build.at_venue(Edition(opens_on=build.OPENING, time_zone="Europe/Amsterdam"), "11:00")
    entry = JournalEntry.objects.get(act="moved edition")
    messages = OutgoingMessage.objects.filter(key__startswith="moved-")
    assert entry.details == {
        "from": ["2027-03-16", "2027-03-17"],
        "to": ["2027-03-29", "2027-03-29"],
        "tasks": 1,
        "sessions": 1,
        "messages": messages.count(),
    }
    text = messages.get(recipient=cast.delegate_uk).text
    assert "Former days: 16 and 17 March 2027" in text and "Days: 29 March 2027" in text
    assert "the one that was released shows the former days" in text
    assert not any("Zzyx" in message.text for message in messages)


def test_sessions_stay_where_they_are_when_they_are_left_behind(cast: Cast) -> None:
    session = build.a_session(cast.edition)
    before = session.starts_at
    moving.move_edition(
        edition=cast.edition, by=cast.lead, opens_on=date(2027, 4, 13), closes_on=date(2027, 4, 14), with_sessions=False
    )
    session.refresh_from_db()
    assert session.starts_at == before
    assert JournalEntry.objects.get(act="moved edition").details["sessions"] == 0


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2027, 4, 14), date(2027, 4, 13), "The last day lies before the first"),
        (date(2026, 11, 19), date(2026, 11, 20), "The first day has passed"),
        (date(2027, 4, 1), date(2027, 5, 1), "longer than 30 days"),
        (date(2027, 6, 2), date(2027, 6, 3), "overlap with Dialogue of 2028"),
        (date(2029, 3, 13), date(2029, 3, 14), "The edition of 2027 is held in that year"),
        (date.max, date.max, "The edition of 2027 is held in that year"),
        (build.OPENING, date(2027, 3, 17), "These are its days already"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(cast: Cast, first: date, last: date, words: str) -> None:
    opens = {"opens_on": date(2027, 6, 1), "closes_on": date(2027, 6, 2)}
    build.an_edition(cast.dialogue, year=2028, status="scheduled", **opens)
    with pytest.raises(StepRefused, match=words):
        moving.move_edition(edition=cast.edition, by=cast.lead, opens_on=first, closes_on=last)
    cast.edition.refresh_from_db()
    assert cast.edition.opens_on == build.OPENING


def test_the_lead_alone_moves_it_and_only_what_was_shown_and_has_not_begun(cast: Cast) -> None:
    days = {"opens_on": date(2027, 4, 13), "closes_on": date(2027, 4, 14)}
    shown = moving.preview(cast.edition, **days).fingerprint
    with pytest.raises(StepRefused, match="Only the secretariat lead"):
        moving.move_edition(edition=cast.edition, by=cast.secretary_uk, shown=shown, **days)
    assert moving.move_reasons(cast.edition, cast.secretary_uk) == []  # who may look
    assert moving.move_reasons(cast.edition, cast.focal_point_nl)
    build.a_session(cast.edition)
    with pytest.raises(StepRefused, match="Something changed since this was shown"):
        moving.move_edition(edition=cast.edition, by=cast.lead, shown=shown, **days)
    release_agenda(edition=cast.edition, by=cast.lead)
    with (
        time_machine.travel(build.at_venue(cast.edition, "00:01"), tick=False),
        pytest.raises(StepRefused, match="It has opened"),
    ):
        moving.move_edition(edition=cast.edition, by=cast.lead, **days)
    decision = decisions.propose(edition=cast.edition, to="postponed", reason="A strike.", by=cast.lead)
    for somebody in (cast.secretary_uk, cast.secretary_nl):
        decisions.consent(decision=decision, reference="Letter", by=somebody)
    with pytest.raises(StepRefused, match="“postponed”: only a scheduled edition is moved"):
        moving.move_edition(edition=cast.edition, by=cast.lead, **days)
