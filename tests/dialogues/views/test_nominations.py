"""A focal point puts people forward: a draft with as little as a name, submitted when nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings

from dialogues.models import Delegation, Nomination, Registration
from tests import build
from tests.cast import Cast
from tests.reading import content, words


@pytest.fixture(autouse=True)
def before_the_deadline() -> Iterator[None]:
    with time_machine.travel("2027-01-25T12:00:00Z", tick=False):
        yield


class Desk:
    """The focal point of the Netherlands, with one organisation of each party to choose from."""

    def __init__(self, cast: Cast, signed_in: Any) -> None:
        self.cast = cast
        self.round = build.a_round(cast.edition)
        self.delegation: Delegation = build.a_delegation(cast.edition, cast.nl)
        self.police = build.an_organisation(cast.nl, name_en="Zz Police", kind="police", acronym_en="ZZP")
        self.agency = build.an_organisation(cast.uk, name_en="Aa Agency")
        self.browser: Client = signed_in(cast.focal_point_nl)
        self.adding = f"/en/delegation/{self.delegation.pk}/add/"

    def person(self, **said: Any) -> dict[str, Any]:
        return {
            "name": "Ms A. Example",
            "post_en": "Head of unit",
            "organisation": self.police.pk,
            "email": "A.Example@example.org",
            "category": "delegate",
            "mandates": [self.cast.group.pk],
            "language": "nl",
            "then": "draft",
            **said,
        }

    def add(self, **said: Any) -> Any:
        return self.browser.post(self.adding, self.person(**said), follow=True)

    def opened(self, nomination: Nomination) -> Any:
        return self.browser.get(f"/en/delegation/nominations/{nomination.pk}/")

    def save(self, nomination: Nomination, seen: str | None = None, **said: Any) -> Any:
        seen = seen if seen is not None else self.opened(nomination).context["seen"]
        return self.browser.post(
            f"/en/delegation/nominations/{nomination.pk}/", {**self.person(), "seen": seen, "then": "save", **said}, follow=True
        )

    def act(self, nomination: Nomination, act: str, **said: Any) -> Any:
        return self.browser.post(f"/en/delegation/nominations/{nomination.pk}/{act}/", said, follow=True)


@pytest.fixture
def desk(cast: Cast, signed_in: Any) -> Desk:
    return Desk(cast, signed_in)


def test_a_name_is_enough_for_a_draft_and_surname_first_is_offered(desk: Desk) -> None:
    answer = desk.add(post_en="", organisation="", email="", mandates=[])
    draft = Nomination.objects.get()
    assert (draft.status, draft.sort_name, draft.drafted_by) == ("draft", "Example, A.", desk.cast.focal_point_nl)
    assert "The draft is saved. Only your party’s focal points see it." in words(answer.content.decode())
    assert 'value="Example, A."' in desk.opened(draft).content.decode()
    desk.save(draft, name="Ms B. Sample", sort_name="Example, A.")
    draft.refresh_from_db()
    assert draft.sort_name == "Sample, B."
    desk.save(draft, name="Ms B. C. Sample", sort_name="C. Sample, B.")
    draft.refresh_from_db()
    assert draft.sort_name == "C. Sample, B."


def test_saved_and_submitted_in_one_go(desk: Desk) -> None:
    answer = desk.add(then="submit")
    nomination = Nomination.objects.get()
    assert "Submitted. The secretariat checks that it is complete." in words(answer.content.decode())
    assert (nomination.status, nomination.email, nomination.language) == ("submitted", "a.example@example.org", "nl")
    assert list(nomination.mandates.all()) == [desk.cast.group]


def test_what_is_missing_is_named_at_its_field_and_what_was_typed_stays(desk: Desk) -> None:
    answer = desk.add(then="submit", post_en="", organisation="", email="a.example@", mandates=[], name="Ms Kept")
    page = answer.content.decode()
    for link in (
        '<a href="#id_post_en">Give the post, as it should stand on the badge</a>',
        '<a href="#id_organisation">Choose the organisation</a>',
        '<a href="#id_email">Give an official e-mail address, for example uk07@example.org</a>',
        '<a href="#id_mandates_0">Choose at least one working group</a>',
    ):
        assert link in page
    assert 'id="id_mandates_0"' in page
    assert 'value="Ms Kept"' in page
    assert 'value="a.example@"' in page
    assert not Nomination.objects.exists()


def test_the_next_person_begins_with_what_the_last_one_had_in_common(desk: Desk) -> None:
    page = desk.add(then="another").content.decode()
    assert f'<option value="{desk.police.pk}" selected>' in page
    assert '<option value="nl" selected>' in page
    assert page.count(" checked") == 1
    assert 'value="Ms A. Example"' not in page
    other = build.a_nomination(build.a_delegation(desk.cast.edition, desk.cast.uk), organisation=desk.agency)
    for like in (other.pk, "9" * 30, "x", "²"):
        assert (
            f'<option value="{desk.agency.pk}" selected>' not in desk.browser.get(f"{desk.adding}?like={like}").content.decode()
        )


def test_the_partys_own_organisations_stand_first_and_who_adds_one_is_said(desk: Desk) -> None:
    with override_settings(SECRETARIAT_CONTACT="secretariat@example.org"):
        page = desk.browser.get(desk.adding).content.decode()
    assert page.index("Zz Police (ZZP)") < page.index("Aa Agency")
    assert "Not in the list? The secretariat adds it: write to secretariat@example.org." in page


def test_more_than_agreed_asks_for_a_reason_in_the_same_form(desk: Desk) -> None:
    Delegation.objects.filter(pk=desk.delegation.pk).update(seats=1)
    build.a_submitted_nomination(desk.delegation)
    page = desk.add(then="submit")
    assert "More than agreed. 2 in the delegation; 1 agreed." in words(page.content.decode())
    assert "Give a reason, or save it as a draft" in page.content.decode()
    assert 'value="Ms A. Example"' in page.content.decode()
    assert Nomination.objects.count() == 1
    desk.add(then="submit", over_quota_reason="Host of the working group")
    found = Nomination.objects.get(name="Ms A. Example")
    assert (found.status, found.over_quota_reason) == ("submitted", "Host of the working group")
    draft = build.a_nomination(desk.delegation, mandates=(desk.cast.group,))
    refused = desk.act(draft, "submit")
    assert "Give a reason, or submit fewer people" in refused.content.decode()
    desk.act(draft, "submit", over_quota_reason="Two groups")
    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_a_double_is_a_warning_at_the_draft_and_stops_the_submission(desk: Desk) -> None:
    build.a_submitted_nomination(desk.delegation, email="a.example@example.org")
    said = words(desk.add().content.decode())
    assert "This e-mail address is nominated in your delegation already." in said
    draft = Nomination.objects.get(name="Ms A. Example")
    refused = desk.save(draft, then="submit")
    assert "This e-mail address is nominated in your delegation already." in words(refused.content.decode())
    draft.refresh_from_db()
    assert draft.status == "draft"
    build.a_submitted_nomination(desk.delegation, category="head")
    refused = desk.add(then="submit", category="head", email="new@example.org", name="Ms Second")
    assert "This delegation has a head already." in words(refused.content.decode())
    assert not Nomination.objects.filter(name="Ms Second").exists()


def test_an_alternate_says_for_whom(desk: Desk) -> None:
    head = build.a_nomination(desk.delegation, category="head", name="Head NL-01")
    page = desk.add(then="submit", category="alternate").content.decode()
    assert '<a href="#id_alternate_for">Say for whom the alternate stands</a>' in page
    assert "choose “Nobody”" in desk.add(category="delegate", alternate_for=head.pk).content.decode()
    desk.add(then="submit", category="alternate", alternate_for=head.pk)
    assert Nomination.objects.get(category="alternate").alternate_for == head
    elsewhere = build.a_nomination(build.a_delegation(desk.cast.edition, desk.cast.uk))
    desk.add(category="alternate", alternate_for=elsewhere.pk, email="x@example.org")
    assert not Nomination.objects.filter(email="x@example.org").exists()


def test_what_was_returned_shows_why_and_goes_in_again(desk: Desk) -> None:
    returned = build.a_submitted_nomination(
        desk.delegation, status="returned", returned_message="Which post?", mandates=(desk.cast.group,)
    )
    assert "What the secretariat asks for: Which post?" in words(desk.opened(returned).content.decode())
    desk.save(returned, then="submit", post_en="Head of the whole unit")
    returned.refresh_from_db()
    assert (returned.status, returned.post_en, returned.returned_message) == ("submitted", "Head of the whole unit", "")


def test_two_focal_points_do_not_overwrite_each_other(desk: Desk, signed_in: Any) -> None:
    draft = build.a_nomination(desk.delegation, name="Ms First", mandates=(desk.cast.group,))
    seen = desk.opened(draft).context["seen"]
    deputy = signed_in(desk.cast.deputy_nl)
    address = f"/en/delegation/nominations/{draft.pk}/"
    theirs = desk.person(seen=seen, then="save", name="Ms Deputy", post_en="Deputy’s post")
    assert deputy.post(address, theirs).status_code == 302
    answer = desk.save(draft, seen=seen, name="Ms Mine")
    assert answer.status_code == 409
    said = words(answer.content.decode())
    assert "Somebody else of your party changed this meanwhile." in said
    assert "Ms Deputy, delegate, Deputy’s post" in said
    assert 'value="Ms Mine"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.name == "Ms Deputy"
    desk.save(draft, name="Ms Mine")
    draft.refresh_from_db()
    assert draft.name == "Ms Mine"


def test_after_the_deadline_it_waits_for_the_lead(desk: Desk, signed_in: Any) -> None:
    with time_machine.travel("2027-02-20T12:00:00Z", tick=False):
        desk.browser = signed_in(desk.cast.focal_point_nl)
        assert "waits for the secretariat lead" in desk.browser.get(desk.adding).content.decode()
        said = words(desk.add(then="submit").content.decode())
        assert "Submitted after the deadline: the secretariat lead decides." in said
    assert Nomination.objects.get().status == "late_pending"


def test_before_nominations_are_open_nobody_is_added(desk: Desk) -> None:
    desk.round.delete()
    assert "has not opened nominations" in content(desk.adding, desk.browser)
    assert desk.browser.post(desk.adding, desk.person()).status_code == 409
    assert not Nomination.objects.exists()


def test_a_replacement_takes_the_seat_of_whoever_was_accepted(desk: Desk) -> None:
    accepted = build.an_accepted_nomination(
        desk.delegation, category="adviser", mandates=(desk.cast.group,), precedence=3, name="Ms Leaving"
    )
    page = desk.browser.get(f"/en/delegation/nominations/{accepted.pk}/replace/").content.decode()
    assert 'name="category"' not in page
    assert 'name="mandates"' not in page
    missing = desk.act(accepted, "replace", name="Mr Coming", language="en")
    assert "Give the post, as it should stand on the badge" in missing.content.decode()
    desk.act(accepted, "replace", **{**desk.person(name="Mr Coming"), "category": "head"})
    new = Nomination.objects.get(name="Mr Coming")
    assert (new.status, new.category, new.precedence, new.replaces) == ("submitted", "adviser", 3, accepted)
    assert list(new.mandates.all()) == [desk.cast.group]
    said = words(desk.opened(accepted).content.decode())
    assert "Replaced by Mr Coming submitted" in said
    assert desk.act(accepted, "replace", **desk.person(name="Mr Third", email="third@example.org")).status_code == 409


def test_a_replacement_that_was_returned_keeps_its_seat_when_it_is_completed(desk: Desk) -> None:
    accepted = build.an_accepted_nomination(desk.delegation, category="adviser", mandates=(desk.cast.group,))
    desk.act(accepted, "replace", **desk.person(name="Mr Coming"))
    new = Nomination.objects.get(name="Mr Coming")
    Nomination.objects.filter(pk=new.pk).update(status="returned", returned_message="?")
    desk.save(new, then="submit", category="head", mandates=[], name="Mr Coming")
    new.refresh_from_db()
    assert (new.status, new.category) == ("submitted", "adviser")
    assert list(new.mandates.all()) == [desk.cast.group]


def test_whoever_is_withdrawn_loses_the_seat_and_a_draft_is_deleted(desk: Desk) -> None:
    accepted = build.an_accepted_nomination(desk.delegation)
    asked = content(f"/en/delegation/nominations/{accepted.pk}/withdraw/", desk.browser)
    assert "can no longer open the agenda" in asked
    desk.act(accepted, "withdraw", reason="Another post")
    accepted.refresh_from_db()
    assert (accepted.status, accepted.withdrawn_reason) == ("withdrawn", "Another post")
    assert Registration.objects.get(pk=accepted.registration_id).status == "cancelled"
    assert desk.act(accepted, "withdraw").status_code == 409
    draft = build.a_nomination(desk.delegation)
    assert desk.act(draft, "withdraw").status_code == 409
    desk.act(draft, "delete")
    assert not Nomination.objects.filter(pk=draft.pk).exists()


def test_an_accepted_person_is_corrected_but_the_address_stays(desk: Desk) -> None:
    accepted = build.an_accepted_nomination(desk.delegation, name="Ms Wrnog", email="right@example.org")
    desk.act(accepted, "correct", **desk.person(name="Ms Wrong", sort_name="", email="other@example.org"))
    accepted.refresh_from_db()
    assert (accepted.name, accepted.sort_name, accepted.email) == ("Ms Wrong", "Wrong", "right@example.org")
    assert Registration.objects.get(pk=accepted.registration_id).person.name == "Ms Wrong"
    assert list(accepted.mandates.all()) == [desk.cast.group]


@pytest.mark.parametrize(
    "said",
    [
        {"name": "x\0"},
        {"name": "x" * 121},
        {"organisation": "99999999999999999999999"},
        {"organisation": "x"},
        {"category": "king"},
        {"mandates": ["9" * 30]},
        {"alternate_for": "9" * 30},
        {"language": "fr"},
        {"email": "x" * 300 + "@example.org"},
        {"email": "a@\u0130" + "x" * 240 + ".org"},
    ],
)
def test_nothing_that_can_be_sent_breaks_the_form(desk: Desk, said: dict[str, Any]) -> None:
    build.a_nomination(desk.delegation)
    answer = desk.add(then="submit", **said)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert Nomination.objects.count() == 1


def test_an_act_that_is_not_there_is_not_found(desk: Desk) -> None:
    draft = build.a_nomination(desk.delegation)
    assert desk.browser.get(f"/en/delegation/nominations/{draft.pk}/accept/").status_code == 404
    assert desk.browser.delete(f"/en/delegation/nominations/{draft.pk}/delete/").status_code == 405
