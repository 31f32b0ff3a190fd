"""Many people at once: a list is read, every row is shown with what would happen, and nothing is stored before the last press.

Between the pages the rows travel in the form itself: no file, no session and no cache ever holds them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.exports.tables import csv_file, xlsx_file
from dialogues.models import Category, Delegation, Mandate
from dialogues.procedures import nomination_import as procedures
from dialogues.procedures.nomination_checks import round_of
from dialogues.procedures.nomination_import import MOST_ROWS, Newcomer, keys_nominated
from dialogues.procedures.nominations import draft_reasons
from dialogues.procedures.steps import StepRefused
from parties.models import Organisation
from socportal import clock
from socportal.bilingual import LANGUAGES, reader_language
from socportal.list_files import FileRefused, Rows, rows_of_file, rows_of_text

from .delegations import XLSX, delegation_or_404, groups_of
from .nomination_forms import surname_first

# Column by column: what it is called here, and at the head of a list in English and in Dutch; the first is the template's.
COLUMNS: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "name": (gettext_lazy("name"), ("Name as on the badge", "Name"), ("Naam op de badge", "Naam")),
    "sort_name": (gettext_lazy("surname first"), ("Surname first", "Sort name"), ("Achternaam eerst", "Sorteernaam")),
    "category": (gettext_lazy("category"), ("Category",), ("Categorie",)),
    "post_en": (
        gettext_lazy("post, English"),
        ("Post, English", "Post", "Post (English)"),
        ("Functie, Engels", "Functie (Engels)"),
    ),
    "post_nl": (
        gettext_lazy("post, Dutch"),
        ("Post, Dutch", "Post (Dutch)"),
        ("Functie, Nederlands", "Functie", "Functie (Nederlands)"),
    ),
    "organisation": (gettext_lazy("organisation"), ("Organisation", "Organization"), ("Organisatie",)),
    "email": (
        gettext_lazy("e-mail"),
        ("E-mail", "Email", "E-mail address", "Official e-mail address"),
        ("E-mail", "E-mailadres", "Officieel e-mailadres"),
    ),
    "mandates": (gettext_lazy("working groups"), ("Working groups", "Working group", "Groups"), ("Werkgroepen", "Werkgroep")),
    "language": (gettext_lazy("language of mails"), ("Language", "Language of mails"), ("Taal", "Taal van de e-mails")),
}
KEYS = tuple(COLUMNS)
LONGEST = {"name": 120, "sort_name": 120, "post_en": 160, "post_nl": 160, "email": 254}
LONGEST_CELL = 1000
LANGUAGE_WORDS = {"en": "en", "english": "en", "engels": "en", "nl": "nl", "dutch": "nl", "nederlands": "nl"}
NOTHING = {"-", "–", "—", "n/a", "n.v.t."}
# How many faulty rows one page offers for mending, and for how many a nearest name is looked up.
MENDED_AT_ONCE, NEAREST_LOOKED_UP = 50, 100
ALL_SHOWN = 60


@dataclass
class Line:
    """One row of the list: what stands in it, what is wrong cell by cell, and what would happen to it."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    lacks: list[str] = field(default_factory=list)
    is_known: bool = False
    newcomer: Newcomer | None = None

    @property
    def is_new(self) -> bool:
        return not self.faults and not self.is_known

    @property
    def category(self) -> str:
        return str(Category(self.newcomer.category).label) if self.newcomer else self.cells["category"]


@dataclass(frozen=True)
class Cell:
    """A cell that needs a change, as a control: a choice where there is one, a line of text otherwise."""

    row: int
    key: str
    label: Any
    value: str
    fault: str
    choices: list[str]

    @property
    def name(self) -> str:
        return f"r{self.row}-{self.key}"


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", "").split())


HEADS = {_plain(head): key for key, (_label, english, dutch) in reversed(COLUMNS.items()) for head in (*english, *dutch)}


def lines_of(rows: Rows) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """The rows by column, and the heads that say nothing to us. The first row names the columns, in either language."""
    if not rows:
        raise FileRefused(_("The list is empty."))
    (_number, head), *body = rows
    places: dict[str, int] = {}
    unread = []
    for place, text in enumerate(head):
        key = HEADS.get(_plain(text))
        if key and key not in places:
            places[key] = place
        elif text:
            unread.append(text[:60])
    if "name" not in places:
        raise FileRefused(_("The first row must name the columns, and “Name” among them. The template shows how."))
    if not body:
        raise FileRefused(_("The list holds column names and nobody."))

    def cell(row: list[str], key: str) -> str:
        place = places.get(key, len(row))
        text = row[place] if place < len(row) else ""
        return "" if text in NOTHING else text[:LONGEST_CELL]

    return [(number, {key: cell(row, key) for key in KEYS}) for number, row in body], unread


