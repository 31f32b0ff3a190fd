"""Action items: who may take which step, and that two consents are two people of two parties."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dialogues.models import ActionItem, ActionMove, Consent, Evidence, JournalEntry
from dialogues.procedures import action_changes, action_items, progress
from dialogues.procedures.steps import StepRefused
from parties.models import Party, User
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


def test_what_is_agreed_names_the_post_that_owns_each_part(cast: Cast) -> None:
    item = proposed(cast, cast.uk, cast.nl)
    item.leads.filter(party=cast.nl).update(owner_post_en="")
    with pytest.raises(StepRefused, match="Name the post that owns the part of Netherlands"):
        action_items.agree(action_item=item, by=cast.focal_point_uk)
    action_changes.name_owner(
        action_item=item, by=cast.secretary_nl, owner_post_nl="Hoofd", owner_post_en="", reason="New unit"
    )
    action_items.agree(action_item=item, by=cast.focal_point_uk)
    assert action_items.agree(action_item=item, by=cast.focal_point_nl).status == "agreed"


def test_what_is_needed_is_asked_of_a_party_of_the_dialogue(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, status="in_progress")
    with pytest.raises(StepRefused, match="Choose a party of this dialogue"):
        progress.block(action_item=item, by=cast.focal_point_nl, reason="A reading", needed_from=build.a_party("BE"))
    progress.block(action_item=item, by=cast.focal_point_nl, reason="A reading", needed_from=cast.uk)
    assert item.moves.get().needed_from == cast.uk
    assert JournalEntry.objects.get(act="blocked action").details == {"number": item.number, "needed_from": "UK"}


def test_evidence_is_an_address_that_can_be_opened_or_an_engagement_that_was_held(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, status="in_progress")
    held = build.an_engagement(cast.dialogue, title_en="Exchange on cargo", status="held", audience="delegates")
    planned = build.an_engagement(cast.dialogue, status="agreed", audience="delegates")
    hidden = build.an_engagement(cast.dialogue, status="held", audience="secretariat", title_en="Bait")
    elsewhere = build.an_engagement(build.a_dialogue(), status="held", audience="public", published_at=item.status_since)

    def give(kind: str, **more: Any) -> Evidence:
        return progress.give_evidence(action_item=item, by=cast.focal_point_nl, kind=kind, **more)

    for wrong in (None, planned, hidden, elsewhere):
        with pytest.raises(StepRefused, match="of this dialogue that was held"):
            give("engagement_held", engagement=wrong, reference="Typed beside it")
    for address in ("javascript:alert(1)", "ftp://example.org/list", "gov.uk/list", "https://"):
        with pytest.raises(StepRefused, match="begins with https"):
            give("public_link", reference=address)
    with pytest.raises(StepRefused, match="Give the reference"):
        give("figure", reference=" ")
    assert not Evidence.objects.exists()
    assert give("engagement_held", engagement=held).reference == "Exchange on cargo"
    assert give("public_link", reference="https://www.gov.uk/list", engagement=held).engagement is None


def test_of_a_joint_item_only_the_leads_confirm(cast: Cast) -> None:
    belgium = build.a_party("BE")
    cast.dialogue.parties.add(belgium)
    third = build.an_account(build.a_person(belgium))
    build.an_appointment(third, cast.dialogue, "focal_point", party=belgium)
    item = build.an_action_item(cast.edition, lead=cast.nl, is_joint=True, status="reported_complete")
    item.leads.create(party=cast.uk, owner_post_en="Head of unit")
    for act, more in [(progress.confirm_closed, {}), (progress.send_back, {"reason": "Half of it"})]:
        with pytest.raises(StepRefused, match="Another party’s focal point"):
            act(action_item=item, by=third, **more)
    assert progress.confirm_closed(action_item=item, by=cast.focal_point_nl).status == "reported_complete"
    assert progress.confirm_closed(action_item=item, by=cast.focal_point_uk).status == "closed"


# Every transition, every role (workflows §4.5). The item is led by the Netherlands.

BOTH = {"focal_point_uk", "secretary_uk", "focal_point_nl", "deputy_nl", "secretary_nl"}
LEAD = {"focal_point_nl", "deputy_nl", "secretary_nl", "owner"}
LEADS_FOCAL_POINTS = {"focal_point_nl", "deputy_nl"}
THE_OTHER_SIDE = {"focal_point_uk"}

Act = Callable[[ActionItem, User], Any]


def reports(item: ActionItem, by: User) -> Any:
    return progress.report_progress(action_item=item, by=by, rating="on_track", text="Begun.")


def replaces(item: ActionItem, by: User) -> Any:
    successor = ActionItem.objects.exclude(pk=item.pk).get()
    return action_items.supersede(action_item=item, by=by, reason="Merged", successor=successor)


ACTS: dict[str, tuple[Act, set[str]]] = {
    "agree": (lambda item, by: action_items.agree(action_item=item, by=by), BOTH),
    "withdraw": (lambda item, by: action_items.withdraw(action_item=item, by=by, reason="Elsewhere"), BOTH),
    "supersede": (replaces, BOTH),
    "report": (reports, LEAD),
    "block": (lambda item, by: progress.block(action_item=item, by=by, reason="A reading"), LEAD),
    "unblock": (lambda item, by: progress.unblock(action_item=item, by=by), LEAD),
    "complete": (lambda item, by: progress.report_complete(action_item=item, by=by), LEADS_FOCAL_POINTS),
    "confirm": (lambda item, by: progress.confirm_closed(action_item=item, by=by), THE_OTHER_SIDE),
    "send back": (lambda item, by: progress.send_back(action_item=item, by=by, reason="Half"), THE_OTHER_SIDE),
}
EDGES = {
    ("proposed", "agreed"): "agree",
    ("proposed", "withdrawn"): "withdraw",
    ("agreed", "in_progress"): "report",
    ("agreed", "withdrawn"): "withdraw",
    ("agreed", "superseded"): "supersede",
    ("in_progress", "blocked"): "block",
    ("in_progress", "reported_complete"): "complete",
    ("in_progress", "withdrawn"): "withdraw",
    ("in_progress", "superseded"): "supersede",
    ("blocked", "in_progress"): "unblock",
    ("blocked", "withdrawn"): "withdraw",
    ("blocked", "superseded"): "supersede",
    ("reported_complete", "closed"): "confirm",
    ("reported_complete", "in_progress"): "send back",
}
BY_ALL = {"agree", "withdraw", "supersede"}


def everybody(cast: Cast) -> dict[str, Any]:
    """The cast, and beside it the person who holds the owner post of the lead."""
    return {name: getattr(cast, name) for name in Cast.names()} | {"owner": build.an_account(build.a_person(cast.nl))}


def standing(cast: Cast, status: str, owner: User) -> ActionItem:
    """An item with all that the next step needs, so that nothing but the role can stand in the way."""
    successor = build.an_action_item(cast.edition, lead=cast.uk)
    more = {"successor": successor} if status == "superseded" else {}
    item = build.an_action_item(cast.edition, lead=cast.nl, status=status, **more)
    item.leads.update(owner=owner.person)
    said = {"by": cast.focal_point_nl, "kind": "statement", "reference": "Letter of 3 March"}
    Evidence.objects.create(action_item=item, party=cast.nl, **said)
    return item


def trace(item: ActionItem) -> tuple[Any, ...]:
    item.refresh_from_db()
    return item.status, item.successor_id, item.moves.count(), Consent.objects.count(), JournalEntry.objects.count()


def test_the_table_below_has_every_declared_transition() -> None:
    assert {(str(one), str(to)) for one, ends in ActionItem.TRANSITIONS.items() for to in ends} == set(EDGES)


@pytest.mark.parametrize(("edge", "name"), EDGES.items(), ids=lambda one: "→".join(one) if isinstance(one, tuple) else one)
def test_every_transition_is_taken_by_whom_it_is_given_to_and_by_nobody_else(
    cast: Cast, edge: tuple[str, str], name: str
) -> None:
    (status, to), (act, allowed), people = edge, ACTS[name], everybody(cast)
    item = standing(cast, status, people["owner"])
    before = trace(item)
    moved = set()
    for role, person in people.items():
        point = transaction.savepoint()
        try:
            act(item, person)
        except StepRefused:
            assert trace(item) == before, f"{role} was refused and left something behind"
        else:
            moved.add(role)
            if name in BY_ALL:
                assert trace(item)[0] == status, f"{role} alone was enough"
                own_side = people["focal_point_uk" if role.endswith("_uk") else "deputy_nl"]
                with pytest.raises(StepRefused):
                    act(item, own_side)
                act(item, people["deputy_nl" if role.endswith("_uk") else "focal_point_uk"])
            assert trace(item)[0] == to
        transaction.savepoint_rollback(point)
        item = ActionItem.objects.get(pk=item.pk)
    assert moved == allowed


@pytest.mark.parametrize("status", ActionItem.Status.values)
def test_no_act_leads_along_a_way_that_is_not_declared(cast: Cast, status: str) -> None:
    people = everybody(cast)
    item = standing(cast, status, people["owner"])
    before = trace(item)
    for name, (act, allowed) in ACTS.items():
        if name in {way for (start, _to), way in EDGES.items() if start == status} or (name, status) in {
            ("report", "in_progress"),  # says more, and moves nothing
            ("report", "blocked"),
        }:
            continue
        for role in sorted(allowed):
            with pytest.raises(StepRefused):
                act(item, people[role])
        assert trace(item) == before, name
