"""Rights begin and end by the clock, and a session does too; nothing is given by an account being staff or superuser."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from dialogues.models import ActionItem, Appointment, Registration
from dialogues.permissions import CurrentRights, holds_second_factor_role
from dialogues.procedures.progress import report_progress_reasons
from tests import build
from tests.cast import Cast
from tests.signing_in import sign_in

FIRST, LAST = date(2027, 2, 1), date(2027, 2, 26)
# The appointment counts both days, by the UTC calendar.
DAYS = [
    ("2027-01-31T23:59:59+00:00", False),
    ("2027-02-01T00:00:00+00:00", True),
    ("2027-02-26T23:59:59+00:00", True),
    ("2027-02-27T00:00:00+00:00", False),
]


def appointed(cast: Cast, role: str, **account: Any) -> Any:
    user = build.an_account(build.a_person(cast.nl), **account)
    build.an_appointment(user, cast.dialogue, role, starts_on=FIRST, ends_on=LAST)
    return user


@pytest.mark.parametrize(("instant", "is_held"), DAYS)
def test_an_appointment_opens_and_shuts_everything_at_its_two_midnights(cast: Cast, instant: str, is_held: bool) -> None:
    """Admin, pages, the act on an action item, and the second factor that the role asks for: all by the same clock."""
    secretary = appointed(cast, "secretary", is_staff=True)
    focal_point = appointed(cast, "focal_point")
    item = build.an_action_item(cast.edition, number="SOC-2027-01", status=ActionItem.Status.IN_PROGRESS)
    hidden = build.a_session(cast.edition, title_en="Bait of the working agenda")
    with time_machine.travel(instant, tick=False):
        admin, pages = sign_in(Client(), secretary), sign_in(Client(), focal_point)
        assert secretary.has_perm("dialogues.change_edition") is is_held
        assert secretary.has_module_perms("parties") is is_held
        session_page = admin.get(f"/admin/dialogues/session/{hidden.pk}/change/")
        assert (hidden.title_en in session_page.content.decode()) is is_held
        listed = pages.get("/en/action-items/")
        assert listed.status_code == 200
        assert (str(item.text) in listed.content.decode()) is is_held
        assert pages.get(item.get_absolute_url()).status_code == (200 if is_held else 404)
        assert pages.get(item.get_absolute_url() + "report/").status_code == (200 if is_held else 404)
        assert ("focal point" in " ".join(map(str, report_progress_reasons(item, focal_point)))) is not is_held
        assert holds_second_factor_role(focal_point) is is_held
        assert pages.post(item.get_absolute_url() + "report/", {"text": "x"}).status_code in ({200, 302} if is_held else {404})


@pytest.mark.parametrize(("days_after_close", "is_given"), [(0, True), (90, True), (91, False)])
def test_a_registration_gives_access_until_ninety_days_after_the_close(
    cast: Cast, days_after_close: int, is_given: bool
) -> None:
    hidden = build.an_edition(cast.dialogue, year=2028, audience="delegates")
    build.a_registration(cast.delegate_uk.person, hidden)
    assert hidden.closes_on is not None
    day = hidden.closes_on + timedelta(days=days_after_close)
    for hour in ("00:00:00", "23:59:59"):
        with time_machine.travel(f"{day.isoformat()}T{hour}+00:00", tick=False):
            given = Registration.objects.giving_access().filter(person=cast.delegate_uk.person_id, edition=hidden)
            assert given.exists() is is_given
            answer = sign_in(Client(), cast.delegate_uk).get(hidden.get_absolute_url())
            assert answer.status_code == (200 if is_given else 404)
            assert sign_in(Client(), cast.delegate_nl).get(hidden.get_absolute_url()).status_code == 404


def test_a_superuser_and_a_staff_account_gain_nothing(cast: Cast) -> None:
    """Bait: an edition that only its secretariat reads, and an item of the delegates."""
    hidden = build.an_edition(cast.dialogue, year=2028, audience="secretariat", city_en="Baittown")
    item = build.an_action_item(cast.edition)
    assert cast.technician.is_superuser and cast.technician.is_staff
    for user in (cast.technician, cast.former_secretary, cast.coming_secretary):
        for perm in ("dialogues.change_edition", "dialogues.add_registration", "parties.delete_user"):
            assert not user.has_perm(perm), (user, perm)
        browser = sign_in(Client(), user)
        assert browser.get(f"/admin/dialogues/edition/{hidden.pk}/change/").status_code != 200
        assert "Baittown" not in browser.get("/admin/dialogues/edition/").content.decode()
        assert str(item.text) not in browser.get("/en/action-items/").content.decode()
        assert browser.get(item.get_absolute_url()).status_code == 404
        assert not holds_second_factor_role(user)
    assert not CurrentRights().has_perm(cast.inactive_secretary, "dialogues.change_edition")
    assert not CurrentRights().has_perm(cast.secretary_nl, "auth.add_group")
    assert str(item.text) in sign_in(Client(), cast.secretary_nl).get("/en/action-items/").content.decode()


def test_an_account_that_stands_for_nothing_signs_in_and_reads_what_the_public_reads(cast: Cast) -> None:
    browser = sign_in(Client(), cast.stranger)
    assert browser.get("/en/my/").status_code == 200
    assert browser.get("/en/action-items/").status_code == 200
    assert not Appointment.objects.current().held_by(cast.stranger).exists()


class TestSession:
    START = datetime.fromisoformat("2027-02-01T08:00:00+00:00")

    def test_it_ends_after_twelve_hours_however_busy(self, cast: Cast) -> None:
        with time_machine.travel(self.START, tick=False) as clock:
            browsers = [sign_in(Client(), user) for user in (cast.delegate_uk, cast.focal_point_uk)]
            for _quarter in range(47):
                clock.shift(15 * 60)
                assert [browser.get("/en/my/").status_code for browser in browsers] == [200, 200]
            clock.shift(15 * 60)
            answers = [browser.get("/en/my/", follow=True) for browser in browsers]
            assert {answer.redirect_chain[0] for answer in answers} == {("/en/sign-in/?next=/en/my/", 302)}
            assert "signed out after 12 hours" in answers[1].content.decode()

    @pytest.mark.parametrize(
        ("name", "is_ended"), [("secretary_uk", True), ("focal_point_nl", True), ("technician", True), ("delegate_nl", False)]
    )
    def test_half_an_hour_without_a_page_ends_it_for_who_has_a_second_factor(
        self, cast: Cast, name: str, is_ended: bool
    ) -> None:
        with time_machine.travel(self.START, tick=False) as clock:
            browser = sign_in(Client(), getattr(cast, name))
            for _page in range(3):
                clock.shift(29 * 60)
                assert browser.get("/en/my/").status_code == 200
            clock.shift(30 * 60)
            assert browser.get("/en/").status_code == 200
            answer = browser.get("/en/my/")
            assert answer.status_code == (302 if is_ended else 200)

    def test_the_next_page_says_why(self, cast: Cast) -> None:
        with time_machine.travel(self.START, tick=False) as clock:
            browser = sign_in(Client(), cast.secretary_uk)
            clock.shift(31 * 60)
            text = browser.get("/admin/", follow=True).content.decode()
            assert "signed out after 30 minutes" in text and "<h1>Secretariat sign-in" in text

    def test_it_is_written_at_most_once_a_minute(self, cast: Cast) -> None:
        with time_machine.travel(self.START, tick=False) as clock:
            browser = sign_in(Client(), cast.focal_point_uk)
            browser.get("/en/my/")
            kept = Session.objects.get().session_data
            clock.shift(59)
            browser.get("/en/my/")
            assert Session.objects.get().session_data == kept
            clock.shift(1)
            browser.get("/en/my/")
            assert Session.objects.get().session_data != kept

    def test_who_has_no_session_is_asked_nothing(self, cast: Cast, django_assert_num_queries: Any) -> None:
        """A public page stays the same for everybody: no cookie, no Vary, no question about accounts."""
        answer = Client().get("/en/accessibility/")
        assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
        assert not re.search(r"no-store", answer["Cache-Control"])
        with django_assert_num_queries(0):
            Client().get("/en/accessibility/")
        assert Client().get(reverse("my"))["Location"] == "/en/sign-in/?next=/en/my/"
