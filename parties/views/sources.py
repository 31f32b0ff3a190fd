"""Sources on a page: numbered in the order of their first use, each number a link to the list at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db import models

from parties.models import Citation, Source
from socportal.bilingual import reader_language


@dataclass(frozen=True)
class NumberedSource:
    """One line of the list of sources."""

    number: int
    source: Source

    @property
    def host(self) -> str:
        """“gov.uk”: where the text stands, for readers who look before they follow a link."""
        return (urlsplit(self.source.url).hostname or "").removeprefix("www.")

    @property
    def is_public_origin(self) -> bool:
        return self.source.origin == Source.Origin.PUBLIC

    @property
    def is_foreign(self) -> bool:
        return self.source.lang != reader_language()


@dataclass(frozen=True)
class Note:
    """In words, how a value was read from one source."""

    text: str
    is_public_origin: bool = False


@dataclass(frozen=True)
class Reading:
    """Where a value was read: its sources, and notes where it is not simply there."""

    sources: tuple[NumberedSource, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_public_origin(self) -> bool:
        """Whether none of the five texts states it: the page then says that it is from another public source."""
        return bool(self.sources) and all(source.is_public_origin for source in self.sources)

    @property
    def is_partly_public_origin(self) -> bool:
        """Whether another public source adds to the five texts, and no note says what it adds."""
        adds = any(source.is_public_origin for source in self.sources)
        return adds and not self.is_public_origin and not any(note.is_public_origin for note in self.notes)


NOT_READ = Reading()


class SourceList:
    """Built from all citations of a page in one query; asked for the reading of each value as the page is laid out."""

    def __init__(self, citations: Iterable[Citation] = ()) -> None:
        self.numbered: dict[int, NumberedSource] = {}
        self._citations: dict[tuple[int, int, str], list[Citation]] = {}
        for citation in citations:
            key = (citation.content_type_id, citation.object_id, citation.field)
            self._citations.setdefault(key, []).append(citation)

    def __len__(self) -> int:
        return len(self.numbered)

    def __iter__(self) -> Iterator[NumberedSource]:
        return iter(self.numbered.values())

    def number(self, source: Source) -> NumberedSource:
        return self.numbered.setdefault(source.pk, NumberedSource(len(self.numbered) + 1, source))

    def reading(self, record: models.Model, *fields: str, also: Source | None = None) -> Reading:
        """The sources of these fields of a record, the five texts first; `also` where a record names its source itself."""
        kind = ContentType.objects.get_for_model(record).pk
        citations = [citation for field in fields for citation in self._citations.get((kind, record.pk, field), [])]
        citations.sort(key=lambda citation: (citation.source.origin == Source.Origin.PUBLIC, citation.source.code))
        sources = [citation.source for citation in citations] + ([also] if also else [])
        notes = [
            Note(citation.note.marked, citation.source.origin == Source.Origin.PUBLIC)
            for citation in citations
            if citation.note
        ]
        numbered = sorted({self.number(source) for source in sources}, key=lambda source: source.number)
        return Reading(tuple(numbered), tuple(dict.fromkeys(notes)))
