"""The agenda builder: the page of a day by rooms, the form of a session, moving and taking back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import AgendaStep, Edition, JournalEntry, Room, Session
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.agenda_building import change_session, fingerprint_of
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in


@pytest.fixture
def hall(cast: Cast) -> Room:
    """The Great Hall of the house that the edition of the cast is held in, which has an Old Library too."""
    room = build.a_room(capacity=80, floor_en="first floor")
    build.a_room("Old Library", position=2)
    cast.edition.venue = room.venue
    cast.edition.save()
    return room


def builder(cast: Cast, way: str = "") -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/agenda-builder/{way}"


def text_of(answer: Any) -> str:
    """What is read on the page: without markup, one space between words."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("&amp;", "&")


def typed(cast: Cast, answer: Any, **fields: Any) -> dict[str, Any]:
    return {**filled_in(answer, "session"), "act": "save", **fields}


def plenary(**fields: Any) -> dict[str, Any]:
    return {"title_en": "Opening plenary", "day": "2027-03-16", "start": "09:00", "end": "10:00", **fields}


def test_a_day_is_read_by_rooms_with_what_is_wrong_on_each_block(cast: Cast, hall: Room, signed_in: Any) -> None:
    first = build.a_session(cast.edition, "09:00", "10:00", title_en="Opening plenary", room=hall)
    second = build.a_session(cast.edition, "09:30", "10:30", title_en="Panel on ports", room=hall)
    build.a_speaker(first, cast.co_chair.person)
    build.a_speaker(first, None, "keynote")
    page = signed_in(cast.secretary_nl).get(builder(cast))
    text = text_of(page)
    assert "Tuesday 16 March 2027" in text and "Wednesday 17 March 2027" in text
    assert "Great Hall first floor, 80 places" in text and "Old Library" in text
    assert "09:00 to 10:00 , Great Hall Opening plenary Plenary; 2 chairs and speakers, 1 to be confirmed" in text
    twice = "Great Hall is booked twice on Tuesday 09:30: Opening plenary and Panel on ports."
    assert text.count(twice) == 3  # among the checks, and on both blocks
    html = page.content.decode()
    for session in (first, second):
        assert f'href="{builder(cast, f"{session.pk}/")}"' in html and f'href="{builder(cast, f"{session.pk}/move/")}"' in html
    library = Room.objects.get(name_en="Old Library")
    assert f'{builder(cast, "add/")}?day=2027-03-16&amp;start=09%3A30&amp;room={library.pk}"' in html
    assert f'{builder(cast, "add/")}?day=2027-03-16&amp;start=09%3A30&amp;room={hall.pk}"' not in html  # the hall is taken then
    assert "Not to be released yet" in text
    assert "as-list" in signed_in(cast.secretary_nl).get(builder(cast) + "?view=list").content.decode()


def test_the_other_partys_own_session_is_nothing_but_a_session_one_may_not_read(cast: Cast, hall: Room, signed_in: Any) -> None:
    bait = build.a_session(
        cast.edition, "09:00", "10:00", title_en="Baited UK meeting", audience="party", party=cast.uk, room=hall
    )
    build.a_speaker(bait, build.a_person(cast.uk, name="Zzyx Baited"))
    build.a_session(cast.edition, "09:00", "10:00", title_en="Opening plenary", room=hall)
    AgendaStep.objects.create(session=bait, act="changed", before={}, after="x", by=cast.secretary_uk)
    draft = signed_in(cast.secretary_nl).get(builder(cast))
    assert "Great Hall is booked twice on Tuesday 09:00: a session you may not read and Opening plenary" in text_of(draft)
    bait.room = None
    bait.save()
    release_agenda(edition=cast.edition, by=cast.secretary_uk)
    Session.objects.filter(pk=bait.pk).update(title_en="Baited UK meeting, renamed")
    client = signed_in(cast.secretary_nl)
    form = client.get(builder(cast, "add/"))
    for answer in (draft, client.get(builder(cast)), form, client.get(builder(cast, "take-back/"))):
        html = answer.content.decode()
        assert "Baited" not in html and f"agenda-builder/{bait.pk}/" not in html
    assert "A session you may not read" in text_of(client.get(builder(cast)))
    for way in (f"{bait.pk}/", f"{bait.pk}/move/", "999999/", f"{'9' * 30}/"):
        assert client.get(builder(cast, way)).status_code == 404
        assert client.post(builder(cast, way), plenary()).status_code == 404
    ours = signed_in(cast.secretary_uk)
    assert "Changed: Baited UK meeting, renamed" in text_of(ours.get(builder(cast)))
    assert ours.get(builder(cast, f"{bait.pk}/")).status_code == 200


