"""Signing in: by a mailed code, by a password, and what the pages do not tell."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
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

    def test_the_session_never_holds_the_code(self, cast: Cast) -> None:
        """Read as whoever holds a copy of the database reads it, after asking, a wrong try, and asking again."""
        browser = Client()

        def stored() -> str:
            return json.dumps([row.get_decoded() for row in Session.objects.all()]).lower()

        ask_for_code(browser, cast.delegate_uk.email)
        first = mailed_code()
        browser.post(reverse("account_confirm_login_code"), {"code": "WRNG-CODE"})
        kept = stored()
        browser.post(reverse("account_confirm_login_code"), {"action": "resend"})
        for code, rows in ((first, kept), (mailed_code(), stored())):
            assert "hmac-sha256:" in rows
            assert code.lower() not in rows and code.lower().replace("-", "") not in rows
        assert browser.post(reverse("account_confirm_login_code"), {"code": mailed_code()}).status_code == 302

    def test_it_is_bound_to_its_browser_and_to_ten_minutes_and_to_one_use(self, cast: Cast) -> None:
        with time_machine.travel("2027-01-04T09:00:00+00:00", tick=False) as clock:
            asking, other = Client(), Client()
            for browser in (other, asking):
                ask_for_code(browser, cast.delegate_uk.email)
            code = {"code": mailed_code()}
            assert other.post(reverse("account_confirm_login_code"), code).status_code == 200
            assert Client().post(reverse("account_confirm_login_code"), code)["Location"] == "/en/sign-in/"
            clock.shift(10 * 60)
            assert asking.post(reverse("account_confirm_login_code"), code)["Location"] == "/en/my/"
            asking.post(reverse("account_logout"))
            assert asking.post(reverse("account_confirm_login_code"), code)["Location"] == "/en/sign-in/"
            ask_for_code(asking, cast.delegate_uk.email)
            clock.shift(10 * 60 + 1)
            answer = asking.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
            assert answer["Location"] == "/en/sign-in/"
            assert asking.get("/en/my/").status_code == 302

    @pytest.mark.parametrize("name", ["delegate_uk", "nobody"])
    def test_three_wrong_tries_are_the_end_of_a_code_known_address_or_not(self, cast: Cast, name: str) -> None:
        browser = Client()
        ask_for_code(browser, f"{name}@example.org")
        answers = [browser.post(reverse("account_confirm_login_code"), {"code": wrong}) for wrong in ("-", "AAAA", "\0", "x")]
        assert [answer.status_code for answer in answers] == [200, 200, 302, 302]
        if mail.outbox:
            browser.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
        assert browser.get("/en/my/").status_code == 302

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
        "account/password_change.html",
        "account/email/login_code_subject.txt",
        "account/email/login_code_message.txt",
        "mfa/authenticate.html",
        "mfa/index.html",
        "mfa/reauthenticate.html",
        "mfa/totp/activate_form.html",
        "mfa/totp/deactivate_form.html",
        "mfa/recovery_codes/generate.html",
        "mfa/recovery_codes/index.html",
        "mfa/webauthn/add_form.html",
        "mfa/webauthn/authenticator_confirm_delete.html",
        "mfa/webauthn/authenticator_list.html",
        "mfa/webauthn/edit_form.html",
        "mfa/webauthn/reauthenticate.html",
        "usersessions/usersession_list.html",
        "allauth/layouts/base.html",
    ],
)
def test_no_page_falls_back_to_the_librarys_bare_look(name: str) -> None:
    assert "site-packages" not in str(get_template(name).origin)  # type: ignore[attr-defined]


@pytest.mark.parametrize("door", ["signup/", "email/", "password/reset/", "password/set/"])
def test_the_librarys_other_doors_are_shut(cast: Cast, signed_in: Any, door: str) -> None:
    for browser in (Client(), signed_in(cast.delegate_uk), signed_in(cast.secretary_uk)):
        assert browser.get(f"/en/sign-in/{door}").status_code == 404


def test_signing_out_is_a_form(cast: Cast, signed_in: Any) -> None:
    browser = signed_in(build.an_account(build.a_person()))
    assert browser.get(reverse("account_logout")).status_code == 200
    assert "sessionid" in browser.cookies
    browser.post(reverse("account_logout"))
    assert browser.get("/en/my/").status_code == 302


def test_staff_change_their_own_password_and_for_everybody_else_the_page_is_not_there(cast: Cast, signed_in: Any) -> None:
    door = reverse("account_change_password")
    for browser in (Client(), signed_in(cast.delegate_uk), signed_in(cast.focal_point_uk)):
        assert (browser.get(door).status_code, browser.post(door, {}).status_code) == (404, 404)
    cast.secretary_uk.set_password(PHRASE)
    cast.secretary_uk.save()
    here, elsewhere = signed_in(cast.secretary_uk), signed_in(cast.secretary_uk)
    new = {"password1": "four purple tractors 8", "password2": "four purple tractors 8"}
    assert "oldpassword" in here.post(door, {"oldpassword": "wrong", **new}).context["form"].errors
    assert (
        "password1"
        in here.post(door, {"oldpassword": PHRASE, "password1": "short", "password2": "short"}).context["form"].errors
    )
    assert here.post(door, {"oldpassword": PHRASE, **new})["Location"] == reverse("account")
    cast.secretary_uk.refresh_from_db()
    assert cast.secretary_uk.check_password("four purple tractors 8")
    assert (here.get("/en/my/").status_code, elsewhere.get("/en/my/").status_code) == (200, 302)


class TestWhereOneIsSignedIn:
    PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
    DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"

    def enter(self, user: Any, agent: str, network: str) -> Client:
        browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=network)
        ask_for_code(browser, user.email)
        browser.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
        return browser

    def test_one_sees_ones_own_sessions_and_ends_them(self, cast: Cast) -> None:
        page = reverse("usersessions_list")
        phone, desk = (
            self.enter(cast.delegate_uk, self.PHONE, "192.0.2.1"),
            self.enter(cast.delegate_uk, self.DESK, "192.0.2.2"),
        )
        stranger = self.enter(cast.delegate_nl, "Bait/9 (iPhone)", "192.0.2.99")
        text = phone.get(page).content.decode()
        for shown in ("Chrome on Android", "192.0.2.1", "Firefox on Windows", "192.0.2.2", "This browser"):
            assert shown in text
        assert "192.0.2.99" not in text and "iPhone" not in text
        theirs = UserSession.objects.get(user=cast.delegate_nl).pk
        here = UserSession.objects.get(ip="192.0.2.1").pk
        for wrong in (theirs, here, "", "9" * 30, "x"):
            assert phone.post(page, {"end": wrong}).status_code == 404
        phone.post(page, {"end": UserSession.objects.get(ip="192.0.2.2").pk})
        assert [browser.get("/en/my/").status_code for browser in (phone, desk, stranger)] == [200, 302, 200]
        third = self.enter(cast.delegate_uk, self.DESK, "192.0.2.3")
        assert third.post(page, {"end": "others"}, follow=True).status_code == 200
        assert [browser.get("/en/my/").status_code for browser in (phone, third, stranger)] == [302, 200, 200]
        assert Client().get(page)["Location"].startswith("/en/sign-in/")

    def test_the_own_account_leads_to_all_of_it(self, cast: Cast, signed_in: Any) -> None:
        text = signed_in(cast.delegate_uk).get(reverse("account")).content.decode()
        for name in ("usersessions_list", "mfa_index", "my-data", "account_logout"):
            assert f'"{reverse(name)}"' in text, name
        assert reverse("account_change_password") not in text
        assert reverse("account_change_password") in signed_in(cast.secretary_uk).get(reverse("account")).content.decode()
