"""The handover note: what is open, who owes it, dates and posts; nothing invented, nobody named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from dialogues.exports.handover import HandoverNote, Section, handover_note, handover_part
from dialogues.exports.marking import TakenOut
from dialogues.exports.paper import paper
from dialogues.models import Edition, Export, NominationConsent
from dialogues.models.standing import read_once
from socportal import clock
from tests import build, reading_paper
from tests.cast import Cast

TODAY = date(2026, 11, 20)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def section(note: HandoverNote, title: str) -> Section:
    return next(one for one in note.sections() if one.title == title)


def cells(note: HandoverNote, title: str) -> list[list[str]]:
    return [[str(cell) for cell in line.cells] for line in section(note, title).lines]


def test_what_to_do_first_is_undone_by_date_with_its_owner_and_gate(cast: Cast) -> None:
    build.a_task(cast.edition, code="T32", task_en="Give the go", owner="HODO", due_on=days(30), is_gate=True)
    build.a_task(cast.edition, code="T11", task_en="Print the signs", owner="PRO", due_on=days(-2))
    build.a_task(cast.edition, code="T12", task_en="No date yet", owner="FP", due_on=None)
    build.a_task(
        cast.edition, code="T09", task_en="Done bait", status="done", settled_at=clock.now(), settled_by=cast.secretary_uk
    )
    note = handover_note(cast.edition, cast.secretary_uk)
    assert cells(note, "What to do first") == [
        ["18 November 2026, overdue", "T11 Print the signs", "Protocol and logistics (Netherlands)"],
        ["20 December 2026", "T32 Give the go. Gate: a later step waits for it", "Offices of the heads of delegation"],
        ["no date", "T12 No date yet", "Focal points"],
    ]
    assert [line.is_late for line in section(note, "What to do first").lines] == [True, False, False]


def test_a_task_given_to_somebody_says_the_post(cast: Cast) -> None:
    build.a_task(cast.edition, code="T11", task_en="Print", owner="PRO", due_on=days(1), assignee=cast.delegate_nl.person)
    [[_due, _what, who]] = cells(handover_note(cast.edition, cast.secretary_uk), "What to do first")
    assert who == f"{cast.delegate_nl.person.post_en} (protocol and logistics (Netherlands))"


def test_action_items_stand_by_party_with_owner_post_and_whom_they_await(cast: Cast) -> None:
    build.an_action_item(
        cast.edition, lead=cast.uk, number="SOC-2027-03", text_en="Share", status="reported_complete", due_on=days(-1)
    )
    build.an_action_item(cast.edition, lead=cast.nl, number="SOC-2027-02", text_en="Agree", status="proposed", due_on=days(90))
    build.an_action_item(cast.edition, lead=cast.nl, number="SOC-2027-01", text_en="Pilot", due_on=days(-3))
    build.an_action_item(cast.edition, lead=cast.nl, text_en="Closed bait", status="closed")
    assert cells(handover_note(cast.edition, cast.secretary_uk), "Open action items") == [
        ["17 November 2026, overdue", "SOC-2027-01 Pilot", "Netherlands: Head of unit", "Agreed"],
        ["18 February 2027", "SOC-2027-02 Agree", "Netherlands: Head of unit", "Proposed; awaits: Netherlands, United Kingdom"],
        ["19 November 2026", "SOC-2027-03 Share", "United Kingdom: Head of unit", "Reported complete; awaits: Netherlands"],
    ]


def test_dates_groups_engagements_and_what_waits(cast: Cast) -> None:
    build.a_round(cast.edition)
    for n in range(7):
        build.a_task(cast.edition, code=f"T0{n}", task_en=f"Task {n}", due_on=days(n))
    build.an_engagement(cast.dialogue, title_en="Visit to come", status="agreed")
    build.an_engagement(cast.dialogue, title_en="Held", status="held", starts_on=days(-10), date_precision="exact")
    build.an_engagement(
        cast.dialogue, title_en="Told bait", status="reported", report_en="Done.", starts_on=days(-40), date_precision="exact"
    )
    observer = build.a_submitted_nomination(build.a_delegation(cast.edition, cast.uk), name="Nominee Bait", category="observer")
    NominationConsent.objects.create(nomination=observer, party=cast.uk, by=cast.focal_point_uk)
    build.a_message(cast.delegate_uk, cast.edition, subject="Subject bait")
    decision = build.a_heads_decision(cast.edition, cast.secretary_nl)
    build.a_consent(decision, cast.secretary_nl, "postponed", party=cast.nl)
    note = handover_note(cast.edition, cast.secretary_uk)
    dates = cells(note, "Dates")
    assert dates[0] == ["16 and 17 March 2027", "The edition"]
    assert dates[1][1] == "Nominations close"
    assert "2 February 2027" in dates[1][0]
    assert [what for _day, what in dates[2:]] == [f"T0{n} Task {n}" for n in range(5)]
    assert ["Nominations to settle", "1", "Both secretaries"] in cells(note, "What waits for somebody")
    assert ["Messages to read and release", "1", "Both secretaries"] in cells(note, "What waits for somebody")
    assert ["Decision of the heads’ offices: postponed", "", "United Kingdom"] in cells(note, "What waits for somebody")
    assert [line[2] for line in cells(note, "Working groups")] == [
        "To be named: co-chair United Kingdom, rapporteur",
        "To be named: co-chair Netherlands, co-chair United Kingdom, rapporteur",
    ]
    assert cells(note, "Between two editions") == [
        ["10 November 2026", "Held", "Held; report owed by 1 December 2026"],
        ["no date", "Visit to come", "Agreed"],
    ]
    assert "bait" not in str(handover_part(note)).lower()


def test_posts_stand_with_role_and_party_and_no_name_anywhere(cast: Cast) -> None:
    note = handover_note(cast.edition, cast.secretary_uk)
    posts = cells(note, "Who holds which post")
    assert ["Secretary", "Netherlands", cast.secretary_nl.person.post_en, "1 January 2020"] in posts
    assert len(posts) == 6, "three focal points and deputies, three secretaries: none that ended, begins later or is elsewhere"
    assert "Zzyx" not in str(handover_part(note))


def test_an_edition_nobody_prepares_says_so(cast: Cast) -> None:
    bare = build.an_edition(
        cast.dialogue, year=2028, status=Edition.Status.PLANNED, opens_on=None, closes_on=None, date_precision="none"
    )
    note = handover_note(bare, cast.secretary_uk)
    assert (
        section(note, "What to do first").nothing == "No checklist has been drawn up: that comes with scheduling the edition."
    )
    assert [one.title for one in note.sections() if one.lines] == ["Who holds which post"]
    postponed = build.an_edition(cast.dialogue, year=2029, status=Edition.Status.POSTPONED)
    build.a_task(postponed, due_on=days(-3))
    assert section(handover_note(postponed, cast.secretary_uk), "What to do first").nothing.startswith("The checklist rests")


@pytest.mark.usefixtures("loaded")
def test_of_the_real_2026_it_invents_nothing(cast: Cast) -> None:
    real = Edition.objects.get(dialogue__slug="uk-nl-soc", year=2026)
    build.an_appointment(cast.secretary_uk, real.dialogue, "secretary")
    note = handover_note(real, cast.secretary_uk)
    assert section(note, "What to do first").lines == section(note, "Open action items").lines == []
    assert [line[0] for line in cells(note, "Dates")] == [real.dates] if real.dates else not cells(note, "Dates")
    assert cells(note, "Who holds which post") == [
        ["Secretary", "United Kingdom", cast.secretary_uk.person.post_en, "1 January 2020"]
    ]


@pytest.mark.parametrize(("lang", "words"), [("en", "What to do first"), ("nl", "Drukken")])
def test_the_paper_is_marked_tagged_and_in_the_readers_language(cast: Cast, lang: str, words: str) -> None:
    for n in range(60):
        build.a_task(cast.edition, code=f"T{n}", task_en="Print", task_nl="Drukken", due_on=days(n))
    with override(lang):
        taken_out = TakenOut(cast.edition, Export.What.HANDOVER, Export.Purpose.SUCCESSOR, cast.secretary_uk, clock.now())
        pdf = paper(taken_out, handover_part(handover_note(cast.edition, cast.secretary_uk)))
    sheets = reading_paper.sheets(pdf)
    assert len(sheets) > 1
    assert all(sheet.count("OFFICIAL / ongerubriceerd") == 2 for sheet in sheets)
    assert reading_paper.is_tagged(pdf)
    assert reading_paper.language(pdf).startswith(lang)
    assert words in reading_paper.words(pdf)
    assert "Zzyx" not in reading_paper.words(pdf)


def test_it_asks_as_often_whatever_stands_in_it(cast: Cast) -> None:
    def cost() -> int:
        with read_once(), CaptureQueriesContext(connection) as asked:
            handover_part(handover_note(cast.edition, cast.secretary_uk))
        return len(asked)

    few = cost()
    build.a_heads_decision(cast.edition, cast.secretary_nl)
    build.a_summary(cast.edition)
    with_decision = cost()
    for n in range(20):
        build.a_task(cast.edition, due_on=days(n), assignee=cast.delegate_uk.person)
        build.an_action_item(cast.edition, due_on=days(n), status="proposed")
        build.a_mandate(cast.edition)
        build.an_engagement(cast.dialogue, status="agreed")
    assert cost() <= with_decision + 6, "leads, consents, co-chairs once there are any"
    assert few <= 40
