"""What machines ask for first: robots.txt, and security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.test import Client, override_settings

from socportal import clock
from tests.reading import page


def fields(address: str) -> dict[str, list[str]]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not answer.cookies
    found: dict[str, list[str]] = {}
    for line in answer.content.decode().splitlines():
        name, _colon, value = line.partition(": ")
        found.setdefault(name, []).append(value)
    return found


@override_settings(PUBLIC_BASE_URL="https://portal.example.org")
def test_search_engines_are_kept_from_searches_and_from_what_is_behind_sign_in() -> None:
    assert fields("/robots.txt") == {
        "User-agent": ["*"],
        "Disallow": ["/admin/", "/*/search/", "/*/sign-in/", "/*/my/", "/*/action-items/"],
        "Sitemap": ["https://portal.example.org/sitemap.xml"],
    }


@override_settings(DEMONSTRATION=True)
def test_search_engines_are_kept_from_a_demonstration_altogether() -> None:
    assert fields("/robots.txt") == {"User-agent": ["*"], "Disallow": ["/"]}


@override_settings(PUBLIC_BASE_URL="https://portal.example.org")
def test_who_finds_a_weakness_reads_whom_to_tell(db: None) -> None:
    told = fields("/.well-known/security.txt")
    assert set(told) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert told["Contact"] == ["https://portal.example.org/en/privacy/#contact"]
    assert told["Canonical"] == ["https://portal.example.org/.well-known/security.txt"]
    assert told["Preferred-Languages"] == ["en, nl"]
    assert "weakness in the security of the portal" in page("/en/privacy/")
    assert 'id="contact"' in Client().get("/en/privacy/").content.decode()


def test_the_contact_is_the_same_in_whatever_language_it_is_asked_for() -> None:
    answers = {
        Client().get("/.well-known/security.txt", headers={"Accept-Language": language}).content for language in ("en", "nl")
    }
    assert len(answers) == 1


@override_settings(SECURITY_CONTACT="mailto:weakness@example.org")
def test_a_configured_contact_is_given() -> None:
    assert fields("/.well-known/security.txt")["Contact"] == ["mailto:weakness@example.org"]


def test_it_has_not_expired_and_expires_within_a_year_on_whatever_day_it_is_asked_for() -> None:
    for day in (datetime(2026, 11, 22, 0, 0, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), clock.now()):
        with clock.told_at(day):
            (expires,) = fields("/.well-known/security.txt")["Expires"]
        left = datetime.fromisoformat(expires) - day
        assert timedelta(days=90) < left < timedelta(days=365)


def test_it_reads_alike_all_day_long_and_answers_304_to_its_tag() -> None:
    morning = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    with clock.told_at(morning):
        tag = Client().get("/.well-known/security.txt").headers["ETag"]
    with clock.told_at(morning + timedelta(hours=23, minutes=59)):
        assert Client().get("/.well-known/security.txt", headers={"If-None-Match": tag}).status_code == 304
    with clock.told_at(morning + timedelta(hours=24)):
        assert Client().get("/.well-known/security.txt", headers={"If-None-Match": tag}).status_code == 200
