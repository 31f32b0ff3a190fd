from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast

PUBLIC = ["/en/", "/nl/", "/en/dialogues/", "/en/dialogues/cast-dialogue/", "/en/dialogues/cast-dialogue/2027/", "/en/zzz/"]


@pytest.mark.parametrize("address", [*PUBLIC, "/healthz", "/readyz", "/en/sign-in/", "/en/?a=%00", "/admin/"])
def test_every_answer_carries_the_strict_policy(cast: Cast, client: Client, address: str) -> None:
    response = client.get(address)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_set_no_cookie_and_answer_304_to_their_tag(cast: Cast, client: Client, address: str) -> None:
    response = client.get(address)
    assert not response.cookies
    assert "no-store" not in response.headers["Cache-Control"]
    if response.status_code == 200:
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304


def test_a_signed_in_answer_is_kept_nowhere(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(cast.delegate_uk)
    for address in ("/en/my/", "/en/action-items/", "/en/dialogues/cast-dialogue/2027/agenda/"):
        assert "no-store" in browser.get(address).headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/en/?q=%00", "/en/action-items/?words=a%00b", "/en/%00/", "/en/?q=%ff", "/admin/?q=%00"])
def test_a_nul_byte_or_broken_text_is_answered_400_in_words(cast: Cast, client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert b"This request was not understood" in response.content


def test_an_unknown_host_is_refused(db: None, client: Client) -> None:
    assert client.get("/en/", headers={"Host": "evil.example"}).status_code == 400


def test_health_and_readiness(db: None, client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"


def test_the_root_leads_to_the_readers_language(db: None, client: Client) -> None:
    assert client.get("/", headers={"Accept-Language": "nl-NL,nl;q=0.9"}).headers["Location"] == "/nl/"
    assert client.get("/", headers={"Accept-Language": "fr"}).headers["Location"] == "/en/"


def test_the_demonstration_page_does_not_exist_outside_a_demonstration(db: None, client: Client) -> None:
    assert client.get("/en/demonstration/").content == client.get("/en/zzz/").content


@pytest.mark.parametrize(
    "door", ["signup/", "email/", "password/reset/", "password/reset/key/1-abc/", "password/change/", "confirm-email/"]
)
def test_the_sign_in_librarys_other_doors_are_shut(cast: Cast, signed_in: Any, client: Client, door: str) -> None:
    for browser in (client, signed_in(cast.delegate_uk)):
        assert browser.get(f"/en/sign-in/{door}").status_code == 404
        assert browser.post(f"/en/sign-in/{door}", {"email": cast.delegate_uk.email}).status_code == 404


@pytest.mark.parametrize("name", ["public", "delegate_uk", "secretary_uk"])
@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        ("/en/action-items/SOC-HIDDEN/", "/en/action-items/SOC-MISSING/"),
        ("/en/action-items/SOC-HIDDEN/report/", "/en/action-items/SOC-MISSING/report/"),
        ("/en/dialogues/cast-dialogue/2030/", "/en/dialogues/cast-dialogue/2031/"),
        ("/en/dialogues/cast-dialogue/2030/agenda/", "/en/dialogues/cast-dialogue/2031/agenda/"),
    ],
)
def test_hidden_answers_exactly_as_missing_does(cast: Cast, signed_in: Any, name: str, hidden: str, missing: str) -> None:
    from tests import build

    secret = build.an_edition(build.a_dialogue(), year=2030, audience="secretariat")
    build.an_action_item(secret, number="SOC-HIDDEN")
    if name != "secretary_uk":
        build.an_edition(cast.dialogue, year=2030, audience="secretariat", opens_on="2030-03-01", closes_on="2030-03-02")
    browser = Client() if name == "public" else signed_in(getattr(cast, name))
    first, second = browser.get(hidden), browser.get(missing)
    assert first.status_code == second.status_code
    if first.status_code == 302:  # both are sent to sign in, each back to where it came from
        return
    assert first.status_code == 404
    assert first.content == second.content
    assert dict(first.headers) == dict(second.headers)