def test_only_secretaries_of_the_dialogue_find_the_builder(cast: Cast, signed_in: Any) -> None:
    for somebody in (cast.secretary_elsewhere, cast.technician, cast.delegate_nl):
        answer = signed_in(somebody).get(builder(cast), follow=False)
        assert answer.status_code in {302, 403, 404}


def test_a_session_is_added_from_a_link_and_pressed_twice_is_one(cast: Cast, hall: Room, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    page = client.get(builder(cast, f"add/?day=2027-03-17&start=11:15&room={hall.pk}"))
    shown = filled_in(page, "session")
    assert (shown["day"], shown["start"], shown["room"]) == ("2027-03-17", "11:15", str(hall.pk))
    assert "Great Hall, first floor, 80 places" in text_of(page)
    said = {
        **shown,
        "act": "save",
        "title_en": "Panel on ports",
        "kind": "panel",
        "minutes": "45",
        "parts-0-role": "chair",
        "parts-0-person": str(cast.co_chair.person.pk),
        "parts-0-is_confirmed": "on",
        "parts-1-role": "keynote",
        "parts-1-party": str(cast.uk.pk),
    }
    for _press in range(2):
        answer = client.post(builder(cast, "add/"), said, follow=True)
        assert "Saved. Delegates see it with the next release." in text_of(answer)
    session = Session.objects.get()
    assert (session.starts_at, session.ends_at) == (
        datetime(2027, 3, 17, 10, 15, tzinfo=UTC),
        datetime(2027, 3, 17, 11, 0, tzinfo=UTC),
    )
    assert (session.audience, session.room) == ("delegates", hall)
    parts = [(slot.role, slot.party, slot.person, slot.is_confirmed) for slot in session.speakers.all()]
    assert parts == [("chair", cast.nl, cast.co_chair.person, True), ("keynote", cast.uk, None, False)]
    assert JournalEntry.objects.filter(act="added session").count() == 1


def test_more_rows_lose_nothing_and_a_check_saves_nothing(cast: Cast, hall: Room, signed_in: Any) -> None:
    build.a_session(cast.edition, "09:30", "10:30", title_en="Panel on ports", room=hall)
    client = signed_in(cast.secretary_nl)
    page = client.get(builder(cast, "add/"))
    assert "parts-2-role" in page.content.decode() and "parts-3-role" not in page.content.decode()
    said = typed(cast, page, **plenary(room=str(hall.pk), annotation_en="Purpose: to open."), act="more")
    said |= {"parts-0-role": "chair", "parts-0-person": str(cast.co_chair.person.pk)}
    more = client.post(builder(cast, "add/"), said)
    shown = filled_in(more, "session")
    assert "parts-5-role" in shown
    assert (shown["title_en"], shown["annotation_en"]) == ("Opening plenary", "Purpose: to open.")
    assert (shown["parts-0-role"], shown["parts-0-person"]) == ("chair", str(cast.co_chair.person.pk))

    checked = client.post(builder(cast, "add/"), {**shown, "act": "check"})
    assert "Great Hall is booked twice on Tuesday 09:30: Opening plenary and Panel on ports" in text_of(checked)
    assert filled_in(checked, "session")["title_en"] == "Opening plenary"
    assert Session.objects.count() == 1 and not JournalEntry.objects.exists()

    saved = client.post(builder(cast, "add/"), {**shown, "act": "save"}, follow=True)
    assert "Saved. Great Hall is booked twice on Tuesday 09:30" in text_of(saved)
    assert Session.objects.count() == 2


def test_what_is_typed_wrong_comes_back_at_its_field(cast: Cast, hall: Room, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    page = client.get(builder(cast, "add/"))
    wrong = {
        "The session ends before it starts. Give a later end.": {"end": "08:00"},
        "Give the end, or the length in minutes.": {"end": ""},
        "With this length it ends at 09:45, above it says 10:00. Empty one of the two.": {"minutes": "45"},
        "Give a time as the clock shows it, for example 09:30.": {"start": "nine\x00"},
        "This day lies far from the edition’s days, 16 and 17 March 2027. Give one of them.": {"day": "2031-03-16"},
        "Give a day of the calendar, for example 2027-03-16.": {"day": "0000-00-00"},
        "A session for one working group needs that group.": {"audience": "group"},
        "Say which part this is.": {"parts-0-person": str(cast.co_chair.person.pk)},
        "Name the person, or leave the part unconfirmed.": {"parts-0-role": "chair", "parts-0-is_confirmed": "on"},
    }
    for sentence, fields in wrong.items():
        answer = client.post(builder(cast, "add/"), typed(cast, page, **plenary(title_nl="Blijft staan")) | fields)
        assert answer.status_code == 200
        assert sentence in text_of(answer) and "Blijft staan" in answer.content.decode(), sentence
    for nonsense in ({"expected": "9" * 40}, {"room": "9" * 40}, {"minutes": "9" * 40}, {"parts-TOTAL_FORMS": "x"}):
        assert client.post(builder(cast, "add/"), typed(cast, page, **plenary()) | nonsense).status_code == 200
    assert not Session.objects.exists()


@pytest.mark.parametrize("by_length", [False, True])
def test_a_time_that_the_clock_leaves_out_is_refused_and_one_shown_twice_is_asked(
    cast: Cast, signed_in: Any, by_length: bool
) -> None:
    client = signed_in(cast.secretary_nl)
    Edition.objects.filter(pk=cast.edition.pk).update(opens_on=date(2027, 10, 30), closes_on=date(2027, 10, 31))
    page = client.get(builder(cast, "add/"))
    night = plenary(day="2027-10-31", start="02:30", end="" if by_length else "04:00", minutes="90" if by_length else "")
    skipped = client.post(builder(cast, "add/"), typed(cast, page, **{**night, "day": "2027-03-28"}))
    assert "There is no 02:30 on Sunday 28 March 2027 in The Hague: the clocks go forward over it." in text_of(skipped)

    asked = client.post(builder(cast, "add/"), typed(cast, page, **night))
    assert "The clocks of The Hague show 02:30 twice on Sunday 31 October 2027. Say which one is meant." in text_of(asked)
    assert "the first 02:30 (summer time, UTC+2)" in text_of(asked)
    assert "the second 02:30 (winter time, UTC+1)" in text_of(asked)
    assert not Session.objects.exists()

    client.post(builder(cast, "add/"), {**typed(cast, asked), "start_which": "second"})
    session = Session.objects.get()
    assert session.starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert session.ends_at == datetime(2027, 10, 31, 3, 0, tzinfo=UTC)
    change = client.get(builder(cast, f"{session.pk}/"))
    assert filled_in(change, "session")["start_which"] == ["second"]
    client.post(builder(cast, f"{session.pk}/"), {**typed(cast, change, title_nl="Nachtdienst"), "start_which": "second"})
    session.refresh_from_db()
    assert (session.title_nl, session.starts_at) == ("Nachtdienst", datetime(2027, 10, 31, 1, 30, tzinfo=UTC))


def test_two_people_change_one_session_and_both_texts_are_shown(cast: Cast, hall: Room, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="First wording", room=hall)
    build.a_speaker(session, cast.co_chair.person)
    uk, nl = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    address = builder(cast, f"{session.pk}/")
    mine, theirs = uk.get(address), nl.get(address)
    assert nl.post(address, typed(cast, theirs, title_en="Wording of the Dutch")).status_code == 302
    kept = typed(cast, mine, title_en="Wording of the British", annotation_en="A long text")
    answer = uk.post(address, {**kept, "parts-0-role": "moderator"})
    text = text_of(answer)
    assert "Title, English: stored now “Wording of the Dutch”; you typed “Wording of the British”." in text
    assert "Annotation, English: stored now “nothing”; you typed “A long text”." in text
    name = cast.co_chair.person.name
    assert f"stored now “chair: {name} (confirmed)”; you typed “moderator: {name} (confirmed)”." in text
    session.refresh_from_db()
    assert session.title_en == "Wording of the Dutch"
    again = filled_in(answer, "session")
    assert again["title_en"] == "Wording of the British"
    assert uk.post(address, {**again, "act": "save"}).status_code == 302
    session.refresh_from_db()
    assert (session.title_en, session.annotation_en, session.speakers.get().role) == (
        "Wording of the British",
        "A long text",
        "moderator",
    )
    blind = typed(cast, uk.get(address), title_en="Blind", seen="")
    assert "Somebody saved a newer version while you were typing" in text_of(uk.post(address, blind))


def test_a_move_keeps_the_length_and_says_what_it_broke(cast: Cast, hall: Room, signed_in: Any) -> None:
    session = build.a_session(cast.edition, "09:00", "10:30", title_en="Opening plenary")
    build.a_session(cast.edition, "14:30", "15:30", title_en="Panel on ports", room=hall, day=2)
    client = signed_in(cast.secretary_uk)
    address = builder(cast, f"{session.pk}/move/")
    shown = filled_in(client.get(f"{address}?day=2027-03-17&start=14:00&room={hall.pk}"), "move")
    assert (shown["day"], shown["start"], shown["room"]) == ("2027-03-17", "14:00", str(hall.pk))
    answer = client.post(address, shown, follow=True)
    assert "Saved. Great Hall is booked twice on Wednesday 14:30: Opening plenary and Panel on ports." in text_of(answer)
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (
        datetime(2027, 3, 17, 13, 0, tzinfo=UTC),
        datetime(2027, 3, 17, 14, 30, tzinfo=UTC),
    )
    late = client.post(address, shown)
    assert "It stands on" in text_of(late) and "Somebody saved a newer version" in text_of(late)
    assert client.get(f"{address}?day=x&start=%00&room=zz").status_code in {200, 400}


def test_the_last_step_is_taken_back_after_one_question(cast: Cast, hall: Room, signed_in: Any) -> None:
    session = build.a_session(cast.edition, title_en="Opening plenary", room=hall)
    nl = cast.secretary_nl
    change_session(session=session, by=nl, seen=fingerprint_of(session), room=None)
    client = signed_in(nl)
    page = client.get(builder(cast))
    assert "Take back your last step Changed: Opening plenary" in text_of(page)
    assert nl.person.name not in page.content.decode().partition('id="steps-heading"')[2].partition("</section>")[0]
    asked = client.get(builder(cast, "take-back/"))
    session.refresh_from_db()
    assert session.room is None  # a look changes nothing
    said = filled_in(asked, "take-back")
    assert client.post(builder(cast, "take-back/"), {"step": "9" * 30}).status_code == 409
    assert "Taken back." in text_of(client.post(builder(cast, "take-back/"), said, follow=True))
    session.refresh_from_db()
    assert session.room == hall
    change_session(session=session, by=nl, seen=fingerprint_of(session), title_en="Second wording")
    session.refresh_from_db()
    change_session(session=session, by=cast.secretary_uk, seen=fingerprint_of(session), title_en="Third wording")
    refused = client.post(builder(cast, "take-back/"), {"step": AgendaStep.objects.filter(by=nl).first().pk})
    assert refused.status_code == 409
    assert "Somebody changed “Third wording” since your step." in text_of(refused)


def test_what_is_not_released_is_said_by_session_and_after_the_closing_all_is_read_only(
    cast: Cast, hall: Room, signed_in: Any
) -> None:
    session = build.a_session(cast.edition, title_en="Opening plenary", room=hall)
    client = signed_in(cast.secretary_nl)
    assert "Nothing is released yet" in text_of(client.get(builder(cast)))
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert "Release 1.0 , which says it all." in text_of(client.get(builder(cast))).replace("1.0,", "1.0 ,")
    change_session(
        session=session, by=cast.secretary_nl, seen=fingerprint_of(session), room=Room.objects.get(name_en="Old Library")
    )
    text = text_of(client.get(builder(cast)))
    assert "Room changed: Opening plenary" in text and "Not released like this yet" in text
    assert f"/admin/dialogues/edition/{cast.edition.pk}/step/release/" in client.get(builder(cast)).content.decode()
    form = typed(cast, client.get(builder(cast, f"{session.pk}/")), title_en="With hindsight")
    Edition.objects.filter(pk=cast.edition.pk).update(status=Edition.Status.CLOSED)
    text = text_of(client.get(builder(cast)))
    assert "The edition is over: its sessions stay as they were." in text and "Add a session on this day" not in text
    answer = client.post(builder(cast, f"{session.pk}/"), form)
    assert answer.status_code == 409 and "With hindsight" in answer.content.decode()
    session.refresh_from_db()
    assert session.title_en == "Opening plenary"


def test_the_page_asks_the_database_as_often_for_sixty_sessions_as_for_five(cast: Cast, hall: Room, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)

    def asked() -> int:
        client.get(builder(cast))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(builder(cast)).status_code == 200
        return len(queries)

    def add(count: int) -> None:
        for number in range(count):
            session = build.a_session(cast.edition, day=1 + number % 2, room=hall, mandate=cast.group, title_nl="Zitting")
            build.a_speaker(session, cast.co_chair.person)

    add(5)
    release_agenda_of_five(cast)
    few = asked()
    add(55)
    assert asked() == few
    assert few <= 30


def release_agenda_of_five(cast: Cast) -> None:
    """A release stands, so that the page compares with it; the double bookings are taken out for that moment."""
    from datetime import timedelta

    for number, session in enumerate(cast.edition.sessions.order_by("pk")):
        session.starts_at += timedelta(hours=number)
        session.ends_at += timedelta(hours=number)
        session.save()
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
