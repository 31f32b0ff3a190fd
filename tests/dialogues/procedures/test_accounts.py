"""Accounts: the code from the desk, and a lost second factor."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from dialogues.models import JournalEntry, Registration
from dialogues.procedures import accounts
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.steps import StepRefused
from parties.models import DeskCode, User
from tests import build
from tests.cast import Cast
from tests.signing_in import sign_in

ON_THE_DAY = "2027-03-16T08:00:00+00:00"
REFUSED = "This code is not right, or no longer valid. Ask for a new one at the desk."


@pytest.fixture
def open_edition(cast: Cast) -> Any:
    """The first morning: the agenda is released, people stand at the desk."""
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    with time_machine.travel(ON_THE_DAY, tick=False) as clock:
        yield clock


def registration_of(user: User) -> Registration:
    return Registration.objects.get(person=user.person_id)


def refusal(**said: Any) -> str:
    with pytest.raises(StepRefused) as refused:
        accounts.issue_desk_code(**said)
    return str(refused.value)


class TestCodeFromTheDesk:
    def test_it_signs_in_once_and_is_kept_only_as_a_hash(self, cast: Cast, open_edition: Any) -> None:
        issued, code = accounts.issue_desk_code(registration=registration_of(cast.delegate_uk), by=cast.secretary_nl)
        assert re.fullmatch(r"[B-DF-HJ-NP-TV-XZ2-79]{5}-[B-DF-HJ-NP-TV-XZ2-79]{5}", code)
        assert issued.expires_at - issued.issued_at == timedelta(hours=1)
        with connection.cursor() as rows:
            rows.execute("SELECT code_hash FROM parties_deskcode")
            assert code.replace("-", "") not in str(rows.fetchall())
        entry = JournalEntry.objects.get(act="issued desk code")
        assert (entry.by, entry.record, entry.details) == (cast.secretary_nl, registration_of(cast.delegate_uk), {})
        browser = Client()
        answer = browser.post(reverse("desk-code"), {"code": f" {code.lower().replace('-', ' ')} "})
        assert answer["Location"] == "/en/my/"
        assert browser.get("/en/my/").status_code == 200
        assert [record["method"] for record in browser.session["account_authentication_methods"]] == ["desk"]
        assert REFUSED in Client().post(reverse("desk-code"), {"code": code}).content.decode()

    def test_wrong_used_expired_and_replaced_codes_are_answered_alike(self, cast: Cast, open_edition: Any) -> None:
        registration = registration_of(cast.delegate_uk)
        _first, replaced = accounts.issue_desk_code(registration=registration, by=cast.secretary_nl)
        _second, used = accounts.issue_desk_code(registration=registration, by=cast.secretary_uk)
        accounts.use_desk_code(code=used)
        _third, expired = accounts.issue_desk_code(registration=registration, by=cast.secretary_nl)
        open_edition.shift(timedelta(hours=1))
        other = registration_of(cast.delegate_nl)
        _fourth, of_an_inactive = accounts.issue_desk_code(registration=other, by=cast.secretary_nl)
        User.objects.filter(pk=cast.delegate_nl.pk).update(is_active=False)
        pages = set()
        for code in (replaced, used, expired, of_an_inactive, "WRNG2-CDDD3", "\u2603" * 9):
            answer = Client().post(reverse("desk-code"), {"code": code})
            page = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode()).replace(code, "…")
            pages.add((answer.status_code, page))
        [(status, page)] = pages
        assert status == 200 and REFUSED in page

    def test_it_lasts_to_the_last_minute_of_the_hour(self, cast: Cast, open_edition: Any) -> None:
        _issued, code = accounts.issue_desk_code(registration=registration_of(cast.delegate_uk), by=cast.secretary_nl)
        open_edition.shift(timedelta(minutes=59, seconds=59))
        assert accounts.use_desk_code(code=code) == cast.delegate_uk

    def test_only_a_secretary_issues_it_and_only_on_the_day(self, cast: Cast, open_edition: Any) -> None:
        registration = registration_of(cast.delegate_uk)
        for user in (cast.focal_point_uk, cast.delegate_uk, cast.technician, cast.former_secretary, cast.secretary_elsewhere):
            assert "current secretary" in refusal(registration=registration, by=user)
        open_edition.move_to(datetime(2027, 3, 15, 12, tzinfo=UTC))
        assert "only while the edition is open" in refusal(registration=registration, by=cast.secretary_nl)
        assert not DeskCode.objects.exists()

    def test_nobody_with_a_second_factor_goes_round_it(self, cast: Cast, open_edition: Any) -> None:
        """Neither when it is issued nor when it is used: an appointment may begin in between."""
        focal_point = build.a_registration(cast.focal_point_uk.person, cast.edition)
        assert "second factor" in refusal(registration=focal_point, by=cast.secretary_uk)
        staff = build.a_registration(cast.secretary_uk.person, cast.edition)
        assert "second factor" in refusal(registration=staff, by=cast.secretary_nl)
        cancelled = Registration.objects.get(person=cast.withdrawn_delegate.person)
        assert "cancelled" in refusal(registration=cancelled, by=cast.secretary_nl)
        without = build.a_registration(build.a_person(cast.uk), cast.edition)
        assert "no account" in refusal(registration=without, by=cast.secretary_nl)
        _issued, code = accounts.issue_desk_code(registration=registration_of(cast.delegate_uk), by=cast.secretary_nl)
        build.an_appointment(cast.delegate_uk, cast.dialogue, "clearing_officer")
        with pytest.raises(StepRefused, match="no longer valid"):
            accounts.use_desk_code(code=code)

    def test_tries_are_counted(self, cast: Cast, settings: Any) -> None:
        settings.ACCOUNT_RATE_LIMITS = {"desk_code": "3/m/ip"}
        answers = [Client().post(reverse("desk-code"), {"code": "WRNG2CDDD3"}).content.decode() for _try in range(4)]
        assert [REFUSED in page for page in answers] == [True, True, True, False]
        assert "Too many requests" in answers[3]


class TestLostSecondFactor:
    PAGE = "/admin/parties/user/{}/step/reset-second-factor/"

    def test_a_fellow_secretary_resets_it_sessions_end_and_the_person_is_told(
        self, cast: Cast, signed_in: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        TOTP.activate(cast.focal_point_nl, secret := generate_totp_secret())
        theirs, mine = sign_in(Client(), cast.focal_point_nl), signed_in(cast.secretary_nl)
        assert theirs.get("/en/my/").status_code == 200
        page = self.PAGE.format(cast.focal_point_nl.pk)
        asked = mine.get(page)
        assert "signed out everywhere" in asked.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            assert mine.post(page).status_code == 302
        assert not Authenticator.objects.filter(user=cast.focal_point_nl).exists()
        assert theirs.get("/en/my/").status_code == 302
        assert mine.get("/en/my/").status_code == 200
        entry = JournalEntry.objects.get(act="reset second factor")
        assert (entry.by, entry.party, entry.record) == (cast.secretary_nl, cast.nl, cast.focal_point_nl)
        [message] = mail.outbox
        assert message.to == [cast.focal_point_nl.email]
        assert secret not in str(message.body) and cast.focal_point_nl.person.name not in message.subject + str(message.body)
        assert "reset the second factor" in message.body

    def test_nobody_resets_their_own_or_the_other_partys(self, cast: Cast, signed_in: Any) -> None:
        for user in (cast.secretary_nl, cast.focal_point_uk):
            TOTP.activate(user, generate_totp_secret())
            with pytest.raises(StepRefused):
                accounts.reset_second_factor(account=user, by=cast.secretary_nl)
        for user in (cast.former_secretary, cast.focal_point_nl, cast.delegate_uk, cast.technician):
            with pytest.raises(StepRefused, match="secretary of the same party"):
                accounts.reset_second_factor(account=cast.focal_point_uk, by=user)
        assert signed_in(cast.secretary_nl).post(self.PAGE.format(cast.focal_point_uk.pk)).status_code == 404
        assert Authenticator.objects.count() == 2
        assert not mail.outbox