class Check:
    """What a list is held against: the register, the groups, the categories, and who is nominated already."""

    def __init__(self, user: Any, delegation: Delegation, at: datetime) -> None:
        self.delegation, self.language = delegation, user.language
        self.organisations: dict[str, list[Organisation]] = {}
        for organisation in Organisation.objects.visible_to(user, at):
            names = {organisation.name_en, organisation.name_nl, organisation.acronym_en, organisation.acronym_nl} - {""}
            for name in {_plain(name) for name in names}:
                self.organisations.setdefault(name, []).append(organisation)
        self.groups: dict[str, Mandate] = {}
        self.group_names: list[str] = []
        for mandate in groups_of(user, delegation, at):
            group = mandate.working_group
            self.group_names.append(str(group.name))
            for name in {group.name_en, group.name_nl} - {""}:
                self.groups[_plain(name)] = mandate
        round_ = round_of(delegation.edition)
        self.allowed = round_.categories if round_ else []
        self.categories = _category_words()
        self.known = keys_nominated(delegation)
        self.nearest: dict[str, list[str]] = {}

    def organisation(self, text: str) -> Organisation | str:
        """The organisation of this name or acronym; else a sentence with the nearest names."""
        found = self.organisations.get(_plain(text), [])
        own = [one for one in found if one.party_id == self.delegation.party_id]
        found = own if len(own) == 1 else found
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(sorted(str(one.name) for one in found))
            return _("“%(text)s” can be several: %(names)s.") % {"text": text[:80], "names": names}
        key = _plain(text)[:160]
        if key not in self.nearest and len(self.nearest) < NEAREST_LOOKED_UP:
            close = get_close_matches(key, self.organisations, n=6, cutoff=0.55)
            self.nearest[key] = list(dict.fromkeys(str(self.organisations[name][0].name) for name in close))[:3]
        if near := self.nearest.get(key):
            return _("“%(text)s” is not in the register. Nearest: %(names)s.") % {"text": text[:80], "names": ", ".join(near)}
        return _("“%(text)s” is not in the register. Choose another, or ask the secretariat to add it.") % {"text": text[:80]}

    def mandates(self, text: str) -> tuple[list[Mandate], str]:
        """Groups by their names in either language, parted by semicolon, bar, line break or comma; and those not found."""
        if not text:
            return [], ""
        if whole := self.groups.get(_plain(text)):
            return [whole], ""
        found, unknown = [], []
        for piece in text.replace("|", ";").replace("\n", ";").split(";"):
            if group := self.groups.get(_plain(piece)):
                found.append(group)
                continue
            for part in piece.split(","):
                if group := self.groups.get(_plain(part)):
                    found.append(group)
                elif part.strip():
                    unknown.append(part.strip()[:60])
        if not unknown:
            return found, ""
        offered = "; ".join(self.group_names) or _("none")
        said = {"names": ", ".join(unknown[:5]), "groups": offered}
        return [], _("No working group is called %(names)s. There are: %(groups)s.") % said

    def line(self, number: int, cells: dict[str, str], seen: dict[tuple[Any, ...], int]) -> Line:
        """One row held against everything; `seen` are the people of the rows before it."""
        cells = {key: text if key == "mandates" else " ".join(text.split()) for key, text in cells.items()}
        line = Line(number, cells)
        faults = line.faults
        for key, text in cells.items():
            if text.startswith(("=", "@", "+")):
                faults[key] = _("This begins like a formula. Give the text itself.")
            elif len(text) > LONGEST.get(key, LONGEST_CELL):
                faults[key] = _("This is longer than %(most)d characters.") % {"most": LONGEST[key]}
            elif any((ord(character) < 32 and character not in "\n\t\r") or ord(character) == 127 for character in text):
                faults[key] = _("This holds characters that cannot be printed. Type it again.")
        if not cells["name"]:
            faults.setdefault("name", _("Give the name, as it should stand on the badge."))
        email = cells["email"].lower()
        try:
            if email:
                validate_email(email)
        except ValidationError:
            faults.setdefault("email", _("“%(text)s” is not an e-mail address.") % {"text": cells["email"][:80]})
        category = self.categories.get(_plain(cells["category"]), "") if cells["category"] else Category.DELEGATE
        if not category:
            faults.setdefault("category", _("“%(text)s” is not a category.") % {"text": cells["category"][:60]})
        elif category not in self.allowed:
            said = {"text": Category(category).label}
            faults.setdefault("category", _("“%(text)s” is not among the categories of this edition.") % said)
        organisation = self.organisation(cells["organisation"]) if cells["organisation"] else None
        if isinstance(organisation, str):
            faults.setdefault("organisation", organisation)
            organisation = None
        mandates, unknown = self.mandates(cells["mandates"])
        if unknown:
            faults.setdefault("mandates", unknown)
        language = LANGUAGE_WORDS.get(cells["language"].lower(), "") if cells["language"] else self.language
        if not language:
            faults.setdefault("language", _("“%(text)s” is neither English nor Dutch.") % {"text": cells["language"][:40]})
        newcomer = Newcomer(
            row=number,
            name=cells["name"],
            sort_name=cells["sort_name"] or surname_first(cells["name"]),
            category=category or Category.DELEGATE,
            post_en=cells["post_en"],
            post_nl=cells["post_nl"],
            organisation=organisation,
            email=email,
            language=language or "en",
            mandates=tuple(mandates),
        )
        keys = newcomer.keys()
        line.is_known = not faults and bool(keys & self.known)
        if not line.is_known:
            for key in sorted(keys & seen.keys(), key=len):
                column = "email" if len(key) == 1 else "name"
                faults.setdefault(column, _("This person stands in row %(row)d already.") % {"row": seen[key]})
        for key in keys:
            seen.setdefault(key, number)
        line.newcomer = None if faults or line.is_known else newcomer
        line.lacks = self.lacks(newcomer) if line.newcomer else []
        return line

    def lacks(self, newcomer: Newcomer) -> list[str]:
        """What a draft of this row would still owe before it can be submitted, a word each."""
        found = []
        if not newcomer.post_en and not newcomer.post_nl:
            found.append(_("post"))
        if newcomer.organisation is None:
            found.append(str(COLUMNS["organisation"][0]))
        if not newcomer.email:
            found.append(str(COLUMNS["email"][0]))
        if newcomer.category == Category.DELEGATE and self.groups and not newcomer.mandates:
            found.append(str(COLUMNS["mandates"][0]))
        if newcomer.category == Category.ALTERNATE:
            found.append(_("for whom the alternate stands"))
        return found

    def cell(self, line: Line, key: str) -> Cell:
        choices: list[str] = []
        if key == "organisation":
            choices = sorted({str(one.name) for found in self.organisations.values() for one in found}, key=str.lower)
        elif key == "category":
            choices = [str(label) for value, label in Category.choices if value in self.allowed]
        elif key == "language":
            choices = ["English", "Nederlands"]
        return Cell(line.number, key, COLUMNS[key][0], line.cells[key], line.faults[key], choices)


