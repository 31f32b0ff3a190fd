"""The columns of a list of actions: found by their heads, guessed, and said by whoever brings the list."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from dialogues.models import ActionColumn, Dialogue
from dialogues.procedures.action_import import LONGEST_HEAD, MOST_ROWS
from socportal.list_files import MOST_COLUMNS, FileRefused, Rows

M = ActionColumn.Meaning
# In this order the cells of a row travel from page to page.
KEYS = tuple(meaning for meaning in M.values if meaning != M.IGNORED)
# Several columns may be kept as remarks, and any number not at all.
OFTEN = {M.REMARK, M.IGNORED}
LONGEST_CELL = 4_000
NOTHING = {"-", "–", "—", "n/a", "n.v.t.", "nvt", "tbc", "tbd", "t.b.c.", "t.b.d.", "n.t.b.", "ntb"}
# What lists call them, in English and in Dutch.
HEADS: dict[str, str] = {
    M.NUMBER: "No|Nr|#|Number|Nummer|Ref|Reference|Action no|Action number|Actienr|Actienummer|Volgnummer|Kenmerk|ID",
    M.TEXT_EN: "Action|Action item|Action point|Actions|Action, English|Action (EN)|Description|Task|What",
    M.TEXT_NL: "Actie|Actiepunt|Actiepunten|Acties|Actie, Nederlands|Action, Dutch|Action (NL)|Omschrijving|Taak|Wat",
    M.MEASURE_EN: "Measure|Measure of success|What will we see|What will we see, English|Expected result|Deliverable",
    M.MEASURE_NL: "Wat zien we dan|What will we see, Dutch|Beoogd resultaat|Op te leveren|Maatstaf",
    M.LEAD: "Lead|Lead party|Lead parties|Led by|Lead country|Responsible|Trekker|Trekkers|Trekkende partij|Verantwoordelijke"
    "|Verantwoordelijk|Land",
    M.ORGANISATION: "Lead organisation|Organisation|Organization|Lead organization|Department|Agency|Organisatie|Dienst"
    "|Trekkende organisatie",
    M.OWNER_EN: "Owner|Owner post|Action owner|Owner, English|Post|Post holder",
    M.OWNER_NL: "Eigenaar|Functie|Functie van de eigenaar|Functie eigenaar|Actiehouder|Owner, Dutch",
    M.DUE_ON: "Due|Due on|Due date|Deadline|Target date|By when|When|Uiterste datum|Einddatum|Termijn|Streefdatum|Datum gereed"
    "|Gereed voor|Wanneer",
    M.THEME: "Theme|Topic|Subject|Thema|Onderwerp",
    M.GROUP: "Working group|Group|WG|Werkgroep|Groep",
    M.REMARK: "Status|Remark|Remarks|Comment|Comments|Note|Notes|Update|Progress|Opmerking|Opmerkingen|Toelichting|Notitie"
    "|Stand|Stand van zaken|Voortgang",
}


@dataclass
class Column:
    """One column of the list: its head, some cells of it, and what is said to stand in it."""

    place: int
    head: str
    samples: list[str]
    meaning: str = M.IGNORED
    fault: str = ""

    @property
    def name(self) -> str:
        return f"column-{self.place}"

    @property
    def letter(self) -> str:
        return get_column_letter(self.place + 1)


def head_key(head: str) -> str:
    """A head without its case, its brackets, and the stops in “No.” or “Nr. ”."""
    return " ".join(re.sub(r"[.:*?()\[\]]", " ", head.replace("-", " ")).casefold().split())


KNOWN = {head_key(head): str(meaning) for meaning, heads in HEADS.items() for head in heads.split("|")}


def remembered(dialogue: Dialogue) -> dict[str, str]:
    """What was said of this dialogue's lists before; it stands above what heads usually mean."""
    return {head_key(column.head): column.meaning for column in dialogue.action_columns.all()}


def table_of(rows: Rows, said: Mapping[str, str]) -> Rows:
    """The list from its row of heads on: the first of ten that names two columns we know; else its first row."""
    if not rows:
        raise FileRefused(_("The list is empty."))
    known = {**KNOWN, **said}
    start = next(
        (place for place, (_number, row) in enumerate(rows[:10]) if sum(head_key(cell) in known for cell in row) >= 2), 0
    )
    if len(rows) == start + 1:
        raise FileRefused(_("The list holds column names and no action."))
    return [(number, [cell[: LONGEST_CELL + 1] for cell in row]) for number, row in rows[start:]]


