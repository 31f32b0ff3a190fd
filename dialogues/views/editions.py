"""An edition: what is stated of it, and by which text; what is not stated stands there as such."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from dialogues.exports.editions import public_editions
from dialogues.exports.progress_report import title_of
from dialogues.models import (
    Correction,
    Edition,
    OutcomeDocument,
    ProgressRound,
    ReleasedSession,
)
from dialogues.models.editions import ORDINALS
from dialogues.models.programme import takes_part
from parties.models import Citation, Organisation, Party
from parties.views.sources import NOT_READ, Note, Reading, SourceList
from socportal import clock
from socportal.together import together

from .edition_record import EditionRecord, record_of
from .lineage import picture_of
from .publication import Corrections, frame
from .rendered import rendered


@dataclass(frozen=True)
class Line:
    """One value of a fact; under it, smaller, what is said about it."""

    text: str
    under: str = ""
    reading: Reading = NOT_READ
    address: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of the facts list. Without a value it says why there is none: not stated, or not yet known."""

    label: str
    lines: tuple[Line, ...]
    absent: str = ""

    @classmethod
    def of(cls, label: str, values: Iterable[str], reading: Reading, absent: str) -> Fact:
        """The sources stand behind the last value, for all of them."""
        given = [value for value in values if value]
        lines = tuple(Line(value, reading=reading if value is given[-1] else NOT_READ) for value in given)
        return cls(label, lines, absent)


