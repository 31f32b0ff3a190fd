"""Tables that leave as a file: the one writer of CSV, so that no cell is ever run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), in its plain and its full-width form.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | None


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would run gets an apostrophe before it. A number is a number."""
    if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA):
        return f"'{cell}"
    return cell


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """RFC 4180 with a head line and CRLF, in UTF-8 with a byte order mark: without one Excel takes it for Windows-1252."""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")
