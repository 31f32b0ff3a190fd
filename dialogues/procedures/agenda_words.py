"""The changes of an agenda in words, as the notice and the page of differences say them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from dialogues.models import Edition, Paper
from dialogues.models.agenda import GroundRule, SlotRole
from dialogues.models.papers import LANGUAGES
from parties.models import Party

from .agenda_changes import Change, ChangeKind, by_session
from .agenda_content import Content, Row

LABELS = {
    ChangeKind.ADDED: gettext_lazy("Added"),
    ChangeKind.CANCELLED: pgettext_lazy("session", "Cancelled"),
    ChangeKind.TIME_CHANGED: gettext_lazy("Time changed"),
    ChangeKind.ROOM_CHANGED: gettext_lazy("Room changed"),
    ChangeKind.TITLE_CHANGED: gettext_lazy("Title changed"),
    ChangeKind.PERSON_CHANGED: gettext_lazy("Chair or speaker changed"),
    ChangeKind.GROUND_RULE_CHANGED: gettext_lazy("What may be repeated changed"),
    ChangeKind.PAPER_ADDED: gettext_lazy("Paper added"),
}

Who = Callable[[Row], str]


def in_language(row: Row, name: str) -> str:
    """A text of two columns in the language that is written, or in the other one where it has none."""
    first, other = ("nl", "en") if (get_language() or "en").startswith("nl") else ("en", "nl")
    return row[f"{name}_{first}"] or row[f"{name}_{other}"]  # type: ignore[no-any-return]


@dataclass
class Names:
    """What changes name beside sessions: parties by their code, papers by their title; read once for all that is written."""

    parties: dict[int, str] = field(default_factory=dict)
    papers: dict[int, Paper] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Iterable[Iterable[Change]]) -> Names:
        changes = {(change.session_id, change.kind): change for one in told for change in one}
        papers = {
            paper for change in changes.values() if change.kind is ChangeKind.PAPER_ADDED for paper, _lang in change.after
        }
        names_parties = any(kind is ChangeKind.PERSON_CHANGED for _session, kind in changes)
        return cls(
            dict(Party.objects.values_list("pk", "code")) if names_parties else {},
            Paper.objects.in_bulk(papers) if papers else {},
        )

    def by_post(self, slot: Row) -> str:
        """Part, post and party. A mail is read in passing and kept: it names nobody (law R5)."""
        role = str(SlotRole(slot["role"]).label)
        party = self.parties.get(slot["party_id"] or 0, "")
        who = in_language(slot, "post") if slot["person_id"] and slot["is_confirmed"] else _("to be confirmed")
        said = f"{role}: {who}" if who else role
        return f"{said} ({party})" if party else said


def when(row: Row, edition: Edition) -> str:
    """“Tuesday 16 March, 11:30”, on the clock of the venue."""
    start = row["starts_at"].astimezone(edition.zone)
    return _("%(day)s, %(time)s") % {"day": date_format(start, "l j F"), "time": time_format(start.time(), "TIME_FORMAT")}


def on_all_clocks(row: Row, edition: Edition) -> str:
    """“Tuesday 16 March, 11:30 to 12:45 in The Hague (10:30 to 11:45 in London)”: places, never names of time zones.

    `edition` comes with the parties of its dialogue.
    """
    start = row["starts_at"].astimezone(edition.zone)
    host = edition.host_party
    places = [(edition.city or (host.capital if host else ""), edition.zone)]
    places += [(party.capital, ZoneInfo(party.time_zone)) for party in edition.dialogue.parties.all()]
    said: dict[Any, str] = {}
    for place, zone in places:
        there, until = row["starts_at"].astimezone(zone), row["ends_at"].astimezone(zone)
        if place and there.utcoffset() not in said:
            between = {"start": time_format(there.time(), "TIME_FORMAT"), "end": time_format(until.time(), "TIME_FORMAT")}
            hours = _("%(start)s to %(end)s") % between
            said[there.utcoffset()] = pgettext("on a clock", "%(time)s in %(place)s") % {"time": hours, "place": place}
    venue, *others = list(said.values()) or [f"{start:%H:%M} UTC"]
    day = date_format(start, "l j F")
    told = f"{day}, {venue} ({'; '.join(others)})" if others else f"{day}, {venue}"
    if late := row["late_by"]:
        told += ", " + ngettext("starting %(count)d minute late", "starting %(count)d minutes late", late) % {"count": late}
    return told


def room(row: Row) -> str:
    return in_language(row, "room_name") or _("Room to be announced")


def ground_rule(row: Row) -> str:
    return str(GroundRule(row["ground_rule"]).label) if row["ground_rule"] else _("not stated")


def _people(mine: list[Row], theirs: list[Row], who: Who) -> str:
    """Those parts that the other state does not have, as readers see them."""
    known = {_shown(slot) for slot in theirs}
    return ", ".join(who(slot) for slot in mine if _shown(slot) not in known) or _("nobody")


def _shown(slot: Row) -> tuple[Any, ...]:
    return slot["role"], slot["party_id"], slot["is_confirmed"] and slot["person_id"]


def papers(change: Change, names: Names) -> str:
    languages = dict(LANGUAGES)
    said = []
    for (paper, lang), number in sorted(change.after.items()):
        if paper in names.papers:
            words = _("“%(title)s”, %(language)s, version %(number)d")
            title = names.papers[paper].title
            said.append(words % {"title": title, "language": languages.get(lang, lang), "number": number})
    return "; ".join(said)


def was_and_now(change: Change, before: Content, after: Content, edition: Edition, names: Names, who: Who) -> tuple[str, str]:
    """The two sides of one change; the left one is empty for what is new, the right one for what is not there any more."""
    was, now = before.get(change.session_id), after.get(change.session_id)
    match change.kind:
        case ChangeKind.ADDED:
            left = pgettext("session", "Cancelled") if was else ""
            return left, f"{on_all_clocks(now[0], edition)}. {room(now[0])}" if now else ""
        case ChangeKind.CANCELLED:
            return on_all_clocks(was[0], edition) if was else "", in_language(now[0], "cancelled_note") if now else ""
        case ChangeKind.PAPER_ADDED:
            return "", papers(change, names)
    if was is None or now is None:  # every other kind compares two states
        return "", ""
    match change.kind:
        case ChangeKind.TIME_CHANGED:
            return on_all_clocks(was[0], edition), on_all_clocks(now[0], edition)
        case ChangeKind.ROOM_CHANGED:
            return room(was[0]), room(now[0])
        case ChangeKind.TITLE_CHANGED:
            return f"“{in_language(was[0], 'title')}”", f"“{in_language(now[0], 'title')}”"
        case ChangeKind.GROUND_RULE_CHANGED:
            return ground_rule(was[0]), ground_rule(now[0])
    left, right = _people(was[1], now[1], who), _people(now[1], was[1], who)
    return left, _("somebody else in the same post") if left == right else right


def label(change: Change, before: Content) -> str:
    if change.kind is ChangeKind.ADDED and change.session_id in before:
        return _("Takes place after all")
    return str(LABELS[change.kind])


@dataclass(frozen=True)
class Entry:
    """One session in a notice: what changed of which session, and below it the old beside the new."""

    head: str
    lines: tuple[str, ...] = ()


def in_words(changes: Iterable[Change], before: Content, after: Content, edition: Edition, names: Names) -> list[Entry]:
    """One entry a session, in the language that is active."""
    return [_entry(entry, before, after, edition, names) for entry in by_session(changes).values()]


def _entry(entry: list[Change], before: Content, after: Content, edition: Edition, names: Names) -> Entry:
    """The label stands before the title, so that nobody takes the line for a second session (rule 2)."""
    row = after[entry[0].session_id][0]
    kinds = {change.kind for change in entry}
    what = label(entry[0], before) if len(entry) == 1 or ChangeKind.ADDED in kinds else _("Several changes")
    says_when = not kinds & {ChangeKind.ADDED, ChangeKind.TIME_CHANGED}
    title = in_language(row, "title")
    head = f"{what}: {title}, {when(row, edition)}." if says_when else f"{what}: {title}."
    if kinds == {ChangeKind.CANCELLED}:
        instead = in_language(row, "cancelled_note")
        return Entry(head, (_("Instead: %(note)s") % {"note": instead},) if instead else ())
    if ChangeKind.ADDED in kinds:  # where and when says it all
        return Entry(head, (f"{capfirst(on_all_clocks(row, edition))}.", f"{room(row)}."))
    said = [(change, *was_and_now(change, before, after, edition, names, names.by_post)) for change in entry]
    if len(said) == 1:
        ((_change, was, now),) = said
        lines = [_("Was: %(was)s.") % {"was": was}] if was else []
        return Entry(head, (*lines, _("Now: %(now)s.") % {"now": now} if was else f"{now}."))
    return Entry(head, tuple(_line(change, was, now) for change, was, now in said))


def _line(change: Change, was: str, now: str) -> str:
    """“Room changed. Was: Canal Room. Now: Old Library.”"""
    what = LABELS[change.kind]
    if not was:
        return f"{what}: {now}."
    return _("%(what)s. Was: %(was)s. Now: %(now)s.") % {"what": what, "was": was, "now": now}
