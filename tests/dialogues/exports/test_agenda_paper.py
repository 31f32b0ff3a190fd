"""The agenda on paper: a sheet a day from the release, for each reader what that reader may read, and nothing of it markup."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from dialogues.exports.agenda_paper import agenda_content, agenda_days, annotated, fingerprint, personal
from dialogues.models import Audience, Edition, Session
from dialogues.models.programme import Programme
from dialogues.procedures.agenda import release_agenda
from parties.models import Organisation
from socportal import clock
from tests import build, reading_paper
from tests.cast import Cast

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}


def programme(cast: Cast, user: Any, **later: Any) -> Programme:
    edition = Edition.objects.select_related("dialogue", "host_party").get(pk=cast.edition.pk)
    return Programme(edition, user, clock.now() + timedelta(**later))


@pytest.fixture
def day(cast: Cast) -> Cast:
    """Release 1.1 of two days: one session moved to another room, one later, one cancelled, one for the secretaries alone."""
    hall = build.a_room("Great Hall", name_nl="Grote Zaal", floor_en="ground floor", floor_nl="begane grond")
    library, canal = build.a_room("Old Library", position=2), build.a_room("Canal Room", name_nl="Grachtkamer", position=3)
    opening = build.a_session(
        cast.edition,
        title_en="Opening plenary",
        title_nl="Openingszitting",
        room=hall,
        ground_rule="not_for_attribution",
        annotation_en="Purpose: to adopt the agenda.\n\nExpected outcome: an agreed agenda.",
        **PUBLIC,
    )
    group = build.a_session(
        cast.edition,
        "11:30",
        "12:45",
        title_en="Illicit finance",
        kind="breakout",
        room=canal,
        mandate=cast.group,
        ground_rule="chatham_house",
    )
    later = build.a_session(cast.edition, "14:00", "15:00", title_en="Progress since last year", room=hall)
    side = build.a_session(cast.edition, "15:30", "16:00", title_en="Asset recovery", kind="bilateral", room=library)
    build.a_session(cast.edition, "16:30", "17:00", title_en="Canary of secretaries", audience="secretariat", room=library)
    build.a_session(cast.edition, "17:00", "17:30", title_en="Canary of one party", audience="party", party=cast.uk)
    build.a_session(
        cast.edition, "09:00", "10:00", day=2, title_en="Ministerial segment", kind="ministerial", room=hall, **PUBLIC
    )
    police = build.an_organisation(cast.nl, name_en="Police of Example", kind=Organisation.Kind.POLICE)
    officer = build.a_person(cast.nl, name="Officer Bait", post_en="Head of tasking", organisation=police)
    build.a_speaker(opening, build.a_person(cast.uk, name="Dr Chair", post_en="Director", post_nl="Directeur"))
    build.a_speaker(opening, officer, "speaker")
    build.a_speaker(group, None, "rapporteur", party=cast.uk)
    build.a_speaker(group, cast.delegate_uk.person, "panellist")
    build.a_paper_version(
        build.a_paper(cast.edition, cast.nl, session=opening, title_en="Draft agenda", title_nl="Conceptagenda")
    )
    hidden = build.a_paper(cast.edition, cast.nl, session=opening, title_en="Canary paper", audience="secretariat")
    build.a_paper_version(hidden)
    build.a_paper_version(
        build.a_paper(cast.edition, cast.nl, session=opening, title_en="Sealed paper"),
        quarantined_at=clock.now(),
        quarantined_by=cast.lead,
    )
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    Session.objects.filter(pk=group.pk).update(room=library)
    Session.objects.filter(pk=side.pk).update(status="cancelled", cancelled_note_en="Taken up in plenary")
    moved = {"starts_at": later.starts_at + timedelta(minutes=15), "ends_at": later.ends_at + timedelta(minutes=15)}
    Session.objects.filter(pk=later.pk).update(**moved)
    release_agenda(edition=cast.edition, by=cast.secretary_nl, planned=False)
    build.a_session(cast.edition, "18:00", "19:00", title_en="Canary of the working agenda", **PUBLIC)
    return cast


def test_each_day_is_one_sheet_with_number_marking_and_time_of_print(day: Cast) -> None:
    made = agenda_days(programme(day, day.delegate_nl))
    first, second = reading_paper.sheets(made)
    for number, sheet in enumerate((first, second), 1):
        assert sheet.count("OFFICIAL / ongerubriceerd") == 2, "at head and foot"
        assert "Release 1.1 of 20 November 2026, 10:00 The Hague" in sheet and "Times in The Hague" in sheet
        assert "Printed 20 November 2026, 10:00 The Hague" in sheet and f"Day {number} of 2" in sheet
    assert "Tuesday 16 March 2027" in first and "Wednesday 17 March 2027" in second
    assert "London" not in first, "on paper only the venue’s clock"
    assert reading_paper.is_tagged(made) and reading_paper.title(made) == "Agenda 1.1"
    assert {"H1", "Table", "TH", "TD"} <= set(reading_paper.tags(made))


def test_it_says_where_what_changed_and_what_may_be_repeated(day: Cast) -> None:
    read = reading_paper.words(agenda_days(programme(day, day.delegate_nl)))
    assert "09:15 to 10:15 Great Hall ground floor Opening plenary Not for attribution 1 paper" in read
    assert "11:30 to 12:45 Old Library Illicit finance Room changed Was Canal Room Chatham House Rule" in read
    assert "Speakers to be confirmed" in read
    assert "14:15 to 15:15 Great Hall ground floor Progress since last year Time changed Was 14:00" in read
    assert "Asset recovery Cancelled Taken up in plenary" in read
    assert "Canary" not in read and "Sealed" not in read


def test_it_is_dutch_for_a_dutch_reader_and_marks_what_has_no_dutch(day: Cast) -> None:
    with translation.override("nl"):
        made = agenda_days(programme(day, day.delegate_nl))
    read = reading_paper.words(made)
    assert reading_paper.language(made).lower() == "nl-nl"
    assert "Dinsdag 16 maart 2027" in read and "09.15 tot 10.15 Grote Zaal begane grond Openingszitting" in read
    assert "Zaal gewijzigd Was Grachtkamer" in read and "Illicit finance" in read
    assert re.search(rb"/Lang ?\(en", made), "a title without Dutch is marked as English"
    assert not re.search(rb"/Lang ?\(nl", agenda_days(programme(day, day.delegate_nl)))


def test_the_public_outline_has_no_room_no_breakout_no_ministers_hour_and_no_number(day: Cast) -> None:
    for reader in (day.public, day.stranger):
        made = agenda_days(programme(day, reader))
        read = reading_paper.words(made)
        assert "Public outline" in read and "09:15 to 10:15 Opening plenary" in read
        assert "Time not public Ministerial segment" in read and "09:00" not in read
        assert not any(
            bait in read
            for bait in (
                "Great Hall",
                "ground floor",
                "Illicit finance",
                "Progress",
                "Canary",
                "attribution",
                "paper",
                "confirmed",
                "Release",
                "1.1",
                "OFFICIAL",
            )
        )
        assert reading_paper.title(made) == "Agenda, public outline" and reading_paper.is_tagged(made)


def test_the_outline_of_a_closed_edition_has_rooms_and_hours(day: Cast) -> None:
    read = reading_paper.words(agenda_days(programme(day, day.public, days=200)))
    assert "09:00 to 10:00 Great Hall ground floor Ministerial segment" in read
    assert "Illicit finance" not in read and "Canary" not in read and "OFFICIAL" not in read


def test_a_secretary_reads_what_is_for_secretaries_and_nothing_of_the_other_party(day: Cast) -> None:
    read = reading_paper.words(agenda_days(programme(day, day.secretary_nl)))
    assert "Canary of secretaries" in read and "2 papers" in read
    assert "Canary of one party" not in read and "Canary of the working agenda" not in read


@pytest.mark.parametrize(("sessions", "sheets"), [(15, 1), (19, 1), (30, 1), (40, 1), (90, 2)])
def test_a_day_of_forty_sessions_is_one_sheet_and_a_longer_one_goes_on_under_its_head(
    cast: Cast, sessions: int, sheets: int
) -> None:
    rooms = [build.a_room(f"Room {n}", floor_en="first floor", position=n) for n in range(1, 10)]
    for n in range(sessions):
        hour, minute = divmod(8 * 60 + 60 * (n // 9), 60)
        build.a_session(
            cast.edition,
            f"{hour:02d}:{minute:02d}",
            f"{hour:02d}:{minute + 45:02d}",
            title_en=f"Item {n:02d}: what both sides have learnt of the upstream flows" if n % 3 == 0 else f"Item {n:02d}",
            room=rooms[n % 9],
            ground_rule="chatham_house",
        )
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    made = reading_paper.sheets(agenda_days(programme(cast, cast.delegate_nl)))
    assert len(made) == sheets
    assert all(sum(f"Item {n:02d}" in sheet for sheet in made) == 1 for n in range(sessions))
    assert all("Day 1 of 1" in sheet and "Time Room Session" in sheet for sheet in made)
    assert all("Tuesday 16 March 2027" in sheet for sheet in made) and "Tuesday 16 March 2027, continued" not in made[0]
    assert sheets == 1 or "Tuesday 16 March 2027, continued" in made[1]


def test_what_is_typed_into_a_title_stays_text_and_a_long_one_is_not_cut(cast: Cast) -> None:
    hostile = '#import "x": y $a$ *b* _c_ <d> @e [f] // g \\ #panic() {before} 🚢 漢'
    long = "Interminable " * 12
    build.a_session(cast.edition, title_en=hostile, room=build.a_room("#strike[Hall]", floor_en="*1*"))
    build.a_session(cast.edition, "11:00", "12:00", title_en=long.strip(), annotation_en="#panic()\n\n= Head\n- 🚢")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    for made in (agenda_days(programme(cast, cast.delegate_nl)), annotated(programme(cast, cast.delegate_nl))):
        read = reading_paper.words(made)
        assert "#panic() {before} □ □" in read and '#import "x": y $a$ *b* _c_ <d> @e [f]' in read
        assert "#strike[Hall]" in read and read.count("Interminable") == 12
    assert "= Head - □" in read


def test_the_annotated_agenda_says_what_each_session_is_for_and_who_speaks(day: Cast) -> None:
    made = annotated(programme(day, day.delegate_nl))
    read = reading_paper.words(made)
    assert reading_paper.is_tagged(made) and reading_paper.title(made) == "Annotated agenda 1.1"
    assert "Release 1.1 of 20 November 2026, 10:00 The Hague · Times in The Hague" in read and "Printed 20 November" in read
    assert "Purpose: to adopt the agenda. Expected outcome: an agreed agenda." in read
    assert "You may use what you hear, but not reveal who said it, nor who else was there." in read
    assert "Chair (UK): Dr Chair, Director" in read and "Rapporteur (UK): to be confirmed" in read
    assert "Speaker (NL): Head of tasking, Police of Example" in read and "Officer Bait" not in read
    assert "Draft agenda Version 1, English · OFFICIAL" in read
    assert "Canary" not in read and "Sealed" not in read
    with translation.override("nl"):
        dutch = reading_paper.words(annotated(programme(day, day.delegate_nl)))
    assert "Purpose: to adopt the agenda." in dutch and "(in het Engels)" in dutch and "Dr Chair, Directeur" in dutch


def test_ones_own_programme_has_ones_own_sessions_and_part_and_no_name_in_its_title(day: Cast) -> None:
    made = personal(programme(day, day.delegate_uk))
    read = reading_paper.words(made)
    assert "ZzyxDelegateUk" in read and "Only you" in read and "Release 1.1" in read
    assert "Opening plenary" in read and "Illicit finance" in read and "Your part: panellist" in read
    assert "Asset recovery" not in read and "Canary" not in read
    assert reading_paper.title(made) == "My programme 1.1"
    assert "Illicit finance" not in reading_paper.words(personal(programme(day, day.delegate_nl)))


def test_the_same_content_is_the_same_but_for_the_time_of_print(day: Cast) -> None:
    now, later = programme(day, day.public), programme(day, day.public, hours=5)
    assert agenda_days(now) == agenda_days(now) != agenda_days(later)
    assert fingerprint(agenda_content(now)) == fingerprint(agenda_content(later))
    assert fingerprint(agenda_content(now)) != fingerprint(agenda_content(programme(day, day.delegate_nl)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "postponed"}, "Postponed. New days are not known yet. Nothing of this agenda holds."),
        (
            {"opens_on": "2027-05-18", "closes_on": "2027-05-19"},
            "This agenda still shows the former days; nothing of it holds.",
        ),
    ],
)
def test_a_sheet_that_no_longer_holds_says_so(day: Cast, fields: dict[str, str], said: str) -> None:
    assert said not in reading_paper.words(agenda_days(programme(day, day.delegate_nl)))
    Edition.objects.filter(pk=day.edition.pk).update(**fields)
    for made in (agenda_days, annotated):
        assert said in reading_paper.words(made(programme(day, day.delegate_nl)))
