"""The demonstration at each stage shows what it promises, and reaches it through the procedures alone."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from dialogues.models import ActionItem, Edition, OwnDetails, PreparationTask, Registration, SessionReport
from dialogues.procedures.agenda import agenda_standing
from dialogues.procedures.agenda_checks import agenda_checks
from dialogues.procedures.journal import faults
from dialogues.procedures.nomination_checks import parties_to_consent
from parties.models import User
from tests import build

STATES = {"proposed", "agreed", "in_progress", "blocked", "reported_complete", "closed", "superseded", "withdrawn"}


def tell(stage: str) -> tuple[Edition, Edition]:
    call_command("load_record", stdout=io.StringIO())
    call_command("load_demonstration", stage=stage, stdout=io.StringIO())
    previous, current = Edition.objects.filter(dialogue__slug="demonstration").order_by("year")
    return previous, current


def test_five_weeks_before(db: None, settings: Any, tmp_path: Any) -> None:
    previous, current = tell("D-35")
    assert (previous.status, current.status) == ("follow_up", "preparing")
    assert (previous.summary.status, current.rolled_from) == ("adopted", previous)
    assert set(current.carried_into.values_list("decision", flat=True)) == {"carry", "close"}
    assert set(current.mandates.values_list("status", flat=True)) == {"adopted"}
    assert set(current.engagements.values_list("status", flat=True)) == {"reported", "agreed"}
    days = (current.opens_on - timezone.now().astimezone(current.zone).date()).days
    assert days == 35
    registered = Counter(current.registrations.values_list("delegation__party__code", flat=True))
    assert registered == {"NL": 35, "UK": 23}
    assert not current.registrations.filter(delegation__party__code="UK", category="head").exists()
    late = set(PreparationTask.objects.filter(edition=current).overdue().values_list("code", flat=True))
    assert late - {"T21"} == {"T17", "T18", "T20"}  # T21 is due this very day: late where it is a weekend
    assert current.sessions.count() == 24
    assert len({session.room for session in current.sessions.all() if session.room}) == 5
    actions = Counter(ActionItem.objects.filter(edition=previous).values_list("status", flat=True))
    assert (sum(actions.values()), set(actions)) == (40, STATES)
    assert faults() == []
    there_is_something_for_everybody_to_do(current)
    nobody_in_it_could_be_taken_for_a_real_officer()
    the_real_dialogue_is_untouched()
    settings.DEMONSTRATION, settings.STAFF_MFA, settings.EMAIL_FILE_PATH = True, False, str(tmp_path)
    each_role_signs_in_with_one_press_and_nobody_else_does()
    settings.STAFF_MFA = True  # where it is asked for, the staff of a demonstration need their second factor too
    browser = Client()
    browser.post("/en/demonstration/", {"email": "secretary-nl@example.org"})
    assert browser.get("/admin/").status_code == 302


def there_is_something_for_everybody_to_do(current: Edition) -> None:
    standings = Counter(current.nominations.values_list("delegation__party__code", "status"))
    assert standings == {
        ("NL", "accepted"): 35,
        ("NL", "submitted"): 1,
        ("UK", "accepted"): 23,
        ("UK", "submitted"): 2,
        ("UK", "returned"): 1,
        ("UK", "draft"): 1,
    }
    observer = current.nominations.get(category="observer")
    assert [party.code for party in parties_to_consent(observer)] == ["UK"]


def nobody_in_it_could_be_taken_for_a_real_officer() -> None:
    for registration in Registration.objects.select_related("person"):
        assert registration.person.name.startswith("Delegate ")
    assert all(user.email.endswith("@example.org") for user in User.objects.all())


def the_real_dialogue_is_untouched() -> None:
    real = Edition.objects.filter(dialogue__slug="uk-nl-soc")
    assert set(real.values_list("year", flat=True)) == {2025, 2026}
    assert not any(edition.sessions.exists() or edition.registrations.exists() for edition in real)
    assert min(edition.opens_on for edition in real) == date(2025, 1, 27)


def each_role_signs_in_with_one_press_and_nobody_else_does() -> None:
    page = Client().get("/en/demonstration/").content.decode()
    for email, leads_to in [
        ("secretary-nl@example.org", "/admin/"),
        ("secretary-uk@example.org", "/admin/"),
        ("focal-point-uk@example.org", "/en/my/"),
        ("nl07@example.org", "/en/my/"),
    ]:
        assert email in page
        response = Client().post("/en/demonstration/", {"email": email}, follow=True)
        assert response.redirect_chain[-1][0] == leads_to
        assert response.status_code == 200
    outsider = build.an_account(build.a_person(), is_staff=True)
    assert Client().post("/en/demonstration/", {"email": outsider.email}).status_code == 404


def test_a_week_before(db: None) -> None:
    _previous, current = tell("D-7")
    secretary = User.objects.get(email="secretary-nl@example.org")
    assert len([check for check in agenda_checks(current, secretary) if check.blocks]) == 1
    assert agenda_standing(current, secretary).unreleased == 1
    assert current.messages.unsent().count() > 70


def test_the_first_day(db: None) -> None:
    _previous, current = tell("D0")
    now = timezone.now()
    assert current.is_open(now)
    release = current.latest_release()
    assert release
    assert release.number == "3.3"  # two rooms changed and one session cancelled, each told at once
    assert release.sessions.filter(starts_at__lte=now, ends_at__gt=now).exists()
    assert any("room_changed" in row.changes for row in release.sessions.all())
    assert release.sessions.filter(is_cancelled=True).count() == 1


def test_ten_days_after(db: None) -> None:
    previous, current = tell("D+10")
    assert current.status == "closed"
    assert current.action_items.filter(status="proposed").count() == 6
    assert previous.action_items.filter(status="reported_complete").exists()
    reports = SessionReport.objects.filter(session__edition=current)
    assert Counter(reports.values_list("status", flat=True)) == {"final": 5, "draft": 1}
    assert Counter(current.registrations.values_list("status", flat=True)) == {"attended": 69, "no_show": 1}
    assert OwnDetails.objects.filter(registration__edition=current).count() == 52
    assert current.participant_lists.get().lines.count() == 68  # all but the two of the support staff


def test_it_refuses_a_database_in_which_somebody_has_an_account(db: None) -> None:
    build.an_account(build.a_person())
    with pytest.raises(CommandError, match="holds accounts that no demonstration made"):
        call_command("load_demonstration")
