"""The page of the day and the page of the desk: two taps from a phone, seen at once by delegates, and closed on other days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from dialogues.admin.on_the_day import MoveForm
from dialogues.models import AgendaRelease, Audience, JournalEntry, OutgoingMessage, Registration, Session
from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.cast import Cast


@pytest.fixture
def day(cast: Cast) -> Iterator[dict[str, Session]]:
    """The first day at ten past eleven, with an agenda released before it."""
    hall, canal = build.a_room("Great Hall", position=1), build.a_room("Canal Room", position=2)
    cast.edition.venue = hall.venue
    cast.edition.save()
    sessions = {
        "over": build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary", room=hall),
        "now": build.a_session(cast.edition, "11:00", "12:30", title_en="Ports and rivers", room=canal),
        "next": build.a_session(cast.edition, "12:30", "13:30", title_en="Customs", room=canal),
        "theirs": build.a_session(
            cast.edition, "14:00", "15:00", title_en="Zyxtheirs", audience=Audience.PARTY, party=cast.uk, room=hall
        ),
        "tomorrow": build.a_session(cast.edition, "09:00", "10:00", day=2, title_en="Zyxtomorrow", room=hall),
    }
    release_agenda(edition=cast.edition, by=cast.secretary_uk)
    OutgoingMessage.objects.all().delete()
    with time_machine.travel(build.at_venue(cast.edition, "11:10")):
        yield sessions


def page(cast: Cast, *more: Any) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/" + "".join(f"{part}/" for part in more)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def seen_on(answer: Any) -> str:
    return str(answer.context["form"]["seen"].value())


def test_the_day_shows_now_and_next_and_what_can_be_pressed(cast: Cast, day: dict[str, Session], signed_in: Any) -> None:
    text = words(signed_in(cast.lead).get(page(cast, "on-the-day")))
    assert "Tuesday 16 March, 11:10" in text
    now_next = text.split("Now and next")[1].split("Today")[0]
    assert "Ports and rivers" in now_next and "until 12:30" in now_next and "From 12:30:" in now_next
    assert "Over: 1 session" in text and "Opening plenary" in text
    assert page(cast, "on-the-day", day["now"].pk, "late") in text and "Extend 15 minutes" in text
    assert page(cast, "on-the-day", day["over"].pk, "late") not in text
    assert "Zyxtheirs" not in text and "Zyxtomorrow" not in text
    own = words(signed_in(cast.secretary_uk).get(page(cast, "on-the-day")))
    assert "Zyxtheirs" in own and page(cast, "on-the-day", day["theirs"].pk, "late") in own


def test_two_taps_and_delegates_read_it_while_the_mail_still_waits(
    cast: Cast, day: dict[str, Session], signed_in: Any, mailoutbox: list[Any]
) -> None:
    Session.objects.filter(pk=day["next"].pk).update(title_en="Zyxunreleased")
    staff, delegate = signed_in(cast.lead), signed_in(cast.delegate_uk)
    agenda = f"/en/dialogues/{cast.dialogue.slug}/{cast.edition.year}/agenda/"
    assert "Ports and rivers" in words(delegate.get(agenda))
    address = page(cast, "on-the-day", day["now"].pk, "late")
    question = staff.get(address)
    text = words(question)
    assert "It starts 15 minutes late and ends at 12:45, not at 12:30." in text
    assert "Canal Room: Customs follows there at 12:30. 15 minutes of it are taken." in text
    assert f"{address}?minutes=30" in text
    assert AgendaRelease.objects.count() == 1
    form = {"seen": seen_on(question), "minutes": "15"}
    done = staff.post(address, form)
    assert done.status_code == 302 and done["Location"].endswith(f"#session-{day['now'].pk}")
    release = AgendaRelease.objects.current().get(edition=cast.edition)
    assert JournalEntry.objects.latest("number").act == "delayed session"
    after = words(delegate.get(agenda))
    assert "12:45" in after and "Zyxunreleased" not in after and "Customs" in after
    text = words(staff.get(page(cast, "on-the-day")))
    assert "15 minutes late" in text and release.number in text.split("Released today")[1]
    assert "Time changed: Ports and rivers" in text.split("Released today")[1]
    drafted = OutgoingMessage.objects.filter(edition=cast.edition, sent_at=None, released_at=None).count()
    assert drafted and f"{drafted} notices are drafted" in text and mailoutbox == []
    # The second press of the same form does nothing more, and says how it stands.
    again = staff.post(address, form)
    assert again.status_code == 409 and "It was changed since you looked" in words(again) and "11:00 to 12:45" in words(again)
    assert AgendaRelease.objects.count() == 2


def test_a_move_says_what_it_breaks_before_it_is_done_and_a_taken_room_is_refused(
    cast: Cast, day: dict[str, Session], signed_in: Any
) -> None:
    staff, address = signed_in(cast.lead), page(cast, "on-the-day", day["next"].pk, "move")
    hall = day["over"].room
    question = staff.get(address)
    assert "Canal Room, where it is now" in words(question)
    form = {"seen": seen_on(question), "room": str(hall.pk), "starts_at": "14:00"}
    taken = staff.post(address, form)
    assert taken.status_code == 409
    assert "Great Hall is taken from 14:00 to 15:00: a session you may not read" in words(taken) and "Zyx" not in words(taken)
    assert 'value="14:00"' in words(taken)
    shown = staff.post(address, {**form, "starts_at": "11:45"})
    assert shown.status_code == 200 and "Ports and rivers" in words(shown) and "Move it all the same" in words(shown)
    assert AgendaRelease.objects.count() == 1
    kept = {name: shown.context["form"][name].value() for name in ("seen", "room", "starts_at", "shown")}
    assert staff.post(address, kept).status_code == 302
    moved = Session.objects.get(pk=day["next"].pk)
    assert (moved.room, moved.starts_at) == (hall, build.at_venue(cast.edition, "11:45"))
    # Nothing stands in the way of this one: it is done at the first press.
    quick = staff.get(address)
    answer = staff.post(address, {"seen": seen_on(quick), "room": str(hall.pk), "starts_at": "12:45"})
    assert answer.status_code == 302
    assert Session.objects.get(pk=day["next"].pk).starts_at == build.at_venue(cast.edition, "12:45")


@pytest.mark.parametrize("typed", ["", "25:61", "0", "9" * 400])
def test_nonsense_is_told_at_the_field_and_nothing_moves(
    cast: Cast, day: dict[str, Session], signed_in: Any, typed: str
) -> None:
    staff = signed_in(cast.lead)
    move = staff.post(page(cast, "on-the-day", day["next"].pk, "move"), {"room": typed or "x", "starts_at": typed})
    assert "Give a time, for example 14:30." in words(move) and "Choose one of the rooms" in words(move)
    late = staff.post(page(cast, "on-the-day", day["next"].pk, "late"), {"minutes": typed or "-15"})
    assert late.status_code in {200, 409}
    assert staff.get(page(cast, "on-the-day", day["next"].pk, "extend"), {"minutes": typed}).status_code == 200
    assert AgendaRelease.objects.count() == 1


def test_what_is_not_there_to_be_pressed_answers_as_what_never_was(cast: Cast, day: dict[str, Session], signed_in: Any) -> None:
    staff = signed_in(cast.lead)
    for session, act in (
        (day["theirs"].pk, "late"),
        (987654321, "late"),
        (10**20, "late"),
        (day["tomorrow"].pk, "late"),
        (day["now"].pk, "shout"),
    ):
        for method in (staff.get, staff.post):
            assert method(page(cast, "on-the-day", session, act)).status_code == 404
    for who in (cast.secretary_elsewhere, cast.technician):
        assert signed_in(who).get(page(cast, "on-the-day")).status_code == 404
        assert signed_in(who).get(page(cast, "attendance")).status_code == 404


def test_on_other_days_the_page_says_so_and_offers_nothing(cast: Cast, day: dict[str, Session], signed_in: Any) -> None:
    late = page(cast, "on-the-day", day["now"].pk, "late")
    for when, sentence in ((-timedelta(days=30), "opens on Tuesday 16 March 2027"), (timedelta(days=3), "is over")):
        with time_machine.travel(build.at_venue(cast.edition, "11:10") + when):
            staff = signed_in(cast.lead)
            text = words(staff.get(page(cast, "on-the-day")))
            assert sentence in text and late not in text and "Now and next" not in text
            assert staff.post(late, {"minutes": "15"}).status_code == 404
            board = words(staff.get("/admin/"))
            assert page(cast, "on-the-day") not in board
    assert page(cast, "on-the-day") in words(signed_in(cast.lead).get("/admin/"))
    assert AgendaRelease.objects.count() == 1


def test_attendance_by_a_tap_returns_to_the_same_line_and_counts(cast: Cast, day: dict[str, Session], signed_in: Any) -> None:
    staff = signed_in(cast.lead)
    row = Registration.objects.get(person=cast.delegate_uk.person, edition=cast.edition)
    gone = Registration.objects.get(person=cast.withdrawn_delegate.person, edition=cast.edition)
    address = page(cast, "attendance")
    text = words(staff.get(address))
    assert "0 of 2 noted, 0 came" in text and str(cast.delegate_uk.person) in text
    assert str(cast.withdrawn_delegate.person) not in text
    done = staff.post(address, {"came": row.pk, "party": "UK", "q": ""})
    assert done.status_code == 302 and done["Location"] == f"{address}?party=UK#person-{row.pk}"
    row.refresh_from_db()
    assert row.status == Registration.Status.ATTENDED
    text = words(staff.get(done["Location"]))
    assert "1 of 2 noted, 1 came" in text and str(cast.delegate_nl.person) not in text
    staff.post(address, {"absent": row.pk})
    assert "1 of 2 noted, 0 came" in words(staff.get(address))
    for pressed in ({"came": gone.pk}, {"came": "9" * 30}, {"absent": "x"}, {}):
        answer = staff.post(address, pressed)
        assert answer.status_code == 409 and "Nobody was chosen" in words(answer)
    assert staff.post(address, {"came": gone.pk, "q": "x" * 100_000}).status_code == 409
    found = words(staff.get(address, {"q": "delegatenl zzyx"}))
    assert str(cast.delegate_nl.person) in found and str(cast.delegate_uk.person) not in found


def test_attendance_by_list_asks_once_and_returns_to_the_desk(cast: Cast, day: dict[str, Session], signed_in: Any) -> None:
    staff = signed_in(cast.lead)
    rows = list(Registration.objects.filter(person__in=[cast.delegate_uk.person, cast.delegate_nl.person]))
    ticked = {"row": [row.pk for row in rows], "q": "delegate"}
    question = staff.post(page(cast, "bulk", "came-at-desk"), ticked)
    assert "Note that 2 people came" in words(question)
    done = staff.post(page(cast, "bulk", "came-at-desk"), {**ticked, "confirmed": "yes"})
    assert done["Location"] == page(cast, "attendance") + "?q=delegate"
    assert {row.status for row in Registration.objects.filter(pk__in=ticked["row"])} == {Registration.Status.ATTENDED}
    assert JournalEntry.objects.filter(act="noted attendance").count() == 2


def test_before_the_opening_day_the_desk_lists_and_notes_nobody(cast: Cast, day: dict[str, Session], signed_in: Any) -> None:
    with time_machine.travel(build.at_venue(cast.edition, "11:10") - timedelta(days=2)):
        staff = signed_in(cast.lead)
        text = words(staff.get(page(cast, "attendance")))
        assert "Attendance is noted from the opening day on." in text and str(cast.delegate_uk.person) in text
        assert 'name="came"' not in text
        row = Registration.objects.get(person=cast.delegate_uk.person, edition=cast.edition)
        assert staff.post(page(cast, "attendance"), {"came": row.pk}).status_code == 409
    row.refresh_from_db()
    assert row.status == Registration.Status.INVITED


@pytest.mark.parametrize(("on", "typed"), [(date(2027, 3, 28), "02:30"), (date(2027, 10, 31), "02:30")])
def test_a_time_that_the_clock_leaves_out_or_shows_twice_is_not_guessed_at(db: None, on: date, typed: str) -> None:
    edition = build.an_edition(opens_on=on, closes_on=on)
    session = build.a_session(edition, "10:00", "11:00")
    with time_machine.travel(build.at_venue(edition, "00:30")):
        form = MoveForm({"starts_at": typed}, session=session, rooms={}, labels={})
        assert form.errors["starts_at"] == ["The clocks change at that time. Choose another one."]
        form = MoveForm({"starts_at": "04:30"}, session=session, rooms={}, labels={})
        assert form.is_valid() and form.cleaned_data["starts_at"] == build.at_venue(edition, "04:30")


def test_what_a_party_has_made_its_own_since_the_release_is_read_as_released_and_acted_on_by_its_staff_alone(
    cast: Cast, day: dict[str, Session], signed_in: Any
) -> None:
    own = {"audience": Audience.PARTY, "party": cast.nl, "title_en": "Zyxown", "title_nl": "Zyxeigen"}
    Session.objects.filter(pk=day["next"].pk).update(**own)
    theirs, ours = signed_in(cast.secretary_uk), signed_in(cast.secretary_nl)
    listed = words(theirs.get(page(cast, "on-the-day")))
    assert "Customs" in listed and "Zyx" not in listed.replace("Zyxtheirs", "").replace("Zyxtomorrow", "")
    for act in ("late", "extend", "move", "cancel"):
        address = page(cast, "on-the-day", day["next"].pk, act)
        assert address not in listed
        assert theirs.get(address).status_code == theirs.post(address, {"minutes": "15"}).status_code == 404
        assert "Zyxown" in words(ours.get(address))
    beside = words(theirs.get(page(cast, "on-the-day", day["now"].pk, "extend")))
    assert "a session you may not read" in beside and "Zyxown" not in beside
    builder = words(theirs.get(page(cast, "agenda-builder")))
    assert "Ports and rivers" in builder and "Zyxown" not in builder and "Zyxeigen" not in builder
    assert "Zyxown" not in words(theirs.get(page(cast, "releases")))
    assert AgendaRelease.objects.count() == 1
