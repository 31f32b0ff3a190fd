"""Signing in: by a mailed code, by a password, and what the pages do not tell."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from tests import build
from tests.cast import Cast

PHRASE = "three green bicycles 9"


def ask_for_code(browser: Client, email: str, language: str = "en") -> Any:
    return browser.post(f"/{language}/sign-in/?next=/{language}/my/", {"email": email, "next": f"/{language}/my/"}, follow=True)


def mailed_code() -> str:
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]


def without_what_differs(page: bytes, email: str) -> str:
    """The page but for the form's token and the address that was typed."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page.decode()).replace(email, "…")


class TestByCode:
    def test_a_delegate_types_the_code_and_is_in(self, cast: Cast) -> None:
        browser = Client()
        ask_for_code(browser, cast.delegate_uk.email)
        code = mailed_code().lower().replace("-", "")
        answer = browser.post(reverse("account_confirm_login_code"), {"code": code, "next": "/en/my/"})
        assert answer["Location"] == "/en/my/"
        assert browser.get("/en/my/").status_code == 200

    @pytest.mark.parametrize("language", ["en", "nl"])
    def test_the_mail_is_plain_and_names_nobody(self, cast: Cast, language: str) -> None:
        ask_for_code(Client(), cast.delegate_uk.email, language)
        [message] = mail.outbox
        assert cast.delegate_uk.person.name not in message.subject + str(message.body)
        assert "@" not in message.subject
        assert not message.alternatives  # type: ignore[attr-defined]
        assert "http://testserver" in message.body

    def test_an_unknown_address_and_a_secretary_get_the_same_answer_and_no_mail(self, cast: Cast) -> None:
        answers = {}
        for email in (cast.delegate_uk.email, "nobody@example.org", cast.secretary_uk.email):
            answer = ask_for_code(Client(), email)
            answers[email] = (answer.redirect_chain, without_what_differs(answer.content, email))
        assert [message.to for message in mail.outbox] == [[cast.delegate_uk.email]]
        assert len({str(answer) for answer in answers.values()}) == 1

    def test_a_wrong_code_says_what_to_do(self, cast: Cast) -> None:
        browser = Client()
        ask_for_code(browser, cast.delegate_uk.email)
        answer = browser.post(reverse("account_confirm_login_code"), {"code": "WRNG-CODE"})
        text = answer.content.decode()
        assert "<title>Error: Enter your code" in text
        assert 'href="#id_code"' in text
        assert "This code is not right" in text

    def test_a_new_code_replaces_the_old(self, cast: Cast) -> None:
        browser = Client()
        ask_for_code(browser, cast.delegate_uk.email)
        old = mailed_code()
        browser.post(reverse("account_confirm_login_code"), {"action": "resend"})
        assert len(mail.outbox) == 2
        assert mailed_code() != old
        assert browser.post(reverse("account_confirm_login_code"), {"code": old}).status_code == 200
        assert browser.post(reverse("account_confirm_login_code"), {"code": mailed_code()}).status_code == 302

    def test_the_field_takes_a_pasted_code_and_the_phones_own_filling(self, cast: Cast) -> None:
        text = ask_for_code(Client(), cast.delegate_uk.email).content.decode()
        assert 'autocomplete="one-time-code"' in text
        assert "maxlength" not in text


class TestByPassword:
    def test_a_wrong_password_and_an_unknown_address_are_answered_alike(self, cast: Cast) -> None:
        cast.secretary_uk.set_password(PHRASE)
        cast.secretary_uk.save()
        pages = []
        for email in (cast.secretary_uk.email, "nobody@example.org"):
            answer = Client().post(reverse("account_login"), {"login": email, "password": "wrong"})
            pages.append(without_what_differs(answer.content, email))
        assert "do not go together" in pages[0]
        assert pages[0] == pages[1]

    def test_staff_enrol_with_a_picture_that_the_browser_may_show(self, cast: Cast) -> None:
        cast.secretary_uk.set_password(PHRASE)
        cast.secretary_uk.save()
        browser = Client()
        browser.post(reverse("account_login"), {"login": cast.secretary_uk.email, "password": PHRASE})
        browser.post(reverse("account_reauthenticate"), {"password": PHRASE})
        text = browser.get(reverse("mfa_activate_totp")).content.decode()
        assert "<svg" in text
        assert "data:" not in text
        assert "style=" not in text
        assert re.search(r"<code>[A-Z2-7]{16,}</code>", text)


@pytest.mark.parametrize(
    "name",
    [
        "account/request_login_code.html",
        "account/confirm_login_code.html",
        "account/login.html",
        "account/logout.html",
        "account/reauthenticate.html",
        "account/account_inactive.html",
        "account/email/login_code_subject.txt",
        "account/email/login_code_message.txt",
        "mfa/authenticate.html",
        "mfa/index.html",
        "mfa/reauthenticate.html",
        "mfa/totp/activate_form.html",
        "mfa/totp/deactivate_form.html",
        "mfa/recovery_codes/generate.html",
        "mfa/recovery_codes/index.html",
        "allauth/layouts/base.html",
    ],
)
def test_no_page_falls_back_to_the_librarys_bare_look(name: str) -> None:
    assert "site-packages" not in str(get_template(name).origin)  # type: ignore[attr-defined]


@pytest.mark.parametrize("door", ["signup/", "email/", "password/reset/", "password/change/", "password/set/"])
def test_the_librarys_other_doors_are_shut(cast: Cast, signed_in: Any, door: str) -> None:
    for browser in (Client(), signed_in(cast.delegate_uk), signed_in(cast.secretary_uk)):
        assert browser.get(f"/en/sign-in/{door}").status_code == 404


def test_signing_out_is_a_form(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(build.an_account(build.a_person()))
    assert browser.get(reverse("account_logout")).status_code == 200
    assert "sessionid" in browser.cookies
    browser.post(reverse("account_logout"))
    assert browser.get("/en/my/").status_code == 302
