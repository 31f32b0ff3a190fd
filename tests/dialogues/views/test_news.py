"""News on its pages and in its feeds: what it says, in which language, from which text, and not before its time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from dialogues.models import Audience, Correction, NewsItem
from parties.models import Citation
from socportal import clock
from tests import build
from tests.cast import Cast
from tests.reading import page, sources, words

MOST_QUERIES = 12
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
EVERYWHERE = ("/en/news/", "/nl/news/", "/en/news/feed.atom", "/nl/news/feed.atom")


def markup(address: str, client: Client | None = None) -> str:
    return (client or Client()).get(address).content.decode()


def a_full_item(**fields: Any) -> NewsItem:
    dialogue = build.a_dialogue(slug="ports", short_name_en="Ports dialogue", short_name_nl="Havendialoog")
    values = {
        "slug": "port-visit",
        "dated_on": date(2026, 5, 4),
        "title_en": "A visit to the port",
        "title_nl": "Een bezoek aan de haven",
        "lead_en": "Experts saw the port.",
        "lead_nl": "Experts zagen de haven.",
        "body_en": "First paragraph.\r\n\r\nSecond paragraph\r\nwith a second line.",
        "body_nl": "Eerste alinea.\n\nTweede alinea.",
        "edition": build.an_edition(dialogue, year=2026, name_en="Meeting of 2026", name_nl="Bijeenkomst van 2026"),
        **PUBLIC,
    }
    return build.a_news_item(dialogue, **{**values, **fields})


def test_an_empty_portal_says_what_will_be_here(db: None) -> None:
    assert "No news has been published yet." in page("/en/news/")


def test_the_list_holds_each_item_with_its_day_and_lead_newest_first(db: None) -> None:
    item = a_full_item()
    build.a_news_item(item.dialogue, title_en="Later news", dated_on=date(2026, 6, 4), **PUBLIC)
    text = page("/en/news/")
    assert "2 news items 4 June 2026 Later news 4 May 2026 A visit to the port Experts saw the port." in text
    assert "4 mei 2026 Een bezoek aan de haven Experts zagen de haven." in page("/nl/news/")
    assert 'rel="alternate" type="application/atom+xml"' in markup("/en/news/")


def test_an_item_stands_with_its_day_its_paragraphs_and_what_it_is_about(db: None) -> None:
    a_full_item()
    text = page("/en/news/port-visit/")
    assert "A visit to the port Experts saw the port. 4 May 2026 First paragraph. Second paragraph with a second line." in text
    assert "Ports dialogue" in text and "Meeting of 2026" in text
    assert "<p>Second paragraph<br>with a second line.</p>" in markup("/en/news/port-visit/")
    dutch = page("/nl/news/port-visit/")
    assert "Een bezoek aan de haven Experts zagen de haven. 4 mei 2026 Eerste alinea. Tweede alinea." in dutch
    assert "Havendialoog" in dutch and "Bijeenkomst van 2026" in dutch
    assert "only" not in text


def test_the_text_it_was_read_from_is_linked_with_its_language_and_kind(db: None) -> None:
    source = build.a_source(
        title="Havenbezoek", lang="nl", kind_en="news item", kind_nl="nieuwsbericht", url="https://www.example.org/haven"
    )
    item = a_full_item(source=source)
    assert "Read from source: [1]" in page("/en/news/port-visit/")
    assert sources("/en/news/port-visit/")["1"] == "1. Havenbezoek News item, example.org, date not stated. In Dutch."
    assert '<a href="https://www.example.org/haven" lang="nl" hreflang="nl">' in markup("/en/news/port-visit/")
    Citation.objects.create(record=item, field="title", source=build.a_source(title="Another"), note_en="Read with care")
    assert "[1] [2] Read with care" in page("/en/news/port-visit/")


def test_a_text_without_the_readers_language_says_so_and_is_marked(db: None) -> None:
    a_full_item(title_nl="", lead_nl="", body_nl="")
    dutch = markup("/nl/news/port-visit/")
    assert '<h1><span lang="en">A visit to the port</span></h1>' in dutch
    assert re.search(r'<div class="prose" lang="en">\s*<p>First paragraph.</p>', dutch)
    with translation.override("nl"):
        assert translation.gettext("This text is in English only.") in dutch
    NewsItem.objects.update(title_en="", lead_en="", body_en="", title_nl="Haven", body_nl="Alinea.")
    english = markup("/en/news/port-visit/")
    assert "This text is in Dutch only." in english
    assert re.search(r'<div class="prose" lang="nl">\s*<p>Alinea.</p>', english)


def test_what_was_corrected_stands_on_the_page_with_its_date(db: None) -> None:
    item, secretary = a_full_item(), build.an_account(build.a_person(build.a_party("UK"), name="Zzyx Secretary"))
    Correction.objects.create(
        record=item,
        by=secretary,
        at=datetime(2026, 5, 9, tzinfo=UTC),
        note_en="The port was misnamed",
        note_nl="Haven verbeterd",
    )
    assert "Corrections 9 May 2026 : The port was misnamed" in page("/en/news/port-visit/")
    assert "Haven verbeterd" in page("/nl/news/port-visit/")
    for address in ("/en/news/port-visit/", *EVERYWHERE):
        assert "Zzyx" not in markup(address)


def test_a_page_that_is_shared_shows_its_title_language_and_address(db: None) -> None:
    a_full_item(title_en='A "quoted" <b>title</b>')
    shared = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', markup("/en/news/port-visit/")))
    assert shared == {
        "og:type": "article",
        "og:site_name": "SOC Dialogue",
        "og:title": "A &quot;quoted&quot; &lt;b&gt;title&lt;/b&gt; – SOC Dialogue",
        "og:description": "Experts saw the port.",
        "og:url": "http://testserver/en/news/port-visit/",
        "og:locale": "en_GB",
    }
    dutch = markup("/nl/news/port-visit/")
    assert 'property="og:locale" content="nl_NL"' in dutch
    assert 'property="og:description" content="Experts zagen de haven."' in dutch


def test_texts_are_shown_as_texts(db: None) -> None:
    a_full_item(title_en="<b>Zzyx</b>", lead_en="<i>Zzyx</i>", body_en="<script>zzyx</script>")
    for address in ("/en/news/", "/en/news/port-visit/", "/en/news/feed.atom"):
        assert not re.search("<(b|i|script)>z", markup(address), re.IGNORECASE)


def test_what_is_invented_is_marked(db: None) -> None:
    dialogue = build.a_dialogue(is_demonstration=True)
    build.a_news_item(dialogue, title_en="Invented", slug="invented", **PUBLIC)
    assert "Invented Demonstration. Its dates, place, rooms and people are invented." in page("/en/news/")
    assert "Demonstration edition." in page("/en/news/invented/")
    assert "<title>Demonstration: Invented</title>" in markup("/en/news/feed.atom")


@pytest.mark.parametrize(
    "audience",
    [
        {"audience": Audience.SECRETARIAT},
        {"audience": Audience.DELEGATES, "published_at": build.LONG_AGO},
        {"audience": Audience.PUBLIC, "published_at": None},
        {"audience": Audience.PUBLIC, "published_at": INSTANT},
        {**PUBLIC, "embargo_until": INSTANT},
    ],
    ids=["secretariat", "delegates", "undated", "later", "embargoed"],
)
def test_what_is_not_public_is_nowhere_and_answers_like_nothing(db: None, audience: dict[str, Any]) -> None:
    dialogue = build.a_dialogue()
    build.a_news_item(dialogue, title_en="Shown", **PUBLIC)
    build.a_news_item(dialogue, slug="zzyx", title_en="Zzyx", lead_en="Zzyx", body_en="Zzyx", **audience)
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        for address in EVERYWHERE:
            assert "zzyx" not in markup(address).lower(), address
            assert "Shown" in markup(address)
        assert "1 news item" in page("/en/news/")
        hidden, missing = (Client().get(f"/en/news/{slug}/") for slug in ("zzyx", "nothing"))
    assert hidden.status_code == missing.status_code == 404
    assert (hidden.content, dict(hidden.headers)) == (missing.content, dict(missing.headers))


@pytest.mark.parametrize(
    "audience", [{"audience": Audience.PUBLIC, "published_at": INSTANT}, {**PUBLIC, "embargo_until": INSTANT}]
)
def test_at_its_instant_it_is_everywhere(db: None, audience: dict[str, Any]) -> None:
    build.a_news_item(build.a_dialogue(), slug="zzyx", title_en="Zzyx", **audience)
    with clock.told_at(INSTANT):
        for address in (*EVERYWHERE, "/en/news/zzyx/"):
            assert "Zzyx" in markup(address), address
        assert "<published>2026-06-01T10:00:00+00:00</published>" in markup("/en/news/feed.atom")


def test_news_of_a_hidden_edition_or_dialogue_is_hidden_with_it(db: None) -> None:
    dialogue = build.a_dialogue()
    hidden = build.an_edition(dialogue, published_at=None)
    build.a_news_item(dialogue, edition=hidden, title_en="Zzyx of an edition", **PUBLIC)
    build.a_news_item(build.a_dialogue(published_at=None), title_en="Zzyx of a dialogue", **PUBLIC)
    for address in EVERYWHERE:
        assert "Zzyx" not in markup(address)


def test_a_secretary_reads_the_draft_which_says_that_it_is_one_and_the_feed_stays_public(cast: Cast, signed_in: Any) -> None:
    build.a_news_item(cast.dialogue, slug="draft", title_en="Zzyx draft", audience=Audience.PUBLIC)
    secretary = signed_in(cast.secretary_nl)
    assert "Zzyx draft" in page("/en/news/", secretary)
    assert "Draft. This is how it will look. The public does not find it." in page("/en/news/draft/", secretary)
    assert "OFFICIAL / ongerubriceerd." in page("/en/news/draft/", secretary)
    assert "Zzyx" not in markup("/en/news/feed.atom", secretary)
    for reader in (cast.secretary_elsewhere, cast.delegate_nl, cast.technician):
        assert "Zzyx" not in markup("/en/news/", signed_in(reader))
        assert signed_in(reader).get("/en/news/draft/").status_code == 404


def test_public_answers_set_no_cookie_and_answer_304_to_their_tag(db: None) -> None:
    a_full_item()
    for address in (*EVERYWHERE, "/en/news/port-visit/", "/en/outcomes/feed.atom"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert not answer.cookies
        assert Client().get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304, address
    assert Client().get("/en/news/").headers["Vary"] == "Cookie"


def test_the_number_of_queries_does_not_grow(db: None) -> None:
    item = a_full_item(source=build.a_source())
    addresses = ("/en/news/", "/en/news/port-visit/", "/en/news/feed.atom", "/en/outcomes/feed.atom")

    def asked() -> list[int]:
        counts = []
        ContentType.objects.clear_cache()
        for address in addresses:
            Client().get(address)
            with CaptureQueriesContext(connection) as queries:
                assert Client().get(address).status_code == 200
            counts.append(len(queries))
        return counts

    build.a_document(item.edition, **PUBLIC)
    before = asked()
    secretary = build.an_account()
    for _time in range(20):
        another = build.a_news_item(build.a_dialogue(), source=build.a_source(), **PUBLIC)
        document = build.a_document(item.edition, **PUBLIC)
        for record in (item, another, document):
            Correction.objects.create(record=record, by=secretary, note_en="Better")
        Citation.objects.create(record=item, field="body", source=build.a_source())
    assert asked() == before
    assert max(before) <= MOST_QUERIES


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=" + "9" * 400, "page=2", "page=🐙"])
def test_an_odd_page_number_gives_a_page(db: None, query: str) -> None:
    dialogue = build.a_dialogue()
    for _time in range(31):
        build.a_news_item(dialogue, **PUBLIC)
    assert Client().get(f"/en/news/?{query}").status_code == 200
    assert "Page 2 of 2" in page("/en/news/?page=2")


def test_the_title_of_the_window_names_the_item(db: None) -> None:
    a_full_item()
    assert "<title>A visit to the port – SOC Dialogue</title>" in markup("/en/news/port-visit/")
    assert words(markup("/en/news/port-visit/")).count("A visit to the port") == 2
