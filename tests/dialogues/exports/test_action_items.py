from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from icalendar import Calendar
from pypdf import PdfReader

from dialogues.models import ActionChange
from socportal import clock
from tests import build
from tests.cast import Cast

FILES = "/en/action-items/official-action-items."


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def bait(cast: Cast) -> None:
    """What a delegate of no group never reads."""
    build.an_action_item(cast.edition, audience="secretariat", text_en="Wombat plan")
    build.an_action_item(cast.edition, audience="group", mandate=cast.other_group, text_en="Numbat plan")
    build.an_action_item(cast.edition, status="proposed", text_en="Quokka plan")


@pytest.mark.parametrize("file_type", ["csv", "xlsx", "pdf", "ics"])
def test_every_file_is_marked_in_its_name_kept_by_nobody_and_asks_for_sign_in(
    cast: Cast, client: Client, signed_in: Any, file_type: str
) -> None:
    build.an_action_item(cast.edition)
    assert client.get(f"{FILES}{file_type}").status_code == 302
    answer = signed_in(cast.delegate_uk).get(f"{FILES}{file_type}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="official-action-items-2026-11-20-en.{file_type}"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert signed_in(cast.delegate_uk).get(f"{FILES}exe").status_code == 404


def test_a_table_holds_what_the_filter_left_and_nothing_hidden(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(
        cast.edition, lead=cast.uk, text_en="Alpha note", mandate=cast.group, due_on=date(2026, 10, 1), status="in_progress"
    )
    item.leads.update(owner=cast.delegate_uk.person)
    build.an_action_item(cast.edition, lead=cast.nl, text_en="Beta note")
    bait(cast)
    browser = signed_in(cast.delegate_uk)
    everything = table(browser.get(f"{FILES}csv"))
    assert {row["Action"] for row in everything} == {"Alpha note", "Beta note"}
    (row,) = table(browser.get(f"{FILES}csv?party={cast.uk.pk}"))
    assert row["Number"] == item.number
    assert row["Lead"] == "United Kingdom"
    assert row["Owner post"] == "Head of unit"
    assert row["Due on"] == "2026-10-01"
    assert row["First due on"] == "2027-12-31"
    assert row["Escalation level"] == "2"
    assert row["Working group"] == cast.group.working_group.name
    assert "Zzyx" not in browser.get(f"{FILES}csv").content.decode("utf-8-sig")
    dutch = browser.get(f"/nl{FILES[3:]}csv").content.decode("utf-8-sig")
    assert "Alpha note" in dutch


def test_no_cell_is_run_as_a_formula(cast: Cast, signed_in: Any) -> None:
    build.an_action_item(cast.edition, text_en='=HYPERLINK("https://bad.example")', measure_en="+1")
    browser = signed_in(cast.delegate_uk)
    (row,) = table(browser.get(f"{FILES}csv"))
    assert row["Action"].startswith("'=")
    sheet = openpyxl.load_workbook(BytesIO(browser.get(f"{FILES}xlsx").content)).worksheets[0]
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert cells[1].value.startswith("'=")
    assert cells[2].value == "'+1"
    assert "OFFICIAL / ongerubriceerd" in sheet.oddHeader.center.text


def test_on_paper_it_says_what_was_chosen_and_as_of_when(cast: Cast, signed_in: Any) -> None:
    build.an_action_item(cast.edition, lead=cast.uk, text_en="Alpha note", status="reported_complete")
    bait(cast)
    answer = signed_in(cast.delegate_uk).get(f"{FILES}pdf?party={cast.uk.pk}&standing=awaiting")
    reader = PdfReader(BytesIO(answer.content))
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    for words in (
        "OFFICIAL / ongerubriceerd",
        "1 action item as of 20 November 2026, 10:00 The Hague.",
        "Lead party: United Kingdom; Standing: awaiting confirmation",
        "Alpha note",
        "Awaiting confirmation by Netherlands since 20 November 2026.",
    ):
        assert words in text
    for hidden in ("Wombat", "Numbat", "Quokka", "Zzyx"):
        assert hidden not in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part>1<" in answer.content or "pdfuaid" in str(reader.xmp_metadata.rdf_root.toxml())


def test_an_empty_list_on_paper_says_so(cast: Cast, signed_in: Any) -> None:
    answer = signed_in(cast.delegate_uk).get(f"{FILES}pdf")
    text = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    assert "No action item fits." in text
    assert "Every action item that the reader may see." in text


def test_a_list_too_long_for_paper_is_answered_in_words(cast: Cast, signed_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogues.exports.action_items.MOST_ON_PAPER", 1)
    for _n in range(2):
        build.an_action_item(cast.edition)
    answer = signed_in(cast.delegate_uk).get(f"{FILES}pdf")
    assert answer.status_code == 400
    assert "The list is too long to print: at most 1 action items." in answer.content.decode()


def events(answer: Any) -> dict[str, Any]:
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_calendar_holds_whole_days_numbers_and_first_words_alone(cast: Cast, signed_in: Any) -> None:
    text = "Share one two three four five six seven eight words"
    item = build.an_action_item(cast.edition, text_en=text, due_on=date(2027, 6, 1))
    item.leads.update(owner=cast.delegate_nl.person)
    build.an_action_item(cast.edition, status="proposed", due_on=None, original_due_on=None, audience="delegates")
    bait(cast)
    answer = signed_in(cast.secretary_uk).get(f"{FILES}ics?words={item.number}")
    ((summary, event),) = events(answer).items()
    assert summary == f"{item.number} Share one two three four five six …"
    assert event["DTSTART"].dt == date(2027, 6, 1)
    assert event["DTEND"].dt == date(2027, 6, 2)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    said = answer.content.decode()
    for never in ("Head of unit", "Zzyx", "A note that both sides have read", "eight", "DESCRIPTION:Share"):
        assert never not in said
    mine = events(signed_in(cast.delegate_uk).get(f"{FILES}ics"))
    assert set(mine) == {summary}


def test_the_last_day_of_all_is_a_day_too(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, due_on=date.max, original_due_on=date.max)
    (event,) = events(signed_in(cast.delegate_uk).get(f"{FILES}ics")).values()
    assert event["DTSTART"].dt == date.max and item.number in event["SUMMARY"]


def test_a_changed_date_raises_the_sequence_and_what_was_let_go_is_cancelled(cast: Cast, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl)
    browser = signed_in(cast.delegate_uk)

    def change(status: str) -> None:
        answered = {} if status == "proposed" else {"answered_by": cast.focal_point_uk, "answered_at": clock.now()}
        ActionChange.objects.create(
            action_item=item,
            kind="due_date",
            before={"due_on": "2027-12-31"},
            after={"due_on": "2028-01-31"},
            reason="The ministry moves house.",
            party=cast.nl,
            proposed_by=cast.focal_point_nl,
            status=status,
            answer="No." if status == "declined" else "",
            **answered,
        )

    def event() -> Any:
        (only,) = events(browser.get(f"{FILES}ics")).values()
        return only

    first = event()
    change("proposed")
    ActionChange.objects.update(status="declined", answer="No.", answered_by=cast.focal_point_uk, answered_at=clock.now())
    assert event()["SEQUENCE"] == 0
    change("accepted")
    second = event()
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] == 1
    assert browser.get(f"{FILES}ics").content == browser.get(f"{FILES}ics").content
    item.status = "withdrawn"
    item.save()
    last = event()
    assert last["STATUS"] == "CANCELLED"
    assert last["SEQUENCE"] == 2
    assert str(last["SUMMARY"]).startswith(f"Cancelled: {item.number}")


@pytest.mark.parametrize("query", ["status=nonsense", "edition=99999999999999999999999", "words=%00", "standing=%00"])
@pytest.mark.parametrize("file_type", ["csv", "pdf"])
def test_a_filter_that_is_not_understood_gives_no_file(cast: Cast, signed_in: Any, file_type: str, query: str) -> None:
    build.an_action_item(cast.edition, text_en="Alpha note")
    answer = signed_in(cast.delegate_uk).get(f"{FILES}{file_type}?{query}")
    assert answer.status_code == 400
    assert "Alpha note" not in answer.content.decode()
