"""The tracker: what was promised, where, and what was reported of it in public; nobody owns it, as nothing says who does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dialogues.exports.outcomes import commitments_table
from dialogues.models import Commitment, Edition, Initiative, ProgressSection, ReportedTheme, Result, Theme
from parties.models import Citation, Party
from parties.views.sources import Reading, SourceList
from socportal import clock
from socportal.filters import Words, filtered_list
from socportal.together import together

from .filters import RecordFilter, by_dialogue, by_party, dialogue_choices, naming, party_choices
from .pictures import Count, Counts, counts
from .progress_pictures import progress_pictures
from .publication import Corrections, frame

ROWS_A_PAGE = 50
WITHOUT = "without"


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
    actions = django_filters.ChoiceFilter(
        label=gettext_lazy("Action items"),
        method="filter_actions",
        choices=[(WITHOUT, gettext_lazy("Without an action item"))],
        empty_label=gettext_lazy("With or without"),
    )

    class Meta:
        model = Commitment
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[Any], *, user: Any, at: datetime, **offered: Any) -> None:
        """Action items are asked for by those alone who may read any: the public is offered no such filter."""
        super().__init__(data, queryset, **offered)
        self.user, self.at = user, at
        if not user.is_authenticated:
            del self.filters["actions"]

    def filter_party(self, rows: QuerySet[Commitment], _name: str, code: str) -> QuerySet[Commitment]:
        """Where no party is named for a commitment itself, it is one of all parties of its dialogue."""
        of_all = Commitment.objects.filter(parties=None, dialogue__parties__code=code)
        return rows.filter(naming(Commitment, code) | Q(pk__in=of_all.values("pk")))

    def filter_actions(self, rows: Any, _name: str, _value: str) -> Any:
        return rows.without_action(self.user, self.at)


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
        user=user,
        at=at,
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
    chosen = filters.form.cleaned_data if listed["understood"] else {}
    reported = Reported.of(user, at)
    here = reported.at(chosen.get("dialogue"), chosen.get("edition"))
    corrections = Corrections.made_to(*shown, *reported.results)
    sources = SourceList(Citation.objects.of(*shown, *reported.results))
    covered = coverage(shown, user, at) if user.is_authenticated else {}
    since = {section.edition_id: section for section in reversed(reported.sections)}
    promises = [
        Promise(
            commitment=one,
            reported=reported.on(one, sources),
            told_since=since.get(one.edition_id),
            covered=covered.get(one.pk),
            reading=reading_of(one, sources),
            corrections=corrections.to(one),
        )
        for one in shown
    ]
    context = {
        **listed,
        "groups": grouped(promises),
        "shows_coverage": user.is_authenticated,
        "reported": [
            (edition, [(one, read_in(one, sources), corrections.to(one)) for one in results], sections)
            for edition, results, sections in here
        ],
        "is_awaited": bool(everything) and not here and listed["understood"],
        "picture": by_theme(matching),
        "progress": progress_pictures(
            [one for _edition, _results, sections in here for one in sections if one.is_public(at)], reported.themes
        ),
        "leaves_demonstration_out": {one.dialogue.is_demonstration for one in matching} == {True, False},
        "is_demonstration": bool(matching) and all(one.dialogue.is_demonstration for one in matching),
        "sources": sources,
        "base": frame(user),
    }
    return render(request, "dialogues/commitments/index.html", context, status=200 if listed["understood"] else 400)


@dataclass(frozen=True)
class Promise:
    """One row: a commitment, what was reported on it, progress told since its edition, its action items, and its sources."""

    commitment: Any
    reported: list[tuple[Result, Reading]]
    told_since: ProgressSection | None
    covered: Any  # of those who are signed in
    reading: Reading
    corrections: list[Any]


@dataclass(frozen=True)
class Reported:
    """All that was reported in public, as far as this reader may read it: by one question to the database."""

    results: list[Result]
    on_commitment: dict[int, list[Result]]
    sections: list[ProgressSection]  # the newest first
    themes: list[ReportedTheme]  # what everybody may see, whoever asks

    @classmethod
    def of(cls, user: Any, at: datetime) -> Reported:
        public = AnonymousUser()
        told = ReportedTheme.objects.filter(
            report__section__in=ProgressSection.objects.visible_to(public, at),
            edition__in=Edition.objects.visible_to(public, at),
        ).filter(Q(theme__isnull=True) | Q(theme__in=Theme.objects.visible_to(public, at)))
        rows, sections, themes = together(
            Result.objects.visible_to(user, at)
            .annotate(commitment=F("commitments"))
            .select_related("edition__dialogue", "source")
            .order_by("position", "pk"),
            ProgressSection.objects.visible_to(user, at)
            .select_related("report", "edition__dialogue")
            .order_by("-report__as_of", "-pk"),
            told.select_related("edition").order_by("report", "position"),
        )
        results: dict[int, Result] = {}
        on: dict[int, list[Result]] = {}
        for row in rows:
            result = results.setdefault(row.pk, row)
            if row.commitment is not None:
                on.setdefault(row.commitment, []).append(result)
        return cls(list(results.values()), on, sections, themes)

    def on(self, commitment: Commitment, sources: SourceList) -> list[tuple[Result, Reading]]:
        """Only where a text itself makes the link: a result of the same edition is not by that one on this promise."""
        return [(one, read_in(one, sources)) for one in self.on_commitment.get(commitment.pk, [])]

    def at(self, dialogue: str | None, edition: str | None) -> list[tuple[Edition, list[Result], list[ProgressSection]]]:
        """By edition, the newest first, demonstrations last: the results told there, and progress told since."""
        editions = {one.edition_id: one.edition for one in (*self.results, *self.sections)}
        fitting = [
            one
            for one in editions.values()
            if (not dialogue or one.dialogue.slug == dialogue) and (not edition or str(one.pk) == edition)
        ]
        return [
            (
                one,
                [result for result in self.results if result.edition_id == one.pk],
                [section for section in self.sections if section.edition_id == one.pk],
            )
            for one in sorted(fitting, key=lambda one: (one.dialogue.is_demonstration, -one.year, one.pk))
        ]


def read_in(result: Result, sources: SourceList) -> Reading:
    return sources.reading(result, "text", also=result.source)


def reading_of(commitment: Commitment, sources: SourceList) -> Reading:
    return sources.reading(commitment, "summary", "strength", "place", "document", also=commitment.source)


def coverage(shown: list[Any], user: Any, at: datetime) -> dict[int, Any]:
    """Of each commitment, how many action items this reader may see, and how many of these are closed."""
    counted = Commitment.objects.visible_to(user, at).filter(pk__in=[one.pk for one in shown]).with_coverage(user, at)
    return {one.pk: one for one in counted}


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


def grouped(promises: list[Promise]) -> list[list[Promise]]:
    """In the same order, those together that were made at one edition, or in documents of one dialogue made elsewhere."""

    def made_at(one: Promise) -> tuple[int | None, int]:
        return one.commitment.edition_id, one.commitment.dialogue_id

    return [list(found) for _key, found in groupby(promises, made_at)]


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
