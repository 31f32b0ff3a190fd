"""A focal point brings a list: every row is shown and checked before anything is stored, and no file breaks the portal."""

from __future__ import annotations

import html
import json
import re
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from defusedxml.common import EntitiesForbidden
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dialogues.models import Delegation, JournalEntry, Nomination
from tests import build
from tests.cast import Cast
from tests.reading import words

HEAD = ["Name", "Category", "Post", "Organisation", "E-mail", "Working groups", "Language"]


@pytest.fixture(autouse=True)
def while_nominations_are_open() -> Iterator[None]:
    with time_machine.travel("2027-01-10T12:00:00Z", tick=True):
        yield


class Desk:
    """The focal point of the Netherlands at the import page."""

    def __init__(self, cast: Cast, signed_in: Any) -> None:
        self.cast = cast
        self.delegation: Delegation = build.a_delegation(cast.edition, cast.nl)
        build.a_round(cast.edition)
        cast.group.working_group.name_en, cast.group.working_group.name_nl = "Illicit finance", "Criminele geldstromen"
        cast.group.working_group.save()
        self.police = build.an_organisation(
            cast.nl, name_en="National Police", name_nl="Politie", acronym_en="NP", kind="police"
        )
        self.browser: Client = signed_in(cast.focal_point_nl)
        self.address = f"/en/delegation/{self.delegation.pk}/import/"

    def paste(self, *rows: list[str], head: list[str] = HEAD) -> Any:
        text = "\n".join("\t".join(row) for row in (head, *rows))
        return self.browser.post(self.address, {"step": "read", "text": text})

    def upload(self, content: bytes, name: str = "list.xlsx") -> Any:
        return self.browser.post(self.address, {"step": "read", "file": SimpleUploadedFile(name, content)})

    def press(self, page: Any, step: str, **typed: str) -> Any:
        rows = re.search(r'name="rows" value="([^"]*)"', page.content.decode())
        assert rows, words(page.content.decode())
        return self.browser.post(self.address, {"step": step, "rows": html.unescape(rows[1]), **typed})


@pytest.fixture
def desk(cast: Cast, signed_in: Any) -> Desk:
    return Desk(cast, signed_in)


