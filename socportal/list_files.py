"""A list as it arrives: pasted, or as a CSV or XLSX file. Read in memory only; what is not safe is refused by name.

Everything here ends in rows of texts or in a sentence that says what to do: no file, however made, is an error of ours.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterable
from datetime import datetime, time
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

# Bytes. A spreadsheet of 5,000 rows is well under both.
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_UNPACKED = 10 * 1024 * 1024
MOST_MEMBERS, MOST_COLUMNS = 500, 40
CHUNK = 64 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an OLE file: .xls, or an .xlsx with a password
ZIP = b"PK"
DAMAGED = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    EOFError,
)
Rows = list[tuple[int, list[str]]]


class FileRefused(Exception):
    """A file or text that is not read, and why: a sentence that a person can act on."""


def rows_of_file(content: bytes, most: int) -> Rows:
    """The rows of an uploaded file with their numbers in it, `most` beside the head; its kind says the file, not its name."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(_("The file is larger than 5 MB. Divide the list, or paste it."))
    if content.startswith(OLD_OFFICE):
        raise FileRefused(
            _("This is an old .xls workbook, or one with a password. Save it as .xlsx without a password, or as CSV UTF-8.")
        )
    if content.startswith(ZIP):
        return rows_of_workbook(content, most)
    return rows_of_text(_decoded(content), most)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(_("The file is in UTF-16. Save it as “CSV UTF-8” and upload it again."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise FileRefused(
            _("The file is not in UTF-8 (line %(line)d); perhaps in Windows-1252. Save it as “CSV UTF-8” and upload it again.")
            % {"line": line}
        ) from None


def rows_of_text(text: str, most: int) -> Rows:
    """Pasted from a spreadsheet (tabs), or CSV with commas or semicolons; the head line says which."""
    if "\0" in text:
        raise FileRefused(_("The text holds NUL characters: it is not a list. Save it as CSV UTF-8 or XLSX."))
    head = text.lstrip("\ufeff\r\n ").split("\n", 1)[0]
    delimiter = max("\t;,", key=head.count)
    found: Rows = []
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=False), 1):
            _enough(number, most)
            found.append((number, [cell.strip() for cell in row[:MOST_COLUMNS]]))
    except csv.Error:
        raise FileRefused(_("A cell of the list is far too long: probably a quotation mark is not closed.")) from None
    return _filled(found)


def _enough(number: int, most: int) -> None:
    if number > most + 1:
        raise FileRefused(_("The list has more than %(most)d rows. Divide it.") % {"most": most})


def _filled(rows: Iterable[tuple[int, list[str]]]) -> Rows:
    return [(number, row) for number, row in rows if any(row)]


def rows_of_workbook(content: bytes, most: int) -> Rows:
    """The first sheet of an XLSX workbook, after its zip directory and every member have been weighed."""
    try:
        _weigh(content)
    except DAMAGED:
        raise FileRefused(_("The workbook is damaged and cannot be read. Save it again as .xlsx, or as CSV UTF-8.")) from None
    try:
        return _filled(_cells(content, most))
    except FileRefused:
        raise
    except Exception:  # a library that meets a file made to break it raises anything
        raise FileRefused(_("The workbook is damaged and cannot be read. Save it again as .xlsx, or as CSV UTF-8.")) from None


def _weigh(content: bytes) -> None:
    """Refuse before anything is parsed: macros, passwords, entities, and what unpacks to more than 10 MB.

    The directory's word is checked first, because it costs nothing; then every member is unpacked and counted.
    """
    too_large = FileRefused(_("The workbook unpacks to more than 10 MB. Keep the list alone in it, or save it as CSV UTF-8."))
    with zipfile.ZipFile(BytesIO(content)) as book:
        members = book.infolist()
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
            raise too_large
        names = {member.filename.lower() for member in members}
        if any(member.flag_bits & 0x1 for member in members) or "encryptedpackage" in names:
            raise FileRefused(_("The workbook has a password. Save it without one."))
        if any("vbaproject" in name for name in names):
            raise FileRefused(_("The workbook holds macros. Save it as .xlsx, which holds none."))
        if "[content_types].xml" not in names:
            raise FileRefused(_("This is a zip file, not a workbook. Upload an XLSX or CSV file."))
        unpacked = 0
        for member in members:
            tail = b""
            with book.open(member) as stream:
                while chunk := stream.read(CHUNK):
                    unpacked += len(chunk)
                    if unpacked > LARGEST_UNPACKED:
                        raise too_large
                    seen = (tail + chunk).replace(b"\0", b"").upper()
                    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                        raise FileRefused(
                            _("The workbook declares XML entities, which no spreadsheet program does. It is not read.")
                        )
                    if b"MACROENABLED" in seen and member.filename.lower() == "[content_types].xml":
                        raise FileRefused(_("The workbook holds macros. Save it as .xlsx, which holds none."))
                    tail = chunk[-64:]


def _cells(content: bytes, most: int) -> Iterable[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        if not book.worksheets:
            raise FileRefused(_("The workbook has no sheet with cells."))
        formulas: list[str] = []
        rows = book.worksheets[0].iter_rows(max_row=most + 3, max_col=MOST_COLUMNS)
        for number, row in enumerate(rows, 1):
            texts = []
            for column, cell in enumerate(row, 1):
                if getattr(cell, "data_type", "") == "f":
                    formulas.append(f"{get_column_letter(column)}{number}")
                texts.append(_text(getattr(cell, "value", None)))
            if any(texts):
                _enough(number, most)
            yield number, texts
        if formulas:
            said = ", ".join(formulas[:10]) + (" …" if len(formulas) > 10 else "")
            raise FileRefused(_("There are formulas in these cells: %(cells)s. Paste their values instead.") % {"cells": said})
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):  # a cell of a day is given as that day, whatever its format shows
        value = value.date() if value.time() == time.min else value.replace(microsecond=0)
    return str(value).replace("\0", "").strip()
