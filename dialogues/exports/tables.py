"""Tables that leave as a file: the one writer of CSV and XLSX, so that no cell is ever run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), in its plain and its full-width form.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | None

LONGEST_CELL = 32_767  # characters (Excel specifications)
# Who made the file and on which machine is nobody’s business: the same for every file, and the first instant a zip knows.
CORE_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
NO_TIME = (1980, 1, 1, 0, 0, 0)


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


def xlsx_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, marking: str = "") -> bytes:
    """One sheet whose texts are stored as texts. The marking stands at head and foot of what is printed from it.

    The same rows give the same bytes, without an author, a machine or a time.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("1")
    sheet.freeze_panes = "A2"
    if marking:
        sheet.oddHeader.center.text = sheet.oddFooter.center.text = marking.replace("&", "&&")
    for number in range(1, len(columns) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 28
    head = [_stored(sheet, column) for column in columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_stored(sheet, cell) for cell in row])
    made = BytesIO()
    book.save(made)
    return _without_traces(made)


def _stored(sheet: object, cell: Cell) -> WriteOnlyCell:
    cell = harmless(cell)
    if isinstance(cell, str):
        cell = ILLEGAL_CHARACTERS_RE.sub("", str(cell))[:LONGEST_CELL]
    stored = WriteOnlyCell(sheet, cell)
    if isinstance(cell, str):
        stored.data_type = "s"
    return stored


def _without_traces(made: BytesIO) -> bytes:
    clean = BytesIO()
    with ZipFile(made) as before, ZipFile(clean, "w") as after:
        for name in sorted(before.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            held = CORE_PROPERTIES if name == "docProps/core.xml" else before.read(name)
            after.writestr(ZipInfo(name, NO_TIME), held, ZIP_DEFLATED)
    return clean.getvalue()
