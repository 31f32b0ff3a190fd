"""What a page shows of papers: of each the newest file in each language, the older ones behind it, and its marking in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.text import capfirst

from dialogues.models import Paper, PaperVersion
from socportal.bilingual import reader_language


@dataclass(frozen=True)
class FileOnPage:
    """One file: in which language, which version, from when by the venue's clock, how large."""

    address: str
    lang: str
    language: str
    number: int
    day: str
    kind: str
    size: str


@dataclass(frozen=True)
class PaperOnPage:
    """A paper as its readers see it. `marking` says who may read it, `originator_marking` what its makers wrote on it."""

    pk: int
    title: Any
    party: Any
    marking: str
    originator_marking: str
    session: int | None
    mandate: int | None
    files: list[FileOnPage] = field(default_factory=list)
    older: list[FileOnPage] = field(default_factory=list)


def file_on_page(version: PaperVersion, zone: ZoneInfo) -> FileOnPage:
    return FileOnPage(
        address=version.get_absolute_url(),
        lang="" if version.lang == "mul" else version.lang,
        language=capfirst(version.get_lang_display()),
        number=version.number,
        day=date_format(version.uploaded_at.astimezone(zone), "DATE_FORMAT"),
        kind=version.get_file_type_display(),
        size=filesizeformat(version.size),
    )


def papers_on_page(papers: Iterable[Paper]) -> list[PaperOnPage]:
    """Of these papers, which `visible_to` and `at_hand` have let through: one query for all their files."""
    papers = list(papers)
    versions = PaperVersion.objects.open().filter(paper__in=[paper.pk for paper in papers]).newest_first()
    of_paper = {key: list(group) for key, group in groupby(versions, key=lambda version: version.paper_id)}
    shown = []
    for paper in papers:
        zone, newest, older = paper.edition.zone, {}, []
        for version in of_paper.get(paper.pk, []):
            if version.lang in newest:
                older.append(file_on_page(version, zone))
            else:
                newest[version.lang] = file_on_page(version, zone)
        if not newest:
            continue
        shown.append(
            PaperOnPage(
                pk=paper.pk,
                title=paper.title,
                party=paper.party.name,
                marking=capfirst(str(paper.get_audience_display())),
                originator_marking=paper.originator_marking,
                session=paper.session_id,
                mandate=paper.mandate_id,
                files=[newest[lang] for lang in sorted(newest, key=lambda lang: (lang != reader_language(), lang))],
                older=older,
            )
        )
    return shown


def papers_of_sessions(user: Any, session_ids: Iterable[int], at: datetime) -> dict[int, list[PaperOnPage]]:
    """The papers at hand at each of these sessions that the reader may open; two queries, however many sessions."""
    papers = Paper.objects.visible_to(user, at).at_hand().filter(session__in=list(session_ids))
    found: dict[int, list[PaperOnPage]] = {}
    for paper in papers_on_page(papers.select_related("edition", "party").order_by("title_en", "pk")):
        found.setdefault(paper.session or 0, []).append(paper)
    return found
