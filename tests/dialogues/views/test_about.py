"""The accessibility statement and the privacy notice, each in both languages, with what the law of each country asks for."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.reading import page

ADDRESSES = ("/en/accessibility/", "/nl/accessibility/", "/en/privacy/", "/nl/privacy/")


@pytest.mark.parametrize(
    ("address", "texts"),
    [
        (
            "/en/accessibility/",
            [
                "Accessibility Regulations 2018",
                "Besluit digitale toegankelijkheid overheid",
                "level AA of the Web Content Accessibility Guidelines (WCAG) 2.2",
                "22 November 2026",
                "the parties have yet to confirm it",
                "not yet been tested with screen readers",
                "No outside auditor",
                "320 pixels",
                "without JavaScript",
                "Equality Advisory and Support Service",
                "Nationale ombudsman",
            ],
        ),
        (
            "/nl/accessibility/",
            [
                "Besluit digitale toegankelijkheid overheid",
                "Accessibility Regulations 2018",
                "niveau AA",
                "WCAG) 2.2",
                "22 november 2026",
                "de partijen moeten die nog bevestigen",
                "nog niet getest met schermlezers",
                "Geen onafhankelijke auditor",
                "320 pixels",
                "zonder JavaScript",
                "Nationale ombudsman",
            ],
        ),
        (
            "/en/privacy/",
            [
                "controllers jointly",
                "article 6(1)(e)",
                "no tracking, no cookie",
                "for 12 hours at most",
                "until the next edition has closed, and 12 months",
                "until the edition has closed, and 30 days",
                "until the edition has closed, and 90 days",
                "renewed on 19 December 2025",
                "Information Commissioner’s Office",
                "Autoriteit Persoonsgegevens",
                "All periods are defaults",
            ],
        ),
        (
            "/nl/privacy/",
            [
                "gezamenlijk verwerkingsverantwoordelijk",
                "artikel 6, lid 1, onder e",
                "geen tracking, geen cookie",
                "ten hoogste 12 uur",
                "tot de volgende editie is gesloten, en 12 maanden",
                "tot de editie is gesloten, en 30 dagen",
                "tot de editie is gesloten, en 90 dagen",
                "verlengd op 19 december 2025",
                "Information Commissioner’s Office",
                "Autoriteit Persoonsgegevens",
                "Alle termijnen zijn standaardwaarden",
            ],
        ),
    ],
)
def test_the_page_says_what_the_law_of_both_countries_asks_for(db: None, address: str, texts: list[str]) -> None:
    text = page(address)
    for expected in texts:
        assert expected in text, expected


@pytest.mark.parametrize("subject", ["accessibility", "privacy"])
def test_the_two_languages_have_the_same_sections_and_rows(db: None, subject: str) -> None:
    english, dutch = (Client().get(f"/{language}/{subject}/").content.decode() for language in ("en", "nl"))
    for tag in ("<section", "<h2 id=", "<tr role", "<li>", "<p>", "<time"):
        main = [text[text.index("<main") : text.index("</main>")] for text in (english, dutch)]
        assert main[0].count(tag) == main[1].count(tag), tag
    assert re.findall('<h2 id="([^"]+)"', english) == re.findall('<h2 id="([^"]+)"', dutch)


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_an_address_the_way_leads_through_ones_party_and_no_address_is_invented(db: None, address: str) -> None:
    markup = Client().get(address).content.decode()
    assert "mailto:" not in markup
    assert "@" not in markup[markup.index("<main") : markup.index("</main>")]
    assert ("secretariat of your party" if "/en/" in address else "secretariaat van uw partij") in page(address)
    assert ("not stated" if "/en/" in address else "niet vermeld") in page(address)
    assert 'id="contact"' in markup


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_configured_address_is_given(db: None, address: str) -> None:
    with override_settings(SECRETARIAT_CONTACT="secretariat@example.org"):
        markup = Client().get(address).content.decode()
    assert '<a href="mailto:secretariat@example.org">' in markup
    assert "of your party" not in markup[markup.index('id="contact"') :]
    assert "van uw partij" not in markup[markup.index('id="contact"') :]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_asks_the_database_nothing_and_the_browser_for_no_cookie(db: None, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(address)
    assert len(queries) == 0
    assert not answer.cookies
    assert Client().get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
