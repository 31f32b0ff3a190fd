"""The delegations of an edition side by side, and who comes: for the secretaries, with nothing that is not theirs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import Category, Delegation, Edition, JournalEntry, OwnDetails, Registration
from parties.models import DeskCode
from tests import build
from tests.cast import Cast
from tests.filling_in import filled_in

DEADLINE = datetime(2027, 2, 9, 11, tzinfo=UTC)  # 12:00 in The Hague, 11:00 in London
BAIT = "Qwyzzbait"


@pytest.fixture
def uk(cast: Cast) -> Delegation:
    build.a_round(cast.edition, closes_at=DEADLINE)
    return build.a_delegation(cast.edition, cast.uk)


@pytest.fixture
def nl(cast: Cast) -> Delegation:
    return build.a_delegation(cast.edition, cast.nl)


def page_of(cast: Cast, name: str = "delegations") -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/{name}/"


def step_of(record: Any, step: str = "") -> str:
    return f"/admin/dialogues/{record._meta.model_name}/{record.pk}/" + (f"step/{step}/" if step else "change/")


def bulk(cast: Cast, name: str) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/bulk/{name}/"


def opened(cast: Cast) -> None:
    """The edition opens today, with its agenda released."""
    from dialogues.procedures.agenda import release_agenda

    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.lead)
    today = cast.edition.today()
    Edition.objects.filter(pk=cast.edition.pk).update(opens_on=today, closes_on=today + timedelta(days=1))


def lines_of(board: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        str(line["label"]): [cell.get("standing", (cell.get("number"), cell.get("of"))) for cell in line["cells"]]
        for line in board["parity"]
    }


# Side by side


def test_the_board_counts_both_delegations_against_what_was_agreed(
    cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation
) -> None:
    Registration.objects.all().delete()
    Delegation.objects.filter(pk=uk.pk).update(seats=3)
    build.a_quota(uk, category="delegate", seats=1)
    build.a_quota(nl, mandate=cast.group, seats=5)
    build.an_accepted_nomination(uk, category="head")
    build.a_submitted_nomination(nl, category="head")
    for n in range(2):
        build.a_submitted_nomination(uk, mandates=(cast.group,), over_quota_reason=f"Ministry {n} comes too")
    build.a_submitted_nomination(uk, category="support")
    build.a_nomination(uk, name=f"{BAIT} Draft", category="adviser")
    build.a_submitted_nomination(nl, status="withdrawn")
    old = build.an_accepted_nomination(nl, mandates=(cast.group,))
    build.a_submitted_nomination(nl, mandates=(cast.group,), replaces=old)
    answer = signed_in(cast.secretary_uk).get(page_of(cast))
    board, text = answer.context["delegations"], answer.content.decode()
    assert [str(side["party"]) for side in board["sides"]] == ["Netherlands", "United Kingdom"]
    lines = lines_of(board)
    assert lines["Nominated"] == [(2, None), (3, 3)]  # of a seat and its replacement one; support takes no seat of the total
    assert lines["Head of delegation"] == ["waiting", "named"]
    assert lines["Co-chairs named"] == [(1, 2), (0, 2)]
    assert lines["Delegate"] == [(1, None), (2, 1)]
    assert lines["Support staff"] == [(0, None), (1, None)]
    assert lines[str(cast.group.working_group)] == [(1, 5), (2, None)]
    assert "Adviser" not in lines and BAIT not in text
    assert "2 as “delegate”; 1 agreed." in text and "Ministry 0 comes too" in text
    assert 'class="mirrored"' in text


def test_the_board_says_the_deadline_of_each_party_on_both_clocks(
    cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation
) -> None:
    Delegation.objects.filter(pk=uk.pk).update(extended_until=DEADLINE + timedelta(days=3), extension_reason="Election day")
    text = signed_in(cast.secretary_nl).get(page_of(cast)).content.decode()
    assert "9 February 2027, 12:00 in The Hague (11:00 in London)" in text
    assert "12 February 2027, 12:00 in The Hague (11:00 in London)" in text and "Election day" in text


def test_the_board_says_what_waits_and_what_each_party_owes(cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation) -> None:
    expert = build.a_submitted_nomination(uk, name="Dr E. Xpert", category="expert")
    late = build.a_submitted_nomination(nl, name="Mr L. Ate", status="late_pending", is_late=True)
    build.a_submitted_nomination(uk, name="Ms B. Ack", status="returned", returned_message="Which unit?")
    answer = signed_in(cast.secretary_nl).get(page_of(cast))
    board, text = answer.context["delegations"], answer.content.decode()
    assert [line["nomination"] for line in board["waiting"]] == [expert, late]
    assert [line["without_consent"] for line in board["without_consent"]] == ["Netherlands, United Kingdom"]
    assert [line["nomination"].name for line in board["returned"]] == ["Ms B. Ack"]
    assert "Which unit?" in text and "Mr L. Ate" in text and board["late"] == 1
    assert "Mr L. Ate" not in text[: text.index("</title>")]


def test_the_board_and_its_pages_are_reached_from_the_first_page_and_from_the_edition(
    cast: Cast, signed_in: Any, uk: Delegation
) -> None:
    build.a_submitted_nomination(uk)
    client = signed_in(cast.secretary_nl)
    for address in ("/admin/", step_of(cast.edition), step_of(uk)):
        assert page_of(cast) in client.get(address).content.decode(), address
    assert re.search(r"Nominations waiting<[^>]+>: <a [^>]+>UK 1</a>", client.get("/admin/").content.decode())
    for language in ("en", "nl"):
        client.cookies["django_language"] = language
        for name in ("delegations", "participants"):
            text = client.get(page_of(cast, name)).content.decode()
            assert f'<html lang="{language}"' in text
            assert not any(bad in text for bad in (" style=", "<style", "data:", " onclick="))


def test_a_delegation_leads_to_both_delegations_and_not_to_the_agenda(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    page = signed_in(cast.secretary_nl).get(f"/admin/dialogues/delegation/{uk.pk}/change/").content.decode()
    beside = page.split('class="beside-title"')[1].split("</p>")[0]
    assert "Delegations side by side" in beside and "Agenda builder" not in beside


def test_three_parties_stand_side_by_side_too(signed_in: Any) -> None:
    dialogue = build.a_dialogue(parties=("UK", "NL", "BE"))
    edition = build.an_edition(dialogue)
    build.a_round(edition)
    for code in ("UK", "NL", "BE"):
        build.a_submitted_nomination(build.a_delegation(edition, build.a_party(code)), category="head")
    secretary = build.an_account(build.a_person(build.a_party("NL")), is_staff=True)
    build.an_appointment(secretary, dialogue, "secretary")
    answer = signed_in(secretary).get(f"/admin/dialogues/edition/{edition.pk}/delegations/")
    assert lines_of(answer.context["delegations"])["Head of delegation"] == ["waiting"] * 3
    assert "Party BE" in answer.content.decode() and 'class="mirrored"' not in answer.content.decode()


def test_an_edition_without_delegations_or_round_opens_its_board_too(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_nl)
    assert "Nominations are not open yet." in client.get(page_of(cast)).content.decode()
    later = build.an_edition(cast.dialogue, year=2029, status="planned", opens_on=None, closes_on=None, date_precision="none")
    text = client.get(f"/admin/dialogues/edition/{later.pk}/delegations/").content.decode()
    assert "The delegations are opened when the preparation begins." in text


def test_sixty_people_cost_the_board_no_more_than_six(cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation) -> None:
    client = signed_in(cast.secretary_nl)

    def some(count: int) -> None:
        for n in range(count):
            side = (uk, nl)[n % 2]
            build.a_submitted_nomination(side, mandates=(cast.group,), over_quota_reason="More")
            build.a_submitted_nomination(side, category="expert")
            build.own_details(build.an_accepted_nomination(side, mandates=(cast.other_group,)).registration)
            build.a_submitted_nomination(side, status="returned", returned_message="Post?", on_behalf_by=None)

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(cast, name)).status_code == 200
        return len(queries)

    build.a_quota(uk, seats=1)
    build.a_quota(nl, mandate=cast.group, seats=1)
    some(2)
    cache.clear()
    asked("delegations")
    few = {name: asked(name) for name in ("delegations", "participants")}
    some(18)
    assert {name: asked(name) for name in few} == few
    assert max(few.values()) <= 25


# The round, the deadline and the seats


def test_nominations_are_opened_with_a_time_at_the_venue_and_the_deadline_is_moved(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    page = client.get(step_of(cast.edition, "open-nominations")).content.decode()
    assert page.count(" checked") == len(Category) and 'type="datetime-local"' in page
    chosen = ["head", "delegate"]
    client.post(step_of(cast.edition, "open-nominations"), {"closes_at": "2027-02-09T12:00", "categories": chosen})
    cast.edition.refresh_from_db()
    assert cast.edition.nomination_round.closes_at == DEADLINE
    assert cast.edition.nomination_round.categories == chosen
    panel = {str(step["verb"]): step for step in client.get(step_of(cast.edition)).context["steps"]}
    assert "Open nominations" not in panel
    assert "9 February 2027, 12:00 in The Hague (11:00 in London)" in panel["Move the deadline"]["sentence"]
    asked = client.get(step_of(cast.edition, "move-deadline")).content.decode()
    assert 'value="2027-02-09T12:00"' in asked and asked.count(" checked") == 2
    for wrong in ("2020-01-01T12:00", "2027-03-16T09:00", "9999-12-31T23:59", "0001-01-01T00:00", "nonsense", ""):
        answer = client.post(step_of(cast.edition, "move-deadline"), {"closes_at": wrong, "categories": chosen})
        assert answer.status_code in {200, 409} and "alert" in answer.content.decode(), wrong
    cast.edition.nomination_round.refresh_from_db()
    assert cast.edition.nomination_round.closes_at == DEADLINE


def test_one_party_is_given_longer_with_a_reason(cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation) -> None:
    client = signed_in(cast.secretary_nl)
    assert (
        "Say why this party has longer."
        in client.post(step_of(uk, "longer"), {"until": "2027-02-12T12:00", "reason": ""}).content.decode()
    )
    client.post(step_of(uk, "longer"), {"until": "2027-02-12T12:00", "reason": "Election day"})
    uk.refresh_from_db()
    nl.refresh_from_db()
    assert (uk.extended_until, uk.extension_reason) == (DEADLINE + timedelta(days=3), "Election day")
    assert nl.extended_until is None
    text = signed_in(cast.secretary_nl).get("/admin/dialogues/journalentry/").content.decode()
    assert "gave a party longer to nominate" in text and "Election day" not in text


def test_seats_and_quotas_are_rows_of_the_delegation_and_its_own_choice_is_not(
    cast: Cast, signed_in: Any, uk: Delegation
) -> None:
    client = signed_in(cast.secretary_nl)
    foreign = build.a_mandate(build.an_edition(cast.dialogue, year=2030))
    form = filled_in(client.get(step_of(uk)), "delegation_form")
    assert str(foreign) not in client.get(step_of(uk)).content.decode()
    rows = [("delegate", "", 4), ("", cast.group.pk, 2)]

    def with_rows(rows: list[tuple[Any, Any, Any]]) -> dict[str, Any]:
        said = {**form, "seats": "12", "lists_names_of_services": "on", "quotas-TOTAL_FORMS": str(len(rows))}
        for n, (category, mandate, seats) in enumerate(rows):
            said |= {f"quotas-{n}-category": category, f"quotas-{n}-mandate": mandate, f"quotas-{n}-seats": seats}
            said |= {f"quotas-{n}-id": "", f"quotas-{n}-delegation": uk.pk}
        return said

    for wrong, sentence in [
        ([*rows, ("delegate", "", 5)], "There is a quota for this already."),
        ([("delegate", cast.group.pk, 4)], "A quota is for one category or for one working group, not for both."),
        ([("", "", 4)], "A quota is for one category or for one working group, not for both."),
        ([("", foreign.pk, 4)], "Select a valid choice"),
        ([("delegate", "", "9" * 30)], "quotas-0-seats"),
    ]:
        answer = client.post(step_of(uk), with_rows(wrong))
        assert answer.status_code == 200 and sentence in answer.content.decode(), wrong
    assert client.post(step_of(uk), with_rows(rows)).status_code == 302
    uk.refresh_from_db()
    assert (uk.seats, uk.lists_names_of_services) == (12, False)
    assert {(quota.category, quota.mandate, quota.seats) for quota in uk.quotas.all()} == {
        ("delegate", None, 4),
        ("", cast.group, 2),
    }


# Who comes


def test_a_registration_is_made_by_accepting_alone_and_changed_by_its_party_alone(
    cast: Cast, signed_in: Any, uk: Delegation
) -> None:
    registration = build.an_accepted_nomination(uk, name=f"Ms {BAIT}").registration
    client = signed_in(cast.secretary_nl)
    assert client.get("/admin/dialogues/registration/add/").status_code == 403
    text = client.get(step_of(registration)).content.decode()
    assert f"Ms {BAIT}" in text and 'name="precedence"' not in text and 'name="_save"' not in text
    assert client.post(step_of(registration), {"post_en": "Changed", "precedence": 1}).status_code == 403
    before = registration.post_en
    registration.refresh_from_db()
    assert (registration.post_en, registration.precedence) == (before, 100)
    found = client.get(f"/admin/dialogues/registration/?q={BAIT}").context["cl"].result_list
    assert list(found) == [registration]


def test_the_venues_answer_is_noted_as_one_of_four_and_nothing_else(cast: Cast, signed_in: Any) -> None:
    registration = Registration.objects.get(person=cast.delegate_uk.person)
    client = signed_in(cast.secretary_nl)
    assert "<textarea" not in client.get(step_of(registration, "access")).content.decode()
    assert "valid choice" in client.post(step_of(registration, "access"), {"access_status": "suspicious"}).content.decode()
    client.post(step_of(registration, "access"), {"access_status": "not_granted"})
    registration.refresh_from_db()
    assert registration.access_status == "not_granted"
    entry = JournalEntry.objects.get(act="noted access")
    assert entry.details == {"access_status": "not_granted"}
    assert "noted the answer of venue security" in client.get("/admin/dialogues/journalentry/").content.decode()


def test_the_participants_are_narrowed_and_noted_many_at_once(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.secretary_uk)
    ours = Registration.objects.live().filter(edition=cast.edition, delegation__party=cast.uk)
    page = client.get(f"{page_of(cast, 'participants')}?party=UK&standing=unconfirmed")
    assert {line["registration"] for line in page.context["lines"]} == set(ours)
    assert cast.withdrawn_delegate.person.name not in client.get(page_of(cast, "participants")).content.decode()
    said = {"row": [one.pk for one in ours], "party": "UK", "confirmed": "yes"}
    answer = client.post(bulk(cast, "access"), {**said, "access_status": "passed_to_security"})
    assert answer["Location"] == f"{page_of(cast, 'participants')}?party=UK"
    assert set(ours.values_list("access_status", flat=True)) == {"passed_to_security"}
    assert JournalEntry.objects.filter(act="noted access").count() == ours.count() == 2
    client.post(bulk(cast, "confirm"), said)
    assert set(ours.values_list("status", flat=True)) == {"confirmed"}
    again = client.post(bulk(cast, "confirm"), said)
    assert again.status_code == 409 and "does not follow from it" in again.content.decode()
    for nonsense in ("party=%C2%B2", "standing=zz", "access=zz", "page=zz", "page=99999999999999999999"):
        assert client.get(f"{page_of(cast, 'participants')}?{nonsense}").status_code == 200


def test_all_confirmed_of_a_delegation_are_noted_as_come_on_the_day_and_not_before(cast: Cast, signed_in: Any) -> None:
    Registration.objects.filter(edition=cast.edition, status="invited").update(status="confirmed")
    client = signed_in(cast.secretary_uk)
    narrowed = {"all": "yes", "party": "UK", "standing": "confirmed", "confirmed": "yes"}
    early = client.post(bulk(cast, "came"), narrowed)
    assert early.status_code == 409 and "Attendance is noted from the opening day on." in early.content.decode()
    opened(cast)
    assert "all 2 on this list" in client.get(f"{page_of(cast, 'participants')}?party=UK&standing=confirmed").content.decode()
    client.post(bulk(cast, "came"), narrowed)
    standing = dict(Registration.objects.filter(edition=cast.edition).values_list("person__user__email", "status"))
    assert standing["delegate_uk@example.org"] == standing["group_member@example.org"] == "attended"
    assert standing["delegate_nl@example.org"] == "confirmed"
    one = Registration.objects.get(person=cast.delegate_uk.person, edition=cast.edition)
    client.post(step_of(one, "absent"))
    one.refresh_from_db()
    assert one.status == "no_show"
    assert JournalEntry.objects.filter(act="noted attendance").count() == 3


def test_a_code_of_the_desk_is_on_one_page_and_nowhere_else(cast: Cast, signed_in: Any, caplog: Any) -> None:
    opened(cast)
    registration = Registration.objects.get(person=cast.delegate_nl.person)
    cast.delegate_nl.language = "nl"
    cast.delegate_nl.save()
    client = signed_in(cast.secretary_nl)
    caplog.set_level("DEBUG")
    answer = client.post(step_of(registration, "code"))
    code, text = answer.context["code"], answer.content.decode()
    assert answer.status_code == 200 and code in text and 'lang="nl"' in text
    assert "/nl/sign-in/desk/" in text
    until = DeskCode.objects.get().expires_at.astimezone(cast.edition.zone)
    assert f"tot {until:%H.%M} uur" in text
    assert "no-store" in answer["Cache-Control"]
    plain = code.replace("-", "")
    assert code not in str(dict(client.session)) and "messages" not in answer.cookies
    assert plain not in caplog.text.replace("-", "")
    assert code not in str(list(JournalEntry.objects.values())) and code not in str(list(DeskCode.objects.values()))
    for address in (step_of(registration), step_of(registration, "code"), f"{step_of(registration)[:-7]}history/"):
        assert code not in client.get(address).content.decode()
    assert JournalEntry.objects.filter(act="issued desk code").count() == 1
    other = Registration.objects.get(person=cast.delegate_uk.person)
    assert signed_in(cast.secretary_elsewhere).post(step_of(other, "code")).status_code in {302, 404}
    assert DeskCode.objects.count() == 1


# What people say of themselves


def test_own_details_are_read_by_their_keepers_alone(cast: Cast, signed_in: Any) -> None:
    registration = Registration.objects.get(person=cast.delegate_uk.person, edition=cast.edition)
    details = build.own_details(registration, meal="C", arrangements=f"{BAIT} chair", phone="+31 6 5550 1999")
    elsewhere = build.an_edition(build.a_dialogue())
    foreign = build.own_details(build.a_registration(build.a_person(cast.uk), elsewhere), arrangements=f"{BAIT} elsewhere")
    here, page = "/admin/dialogues/owndetails/", step_of(details)
    secretary = signed_in(cast.secretary_nl)
    completed = f"{details.completed_at:%Y}"
    for address in (
        step_of(registration),
        page_of(cast),
        page_of(cast, "participants"),
        "/admin/dialogues/registration/",
        "/admin/",
    ):
        text = secretary.get(address).content.decode()
        assert BAIT not in text and "5550 1999" not in text and "option C" not in text, address
        assert "owndetails" not in text, address
    assert completed in secretary.get(step_of(registration)).content.decode()
    for who in ("secretary_nl", "technician", "secretary_elsewhere"):
        assert signed_in(getattr(cast, who)).get(here).status_code == 403
        assert BAIT not in signed_in(getattr(cast, who)).get(page, follow=True).content.decode()
    keeper = build.an_account(build.a_person(cast.nl), is_staff=True)
    build.an_appointment(keeper, cast.dialogue, "arrangements")
    client = signed_in(keeper)
    text = client.get(here).content.decode()
    assert f"{BAIT} chair" in text and cast.delegate_uk.person.name in text and f"{BAIT} elsewhere" not in text
    assert "5550 1999" in client.get(page).content.decode()
    assert client.get(step_of(foreign)).status_code in {302, 404}
    assert client.post(page, {"meal": "A"}).status_code == 403
    assert client.get("/admin/dialogues/registration/").status_code == 403
    assert OwnDetails.objects.get(pk=details.pk).meal == "C"
