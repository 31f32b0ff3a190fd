"""Action items: who may take which step, and that two consents are two people of two parties."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dialogues.models import ActionItem, ActionMove, Consent, JournalEntry
from dialogues.procedures import action_items, progress
from dialogues.procedures.steps import StepRefused
from parties.models import Party
from tests import build
from tests.cast import Cast


def proposed(cast: Cast, *leading: Party, **more: Any) -> ActionItem:
    leading = leading or (cast.nl,)
    return action_items.propose_action(
        edition=cast.edition,
        by=cast.focal_point_nl,
        text_en="Agree a contact list",
        measure_en="A list of one page",
        due_on=date(2027, 9, 30),
        leads=[(party, None, f"Head of the {party.code} unit") for party in leading],
        is_joint=len(leading) > 1,
        **more,
    )


def agreed(cast: Cast, *leading: Party) -> ActionItem:
    item = proposed(cast, *leading)
    action_items.agree(action_item=item, by=cast.focal_point_uk)
    return action_items.agree(action_item=item, by=cast.focal_point_nl)


def complete(cast: Cast, *leading: Party) -> ActionItem:
    """Reported complete by the Netherlands, with evidence of every lead."""
    item = agreed(cast, *leading)
    progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text="Begun.")
    for lead in item.leads.all():
        by = cast.focal_point_nl if lead.party == cast.nl else cast.focal_point_uk
        progress.give_evidence(action_item=item, by=by, kind="document_reference", reference="Register 12")
    return progress.report_complete(action_item=item, by=cast.focal_point_nl)


def test_numbers_run_on_within_an_edition_and_are_kept_for_life(cast: Cast) -> None:
    assert [proposed(cast).number for _n in range(3)] == ["SOC-2027-01", "SOC-2027-02", "SOC-2027-03"]


@pytest.mark.parametrize("name", ["secretary_uk", "focal_point_uk", "deputy_nl", "co_chair"])
def test_who_negotiates_may_propose(cast: Cast, name: str) -> None:
    item = action_items.propose_action(
        edition=cast.edition, by=getattr(cast, name), text_en="Share it", leads=[(cast.uk, None, "Head of unit")]
    )
    assert item.status == "proposed"


@pytest.mark.parametrize("name", ["delegate_uk", "stranger", "technician", "former_secretary", "secretary_elsewhere"])
def test_nobody_else_may(cast: Cast, name: str) -> None:
    with pytest.raises(StepRefused, match="proposed by secretaries"):
        action_items.propose_action(
            edition=cast.edition, by=getattr(cast, name), text_en="Share it", leads=[(cast.uk, None, "Head of unit")]
        )
    assert not ActionItem.objects.exists()


def test_leads_are_one_a_party_and_more_than_one_is_joint(cast: Cast) -> None:
    for leads, joint, said in [
        ([], False, "Name the party that leads"),
        ([(cast.uk, None, "A"), (cast.uk, None, "B")], True, "at most one lead"),
        ([(cast.uk, None, "A"), (cast.nl, None, "B")], False, "is joint"),
    ]:
        with pytest.raises(StepRefused, match=said):
            action_items.propose_action(
                edition=cast.edition, by=cast.secretary_uk, text_en="Share it", leads=leads, is_joint=joint
            )


def test_one_party_alone_does_not_agree_an_item(cast: Cast) -> None:
    item = action_items.agree(action_item=proposed(cast), by=cast.focal_point_uk)
    item.refresh_from_db()
    assert item.status == "proposed"
    for again in (cast.focal_point_uk, cast.secretary_uk):
        with pytest.raises(StepRefused, match="United Kingdom has consented already"):
            action_items.agree(action_item=item, by=again)
    item = action_items.agree(action_item=item, by=cast.secretary_nl)
    assert (item.status, item.original_due_on) == ("agreed", date(2027, 9, 30))
    assert {consent.by for consent in item.consents.all()} == {cast.focal_point_uk, cast.secretary_nl}


@pytest.mark.parametrize(
    "name", ["technician", "delegate_uk", "co_chair", "former_secretary", "secretary_elsewhere", "stranger"]
)
def test_who_holds_no_appointment_of_a_party_cannot_consent_not_even_a_superuser(cast: Cast, name: str) -> None:
    item = proposed(cast)
    with pytest.raises(StepRefused, match="through its focal point or its secretary"):
        action_items.agree(action_item=item, by=getattr(cast, name))
    assert not Consent.objects.exists()


def test_one_person_with_appointments_of_two_parties_still_gives_one_consent(cast: Cast) -> None:
    build.an_appointment(cast.focal_point_uk, cast.dialogue, "focal_point", party=cast.nl, starts_on=date(2021, 1, 1))
    item = action_items.agree(action_item=proposed(cast), by=cast.focal_point_uk)
    with pytest.raises(StepRefused, match="has consented already"):
        action_items.agree(action_item=item, by=cast.focal_point_uk)


def test_the_database_itself_refuses_a_second_consent_of_a_person_or_a_party(cast: Cast) -> None:
    item = proposed(cast)
    Consent.objects.create(record=item, to_status="agreed", party=cast.uk, by=cast.focal_point_uk)
    for party, by in [(cast.nl, cast.focal_point_uk), (cast.uk, cast.focal_point_nl)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.create(record=item, to_status="agreed", party=party, by=by)


def test_what_is_agreed_needs_due_date_and_measure(cast: Cast) -> None:
    item = proposed(cast)
    ActionItem.objects.update(due_on=None, measure_en="")
    with pytest.raises(StepRefused) as refusal:
        action_items.agree(action_item=item, by=cast.focal_point_uk)
    assert [str(reason) for reason in refusal.value.reasons] == ["Give a due date.", "Say what will be seen when it is done."]


def test_the_first_report_takes_an_agreed_item_into_progress_and_every_move_is_kept(cast: Cast) -> None:
    item = agreed(cast)
    progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text="Begun.")
    item.refresh_from_db()
    assert item.status == "in_progress"
    assert list(ActionMove.objects.order_by("pk").values_list("to_status", flat=True)) == ["proposed", "agreed", "in_progress"]
    assert JournalEntry.objects.filter(act="reported progress", party=cast.nl).count() == 1


@pytest.mark.parametrize("name", ["focal_point_uk", "secretary_uk", "delegate_nl", "technician", "co_chair"])
def test_only_the_lead_party_reports(cast: Cast, name: str) -> None:
    with pytest.raises(StepRefused, match="Only the lead party reports"):
        progress.report_progress(action_item=agreed(cast), by=getattr(cast, name), rating="on_track", text="Begun.")


def test_a_report_has_words_and_at_most_120(cast: Cast) -> None:
    item = agreed(cast)
    for text, said in [(" ", "Say what was done"), ("word " * 121, "121 words; 120 is the most")]:
        with pytest.raises(StepRefused, match=said):
            progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text=text)
    progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text="word " * 120)


def test_blocked_says_what_is_needed_and_is_taken_up_again(cast: Cast) -> None:
    item = agreed(cast)
    progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text="Begun.")
    with pytest.raises(StepRefused, match="what is needed"):
        progress.block(action_item=item, by=cast.focal_point_nl, reason=" ")
    item = progress.block(action_item=item, by=cast.focal_point_nl, reason="A legal reading by the UK")
    assert item.status == "blocked"
    assert item.moves.last().reason == "A legal reading by the UK"
    assert progress.unblock(action_item=item, by=cast.deputy_nl).status == "in_progress"


def test_complete_needs_evidence_of_every_lead(cast: Cast) -> None:
    item = agreed(cast, cast.uk, cast.nl)
    progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text="Begun.")
    progress.give_evidence(action_item=item, by=cast.focal_point_nl, kind="statement", reference="Letter of 3 March")
    with pytest.raises(StepRefused, match="United Kingdom has given no evidence"):
        progress.report_complete(action_item=item, by=cast.focal_point_nl)


def test_closing_is_confirmed_by_another_party_and_never_by_itself(cast: Cast) -> None:
    item = complete(cast)
    assert item.status == "reported_complete"
    for own in (cast.focal_point_nl, cast.deputy_nl, cast.secretary_uk, cast.secretary_nl, cast.technician):
        with pytest.raises(StepRefused, match="Another party’s focal point confirms"):
            progress.confirm_closed(action_item=item, by=own)
    assert progress.confirm_closed(action_item=item, by=cast.focal_point_uk).status == "closed"


def test_a_joint_item_is_confirmed_by_each(cast: Cast) -> None:
    item = progress.confirm_closed(action_item=complete(cast, cast.uk, cast.nl), by=cast.focal_point_uk)
    assert item.status == "reported_complete"
    with pytest.raises(StepRefused, match="has confirmed already"):
        progress.confirm_closed(action_item=item, by=cast.focal_point_uk)
    assert progress.confirm_closed(action_item=item, by=cast.deputy_nl).status == "closed"


def test_sent_back_with_a_reason_voids_what_was_confirmed(cast: Cast) -> None:
    item = progress.confirm_closed(action_item=complete(cast, cast.uk, cast.nl), by=cast.focal_point_uk)
    item = progress.send_back(action_item=item, by=cast.focal_point_nl, reason="Covers only half")
    assert item.status == "in_progress"
    item = progress.report_complete(action_item=item, by=cast.focal_point_nl)
    assert progress.confirm_closed(action_item=item, by=cast.deputy_nl).status == "reported_complete"
    assert progress.confirm_closed(action_item=item, by=cast.focal_point_uk).status == "closed"


def test_withdrawn_only_by_all_and_with_a_reason(cast: Cast) -> None:
    item = agreed(cast)
    with pytest.raises(StepRefused, match="Give the reason"):
        action_items.withdraw(action_item=item, by=cast.focal_point_uk, reason="")
    action_items.withdraw(action_item=item, by=cast.focal_point_uk, reason="Taken up elsewhere")
    item.refresh_from_db()
    assert item.status == "agreed"
    item = action_items.withdraw(action_item=item, by=cast.focal_point_nl, reason="Agreed")
    assert item.status == "withdrawn"


def test_a_consent_to_withdraw_does_not_outlive_the_state_it_was_given_in(cast: Cast) -> None:
    item = agreed(cast)
    action_items.withdraw(action_item=item, by=cast.focal_point_uk, reason="Taken up elsewhere")
    progress.report_progress(action_item=item, by=cast.focal_point_nl, rating="on_track", text="Begun after all.")
    item.refresh_from_db()
    assert action_items.withdraw(action_item=item, by=cast.focal_point_nl, reason="Now us").status == "in_progress"


def test_superseded_names_a_successor_of_the_same_dialogue_that_both_agree_on(cast: Cast) -> None:
    item, successor, other = agreed(cast), agreed(cast), agreed(cast)
    foreign = build.an_action_item(build.an_edition(build.a_dialogue()))
    for wrong in (item, foreign):
        with pytest.raises(StepRefused, match="another action item of the same dialogue"):
            action_items.supersede(action_item=item, by=cast.focal_point_uk, reason="Merged", successor=wrong)
    action_items.supersede(action_item=item, by=cast.focal_point_uk, reason="Merged", successor=successor)
    with pytest.raises(StepRefused, match=f"consented to {successor.number}"):
        action_items.supersede(action_item=item, by=cast.focal_point_nl, reason="Merged", successor=other)
    item = action_items.supersede(action_item=item, by=cast.focal_point_nl, reason="Merged", successor=successor)
    assert (item.status, item.successor) == ("superseded", successor)


def test_what_has_ended_stays_ended(cast: Cast) -> None:
    for status in ("closed", "withdrawn", "superseded"):
        assert ActionItem.TRANSITIONS[ActionItem.Status(status)] == ()
