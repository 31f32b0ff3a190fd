"""A bad signal: what a device keeps, how old it says it is, and when it forgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from dialogues.models import Edition
from tests import build
from tests.browser.walker import Walker
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

STORES = "caches.keys().then((names) => names.sort())"


@pytest.fixture
def cast(transactional_db: None) -> Iterator[Cast]:
    """A week before the opening; a public opening, and a dinner and a breakout of the group for those who come."""
    with time_machine.travel("2027-03-09T09:00:00Z", tick=True):
        cast = assemble()
        edition = Edition.objects.get(pk=cast.edition.pk)
        hall = build.a_room("Great Hall")
        opening = build.a_session(edition, title_en="Opening", audience="public", room=hall)
        ours = build.a_session(edition, "11:00", "12:00", title_en="Financial flows", kind="breakout", mandate=cast.group)
        theirs = build.a_session(edition, "11:00", "12:00", title_en="Ports", kind="breakout", mandate=cast.other_group)
        build.a_release(edition, opening, ours, theirs)
        yield cast


@pytest.fixture
def reader(cast: Cast, browser: Browser, live_server: Any, settings: Any) -> Iterator[Walker]:
    settings.PUBLIC_BASE_URL = live_server.url
    walker = Walker(browser, live_server.url, 390)
    yield walker
    walker.close()


def until(page: Page, true: str) -> None:
    """Asked again and again from outside: the pages let nothing evaluate texts inside."""
    for _attempt in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {true}")


def ready(page: Page) -> None:
    """The worker answers for whatever is opened from here on."""
    until(page, "navigator.serviceWorker.ready.then((registered) => registered.active.state === 'activated')")


def without_signal(walker: Walker) -> Page:
    walker.context.set_offline(True)
    return walker.page


def forgotten(page: Page) -> None:
    until(page, "caches.has('own-programme').then((kept) => !kept)")


def keep(walker: Walker) -> None:
    page = walker.page
    page.goto("/en/my/")
    expect(page.get_by_text("Kept on this device:")).to_be_hidden()
    page.get_by_role("button", name="Keep my programme on this device").click()
    expect(page.get_by_text("Kept on this device:")).to_be_visible()
    ready(page)


def unreachable(page: Page, address: str) -> None:
    with pytest.raises(Exception, match=r"ERR_FAILED|ERR_INTERNET_DISCONNECTED"):
        page.goto(address)


def complaints_with_a_signal(walker: Walker) -> list[str]:
    return [said for said in walker.complaints if "ERR_INTERNET_DISCONNECTED" not in said and "ERR_FAILED" not in said]


def test_the_public_outline_is_read_without_a_signal_and_says_how_old_it_is(cast: Cast, reader: Walker) -> None:
    page, address = reader.page, f"/en/dialogues/{cast.dialogue.slug}/2027/agenda/"
    page.goto(address)
    expect(page.get_by_text("There may be changes since.")).to_be_hidden()
    until(page, "caches.match(location.pathname).then(Boolean)")
    ready(page)
    assert reader.complaints == []
    page = without_signal(reader)
    page.goto(address)
    expect(page.get_by_role("link", name="Opening")).to_be_visible()
    notice = page.locator("[data-offline]")
    said = r"Kept on this device: 9 March 2027 at 10:00 in The Hague, .*There may be changes since\."
    expect(notice).to_contain_text(re.compile(said))
    expect(notice.locator("[data-age]")).to_have_text(re.compile(r"^(\d+ (minute|hour|day)s? ago|in 0 minutes)$"))
    assert page.evaluate("getComputedStyle(document.querySelector('.notice')).borderLeftWidth") == "4px"  # with its style
    unreachable(page, "/en/dialogues/")
    assert complaints_with_a_signal(reader) == []


def test_a_delegate_keeps_their_programme_until_they_sign_out(cast: Cast, reader: Walker) -> None:
    reader.sign_in_by_code(cast.group_member)
    page = reader.page
    page.goto(f"/en/dialogues/{cast.dialogue.slug}/2027/agenda/")
    ready(page)
    page.goto("/en/my/")
    assert page.evaluate(STORES) == []  # what is read signed in stays nowhere by itself
    keep(reader)
    page = without_signal(reader)
    page.goto("/en/my/")
    assert page.url.endswith("/en/my/programme/kept/")
    expect(page.get_by_text("Financial flows")).to_be_visible()
    expect(page.get_by_text("Great Hall")).to_be_visible()
    assert page.get_by_text("Ports").count() == 0
    assert "Zzyx" not in page.content()
    expect(page.locator(".marking").first).to_contain_text("OFFICIAL / ongerubriceerd. Only you")
    expect(page.locator("main > .notice")).to_contain_text(re.compile(r"As of 9 March 2027, 10:00 in The Hague"))
    expect(page.locator("main > .notice [data-age]")).to_have_text(re.compile(r"minute|hour|day"))
    reader.context.set_offline(False)
    page.goto("/en/my/")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/en/")
    forgotten(page)
    without_signal(reader)
    unreachable(page, "/en/my/")
    unreachable(page, "/en/my/programme/kept/")
    assert complaints_with_a_signal(reader) == []


def test_the_copy_follows_changes_and_is_erased_by_its_button_by_the_end_of_the_session_and_by_somebody_else(
    cast: Cast, reader: Walker
) -> None:
    reader.sign_in_by_code(cast.group_member)
    keep(reader)
    page = reader.page
    session = cast.edition.sessions.get(title_en="Financial flows")
    session.title_en = "Money on the move"
    session.save()
    build.a_release(cast.edition, session)
    page.goto("/en/my/")
    copy = "caches.match('/en/my/programme/kept/').then((kept) => kept.text())"
    until(page, f"{copy}.then((text) => text.includes('Money on the move'))")
    page.get_by_role("button", name="Erase it from this device").click()
    expect(page.get_by_role("button", name="Keep my programme on this device")).to_be_visible()
    forgotten(page)

    keep(reader)
    reader.context.clear_cookies()  # as when the session has ended by the clock
    page.goto("/en/my/")
    page.wait_for_url("**/sign-in/**")
    forgotten(page)

    reader.sign_in_by_code(cast.group_member)
    keep(reader)
    mine = reader.context.cookies()
    second = Walker(page.context.browser, str(reader.page.url).split("/en/")[0], 390)
    second.sign_in_by_code(cast.delegate_uk)
    reader.context.clear_cookies()
    reader.context.add_cookies(second.context.cookies())  # another one's session in the same browser, however it got there
    second.close()
    assert mine != reader.context.cookies()
    page.goto("/en/my/")
    forgotten(page)
    expect(page.get_by_role("button", name="Keep my programme on this device")).to_be_visible()
    assert complaints_with_a_signal(reader) == []
