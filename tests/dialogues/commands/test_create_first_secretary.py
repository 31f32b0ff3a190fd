"""The way in on an empty production database, through to the admin's first page."""

from __future__ import annotations

import io
import re
import sys
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from dialogues.models import Appointment
from dialogues.procedures.journal import faults
from parties.models import User
from tests.browser.walker import totp_code

PASSWORD = "a long enough passphrase"


def create(monkeypatch: pytest.MonkeyPatch, **options: Any) -> str:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{options.pop('password', PASSWORD)}\n"))
    given = {"dialogue": "uk-nl-soc", "party": "NL", "name": "Secretary NL-01", "email": "First@Example.org", **options}
    call_command("create_first_secretary", password_from_stdin=True, stdout=said, **given)
    return said.getvalue()


@pytest.fixture
def empty_production(db: None) -> None:
    call_command("load_record", stdout=io.StringIO())


def test_from_nothing_to_the_board(empty_production: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "first@example.org may sign in" in create(monkeypatch)
    browser = Client()
    response = browser.get("/admin/")
    assert response.status_code == 302
    response = browser.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/en/sign-in/staff/")

    credentials = {"login": "first@example.org", "password": PASSWORD}
    browser.post("/en/sign-in/staff/", credentials)
    response = browser.get("/admin/", follow=True)
    # The password was given a moment ago: it is not asked for again.
    assert response.redirect_chain[-1][0].startswith("/en/sign-in/second-factor/")
    assert browser.get("/admin/").status_code == 302
    activation = "/en/sign-in/second-factor/totp/activate/"
    secret = re.search(r"\b[A-Z2-7]{32}\b", browser.get(activation).content.decode())
    assert secret
    response = browser.post(activation, {"code": totp_code(secret[0])})
    assert response.status_code == 302
    assert browser.get("/admin/").status_code == 200  # the code just given is the second factor of this session
    browser.post("/en/sign-in/out/")
    cache.clear()  # a code is good once; the next one would be half a minute away
    response = browser.post("/en/sign-in/staff/", credentials)
    assert response.status_code == 302
    assert browser.get("/admin/").status_code == 302
    browser.post(response.headers["Location"], {"code": totp_code(secret[0])})
    assert browser.get("/admin/").status_code == 200
    assert faults() == []


def test_it_is_for_the_first_one_only(empty_production: None, monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch)
    with pytest.raises(CommandError, match="has a secretary already"):
        create(monkeypatch, email="second@example.org", party="UK")
    assert User.objects.count() == Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"dialogue": "nowhere"},
            "There is no dialogue 'nowhere'. Known: be-nl-cross-border-crime, nl-be-fr-es-ministerial-meeting, uk-nl-soc",
        ),
        ({"party": "XX"}, "There is no party 'XX'. Known: "),
        ({"party": "BE"}, "is no party of this dialogue"),
        ({"password": "short"}, "too short"),
    ],
)
def test_nonsense_is_refused_in_words_and_nothing_is_made(
    empty_production: None, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], said: str
) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        create(monkeypatch, **wrong)
    assert not User.objects.exists()
