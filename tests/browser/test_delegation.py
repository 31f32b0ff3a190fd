"""A focal point on a phone: adds somebody, mends a pasted list, submits, puts in order; without a mouse or a wide screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from dialogues.models import Nomination
from tests import build
from tests.browser.walker import Walker
from tests.cast import Cast, assemble
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

LIST = """Name\tCategory\tPost\tOrganisation\tE-mail\tWorking groups
Mr B. Example\tdelegate\tAdviser\tZz Police\tb@example.org\tIllicit finance
Ms C. Example\tadviser\tAdviser\tZz Polis\tc@example.org\t
Mr D. Example\tadvisr\tAdviser\tZz Police\td@example\t
"""


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Cast]:
    with time_machine.travel("2027-01-25T12:00:00Z", tick=True):
        yield assemble()


def fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{page.url} scrolls sideways"


def test_a_delegation_is_entered_on_a_phone(cast: Cast, browser: Browser, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    build.a_round(cast.edition)
    build.an_organisation(cast.nl, name_en="Zz Police", kind="police")
    cast.group.working_group.name_en = "Illicit finance"
    cast.group.working_group.save()
    walker = Walker(browser, live_server.url, 360)
    signed_in = sign_in(Client(), cast.focal_point_nl).cookies[settings.SESSION_COOKIE_NAME].value
    walker.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": signed_in, "url": live_server.url}])
    page = walker.page

    page.goto("/en/delegation/")
    expect(page.get_by_text("Nobody is nominated yet.")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name as on the badge").fill("Ms A. Example")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Choose at least one working group").click()
    fits(page)
    expect(page.get_by_label("Name as on the badge")).to_have_value("Ms A. Example")
    page.get_by_label("Post, in English").fill("Head of unit")
    page.get_by_label("Organisation", exact=True).select_option(label="Zz Police")
    page.get_by_label("Official e-mail address").fill("a@example.org")
    page.get_by_label("Category").select_option(label="Head of delegation")
    page.get_by_role("button", name="Save and submit").click()
    expect(page.get_by_role("status")).to_contain_text("Submitted.")

    page.get_by_role("link", name="Paste or upload a list").click()
    fits(page)
    page.get_by_label("Paste from a spreadsheet").fill(LIST)
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_role("heading", name="2 rows need a change")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="Row 3, organisation:").click()
    page.locator("#r3-organisation").select_option(label="Zz Police")
    page.locator("#r4-category").select_option(label="adviser")
    page.locator("#r4-email").fill("d@example.org")
    with page.expect_navigation():
        page.get_by_role("button", name="Check again").click()
    assert not Nomination.objects.filter(status="draft").exists()
    page.get_by_role("button", name="Take in 3 drafts").click()
    expect(page.get_by_role("status")).to_contain_text("3 drafts were taken in.")

    page.get_by_role("link", name="Submit all 3 that are complete").click()
    fits(page)
    page.get_by_role("button", name="Submit 3 people").click()
    expect(page.get_by_role("status")).to_contain_text("3 people were submitted.")
    page.get_by_role("link", name="Put in order").click()
    fits(page)
    page.get_by_label("Mr D. Example").fill("1")
    page.get_by_role("button", name="Save the order").click()
    fits(page)
    assert [one.name for one in Nomination.objects.order_by("precedence")][:2] == ["Mr D. Example", "Ms A. Example"]
    page.get_by_role("link", name="Mr D. Example", exact=True).click()
    fits(page)
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("It is withdrawn.")
    expect(page.get_by_text("1 withdrawn or replaced")).to_be_visible()
    assert walker.complaints == []
    walker.close()
