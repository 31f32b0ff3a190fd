"""The agenda in a calendar program: whoever asks for the outline gets the same, and one's own needs the address in force."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from dialogues.models import CalendarAddress, Registration
from dialogues.procedures.calendars import make_address
from parties.models import User
from socportal.logs import WithoutSecrets
from tests import build
from tests.cast import Cast


@pytest.fixture
def outline(cast: Cast) -> str:
    """A public opening and a dinner for delegates, released; the address of the outline."""
    opening = build.a_session(
        cast.edition, title_en="Opening", title_nl="Opening door", audience="public", room=build.a_room("Canaryroom")
    )
    dinner = build.a_session(cast.edition, "19:00", "21:00", title_en="Canarydinner", kind="meal")
    build.a_release(cast.edition, opening, dinner)
    return f"/en/dialogues/{cast.dialogue.slug}/2027/agenda.ics"


def test_the_outline_is_the_same_file_for_whoever_asks(cast: Cast, outline: str, signed_in: Any) -> None:
    answers = [Client().get(outline)] + [
        signed_in(user).get(outline) for user in (cast.delegate_uk, cast.secretary_nl, cast.stranger)
    ]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert b"Opening" in answers[0].content
    assert b"Canary" not in answers[0].content
    first = answers[0]
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Content-Disposition"] == 'attachment; filename="cast-dialogue-2027-agenda.ics"'
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    again = Client().get(outline, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    dutch = Client().get(outline.replace("/en/", "/nl/"))
    assert "SUMMARY;LANGUAGE=nl:Opening door" in dutch.content.decode()


def test_the_outline_of_a_hidden_edition_does_not_exist_for_anybody(cast: Cast, outline: str, signed_in: Any) -> None:
    hidden = build.an_edition(cast.dialogue, year=2030, audience="secretariat", published_at=None)
    build.a_release(hidden, build.a_session(hidden, title_en="Canary", audience="public"))
    for browser in (Client(), signed_in(cast.secretary_nl)):
        answers = [browser.get(outline.replace("2027", year)) for year in ("2030", "2031")]
        assert [answer.status_code for answer in answers] == [404, 404]
        pages = [re.sub(rb'"csrfmiddlewaretoken" value="\w+"', b"", answer.content) for answer in answers]
        assert pages[0] == pages[1]


# One's own


def shown_once(page: Any) -> str:
    found = re.search(r"<code>https?://[^<]+(/calendar/[\w-]+\.ics)</code>", page.content.decode())
    assert found
    return found[1]


def test_somebody_makes_an_address_replaces_it_and_ends_it(cast: Cast, outline: str, signed_in: Any, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "https://portal.example"
    browser = signed_in(cast.delegate_uk)
    page = browser.get("/en/my/calendar/")
    assert "Whoever has it reads the title, time and room" in page.content.decode()
    assert "End the address" not in page.content.decode()
    made = browser.post("/nl/my/calendar/", {"act": "make"})
    first = shown_once(made)
    assert f'href="webcal://portal.example{first}"' in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    anywhere = Client()
    feed = anywhere.get(first)
    assert feed.status_code == 200
    assert "Opening door" in feed.content.decode()  # in the language in which it was made
    assert "LOCATION;LANGUAGE=en:Canaryroom" in feed.content.decode()
    assert feed.headers["Cache-Control"] == "private, no-store"
    assert feed.headers["Content-Disposition"] == 'attachment; filename="official-programme.ics"'
    assert not feed.cookies
    assert "Cookie" not in feed.headers.get("Vary", "")
    later = browser.get("/en/my/calendar/").content.decode()
    assert first not in later
    assert "You have an address, made on 20 November 2026." in later
    second = shown_once(browser.post("/en/my/calendar/", {"act": "make"}))
    assert anywhere.get(first).status_code == 404
    assert anywhere.get(second).status_code == 200
    ended = browser.post("/en/my/calendar/", {"act": "end"}, follow=True)
    assert "Your calendar address has ended" in ended.content.decode()
    assert anywhere.get(second).status_code == 404
    refused = browser.post("/en/my/calendar/", {"act": "end"})
    assert "You have no calendar address. Nothing was ended." in refused.content.decode()


def test_the_page_is_for_who_is_signed_in_and_takes_no_form_from_elsewhere(cast: Cast, signed_in: Any) -> None:
    assert Client().get("/en/my/calendar/").headers["Location"].startswith("/en/sign-in/?")
    browser = signed_in(cast.delegate_uk)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post("/en/my/calendar/", {"act": "make"}).status_code == 403
    assert not CalendarAddress.objects.exists()


def test_ended_unknown_and_closed_addresses_answer_alike(cast: Cast, outline: str) -> None:
    ended = make_address(by=cast.delegate_uk, lang="en")
    make_address(by=cast.delegate_uk, lang="en")
    barred = make_address(by=cast.group_member, lang="en")
    User.objects.filter(pk=cast.group_member.pk).update(is_active=False)
    browser = Client()
    for method in ("get", "head", "post"):
        answers = [
            getattr(browser, method)(f"/calendar/{token}.ics") for token in (ended, barred, "never-made", "é" * 300, ended[:-1])
        ]
        assert {(one.status_code, one.content, str(sorted(one.headers.items()))) for one in answers} == {
            (answers[0].status_code, answers[0].content, str(sorted(answers[0].headers.items())))
        }
        assert answers[0].status_code == (405 if method == "post" else 404)


def test_a_cancelled_registration_empties_the_feed_at_once(cast: Cast, outline: str) -> None:
    address = f"/calendar/{make_address(by=cast.delegate_uk, lang='en')}.ics"
    assert b"Canarydinner" in Client().get(address).content
    Registration.objects.filter(person=cast.delegate_uk.person).update(status="cancelled")
    answer = Client().get(address)
    assert answer.status_code == 200
    assert b"BEGIN:VEVENT" not in answer.content


def test_the_log_holds_no_address_that_opens_something(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    token = make_address(by=cast.delegate_uk, lang="en")
    caplog.handler.addFilter(WithoutSecrets())
    Client().get(f"/calendar/{token}x.ics")
    logging.getLogger("django.request").error("Internal Server Error: %s", f"/calendar/{token}.ics")
    logging.getLogger("django.request").warning("Not Found: %s", "/en/nowhere/")
    assert "Not Found: /calendar/….ics" in caplog.text
    assert "Internal Server Error: /calendar/….ics" in caplog.text
    assert "Not Found: /en/nowhere/" in caplog.text
    assert token not in caplog.text
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["without_secrets"]