def a_workbook(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    stored = BytesIO()
    book.save(stored)
    return stored.getvalue()


def with_member(book: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one member put in its place, or added."""
    changed = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.namelist():
            if member != name:
                after.writestr(member, before.read(member))
        after.writestr(name, content)
    return changed.getvalue()


GOOD = ["Ms A. van der Example", "adviser", "Adviser", "National Police", "A.Example@example.org", "Illicit finance", "nl"]


def test_a_list_is_shown_first_and_then_taken_in(desk: Desk) -> None:
    page = desk.paste(GOOD, ["Mr B. Example", "", "", "", "", "", ""])
    said = words(page.content.decode())
    assert page.status_code == 200
    assert "Nothing is stored yet. New drafts 2 To put right 0 Left out 0" in said
    assert "still missing: post, organisation, e-mail, working groups" in said
    assert not Nomination.objects.exists()
    answer = desk.browser.get(desk.press(page, "take").headers["Location"])
    assert "2 drafts were taken in." in words(answer.content.decode())
    first = Nomination.objects.get(email="a.example@example.org")
    assert (first.name, first.sort_name) == ("Ms A. van der Example", "Example, A. van der")
    assert (first.category, first.language, first.organisation) == ("adviser", "nl", desk.police)
    assert list(first.mandates.all()) == [desk.cast.group]
    assert Nomination.objects.get(name="Mr B. Example").category == "delegate"
    assert JournalEntry.objects.get().details == {"count": 2}


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            "Naam op de badge;Categorie;Functie;Organisatie;E-mailadres;Werkgroep;Taal",
            'Ms A. Example;Adviseur;Hoofd;politie;a@example.org;"Criminele geldstromen";Nederlands',
        ),
        (
            "E-MAIL,name,Category,Organisation,Working groups,Post (Dutch)",
            "a@example.org,Ms A. Example,ADVISER,np,illicit finance,Hoofd",
        ),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_csv_is_read_with_comma_or_semicolon_in_english_or_dutch(desk: Desk, head: str, row: str, mark: bytes) -> None:
    page = desk.upload(mark + f"{head}\r\n{row}\r\n".encode(), "lijst.csv")
    desk.press(page, "take")
    found = Nomination.objects.get()
    assert (found.name, found.category, found.organisation, found.email) == (
        "Ms A. Example",
        "adviser",
        desk.police,
        "a@example.org",
    )
    assert list(found.mandates.all()) == [desk.cast.group]
    assert found.post_nl == "Hoofd"


def test_the_template_is_a_list_that_the_page_reads(desk: Desk) -> None:
    for file_type in ("csv", "xlsx"):
        for language in ("en", "nl"):
            address = desk.address.replace("/en/", f"/{language}/")
            template = desk.browser.get(f"{address}{file_type}/")
            assert f'filename="delegation-{language}.{file_type}"' in template.headers["Content-Disposition"]
            answer = desk.upload(template.content, f"list.{file_type}")
            assert "column names and nobody" in answer.content.decode()  # every column understood, no row in it
    assert desk.browser.get(f"{desk.address}exe/").status_code == 404


def test_three_faulty_rows_are_put_right_in_the_page(desk: Desk) -> None:
    """The rows that were right are not touched by it, and nobody uploads a second time."""
    rows = [[f"Delegate NL-{n:02d}", "adviser", "Adviser", "NP", f"nl{n:02d}@example.org", "", ""] for n in range(35)]
    rows[4][4] = "nl04@example"
    rows[9][3] = "National Polis"
    rows[20][1], rows[20][5] = "chief", "Ilicit finance"
    page = desk.upload(a_workbook(*rows))
    said = words(page.content.decode())
    assert "3 rows need a change" in said
    assert "Row 6, e-mail: “nl04@example” is not an e-mail address." in said
    assert "Row 11, organisation: “National Polis” is not in the register. Nearest: National Police." in said
    assert "Row 22, category: “chief” is not a category." in said
    assert "Row 22, working groups: No working group is called Ilicit finance. There are: " in said
    assert "Take in" not in said
    page = desk.press(
        page, "check", **{"r6-email": "nl04@example.org", "r11-organisation": "National Police", "r22-category": "x"}
    )
    said = words(page.content.decode())
    assert "One row needs a change" in said
    assert "Row 22, category: “x” is not a category." in said
    assert not Nomination.objects.exists()
    page = desk.press(page, "check", **{"r22-category": "Expert", "r22-mandates": "Illicit finance"})
    assert "Take in 35 drafts" in words(page.content.decode())
    desk.press(page, "take")
    assert Nomination.objects.count() == 35
    assert Nomination.objects.get(name="Delegate NL-20").category == "expert"
    assert Nomination.objects.get(name="Delegate NL-04").email == "nl04@example.org"


def test_a_row_can_be_left_out(desk: Desk) -> None:
    page = desk.paste(GOOD, ["", "", "", "", "nobody@example.org", "", ""])
    assert "Row 3, name: Give the name" in words(page.content.decode())
    page = desk.press(page, "check", **{"leave-3": "on"})
    desk.press(page, "take")
    assert [one.name for one in Nomination.objects.all()] == ["Ms A. van der Example"]


def test_whoever_is_nominated_already_is_left_out_and_a_double_in_the_list_is_a_fault(desk: Desk) -> None:
    kept = build.a_nomination(desk.delegation, name="Ms A. Example", organisation=desk.police, email="old@example.org")
    other = build.a_delegation(desk.cast.edition, desk.cast.uk)
    build.a_nomination(other, email="both@example.org")  # another party’s draft says nothing here
    page = desk.paste(
        ["Somebody else", "adviser", "x", "", "OLD@example.org", "", ""],
        ["MS A. EXAMPLE", "adviser", "x", "Politie", "new@example.org", "", ""],
        ["Mr Both", "adviser", "x", "", "both@example.org", "", ""],
        ["Mr C. Example", "adviser", "x", "", "c@example.org", "", ""],
        ["Mr C. Other", "adviser", "x", "", "C@example.org", "", ""],
    )
    said = words(page.content.decode())
    assert "New drafts 2 To put right" in said
    assert "Left out 2 nominated already" in said
    assert "Row 6, e-mail: This person stands in row 5 already." in said
    desk.press(desk.press(page, "check", **{"r6-email": "d@example.org"}), "take")
    kept.refresh_from_db()
    assert kept.name == "Ms A. Example"
    assert set(desk.delegation.nominations.values_list("email", flat=True)) == {
        "old@example.org",
        "both@example.org",
        "c@example.org",
        "d@example.org",
    }


def test_what_is_wrong_is_said_of_the_cell(desk: Desk) -> None:
    page = desk.paste(
        ["x" * 121, "head", "=HYPERLINK()", "", "", "", ""],
        ["Mr B. \x07", "", "", "", "", "", "Frisian"],
        ["Mr C.", "", "", "Quokka", "", "", ""],
    )
    said = words(page.content.decode())
    for fault in (
        "Row 2, name: This is longer than 120 characters.",
        "Row 2, post, English: This begins like a formula. Give the text itself.",
        "Row 3, name: This holds characters that cannot be printed.",
        "Row 3, language of mails: “Frisian” is neither English nor Dutch.",
        "Row 4, organisation: “Quokka” is not in the register. Choose another",
    ):
        assert fault in said


def test_more_than_agreed_is_said_and_does_not_stop_anybody(desk: Desk) -> None:
    Delegation.objects.filter(pk=desk.delegation.pk).update(seats=1)
    page = desk.paste(GOOD, ["Mr B. Example", "adviser", "", "", "", "", ""], ["Driver NL-01", "support", "", "", "", "", ""])
    said = words(page.content.decode())
    assert "With these drafts the delegation numbers 2; 1 agreed." in said
    desk.press(page, "take")
    assert Nomination.objects.count() == 3


def macro_workbook() -> bytes:
    return with_member(a_workbook(GOOD), "xl/vbaProject.bin", b"\0macro")


def bomb_of_fifty_megabytes() -> bytes:
    return with_member(a_workbook(GOOD), "xl/sharedStrings.xml", b"<sst>" + b" " * (50 * 1024 * 1024) + b"</sst>")


def bomb_that_lies_about_its_size() -> bytes:
    """The directory declares a hundred bytes; eleven megabytes come out."""
    honest = with_member(a_workbook(GOOD), "xl/sharedStrings.xml", b"<sst>" + b" " * (11 * 1024 * 1024) + b"</sst>")
    true_size = (11 * 1024 * 1024 + 11).to_bytes(4, "little")
    assert honest.count(true_size) >= 1
    return honest.replace(true_size, (100).to_bytes(4, "little"))


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&lol2;</t></si></sst>'
)


def with_password() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage" * 40


def zip_with_password() -> bytes:
    book = bytearray(a_workbook(GOOD))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = book.find(signature)
        while at >= 0:
            book[at + offset] |= 1
            at = book.find(signature, at + 4)
    return bytes(book)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb_of_fifty_megabytes, "unpacks to more than 10 MB"),
        (bomb_that_lies_about_its_size, "damaged and cannot be read"),
        (lambda: with_member(a_workbook(GOOD), "xl/sharedStrings.xml", ENTITIES), "declares XML entities"),
        (
            lambda: with_member(a_workbook(GOOD), "xl/workbook.xml", ENTITIES.decode().encode("utf-16")),
            "declares XML entities",
        ),
        (macro_workbook, "holds macros"),
        (with_password, "one with a password"),
        (zip_with_password, "has a password"),
        (lambda: a_workbook(["Ms A.", "", "=1+1", "", "", "", '=CONCAT("a")'], GOOD), "formulas in these cells: C2, G2"),
        (lambda: a_workbook(*([["Delegate", "adviser"]] * 5001)), "more than 5000 rows"),
        (lambda: a_workbook(GOOD)[:-200], "damaged and cannot be read"),
        (lambda: b"PK\x03\x04" + b"\xff" * 300, "damaged and cannot be read"),
        (lambda: with_member(a_workbook(GOOD), "xl/workbook.xml", b"<not a workbook"), "damaged and cannot be read"),
        (lambda: "Name,Post\nMs É. Example,Adviser\n".encode("cp1252"), "not in UTF-8 (line 2)"),
        (lambda: "Name,Post\nMs A.,Adviser\n".encode("utf-16"), "UTF-16"),
        (lambda: b"Name,Post\nMs A.\0,Adviser\n", "NUL characters"),
        (lambda: b'Name,Post\n"' + b"x" * 140_000, "a quotation mark is not closed"),
        (lambda: b"Name\n" + b"Ms A.\n" * 5001, "more than 5000 rows"),
        (lambda: b"Post,Organisation\nx,y\n", "The first row must name the columns"),
        (lambda: b"Name,Post\n,\n", "column names and nobody"),
        (lambda: b"\n\n", "The list is empty"),
        (lambda: b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_not_safe_or_not_a_list_is_refused_by_name(desk: Desk, content: Any, sentence: str) -> None:
    given = content()
    began = time.monotonic()
    tracemalloc.start()
    answer = desk.upload(given)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code == 400
    assert sentence in words(answer.content.decode())
    assert "Nothing is stored, and the file is not kept." in answer.content.decode()
    assert not Nomination.objects.exists()
    assert most < 100 * 1024 * 1024
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_the_reader_of_workbooks_refuses_entities_by_itself_too(member: str) -> None:
    """Should a document type ever slip past the look into the members, the parser still refuses it."""
    book = with_member(a_workbook(GOOD), member, ENTITIES)
    with pytest.raises(ValueError, match=r"Unable to read workbook") as refusal:
        openpyxl.load_workbook(BytesIO(book), read_only=True)
    assert isinstance(refusal.value.__cause__, EntitiesForbidden)


def test_a_body_that_is_too_large_is_answered_in_words(desk: Desk) -> None:
    for given in (
        {"step": "read", "file": SimpleUploadedFile("list.csv", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))},
        {"step": "check", "rows": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)},
    ):
        answer = desk.browser.post(desk.address, given)
        assert answer.status_code == 413
        assert "At most 5 MB can be sent at once." in answer.content.decode()


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "x",
        "{}",
        "[" * 100_000,
        "[1]",
        "[[2]]",
        json.dumps([["2", *[""] * 9]]),
        json.dumps([[True, *[""] * 9]]),
        json.dumps([[10**30, *[""] * 9]]),
        json.dumps([[2, *[7] * 9]]),
        json.dumps([[2, "x" * 1001, *[""] * 8]]),
        json.dumps([[2, *[""] * 9]] * 5001),
    ],
)
def test_rows_that_no_page_of_ours_sent_are_refused(desk: Desk, rows: str) -> None:
    for step in ("check", "take"):
        assert desk.browser.post(desk.address, {"step": step, "rows": rows}).status_code == 400
    assert not Nomination.objects.exists()


def test_rows_with_impossible_characters_break_nothing(desk: Desk) -> None:
    rows = json.dumps([[2, "Ms \0 A. \ud800", *[""] * 8]])
    assert desk.browser.post(desk.address, {"step": "take", "rows": rows}).status_code == 302
    assert Nomination.objects.get().name == "Ms A."


def test_what_was_overtaken_meanwhile_is_not_taken_in(desk: Desk) -> None:
    page = desk.paste(GOOD)
    build.a_nomination(desk.delegation, email="a.example@example.org")
    answer = desk.press(page, "take")
    assert answer.status_code == 409
    assert "The list holds nobody new." in answer.content.decode()
    assert Nomination.objects.count() == 1


def test_no_name_stays_in_session_or_cache_between_the_pages(desk: Desk) -> None:
    desk.paste(["Ms Zorilla", "adviser", "", "", "zorilla@example.org", "", ""])
    assert "zorilla" not in str(dict(desk.browser.session)).lower()
    assert cache.get("zorilla") is None
    assert not Nomination.objects.filter(name__icontains="zorilla").exists()


def peak_of_memory() -> int:
    """The most that this process has held since it was last asked, in bytes."""
    status = Path("/proc/self/status").read_text()
    Path("/proc/self/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def test_two_thousand_rows_are_checked_and_taken_in_within_fifteen_seconds_and_300_mb(desk: Desk) -> None:
    organisations = [build.an_organisation(desk.cast.nl) for _n in range(60)]
    rows = [
        [
            f"Delegate NL-{n:04d}",
            "adviser",
            f"Adviser {n}",
            organisations[n % 60].name_en,
            f"nl{n}@example.org",
            "Illicit finance",
            "en",
        ]
        for n in range(2000)
    ]
    given = a_workbook(*rows)
    peak_of_memory()
    before = peak_of_memory()
    began = time.monotonic()
    page = desk.upload(given)
    checked = time.monotonic() - began
    assert "Take in 2000 drafts" in page.content.decode()
    began = time.monotonic()
    desk.press(page, "take")
    taken = time.monotonic() - began
    held = peak_of_memory() - before
    assert Nomination.objects.count() == 2000
    assert Nomination.mandates.through.objects.count() == 2000
    assert checked < 15
    assert taken < 15
    assert held < 300 * 1024 * 1024
