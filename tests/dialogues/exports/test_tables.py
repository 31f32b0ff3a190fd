"""The one writer of tables: what a spreadsheet would run is text, and every program reads the file alike."""

from __future__ import annotations

import csv
import socket
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from dialogues.exports.tables import csv_file, harmless, xlsx_file


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert b"'" + start.encode() in csv_file(["column"], [[f"{start}HYPERLINK()"]])


@pytest.mark.parametrize("cell", ["", "Promise", "2026", "'quoted", "a=b", " =spaced", 2026, 0, None])
def test_any_other_cell_stays_as_it_is(cell: str | int | None) -> None:
    assert harmless(cell) == cell


def test_the_file_is_what_rfc_4180_and_excel_expect() -> None:
    given = ['Two\r\nlines, a comma and "quotes"', "één", None, 7]
    file = csv_file(["a", "b", "c", "d"], [given])
    assert file.startswith(b"\xef\xbb\xbfa,b,c,d\r\n")
    assert file.endswith(b"\r\n")
    assert list(csv.reader(StringIO(file.decode("utf-8-sig"), newline=""))) == [
        ["a", "b", "c", "d"],
        ['Two\r\nlines, a comma and "quotes"', "één", "", "7"],
    ]


def test_no_rows_leave_the_head_alone() -> None:
    assert csv_file(["a", "b"], []) == b"\xef\xbb\xbfa,b\r\n"


def cells(file: bytes) -> list[list[Any]]:
    sheet = load_workbook(BytesIO(file)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_spreadsheet_holds_the_same_texts_and_no_formula() -> None:
    given = ["=1+1", "@SUM(A1)", "één", 7, None, "tab\tinside", "nul\x00and\x0bbell\x07"]
    file = xlsx_file(["=head", "b", "c", "d", "e", "f", "g"], [given])
    assert cells(file) == [
        ["'=head", "b", "c", "d", "e", "f", "g"],
        ["'=1+1", "'@SUM(A1)", "één", 7, None, "tab\tinside", "nulandbell"],
    ]
    assert all(cell.data_type != "f" for row in load_workbook(BytesIO(file)).active.iter_rows() for cell in row)


def test_a_cell_longer_than_a_spreadsheet_takes_is_cut() -> None:
    assert len(cells(xlsx_file(["a"], [["x" * 40_000]]))[1][0]) == 32_767


def test_a_spreadsheet_tells_neither_who_made_it_nor_when() -> None:
    file = xlsx_file(["a"], [["b"]], marking="OFFICIAL & more")
    assert file == xlsx_file(["a"], [["b"]], marking="OFFICIAL & more")
    sheet = load_workbook(BytesIO(file)).active
    assert "OFFICIAL" in str(sheet.oddHeader.center.text) and "OFFICIAL" in str(sheet.oddFooter.center.text)
    with ZipFile(BytesIO(file)) as held:
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = held.read("docProps/core.xml")
        assert not any(said in properties for said in (b"creator", b"created", b"modified", b"openpyxl"))
        assert all(socket.gethostname().encode() not in held.read(name) for name in held.namelist())
