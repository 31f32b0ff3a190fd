"""Building the working agenda: what is kept, what is refused, and what can be taken back by whom."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from dialogues.models import AgendaStep, Audience, Edition, JournalEntry, Session, SpeakerSlot
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.agenda_building import (
    add_session,
    cancel_session,
    change_session,
    fingerprint_of,
    reinstate_session,
    undo_step,
    would_break,
)
from dialogues.procedures.session_reports import Overtaken
from dialogues.procedures.steps import StepRefused
from dialogues.procedures.venue_clock import instants_at
from tests import build
from tests.cast import Cast

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def plenary(cast: Cast, start: str = "09:00", end: str = "10:00", **fields: Any) -> dict[str, Any]:
    said = {"title_en": "Opening plenary", "kind": "plenary"}
    times = {"starts_at": build.at_venue(cast.edition, start), "ends_at": build.at_venue(cast.edition, end)}
    return {**said, **times, **fields}


def chair(person: Any, **fields: Any) -> dict[str, Any]:
    return {"role": "chair", "party": person.party, "person": person, "is_confirmed": True, **fields}


def test_a_session_is_added_with_its_chair_and_journalled_without_a_name(cast: Cast) -> None:
    nl = cast.secretary_nl
    session = add_session(
        edition=cast.edition, by=nl, parts=[chair(cast.co_chair.person)], **plenary(cast, room=build.a_room())
    )
    session.refresh_from_db()
    assert (session.title_en, session.audience, str(session.room)) == ("Opening plenary", "delegates", "Great Hall")
    assert [slot.person for slot in session.speakers.all()] == [cast.co_chair.person]
    entry = JournalEntry.objects.get()
    assert (entry.act, entry.by, entry.party, entry.object_id) == ("added session", nl, cast.nl, session.pk)
    assert cast.co_chair.person.name not in str(entry.details)
    step = AgendaStep.objects.get()
    assert (step.act, step.before, step.after, step.by) == ("added", None, fingerprint_of(session), nl)


def test_two_presses_of_one_form_make_one_session_and_a_later_twin_another(cast: Cast) -> None:
    nl = cast.secretary_nl
    with time_machine.travel("2026-11-20 09:00+00:00", tick=False) as clock:
        first = add_session(edition=cast.edition, by=nl, parts=[chair(nl.person)], **plenary(cast))
        clock.shift(timedelta(seconds=40))
        assert add_session(edition=cast.edition, by=nl, parts=[chair(nl.person)], **plenary(cast)) == first
        assert add_session(edition=cast.edition, by=nl, **plenary(cast)) != first  # without its chair it is another form
        assert add_session(edition=cast.edition, by=cast.secretary_uk, parts=[chair(nl.person)], **plenary(cast)) != first
        clock.shift(timedelta(seconds=40))
        assert add_session(edition=cast.edition, by=nl, parts=[chair(nl.person)], **plenary(cast)) != first
    assert Session.objects.count() == JournalEntry.objects.filter(act="added session").count() == 4


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"end": "08:00"}, "The session ends before it starts. Give a later end."),
        ({"audience": Audience.PARTY}, "A session for one party’s staff needs that party."),
        ({"audience": Audience.PARTY, "party": "uk"}, "Only United Kingdom’s own staff keep a session of its own."),
        ({"audience": Audience.GROUP}, "A session for one working group needs that group."),
        ({"title_en": "Debrief, TOP SECRET"}, "“TOP SECRET” marks something above OFFICIAL / ongerubriceerd"),
        ({"mandate": "elsewhere"}, "This belongs to"),
        ({"room": "elsewhere"}, "This room is not in Example House."),
    ],
)
def test_what_no_session_may_be_is_refused_in_words(cast: Cast, fields: dict[str, Any], sentence: str) -> None:
    cast.edition.venue = build.a_room().venue
    cast.edition.save()
    if "party" in fields:
        fields = {**fields, "party": cast.uk}
    if "mandate" in fields:
        fields = {**fields, "mandate": build.a_mandate(build.an_edition())}
    if "room" in fields:
        other = type(cast.edition.venue).objects.create(name_en="House elsewhere")
        fields = {**fields, "room": other.rooms.create(name_en="Attic")}
    with pytest.raises(StepRefused, match=sentence):
        add_session(edition=cast.edition, by=cast.secretary_nl, **plenary(cast, **fields))
    assert not Session.objects.exists()
    assert not JournalEntry.objects.exists()


def test_who_is_no_secretary_and_what_is_over_changes_no_session(cast: Cast) -> None:
    session = build.a_session(cast.edition)
    seen = fingerprint_of(session)
    with pytest.raises(StepRefused, match="Only a current secretary"):
        add_session(edition=cast.edition, by=cast.delegate_nl, **plenary(cast))
    with pytest.raises(StepRefused, match="Only a current secretary"):
        change_session(session=session, by=cast.former_secretary, seen=seen, title_en="Late wish")
    theirs = build.a_session(cast.edition, audience="party", party=cast.uk)
    with pytest.raises(StepRefused, match="kept by its staff alone"):
        change_session(session=theirs, by=cast.secretary_nl, seen=fingerprint_of(theirs), title_en="Ours now")
    Edition.objects.filter(pk=cast.edition.pk).update(status=Edition.Status.CLOSED)
    session.refresh_from_db()
    for act in (
        lambda: add_session(edition=cast.edition, by=cast.secretary_nl, **plenary(cast)),
        lambda: change_session(session=session, by=cast.secretary_nl, seen=seen, title_en="With hindsight"),
        lambda: cancel_session(session=session, by=cast.secretary_nl),
    ):
        with pytest.raises(StepRefused, match="The edition is over"):
            act()


def test_over_somebodys_newer_version_nothing_is_saved_not_even_over_a_new_chair(cast: Cast) -> None:
    session = build.a_session(cast.edition, title_en="First wording")
    seen = fingerprint_of(session)
    change_session(session=session, by=cast.secretary_uk, seen=seen, parts=[chair(cast.secretary_uk.person)])
    with pytest.raises(Overtaken):
        change_session(session=session, by=cast.secretary_nl, seen=seen, title_en="Second wording")
    session.refresh_from_db()
    assert session.title_en == "First wording"
    change_session(session=session, by=cast.secretary_nl, seen=fingerprint_of(session), title_en="Second wording")
    session.refresh_from_db()
    assert (session.title_en, session.speakers.get().person) == ("Second wording", cast.secretary_uk.person)
    fields = [entry.details["fields"] for entry in JournalEntry.objects.filter(act="changed session").order_by("number")]
    assert fields == [["speakers"], ["title_en"]]


def test_a_save_that_changes_nothing_is_no_step(cast: Cast) -> None:
    session = build.a_session(cast.edition)
    build.a_speaker(session, cast.delegate_nl.person)
    parts = [chair(cast.delegate_nl.person)]
    change_session(session=session, by=cast.secretary_nl, seen=fingerprint_of(session), title_en=session.title_en, parts=parts)
    assert not AgendaStep.objects.exists()
    assert not JournalEntry.objects.exists()


def test_one_takes_back_ones_own_steps_newest_first(cast: Cast) -> None:
    nl, old = cast.secretary_nl, build.a_room("Old Library")
    session = build.a_session(cast.edition, title_en="First wording", room=old)
    build.a_speaker(session, cast.co_chair.person)
    session = change_session(
        session=session, by=nl, seen=fingerprint_of(session), room=build.a_room(), title_en="Second wording"
    )
    change_session(session=session, by=nl, seen=fingerprint_of(session), parts=[])
    cancel_session(session=session, by=nl, instead_en="Taken up in plenary")
    assert not SpeakerSlot.objects.exists()

    assert undo_step(edition=cast.edition, by=nl).act == "cancelled"
    session.refresh_from_db()
    assert (session.status, session.cancelled_note_en, session.title_en) == ("scheduled", "", "Second wording")
    undo_step(edition=cast.edition, by=nl)
    assert session.speakers.get().person == cast.co_chair.person
    undo_step(edition=cast.edition, by=nl)
    session.refresh_from_db()
    assert (session.title_en, session.room) == ("First wording", old)
    with pytest.raises(StepRefused, match="no step in this agenda that could be taken back"):
        undo_step(edition=cast.edition, by=nl)
    assert JournalEntry.objects.filter(act="undid agenda step").count() == 3


def test_after_somebody_elses_change_a_step_is_not_taken_back(cast: Cast) -> None:
    session = build.a_session(cast.edition, title_en="First wording")
    session = change_session(session=session, by=cast.secretary_nl, seen=fingerprint_of(session), title_en="Dutch wording")
    with pytest.raises(StepRefused, match="no step in this agenda"):
        undo_step(edition=cast.edition, by=cast.secretary_uk)  # it is not theirs
    change_session(session=session, by=cast.secretary_uk, seen=fingerprint_of(session), annotation_en="Purpose: to open.")
    with pytest.raises(StepRefused, match="Somebody changed “Dutch wording” since your step"):
        undo_step(edition=cast.edition, by=cast.secretary_nl)
    session.refresh_from_db()
    assert (session.title_en, session.annotation_en) == ("Dutch wording", "Purpose: to open.")
    undo_step(edition=cast.edition, by=cast.secretary_uk)
    undo_step(edition=cast.edition, by=cast.secretary_nl)  # it stands again as that step left it
    session.refresh_from_db()
    assert (session.title_en, session.annotation_en) == ("First wording", "")


def test_only_the_step_that_was_shown_is_taken_back(cast: Cast) -> None:
    nl = cast.secretary_nl
    session = add_session(edition=cast.edition, by=nl, **plenary(cast))
    shown = AgendaStep.objects.get().pk
    change_session(session=session, by=nl, seen=fingerprint_of(session), title_en="In another window")
    with pytest.raises(Overtaken):
        undo_step(edition=cast.edition, by=nl, shown=shown)
    assert Session.objects.get().title_en == "In another window"


def test_an_addition_goes_unless_it_was_released_or_something_hangs_on_it(cast: Cast) -> None:
    nl = cast.secretary_nl
    add_session(edition=cast.edition, by=nl, parts=[chair(nl.person)], **plenary(cast))
    undo_step(edition=cast.edition, by=nl)
    assert not Session.objects.exists()
    assert JournalEntry.objects.get(act="undid agenda step").object_id

    asked = add_session(edition=cast.edition, by=nl, **plenary(cast))
    item = build.an_action_item(cast.edition, status="proposed", session=asked)
    with pytest.raises(StepRefused, match="Papers, a report or action items hang on “Opening plenary”"):
        undo_step(edition=cast.edition, by=nl)
    item.session = None
    item.save()
    release_agenda(edition=cast.edition, by=nl)
    with pytest.raises(StepRefused, match="“Opening plenary” has been released: it is not taken away any more"):
        undo_step(edition=cast.edition, by=nl)
    assert Session.objects.get() == asked


def test_a_cancelled_session_is_taken_up_again_where_and_when_it_was(cast: Cast) -> None:
    session = build.a_session(cast.edition, room=build.a_room())
    cancel_session(session=session, by=cast.secretary_nl, instead_en="Taken up in plenary")
    with pytest.raises(StepRefused, match="does not follow"):
        cancel_session(session=session, by=cast.secretary_uk)
    reinstate_session(session=session, by=cast.secretary_uk)
    session.refresh_from_db()
    assert (session.status, session.cancelled_note_en, str(session.room)) == ("scheduled", "", "Great Hall")
    assert list(JournalEntry.objects.order_by("number").values_list("act", flat=True)) == [
        "cancelled session",
        "reinstated session",
    ]


def test_what_one_party_keeps_to_itself_is_cancelled_and_taken_up_again_by_its_staff_alone(cast: Cast) -> None:
    own = build.a_session(cast.edition, audience=Audience.PARTY, party=cast.nl)
    with pytest.raises(StepRefused, match="kept by its staff alone"):
        cancel_session(session=own, by=cast.secretary_uk)
    cancel_session(session=own, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="kept by its staff alone"):
        reinstate_session(session=own, by=cast.secretary_uk)
    own.refresh_from_db()
    assert own.status == Session.Status.CANCELLED


def test_what_a_save_would_break_is_said_and_nothing_of_it_is_kept(cast: Cast) -> None:
    hall = build.a_room()
    build.a_session(cast.edition, "09:30", "10:30", title_en="Panel", room=hall)
    found = would_break(edition=cast.edition, by=cast.secretary_nl, **plenary(cast, room=hall))
    assert [check.text for check in found if check.blocks] == [
        "Great Hall is booked twice on Tuesday 09:30: Opening plenary and Panel. Give one of them another room or time."
    ]
    assert Session.objects.get().title_en == "Panel"
    assert not JournalEntry.objects.exists()
    assert not AgendaStep.objects.exists()


@pytest.mark.parametrize(
    ("day", "clock_time", "instants"),
    [
        (date(2027, 3, 16), time(9, 30), ["2027-03-16 08:30"]),
        (date(2027, 3, 28), time(2, 30), []),
        (date(2027, 3, 28), time(3, 0), ["2027-03-28 01:00"]),
        (date(2027, 10, 31), time(2, 30), ["2027-10-31 00:30", "2027-10-31 01:30"]),
        (date(2026, 10, 25), time(2, 59), ["2026-10-25 00:59", "2026-10-25 01:59"]),
        (date(2026, 10, 25), time(3, 0), ["2026-10-25 02:00"]),
        (date(1, 1, 1), time(0, 0), []),
    ],
)
def test_the_clock_of_the_venue_shows_a_time_once_twice_or_never(day: date, clock_time: time, instants: list[str]) -> None:
    found = instants_at(day, clock_time, AMSTERDAM)
    assert [f"{instant:%Y-%m-%d %H:%M}" for instant in found] == instants
