"""Each row of a list of actions, held against the edition: what it says, what is wrong cell by cell, what would happen."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import ActionColumn, ActionItem, Edition, Mandate, Theme
from dialogues.models.ceiling import within_ceiling
from dialogues.procedures.action_import import ActionRow, Lead, Taken, numbered_as, plain, serial_kept
from parties.models import Organisation, Party
from socportal.list_dates import CONTRADICTS, DAY_FIRST, MONTH_FIRST, order_proved, readings

from .action_import_columns import LONGEST_CELL, Cells

M = ActionColumn.Meaning
LONGEST = {
    M.NUMBER: 60,
    M.TEXT_EN: 300,
    M.TEXT_NL: 300,
    M.MEASURE_EN: 300,
    M.MEASURE_NL: 300,
    M.DUE_ON: 60,
    M.REMARK: LONGEST_CELL,
}
IN_LINES = {M.LEAD, M.ORGANISATION, M.OWNER_EN, M.OWNER_NL, M.REMARK}
BY_ALL = {
    *("both", "both parties", "both sides", "joint", "jointly", "all", "all parties", "shared"),
    *("beide", "beide partijen", "beide landen", "gezamenlijk", "samen", "alle", "allen", "alle partijen"),
}
BETWEEN = r"[/;,&+|\n]|\band\b|\ben\b"
A_NAME = re.compile(r"@|\b(?:mr|mrs|ms|miss|dhr|mevr|mw|mevrouw|meneer|de heer)\b\.?\s", re.IGNORECASE)
NEAREST_LOOKED_UP = 100

Party_ = tuple[Party, Organisation | None]


@dataclass
class Line:
    """One row of the list. `known` is the number under which the edition has it; `serial` the one it would get."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    leads: tuple[Lead, ...] = ()
    due_on: date | None = None
    days: tuple[date, ...] = ()
    theme: Theme | None = None
    mandate: Mandate | None = None
    known: str = ""
    kept: int | None = None
    serial: int | None = None
    gets: str = ""

    @property
    def is_new(self) -> bool:
        return not self.faults and not self.known

    @property
    def text(self) -> str:
        return self.cells[M.TEXT_EN] or self.cells[M.TEXT_NL]

    @property
    def led_by(self) -> str:
        return "/".join(sorted(lead.party.code for lead in self.leads))

    @property
    def owners(self) -> str:
        posts = [(lead.party.code, lead.owner_post_en or lead.owner_post_nl) for lead in self.leads]
        said = [f"{code}: {post}" if len(posts) > 1 else post for code, post in posts if post]
        return "; ".join(said)


@dataclass(frozen=True)
class Cell:
    """A cell that needs a change, as a control: a choice where there is one, else a line or a field of text."""

    row: int
    key: str
    label: Any
    value: str
    fault: str
    choices: list[tuple[str, str]]

    @property
    def name(self) -> str:
        return f"r{self.row}-{self.key}"

    @property
    def is_long(self) -> bool:
        return self.key == M.REMARK or len(self.value) > 100 or "\n" in self.value


