"""Second factors: an app, a passkey, recovery codes; who is asked for one, and how far one gets without."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.staticfiles import finders
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import build
from tests.cast import Cast
from tests.parties.views.test_accounts import ask_for_code, mailed_code
from tests.passkey import Passkey
from tests.signing_in import sign_in

PHRASE = "three green bicycles 9"
LIST = "/admin/dialogues/edition/"


def with_password(user: Any) -> Any:
    user.set_password(PHRASE)
    user.save()
    return user


def by_code(user: Any) -> Client:
    """A browser that has given the mailed code and nothing else."""
    browser = Client()
    ask_for_code(browser, user.email)
    browser.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
    return browser


def digits(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def enrol_app(browser: Client) -> Any:
    page = browser.get(reverse("mfa_activate_totp"))
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page.content.decode())
    assert secret
    return browser.post(reverse("mfa_activate_totp"), {"code": digits(secret[1])})


def question(page: Any) -> dict[str, Any]:
    """What the page asks the browser’s passkey."""
    found = re.search(r'<script id="js_data" type="application/json">(.+?)</script>', page.content.decode())
    assert found
    options: dict[str, Any] = json.loads(found[1])
    return next(iter(options.values()))


def enrol_passkey(browser: Client, **options: Any) -> Passkey:
    passkey = Passkey(**options)
    answer = passkey.enrol(question(browser.get(reverse("mfa_add_webauthn"))))
    said = {"name": "blue key", "passwordless": "on", "credential": answer}
    assert browser.post(reverse("mfa_add_webauthn"), said).status_code == 302
    return passkey


def enter_by_passkey(passkey: Passkey) -> tuple[Client, Any]:
    browser = Client()
    options = browser.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()["request_options"]
    return browser, browser.post(reverse("mfa_login_webauthn"), {"credential": passkey.give(options)})


class TestWhoIsAsked:
    @pytest.mark.parametrize("name", ["focal_point_nl", "deputy_nl", "secretary_uk"])
    def test_without_a_second_factor_one_gets_to_enrolment_and_nowhere_else(self, cast: Cast, name: str) -> None:
        """Bait: an item that the same person reads once the factor is given."""
        item = build.an_action_item(cast.edition)
        user = getattr(cast, name)
        browser = sign_in(Client(), user, ("password",) if user.is_staff else ("code",))
        for address in ("/en/my/", "/en/action-items/", item.get_absolute_url(), LIST, reverse("usersessions_list")):
            answer = browser.get(address, follow=address == LIST)
            if address == LIST:
                assert answer.redirect_chain[-1][0] == reverse("mfa_index")
            else:
                assert answer["Location"] == reverse("mfa_index"), address
        page = browser.get(reverse("mfa_index")).content.decode()
        assert "Your role asks for a second factor" in page
        assert str(item.text) in sign_in(Client(), user).get("/en/action-items/").content.decode()

    def test_a_clearing_officer_is_asked_and_a_press_officer_is_not(self, cast: Cast) -> None:
        for role, status in (("clearing_officer", 302), ("press_officer", 200)):
            user = build.an_account(build.a_person(cast.nl))
            build.an_appointment(user, cast.dialogue, role)
            assert sign_in(Client(), user, ("code",)).get("/en/my/").status_code == status, role

    def test_a_delegate_is_not_asked_and_in_a_demonstration_nobody_is(self, cast: Cast, settings: Any) -> None:
        assert sign_in(Client(), cast.delegate_nl).get("/en/my/").status_code == 200
        settings.STAFF_MFA = False
        assert sign_in(Client(), cast.focal_point_nl, ("code",)).get("/en/my/").status_code == 200

    def test_public_pages_stay_open_and_show_what_the_public_reads(self, cast: Cast) -> None:
        hidden = build.an_edition(cast.dialogue, year=2028, audience="delegates")
        halfway, whole = sign_in(Client(), cast.secretary_nl, ("password",)), sign_in(Client(), cast.secretary_nl)
        assert (halfway.get("/en/").status_code, Client().get(hidden.get_absolute_url()).status_code) == (200, 404)
        assert halfway.get(hidden.get_absolute_url()).status_code == 404
        assert whole.get(hidden.get_absolute_url()).status_code == 200

    def test_where_one_is_enrolled_already_only_giving_it_opens_the_way(self, cast: Cast) -> None:
        """Enrolled meanwhile in another browser: this one may neither enrol a second nor read the recovery codes."""
        TOTP.activate(cast.focal_point_nl, secret := generate_totp_secret())
        RecoveryCodes.activate(cast.focal_point_nl)
        browser = sign_in(Client(), cast.focal_point_nl, ("code",))
        gate = f"{reverse('mfa_reauthenticate')}?next=%2Fen%2Fmy%2F"
        assert browser.get("/en/my/")["Location"] == gate
        for door in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
            assert reverse("mfa_reauthenticate") in browser.get(reverse(door))["Location"], door
        assert "000000" not in browser.post(gate, {"code": "000000"}).get("Location", "")
        assert browser.get("/en/my/").status_code == 302
        assert browser.post(gate, {"code": digits(secret)})["Location"] == "/en/my/"
        assert browser.get("/en/my/").status_code == 200


class TestApp:
    def test_a_focal_point_goes_from_the_code_to_enrolment_to_their_pages(self, cast: Cast) -> None:
        browser = by_code(cast.focal_point_nl)
        assert browser.get("/en/my/")["Location"] == reverse("mfa_index")
        answer = enrol_app(browser)
        assert answer["Location"] == reverse("mfa_view_recovery_codes")
        codes = re.findall(r"<li><code>(\d+)</code>", browser.get(answer["Location"]).content.decode())
        assert len(codes) == 10
        assert browser.get("/en/my/").status_code == 200
        again = by_code(cast.focal_point_nl)
        assert again.get("/en/my/").status_code == 302
        page = again.get(reverse("mfa_authenticate")).content.decode()
        assert "six digits" in page and "style=" not in page
        assert again.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
        assert again.get("/en/my/").status_code == 200
        third = by_code(cast.focal_point_nl)
        assert "This code is not right" in third.post(reverse("mfa_authenticate"), {"code": codes[0]}).content.decode()

    def test_staff_are_asked_for_the_password_once_and_reach_the_admin_after_enrolment(self, cast: Cast) -> None:
        with_password(cast.secretary_uk)
        browser = Client()
        with time_machine.travel("2027-01-04T09:00:00+00:00", tick=False) as clock:
            browser.post(reverse("account_login"), {"login": cast.secretary_uk.email, "password": PHRASE})
            assert browser.get(reverse("mfa_activate_totp")).status_code == 200
            clock.shift(6 * 60)
            assert reverse("account_reauthenticate") in browser.get(reverse("mfa_activate_totp"))["Location"]
            browser.post(reverse("account_reauthenticate"), {"password": PHRASE})
            assert browser.get(LIST).status_code == 302
            assert enrol_app(browser).status_code == 302
            assert browser.get(LIST).status_code == 200


class TestPasskey:
    def test_a_focal_point_signs_in_by_passkey_alone(self, cast: Cast) -> None:
        first = by_code(cast.focal_point_nl)
        passkey = enrol_passkey(first)
        assert first.get("/en/my/").status_code == 200
        assert "blue key" in first.get(reverse("mfa_list_webauthn")).content.decode()
        browser, answer = enter_by_passkey(passkey)
        assert answer["Location"] == "/en/my/"
        assert browser.get("/en/my/").status_code == 200

    def test_staff_enter_the_admin_by_passkey_alone(self, cast: Cast) -> None:
        with_password(cast.secretary_nl)
        first = Client()
        first.post(reverse("account_login"), {"login": cast.secretary_nl.email, "password": PHRASE})
        browser, _answer = enter_by_passkey(enrol_passkey(first))
        assert browser.get(LIST).status_code == 200

    def test_a_passkey_is_the_second_factor_after_the_code(self, cast: Cast) -> None:
        passkey = enrol_passkey(by_code(cast.focal_point_nl))
        browser = by_code(cast.focal_point_nl)
        assert browser.get("/en/my/").status_code == 302
        asked = question(browser.get(reverse("mfa_authenticate")))
        assert browser.post(reverse("mfa_authenticate"), {"credential": passkey.give(asked)}).status_code == 302
        assert browser.get("/en/my/").status_code == 200

    def test_a_passkey_that_does_not_check_its_owner_is_no_way_in(self, cast: Cast) -> None:
        passkey = enrol_passkey(by_code(cast.focal_point_nl))
        passkey.flags &= ~4
        browser, answer = enter_by_passkey(passkey)
        assert answer["Location"] == reverse("account_request_login_code")
        assert "was not accepted" in browser.get(answer["Location"]).content.decode()
        assert browser.get("/en/my/").status_code == 302

    def test_another_sites_passkey_and_a_replayed_answer_are_refused(self, cast: Cast) -> None:
        passkey = enrol_passkey(by_code(cast.focal_point_nl))
        browser = Client()
        options = browser.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json()
        said = passkey.give(options["request_options"])
        replayed = Client()
        replayed.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        assert replayed.post(reverse("mfa_login_webauthn"), {"credential": said})["Location"] == reverse(
            "account_request_login_code"
        )
        passkey.origin = "https://testserver.example.net"
        _browser, answer = enter_by_passkey(passkey)
        assert answer["Location"] == reverse("account_request_login_code")

    @pytest.mark.parametrize(
        "nonsense",
        ["", "null", "[]", "7", "{}", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": 7}}', "{" * 2000, "\0"],
    )
    def test_an_answer_no_browser_makes_is_a_wrong_answer(self, cast: Cast, nonsense: str) -> None:
        browser = by_code(cast.focal_point_nl)
        browser.raise_request_exception = False
        said = {"credential": nonsense, "name": "x"}
        browser.get(reverse("mfa_add_webauthn"))
        assert browser.post(reverse("mfa_add_webauthn"), said).status_code == 200
        stranger = Client(raise_request_exception=False)
        stranger.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
        assert stranger.post(reverse("mfa_login_webauthn"), said).status_code == 302
        TOTP.activate(cast.delegate_nl, generate_totp_secret())
        waiting = by_code(cast.delegate_nl)
        waiting.raise_request_exception = False
        for form in (said, {}, {"code": "\0"}, {"code": "é" * 5000}):
            assert waiting.post(reverse("mfa_authenticate"), form).status_code == 200
        assert not Authenticator.objects.filter(user=cast.focal_point_nl).exists()

    def test_every_field_of_an_answer_may_be_nonsense_of_any_kind(self, cast: Cast) -> None:
        """Huge numbers, NUL bytes and the wrong kind in each place, before the database and the reader of keys."""
        browser = by_code(cast.focal_point_nl)
        browser.raise_request_exception = False
        good = json.loads(Passkey().enrol(question(browser.get(reverse("mfa_add_webauthn")))))
        for place in ("id", "rawId", "response", "clientExtensionResults", "type"):
            for wrong in (None, [], {}, 10**400, "\0", "AAAA", "*"):
                said = json.dumps({**good, place: wrong})
                answer = browser.post(reverse("mfa_add_webauthn"), {"credential": said, "name": "x"})
                assert answer.status_code in {200, 302}, (place, wrong)
                Authenticator.objects.all().delete()
                browser.get(reverse("mfa_add_webauthn"))
        given = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {}}
        for handle in ("OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "AAAA", "w6k", "", 7, None):
            response = {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AA", "userHandle": handle}
            stranger = Client(raise_request_exception=False)
            stranger.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
            answer = stranger.post(reverse("mfa_login_webauthn"), {"credential": json.dumps({**given, "response": response})})
            assert answer.status_code in {302, 429}, handle

    def test_the_pages_run_only_files_of_this_site(self, cast: Cast) -> None:
        browser = by_code(cast.focal_point_nl)
        for page in (Client().get(reverse("account_login")), browser.get(reverse("mfa_add_webauthn"))):
            text = page.content.decode()
            assert "script-src 'self'" in page["Content-Security-Policy"]
            for opening, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
                assert 'type="application/json"' in opening or ('src="/static/' in opening and not body.strip()), opening
            for source in re.findall(r'<script src="/static/([^"]+)"', text):
                assert Path(str(finders.find(source))).is_file(), source

    def test_removing_the_last_factor_takes_the_recovery_codes_along(self, cast: Cast) -> None:
        browser = by_code(cast.focal_point_nl)
        enrol_passkey(browser)
        [key] = Authenticator.objects.filter(user=cast.focal_point_nl, type="webauthn")
        assert "blue key" in browser.get(reverse("mfa_edit_webauthn", args=[key.pk])).content.decode()
        browser.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "red key"})
        assert "red key" in browser.get(reverse("mfa_list_webauthn")).content.decode()
        assert browser.get(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 200
        browser.post(reverse("mfa_remove_webauthn", args=[key.pk]))
        assert not Authenticator.objects.filter(user=cast.focal_point_nl).exists()
        assert sign_in(Client(), cast.focal_point_uk).get(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
        assert mail.outbox
