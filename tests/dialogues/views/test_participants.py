"""The reader's list of participants: who may open it, which version, and what changed since the one before."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dialogues.models import Delegation, Edition, Registration
from dialogues.procedures.participants import issue_list
from parties.models import Organisation
from tests import build
from tests.cast import Cast
from tests.reading import content


def address(edition: Edition, number: int | None = None) -> str:
    page = f"/en/dialogues/{edition.dialogue.slug}/{edition.year}/participants/"
    return f"{page}{number}/" if number else page


@pytest.fixture
def issued(cast: Cast) -> Cast:
    """Version 1, with an officer whose name is withheld; a second version after three changes; a draft change after that."""
    police = build.an_organisation(cast.nl, name_en="Police of Example", kind=Organisation.Kind.POLICE)
    officer = build.a_person(cast.nl, name="Officer Bait")
    build.a_registration(officer, cast.edition, organisation=police, post_en="Head of tasking")
    build.a_registration(build.a_person(cast.nl, name="Interpreter Bait"), cast.edition, category="support")
    issue_list(edition=cast.edition, by=cast.secretary_nl)
    Registration.objects.filter(person=cast.delegate_uk.person).update(post_en="A new post")
    Registration.objects.filter(person=cast.delegate_nl.person).update(status="cancelled")
    build.a_registration(build.a_person(cast.uk, name="Ms Added", post_en="Post added"), cast.edition)
    issue_list(edition=cast.edition, by=cast.secretary_nl)
    build.a_registration(build.a_person(cast.uk, name="Draft Bait"), cast.edition)
    return cast


@pytest.mark.parametrize("who", ["delegate_uk", "co_chair", "focal_point_uk", "secretary_nl"])
def test_participants_read_the_newest_version(issued: Cast, signed_in: Any, who: str) -> None:
    answer = signed_in(getattr(issued, who)).get(address(issued.edition))
    read = content(address(issued.edition), signed_in(getattr(issued, who)))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert "Version 2, issued" in read and "ZzyxDelegateUk A new post" in read.replace(",", "")
    assert "name not listed" in read and "Head of tasking" in read and "Police of Example" in read
    assert not any(bait in read for bait in ("Officer Bait", "Interpreter Bait", "Draft Bait", "@example.org"))


def test_it_says_what_changed_since_the_version_before(issued: Cast, signed_in: Any) -> None:
    read = content(address(issued.edition), signed_in(issued.delegate_uk))
    since = read[read.index("Since version 1") : read.index("Title and name")]
    assert "Added" in since and "Ms Added Post added, United Kingdom" in since
    assert "No longer listed" in since and "ZzyxDelegateNl" in since
    assert f"post was: {issued.delegate_uk.person.post_en}" in since
    assert "ZzyxCoChair" not in since


def test_an_earlier_version_is_as_it_was_and_leads_to_the_newest(issued: Cast, signed_in: Any) -> None:
    client = signed_in(issued.delegate_uk)
    read = content(address(issued.edition, 1), client)
    assert "This is an earlier version" in read and "ZzyxDelegateNl" in read and "Ms Added" not in read
    assert client.get(address(issued.edition, 3)).status_code == 404
    assert client.get(address(issued.edition, 10**30)).status_code == 404


# delegate_nl was on the first version and has withdrawn since.
@pytest.mark.parametrize(
    "who", ["stranger", "withdrawn_delegate", "delegate_nl", "last_years_delegate", "technician", "secretary_elsewhere"]
)
def test_for_others_it_is_not_there(issued: Cast, signed_in: Any, who: str) -> None:
    client = signed_in(getattr(issued, who))
    hidden = client.get(address(issued.edition))
    nowhere = client.get(f"/en/dialogues/{issued.dialogue.slug}/2042/participants/")
    assert hidden.status_code == nowhere.status_code == 404
    assert hidden.content == nowhere.content


def test_without_signing_in_one_is_asked_to(issued: Cast) -> None:
    assert Client().get(address(issued.edition)).status_code == 302


def test_before_the_first_version_it_says_when_it_is_due(cast: Cast, signed_in: Any) -> None:
    read = content(address(cast.edition), signed_in(cast.delegate_uk))
    assert "No list has been issued yet" in read and "Zzyx" not in read


def test_a_name_that_was_listed_before_and_is_withheld_now_is_not_said_again(cast: Cast, signed_in: Any) -> None:
    police = build.an_organisation(cast.nl, kind=Organisation.Kind.POLICE)
    build.a_registration(build.a_person(cast.nl, name="Officer Bait"), cast.edition, organisation=police)
    Delegation.objects.filter(edition=cast.edition, party=cast.nl).update(lists_names_of_services=True)
    issue_list(edition=cast.edition, by=cast.secretary_nl)
    Delegation.objects.filter(edition=cast.edition, party=cast.nl).update(lists_names_of_services=False)
    issue_list(edition=cast.edition, by=cast.secretary_nl)
    assert "Officer Bait" not in content(address(cast.edition), signed_in(cast.delegate_uk))
