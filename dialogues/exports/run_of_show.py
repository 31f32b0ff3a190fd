"""The run of show: for those who make a day run, every session with its minutes, the change-over, who comes, what to prepare.

Made of the same release as the delegates' agenda, as far as the secretary may read it. How many come is what staff expect;
where they say nothing, it is counted from the registrations.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import CoChair, Registration, ReleasedSession
from dialogues.models.agenda import FOR_ALL, GroundRule, Kind, SlotRole
from dialogues.models.audience import Audience
from dialogues.models.programme import Programme

from . import agenda_words as words
from .agenda_paper import person_in_words, titled_with_number
from .paper import Part

TIGHT = 15  # minutes; a shorter change-over stands out
IN_THE_CHAIR = (SlotRole.CHAIR, SlotRole.CO_CHAIR, SlotRole.MODERATOR)


def run_of_show_part(programme: Programme) -> Part:
    edition = programme.edition
    papers, coming = words.count_papers(programme), people_expected(programme)
    days = words.by_day(programme.rows, edition.zone)
    return {
        "kind": "run_of_show",
        "title": titled_with_number(_("Run of show"), programme),
        "under": " · ".join(filter(None, (words.released(programme), words.times_in(edition)))),
        "notice": words.called_off(programme),
        "was": words.was(),
        "columns": [
            _("Time"),
            _("Room"),
            _("Change-over"),
            _("Session"),
            _("Expected"),
            _("In the chair"),
            _("Rule and papers"),
            _("To prepare"),
        ],
        "to_be_confirmed": _("to be confirmed"),
        "days": [
            {
                "title": words.day_in_words(day),
                "rows": [
                    cue(row, programme, coming.get(row.pk), papers[row.session_id], changeover(row, rows)) for row in rows
                ],
            }
            for day, rows in days
        ],
    }


def people_expected(programme: Programme) -> dict[int, int]:
    """By released session, as far as it is known."""
    live = Registration.objects.live().filter(edition=programme.edition)
    everybody = live.values("person").distinct().count()
    groups: dict[int, set[int]] = {}
    members = live.filter(mandates__isnull=False).values_list("mandates", "person")
    seats = CoChair.objects.filter(mandate__edition=programme.edition, person__isnull=False).values_list("mandate", "person")
    for mandate, person in [*members, *seats]:
        groups.setdefault(mandate, set()).add(person)
    told = ReleasedSession.objects.filter(pk__in=[row.pk for row in programme.rows], session__expected__isnull=False)
    said = dict(told.values_list("pk", "session__expected"))
    counted = {
        row.pk: len(groups.get(row.mandate_id, ())) if row.mandate_id else everybody
        for row in programme.rows
        if row.mandate_id or (row.kind in FOR_ALL and row.audience not in {Audience.PARTY, Audience.SECRETARIAT})
    }
    return {**counted, **said}


def changeover(row: ReleasedSession, of_day: list[ReleasedSession]) -> int | None:
    """Minutes between the session before it in its room and this one; nothing for the first, and for one cancelled."""
    if row.room_id is None or row.is_cancelled:
        return None
    before = [
        other.ends_at
        for other in of_day
        if other.room_id == row.room_id and not other.is_cancelled and other.pk != row.pk and other.starts_at < row.starts_at
    ]
    return round((row.starts_at + timedelta(minutes=row.late_by) - max(before)).total_seconds() / 60) if before else None


def in_minutes(count: int) -> str:
    return ngettext("%(n)d minute", "%(n)d minutes", count) % {"n": count}


def cue(row: ReleasedSession, programme: Programme, coming: int | None, papers: int, pause: int | None) -> dict[str, Any]:
    zone = programme.edition.zone
    chairs = [part for part in programme.parts(row) if part.order in map(SlotRole.values.index, IN_THE_CHAIR)]
    rule = [row.get_ground_rule_display(), words.papers_in_words(papers)]
    return {
        "hours": words.hours(row, zone),
        "length": in_minutes(words.minutes(row)),
        "room": words.room_of(row, shown=True),
        "has_room": bool(row.room_name),
        "floor": row.floor,
        "pause": "" if pause is None else in_minutes(pause),
        "is_tight": pause is not None and pause < TIGHT,
        "title": row.title,
        "is_light": row.is_pause,
        "is_cancelled": row.is_cancelled,
        "changes": words.changes_of(row, zone, papers),
        "coming": "" if coming is None or row.is_cancelled else str(coming),
        "chairs": [] if row.is_cancelled else [person_in_words(part) for part in chairs],
        "rule": ", ".join(text for text in rule if text),
        "prepare": [] if row.is_cancelled else to_prepare(row, programme, coming, papers),
    }


def to_prepare(row: ReleasedSession, programme: Programme, coming: int | None, papers: int) -> list[str]:
    """Each read off the release or the registrations; a box stands before it to be ticked."""
    parts = programme.parts(row)
    named = sum(part.is_confirmed for part in parts)
    places = row.room.capacity if row.room else None
    told = [
        ngettext("%(n)d nameplate at the table", "%(n)d nameplates at the table", named) % {"n": named} if named else "",
        _("Ask again who speaks") if named < len(parts) else "",
        ngettext("%(n)d paper at the table", "%(n)d papers at the table", papers) % {"n": papers} if papers else "",
        _("No recording; the rule on the table") if row.ground_rule == GroundRule.CHATHAM_HOUSE else "",
        _("Link and screen for who joins from elsewhere: %(times)s") % {"times": elsewhere(row, programme)}
        if row.is_hybrid
        else "",
        _("Who does not want to be photographed stands aside") if row.kind == Kind.PHOTOGRAPH else "",
        _("Too few places: %(places)d") % {"places": places} if places is not None and coming and coming > places else "",
        _("Find a room") if not row.room_name and row.kind != Kind.FREE else "",
    ]
    return [text for text in told if text]


def elsewhere(row: ReleasedSession, programme: Programme) -> str:
    """“08:30 London”: the start by the clocks of the parties that show another time."""
    venue = programme.edition.zone
    found = {}
    for party in programme.edition.dialogue.parties.order_by("code"):
        zone = ZoneInfo(party.time_zone)
        if party.capital and row.starts_at.astimezone(zone).utcoffset() != row.starts_at.astimezone(venue).utcoffset():
            found[party.capital] = f"{words.hour(row.starts_at, zone)} {party.capital}"
    return ", ".join(found.values()) or words.hour(row.starts_at, venue)