class Check:
    """What a list is held against: parties, register, themes, groups, and the actions that are there already."""

    def __init__(self, user: Any, edition: Edition, at: datetime, number_head: str = "") -> None:
        self.edition, self.today, self.number_head = edition, at.date(), number_head
        self.parties = list(edition.dialogue.parties.order_by("code"))
        self.party_names = _names_of(self.parties)
        self.organisations: dict[str, list[Organisation]] = {}
        rows = Organisation.objects.visible_to(user, at).filter(party__in=self.parties).select_related("party")
        for organisation in rows:
            names = {organisation.name_en, organisation.name_nl, organisation.acronym_en, organisation.acronym_nl} - {""}
            for name in {plain(name) for name in names}:
                self.organisations.setdefault(name, []).append(organisation)
        self.themes = {theme.pk: theme for theme in Theme.objects.visible_to(user, at).filter(edition=edition)}
        groups = Mandate.objects.visible_to(user, at).filter(edition=edition).select_related("working_group")
        self.groups = {mandate.pk: mandate for mandate in groups.order_by("working_group__name_en")}
        self.taken = Taken.of(edition)
        of_dialogue = ActionItem.objects.visible_to(user, at).filter(edition__dialogue=edition.dialogue)
        self.numbers = {
            number.casefold(): (number, {plain(english), plain(dutch)} - {""})
            for number, english, dutch in of_dialogue.values_list("number", "text_en", "text_nl")
        }
        self.nearest: dict[str, list[str]] = {}

    # What single cells mean

    def _of_party(self, text: str) -> Party_ | None:
        """A party by code or name; else one of its organisations, which leads for it."""
        key = plain(text)
        if party := self.party_names.get(key) or self.party_names.get(key.removeprefix("the ").removeprefix("het ")):
            return party, None
        found = self.organisations.get(key, [])
        return (found[0].party, found[0]) if len(found) == 1 and found[0].party else None

    def leads(self, text: str) -> tuple[list[Party_], bool, str]:
        """Who leads, whether in an order of their own (“UK/NL”, unlike “both”), and what is wrong with it."""
        if plain(text) in BY_ALL:
            return [(party, None) for party in self.parties], False, ""
        pieces: list[str] = []
        for pattern in (r"(?!)", BETWEEN, rf"{BETWEEN}|[-–—()]"):
            pieces = [piece.strip() for piece in re.split(pattern, text, flags=re.IGNORECASE) if piece.strip()]
            pieces = [piece for piece in pieces if plain(piece) not in BY_ALL]
            found = [self._of_party(piece) for piece in pieces]
            if found and all(found):
                return self._each_once([one for one in found if one])
        said = {"text": text[:80], "parties": self._parties_said()}
        return [], False, _("“%(text)s” is no party of this dialogue and no organisation of one. Give: %(parties)s.") % said

    def _each_once(self, found: list[Party_]) -> tuple[list[Party_], bool, str]:
        by_party: dict[int, Party_] = {}
        for party, organisation in found:
            other = by_party.get(party.pk, (party, None))[1]
            if other and organisation and other != organisation:
                return [], False, _("Each party has at most one lead organisation on an action item.")
            by_party[party.pk] = (party, organisation or other)
        return list(by_party.values()), True, ""

    def _parties_said(self) -> str:
        codes = [party.code for party in self.parties]
        return ", ".join([*codes, "/".join(codes)])

    def with_organisations(self, leads: list[Party_], text: str) -> tuple[list[Party_], str]:
        """The same leads with the organisations of a column of their own; where nobody is named they say who leads."""
        pieces = [text] if plain(text) in self.organisations else [one.strip() for one in re.split(r"[/;|\n]", text)]
        found: list[Party_] = []
        for piece in filter(None, pieces):
            known = self.organisations.get(plain(piece), [])
            own = [one for one in known if any(party.pk == one.party_id for party, _organisation in leads)] or known
            if len(own) != 1:
                return leads, self._not_one(piece, own)
            if leads and all(party.pk != own[0].party_id for party, _organisation in leads):
                said = {"name": own[0], "party": own[0].party.code if own[0].party else "–"}
                return leads, _("%(name)s is of %(party)s, which does not lead here. Change the one or the other.") % said
            if own[0].party:
                found.append((own[0].party, own[0]))
        together, _in_order, fault = self._each_once([*leads, *found])
        return together or leads, fault

    def _not_one(self, text: str, found: list[Organisation]) -> str:
        if found:
            names = ", ".join(sorted(f"{one} ({one.party.code})" for one in found if one.party))
            return _("“%(text)s” can be several: %(names)s.") % {"text": text[:80], "names": names}
        key = plain(text)[:160]
        if key not in self.nearest and len(self.nearest) < NEAREST_LOOKED_UP:
            close = get_close_matches(key, self.organisations, n=6, cutoff=0.55)
            self.nearest[key] = list(dict.fromkeys(str(self.organisations[name][0].name) for name in close))[:3]
        if near := self.nearest.get(key):
            return _("“%(text)s” is not in the register. Nearest: %(names)s.") % {"text": text[:80], "names": ", ".join(near)}
        return _("“%(text)s” is no organisation of these parties. Choose another, or enter it in the register first.") % {
            "text": text[:80]
        }

    def owners(self, text: str, leads: list[Party_], in_order: bool) -> tuple[dict[int, str], str]:
        """The posts by party: said with its code (“UK: Head of …”), or as many as the leads and in their order."""
        if not text or not leads:
            return {}, ""
        if A_NAME.search(f"{text} "):
            return {}, _("This reads like a name or an address. Give the post: “Head of …”.")
        leading = [party for party, _organisation in leads]
        pieces = [" ".join(piece.split()) for piece in re.split(r"[;|\n/]", text) if piece.strip()]
        named = {}
        for piece in pieces:
            head, colon, post = piece.partition(":")
            party = self.party_names.get(plain(head)) if colon else None
            if party in leading and post.strip():
                named[party.pk] = post.strip()
        whole = " ".join(text.split())
        if named and len(named) == len(pieces):
            posts = named
        elif len(leading) == 1:
            posts = {leading[0].pk: whole}
        elif in_order and len(pieces) == len(leading):
            posts = {party.pk: post for party, post in zip(leading, pieces, strict=True)}
        else:
            example = "; ".join(f"{party.code}: …" for party in leading)
            return {}, _("Say which post is whose: “%(example)s”.") % {"example": example}
        if any(len(post) > 160 for post in posts.values()):
            return {}, _("This is longer than %(most)d characters.") % {"most": 160}
        return posts, ""

    # A row

    def line(self, number: int, cells: dict[str, str], order: str) -> Line:
        """One row held against everything but the other rows."""
        cells = {
            key: "\n".join(" ".join(part.split()) for part in text.splitlines()).strip()
            if key in IN_LINES
            else " ".join(text.split())
            for key, text in cells.items()
        }
        line = Line(number, cells)
        for key, text in cells.items():
            if fault := _unprintable(key, text):
                line.faults[key] = fault
        if not line.text:
            key = M.TEXT_EN
            line.faults.setdefault(key, _("Say what is to be done, beginning with a verb."))
        self._read_leads(line)
        self._read_due(line, order)
        line.theme = self._one_of(line, M.THEME, list(self.themes.values()), _("No theme of this edition is called so."))
        groups = [mandate.working_group for mandate in self.groups.values()]
        group = self._one_of(line, M.GROUP, groups, _("No working group of this edition is called so."))
        line.mandate = next((one for one in self.groups.values() if one.working_group == group), None) if group else None
        return line

    def _read_leads(self, line: Line) -> None:
        leads, in_order, faults = [], True, line.faults
        if text := line.cells[M.LEAD]:
            leads, in_order, fault = self.leads(text)
            if fault:
                faults.setdefault(M.LEAD, fault)
        if (text := line.cells[M.ORGANISATION]) and M.LEAD not in faults:
            leads, fault = self.with_organisations(leads, text)
            if fault:
                faults.setdefault(M.ORGANISATION, fault)
        if not leads and M.LEAD not in faults and M.ORGANISATION not in faults:
            faults[M.LEAD] = _("Name the party that leads: %(parties)s.") % {"parties": self._parties_said()}
        posts: dict[str, dict[int, str]] = {}
        for key in (M.OWNER_EN, M.OWNER_NL):
            posts[key], fault = self.owners(line.cells[key], leads, in_order)
            if fault:
                faults.setdefault(key, fault)
        line.leads = tuple(
            Lead(party, organisation, posts[M.OWNER_EN].get(party.pk, ""), posts[M.OWNER_NL].get(party.pk, ""))
            for party, organisation in leads
        )

    def _read_due(self, line: Line, order: str) -> None:
        text = line.cells[M.DUE_ON]
        line.days = readings(text) if text else ()
        if not text or M.DUE_ON in line.faults:
            return
        if not line.days:
            said = {"text": text[:60]}
            line.faults[M.DUE_ON] = (
                _("“%(text)s” is not one day. Write it as 2026-04-03 or 3 April 2026, or leave it empty.") % said
            )
        elif len(line.days) == 1:
            line.due_on = line.days[0]
        elif order in {DAY_FIRST, MONTH_FIRST}:
            line.due_on = line.days[order == MONTH_FIRST]
        else:
            first, second = (date_format(day, "j F Y") for day in line.days)
            said = {"text": text, "first": first, "second": second}
            line.faults[M.DUE_ON] = _("“%(text)s” is %(first)s or %(second)s. Say which.") % said

    def _one_of(self, line: Line, key: str, records: list[Any], said: str) -> Any:
        text = plain(line.cells[key])
        found = [one for one in records if text and text in {plain(one.name_en), plain(one.name_nl)}]
        if text and not found:
            names = "; ".join(str(one) for one in records) or _("none")
            line.faults.setdefault(key, f"{said} " + _("There are: %(names)s.") % {"names": names[:600]})
        return found[0] if found else None

    # The list

    def lines(self, rows: Cells, order: str) -> list[Line]:
        """Every row against the edition and the rows before it; numbers are given out last, after the highest kept."""
        lines = [self.line(number, cells, order) for number, cells in rows]
        words: dict[str, int] = {}
        for line in lines:
            self._number(line)
            for text in {plain(line.cells[M.TEXT_EN]), plain(line.cells[M.TEXT_NL])} - {""}:
                line.known = line.known or self.taken.words.get(text, "")
                if not line.known and text in words:
                    key = M.TEXT_EN if line.cells[M.TEXT_EN] else M.TEXT_NL
                    line.faults.setdefault(key, _("This action stands in row %(row)d already.") % {"row": words[text]})
                words.setdefault(text, line.number)
        self._give_numbers(lines)
        for line in lines:
            if line.known:
                line.faults = {}
            elif not line.faults:
                line.warnings += self.warnings(line)
        return lines

    def _number(self, line: Line) -> None:
        """Known by its whole number in any edition of the dialogue; a plain “7” says too little for that."""
        text = line.cells[M.NUMBER]
        serial = serial_kept(self.edition, text) if text else None
        is_whole = not text.rstrip(".").isdecimal()
        whole = numbered_as(self.edition, serial) if serial and is_whole else text
        if is_whole and (known := self.numbers.get(whole.casefold())):
            line.known, words = known
            if words.isdisjoint({plain(line.cells[M.TEXT_EN]), plain(line.cells[M.TEXT_NL])}):
                line.warnings.append(_("Its words there are other than here; they stay as they are there."))
            return
        line.kept = serial

    def _give_numbers(self, lines: Iterable[Line]) -> None:
        taken = Taken(set(self.taken.serials), {})
        first: dict[int, int] = {}
        fresh = [line for line in lines if line.is_new]
        for line in fresh:
            if line.kept and line.kept in first:
                said = {"row": first[line.kept]}
                line.faults[M.NUMBER] = _("This number stands in row %(row)d already. Clear it to get the next.") % said
            elif line.kept and line.kept not in taken.serials:
                line.serial = line.kept
                first[line.kept] = line.number
        taken.serials |= first.keys()
        for line in fresh:
            if not line.faults:
                line.serial = line.serial or taken.next()
                line.gets = numbered_as(self.edition, line.serial)

    def warnings(self, line: Line) -> list[str]:
        """What a proposal may lack, and what its parties will want to know before they agree."""
        found = []
        if not line.cells[M.TEXT_EN]:
            found.append(_("no English text yet"))
        if not line.due_on:
            found.append(_("no due date"))
        elif line.due_on < self.today:
            found.append(_("due date in the past"))
        if any(not lead.owner_post_en and not lead.owner_post_nl for lead in line.leads):
            found.append(_("no owner") if not line.owners else _("not every lead has an owner"))
        if not line.cells[M.MEASURE_EN] and not line.cells[M.MEASURE_NL]:
            found.append(_("not said what will be seen"))
        if line.cells[M.NUMBER] and line.serial != line.kept:
            found.append(_("its number does not fit or is taken: it gets the next"))
        return found

    def row(self, line: Line) -> ActionRow:
        """As the procedure takes it; an old number that is not kept opens the item's history with the remarks."""
        remark = line.cells[M.REMARK]
        if line.cells[M.NUMBER] and line.serial != line.kept:
            remark = f"{self.number_head or M.NUMBER.label}: {line.cells[M.NUMBER]}\n{remark}".strip()
        return ActionRow(
            row=line.number,
            leads=line.leads,
            text_en=line.cells[M.TEXT_EN],
            text_nl=line.cells[M.TEXT_NL],
            measure_en=line.cells[M.MEASURE_EN],
            measure_nl=line.cells[M.MEASURE_NL],
            due_on=line.due_on,
            theme=line.theme,
            mandate=line.mandate,
            serial=line.serial,
            remark=remark,
        )

    def cell(self, line: Line, key: str) -> Cell:
        choices: list[tuple[str, str]] = []
        if key == M.LEAD:
            codes = [party.code for party in self.parties]
            choices = [(code, code) for code in [*codes, "/".join(codes)]]
        elif key == M.ORGANISATION:
            names = {str(one.name) for found in self.organisations.values() for one in found}
            choices = [("", _("none")), *((name, name) for name in sorted(names, key=str.lower))]
        elif key == M.THEME:
            choices = [("", _("none")), *((str(one), str(one)) for one in self.themes.values())]
        elif key == M.GROUP:
            choices = [("", _("none")), *((str(one.working_group),) * 2 for one in self.groups.values())]
        elif key == M.DUE_ON and len(line.days) == 2:
            choices = [(day.isoformat(), date_format(day, "j F Y")) for day in line.days]
        return Cell(line.number, key, M(key).label, line.cells[key], line.faults[key], choices)


