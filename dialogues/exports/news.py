"""What is new, as Atom: the news, and the documents of the editions. Public only, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.models import Correction, Dialogue, NewsItem, OutcomeDocument, Publishable
from socportal.bilingual import Wording

from .atom import MOST_ENTRIES, Entry, written


def news_feed(at: datetime) -> str:
    news = NewsItem.objects.visible_to(AnonymousUser(), at).select_related("dialogue").order_by("-dated_on", "-id")
    listed = list(news[:MOST_ENTRIES])
    changed = last_changed(listed)
    return written(
        title=_("News of the SOC Dialogue"),
        subtitle=_("What happened in the dialogues on serious and organised crime, as far as it was published."),
        path=reverse("news-feed"),
        list_path=reverse("news"),
        entries=[entry_of(one, marked(one.title, one.dialogue), summary_of(one), changed[one]) for one in listed],
    )


def outcomes_feed(at: datetime) -> str:
    """Newest first by the day they became public: the date of a document may not be stated."""
    documents = OutcomeDocument.objects.visible_to(AnonymousUser(), at).select_related("dialogue")
    listed = list(documents.order_by("-published_at", "-id")[:MOST_ENTRIES])
    changed = last_changed(listed)
    return written(
        title=_("Documents of the SOC Dialogue"),
        subtitle=_("Joint statements and other documents of the dialogues on serious and organised crime."),
        path=reverse("outcomes-feed"),
        list_path=reverse("outcomes"),
        entries=[entry_of(one, marked(one.title, one.dialogue), one.summary, changed[one]) for one in listed],
    )


def entry_of(record: NewsItem | OutcomeDocument, title: Wording, summary: Wording, updated: datetime) -> Entry:
    return Entry(record.get_absolute_url(), title, summary, published=public_since(record), updated=updated)


def marked(title: Wording, dialogue: Dialogue) -> Wording:
    """A reader of feeds sees no page around an entry, so what is invented says so in its title."""
    return Wording(f"{_('Demonstration:')} {title}", title.lang) if dialogue.is_demonstration else title


def summary_of(item: NewsItem) -> Wording:
    """The lead; without one, the first paragraph."""
    return item.lead or Wording("".join(paragraphs(item.body)[:1]), item.body.lang)


def paragraphs(text: str) -> list[str]:
    """What stands between empty lines; a browser’s form sends lines that end in CR and LF."""
    return [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if paragraph.strip()]


def public_since(record: Publishable) -> datetime:
    """The instant from which everybody could read it: published, and its embargo passed."""
    return max(filter(None, (record.published_at, record.embargo_until)))


def last_changed(records: Iterable[Publishable]) -> dict[Publishable, datetime]:
    """When each public record last changed for its readers: as it became public, or by its last correction."""
    changed = {record: public_since(record) for record in records}
    by_key = {(ContentType.objects.get_for_model(record).pk, record.pk): record for record in changed}
    for correction in Correction.objects.of(*changed):
        record = by_key[correction.content_type_id, correction.object_id]
        changed[record] = max(changed[record], correction.at)
    return changed
