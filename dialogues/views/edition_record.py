"""What is on record of one edition beside its facts: who was there, groups, themes, promises, texts, figures, and the pages
that tell more. All of it by one question to the database, since each kind has a handful of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef

from dialogues.models import (
    Appearance,
    CoChair,
    Commitment,
    Edition,
    Engagement,
    Figure,
    Lineage,
    Mandate,
    NewsItem,
    OutcomeDocument,
    ProgressSection,
    Result,
    Statement,
    Theme,
)
from parties.models import Organisation, Party
from socportal.together import together

from .lineage import links_of


@dataclass(frozen=True)
class EditionRecord:
    """As far as one reader may read it, each kind in the order in which it is shown."""

    named: list[Appearance]
    mandates: list[Mandate]
    themes: list[Theme]
    about: dict[int, list[Theme]]  # the themes of each commitment, by its key
    commitments: list[Commitment]
    figures: list[Figure]
    results: list[Result]
    sections: list[ProgressSection]  # what was published of the progress made since, newest first
    statements: list[Statement]
    documents: list[OutcomeDocument]
    engagements: list[Engagement]
    news: list[NewsItem]
    parties: list[Party]
    organisations: list[Organisation]  # those that took part, by party; those of none last
    links: list[Lineage]


def record_of(edition: Edition, user: Any, at: datetime) -> EditionRecord:
    def of_edition(model: Any) -> Any:
        return model.objects.visible_to(user, at).filter(edition=edition)

    has_co_chairs = Exists(CoChair.objects.filter(mandate=OuterRef("pk"), person__isnull=False))
    (
        named,
        mandates,
        themes,
        commitments,
        figures,
        results,
        sections,
        statements,
        documents,
        engagements,
        news,
        parties,
        bodies,
        links,
    ) = together(
        of_edition(Appearance).select_related("person"),
        of_edition(Mandate)
        .select_related("working_group")
        .annotate(has_co_chairs=has_co_chairs)
        .order_by("working_group__name_en"),
        of_edition(Theme).annotate(commitment=F("commitments")).order_by("position", "pk"),
        of_edition(Commitment).select_related("source").order_by("position"),
        of_edition(Figure).order_by("position"),
        of_edition(Result).order_by("position"),
        of_edition(ProgressSection).order_by("-report__as_of", "-pk"),
        of_edition(Statement).order_by("position"),
        of_edition(OutcomeDocument).order_by("pk"),
        of_edition(Engagement).order_by("pk"),
        of_edition(NewsItem).order_by("pk"),
        Party.objects.filter(dialogues=edition.dialogue_id).order_by("code"),
        Organisation.objects.visible_to(user).filter(editions=edition).select_related("party").order_by("pk"),
        links_of(edition, user, at),
    )
    themes, about = once_each(themes)
    return EditionRecord(
        named=named,
        mandates=mandates,
        themes=themes,
        about=about,
        commitments=commitments,
        figures=figures,
        results=results,
        sections=sections,
        statements=statements,
        documents=by_day(documents, "starts_on"),
        engagements=by_day(engagements, "starts_on"),
        news=by_day(news, "dated_on"),
        parties=parties,
        organisations=sorted(bodies, key=lambda body: (body.party is None, body.party.code if body.party else "", body.pk)),
        links=links,
    )


def once_each(rows: Iterable[Any]) -> tuple[list[Theme], dict[int, list[Theme]]]:
    """A theme stands in a row for each commitment about it: the themes, and those that each commitment is about."""
    themes: dict[int, Theme] = {}
    about: dict[int, list[Theme]] = {}
    for row in rows:
        theme = themes.setdefault(row.pk, row)
        if row.commitment is not None:
            about.setdefault(row.commitment, []).append(theme)
    return list(themes.values()), about


def by_day(pages: Iterable[Any], day: str) -> list[Any]:
    """Oldest first; what has no date comes last."""
    return sorted(pages, key=lambda page: (getattr(page, day) is None, str(getattr(page, day)), page.pk))
