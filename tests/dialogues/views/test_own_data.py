"""What is held about a person, on their own page and before a secretary who answers their request."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from dialogues.models import Export, JournalEntry, Registration
from dialogues.procedures import participants
from dialogues.procedures.agenda import release_agenda
from parties.models import Person
from tests import build
from tests.cast import Cast
from tests.reading import words
from tests.signing_in import sign_in

ADDRESS = "/en/my/data/"
FILE = "/en/my/data/official-own-data.json"


def told(response: HttpResponse) -> str:
    return words(response.content.decode())


@pytest.fixture
def delegate(cast: Cast) -> Any:
    """Somebody of the UK about whom every kind of thing is held; and a Dutch one, with everything too, as bait."""
    found = []
    for party, name in [(cast.nl, "Zzyxbait"), (cast.uk, "Zzyxown")]:
        nomination = build.an_accepted_nomination(
            build.a_delegation(cast.edition, party), name=f"Ms {name}", post_en=f"Keeper of {name}", mandates=(cast.group,)
        )
        user = nomination.person.user
        build.own_details(nomination.registration, arrangements=f"A ramp for {name}", photograph_consent=False)
        sent = {"released_at": datetime(2027, 1, 5, 9, tzinfo=UTC), "sent_at": datetime(2027, 1, 5, 10, tzinfo=UTC)}
        build.a_message(user, cast.edition, text=f"Dear {name}, the agenda is there.", **sent)
        build.a_message(user, cast.edition, text=f"Not sent to {name} yet.")
        build.a_speaker(build.a_session(cast.edition, title_en=f"Session of {name}"), nomination.person, "rapporteur")
        item = build.an_action_item(cast.edition, lead=party)
        item.leads.update(owner=nomination.person, owner_post_en=f"Action keeper of {name}")
        found.append(user)
    participants.issue_list(edition=cast.edition, by=cast.lead)
    release_agenda(edition=cast.edition, by=cast.lead)
    build.an_export(cast.secretary_nl, cast.edition)
    build.a_speaker(build.a_session(cast.edition, title_en="Not released"), found[1].person, "chair")
    return found[1]


def test_the_page_tells_everything_about_the_reader_and_nothing_about_anybody_else(
    cast: Cast, delegate: Any, signed_in: Any
) -> None:
    response = signed_in(delegate).get(ADDRESS)
    text = told(response)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    for known in [
        delegate.email,
        "Ms Zzyxown",
        "Keeper of Zzyxown",
        "A ramp for Zzyxown",
        "May be photographed no",
        "Dear Zzyxown, the agenda is there.",
        "Session of Zzyxown",
        "rapporteur",
        "Version 1",
        "Owner post Action keeper of Zzyxown",
        "list of participants",
    ]:
        assert known in text, known
    assert "Zzyxbait" not in text
    assert "Not sent" not in text
    assert "Not released" not in text
    assert "Kept until 16 April 2027. The answer about photographs: Kept until 16 March 2028." in text
    assert "Kept until twelve months after the next edition has closed; that day is not known yet." in text
    assert "Change your own details for" in text


def test_the_days_are_named_once_the_next_edition_has_its_own_and_in_dutch_too(
    cast: Cast, delegate: Any, signed_in: Any
) -> None:
    build.an_edition(cast.dialogue, year=2028, opens_on=date(2028, 3, 14), closes_on=date(2028, 3, 15))
    browser = signed_in(delegate)
    assert "Kept until 15 March 2029." in told(browser.get(ADDRESS))
    with translation.override("nl"):
        in_dutch = told(browser.get(reverse("my-data")))
    assert "Ms Zzyxown" in in_dutch
    assert "15 maart 2029" in in_dutch


def test_the_file_is_the_page_and_that_it_left_is_written_down(cast: Cast, delegate: Any, signed_in: Any) -> None:
    browser = signed_in(delegate)
    assert browser.get(FILE).status_code == 405
    response = browser.post(FILE)
    held = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="official-own-data.json"'
    assert held["marking"] == "OFFICIAL / ongerubriceerd"
    assert held["about"] == delegate.person_id
    by_title = {group["title"]: group["records"] for group in held["groups"]}
    assert by_title["Own details and photographs"][0]["May be photographed"] is False
    assert by_title["Messages received"][0]["Text"] == "Dear Zzyxown, the agenda is there."
    assert by_title["Messages received"][0]["Sent on"] == "2027-01-05T10:00:00+00:00"
    assert b"Zzyxbait" not in response.content
    export = Export.objects.get(by=delegate)
    assert (export.what, export.purpose, export.rows) == ("own_data", "request", 1)
    entry = JournalEntry.objects.order_by("number").last()
    assert (entry.act, entry.by, entry.details["export"]) == ("exported", delegate, export.pk)
    assert "Zzyx" not in json.dumps(entry.details)


def test_everybody_has_the_page_and_nobody_without_signing_in(cast: Cast, signed_in: Any) -> None:
    for address in (ADDRESS, FILE):
        assert Client().post(address).status_code in {302, 405}
        assert "/sign-in/" in Client().get(address)["Location"]
    for name in ["stranger", "technician", "withdrawn_delegate", "focal_point_uk", "secretary_nl", "co_chair"]:
        user = getattr(cast, name)
        browser = sign_in(Client(), user, ("password" if user.is_staff else "code", "mfa"))
        text = told(browser.get(ADDRESS))
        assert user.email in text, name
        others = [other for other in cast.names() if other not in {name, "public"}]
        assert not [other for other in others if f"{other}@example.org" in text], name


def test_a_secretary_reads_what_a_secretary_may_and_hands_it_over_for_the_own_party(
    cast: Cast, delegate: Any, signed_in: Any
) -> None:
    address = reverse("admin:parties_person_held", args=[delegate.person_id])
    own = signed_in(cast.secretary_uk)
    assert address in own.get(reverse("admin:parties_person_change", args=[delegate.person_id])).content.decode()
    text = told(own.get(address))
    assert "Ms Zzyxown" in text
    assert delegate.email in text
    assert "A ramp" not in text, "what somebody needs only they and the keepers of arrangements read"
    assert "Dear Zzyxown" not in text
    response = own.post(address)
    assert b"Keeper of Zzyxown" in response.content
    assert b"A ramp" not in response.content
    entry = JournalEntry.objects.order_by("number").last()
    assert (entry.act, entry.object_id, entry.by) == ("exported", delegate.person_id, cast.secretary_uk)
    refused = signed_in(cast.secretary_nl).post(address)
    assert refused.status_code == 409
    assert "United Kingdom’s own secretary acts" in told(refused)
    assert Export.objects.filter(what="own_data").count() == 1
    never = reverse("admin:parties_person_held", args=[10**9])
    assert own.get(never).status_code == 404
    assert signed_in(cast.technician).get(address).status_code == 404


def test_a_secretary_erases_after_one_question_and_is_told_why_not(cast: Cast, signed_in: Any) -> None:
    person = cast.last_years_delegate.person
    step = reverse("admin:parties_person_step", args=[person.pk, "erase"])
    browser = signed_in(cast.secretary_uk)
    asked = told(browser.get(step))
    assert "Erase this person’s data" in asked
    assert "The account is closed and its sessions end" in asked
    assert Person.objects.get(pk=person.pk).name == "ZzyxLastYearsDelegate", "asking erases nothing"
    assert browser.post(step).status_code == 302
    assert Person.objects.get(pk=person.pk).name == f"Person {person.pk}"
    assert Registration.objects.get(person=person).post_en == ""
    assert step not in browser.get(reverse("admin:parties_person_change", args=[person.pk])).content.decode()
    coming = reverse("admin:parties_person_step", args=[cast.delegate_uk.person_id, "erase"])
    refused = browser.post(coming)
    assert refused.status_code == 409
    assert "which is not over" in told(refused)
    assert Person.objects.get(pk=cast.delegate_uk.person_id).name == "ZzyxDelegateUk"
