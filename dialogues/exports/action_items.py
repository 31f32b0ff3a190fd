"""Action items in words and as files: a table for a spreadsheet, a sheet to print, a calendar of due dates.

The rows are those that `filters.listed` gave one reader; nothing is looked up beyond them but how often a due date was
changed. Posts and organisations leave, never a person's name; the calendar holds number and first words alone (law R5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Event

from dialogues.models import ActionChange, ActionItem, Mandate
from parties.models import Party
from socportal.bilingual import Wording, reader_language

from .calendar import calendar, said
from .marking import at_venue, marking, titled
from .pdf import typeset
from .tables import Cell, csv_file, xlsx_file

FIRST_WORDS = 7
# A sheet holds about twenty; typst sets a hundred sheets in a few seconds, and nobody reads more of them.
MOST_ON_PAPER = 2000


# A row in words


@dataclass(frozen=True)
class ActionRow:
    """One item as a list shows it to one reader. `item` was `furnished` for that reader."""

    item: Any
    at: datetime

    @property
    def group(self) -> Mandate | None:
        """The mandate under which it is followed now; none on the plenary list, or where the reader may not see it."""
        if not self.item.carries_shown:
            return cast("Mandate | None", self.item.group_shown)
        last = self.item.carries_shown[-1]
        return last.mandate if last.shows_group else None

    @property
    def group_name(self) -> Wording | None:
        return self.group.working_group.name if self.group else None

    @property
    def leading(self) -> list[Party]:
        return [lead.party for lead in self.item.listed_leads]

    @property
    def is_overdue(self) -> bool:
        return bool(self.item.is_overdue(self.at))

    @property
    def is_due_soon(self) -> bool:
        return bool(self.item.is_due_soon(self.at))

    @property
    def awaited_from(self) -> list[Party]:
        """Whose confirmation is awaited: one of those that do not lead it; of a joint item every lead that has not given it."""
        item = self.item
        if item.status != ActionItem.Status.REPORTED_COMPLETE:
            return []
        leading = {party.pk for party in self.leading}
        # Every step begins a new round of consents.
        given = {one.party_id for one in item.confirmations if one.at >= item.status_since}
        parties = sorted(item.edition.dialogue.parties.all(), key=lambda party: party.code)
        return [party for party in parties if (party.pk in leading) == item.is_joint and party.pk not in given]

    @property
    def awaiting(self) -> str:
        """“Awaiting confirmation by Netherlands since 3 March 2027”; it is never closed by itself."""
        parties = self.awaited_from
        if not parties:
            return ""
        joined = _(" and ") if self.item.is_joint else _(" or ")
        said = {
            "party": joined.join(str(party.name) for party in parties),
            "day": date_format(self.item.status_since, "DATE_FORMAT"),
        }
        return _("Awaiting confirmation by %(party)s since %(day)s") % said

    @property
    def escalated(self) -> str:
        return escalation_in_words(self.item.escalation_level)

    @property
    def carried(self) -> str:
        times = self.item.times_carried
        return ngettext("Carried over once", "Carried over %(times)d times", times) % {"times": times} if times else ""

    @property
    def standing(self) -> str:
        """“Overdue, in progress. Escalated to both secretaries. Carried over once.”, for a file."""
        status = str(self.item.get_status_display())
        if self.is_overdue:
            first = _("Overdue, %(status)s") % {"status": status}
        elif self.is_due_soon:
            first = _("Due soon, %(status)s") % {"status": status}
        else:
            first = self.awaiting or titled(status)
        return " ".join(f"{part}." for part in (first, self.escalated, self.carried) if part)


def escalation_in_words(level: int) -> str:
    """Who is told of it now, beside owner and focal points (workflows §4.5)."""
    return {
        0: "",
        1: _("Escalated to the co-chairs of its group"),
        2: _("Escalated to both secretaries"),
        3: _("Escalated to the heads of delegation"),
    }[level]


def rows_of(items: Iterable[Any], at: datetime) -> list[ActionRow]:
    return [ActionRow(item, at) for item in items]


def filter_in_words(chips: Sequence[dict[str, str]]) -> str:
    """“Edition: …; Standing: overdue”: what was left out, for whoever is handed the file."""
    if not chips:
        return _("Every action item that the reader may see.")
    return "; ".join(f"{chip['label']}: {chip['value']}" for chip in chips)


# A table


def columns() -> list[str]:
    return [
        _("Number"),
        _("Action"),
        _("What will we see"),
        _("Edition"),
        _("Theme"),
        _("Working group"),
        _("Lead"),
        _("Lead organisation"),
        _("Owner post"),
        _("Due on"),
        _("First due on"),
        _("Status"),
        _("Since"),
        _("Awaiting confirmation by"),
        _("Escalation level"),
        _("Times carried over"),
        _("Last reported"),
    ]


def rows(items: Iterable[ActionRow]) -> list[list[Cell]]:
    """Days as 2027-03-16, which every spreadsheet sorts; the texts in the reader's language."""
    return [_cells(row) for row in items]


