"""The one writer of tables: what a spreadsheet would run is text, and every program reads the file alike."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from dialogues.exports.tables import csv_file, harmless


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
