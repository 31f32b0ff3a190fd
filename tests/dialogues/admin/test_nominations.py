"""Nominations in the admin: read, accepted, returned, entered on the strength of a letter; one by one and in bulk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from dialogues.models import Delegation, JournalEntry, Nomination, OutgoingMessage, Registration
from dialogues.procedures import acceptance
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast, assemble
from tests.dialogues.procedures.test_together import at_once
from tests.filling_in import filled_in

LIST = "/admin/dialogues/nomination/"
ADD = f"{LIST}add/"
BAIT = "Qwyzzbait"


@pytest.fixture
def uk(cast: Cast) -> Delegation:
    """The delegation of the United Kingdom, while nominations are open."""
    build.a_round(cast.edition, closes_at=datetime(2027, 2, 9, 11, tzinfo=UTC))
    return build.a_delegation(cast.edition, cast.uk)


@pytest.fixture
def nl(cast: Cast) -> Delegation:
    return build.a_delegation(cast.edition, cast.nl)


def page_of(nomination: Nomination, step: str = "") -> str:
    return f"{LIST}{nomination.pk}/" + (f"step/{step}/" if step else "change/")


def board_of(cast: Cast) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/delegations/"


def bulk(cast: Cast, name: str) -> str:
    return f"/admin/dialogues/edition/{cast.edition.pk}/bulk/{name}/"


def names_in(client: Any, address: str = LIST) -> set[str]:
    return {nomination.name for nomination in client.get(address).context["cl"].result_list}


# Who reads it


def test_both_secretaries_read_what_was_handed_in_and_nobody_reads_a_draft(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    build.a_nomination(uk, name=f"{BAIT} Draft", mandates=(cast.group,))
    handed_in = build.a_submitted_nomination(uk, name="Ms H. Anded", mandates=(cast.group,))
    draft = Nomination.objects.get(name=f"{BAIT} Draft")
    # A secretary who is the party's focal point too reads the draft on the party's own pages, never here.
    build.an_appointment(cast.secretary_uk, cast.dialogue, "focal_point")
    for secretary in (cast.secretary_uk, cast.lead):
        client = signed_in(secretary)
        assert names_in(client) == {"Ms H. Anded"}
        for address in (
            LIST,
            f"{LIST}?q={BAIT}",
            board_of(cast),
            ADD,
            page_of(handed_in),
            f"{page_of(handed_in)[:-7]}history/",
        ):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert f"{BAIT} Draft" not in answer.content.decode(), address
        for address in (page_of(draft), page_of(draft, "accept"), page_of(draft, "return")):
            assert client.get(address).status_code in {302, 404}
            assert BAIT not in client.get(address, follow=True).content.decode()
        client.post(bulk(cast, "accept"), {"row": draft.pk, "confirmed": "yes"})
        draft.refresh_from_db()
        assert draft.status == Nomination.Status.DRAFT


@pytest.mark.parametrize("who", ["focal_point_uk", "secretary_elsewhere", "technician", "former_secretary", "delegate_uk"])
def test_who_is_no_secretary_of_the_dialogue_finds_nothing_here(cast: Cast, signed_in: Any, uk: Delegation, who: str) -> None:
    nomination = build.a_submitted_nomination(uk, name=BAIT, mandates=(cast.group,))
    client = signed_in(getattr(cast, who))
    addresses = (LIST, f"{LIST}?q={BAIT}", page_of(nomination), page_of(nomination, "accept"), board_of(cast))
    for address in (*addresses, board_of(cast).replace("delegations", "participants"), bulk(cast, "accept")):
        answer = client.get(address)
        assert answer.status_code in {200, 302, 403, 404}
        assert f'">{BAIT}' not in client.get(address, follow=True).content.decode()
    for address in (page_of(nomination, "accept"), bulk(cast, "accept")):
        assert client.post(address, {"row": nomination.pk, "confirmed": "yes"}).status_code in {302, 403, 404}
    nomination.refresh_from_db()
    assert nomination.status == Nomination.Status.SUBMITTED


def test_what_one_may_not_know_answers_like_what_is_not_there(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    client = signed_in(cast.secretary_elsewhere)
    for page in ("delegations/", "participants/", "bulk/accept/"):
        hidden = client.get(f"/admin/dialogues/edition/{cast.edition.pk}/{page}")
        none = client.get(f"/admin/dialogues/edition/999999/{page}")
        assert hidden.status_code == none.status_code == 404
        assert hidden.content == none.content


def test_they_are_found_by_name_and_by_standing(cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation) -> None:
    S = Nomination.Status
    build.a_submitted_nomination(uk, name="Waits")
    build.a_submitted_nomination(uk, name="Late", status=S.LATE_PENDING, is_late=True)
    build.a_submitted_nomination(uk, name="Over", over_quota_reason="Two ministries")
    build.a_submitted_nomination(nl, name="Back", status=S.RETURNED, returned_message="No post")
    build.an_accepted_nomination(nl, name="Comes")
    build.a_submitted_nomination(nl, name="Gone", status=S.WITHDRAWN)
    client = signed_in(cast.secretary_uk)
    found = {name: names_in(client, f"{LIST}?standing={name}") for name in ("waiting", "late", "over", "returned", "gone")}
    assert found == {
        "waiting": {"Waits", "Late", "Over"},
        "late": {"Late"},
        "over": {"Over"},
        "returned": {"Back"},
        "gone": {"Gone"},
    }
    assert names_in(client, f"{LIST}?delegation__party__id__exact={cast.nl.pk}") == {"Back", "Comes", "Gone"}
    assert names_in(client, f"{LIST}?q=comes") == {"Comes"}
    assert client.get(f"{LIST}?q=%00").status_code == 400


# Accept and return


def test_a_complete_one_is_accepted_by_either_secretary(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    nomination = build.a_submitted_nomination(uk, name="Ms C. Omplete", mandates=(cast.group,))
    client = signed_in(cast.secretary_nl)
    shown = client.get(page_of(nomination))
    text = shown.content.decode()
    assert "Ms C. Omplete" in text and 'name="_save"' not in text and 'name="name"' not in text
    assert "Ms C. Omplete" not in text[: text.index("</title>")]
    assert "Within what was agreed." in client.get(page_of(nomination, "accept")).content.decode()
    assert client.post(page_of(nomination, "accept"))["Location"] == page_of(nomination)
    registration = Registration.objects.get(nomination=nomination)
    assert (registration.person.name, registration.delegation) == ("Ms C. Omplete", uk)
    assert JournalEntry.objects.filter(act="accepted nomination", by=cast.secretary_nl).count() == 1
    assert client.post(page_of(nomination), {"name": "Another"}).status_code == 403
    nomination.refresh_from_db()
    assert nomination.name == "Ms C. Omplete"


def test_a_late_one_asks_the_lead_for_the_reason_and_nobody_else(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    late = build.a_submitted_nomination(uk, status="late_pending", is_late=True, mandates=(cast.group,))
    other = signed_in(cast.secretary_uk).post(page_of(late, "accept"), {"late_reason": "Came by courier"})
    assert other.status_code == 409 and "the secretariat lead accepts it" in other.content.decode()
    lead = signed_in(cast.lead)
    assert "Say why it is accepted after the deadline." in lead.post(page_of(late, "accept"), {}).content.decode()
    lead.post(page_of(late, "accept"), {"late_reason": "Came by courier"})
    late.refresh_from_db()
    assert (late.status, late.late_reason, late.accepted_by) == ("accepted", "Came by courier", cast.lead)


def test_the_question_shows_more_than_agreed_with_its_reason_and_whose_consent_is_missing(
    cast: Cast, signed_in: Any, uk: Delegation
) -> None:
    build.a_quota(uk, category="observer", seats=0)
    observer = build.a_submitted_nomination(uk, category="observer", over_quota_reason="Asked for by the venue")
    text = signed_in(cast.secretary_nl).get(page_of(observer, "accept")).content.decode()
    assert "1 as “observer”; 0 agreed. Asked for by the venue" in text
    assert "Netherlands has not consented yet." in text
    assert "Netherlands: not yet" in signed_in(cast.secretary_nl).get(page_of(observer)).content.decode()


def test_one_is_returned_with_what_is_missing_and_not_without(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    nomination = build.a_submitted_nomination(uk, mandates=(cast.group,))
    client = signed_in(cast.secretary_nl)
    assert "Say what is missing" in client.post(page_of(nomination, "return"), {"message": " "}).content.decode()
    client.post(page_of(nomination, "return"), {"message": "Which post?"})
    nomination.refresh_from_db()
    assert (nomination.status, nomination.returned_message) == ("returned", "Which post?")
    assert OutgoingMessage.objects.filter(recipient=cast.focal_point_uk).exists()
    assert "reject" not in client.get(page_of(nomination)).content.decode().lower()


# Many at once


def test_a_bulk_says_what_can_be_and_what_cannot_and_does_nothing_yet(
    cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation
) -> None:
    good = build.a_submitted_nomination(uk, name="Good", mandates=(cast.group,))
    other = build.a_submitted_nomination(nl, name="Other", mandates=(cast.group,))
    bad = build.a_submitted_nomination(uk, name="Unconsented", category="expert")
    board = signed_in(cast.lead).get(board_of(cast))
    assert board.content.decode().count('name="row"') == 3
    page = signed_in(cast.lead).post(bulk(cast, "accept"), {"row": [good.pk, other.pk, bad.pk]})
    text = page.content.decode()
    assert [row["pk"] for row in page.context["possible"]] == [good.pk, other.pk]
    assert "Accept 2 nominations" in text and "Netherlands has not consented yet." in text and page_of(bad) in text
    assert 'name="late_reason"' not in text
    assert not Nomination.objects.filter(status="accepted").exists()


def test_a_bulk_with_one_refused_row_does_the_others_and_says_which(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    rows = [build.a_submitted_nomination(uk, name=f"Good {n}", mandates=(cast.group,)) for n in range(3)]
    bad = build.a_submitted_nomination(uk, name="Without group")
    answer = signed_in(cast.lead).post(bulk(cast, "accept"), {"row": [row.pk for row in (*rows, bad)], "confirmed": "yes"})
    text = answer.content.decode()
    assert answer.status_code == 200 and "3 nominations accepted." in text
    assert "Without group" in text and "The working group is missing." in text and "Good 1" not in text
    assert JournalEntry.objects.filter(act="accepted nomination").count() == 3
    bad.refresh_from_db()
    assert bad.status == "submitted"
    none = signed_in(cast.lead).post(bulk(cast, "accept"), {"row": [bad.pk], "confirmed": "yes"})
    assert none.status_code == 409


def test_a_bulk_asks_one_reason_for_the_late_ones_of_the_lead_alone(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    late = [
        build.a_submitted_nomination(uk, status="late_pending", is_late=True, mandates=(cast.group,), name=f"Late {n}")
        for n in range(2)
    ]
    early = build.a_submitted_nomination(uk, mandates=(cast.group,))
    chosen = {"row": [one.pk for one in (*late, early)]}
    other = signed_in(cast.secretary_uk).post(bulk(cast, "accept"), chosen)
    assert [row["pk"] for row in other.context["possible"]] == [early.pk]
    lead = signed_in(cast.lead)
    assert 'name="late_reason"' in lead.post(bulk(cast, "accept"), chosen).content.decode()
    again = lead.post(bulk(cast, "accept"), {**chosen, "confirmed": "yes"})
    assert "Say why it is accepted after the deadline." in again.content.decode()
    assert again.content.decode().count('name="row"') == 3  # nothing that was chosen is lost
    lead.post(bulk(cast, "accept"), {**chosen, "confirmed": "yes", "late_reason": "Embassy closed"})
    assert {one.late_reason for one in Nomination.objects.filter(status="accepted", is_late=True)} == {"Embassy closed"}
    early.refresh_from_db()
    assert (early.status, early.late_reason) == ("accepted", "")


def test_an_alternate_is_accepted_after_the_one_it_stands_for_in_the_same_bulk(
    cast: Cast, signed_in: Any, uk: Delegation
) -> None:
    head = build.a_submitted_nomination(uk, category="head")
    alternate = build.a_submitted_nomination(uk, category="alternate", alternate_for=head)
    Nomination.objects.filter(pk=alternate.pk).update(submitted_at=build.LONG_AGO)
    answer = signed_in(cast.lead).post(bulk(cast, "accept"), {"all": "yes", "confirmed": "yes"}, follow=True)
    assert "2 nominations accepted." in answer.content.decode()
    assert Registration.objects.get(nomination=alternate).alternate_for == Registration.objects.get(nomination=head)


def test_many_are_returned_with_one_message(cast: Cast, signed_in: Any, uk: Delegation, nl: Delegation) -> None:
    rows = [build.a_submitted_nomination(side, mandates=(cast.group,)) for side in (uk, nl)]
    client = signed_in(cast.secretary_nl)
    said = {"row": [row.pk for row in rows], "confirmed": "yes"}
    assert "Say what is missing" in client.post(bulk(cast, "return"), said).content.decode()
    client.post(bulk(cast, "return"), {**said, "message": "Which day?"})
    assert {row.returned_message for row in Nomination.objects.filter(status="returned")} == {"Which day?"}
    assert JournalEntry.objects.filter(act="returned nomination").count() == 2
    assert all("Which day" not in str(entry.details) for entry in JournalEntry.objects.all())


@pytest.mark.parametrize("rows", [[], ["zz"], ["0"], ["9" * 40], ["1\0"], ["²"]])
def test_a_bulk_of_nothing_leads_back_with_a_sentence(cast: Cast, signed_in: Any, uk: Delegation, rows: list[str]) -> None:
    answer = signed_in(cast.lead).post(bulk(cast, "accept"), {"row": rows, "confirmed": "yes"}, follow=True)
    assert answer.redirect_chain == [(board_of(cast), 302)]
    assert "Nothing was chosen." in answer.content.decode()
    assert signed_in(cast.lead).post(bulk(cast, "abolish"), {"row": rows}).status_code == 404


# Entered on behalf of a party


def said(uk: Delegation, letter: Any, cast: Cast, **fields: Any) -> dict[str, Any]:
    return {
        "delegation": uk.pk,
        "on_behalf_by": letter.pk,
        "category": "delegate",
        "name": "Mr P. Aper",
        "post_en": "Director",
        "organisation": build.an_organisation(cast.uk).pk,
        "email": "paper@example.org",
        "language": "en",
        "precedence": 100,
        "mandates": [cast.group.pk],
        **fields,
    }


def test_a_secretary_enters_what_a_party_asked_for_in_a_letter(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    letter = build.a_letter(cast.edition, cast.uk, reference="NV-2027-12")
    client = signed_in(cast.secretary_nl)
    page = client.get(f"{ADD}?delegation={uk.pk}")
    assert "NV-2027-12" in page.content.decode()
    assert filled_in(page, "nomination_form")["delegation"] == str(uk.pk)
    answer = client.post(ADD, said(uk, letter, cast))
    assert answer.status_code == 302
    entered = Nomination.objects.get(name="Mr P. Aper")
    assert (entered.status, entered.on_behalf_by, entered.submitted_by) == ("submitted", letter, cast.secretary_nl)
    assert list(entered.mandates.all()) == [cast.group]
    entry = JournalEntry.objects.get(act="submitted nomination")
    assert (entry.details["on_behalf_by"], entry.party) == (letter.pk, cast.uk)
    assert not JournalEntry.objects.filter(act="created", object_id=entered.pk).exists()  # one act, one entry


def test_entering_is_refused_in_words_and_loses_nothing(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    letter = build.a_letter(cast.edition, cast.uk)
    foreign = build.a_letter(cast.edition, cast.nl, reference="Of the other party")
    sent = build.a_letter(cast.edition, cast.uk, direction="sent", reference="Sent by us")
    build.a_quota(uk, seats=0)
    client = signed_in(cast.secretary_nl)

    def refused(**fields: Any) -> str:
        answer = client.post(ADD, said(uk, letter, cast, **fields))
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "Mr P. Aper" in text and "Director" in text
        assert not Nomination.objects.filter(name="Mr P. Aper").exists()
        return text

    assert "register it first if it is not there" in refused(on_behalf_by="")
    assert "Name the letter or note that this party sent" in refused(on_behalf_by=foreign.pk, over_quota_reason="Agreed")
    assert "Select a valid choice" in refused(on_behalf_by=sent.pk)
    assert "1 as “delegate”; 0 agreed. Give the reason." in refused()
    assert "The working group is missing." in refused(mandates=[], over_quota_reason="Agreed")
    refused(precedence="9" * 30)
    refused(organisation="9" * 30)
    refused(email="nobody")
    assert not JournalEntry.objects.filter(act="submitted nomination").exists()


def test_another_dialogues_delegation_letter_or_group_is_no_choice(cast: Cast, signed_in: Any, uk: Delegation) -> None:
    elsewhere = build.an_edition(build.a_dialogue())
    letter = build.a_letter(elsewhere, cast.uk, reference=BAIT)
    delegation = build.a_delegation(elsewhere, cast.uk)
    group = build.a_mandate(elsewhere)
    client = signed_in(cast.secretary_nl)
    text = client.get(ADD).content.decode()
    assert BAIT not in text and str(group.working_group) not in text
    own = build.a_letter(cast.edition, cast.uk)
    for wrong in ({"on_behalf_by": letter.pk}, {"delegation": delegation.pk}, {"mandates": [group.pk]}):
        answer = client.post(ADD, said(uk, own, cast, **wrong))
        assert answer.status_code == 200 and "valid" in answer.content.decode()


# Two at the same moment


@pytest.mark.django_db(transaction=True)
def test_both_secretaries_accepting_at_once_register_one_person() -> None:
    cast = assemble()
    build.a_round(cast.edition, closes_at=datetime(2027, 2, 9, 11, tzinfo=UTC))
    nomination = build.a_submitted_nomination(build.a_delegation(cast.edition, cast.uk), mandates=(cast.group,))
    press: list[Callable[[], Any]] = [
        lambda by=by: acceptance.accept(nomination=nomination, by=by)  # type: ignore[misc]
        for by in [cast.secretary_uk, cast.secretary_nl] * 2
    ]
    results = at_once(*press)
    assert sum(isinstance(result, Registration) for result in results) == 1
    assert sum(isinstance(result, StepRefused) for result in results) == 3
    assert Registration.objects.filter(nomination=nomination).count() == 1
    assert JournalEntry.objects.filter(act="accepted nomination").count() == 1
