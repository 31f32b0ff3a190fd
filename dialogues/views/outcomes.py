"""What came out: the documents, and the commitments with where each was made; nobody owns them, as nothing says who does."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import django_filters
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.exports.outcomes import commitments_table
from dialogues.models import Appearance, Commitment, Dialogue, Edition, Initiative, OutcomeDocument, Theme
from parties.models import Citation, Party, Person
from parties.views.sources import NOT_READ, Reading, SourceList
from socportal import clock
from socportal.bilingual import reader_language
from socportal.filters import Words, filtered_list

from .dates import dates_as_stated
from .editions import Fact, Line, names_of
from .filters import RecordFilter, by_dialogue, by_party, dialogue_choices, naming, party_choices
from .pictures import Count, Counts, counts
from .publication import Corrections, frame

ROWS_A_PAGE = 50


class CommitmentFilter(RecordFilter):
    words = Words(across=("summary_en", "summary_nl", "strength_en", "strength_nl", "place_en", "place_nl"))
    dialogue = by_dialogue()
    edition = django_filters.ChoiceFilter(
        label=gettext_lazy("Edition"), field_name="edition", empty_label=gettext_lazy("All editions")
    )
    theme = django_filters.ChoiceFilter(
        label=gettext_lazy("Theme"), field_name="themes", empty_label=gettext_lazy("All themes")
    )
    party = by_party()

    class Meta:
        model = Commitment
        fields: list[str] = []

    def filter_party(self, rows: QuerySet[Commitment], _name: str, code: str) -> QuerySet[Commitment]:
        """Where no party is named for a commitment itself, it is one of all parties of its dialogue."""
        of_all = Commitment.objects.filter(parties=None, dialogue__parties__code=code)
        return rows.filter(naming(Commitment, code) | Q(pk__in=of_all.values("pk")))


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """The tracker. A filter that cannot be understood is answered 400, in words."""
    at = clock.now()
    user: Any = request.user
    visible = Commitment.objects.visible_to(user, at)
    everything = {one.pk: one for one in with_all_shown(visible, user, at)}
    rows = in_order(visible)
    filters = CommitmentFilter(
        request.GET,
        rows,
        dialogue=dialogue_choices(one.dialogue for one in everything.values()),
        edition=[(str(one.edition.pk), named_among_dialogues(one.edition)) for one in everything.values() if one.edition],
        theme=[
            (str(theme.pk), f"{theme.name}, {theme.edition.year}") for one in everything.values() for theme in one.themes_shown
        ],
        party=party_choices(party for one in everything.values() for party in parties_of(one)),
    )
    listed = filtered_list(filters, rows, request, ROWS_A_PAGE)
    shown = [everything[one.pk] for one in listed["page"].object_list if one.pk in everything]
    fitting = filters.qs.values_list("pk", flat=True) if listed["understood"] else ()
    matching = [everything[pk] for pk in fitting if pk in everything]
    corrections = Corrections.made_to(*shown)
    sources = SourceList(Citation.objects.of(*shown))
    context = {
        **listed,
        "listed": [(one, reading_of(one, sources), corrections.to(one)) for one in shown],
        "picture": by_theme(matching),
        "leaves_demonstration_out": {one.dialogue.is_demonstration for one in matching} == {True, False},
        "is_demonstration": bool(matching) and all(one.dialogue.is_demonstration for one in matching),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/outcomes/commitments.html", context, status=200 if listed["understood"] else 400)


def reading_of(commitment: Commitment, sources: SourceList) -> Reading:
    return sources.reading(commitment, "summary", "strength", "place", "document", also=commitment.source)


def in_order(commitments: QuerySet[Commitment]) -> QuerySet[Commitment]:
    """The newest edition first, then what documents made elsewhere hold; demonstrations behind what is real."""
    return commitments.order_by(
        "dialogue__is_demonstration",
        F("edition__year").desc(nulls_last=True),
        F("edition").asc(nulls_last=True),
        F("document__starts_on").desc(nulls_last=True),
        "position",
        "pk",
    )


def with_all_shown(commitments: QuerySet[Commitment], user: Any, at: datetime) -> Any:
    """With the themes and initiatives this reader may see, the parties, and where each was made."""
    return (
        in_order(commitments)
        .select_related("dialogue", "edition__dialogue", "document", "source")
        .prefetch_related(
            "parties",
            "dialogue__parties",
            Prefetch("themes", Theme.objects.visible_to(user, at).select_related("edition"), to_attr="themes_shown"),
            Prefetch("initiatives", Initiative.objects.visible_to(user, at), to_attr="initiatives_shown"),
        )
    )


def parties_of(commitment: Commitment) -> list[Party]:
    return list(commitment.parties.all()) or list(commitment.dialogue.parties.all())


def named_among_dialogues(edition: Edition) -> str:
    """“2026, UK–NL SOC Dialogue”: a list over several dialogues has more than one edition of a year."""
    return f"{edition.year}, {edition.dialogue.short_name}"


def by_theme(commitments: list[Any]) -> Counts | None:
    """How many of these stand under each theme; what is invented is counted only where there is nothing else."""
    counted = [one for one in commitments if not one.dialogue.is_demonstration] or commitments
    themes = {theme.pk: theme for one in counted for theme in one.themes_shown}
    if not themes:
        return None
    number = Counter(theme.pk for one in counted for theme in one.themes_shown)
    ordered = sorted(themes.values(), key=lambda theme: (-number[theme.pk], -theme.edition.year, theme.position, theme.pk))
    rows = [Count(f"{theme.name}, {theme.edition.year}", number[theme.pk]) for theme in ordered]
    without = sum(not one.themes_shown for one in counted)
    if without:
        rows.append(Count(_("No theme"), without))
    return counts(_("Number of commitments by theme"), rows)


@require_safe
def commitments_csv(request: HttpRequest) -> HttpResponse:
    """What is public, and nothing else, whoever asks: the same bytes for everybody."""
    response = HttpResponse(commitments_table(clock.now()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="commitments.csv"'
    return response


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
