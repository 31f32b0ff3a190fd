"""The feeds, read with an XML parser as a feed reader reads them (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

from django.test import Client, override_settings

from dialogues.models import Audience, Correction
from socportal import clock
from tests import build

PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
ATOM, LANG = "{http://www.w3.org/2005/Atom}", "{http://www.w3.org/XML/1998/namespace}lang"
INSTANT = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def feed(address: str) -> ElementTree.Element:
    answer = Client().get(address)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314  our own


def told(element: ElementTree.Element, name: str) -> str | None:
    return element.findtext(f"{ATOM}{name}")


def links(element: ElementTree.Element) -> dict[str | None, str | None]:
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


@override_settings(PUBLIC_BASE_URL="https://portal.example.org")
def test_the_feed_of_news_is_whole_and_its_links_are_absolute(db: None) -> None:
    build.a_news_item(build.a_dialogue(), slug="visit", title_en="Visit", title_nl="Bezoek", lead_en="Seen & done.", **PUBLIC)
    root = feed("/en/news/feed.atom")
    assert root.tag == f"{ATOM}feed"
    assert root.get(LANG) == "en"
    assert told(root, "title") == "News of the SOC Dialogue"
    assert told(root, "id") == "https://portal.example.org/en/news/feed.atom"
    assert links(root) == {
        "alternate": "https://portal.example.org/en/news/",
        "self": "https://portal.example.org/en/news/feed.atom",
    }
    assert [author.findtext(f"{ATOM}name") for author in root.iter(f"{ATOM}author")] == ["SOC Dialogue secretariat"]
    (entry,) = root.findall(f"{ATOM}entry")
    assert told(entry, "title") == "Visit"
    assert told(entry, "summary") == "Seen & done."
    assert told(entry, "id") == links(entry)["alternate"] == "https://portal.example.org/en/news/visit/"
    assert told(entry, "published") == told(entry, "updated") == told(root, "updated") == "2020-01-01T00:00:00+00:00"
    (dutch,) = feed("/nl/news/feed.atom").findall(f"{ATOM}entry")
    assert told(dutch, "title") == "Bezoek"
    assert dutch.get(LANG) == "nl"
    assert told(dutch, "id") == "https://portal.example.org/nl/news/visit/"
    summary = dutch.find(f"{ATOM}summary")
    assert summary is not None and summary.get(LANG) == "en"


def test_a_correction_moves_the_entry_and_the_feed(db: None) -> None:
    item = build.a_news_item(build.a_dialogue(), **PUBLIC)
    build.a_news_item(build.a_dialogue(), **PUBLIC)
    Correction.objects.create(record=item, by=build.an_account(), note_en="Better", at=INSTANT)
    Correction.objects.create(record=item, by=build.an_account(), note_en="Before", at=INSTANT - timedelta(days=9))
    root = feed("/en/news/feed.atom")
    assert told(root, "updated") == "2026-06-01T10:00:00+00:00"
    assert {told(entry, "updated") for entry in root.iter(f"{ATOM}entry")} == {
        "2026-06-01T10:00:00+00:00",
        "2020-01-01T00:00:00+00:00",
    }


def test_without_a_lead_the_first_paragraph_stands_for_the_item(db: None) -> None:
    build.a_news_item(build.a_dialogue(), body_en="One.\r\n\r\nTwo.", **PUBLIC)
    (entry,) = feed("/en/news/feed.atom").findall(f"{ATOM}entry")
    assert told(entry, "summary") == "One."


@override_settings(PUBLIC_BASE_URL="https://portal.example.org")
def test_the_feed_of_documents_follows_the_day_they_became_public(db: None) -> None:
    edition = build.an_edition()
    minister = build.a_person(name="Zzyx Speaker", is_public_office_holder=True, office_source=build.a_source())
    build.a_document(edition, slug="old", title_en="Old statement", **PUBLIC)
    build.a_document(
        edition,
        slug="new",
        title_en="New statement",
        summary_en="Agreed.",
        speaker=minister,
        starts_on=date(2001, 1, 1),
        date_precision="exact",
        audience=Audience.PUBLIC,
        published_at=INSTANT,
    )
    with clock.told_at(INSTANT - timedelta(seconds=1)):
        assert [told(entry, "title") for entry in feed("/en/outcomes/feed.atom").iter(f"{ATOM}entry")] == ["Old statement"]
    with clock.told_at(INSTANT):
        root = feed("/en/outcomes/feed.atom")
    entries = root.findall(f"{ATOM}entry")
    assert [told(entry, "title") for entry in entries] == ["New statement", "Old statement"]
    assert told(entries[0], "id") == "https://portal.example.org/en/outcomes/new/"
    assert told(root, "updated") == "2026-06-01T10:00:00+00:00"
    assert "Zzyx" not in ElementTree.tostring(root, encoding="unicode")


def test_an_empty_feed_is_valid_and_stays_the_same(db: None) -> None:
    for address in ("/en/news/feed.atom", "/nl/outcomes/feed.atom"):
        first, later = feed(address), None
        with clock.told_at(datetime(2030, 1, 1, tzinfo=UTC)):
            later = feed(address)
        assert told(first, "updated") == told(later, "updated")
        assert first.findall(f"{ATOM}entry") == []


def test_what_xml_cannot_carry_is_left_out(db: None) -> None:
    build.a_news_item(build.a_dialogue(), title_en="Tab\x0bbed \x1b🐙", lead_en="Form\x0cfeed", **PUBLIC)
    (entry,) = feed("/en/news/feed.atom").findall(f"{ATOM}entry")
    assert told(entry, "title") == "Tabbed 🐙"
    assert told(entry, "summary") == "Formfeed"


def test_a_feed_holds_the_newest_fifty(db: None) -> None:
    dialogue = build.a_dialogue()
    for day in range(60):
        build.a_news_item(dialogue, title_en=f"Day {day:02d}", dated_on=date(2026, 1, 1) + timedelta(days=day), **PUBLIC)
    entries = feed("/en/news/feed.atom").findall(f"{ATOM}entry")
    assert (len(entries), told(entries[0], "title"), told(entries[-1], "title")) == (50, "Day 59", "Day 10")
