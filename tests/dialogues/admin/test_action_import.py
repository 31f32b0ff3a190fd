"""A secretary brings a list of actions: its columns are said, every row is shown, then it is taken in whole or not at all."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dialogues.models import ActionColumn, ActionItem, Edition, JournalEntry
from parties.models import Party
from tests import build
from tests.cast import Cast
from tests.reading import words

HEAD = ["No.", "Action", "Lead", "Owner", "Deadline", "What will we see", "Status", "Remarks"]
GOOD = ["7", "Agree a joint picture", "UK", "Head of unit", "2027-06-30", "One document", "ongoing", "Waits for the lawyers"]


class Desk:
    """The secretary of the United Kingdom at the page that takes in a list."""

    def __init__(self, cast: Cast, signed_in: Callable[..., Client]) -> None:
        self.cast = cast
        self.browser = signed_in(cast.secretary_uk)
        self.address = f"/admin/dialogues/edition/{cast.edition.pk}/action-import/"

    def paste(self, *rows: list[str], head: list[str] = HEAD) -> Any:
        text = "\n".join("\t".join(row) for row in (head, *rows))
        return self.browser.post(self.address, {"step": "read", "text": text})

    def upload(self, content: bytes, name: str = "actions.xlsx") -> Any:
        return self.browser.post(self.address, {"step": "read", "file": SimpleUploadedFile(name, content)})

    def press(self, page: Any, step: str, **typed: str) -> Any:
        """The last form of the page as it stands, with what is typed or chosen in it."""
        markup = page.content.decode()
        found = [form for form in re.findall(r"<form.*?</form>", markup, re.DOTALL) if f'name="step" value="{step}"' in form]
        assert found, words(markup)
        form = found[-1]
        sent = {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)}
        for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', form, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', options)
            sent[name] = html.unescape(chosen[1]) if chosen else ""
        return self.browser.post(self.address, {**sent, **typed})

    def check(self, *rows: list[str], head: list[str] = HEAD, **typed: str) -> Any:
        return self.press(self.paste(*rows, head=head), "columns", **typed)


@pytest.fixture
def desk(cast: Cast, signed_in: Any) -> Desk:
    return Desk(cast, signed_in)


def said(page: Any) -> str:
    return words(page.content.decode())


def chosen_in(page: Any) -> dict[str, str]:
    """What the page of the columns has chosen for each head."""
    rows = re.findall(r"<label[^>]*>([^<]*)</label></th>(.*?)</select>", page.content.decode(), re.DOTALL)
    return {html.unescape(head): re.findall(r'value="(\w+)" selected', row)[0] for head, row in rows}


def shown_as(page: Any, row: int) -> str:
    """What the table of all rows says of one."""
    rows = re.findall(r"<tr>\s*<th scope=\"row\" class=\"figures\">(\d+)</th>(.*?)</tr>", page.content.decode(), re.DOTALL)
    return words(dict(rows)[str(row)])


def a_workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def test_a_list_is_read_its_columns_said_shown_and_taken_in_as_proposals(desk: Desk) -> None:
    columns = desk.paste(GOOD, ["", "Share a note", "both", "UK: Head of unit; NL: Teamhoofd", "", "", "", ""])
    assert "Row 1 names the columns; 2 rows follow. What the names usually mean is filled in." in said(columns)
    assert chosen_in(columns) == {
        "No.": "number",
        "Action": "text_en",
        "Lead": "lead",
        "Owner": "owner_en",
        "Deadline": "due_on",
        "What will we see": "measure_en",
        "Status": "remark",
        "Remarks": "remark",
    }
    page = desk.press(columns, "columns")
    assert "New proposals 2 To put right 0 Known already, left out 0" in said(page)
    assert shown_as(page, 2) == (
        "New SOC-2027-07 number kept Agree a joint picture Status: ongoing Remarks: Waits for the lawyers "
        "UK Head of unit 30 June 2027"
    )
    assert shown_as(page, 3) == (
        "New SOC-2027-08 new number Share a note NL/UK NL: Teamhoofd; UK: Head of unit – no due date not said what will be seen"
    )
    assert not ActionItem.objects.exists() and not ActionColumn.objects.exists()
    answer = desk.browser.get(desk.press(page, "take").headers["Location"])
    assert "2 actions were taken in as proposals. Every party agrees to them before they are followed." in said(answer)
    first, second = ActionItem.objects.order_by("serial")
    assert (first.number, first.status, first.due_on, first.original_due_on) == (
        "SOC-2027-07",
        "proposed",
        date(2027, 6, 30),
        None,
    )
    assert (second.number, second.is_joint, second.leads.get(party=desk.cast.nl).owner_post_en) == (
        "SOC-2027-08",
        True,
        "Teamhoofd",
    )
    move = first.moves.get()
    assert (move.reason, move.by, move.party) == (
        "Status: ongoing\nRemarks: Waits for the lawyers",
        desk.cast.secretary_uk,
        desk.cast.uk,
    )
    entry = JournalEntry.objects.get(act="imported actions")
    assert (entry.edition, entry.details) == (desk.cast.edition, {"count": 2})


def test_what_the_columns_hold_is_remembered_for_the_next_list(desk: Desk) -> None:
    head = ["What we promised", "Whose", "By", "Gossip"]
    page = desk.paste(["Share a note", "NL", "2027-05-01", "Bait of the gossip"], head=head)
    assert set(chosen_in(page).values()) == {"ignored"}
    page = desk.press(page, "columns", **{"column-0": "text_en", "column-1": "lead", "column-2": "due_on"})
    desk.press(page, "take")
    item = ActionItem.objects.get()
    assert (item.text_en, item.due_on) == ("Share a note", date(2027, 5, 1))
    assert "gossip" not in item.moves.get().reason.lower()
    other = desk.paste(["Agree a plan", "UK", "2027-05-01", "x"], head=["WHAT WE PROMISED", *head[1:]])
    assert "What was said of this dialogue’s lists before is filled in." in said(other)
    assert "New proposals 1" in said(desk.press(other, "columns"))
    assert ActionColumn.objects.count() == 4


def test_a_dutch_csv_with_semicolons_below_a_title_is_understood(desk: Desk) -> None:
    build.a_theme(desk.cast.edition, name_en="Ports", name_nl="Havens")
    police = build.an_organisation(desk.cast.nl, name_en="National Police", name_nl="Politie", kind="police")
    content = (
        b"Actielijst dialoog;;;;;;\r\n;;;;;;\r\n"
        b"Nr.;Actiepunt;Trekker;Eigenaar;Uiterste datum;Thema;Opmerkingen\r\n"
        b"1;Deel het beeld van de havens;gezamenlijk;VK: Head of ports; NL: Teamhoofd;3 mrt 2027;havens;\r\n"
    ).replace(b"VK: Head of ports; NL: Teamhoofd", b'"VK: Head of ports; NL: Teamhoofd"')
    content += b'2;Stel een lijst op;Politie;Teamhoofd;1-5-2027;;"loopt; zie dossier"\r\n'
    Party.objects.filter(code="UK").update(name_nl="Verenigd Koninkrijk")
    columns = desk.upload(b"\xef\xbb\xbf" + content, "acties.csv")
    assert "Row 3 names the columns; 2 rows follow." in said(columns)
    page = desk.press(columns, "columns")
    assert "Row 5, due date: “1-5-2027” is 1 May 2027 or 5 January 2027. Say which." in said(page)
    page = desk.press(page, "check", order="day")
    assert "no English text yet" in shown_as(page, 4)
    desk.press(page, "take")
    first, second = ActionItem.objects.order_by("serial")
    assert (first.text_en, first.text_nl, first.due_on, first.theme.name_en) == (
        "",
        "Deel het beeld van de havens",
        date(2027, 3, 3),
        "Ports",
    )
    assert [(lead.party.code, lead.owner_post_nl) for lead in first.leads.order_by("party__code")] == [
        ("NL", "Teamhoofd"),
        ("UK", "Head of ports"),
    ]
    assert (second.due_on, second.leads.get().organisation) == (date(2027, 5, 1), police)
    assert second.moves.get().reason == "Opmerkingen: loopt; zie dossier"


def test_a_workbook_gives_its_days_as_days_and_its_formulas_are_refused(desk: Desk) -> None:
    as_excel_has_it = datetime.combine(date(2027, 4, 3), time.min)
    one, other = [12, "Share a note", "NL", "Head", as_excel_has_it], [None, "Agree a plan", "UK", "Head", date(2027, 3, 4)]
    page = desk.press(desk.upload(a_workbook(HEAD[:5], one, other)), "columns")
    assert "3 April 2027" in shown_as(page, 2) and "4 March 2027" in shown_as(page, 3)
    assert "two readings" not in said(page)
    assert "SOC-2027-12 number kept" in shown_as(page, 2)
    answer = desk.upload(a_workbook(HEAD[:5], [1, '=HYPERLINK("x")', "NL", "Head", ""]))
    assert answer.status_code == 400
    assert "formulas in these cells: B2" in said(answer)


@pytest.mark.parametrize(
    ("days", "sentence", "read"),
    [
        (["03/04/2027", "25/04/2027"], "it is read with the day before the month. 25/04/2027 in row 3", "3 April 2027"),
        (["03/04/2027", "04/25/2027"], "it is read with the month before the day. 04/25/2027 in row 3", "4 March 2027"),
        (["03/03/2027", "3 April 2027"], "", "3 March 2027"),
    ],
)
def test_a_day_with_two_readings_is_read_as_the_list_proves_and_the_page_says_so(
    desk: Desk, days: list[str], sentence: str, read: str
) -> None:
    page = desk.check(*[["", f"Share note {day}", "NL", "", day, "", "", ""] for day in days])
    assert sentence in said(page)
    assert ("two readings" in said(page)) == bool(sentence)
    assert read in shown_as(page, 2)


def test_a_day_that_nothing_proves_is_asked_once_for_the_list_or_row_by_row(desk: Desk) -> None:
    rows = [["", f"Share note {n}", "NL", "", day, "", "", ""] for n, day in enumerate(["03/04/2027", "05.06.2027"])]
    page = desk.check(*rows)
    assert "Which comes first in 03/04/2027? No other date of this list shows it." in said(page)
    assert "Take in 2 actions" not in said(page)
    monthly = desk.press(page, "check", order="month")
    assert "2 dates such as 03/04/2027 have two readings; they are read with the month before the day." in said(monthly)
    assert "You said so." in said(monthly) and "Take in 2 actions" in said(monthly)
    assert "4 March 2027" in shown_as(monthly, 2) and "6 May 2027" in shown_as(monthly, 3)
    by_row = desk.press(page, "check", **{"r2-due_on": "2027-04-03", "r3-due_on": "2027-05-06"})
    assert "3 April 2027" in shown_as(by_row, 2) and "6 May 2027" in shown_as(by_row, 3)
    contradictory = desk.check(
        *rows, ["", "A", "NL", "", "25/01/2027", "", "", ""], ["", "B", "NL", "", "01/25/2027", "", "", ""]
    )
    assert "Other dates of this list are written both ways, so nothing is taken for granted." in said(contradictory)
    desk.press(monthly, "take")
    assert ActionItem.objects.get(text_en="Share note 0").due_on == date(2027, 3, 4)


def test_what_is_wrong_is_said_of_the_cell_and_mended_on_the_page(desk: Desk) -> None:
    build.an_organisation(desk.cast.nl, name_en="National Police", kind="police")
    head = [*HEAD, "Organisation", "Theme", "Working group"]
    bad = [
        ["", "x" * 301, "Belgium", "Ms A. Example", "soon", "", "", "", "", "", ""],
        [
            "",
            "Share the SECRET note",
            "both",
            "Head of unit",
            "2027-02-30",
            "",
            "",
            "STG. GEHEIM",
            "National Polis",
            "Tides",
            "Sea",
        ],
        ["", "", "", "", "03-04-27", "", "", "", "", "", ""],
        ["", "=1+1", "UK", "", "", "", "", "", "National Police", "", ""],
        ["", "Keep this row", "UK/NL", "Head of unit / Teamhoofd", "", "", "", "", "", "", ""],
        ["", "keep this row.", "NL", "", "", "", "", "", "", "", ""],
    ]
    page = desk.check(*bad, head=head)
    text = said(page)
    for fault in (
        "5 rows need a change",
        "Row 2, action, English: This is longer than 300 characters.",
        "Row 2, lead party or parties: “Belgium” is no party of this dialogue and no organisation of one. Give: NL, UK, NL/UK.",
        "Row 2, due date: “soon” is not one day. Write it as 2026-04-03 or 3 April 2026, or leave it empty.",
        "Row 3, action, English: “SECRET” marks something above OFFICIAL / ongerubriceerd",
        "Row 3, remark, kept in the item’s history: “STG. GEHEIM” marks something above",
        "Row 3, lead organisation: “National Polis” is not in the register. Nearest: National Police.",
        "Row 3, owner post, English: Say which post is whose: “NL: …; UK: …”.",
        "Row 3, due date: “2027-02-30” is not one day.",
        "Row 3, theme: No theme of this edition is called so. There are: none.",
        "Row 3, working group: No working group of this edition is called so.",
        "Row 4, lead party or parties: Name the party that leads: NL, UK, NL/UK.",
        "Row 4, due date: “03-04-27” is not one day.",
        "Row 5, action, English: This begins like a formula.",
        "Row 5, lead organisation: National Police is of NL, which does not lead here.",
        "Row 7, action, English: This action stands in row 6 already.",
    ):
        assert fault in text, fault
    assert "New SOC-2027-01" in shown_as(page, 6)
    mended = {
        "r2-text_en": "Share it",
        "r2-lead": "NL",
        "r2-due_on": "",
        "leave-3": "on",
        "leave-4": "on",
        "leave-7": "on",
        "r5-text_en": "Agree it",
        "r5-organisation": "",
    }
    page = desk.press(page, "check", **mended)
    assert "One row needs a change Row 2, owner post, English: This reads like a name or an address." in said(page)
    page = desk.press(page, "check", **{"r2-owner_en": "Head of unit"})
    desk.press(page, "take")
    assert set(ActionItem.objects.values_list("text_en", flat=True)) == {"Share it", "Agree it", "Keep this row"}


def test_columns_that_are_missing_or_named_twice_are_refused_by_name(desk: Desk) -> None:
    page = desk.press(desk.paste(["1", "Share", "NL"], head=["No.", "Spoor", "Whose"]), "columns", **{"column-1": "number"})
    assert page.status_code == 400
    text = said(page)
    assert "“No.” and “Spoor” are both “number”. Choose another for one of them." in text
    assert "No column holds the action. Choose “action, English” or “action, Dutch” at one of them." in text
    assert "No column says who leads. Choose “lead party or parties” or “lead organisation” at one of them." in text
    page = desk.press(page, "columns", **{"column-0": "number", "column-1": "text_en", "column-2": "lead"})
    assert "SOC-2027-01 number kept" in shown_as(page, 2)


def test_what_the_edition_has_already_is_shown_as_known_and_not_taken_again(desk: Desk) -> None:
    edition = desk.cast.edition
    build.an_action_item(edition, serial=3, number="SOC-2027-03", text_en="Share a note")
    older = build.an_action_item(Edition.objects.get(year=2026, dialogue=desk.cast.dialogue), number="SOC-2026-09")
    page = desk.check(
        ["A12", "share a  Note.", "NL", "", "", "", "", ""],
        ["SOC-2027-3", "Other words for it", "NL", "", "", "", "", ""],
        [older.number, "Carried on", "NL", "", "", "", "", ""],
        ["3", "Agree a plan", "NL", "", "2026-11-01", "", "", "old number"],
        ["SOC-2031-04", "Draw a map", "NL", "", "", "", "", ""],
        ["9", "Open the door", "NL", "", "", "", "", ""],
    )
    assert "New proposals 3 To put right 0 Known already, left out 3" in said(page)
    assert "Known, left out SOC-2027-03" in shown_as(page, 2)
    assert "Its words there are other than here" in shown_as(page, 3) and "Its words there" not in shown_as(page, 2)
    assert "Known, left out SOC-2026-09" in shown_as(page, 4)
    assert "New SOC-2027-10 new number" in shown_as(page, 5)
    assert "due date in the past" in shown_as(page, 5)
    assert "its number does not fit or is taken" in shown_as(page, 5)
    assert "New SOC-2027-11 new number" in shown_as(page, 6)
    assert "New SOC-2027-09 number kept" in shown_as(page, 7)
    desk.press(page, "take")
    assert ActionItem.objects.get(number="SOC-2027-10").moves.get().reason == "No.: 3\nRemarks: old number"
    assert edition.action_items.count() == 4


def test_a_second_press_takes_nothing_in_and_a_number_taken_meanwhile_takes_in_no_row(desk: Desk) -> None:
    page = desk.check(GOOD, ["", "Share a note", "NL", "", "", "", "", ""])
    taken = build.an_action_item(desk.cast.edition, serial=7, number="SOC-2027-07", text_en="Somebody was quicker")
    answer = desk.press(page, "take")
    assert answer.status_code == 409
    assert "Something changed since this was shown. Nothing was taken in; look at the list again." in said(answer)
    assert "SOC-2027-08 new number" in shown_as(answer, 2)
    assert list(ActionItem.objects.all()) == [taken]
    assert not ActionColumn.objects.exists()
    assert desk.press(answer, "take").status_code == 302
    again = desk.press(answer, "take")
    assert again.status_code == 409
    assert "Every row of this list is in the portal already. Nothing was taken in a second time." in said(again)
    assert ActionItem.objects.count() == 3
    assert JournalEntry.objects.filter(act="imported actions").count() == 1


def test_only_a_secretary_of_the_dialogue_finds_the_page(cast: Cast, signed_in: Any) -> None:
    address = f"/admin/dialogues/edition/{cast.edition.pk}/action-import/"
    missing = "/admin/dialogues/edition/999999/action-import/"
    for who in (cast.technician, cast.secretary_elsewhere):
        client = signed_in(who)
        for answer, nothing in (
            (client.get(address), client.get(missing)),
            (client.post(address, {"step": "read", "text": "x"}), client.post(missing, {"step": "read", "text": "x"})),
        ):
            assert (answer.status_code, nothing.status_code) == (404, 404)
            assert answer.content == nothing.content
    assert signed_in(cast.focal_point_nl).get(address).status_code in {302, 404}
    page = signed_in(cast.secretary_nl).get(f"/admin/dialogues/edition/{cast.edition.pk}/change/")
    assert f'<a href="{address}">Take in a list of actions</a>' in page.content.decode()
    Edition.objects.filter(pk=cast.edition.pk).update(status="archived")
    answer = signed_in(cast.secretary_nl).post(address, {"step": "read", "text": "Action\tLead\nShare\tNL"})
    assert answer.status_code == 409
    assert "nothing more is settled in it" in said(answer)


ROW = [""] * 13


@pytest.mark.parametrize(
    "sent",
    [
        {"step": "columns", "table": ""},
        {"step": "columns", "table": "[" * 100_000},
        {"step": "columns", "table": json.dumps([[1, "Action"]])},
        {"step": "columns", "table": json.dumps([[1, "Action"], [10**30, "Share"]])},
        {"step": "columns", "table": json.dumps([[1, *["Action"] * 41], [2, "Share"]])},
        {"step": "columns", "table": json.dumps([[1, "Action", "Lead"], [2, "Share", "NL"]]), "column-0": "king"},
        {"step": "take", "rows": "{}", "columns": "[]"},
        {"step": "take", "rows": json.dumps([[2, *ROW[1:]]]), "columns": "[]"},
        {"step": "take", "rows": json.dumps([[True, *ROW]]), "columns": "[]"},
        {"step": "check", "rows": json.dumps([[2, *ROW[1:], "x" * 4002]]), "columns": "[]"},
        {"step": "check", "rows": json.dumps([[2, *ROW]] * 501), "columns": "[]"},
        {"step": "check", "rows": json.dumps([[2, *ROW]]), "columns": json.dumps([["Action", "king"]])},
        {"step": "check", "rows": json.dumps([[2, *ROW]]), "columns": json.dumps([["x" * 81, "lead"]])},
    ],
)
def test_what_no_page_of_ours_sent_is_refused(desk: Desk, sent: dict[str, str]) -> None:
    assert desk.browser.post(desk.address, sent).status_code == 400
    assert not ActionItem.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste a list, or choose a file."),
        ("Action\tLead", "column names and no action"),
        ("Action\tLead\nShare \0 it\tNL", "NUL characters"),
        ("Action,Lead\n" + "Share,NL\n" * 501, "more than 500 rows"),
        ('Action,Lead\n"' + "x" * 140_000, "a quotation mark is not closed"),
    ],
)
def test_a_text_that_is_no_list_of_actions_is_refused_in_words(desk: Desk, text: str, sentence: str) -> None:
    answer = desk.browser.post(desk.address, {"step": "read", "text": text})
    assert answer.status_code == 400
    assert sentence in said(answer)


def test_hostile_cells_break_nothing(desk: Desk) -> None:
    rows = [
        [2, "9" * 60, "Share \0 it \ud800\x07", *[""] * 11],
        [3, "0", "Agree", "", "", "", "NL\0", "", "", "", "0001-01-01", "", "", ""],
    ]
    packed = json.dumps([row[:14] for row in rows])
    answer = desk.browser.post(desk.address, {"step": "check", "rows": packed, "columns": "[]", "order": "x" * 9000})
    assert answer.status_code == 200
    assert "characters that cannot be printed" in said(answer)
    assert "“0001-01-01” is not one day." in said(answer)
