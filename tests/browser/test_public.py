"""A reader of the public record in a real browser: by mouse, by keyboard, narrow, enlarged, without scripts, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dialogues.record import load_record
from tests.browser.test_accessibility import ASKED
from tests.browser.walker import Walker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

PAGES = (
    "",
    "dialogues/",
    "dialogues/uk-nl-soc/",
    "dialogues/uk-nl-soc/2025/",
    "dialogues/uk-nl-soc/2026/",
    "dialogues/be-nl-cross-border-crime/2019/",
    "working-groups/",
    "working-groups/maritime-drug-flows/",
    "commitments/",
    "engagements/",
    "organisations/",
    "outcomes/",
    "news/",
    "approach/",
    "search/?q=cocaine",
    "accessibility/",
    "privacy/",
    "none/",
)


@pytest.fixture
def portal(transactional_db: None, live_server: Any, settings: Any) -> str:
    settings.PUBLIC_BASE_URL = live_server.url
    load_record()
    return str(live_server.url)


@pytest.fixture
def reader(browser: Browser, portal: str) -> Iterator[Walker]:
    walker = Walker(browser, portal, 1280)
    yield walker
    walker.close()


def own_page(page: Page, listed_at: str) -> str:
    """The first record that a list leads to."""
    page.goto(listed_at)
    return str(page.locator("main a[href^='" + listed_at + "']").first.get_attribute("href"))


def test_from_the_front_page_to_a_source_the_commitments_dutch_and_search(reader: Walker) -> None:
    page = reader.page
    rows = page.locator("main table").first.locator("tbody tr:not(.group-head)")
    page.goto("/en/")
    page.get_by_role("link", name="Fourth dialogue, 2026").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fourth dialogue, 2026")
    page.locator("main a.source").first.click()
    assert page.url.endswith("#source-1")
    source = page.locator("#source-1 a")
    assert (source.get_attribute("href") or "").startswith("https://www.gov.uk/government/news/uk-netherlands-serious")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Commitments").click()
    page.get_by_label("Words in the text").fill("firearms")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".result-count")).to_contain_text("1 commitment")
    expect(rows).to_have_count(1)
    page.locator(".languages a[lang=nl]").click()
    assert "/nl/commitments/?" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(rows).to_have_count(1)
    expect(page.locator("main table").first).to_contain_text("vuurwapens")
    page.locator(".chip").first.click()
    assert rows.count() > 4
    page.get_by_role("navigation").first.get_by_role("link", name="Zoeken").click()
    page.locator("input[name=q]").fill("cocaine")
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Cocaïne")
    assert reader.complaints == []


def test_the_same_way_by_keyboard_alone(reader: Walker) -> None:
    page = reader.page
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator(":focus")).to_have_id("content")

    def tab_to(words: str) -> None:
        for _press in range(60):
            page.keyboard.press("Tab")
            focused = page.locator(":focus")
            label = focused.evaluate("one => (one.labels && one.labels[0] ? one.labels[0] : one).textContent.trim()")
            outline = focused.evaluate("one => getComputedStyle(one).outlineWidth")
            assert outline == "3px", f"the focus is not seen on {label}"
            if label == words:
                return
        raise AssertionError(f"no {words} within sixty stops")

    tab_to("Fourth dialogue, 2026")
    page.keyboard.press("Enter")
    page.wait_for_url("**/uk-nl-soc/2026/")
    tab_to("Commitments")
    page.keyboard.press("Enter")
    page.wait_for_url("**/commitments/")
    tab_to("Words in the text")
    page.keyboard.type("firearms")
    page.keyboard.press("Enter")
    page.wait_for_url("**words=firearms**")
    expect(page.locator(".result-count")).to_contain_text("1 commitment")
    tab_to("NLNederlands")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/commitments/**")


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)], ids=["320 px", "1280 px at 400 %"])
def test_nothing_is_cut_off_or_scrolls_sideways(reader: Walker, width: int, height: int) -> None:
    page = reader.page
    page.set_viewport_size({"width": width, "height": height})
    for language in ("en", "nl"):
        for address in PAGES:
            page.goto(f"/{language}/{address}")
            wide = page.evaluate(
                "[...document.querySelectorAll('body *')]"
                ".filter(one => !one.closest('.picture, .visually-hidden, .skip, thead')"
                " && one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 90))"
            )
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (address, wide[:3])
            assert wide == [], (language, address)


def test_everything_works_without_scripts(browser: Browser, portal: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=portal)
    page = context.new_page()
    page.goto("/en/engagements/")
    page.locator("main form select").last.select_option(index=1)
    page.locator("main form button").first.click()
    assert "?" in page.url
    assert page.locator(".chip").count() == 1
    page.goto("/en/search/")
    page.locator("input[name=q]").fill("prison")
    page.locator("main form button").first.click()
    assert page.locator("main mark").count() > 0
    context.close()


def test_on_paper_the_text_stays_and_the_navigation_goes(reader: Walker) -> None:
    page = reader.page
    for address in ("/en/dialogues/uk-nl-soc/2026/", "/nl/commitments/", own_page(page, "/en/news/")):
        page.goto(address)
        page.emulate_media(media="print", color_scheme="light")
        assert page.locator(".masthead").is_hidden()
        assert page.locator(".footer").is_hidden()
        assert page.locator("h1").is_visible()
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.pdf(format="A4").count(b"/Type /Page\n") in range(1, 6)
        page.emulate_media(media="screen")


def test_axe_finds_nothing_on_any_public_page_in_either_language_and_scheme(reader: Walker) -> None:
    page = reader.page
    addresses = [f"/{language}/{address}" for language in ("en", "nl") for address in PAGES]
    addresses += [own_page(page, listed) for listed in ("/en/news/", "/nl/outcomes/")]
    found = {}
    for number, address in enumerate(addresses):
        page.set_viewport_size({"width": (1280, 360)[number % 2], "height": 900})
        page.goto(address)
        for scheme, rules in ASKED.items():
            page.emulate_media(color_scheme=scheme)
            for violation in Axe().run(page, options=rules).response["violations"]:
                found[f"{address} {scheme} {violation['id']}"] = [node["html"] for node in violation["nodes"]][:3]
    assert found == {}
