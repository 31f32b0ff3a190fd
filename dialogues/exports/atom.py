"""Atom (RFC 4287): what the portal adds to Django's writer, the same for every feed.

A feed is public whoever asks for it, carries no name of a person, and reads alike until something in it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from socportal.bilingual import Wording, reader_language

MOST_ENTRIES = 50
# What XML 1.0 cannot carry; it comes with texts that were pasted from a word processor.
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Entry:
    """One entry. Its address is its id too: addresses stay, also those of what was superseded (law R7)."""

    path: str
    title: Wording
    summary: Wording
    published: datetime
    updated: datetime


class Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """A feed without an entry has an instant that stays, so that its answer does."""
        return super().latest_post_date() if self.items else datetime(2025, 1, 1, tzinfo=UTC)  # type: ignore[no-any-return]

    def item_attributes(self, item: dict[str, Any]) -> dict[str, Any]:
        """An entry in the other language says so."""
        return {**super().item_attributes(item), "xml:lang": item["lang"]}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """The summary as plain text in its own language; Django would call it HTML."""
        super().add_item_elements(handler, {**item, "description": None})
        if summary := item["description"]:
            handler.addQuickElement("summary", summary, {"xml:lang": item["summary_lang"]})


def written(*, title: str, subtitle: str, path: str, list_path: str, entries: Iterable[Entry]) -> str:
    """The feed as a document in the reader's language; links are absolute, by `PUBLIC_BASE_URL` alone."""
    feed = Feed(
        title=title,
        subtitle=subtitle,
        description="",
        link=settings.PUBLIC_BASE_URL + list_path,
        feed_url=settings.PUBLIC_BASE_URL + path,
        feed_guid=settings.PUBLIC_BASE_URL + path,
        language=reader_language(),
        author_name=_("SOC Dialogue secretariat"),
    )
    for entry in entries:
        address = settings.PUBLIC_BASE_URL + entry.path
        feed.add_item(
            title=speakable(entry.title),
            link=address,
            unique_id=address,
            description=speakable(entry.summary),
            pubdate=entry.published,
            updateddate=entry.updated,
            lang=entry.title.lang,
            summary_lang=entry.summary.lang,
        )
    return feed.writeString("utf-8")  # type: ignore[no-any-return]


def speakable(text: str) -> str:
    return UNSPEAKABLE.sub("", text)
