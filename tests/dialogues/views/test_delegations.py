"""A focal point sees the own delegation at a glance, and nobody else sees anything of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import Delegation, Export, JournalEntry, Nomination
from dialogues.views.nomination_forms import surname_first
from tests import build
from tests.cast import Cast
from tests.reading import content, page, words


@pytest.fixture(autouse=True)
def eight_days_before_the_deadline() -> Iterator[None]:
    with time_machine.travel("2027-01-25T12:00:00Z", tick=False):
        yield


@pytest.fixture
def delegation(cast: Cast) -> Delegation:
    build.a_round(cast.edition)
    Delegation.objects.filter(edition=cast.edition, party=cast.nl).update(seats=2)
    return build.a_delegation(cast.edition, cast.nl)


def the(delegation: Delegation, page: str = "", language: str = "en") -> str:
    return f"/{language}/delegation/{delegation.pk}/{page}"


def test_a_focal_point_is_led_to_the_one_delegation_in_hand(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    for name in ("focal_point_nl", "deputy_nl"):
        browser = signed_in(getattr(cast, name))
        assert browser.get("/en/delegation/").headers["Location"] == the(delegation)
        assert 'href="/en/delegation/"' in browser.get("/en/my/").content.decode()
    later = build.an_edition(cast.dialogue, year=2028, opens_on=date(2028, 3, 14), closes_on=date(2028, 3, 15))
    build.a_delegation(later, cast.nl)
    listed = page("/en/delegation/", signed_in(cast.focal_point_nl))
    assert "Dialogue of 2027" in listed
    assert "Dialogue of 2028" in listed


def test_the_entry_in_the_navigation_is_the_focal_points_alone(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    for name in ("delegate_nl", "secretary_nl", "technician", "stranger"):
        assert 'href="/en/delegation/"' not in signed_in(getattr(cast, name)).get("/en/my/").content.decode()


def test_the_deadline_stands_in_the_time_of_both_capitals(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    browser = signed_in(cast.focal_point_nl)
    said = content(the(delegation), browser)
    assert "Nominations close on 2 February 2027, 18:00 in The Hague (17:00 in London). 8 days left." in said
    delegation.extended_until, delegation.extension_reason = datetime(2027, 2, 3, 23, 30, tzinfo=UTC), "Elections"
    delegation.save()
    said = content(the(delegation), browser)
    assert "4 February 2027, 00:30 in The Hague (3 February 2027, 23:30 in London)" in said
    assert "Your party was given longer." in said
    with time_machine.travel("2027-02-03T21:31:00Z", tick=False):
        assert "119 minutes left" in content(the(delegation), signed_in(cast.focal_point_nl))
    with time_machine.travel("2027-02-05T12:00:00Z", tick=False):
        said = content(the(delegation), signed_in(cast.focal_point_nl))
        assert "What you submit now waits for the secretariat lead." in said


def test_numbers_stand_beside_what_was_agreed_and_over_is_a_word(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    build.a_quota(delegation, category="adviser", seats=1)
    build.a_quota(delegation, mandate=cast.group, seats=1)
    for _n in range(3):
        build.a_submitted_nomination(delegation, mandates=(cast.group,), category="delegate")
    build.a_submitted_nomination(delegation, category="adviser")
    build.a_nomination(delegation, category="adviser")
    build.a_nomination(delegation, category="support", name="Interpreter NL-01")
    replaced = build.an_accepted_nomination(delegation, category="delegate")
    build.a_submitted_nomination(delegation, category="delegate", replaces=replaced)
    markup = signed_in(cast.focal_point_nl).get(the(delegation)).content.decode()
    rows = [words(row) for row in re.findall(r"<tr.*?</tr>", markup, flags=re.DOTALL)]
    assert "Delegation 3 over 1 5 2" in rows  # five hold or ask for a seat: the replacement shares one
    assert "Adviser 1 over with the drafts 1 1 1" in rows
    assert "Support staff 1 0 – no number agreed" in rows
    assert f"{cast.group.working_group.name} 2 over 0 3 1" in rows
    assert "Support staff: a badge, but not on the list of participants." in words(markup)


def test_what_is_missing_says_who_owes_it(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    build.a_nomination(delegation, email="", mandates=(cast.group,), name="Draft NL-01")
    build.a_nomination(delegation, mandates=(cast.group,))
    build.a_submitted_nomination(delegation, status="returned", returned_message="Give the whole post.")
    build.a_submitted_nomination(delegation, category="observer")
    build.a_submitted_nomination(delegation, status="late_pending")
    build.an_accepted_nomination(delegation)
    said = content(the(delegation), signed_in(cast.focal_point_nl))
    for sentence in (
        "You Name the head of delegation. 1 was returned to you. 1 draft is incomplete. 1 complete draft is not submitted.",
        "United Kingdom: consent to 1 person.",
        "Secretariat 1 to be checked. 1 late: the lead decides.",
        "Participants 1 has own details to complete.",
        "Returned Give the whole post.",
        "Incomplete The official e-mail address is missing.",
        "Submit the one that is complete",
    ):
        assert sentence in said


def test_the_other_partys_proposals_ask_for_consent_and_show_no_address(
    cast: Cast, delegation: Delegation, signed_in: Any
) -> None:
    other = build.a_delegation(cast.edition, cast.uk)
    asked = build.a_submitted_nomination(other, category="expert", name="Expert UK-01", email="quokka@example.org")
    build.a_submitted_nomination(other, category="delegate", name="Wombat UK-02")
    draft = build.a_nomination(other, category="expert", name="Numbat UK-03")
    browser = signed_in(cast.focal_point_nl)
    glance = browser.get(the(delegation)).content.decode()
    address = f"/en/delegation/consents/{asked.pk}/"
    assert "Expert UK-01" in glance
    asks = browser.get(address).content.decode()
    for bait in ("quokka", "Wombat", "Numbat"):
        assert bait not in glance + asks
    assert browser.get(f"/en/delegation/consents/{draft.pk}/").status_code == 404
    assert "consent is saved" in browser.post(address, follow=True).content.decode()
    assert [given.party for given in asked.consents.all()] == [cast.nl]
    assert browser.post(address).status_code == 409
    own = build.a_submitted_nomination(delegation, category="expert")
    assert browser.get(f"/en/delegation/consents/{own.pk}/").status_code == 404
    assert signed_in(cast.secretary_nl).get(address).status_code == 404


def test_all_that_are_complete_are_submitted_after_one_question(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    ready = build.a_nomination(delegation, mandates=(cast.group,), name="Ready NL-01")
    lacks = build.a_nomination(delegation, email="", name="Lacking NL-02")
    returned = build.a_submitted_nomination(
        delegation, status="returned", returned_message="?", category="adviser", name="Returned NL-04"
    )
    browser = signed_in(cast.focal_point_nl)
    asked = content(the(delegation, "submit/"), browser)
    assert "Ready NL-01" in asked
    assert "Submit 1 person" in asked
    assert "Lacking" not in asked
    assert "Returned" not in asked
    said = words(browser.post(the(delegation, "submit/"), follow=True).content.decode())
    assert "1 person was submitted." in said
    assert "1 draft was not: open it to see why." in said
    assert [Nomination.objects.get(pk=one.pk).status for one in (ready, lacks, returned)] == ["submitted", "draft", "returned"]


def test_an_order_closes_up_and_whoever_is_moved_stands_where_put(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    people = [build.a_nomination(delegation, name=f"Delegate NL-{n}", sort_name=f"{n}") for n in range(4)]
    browser = signed_in(cast.focal_point_nl)
    places = {f"place_{one.pk}": str(place) for place, one in enumerate(people, 1)}

    def order(**moved: str) -> list[str]:
        answer = browser.post(the(delegation, "order/"), {"order": "1", **places, **moved})
        assert answer.status_code == 302
        return [one.name[-1] for one in Nomination.objects.order_by("precedence")]

    assert order(**{f"place_{people[3].pk}": "1"}) == ["3", "0", "1", "2"]
    Nomination.objects.update(precedence=100)
    assert order(**{f"place_{people[0].pk}": "3"}) == ["1", "2", "0", "3"]
    for wrong in ("0", "-1", "x", "", "1.5", "9" * 40):
        refused = browser.post(the(delegation, "order/"), {"order": "1", **places, f"place_{people[0].pk}": wrong})
        assert refused.status_code == 200
        assert "Delegate NL-0: give a whole number from 1 on" in refused.content.decode()
    other = build.a_nomination(build.a_delegation(cast.edition, cast.uk), precedence=7)
    order(**{f"place_{other.pk}": "1"})
    other.refresh_from_db()
    assert other.precedence == 7


def test_names_of_services_are_the_partys_own_choice(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    browser = signed_in(cast.focal_point_nl)
    assert "by post and organisation only, without names" in content(the(delegation), browser)
    browser.post(the(delegation, "names/"), {"lists_names": "on"})
    delegation.refresh_from_db()
    assert delegation.lists_names_of_services
    assert "names your police, prosecution" in content(the(delegation), browser)


def test_the_delegation_is_taken_out_for_a_purpose(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    build.a_nomination(delegation, name="=Formula NL-01", email="nl01@example.org", mandates=(cast.group,))
    build.a_nomination(build.a_delegation(cast.edition, cast.uk), name="Wombat UK-01")
    browser = signed_in(cast.focal_point_nl)
    file = browser.post(the(delegation, "export/"), {"purpose": "party", "file_type": "csv"})
    assert file.headers["Content-Disposition"] == 'attachment; filename="official-delegation-2027-en.csv"'
    text = file.content.decode("utf-8-sig")
    assert "'=Formula NL-01" in text
    assert "for the party’s own records" in text
    assert "Wombat" not in text
    book = browser.post(the(delegation, "export/"), {"purpose": "party", "file_type": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(book.content)).active
    assert sheet["H2"].value == "nl01@example.org"
    assert [(one.what, one.purpose, one.rows) for one in Export.objects.all()] == [("delegation", "party", 1)] * 2
    assert JournalEntry.objects.filter(act="exported").count() == 2
    refused = browser.post(the(delegation, "export/"), {"purpose": "catering", "file_type": "exe"})
    assert refused.status_code == 200
    assert Export.objects.count() == 2


def test_ten_people_and_two_hundred_cost_the_same(cast: Cast, delegation: Delegation, signed_in: Any) -> None:
    browser = signed_in(cast.focal_point_nl)
    organisation, by = build.an_organisation(cast.nl), cast.focal_point_nl

    def more(number: int) -> None:
        for n in range(number):
            build.a_nomination(
                delegation,
                organisation=organisation,
                drafted_by=by,
                email="" if n % 2 else f"n{build.number()}@example.org",
                mandates=() if n % 3 else (cast.group,),
            )
            if n % 5 == 0:
                build.a_submitted_nomination(delegation, organisation=organisation, drafted_by=by, category="observer")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(the(delegation)).status_code == 200
        return len(asked)

    more(10)
    build.an_accepted_nomination(delegation)
    queries()  # the first request of a session also notes the minute
    few = queries()
    more(200)
    build.an_accepted_nomination(delegation)
    assert queries() == few
    assert few <= 25


ADDRESSES = (
    "/en/delegation/{delegation}/",
    "/en/delegation/{delegation}/add/",
    "/en/delegation/{delegation}/import/",
    "/en/delegation/{delegation}/import/csv/",
    "/en/delegation/{delegation}/submit/",
    "/en/delegation/{delegation}/order/",
    "/en/delegation/{delegation}/names/",
    "/en/delegation/{delegation}/export/",
    "/en/delegation/nominations/{nomination}/",
    *(f"/en/delegation/nominations/{{nomination}}/{act}/" for act in ("submit", "replace", "correct", "withdraw", "delete")),
    "/en/delegation/consents/{nomination}/",
)
NEVER = {"delegation": 987654321, "nomination": 987654321}


def _as_seen(answer: Any) -> tuple[int, dict[str, str], bytes]:
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", answer.content)
    return answer.status_code, {name: value for name, value in answer.items() if name != "Date"}, body


@pytest.mark.parametrize("name", Cast.names())
def test_a_draft_does_not_exist_for_anybody_else(cast: Cast, delegation: Delegation, signed_in: Any, name: str) -> None:
    """Whatever is asked for by whomever, a delegation and a draft of another party answer like what never was."""
    draft = build.a_nomination(delegation, name="Quokka NL-99", category="expert", email="quokka@example.org")
    there = {"delegation": delegation.pk, "nomination": draft.pk}
    user = getattr(cast, name)
    browser = signed_in(user) if user.is_authenticated else Client()
    if name in {"focal_point_nl", "deputy_nl"}:
        assert "Quokka" in browser.get(the(delegation)).content.decode()
        assert "Quokka" in browser.get(f"/en/delegation/nominations/{draft.pk}/").content.decode()
        return
    for address in ADDRESSES:
        for method in (browser.get, browser.post):
            hidden, never = (_as_seen(method(address.format(**which))) for which in (there, NEVER))
            if hidden[0] == 302:  # to sign in, and back to the address that was asked for
                assert hidden[1]["Location"] == f"/en/sign-in/?next={address.format(**there)}"
                assert never[0] == 302
                continue
            assert hidden == never, (address, method.__name__)
            assert hidden[0] in {404, 405}
            assert b"Quokka" not in hidden[2]
    assert Nomination.objects.get().status == "draft"
    for huge in (0, 10**30):
        assert browser.get(f"/en/delegation/nominations/{huge}/").status_code in {302, 404}


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("Ms A. Example", "Example, A."),
        ("de heer J. van der Example", "Example, J. van der"),
        ("Dr. Ir. Example", "Example"),
        ("Delegate UK-07", "UK-07, Delegate"),
        ("Example, A.", "Example, A."),
        ("Example", "Example"),
        ("Dame", "Dame"),
        ("  ", ""),
    ],
)
def test_a_name_is_offered_surname_first(name: str, listed: str) -> None:
    assert surname_first(name) == listed


def test_after_a_postponement_the_focal_point_confirms_who_comes_on_the_new_days(
    cast: Cast, delegation: Delegation, signed_in: Any
) -> None:
    build.an_accepted_nomination(delegation, name="Zzyx Comes Again")
    build.a_nomination(delegation, name="Zzyx Not Yet Handed In")
    browser = signed_in(cast.deputy_nl)
    assert "Confirm the delegation" not in content(the(delegation), browser)
    assert browser.post(the(delegation, "confirm/")).status_code == 409  # nothing is awaited
    Delegation.objects.filter(pk=delegation.pk).update(to_reconfirm_since=datetime(2027, 1, 20, tzinfo=UTC))
    board = f"/admin/dialogues/edition/{cast.edition.pk}/delegations/"
    assert "Awaited since 20 January" in words(signed_in(cast.secretary_uk).get(board).content.decode())
    shown = content(the(delegation), browser)
    assert "The edition has new days: 16 and 17 March 2027." in shown and "Confirm the delegation" in shown
    question = content(the(delegation, "confirm/"), browser)
    assert "Zzyx Comes Again" in question and "Zzyx Not Yet Handed In" not in question
    assert "Confirm 1 person" in question
    for name in ("focal_point_uk", "delegate_nl", "secretary_nl"):
        assert signed_in(getattr(cast, name)).post(the(delegation, "confirm/")).status_code == 404
    assert browser.post(the(delegation, "confirm/")).headers["Location"] == the(delegation)
    delegation.refresh_from_db()
    assert delegation.to_reconfirm_since is None
    assert JournalEntry.objects.get(act="confirmed delegation").by == cast.deputy_nl
    assert "Awaited since" not in words(signed_in(cast.secretary_uk).get(board).content.decode())
