"""A passkey in a real browser: Chromium's own virtual key, the library's scripts, the strict content policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from tests import build
from tests.browser.walker import Walker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in_key(page: Page) -> Any:
    """A phone's key that finds its owner's finger each time."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    return session, key["authenticatorId"]


def test_a_focal_point_adds_a_passkey_and_signs_in_with_it_alone(live_server: Any, browser: Browser) -> None:
    dialogue = build.a_dialogue()
    user = build.an_account(build.a_person(build.a_party("NL"), name="Focal point NL-01"))
    build.an_appointment(user, dialogue, "focal_point")
    # Browsers give a passkey to localhost and to https, not to a bare address.
    walker = Walker(browser, live_server.url.replace("127.0.0.1", "localhost"), width=360)
    page = walker.page
    session, key = plug_in_key(page)
    walker.sign_in_by_code(user)
    page.goto("/en/sign-in/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("work phone")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/sign-in/second-factor/")
    page.goto("/en/sign-in/second-factor/webauthn/")
    expect(page.get_by_role("rowheader", name="work phone")).to_be_visible()
    expect(page.get_by_text("the portal alone")).to_be_visible()
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1

    walker.context.clear_cookies()
    page.goto("/en/sign-in/?next=/en/action-items/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/en/action-items/")

    walker.context.clear_cookies()
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/en/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not used")).to_be_visible(timeout=90_000)
    assert not [said for said in walker.complaints if not re.search(r"favicon", said)]
    walker.close()