def _cells(row: ActionRow) -> list[Cell]:
    item = row.item
    leads = item.listed_leads
    return [
        item.number,
        str(item.text),
        str(item.measure),
        str(item.edition.title),
        str(item.theme_shown.name) if item.theme_shown else "",
        str(row.group_name or ""),
        _each(lead.party.name for lead in leads),
        _each(lead.organisation.name if lead.organisation else "" for lead in leads),
        _each(lead.owner_post for lead in leads),
        item.due_on.isoformat() if item.due_on else "",
        item.original_due_on.isoformat() if item.original_due_on else "",
        str(item.get_status_display()),
        item.status_since.date().isoformat(),
        _each(party.name for party in row.awaited_from),
        item.escalation_level,
        item.times_carried,
        item.last_word_at.date().isoformat(),
    ]


def _each(texts: Iterable[Any]) -> str:
    """No comma and no semicolon between them: a spreadsheet may split at either."""
    return " | ".join(str(text) for text in texts if text)


def action_items_csv(items: Iterable[ActionRow]) -> bytes:
    return csv_file(columns(), rows(items))


def action_items_xlsx(items: Iterable[ActionRow]) -> bytes:
    return xlsx_file(columns(), rows(items), marking=marking())


# On paper


def action_items_pdf(items: Sequence[ActionRow], *, at: datetime, chosen: str) -> bytes:
    return typeset("action_items", paper_content(items, at=at, chosen=chosen), lang=reader_language())


def paper_content(items: Sequence[ActionRow], *, at: datetime, chosen: str) -> dict[str, Any]:
    """`chosen` is the filter in words. The same rows at the same minute give the same bytes."""
    count = ngettext("%(count)d action item", "%(count)d action items", len(items)) % {"count": len(items)}
    newest = items[0].item.edition if items else None
    # The clock of the newest edition's venue, with its place; of an empty list the day is enough.
    when = at_venue(newest, at) if newest else date_format(at, "DATE_FORMAT")
    return {
        "title": _("Action items"),
        "series": str(newest.dialogue.short_name) if newest else "",
        "marking": marking(),
        "audience": _("For those who may read these items"),
        "under": _("%(count)s as of %(when)s.") % {"count": count, "when": when},
        "chosen": chosen,
        "columns": [_("Action"), _("Lead and owner post"), _("Working group"), _("Due on"), _("Standing")],
        "measure": _("What will we see:"),
        "nothing": _("No action item fits."),
        "rows": [
            {
                "number": row.item.number,
                "text": row.item.text,
                "measure": row.item.measure,
                "leads": [
                    [lead.party.name, lead.organisation.name if lead.organisation else "", lead.owner_post]
                    for lead in row.item.listed_leads
                ],
                "group": row.group_name or "",
                "due_on": date_format(row.item.due_on, "DATE_FORMAT") if row.item.due_on else _("none set"),
                "first_due_on": first_due_on(row.item),
                "standing": row.standing,
            }
            for row in items
        ],
    }


def first_due_on(item: Any) -> str:
    """“first due on 1 June 2027”, where it is another day by now."""
    if not item.original_due_on or item.original_due_on == item.due_on:
        return ""
    return _("first due on %(day)s") % {"day": date_format(item.original_due_on, "DATE_FORMAT")}


# In a calendar

LET_GO = (ActionItem.Status.WITHDRAWN, ActionItem.Status.SUPERSEDED)


@dataclass(frozen=True)
class Moved:
    """How often a due date was changed in effect, and when last."""

    times: int
    last: datetime | None


def action_items_ics(items: Iterable[ActionRow]) -> bytes:
    """A whole day for each due date; a program knows an item again by its UID and a changed date by its SEQUENCE."""
    shown = [row.item for row in items if row.item.due_on]
    moved = changes_of_date(shown)
    book = calendar(_("Action items, SOC Dialogue"), f"{marking()}.", [])
    for item in shown:
        book.add_component(_event(item, moved.get(item.pk, Moved(0, None))))
    return cast(bytes, book.to_ical())


def changes_of_date(items: Sequence[Any]) -> dict[int, Moved]:
    """Those that every party acknowledged, and those of a roll-forward, which hold at once."""
    in_effect = Q(status=ActionChange.Status.ACCEPTED) | Q(carry_over__isnull=False)
    rows = ActionChange.objects.filter(in_effect, kind=ActionChange.Kind.DUE_DATE, action_item__in=[one.pk for one in items])
    counted = rows.order_by().values("action_item").annotate(n=Count("pk"), last=Max(Coalesce("answered_at", "proposed_at")))
    return {row["action_item"]: Moved(row["n"], row["last"]) for row in counted}


def _event(item: Any, moved: Moved) -> Event:
    is_off = item.status in LET_GO
    since = max(filter(None, (item.status_since, moved.last))).replace(microsecond=0)
    entry = Event()
    entry.add("uid", f"action-item-{item.pk}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}")
    entry.add("sequence", moved.times + is_off)
    entry.add("dtstamp", since)
    entry.add("last-modified", since)
    entry.add("dtstart", item.due_on)
    if item.due_on < date.max:  # the end may be left out: a day without one is that whole day
        entry.add("dtend", item.due_on + timedelta(days=1))
    entry.add("summary", said(_summary(item, is_off)))
    entry.add("status", "CANCELLED" if is_off else "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry


def _summary(item: Any, is_off: bool) -> Wording:
    first = Truncator(str(item.text)).words(FIRST_WORDS, truncate=" …")
    words = Wording(f"{item.number} {first}", item.text.lang)
    return Wording(_("Cancelled: %(title)s") % {"title": words}, words.lang) if is_off else words