def columns_of(table: Rows, said: Mapping[str, str]) -> list[Column]:
    """Every column that holds anything, with a guess; of two that look alike the first gets it."""
    (_number, head), *body = table
    found: list[Column] = []
    for place in range(max(len(row) for _number, row in table)):
        cells = [row[place] for _number, row in body if place < len(row) and row[place]]
        text = " ".join(head[place].split())[:LONGEST_HEAD] if place < len(head) else ""
        if not text and not cells:
            continue
        meaning = said.get(head_key(text)) or KNOWN.get(head_key(text)) or M.IGNORED
        if meaning not in OFTEN and any(other.meaning == meaning for other in found):
            meaning = M.IGNORED
        found.append(Column(place, text, [cell[:60] for cell in cells[:3]], meaning))
    return found


def chosen(columns: list[Column], given: Mapping[str, str]) -> list[str]:
    """Set what the page says of each column; give back what stands in the way of reading the list by it."""
    faults: list[str] = []
    first: dict[str, Column] = {}
    for column in columns:
        column.meaning = given.get(column.name, column.meaning)
        if column.meaning not in M.values:
            raise BadRequest
        if column.meaning not in OFTEN and (other := first.setdefault(column.meaning, column)) is not column:
            said = {
                "first": other.head or other.letter,
                "second": column.head or column.letter,
                "meaning": M(column.meaning).label,
            }
            column.fault = _("“%(first)s” and “%(second)s” are both “%(meaning)s”. Choose another for one of them.") % said
            faults.append(column.fault)
    if M.TEXT_EN not in first and M.TEXT_NL not in first:
        said = {"english": M.TEXT_EN.label, "dutch": M.TEXT_NL.label}
        faults.append(_("No column holds the action. Choose “%(english)s” or “%(dutch)s” at one of them.") % said)
    if M.LEAD not in first and M.ORGANISATION not in first:
        said = {"lead": M.LEAD.label, "organisation": M.ORGANISATION.label}
        faults.append(_("No column says who leads. Choose “%(lead)s” or “%(organisation)s” at one of them.") % said)
    return faults


Cells = list[tuple[int, dict[str, str]]]


def rows_by_meaning(table: Rows, columns: Sequence[Column]) -> Cells:
    """The rows under their heads; what is kept as a remark says under which head it stood."""
    found = []
    for number, row in table[1:]:
        cells = dict.fromkeys(KEYS, "")
        for column in columns:
            text = row[column.place] if column.place < len(row) else ""
            if column.meaning == M.IGNORED or not text or text.casefold() in NOTHING:
                continue
            if column.meaning == M.REMARK:
                said = f"{column.head or column.letter}: {text}"
                cells[M.REMARK] = f"{cells[M.REMARK]}\n{said}".strip()[: LONGEST_CELL + 1]
            else:
                cells[column.meaning] = text
        if any(cells.values()):
            found.append((number, cells))
    return found


# The list on its way from page to page: in the form itself, and nowhere else


def packed(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False)


def _unpacked(text: str) -> list[Any]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(rows, list):
        raise BadRequest
    return rows


def _texts(cells: Any, longest: int = LONGEST_CELL + 1) -> list[str]:
    """Texts of one row as a page of ours sent them; anything else is no request of ours."""
    if not isinstance(cells, list) or any(not isinstance(cell, str) or len(cell) > longest for cell in cells):
        raise BadRequest
    return [cell.replace("\0", "").encode("utf-8", "ignore").decode() for cell in cells]


def _numbered(row: Any) -> tuple[int, list[str]]:
    if not isinstance(row, list) or not row or type(row[0]) is not int or not 0 < row[0] <= MOST_ROWS + 1:
        raise BadRequest
    return row[0], _texts(row[1:])


def unpacked_table(text: str) -> Rows:
    rows = [_numbered(row) for row in _unpacked(text)]
    if not 2 <= len(rows) <= MOST_ROWS + 1 or any(len(cells) > MOST_COLUMNS for _number, cells in rows):
        raise BadRequest
    return rows


def unpacked_rows(text: str) -> Cells:
    rows = [_numbered(row) for row in _unpacked(text)]
    if len(rows) > MOST_ROWS or any(len(cells) != len(KEYS) for _number, cells in rows):
        raise BadRequest
    return [(number, dict(zip(KEYS, cells, strict=True))) for number, cells in rows]


def unpacked_columns(text: str) -> dict[str, str]:
    """Head → meaning, as the page of the columns had it."""
    pairs = [_texts(pair, LONGEST_HEAD) for pair in _unpacked(text)]
    if len(pairs) > MOST_COLUMNS or any(len(pair) != 2 or pair[1] not in M.values for pair in pairs):
        raise BadRequest
    return {head: meaning for head, meaning in pairs if head}


def mended(rows: Cells, given: Mapping[str, str]) -> Cells:
    """The rows with what was typed in on the page, without those that are to be left out."""
    kept = []
    for number, cells in rows:
        if f"leave-{number}" in given:
            continue
        changes = {
            key: given[f"r{number}-{key}"].replace("\0", "").strip()[: LONGEST_CELL + 1]
            for key in KEYS
            if f"r{number}-{key}" in given
        }
        kept.append((number, {**cells, **changes}))
    return kept
