"""On the day: each act changes one session, releases that one alone, and delegates read it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from dialogues.models import AgendaRelease, Audience, JournalEntry, ReleasedSession, Session
from dialogues.procedures import on_the_day
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.on_the_day import cancel_today, extend, move_today, seen_of, start_late, what_it_breaks
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast


@pytest.fixture
def day(cast: Cast) -> Iterator[dict[str, Session]]:
    """The first day at ten past eleven, with the agenda released the day before as it was meant."""
    hall, canal = build.a_room("Great Hall", position=1), build.a_room("Canal Room", position=2)
    cast.edition.venue = hall.venue
    cast.edition.save()
    sessions = {
        "opening": build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary", room=hall),
        "group": build.a_session(
            cast.edition, "11:00", "12:30", title_en="Ports", room=canal, kind="breakout", mandate=cast.group
        ),
        "finance": build.a_session(
            cast.edition, "11:00", "12:00", title_en="Finance", room=hall, kind="breakout", mandate=cast.other_group
        ),
        "lunch": build.a_session(cast.edition, "12:30", "13:00", title_en="Lunch", kind="meal"),
        "customs": build.a_session(cast.edition, "12:30", "13:30", title_en="Customs", room=canal),
        "closing": build.a_session(cast.edition, "16:00", "17:00", title_en="Closing plenary", room=hall),
        "tomorrow": build.a_session(cast.edition, "09:00", "10:00", day=2, title_en="Second day", room=hall),
    }
    with time_machine.travel(build.at_venue(cast.edition, "09:00") - timedelta(days=1)):
        for tomorrow in ("Second day", "Second morning", "Second day, morning"):
            Session.objects.filter(pk=sessions["tomorrow"].pk).update(title_en=tomorrow)
            final = release_agenda(edition=cast.edition, by=cast.lead)
    assert final.number == "3.0"
    with time_machine.travel(build.at_venue(cast.edition, "11:10")):
        yield sessions


def at(cast: Cast, clock_time: str) -> datetime:
    return build.at_venue(cast.edition, clock_time)


def row_of(session: Session) -> ReleasedSession:
    return ReleasedSession.objects.current().get(session=session)


def sentences(refusal: Any) -> str:
    return " ".join(str(reason) for reason in refusal.value.reasons)


ACTS: dict[str, Callable[..., Session]] = {
    "delayed session": lambda **said: start_late(minutes=15, **said),
    "extended session": lambda **said: extend(minutes=15, **said),
    "moved session": lambda **said: move_today(starts_at=said["session"].starts_at + timedelta(hours=3), **said),
    "cancelled session": lambda **said: cancel_today(instead_en="Read the note instead", **said),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_makes_one_live_release_of_one_session_and_one_entry_in_the_journal(
    cast: Cast, day: dict[str, Session], act: str
) -> None:
    # What somebody else prepares meanwhile, and nobody has released.
    Session.objects.filter(pk=day["closing"].pk).update(title_en="Zyxprepared closing")
    unreleased = build.a_session(cast.edition, "15:00", "15:30", title_en="Zyxunreleased")
    before, written = AgendaRelease.objects.count(), JournalEntry.objects.count()
    stood = {row.session_id: (row.title_en, row.starts_at, row.ends_at) for row in ReleasedSession.objects.current()}
    ACTS[act](session=day["group"], by=cast.secretary_uk)
    assert AgendaRelease.objects.count() == before + 1 and JournalEntry.objects.count() == written + 1
    entry = JournalEntry.objects.latest("number")
    release = AgendaRelease.objects.current().get(edition=cast.edition)
    assert (entry.act, entry.object_id, entry.details["release"]) == (act, day["group"].pk, release.number)
    assert (entry.party, release.kind) == (cast.uk, AgendaRelease.Kind.LIVE)
    stands = {row.session_id: (row.title_en, row.starts_at, row.ends_at) for row in release.sessions.all()}
    others = stood.keys() - {day["group"].pk}
    assert {pk: stands[pk] for pk in others} == {pk: stood[pk] for pk in others}
    assert unreleased.pk not in stands and stands.keys() == stood.keys()
    assert row_of(day["group"]).changes


def test_late_shifts_its_end_alone_and_the_same_word_again_adds_nothing(cast: Cast, day: dict[str, Session]) -> None:
    seen = seen_of(day["group"])
    start_late(session=day["group"], by=cast.lead, minutes=15, seen=seen)
    row = row_of(day["group"])
    assert (row.starts_at, row.ends_at, row.late_by) == (at(cast, "11:00"), at(cast, "12:45"), 15)
    assert row_of(day["customs"]).starts_at == at(cast, "12:30")
    for said in ({"seen": seen}, {}):
        with pytest.raises(StepRefused) as refusal:
            start_late(session=day["group"], by=cast.secretary_uk, minutes=15, **said)
        assert "11:00 to 12:45, Canal Room, 15 minutes late" in sentences(refusal)
    start_late(session=day["group"], by=cast.lead, minutes=30)
    assert row_of(day["group"]).ends_at == at(cast, "13:00")
    start_late(session=day["group"], by=cast.lead, minutes=0)
    row = row_of(day["group"])
    assert (row.ends_at, row.late_by) == (at(cast, "12:30"), 0)


def test_an_extension_pressed_twice_is_refused_in_words(cast: Cast, day: dict[str, Session]) -> None:
    seen = seen_of(day["group"])
    extend(session=day["group"], by=cast.lead, minutes=15, seen=seen)
    with pytest.raises(StepRefused) as refusal:
        extend(session=day["group"], by=cast.lead, minutes=15, seen=seen)
    assert "It was changed since you looked" in sentences(refusal) and "11:00 to 12:45" in sentences(refusal)
    assert Session.objects.get(pk=day["group"].pk).ends_at == at(cast, "12:45")
    assert AgendaRelease.objects.filter(kind="live").count() == 1


def test_moving_keeps_the_length_it_was_meant_to_have_and_never_takes_a_taken_room(cast: Cast, day: dict[str, Session]) -> None:
    hall = day["opening"].room
    start_late(session=day["group"], by=cast.lead, minutes=15)
    with pytest.raises(StepRefused) as refusal:
        move_today(session=day["group"], by=cast.lead, room=hall)
    assert "Great Hall is taken from 11:00 to 12:00: Finance" in sentences(refusal)
    # A room that somebody has meanwhile given to another session is taken too, released or not.
    prepared = build.a_session(cast.edition, "14:30", "15:30", title_en="Prepared", room=hall)
    with pytest.raises(StepRefused) as refusal:
        move_today(session=day["group"], by=cast.lead, room=hall, starts_at=at(cast, "14:00"))
    assert "Prepared" in sentences(refusal)
    prepared.delete()
    move_today(session=day["group"], by=cast.lead, room=hall, starts_at=at(cast, "14:00"))
    row = row_of(day["group"])
    assert (row.room, row.starts_at, row.ends_at, row.late_by) == (hall, at(cast, "14:00"), at(cast, "15:30"), 0)
    elsewhere = build.a_room("Elsewhere", venue=build.Venue.objects.create(name_en="Other house"))
    for said, words in (
        ({"starts_at": at(cast, "08:00")}, "It would be over already"),
        ({"starts_at": at(cast, "23:00")}, "It would not lie within today"),
        ({"room": elsewhere}, "is not in Example House"),
        ({}, "It is there already"),
    ):
        with pytest.raises(StepRefused) as refusal:
            move_today(session=day["group"], by=cast.lead, **said)
        assert words in sentences(refusal)


def test_it_is_said_before_what_comes_next_in_the_room_whom_it_keeps_and_which_break_it_eats(
    cast: Cast, day: dict[str, Session]
) -> None:
    build.a_speaker(day["group"], cast.co_chair.person, "co_chair")
    build.a_speaker(day["lunch"], cast.co_chair.person, "speaker")
    release_agenda(edition=cast.edition, by=cast.lead, planned=False)
    checks = what_it_breaks(day["group"], cast.lead, ends_at=at(cast, "12:45"))
    said = [check.text for check in checks]
    assert {check.level for check in checks} == {"warns"}
    assert "Canal Room: Customs follows there at 12:30. 15 minutes of it are taken." in said
    assert "15 minutes of Lunch are taken, 12:30 to 13:00." in said
    assert f"{cast.co_chair.person} is needed from 12:30 to 13:00: Lunch." in said
    assert what_it_breaks(day["closing"], cast.lead, ends_at=at(cast, "17:15")) == []
    # It warns and no more: the session runs on.
    extend(session=day["group"], by=cast.lead, minutes=30)
    said = [check.text for check in what_it_breaks(day["group"], cast.lead, ends_at=at(cast, "13:30"))]
    assert "Nothing is left of Lunch, 12:30 to 13:00." in said


def test_what_else_was_changed_in_it_is_said_because_it_goes_out_with_it(cast: Cast, day: dict[str, Session]) -> None:
    assert what_it_breaks(day["closing"], cast.lead) == []
    Session.objects.filter(pk=day["closing"].pk).update(title_en="Closing and thanks")
    day["closing"].refresh_from_db()
    (check,) = what_it_breaks(day["closing"], cast.lead)
    assert "title, English" in check.text and "goes out with it" in check.text


def test_one_party_s_own_session_is_named_to_nobody_else_and_moved_by_its_own(cast: Cast, day: dict[str, Session]) -> None:
    own = build.a_session(
        cast.edition, "14:00", "15:00", title_en="Zyxown", audience=Audience.PARTY, party=cast.uk, room=day["opening"].room
    )
    release_agenda(edition=cast.edition, by=cast.secretary_uk, planned=False)
    with pytest.raises(StepRefused) as refusal:
        extend(session=own, by=cast.secretary_nl, minutes=15)
    assert "not in today’s agenda as released" in sentences(refusal)
    with pytest.raises(StepRefused) as refusal:
        move_today(session=day["group"], by=cast.secretary_nl, room=day["opening"].room, starts_at=at(cast, "14:00"))
    assert "a session you may not read" in sentences(refusal) and "Zyxown" not in sentences(refusal)
    extend(session=own, by=cast.secretary_uk, minutes=15)
    assert row_of(own).ends_at == at(cast, "15:15")


@pytest.mark.parametrize(
    ("who", "when", "which", "words"),
    [
        ("lead", -timedelta(days=1), "group", "is not open yet"),
        ("lead", timedelta(days=2), "group", "The edition is over"),
        ("lead", timedelta(0), "tomorrow", "not in today’s agenda"),
        ("lead", timedelta(0), "opening", "This session is over"),
        ("secretary_elsewhere", timedelta(0), "group", "Only a current secretary"),
        ("focal_point_uk", timedelta(0), "group", "Only a current secretary"),
    ],
)
def test_it_is_refused_to_others_on_other_days_and_for_other_sessions(
    cast: Cast, day: dict[str, Session], who: str, when: timedelta, which: str, words: str
) -> None:
    with time_machine.travel(at(cast, "11:10") + when):
        for act in ACTS.values():
            with pytest.raises(StepRefused) as refusal:
                act(session=day[which], by=getattr(cast, who))
            assert words in sentences(refusal)
    assert not AgendaRelease.objects.filter(kind="live").exists()


def test_a_cancelled_session_says_what_happens_instead_and_stays_cancelled(cast: Cast, day: dict[str, Session]) -> None:
    cancel_today(session=day["customs"], by=cast.lead, instead_en=" The note is sent round ")
    row = row_of(day["customs"])
    assert row.is_cancelled and str(row.cancelled_note) == "The note is sent round"
    with pytest.raises(StepRefused, match="This session is cancelled"):
        extend(session=day["customs"], by=cast.lead, minutes=5)
    assert on_the_day.in_words(Session.objects.get(pk=day["customs"].pk)) == "cancelled"
