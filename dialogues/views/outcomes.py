"""What came out: the documents, and the page of each with the commitments in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.models import Appearance, Commitment, Dialogue, Edition, OutcomeDocument
from parties.models import Citation, Person
from parties.views.sources import NOT_READ, SourceList
from socportal import clock
from socportal.bilingual import reader_language

from .commitments import in_order, reading_of
from .dates import dates_as_stated
from .editions import Fact, Line, names_of
from .publication import Corrections, frame


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The documents by dialogue and year; of an edition that is over and has none, that none is stated."""
    at = clock.now()
    user: Any = request.user
    documents = list(
        OutcomeDocument.objects.visible_to(user, at).select_related("dialogue", "edition__dialogue").order_by("-pk")
    )
    editions = list(Edition.objects.visible_to(user, at).select_related("dialogue").order_by("year"))
    sources = SourceList(Citation.objects.of(*documents))
    corrections = Corrections.made_to(*documents)
    found = {one.dialogue for one in documents} | {one.dialogue for one in editions if one.has_closed(at)}
    sections = []
    for dialogue in sorted(found, key=lambda one: (one.is_demonstration, one.pk)):
        own = sorted((one for one in documents if one.dialogue == dialogue), key=day_of, reverse=True)
        by_year: dict[int, list[Any]] = {}
        for one in own:
            reading = sources.reading(one, "title", "kind", "starts_on", "relation", "edition", "url")
            by_year.setdefault(day_of(one)[0], []).append(
                (one, dates_as_stated(one), language_of(one), where_it_belongs(one), reading, corrections.to(one))
            )
        sections.append((dialogue, list(by_year.items()), years_without_outcome(dialogue, editions, own, at)))
    context = {"sections": sections, "sources": sources, "base": frame(user)}
    return render(request, "dialogues/outcomes/index.html", context)


def day_of(document: OutcomeDocument) -> tuple[int, str]:
    """Year and day to sort by; of a document without a date the year of its edition; 0 where neither is stated."""
    if document.starts_on:
        return document.starts_on.year, document.starts_on.isoformat()
    return (document.edition.year if document.edition else 0), ""


def years_without_outcome(dialogue: Dialogue, editions: list[Edition], documents: list[OutcomeDocument], at: datetime) -> str:
    """“2025 and 2026”: the closed editions of a real dialogue of which no outcome document is stated."""
    if dialogue.is_demonstration:
        return ""
    have = {one.edition_id for one in documents if one.relation == OutcomeDocument.Relation.OUTCOME}
    years = [str(one.year) for one in editions if one.dialogue == dialogue and one.has_closed(at) and one.pk not in have]
    if len(years) < 2:
        return "".join(years)
    return _("%(these)s and %(last)s") % {"these": ", ".join(years[:-1]), "last": years[-1]}


def language_of(document: OutcomeDocument) -> str:
    """“English”, in the reader’s language; empty where it is not stated."""
    return capfirst(get_language_info(document.lang)["name_translated"]) if document.lang else ""


def where_it_belongs(document: OutcomeDocument) -> str:
    """What it is to the dialogue, in words, with the edition as a link."""
    words = {
        OutcomeDocument.Relation.OUTCOME: _("Outcome of {}"),
        OutcomeDocument.Relation.GIVEN_THERE: _("Given at {}"),
        OutcomeDocument.Relation.BACKGROUND: _("Made elsewhere; bears on {}"),
    }
    if document.edition is None:
        return _("Made elsewhere; bears on the dialogue")
    edition = format_html('<a href="{}">{}</a>', document.edition.get_absolute_url(), document.edition.title)
    return format_html(words[OutcomeDocument.Relation(document.relation)], edition)


@require_safe
def outcome(request: HttpRequest, slug: str) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    document = (
        OutcomeDocument.objects.visible_to(user, at)
        .filter(slug=slug)
        .select_related("dialogue", "edition__dialogue")
        .prefetch_related("parties")
        .first()
    )
    if document is None:
        raise Http404
    promised = list(in_order(Commitment.objects.visible_to(user, at).filter(document=document)).select_related("source"))
    sources = SourceList(Citation.objects.of(document, *promised))
    corrections = Corrections.made_to(document, *promised)
    context = {
        "dialogue": document.dialogue,
        "document": document,
        "reading": sources.reading(document, "title", "summary"),
        "facts": facts_of(document, sources, user, at),
        "commitments": [(one, reading_of(one, sources), corrections.to(one)) for one in promised],
        "corrections": corrections.to(document),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/outcomes/outcome.html", context)


def facts_of(document: OutcomeDocument, sources: SourceList, user: Any, at: datetime) -> list[Fact]:
    absent = _("Not stated")

    def fact(label: str, field: str, *values: str) -> Fact:
        return Fact.of(label, values, sources.reading(document, field) if any(values) else NOT_READ, absent)

    dialogue = document.dialogue
    own_title = getattr(document, f"title_{document.lang}") if document.lang else ""
    is_translated = own_title and document.lang != reader_language() and own_title != document.title
    host = (urlsplit(document.url).hostname or "").removeprefix("www.")
    text = (Line(host, reading=sources.reading(document, "url"), address=document.url),) if document.url else ()
    return [
        fact(_("Kind"), "kind", capfirst(document.get_kind_display())),
        *(
            [fact(_("Own title"), "title", format_html('<span lang="{}">{}</span>', document.lang, own_title))]
            if is_translated
            else []
        ),
        fact(_("Language"), "lang", language_of(document)),
        fact(_("Date"), "starts_on", dates_as_stated(document)),
        Fact(_("Dialogue"), (Line(dialogue.short_name.marked, address=reverse("dialogue", args=[dialogue.slug])),)),
        fact(_("What it is to the dialogue"), "relation", where_it_belongs(document)),
        fact(_("Parties"), "parties", names_of(document.parties.all())),
        *([given_by(document, sources, user, at)] if document.kind == OutcomeDocument.Kind.SPEECH else []),
        Fact(_("Where it stands"), text, absent),
    ]


def given_by(document: OutcomeDocument, sources: SourceList, user: Any, at: datetime) -> Fact:
    """The office at that time stands on the appearance at the edition; a name that may not be told is not."""
    speaker = Person.objects.visible_to(user, at).filter(pk=document.speaker_id).first()
    if speaker is None:
        return Fact(_("Given by"), (), _("Not stated"))
    named = Appearance.objects.visible_to(user, at).filter(person=speaker, edition=document.edition_id or 0).first()
    line = format_html("{}, {}", speaker.name, named.role.marked) if named else speaker.name
    return Fact.of(_("Given by"), [line], sources.reading(document, "speaker"), "")
