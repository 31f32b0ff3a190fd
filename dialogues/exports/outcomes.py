"""The commitments as a table for everybody; `docs/data.md` says what each column holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Prefetch

from dialogues.models import Commitment, Result, Theme
from parties.models import Citation, Source

from .tables import Cell, csv_file

COLUMNS = (
    "dialogue",
    "edition",
    "document",
    "position",
    "strength_en",
    "strength_nl",
    "summary_en",
    "summary_nl",
    "themes_en",
    "themes_nl",
    "parties",
    "sources",
    "source_urls",
    "published",
    "owner",
    "deadline",
    "demonstration",
    "reported_en",
    "reported_nl",
    "reported_at",
    "reported_sources",
    "reported_source_urls",
)
SEVERAL = " | "  # no comma and no semicolon: a spreadsheet may split at either


def commitments_table(at: datetime) -> bytes:
    """What everybody may read at `at`, whoever asks. Owner and deadline stay empty: no published text states one."""
    public = AnonymousUser()
    commitments = list(
        Commitment.objects.visible_to(public, at)
        .select_related("dialogue", "edition", "document", "source")
        .prefetch_related(
            "parties",
            Prefetch("themes", Theme.objects.visible_to(public, at), to_attr="themes_shown"),
            Prefetch("results", _reported(public, at), to_attr="reported"),
        )
        .order_by(
            "dialogue__is_demonstration",
            "dialogue_id",
            F("edition__year").desc(nulls_last=True),
            "document__slug",
            "position",
            "pk",
        )
    )
    sources = _sources_of([*commitments, *(result for one in commitments for result in one.reported)])
    return csv_file(COLUMNS, (_row(one, sources) for one in commitments))


def _reported(public: AnonymousUser, at: datetime) -> Any:
    """What a text itself links to a commitment: the earliest edition first."""
    return Result.objects.visible_to(public, at).select_related("edition", "source").order_by("edition__year", "position", "pk")


def _sources_of(records: list[Any]) -> dict[tuple[int, int], list[Source]]:
    """The source a record names itself and those cited for its fields, each once, by code."""
    found = {_key(one): {one.source} - {None} for one in records}
    for citation in Citation.objects.of(*records):
        found[(citation.content_type_id, citation.object_id)].add(citation.source)
    return {key: sorted(cited, key=lambda source: source.code) for key, cited in found.items()}


def _key(record: Any) -> tuple[int, int]:
    return ContentType.objects.get_for_model(record).pk, record.pk


def _row(commitment: Any, of: dict[tuple[int, int], list[Source]]) -> list[Cell]:
    sources = of[_key(commitment)]
    reported_in = {source.code: source for result in commitment.reported for source in of[_key(result)]}
    since = max(filter(None, (commitment.published_at, commitment.embargo_until)))
    return [
        commitment.dialogue.slug,
        commitment.edition.year if commitment.edition else None,
        commitment.document.slug if commitment.document else None,
        commitment.position,
        commitment.strength_en,
        commitment.strength_nl,
        commitment.summary_en,
        commitment.summary_nl,
        SEVERAL.join(filter(None, (theme.name_en for theme in commitment.themes_shown))),
        SEVERAL.join(filter(None, (theme.name_nl for theme in commitment.themes_shown))),
        SEVERAL.join(party.code for party in commitment.parties.all()),
        SEVERAL.join(source.code for source in sources),
        SEVERAL.join(source.url for source in sources if source.url),
        since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        None,
        None,
        "yes" if commitment.dialogue.is_demonstration else None,
        SEVERAL.join(result.text_en for result in commitment.reported),
        SEVERAL.join(filter(None, (result.text_nl for result in commitment.reported))),
        SEVERAL.join(dict.fromkeys(str(result.edition.year) for result in commitment.reported)),
        SEVERAL.join(reported_in),
        SEVERAL.join(source.url for source in reported_in.values() if source.url),
    ]