def _names_of(parties: list[Party]) -> dict[str, Party]:
    """What a list may call a party: its code, its names, and the first letters of a name of several words."""
    names: dict[str, Party] = {}
    for party in parties:
        for name in filter(None, (party.name_en, party.name_nl)):
            words = [word for word in re.split(r"[\s-]+", name) if word[:1].isupper()]
            if len(words) > 1:
                names.setdefault("".join(word[0] for word in words).casefold(), party)
    for party in parties:
        names |= {plain(name).removeprefix("the "): party for name in filter(None, (party.name_en, party.name_nl))}
    return names | {party.code.casefold(): party for party in parties}


def _unprintable(key: str, text: str) -> str:
    most = LONGEST.get(key, 330)  # of owners, two posts with their codes
    if key != M.REMARK and text.startswith(("=", "@", "+")):
        return _("This begins like a formula. Give the text itself.")
    if len(text) > most:
        return _("This is longer than %(most)d characters.") % {"most": most}
    if any((ord(character) < 32 and character not in "\n\t") or ord(character) == 127 for character in text):
        return _("This holds characters that cannot be printed. Type it again.")
    try:
        within_ceiling(text)
    except ValidationError as fault:
        return str(fault.messages[0])
    return ""


@dataclass(frozen=True)
class Rule:
    """How days with two readings are read in this list: by which order, and what proves it; or that it must be said."""

    order: str
    is_proved: bool
    example: str = ""
    proof: str = ""
    proof_row: int = 0
    count: int = 0

    @property
    def is_open(self) -> bool:
        return bool(self.count) and self.order not in {DAY_FIRST, MONTH_FIRST}

    @property
    def contradicts(self) -> bool:
        return self.order == CONTRADICTS


def rule_of(rows: Cells, said: str) -> Rule:
    """What was said on the page counts; else what the list's own days prove."""
    days = [(number, cells[M.DUE_ON]) for number, cells in rows if cells[M.DUE_ON]]
    doubtful = [text for _number, text in days if len(readings(text)) == 2]
    proved = order_proved(text for _number, text in days)
    order = said if said in {DAY_FIRST, MONTH_FIRST} else proved
    proof = next(((number, text) for number, text in days if order_proved([text])), (0, ""))
    return Rule(order, order == proved and bool(proved), doubtful[0] if doubtful else "", proof[1], proof[0], len(doubtful))


def fingerprint(lines: list[Line]) -> str:
    """Of what the page shows would happen: nothing else is taken in than that."""
    shown = [
        (
            *(line.number, line.known, line.gets, line.due_on),
            *((lead.party.pk, lead.organisation.pk if lead.organisation else 0) for lead in line.leads),
        )
        for line in lines
    ]
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def counts(lines: list[Line]) -> dict[str, int]:
    return dict(Counter("known" if line.known else "faulty" if line.faults else "fresh" for line in lines))
