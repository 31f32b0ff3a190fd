"""The public record of dialogues and their editions for machines. `docs/data.md` describes every field; keep them together.

Null is “not stated”. A change that could break a reader of the file raises `VERSION`; a new field does not.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import override

from dialogues.models import Dialogue, Edition, Mandate, OutcomeDocument, Theme
from parties.models import Citation, Organisation
from socportal.bilingual import LANGUAGES

VERSION = 1


def public_editions(at: datetime) -> dict[str, Any]:
    """What everybody may read at `at`, whoever asks; the same record gives the same file."""
    public = AnonymousUser()
    editions: dict[int, list[Edition]] = {}
    for edition in (
        Edition.objects.visible_to(public, at)
        .select_related("dialogue", "host_party")
        .prefetch_related(
            Prefetch(
                "organisations", Organisation.objects.visible_to(public, at).order_by("slug"), to_attr="organisations_shown"
            ),
            Prefetch("themes", Theme.objects.visible_to(public, at).order_by("position", "pk"), to_attr="themes_shown"),
            Prefetch("documents", OutcomeDocument.objects.visible_to(public, at).order_by("slug"), to_attr="documents_shown"),
        )
        .order_by("year")
    ):
        editions.setdefault(edition.dialogue_id, []).append(edition)
    groups: dict[int, list[Mandate]] = {}
    for mandate in Mandate.objects.visible_to(public, at).select_related("working_group").order_by("working_group__slug"):
        groups.setdefault(mandate.edition_id, []).append(mandate)
    sources = sources_of([edition for held in editions.values() for edition in held])
    return {
        "version": VERSION,
        "dialogues": [
            {
                "slug": dialogue.slug,
                "name": pair(dialogue, "name"),
                "short_name": pair(dialogue, "short_name"),
                "address": addresses("dialogue", dialogue.slug),
                "is_demonstration": dialogue.is_demonstration,
                "parties": [party.code for party in dialogue.parties.all()],
                "editions": [
                    as_stated(edition, groups.get(edition.pk, []), sources.get(edition.pk, []))
                    for edition in editions.get(dialogue.pk, [])
                ],
            }
            for dialogue in Dialogue.objects.visible_to(public, at).prefetch_related("parties").order_by("slug")
        ],
    }


def as_stated(edition: Edition, groups: list[Mandate], sources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "year": edition.year,
        "ordinal": edition.ordinal,
        "name": pair(edition, "name"),
        "is_cancelled": edition.status == Edition.Status.CANCELLED,
        "address": addresses("edition", edition.dialogue.slug, edition.year),
        "dates": {
            "first": day(edition.opens_on),
            "last": day(edition.closes_on),
            "precision": None if edition.date_precision == Edition.Precision.NONE else edition.date_precision,
        },
        "length_days": edition.length_days,
        "city": pair(edition, "city"),
        "host_party": edition.host_party.code if edition.host_party else None,
        "participants": pair(edition, "participants"),
        "organisations": [
            {"slug": one.slug, "name": pair(one, "name")}
            for one in edition.organisations_shown  # type: ignore[attr-defined]
        ]
        or None,
        "themes": [pair(theme, "name") for theme in edition.themes_shown] or None,  # type: ignore[attr-defined]
        "working_groups": [
            {"slug": mandate.working_group.slug, "name": pair(mandate.working_group, "name")} for mandate in groups
        ]
        or None,
        "documents": [document.slug for document in edition.documents_shown] or None,  # type: ignore[attr-defined]
        "sources": sources,
    }


def sources_of(editions: list[Edition]) -> dict[int, list[dict[str, Any]]]:
    """For each edition the texts it was read from, with the fields that each one states; one query for all."""
    read: dict[int, dict[int, dict[str, Any]]] = {}
    for citation in Citation.objects.of(*editions).order_by("source__code", "field"):
        source = citation.source
        told = read.setdefault(citation.object_id, {}).setdefault(
            source.pk,
            {
                "code": source.code,
                "title": source.title,
                "language": source.lang,
                "published_on": day(source.published_on),
                "url": source.url or None,
                "origin": source.origin,
                "states": [],
            },
        )
        told["states"].append(citation.field)
    return {edition: list(texts.values()) for edition, texts in read.items()}


def pair(record: Any, field: str) -> dict[str, str | None] | None:
    """A text in each language, null where it is missing in one, and null alone where it is missing in both."""
    texts = {language: getattr(record, f"{field}_{language}") or None for language in LANGUAGES}
    return texts if any(texts.values()) else None


def addresses(name: str, *arguments: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = settings.PUBLIC_BASE_URL + reverse(name, args=arguments)
    return found


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None