def _category_words() -> dict[str, str]:
    """What a list may call a category: its code, and its name in each language."""
    words: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            words |= {_plain(str(label)): value for value, label in Category.choices}
    return words | {_plain(value): value for value in Category.values} | {"advisor": Category.ADVISER}


def checked(check: Check, rows: Sequence[tuple[int, dict[str, str]]]) -> list[Line]:
    seen: dict[tuple[Any, ...], int] = {}
    return [check.line(number, cells, seen) for number, cells in rows]


# The rows on their way from page to page


def packed(lines: Sequence[Line]) -> str:
    return json.dumps([[line.number, *(line.cells[key] for key in KEYS)] for line in lines], ensure_ascii=False)


def unpacked(text: str) -> list[tuple[int, dict[str, str]]]:
    """The rows that a page of ours sent along; anything else is no request of ours."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest from None
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise BadRequest
    found = []
    for row in rows:
        if not isinstance(row, list) or len(row) != len(KEYS) + 1:
            raise BadRequest
        number, *cells = row
        whole = type(number) is int and 0 < number <= MOST_ROWS + 1
        if not whole or any(not isinstance(cell, str) or len(cell) > LONGEST_CELL for cell in cells):
            raise BadRequest
        cells = [cell.replace("\0", "").encode("utf-8", "ignore").decode() for cell in cells]
        found.append((number, dict(zip(KEYS, cells, strict=True))))
    return found


def mended(rows: Sequence[tuple[int, dict[str, str]]], given: Mapping[str, str]) -> list[tuple[int, dict[str, str]]]:
    """The rows with what was typed in on the page, without those that are to be left out."""
    kept = []
    for number, cells in rows:
        if f"leave-{number}" in given:
            continue
        changes = {key: given[f"r{number}-{key}"].strip()[:LONGEST_CELL] for key in KEYS if f"r{number}-{key}" in given}
        kept.append((number, {**cells, **changes}))
    return kept


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a list, show what would happen, put right what is wrong, take it in."""
    at = clock.now()
    delegation = delegation_or_404(request.user, pk, at)
    refused = draft_reasons(delegation, request.user)  # type: ignore[arg-type]
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if refused or not step:
        return _ask(request, delegation, refused=refused, status=409 if refused and request.method == "POST" else 200)
    check = Check(request.user, delegation, at)
    unread: list[str] = []
    if step == "read":
        try:
            upload = request.FILES.get("file")
            text = request.POST.get("text", "")
            if not upload and not text.strip():
                raise FileRefused(_("Paste a list, or choose a file."))
            found = rows_of_file(upload.read(), MOST_ROWS) if upload else rows_of_text(text, MOST_ROWS)  # type: ignore[union-attr]
            rows, unread = lines_of(found)
        except FileRefused as refusal:
            return _ask(request, delegation, fault=str(refusal), text=request.POST.get("text", ""), status=400)
    else:
        rows = mended(unpacked(request.POST.get("rows", "")), request.POST.dict())
    lines = checked(check, rows)
    if step == "take" and not any(line.faults for line in lines):
        newcomers = [line.newcomer for line in lines if line.newcomer]
        try:
            taken = procedures.take_in(delegation=delegation, newcomers=newcomers, by=request.user)  # type: ignore[arg-type]
        except StepRefused as refusal:
            return _show(request, delegation, check, lines, refused=refusal.reasons, status=409)
        said = ngettext("%(n)d draft was taken in.", "%(n)d drafts were taken in.", taken)
        messages.success(request, said % {"n": taken})
        return redirect("delegation", delegation.pk)
    return _show(request, delegation, check, lines, unread=unread)


