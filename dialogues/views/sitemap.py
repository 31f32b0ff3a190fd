"""The site map: every public page in both languages, each naming its other language.

Pages of a demonstration dialogue are left out: what is invented must not be found by a search engine as if it were the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from dialogues.exports.news import last_changed
from dialogues.models import ConsultationStructure, Dialogue, Edition, NewsItem, OutcomeDocument, ReleasedSession, WorkingGroup
from socportal import clock

PAGES = (
    "home",
    "dialogues",
    "working-groups",
    "structures",
    "commitments",
    "engagements",
    "initiatives",
    "outcomes",
    "news",
    "organisations",
    "approach",
    "accessibility",
    "privacy",
)
SITEMAP, XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
Address = Callable[[], str]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    root = ElementTree.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for address, changed in public_pages(clock.now()):
        in_each_language = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                in_each_language[language] = settings.PUBLIC_BASE_URL + address()
        for location in in_each_language.values():
            url = ElementTree.SubElement(root, "url")
            ElementTree.SubElement(url, "loc").text = location
            if changed:
                ElementTree.SubElement(url, "lastmod").text = changed.strftime("%Y-%m-%d")
            for language, other in in_each_language.items():
                ElementTree.SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": language, "href": other})
    document = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(document, content_type="application/xml; charset=utf-8")


def public_pages(at: datetime) -> Iterator[tuple[Address, datetime | None]]:
    """Each page’s address, to be asked for in a language, and when its record last changed, where that is known."""
    for name in PAGES:
        yield lambda name=name: reverse(name), None  # type: ignore[misc]
    public = AnonymousUser()
    for dialogue in Dialogue.objects.visible_to(public, at).filter(is_demonstration=False).order_by("pk"):
        yield lambda slug=dialogue.slug: reverse("dialogue", args=[slug]), None  # type: ignore[misc]
    shown_sessions = ReleasedSession.objects.current().visible_to(public, at).filter(release__edition=OuterRef("pk"))
    editions = of_the_record(Edition, at).select_related("dialogue").annotate(has_agenda=Exists(shown_sessions)).order_by("pk")
    records = [
        *editions,
        *(
            record
            for model in (WorkingGroup, ConsultationStructure, OutcomeDocument, NewsItem)
            for record in of_the_record(model, at).order_by("pk")
        ),
    ]
    for record, changed in last_changed(records).items():
        yield record.get_absolute_url, changed  # type: ignore[attr-defined]
        if getattr(record, "has_agenda", False):
            yield agenda_of(record), None


def of_the_record(model: Any, at: datetime) -> Any:
    return model.objects.visible_to(AnonymousUser(), at).filter(dialogue__is_demonstration=False)


def agenda_of(edition: Any) -> Address:
    return lambda: reverse("agenda", args=[edition.dialogue.slug, edition.year])
