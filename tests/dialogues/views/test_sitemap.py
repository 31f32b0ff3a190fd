"""The site map, read with an XML parser: every public page in both languages, and nothing that is not public or invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from dialogues.models import Audience, Correction
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.dialogues.views.test_agenda import released

MOST_QUERIES = 12
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
NAMES = {"map": "http://www.sitemaps.org/schemas/sitemap/0.9", "xhtml": "http://www.w3.org/1999/xhtml"}
BASE = "http://testserver"


def urls(client: Client | None = None) -> dict[str, ElementTree.Element]:
    answer = (client or Client()).get("/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)  # noqa: S314  our own
    assert root.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    listed = {url.findtext("map:loc", "", NAMES).removeprefix(BASE): url for url in root.findall("map:url", NAMES)}
    assert len(listed) == len(root.findall("map:url", NAMES))
    return listed


def one_of_each(slug: str, dialogue: dict[str, Any] | None = None, **audience: Any) -> None:
    """A dialogue, an edition, a working group, a structure, a document and a news item, each with `slug` in its address."""
    series = build.a_dialogue(slug=slug, **(dialogue or {}))
    edition = build.an_edition(series, year=2025, **audience)
    build.a_group(series, slug=f"{slug}-group", **audience)
    build.a_structure(series, slug=f"{slug}-structure", **{**PUBLIC, **audience})
    build.a_document(edition, slug=f"{slug}-document", **{**PUBLIC, **audience})
    build.a_news_item(series, slug=f"{slug}-news", **{**PUBLIC, **audience})


def test_an_empty_portal_has_its_standing_pages_in_both_languages(db: None) -> None:
    pages = [
        "",
        "dialogues/",
        "working-groups/",
        "structures/",
        "commitments/",
        "engagements/",
        "initiatives/",
        "outcomes/",
        "news/",
        "organisations/",
    ]
    pages += ["approach/", "accessibility/", "privacy/"]
    assert set(urls()) == {f"/{language}/{page}" for language in ("en", "nl") for page in pages}


def test_every_address_of_the_map_opens_for_everybody(db: None) -> None:
    one_of_each("shown")
    for address in urls():
        assert Client().get(address).status_code == 200, address


def test_every_public_record_is_there_with_its_other_language(db: None) -> None:
    one_of_each("shown")
    listed = urls()
    for page in (
        "dialogues/shown",
        "dialogues/shown/2025",
        "working-groups/shown-group",
        "structures/shown-structure",
        "outcomes/shown-document",
    ):
        assert f"/en/{page}/" in listed and f"/nl/{page}/" in listed
    others = listed["/nl/news/shown-news/"].findall("xhtml:link", NAMES)
    assert [(one.get("rel"), one.get("hreflang"), one.get("href")) for one in others] == [
        ("alternate", "en", f"{BASE}/en/news/shown-news/"),
        ("alternate", "nl", f"{BASE}/nl/news/shown-news/"),
    ]


@override_settings(PUBLIC_BASE_URL="https://portal.example.org")
def test_addresses_are_absolute_by_the_public_base(db: None) -> None:
    markup = Client().get("/sitemap.xml").content.decode()
    assert "https://portal.example.org/en/" in markup
    assert "testserver" not in markup


def test_a_record_tells_when_it_last_changed(db: None) -> None:
    item = build.a_news_item(build.a_dialogue(), slug="item", **PUBLIC)
    assert urls()["/en/news/item/"].findtext("map:lastmod", None, NAMES) == "2020-01-01"
    Correction.objects.create(record=item, by=build.an_account(), note_en="Better", at=INSTANT)
    assert urls()["/en/news/item/"].findtext("map:lastmod", None, NAMES) == "2026-06-01"
    assert urls()["/en/news/"].findtext("map:lastmod", None, NAMES) is None


@pytest.mark.parametrize(
    "audience",
    [
        {"audience": Audience.SECRETARIAT},
        {"published_at": None},
        {"published_at": INSTANT},
        {"embargo_until": INSTANT},
    ],
    ids=["secretariat", "undated", "later", "embargoed"],
)
def test_what_is_not_public_is_not_there_before_its_instant(db: None, audience: dict[str, Any]) -> None:
    one_of_each("series", **audience)
    one_of_each("zzyx", dialogue=audience)
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        assert "zzyx" not in Client().get("/sitemap.xml").content.decode()
        assert [address for address in urls() if "series" in address] == ["/en/dialogues/series/", "/nl/dialogues/series/"]
    comes = INSTANT in audience.values()
    with clock.told_at(INSTANT):
        assert len([address for address in urls() if "series" in address]) == (12 if comes else 2)
        assert len([address for address in urls() if "zzyx" in address]) == (12 if comes else 0)


def test_the_demonstration_is_left_out(db: None) -> None:
    one_of_each("real")
    one_of_each("zzyx", dialogue={"is_demonstration": True})
    markup = Client().get("/sitemap.xml").content.decode()
    assert "real" in markup
    assert "zzyx" not in markup


def test_an_agenda_is_there_once_everybody_may_read_something_of_it(cast: Cast) -> None:
    address = f"{cast.edition.get_absolute_url()}agenda/"
    with clock.told_at(build.at_venue(cast.edition, "08:00") - timedelta(days=1)):
        released(cast.edition, build.a_session(cast.edition, audience=Audience.DELEGATES))
        assert address not in urls()
        released(cast.edition, build.a_session(cast.edition, audience=Audience.PUBLIC))
        assert address in urls()


def test_whoever_asks_reads_the_same_map(cast: Cast, signed_in: Any) -> None:
    build.a_news_item(cast.dialogue, slug="zzyx", title_en="Draft")
    assert set(urls(signed_in(cast.secretary_uk))) == set(urls())


def test_the_map_sets_no_cookie_answers_304_and_asks_few_questions(db: None) -> None:
    def asked() -> int:
        Client().get("/sitemap.xml")
        with CaptureQueriesContext(connection) as queries:
            Client().get("/sitemap.xml")
        return len(queries)

    one_of_each("first")
    before = asked()
    for number in range(10):
        one_of_each(f"more-{number}")
    assert asked() == before <= MOST_QUERIES
    answer = Client().get("/sitemap.xml")
    assert not answer.cookies
    assert Client().get("/sitemap.xml", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