def _page(request: HttpRequest, delegation: Delegation, template: str, status: int, **more: Any) -> HttpResponse:
    edition = delegation.edition
    about = {"delegation": delegation, "edition": edition, "dialogue": edition.dialogue, "enters_delegations": True}
    return render(request, template, {**about, **more}, status=status)


def _ask(request: HttpRequest, delegation: Delegation, *, status: int = 200, **more: Any) -> HttpResponse:
    more = {"most": MOST_ROWS, "columns": [str(label) for label, *_heads in COLUMNS.values()], **more}
    return _page(request, delegation, "dialogues/nominations/import.html", status, **more)


def _show(
    request: HttpRequest, delegation: Delegation, check: Check, lines: list[Line], *, status: int = 200, **more: Any
) -> HttpResponse:
    faulty = [line for line in lines if line.faults]
    fresh = [line for line in lines if line.is_new]
    seats = delegation.seats
    members = delegation.nominations.live().exclude(category=Category.SUPPORT).count()
    members += sum(line.newcomer.category != Category.SUPPORT for line in fresh if line.newcomer)
    context = {
        "lines": lines,
        "faulty": [(line, [check.cell(line, key) for key in KEYS if key in line.faults]) for line in faulty[:MENDED_AT_ONCE]],
        "faults": len(faulty),
        "more_faults": max(0, len(faulty) - MENDED_AT_ONCE),
        "fresh": len(fresh),
        "known": sum(line.is_known for line in lines),
        "over": {"number": members, "seats": seats} if seats is not None and members > seats else None,
        "packed": packed(lines),
        "shows_all": len(lines) <= ALL_SHOWN,
        **more,
    }
    return _page(request, delegation, "dialogues/nominations/import_check.html", status, **context)


@login_required
@require_safe
def template(request: HttpRequest, pk: int, file_type: str) -> HttpResponse:
    """An empty list with its head line, in the language of the page."""
    delegation_or_404(request.user, pk, clock.now())
    heads = [heads[LANGUAGES.index(reader_language())][0] for _label, *heads in COLUMNS.values()]
    if file_type == "csv":
        content, kind = csv_file(heads, []), "text/csv; charset=utf-8"
    elif file_type == "xlsx":
        content, kind = xlsx_file(heads, []), XLSX
    else:
        raise Http404
    name = f"delegation-{reader_language()}.{file_type}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