@require_safe
@rendered()
def edition(request: HttpRequest, dialogue: str, year: int) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    found = editions_for_page(user, at).filter(dialogue__slug=dialogue, year=year).first()
    if found is None:
        raise Http404
    told = record_of(found, user, at)
    speakers = {one.pk: one for one in told.named}
    groups = [mandate.working_group for mandate in told.mandates]
    lineage = picture_of(told.links, found)
    texts = [*told.results, *told.statements]
    on_page = [found, *told.named, *told.mandates, *groups, *told.themes, *told.commitments, *texts, *told.figures]
    cited, corrected = together(Citation.objects.of(*on_page, *told.links), Correction.objects.of(*on_page, *told.sections))
    sources, corrections = SourceList(cited), Corrections.among(corrected)
    purpose, title = sources.reading(found, "purpose"), sources.reading(found, "name", "year")
    facts = facts_of(found, told, sources, at, takes_part=takes_part(user, found, at))
    groups_read = [
        (mandate, sources.reading(mandate.working_group, "name", "description"), sources.reading(mandate, "working_group"))
        for mandate in told.mandates
    ]
    links = lineage.statements if lineage else []
    in_lineage = {one.link.later_theme_id for one in links}
    themes_read = [(theme, sources.reading(theme, "name")) for theme in told.themes]
    named_in = {theme.pk: reading for theme, reading in themes_read}
    context = {
        "dialogue": found.dialogue,
        "edition": found,
        "heading": found.name.marked if found.name else found.title,
        "purpose_reading": purpose,
        "title_notes": title.notes,
        "ordinal_reading": sources.reading(found, "ordinal"),
        "facts": facts,
        "has_closed": found.has_closed(at),
        "explains_gaps": found.has_closed(at) and any(not fact.lines for fact in facts),
        "groups": [(mandate, reading) for mandate, reading, _own in groups_read],
        "group_notes": notes_once(one for _mandate, reading, own in groups_read for one in (own, reading)),
        "themes": [(theme, reading) for theme, reading in themes_read if theme.pk not in in_lineage],
        "theme_notes": notes_once(reading for _theme, reading in themes_read),
        "lineage": lineage,
        "links": [(one, sources.reading(one.link, "kind", "note"), named_in.get(one.link.later_theme_id)) for one in links],
        "commitments": [
            (
                commitment,
                told.about.get(commitment.pk, []),
                sources.reading(commitment, "summary", "strength", also=commitment.source),
            )
            for commitment in told.commitments
        ],
        "results": [(text, sources.reading(text, "text")) for text in told.results],
        "sections": [(section, corrections.to(section)) for section in told.sections],
        "progress_reports": reports_of(found, user, at),
        "statements": [(text, speakers.get(text.said_by_id), sources.reading(text, "text")) for text in told.statements],
        "figures": [
            (figure, speakers.get(figure.said_by_id), sources.reading(figure, "value", "value_text", "what", "where"))
            for figure in told.figures
        ],
        "documents": told.documents,
        "engagements": told.engagements,
        "news": told.news,
        "corrections": corrections.to(*on_page),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/editions/edition.html", context)


def reports_of(edition: Edition, user: Any, at: datetime) -> list[tuple[ProgressRound, str]]:
    """The progress reports on this edition or to it that the reader may know of; the public reads the texts alone."""
    if not user.is_authenticated:
        return []
    rounds = ProgressRound.objects.visible_to(user, at).filter(Q(edition=edition) | Q(for_edition=edition))
    return [(round, title_of(round)) for round in rounds.select_related("edition").order_by("-opened_at", "-pk")]


def notes_once(readings: Iterable[Reading]) -> list[Note]:
    """What is said of each item of a list alike stands once, under the list."""
    return list(dict.fromkeys(note for reading in readings for note in reading.notes))


def editions_for_page(user: Any, at: datetime) -> Any:
    """The editions this reader may see, with what the page needs of each: agenda, year before."""
    visible = Edition.objects.visible_to(user, at)
    before = visible.filter(dialogue=OuterRef("dialogue"), year__lt=OuterRef("year")).order_by("-year")
    shown_sessions = ReleasedSession.objects.current().visible_to(user, at).filter(release__edition=OuterRef("pk"))
    return visible.select_related("dialogue", "venue", "host_party").annotate(
        year_before=Subquery(before.values("year")[:1]), has_agenda=Exists(shown_sessions)
    )


@require_safe
def latest(request: HttpRequest, dialogue: str) -> HttpResponse:
    """To the next edition, or where none is to come to the newest, of those the reader may see."""
    at = clock.now()
    visible = list(Edition.objects.visible_to(request.user, at).filter(dialogue__slug=dialogue).order_by("year"))
    found = next_or_newest(visible, at)
    if found is None:
        raise Http404
    return redirect("edition", dialogue=dialogue, year=found.year)


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """What is public of every dialogue and edition, for machines (`docs/data.md`); the same for everybody."""
    return JsonResponse(public_editions(clock.now()), json_dumps_params={"ensure_ascii": False, "indent": 1})


def next_or_newest(editions: list[Edition], at: datetime) -> Edition | None:
    """`editions` by rising year. Called off is neither next nor, while another is left, newest."""
    held = [one for one in editions if one.status != Edition.Status.CANCELLED] or editions
    to_come = [one for one in held if not one.has_closed(at)]
    return to_come[0] if to_come else held[-1] if held else None


def facts_of(
    edition: Edition,
    told: EditionRecord,
    sources: SourceList,
    at: datetime,
    *,
    takes_part: bool,
) -> list[Fact]:
    """The facts list of an edition, in the order in which readers ask: when, who, where, what.

    Before an edition has closed, the house it is held in is told to those who take part only (law R5).
    """
    closed = edition.has_closed(at)
    tells_venue = closed or takes_part
    absent = _("Not stated") if closed else _("Not yet known")
    none_yet = _("Not stated") if closed else _("None yet")

    def fact(label: str, field: str, *values: str, absent: str = absent) -> Fact:
        return Fact.of(label, values, sources.reading(edition, field) if any(values) else NOT_READ, absent)

    venue = edition.venue.name.marked if edition.venue and tells_venue else ""
    return [
        fact(_("Date"), "opens_on", dates_in_full(edition)),
        fact(_("Length"), "length_days", length_of(edition)),
        fact(_("In the series"), "ordinal", ordinal_of(edition)),
        fact(_("Parties"), "dialogue", names_of(told.parties)),
        fact(_("City"), "city", edition.city.marked),
        *([fact(_("Venue"), "venue", venue)] if tells_venue else []),
        fact(_("Host"), "host_party", edition.host_party.name.marked if edition.host_party else ""),
        fact(_("Participants"), "participants", edition.participants.marked),
        fact(
            _("Organisations that took part") if closed else _("Organisations taking part"),
            "organisations",
            *map(name_with_acronym, told.organisations),
        ),
        Fact(
            _("Ministers and other office-holders"),
            tuple(
                Line(
                    format_html("{}, {}", one.person.name, one.role.marked) if one.person else one.role.marked,
                    one.occasion.marked,
                    sources.reading(one, "role", "occasion"),
                )
                for one in told.named
            ),
            absent,
        ),
        agenda_of(edition, sources, none_yet),
        outcome_of(told.documents, none_yet),
    ]


def outcome_of(documents: list[OutcomeDocument], absent: str) -> Fact:
    """A document that the edition itself agreed; a speech given there, or a text made elsewhere, is none."""
    agreed = [one for one in documents if one.relation == OutcomeDocument.Relation.OUTCOME]
    lines = [Line(document.title.marked, address=document.get_absolute_url()) for document in agreed]
    return Fact(_("Outcome document"), tuple(lines), absent)


def names_of(parties: Iterable[Party]) -> str:
    return format_html_join(", ", "{}", ((party.name.marked,) for party in parties))


def agenda_of(edition: Edition, sources: SourceList, absent: str) -> Fact:
    """A link where a released agenda holds something for this reader; else what a text says of the programme."""
    if edition.has_agenda:  # type: ignore[attr-defined]
        address = reverse("agenda", args=[edition.dialogue.slug, edition.year])
        return Fact(_("Agenda"), (Line(_("See the agenda"), address=address),))
    programme = edition.programme
    lines = [
        format_html('<span lang="{}">{}</span>', programme.lang, line) if programme.is_borrowed else line
        for line in programme.splitlines()
    ]
    return Fact.of(_("Agenda"), lines, sources.reading(edition, "programme") if programme else NOT_READ, absent)


def dates_in_full(edition: Edition) -> str:
    """The dates, and in words where the exact days are not known."""
    if edition.date_precision == Edition.Precision.WEEK:
        return _("%(dates)s; exact days not stated") % {"dates": edition.dates}
    return edition.dates


def length_of(edition: Edition) -> str:
    """As stated, or counted where both days are exact. A window is no length."""
    days = edition.length_days
    if not days and edition.date_precision == Edition.Precision.EXACT and edition.opens_on and edition.closes_on:
        days = (edition.closes_on - edition.opens_on).days + 1
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else ""


def ordinal_of(edition: Edition) -> str:
    if not edition.ordinal:
        return ""
    return str(ORDINALS[edition.ordinal - 1] if edition.ordinal <= len(ORDINALS) else edition.ordinal)


def name_with_acronym(organisation: Organisation) -> str:
    """An acronym of the other language says nothing beside a name of this one."""
    acronym = organisation.acronym
    if not acronym or acronym.is_borrowed:
        return organisation.name.marked
    return format_html("{} ({})", organisation.name.marked, acronym)
