"""The run of show and the signs on the doors: from the release that delegates read, not from the working agenda."""

from __future__ import annotations

import pytest
from django.utils import translation

from dialogues.exports.door_signs import door_signs_part
from dialogues.exports.paper import paper
from dialogues.exports.run_of_show import run_of_show_part
from dialogues.models import Export, Session
from dialogues.models.programme import Programme
from dialogues.procedures.agenda import release_agenda
from socportal import clock
from tests import build, reading_paper
from tests.cast import Cast
from tests.dialogues.exports.test_participants import taken_out


@pytest.fixture
def released(cast: Cast) -> Cast:
    """Two rooms, one of three places; a hybrid session, one for the secretaries alone, one cancelled; then unreleased work."""
    hall = build.a_room("Great Hall", name_nl="Grote Zaal", floor_en="ground floor", capacity=3)
    library = build.a_room("Old Library", position=2)
    opening = build.a_session(
        cast.edition, title_en="Opening", title_nl="Opening van de dialoog", room=hall, is_hybrid=True, expected=25
    )
    group = build.a_session(
        cast.edition,
        "10:25",
        "11:30",
        title_en="Illicit finance",
        kind="breakout",
        mandate=cast.group,
        room=hall,
        ground_rule="chatham_house",
    )
    build.a_session(cast.edition, "12:00", "13:00", title_en="Canary of secretaries", audience="secretariat", room=library)
    side = build.a_session(cast.edition, "14:00", "15:00", title_en="Asset recovery", kind="bilateral", room=library)
    build.a_session(cast.edition, "09:00", "10:00", day=2, title_en="Closing", room=hall)
    build.a_session(cast.edition, "15:30", "15:45", title_en="Group photograph", kind="photograph")
    build.a_speaker(opening, build.a_person(cast.nl, name="Dr Chair", post_en="Director"))
    build.a_speaker(opening, None, "speaker", party=cast.uk)
    build.a_paper_version(build.a_paper(cast.edition, cast.nl, session=group))
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    Session.objects.filter(pk=side.pk).update(status="cancelled")
    release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    Session.objects.filter(pk=opening.pk).update(title_en="Canary of the working agenda")
    return cast


def programme(cast: Cast) -> Programme:
    return Programme(cast.edition, cast.secretary_nl, clock.now())


def run_of_show(cast: Cast) -> bytes:
    return paper(taken_out(cast, Export.What.RUN_OF_SHOW), run_of_show_part(programme(cast)), audience="Secretariat")


def test_the_run_of_show_tells_minutes_change_over_people_and_what_to_prepare(released: Cast) -> None:
    made = run_of_show(released)
    read = reading_paper.words(made)
    assert reading_paper.is_tagged(made) and reading_paper.title(made) == "Run of show 1.1"
    assert "09:15 to 10:15 60 minutes Great Hall ground floor Opening" in read
    assert "10:25 to 11:30 65 minutes Great Hall ground floor 10 minutes Illicit finance 2 Chatham House Rule, 1 paper" in read
    assert "25 Chair (NL): Dr Chair, Director" in read and "Too few places: 3" in read
    assert "1 nameplate at the table" in read and "Ask again who speaks" in read
    assert "Link and screen for who joins from elsewhere: 08:15 London" in read
    assert "No recording; the rule on the table" in read and "Find a room" in read
    assert "Asset recovery Cancelled" in read
    # Everybody who is registered for what is for all; of the secretaries’ own nobody but staff knows how many come.
    assert "Closing 6" in read and "Canary of secretaries" in read and "Canary of secretaries 6" not in read
    assert "Canary of the working agenda" not in read


def test_every_sheet_of_it_says_the_release_the_day_and_who_took_it_out(released: Cast) -> None:
    first, second = reading_paper.sheets(run_of_show(released))
    assert "Release 1.1 of 20 November 2026, 10:00 The Hague" in first and "Tuesday 16 March 2027" in first
    assert "Run of show 1.1" in second and "Wednesday 17 March 2027" in second and "Closing" in second
    assert all("Taken out by: secretary, United Kingdom" in sheet and sheet.count("OFFICIAL") == 2 for sheet in (first, second))


def test_a_door_has_a_sign_a_day_in_both_languages(released: Cast) -> None:
    made = paper(taken_out(released, Export.What.DOOR_SIGNS), door_signs_part(programme(released)))
    sheets = reading_paper.sheets(made)
    assert reading_paper.is_tagged(made) and len(sheets) == 3, "the hall on two days, the library on one"
    assert "Great Hall Grote Zaal Tuesday 16 March 2027 / Dinsdag 16 maart 2027" in sheets[0]
    assert "09:15–10:15 Opening Opening van de dialoog" in sheets[0] and "Illicit finance" in sheets[0]
    assert "Closing" in sheets[1] and "Wednesday 17 March 2027" in sheets[1] and "Opening" not in sheets[1]
    assert all("Door signs 1.1" in sheet and "20 November 2026" in sheet for sheet in sheets)
    with translation.override("nl"):
        dutch = paper(taken_out(released, Export.What.DOOR_SIGNS), door_signs_part(programme(released)))
    assert "Grote Zaal Great Hall Dinsdag 16 maart 2027 / Tuesday 16 March 2027" in reading_paper.words(dutch)


def test_no_title_hangs_on_a_door_that_not_every_delegate_may_read(released: Cast) -> None:
    library = reading_paper.sheets(paper(taken_out(released), door_signs_part(programme(released))))[2]
    assert "12:00–13:00 Reserved" in library and "Asset recovery" in library and "Cancelled / Vervallen" in library
    assert "Canary" not in library


def test_a_full_day_still_is_one_sign(cast: Cast) -> None:
    hall = build.a_room("Room of the Former Provincial States")
    for hour in range(8, 20):
        build.a_session(
            cast.edition,
            f"{hour:02d}:00",
            f"{hour:02d}:45",
            title_en=f"Item {hour} of both sides",
            title_nl=f"Onderdeel {hour}",
            room=hall,
        )
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    (sheet,) = reading_paper.sheets(paper(taken_out(cast), door_signs_part(programme(cast))))
    assert "Provincial" in sheet and all(f"Item {hour} of both sides Onderdeel {hour}" in sheet for hour in range(8, 20))
