"""What was agreed is changed by all: who proposes, who answers, and that every change and the first date are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from dialogues.models import ActionChange, ActionItem, Consent, JournalEntry
from dialogues.procedures import action_changes, action_items
from dialogues.procedures.action_changes import accept_change, decline_change, name_owner, propose_change, retract_change
from dialogues.procedures.steps import StepRefused
from parties.models import User
from tests import build
from tests.cast import Cast

FIRST, LATER = date(2027, 12, 31), date(2028, 3, 31)
# Who never consents for a party, whatever else they may do.
NOBODYS = ["technician", "delegate_uk", "co_chair", "former_secretary", "secretary_elsewhere", "inactive_secretary", "stranger"]


@pytest.fixture
def item(cast: Cast) -> ActionItem:
    """Led by the Netherlands and in progress."""
    return build.an_action_item(cast.edition, lead=cast.nl, status="in_progress")


def proposed(item: ActionItem, by: User, kind: str = "due_date", **after: Any) -> ActionChange:
    said = {"action_item": item, "by": by, "kind": kind, "reason": "The vendor delivers later."}
    return propose_change(**said, after=after or {"due_on": LATER})


def now(item: ActionItem) -> ActionItem:
    return ActionItem.objects.get(pk=item.pk)


def test_another_due_date_holds_once_the_other_party_has_acknowledged_it_and_the_first_stays(
    cast: Cast, item: ActionItem
) -> None:
    change = proposed(item, cast.focal_point_nl)
    assert now(item).due_on == FIRST
    for own in (cast.focal_point_nl, cast.deputy_nl, cast.secretary_nl):
        with pytest.raises(StepRefused, match="Netherlands has consented already"):
            accept_change(change=change, by=own)
    change = accept_change(change=change, by=cast.secretary_uk)
    assert (now(item).due_on, now(item).original_due_on) == (LATER, FIRST)
    assert (change.status, change.before, change.after) == ("accepted", {"due_on": "2027-12-31"}, {"due_on": "2028-03-31"})
    assert {(one.party, one.by) for one in change.consents.all()} == {
        (cast.nl, cast.focal_point_nl),
        (cast.uk, cast.secretary_uk),
    }
    entry = JournalEntry.objects.get(act="accepted action change")
    assert entry.details == {"number": item.number, "kind": "due_date", "change": change.pk}
    assert "vendor" not in str(list(JournalEntry.objects.values_list("details", flat=True)))


def test_two_parties_of_three_are_not_all(cast: Cast, item: ActionItem) -> None:
    belgium = build.a_party("BE")
    cast.dialogue.parties.add(belgium)
    third = build.an_account(build.a_person(belgium))
    build.an_appointment(third, cast.dialogue, "focal_point", party=belgium)
    change = accept_change(change=proposed(item, cast.focal_point_nl), by=cast.focal_point_uk)
    assert (change.status, now(item).due_on) == ("proposed", FIRST)
    assert accept_change(change=change, by=third).status == "accepted"
    assert now(item).due_on == LATER


def test_one_person_appointed_by_two_parties_gives_one_yes(cast: Cast, item: ActionItem) -> None:
    build.an_appointment(cast.focal_point_nl, cast.dialogue, "focal_point", party=cast.uk, starts_on=date(2021, 1, 1))
    change = proposed(item, cast.focal_point_nl)
    with pytest.raises(StepRefused, match="has consented already"):
        accept_change(change=change, by=cast.focal_point_nl)
    assert now(item).due_on == FIRST


def test_a_date_is_proposed_by_the_lead_or_the_owner_and_words_and_readers_by_any_party(cast: Cast, item: ActionItem) -> None:
    owner = build.an_account(build.a_person(cast.nl))
    item.leads.update(owner=owner.person)
    people = {name: getattr(cast, name) for name in Cast.names()} | {"owner": owner}
    after = {"due_date": {"due_on": LATER}, "wording": {"text_en": "Share two notes"}, "readers": {"audience": "public"}}
    parties = {"focal_point_uk", "secretary_uk", "focal_point_nl", "deputy_nl", "secretary_nl"}
    for kind, wanted in after.items():
        may = set()
        for name, person in people.items():
            point = transaction.savepoint()
            try:
                proposed(item, person, kind, **wanted)
                may.add(name)
            except StepRefused:
                assert not ActionChange.objects.exists()
            transaction.savepoint_rollback(point)
        assert may == ({"owner", "focal_point_nl", "deputy_nl", "secretary_nl"} if kind == "due_date" else parties)


@pytest.mark.parametrize("name", [*NOBODYS, "owner"])
def test_nobody_without_a_partys_mandate_answers_not_even_a_superuser(cast: Cast, item: ActionItem, name: str) -> None:
    people = {one: getattr(cast, one) for one in NOBODYS} | {"owner": build.an_account(build.a_person(cast.uk))}
    item.leads.create(party=cast.uk, owner_post_en="Head of unit", owner=people["owner"].person)
    change, by = proposed(item, cast.focal_point_nl), people[name]
    with pytest.raises(StepRefused, match="through its focal point or its secretary"):
        accept_change(change=change, by=by)
    with pytest.raises(StepRefused, match="through its focal point or its secretary"):
        decline_change(change=change, by=by, answer="No")
    with pytest.raises(StepRefused, match="The party that proposed"):
        retract_change(change=change, by=by)
    with pytest.raises(StepRefused, match="named by the focal point, deputy or secretary"):
        name_owner(action_item=item, by=by, owner_post_en="Head of nothing", reason="New")
    change.refresh_from_db()
    assert (change.status, now(item).due_on, Consent.objects.count()) == ("proposed", FIRST, 1)


def test_words_take_effect_only_with_all(cast: Cast, item: ActionItem) -> None:
    change = proposed(item, cast.focal_point_uk, "wording", text_en="Share two notes", text_nl="Deel twee notities")
    assert now(item).text_en == item.text_en
    accept_change(change=change, by=cast.deputy_nl)
    assert (now(item).text_en, now(item).text_nl, now(item).measure_en) == (
        "Share two notes",
        "Deel twee notities",
        item.measure_en,
    )


def test_public_with_the_last_yes_and_no_longer_once_the_parties_take_it_back(cast: Cast, item: ActionItem) -> None:
    def public() -> bool:
        return ActionItem.objects.filter(published_at__isnull=False, audience="public", pk=item.pk).exists()

    change = proposed(item, cast.secretary_nl, "readers", audience="public")
    assert not public()
    accept_change(change=change, by=cast.secretary_uk)
    assert public()
    ActionItem.objects.filter(pk=item.pk).update(status="closed")  # who may read it is asked even then
    accept_change(change=proposed(now(item), cast.focal_point_uk, "readers", audience="delegates"), by=cast.focal_point_nl)
    assert now(item).audience == "delegates"
    assert now(item).published_at is None
    with pytest.raises(StepRefused, match=r"names it|group"):
        proposed(now(item), cast.focal_point_uk, "readers", audience="group")


def test_one_of_a_kind_waits_at_a_time(cast: Cast, item: ActionItem) -> None:
    proposed(item, cast.focal_point_nl)
    with pytest.raises(StepRefused, match="waits for an answer already"):
        proposed(item, cast.deputy_nl, due_on=date(2028, 6, 1))
    proposed(item, cast.focal_point_uk, "wording", text_en="Share two notes")
    with pytest.raises(IntegrityError, match=r"action_item_has_one_open_change_of_a_kind|UNIQUE"), transaction.atomic():
        build.a_change(item, cast.focal_point_nl)


def test_a_no_says_why_and_leaves_it_as_it_was_and_another_can_be_proposed(cast: Cast, item: ActionItem) -> None:
    change = proposed(item, cast.focal_point_nl)
    with pytest.raises(StepRefused, match="Say why"):
        decline_change(change=change, by=cast.focal_point_uk, answer=" ")
    change = decline_change(change=change, by=cast.focal_point_uk, answer="The summer is too late.")
    assert (change.status, change.answer, now(item).due_on) == ("declined", "The summer is too late.", FIRST)
    for act in (accept_change, retract_change):
        with pytest.raises(StepRefused, match="answered already: it is “declined”"):
            act(change=change, by=cast.focal_point_nl)
    second = retract_change(change=proposed(item, cast.focal_point_nl), by=cast.deputy_nl)
    assert second.status == "retracted"
    with pytest.raises(StepRefused, match="The party that proposed a change takes it back"):
        retract_change(change=proposed(item, cast.focal_point_nl), by=cast.focal_point_uk)


@pytest.mark.parametrize(
    ("kind", "after", "said"),
    [
        ("due_date", {"due_on": FIRST}, "says so already"),
        ("due_date", {"due_on": date(2026, 11, 19)}, "has passed already"),
        ("due_date", {"due_on": None}, "Give the new due date"),
        ("due_date", {"due_on": "2028-02-31"}, "Give the new due date"),
        ("wording", {"measure_en": " "}, "what will be seen"),
        ("wording", {"text_en": ""}, "cannot be blank"),
        ("wording", {"text_en": "w" * 301}, "at most 300"),
        ("wording", {"text_en": "Share the TOP SECRET list"}, "above OFFICIAL"),
        ("readers", {"audience": "party"}, "single party|belongs"),
        ("readers", {"audience": "everyone"}, "not a valid choice"),
        ("owner", {}, "named by its own party"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast: Cast, item: ActionItem, kind: str, after: Any, said: str) -> None:
    with pytest.raises(StepRefused, match=said):
        propose_change(action_item=item, by=cast.focal_point_nl, kind=kind, reason="Because", after=after)
    with pytest.raises(StepRefused):
        propose_change(action_item=item, by=cast.focal_point_nl, kind="due_date", reason=" ", after={"due_on": LATER})
    assert not ActionChange.objects.exists()


@pytest.mark.parametrize("status", ["proposed", "reported_complete", "closed", "withdrawn"])
def test_dates_and_words_change_while_it_is_under_way(cast: Cast, status: str) -> None:
    item = build.an_action_item(cast.edition, lead=cast.nl, status=status)
    for kind in ("due_date", "wording"):
        with pytest.raises(StepRefused, match="nothing of this kind"):
            proposed(item, cast.focal_point_nl, kind)


def test_what_ends_takes_its_open_proposals_along(cast: Cast, item: ActionItem) -> None:
    change = proposed(item, cast.focal_point_nl)
    for by in (cast.focal_point_uk, cast.focal_point_nl):
        action_items.withdraw(action_item=item, by=by, reason="Taken up elsewhere")
    change.refresh_from_db()
    assert (change.status, change.answered_by) == ("retracted", cast.focal_point_nl)


def test_a_party_names_its_own_owner_at_once_and_the_person_is_kept_on_the_lead_alone(cast: Cast, item: ActionItem) -> None:
    item.leads.create(party=cast.uk, owner_post_en="Head of the UK unit")
    owner = build.a_person(cast.nl, name="Ms Bait Owner")
    said = {"action_item": item, "by": cast.focal_point_nl, "owner_post_en": "Head of Cargo", "reason": "The unit moved."}
    with pytest.raises(StepRefused, match="of the lead party itself"):
        name_owner(**said, owner=cast.delegate_uk.person)
    with pytest.raises(StepRefused, match="not a person"):
        name_owner(**{**said, "owner_post_en": " "})
    change = name_owner(**said, owner=owner)
    leads = {lead.party.code: (lead.owner_post_en, lead.owner) for lead in item.leads.all()}
    assert leads == {"NL": ("Head of Cargo", owner), "UK": ("Head of the UK unit", None)}
    assert (change.kind, change.status, change.before["owner_post_en"]) == ("owner", "accepted", "Head of unit")
    assert "Bait" not in f"{change.before} {change.after} {list(JournalEntry.objects.values_list('details', flat=True))}"
    with pytest.raises(StepRefused, match="says so already"):
        name_owner(**said, owner=owner)
    assert name_owner(**said).after == change.after, "without an owner nobody holds the post"
    assert item.leads.get(party=cast.nl).owner is None


# Dates that a roll-forward gave


def carried(cast: Cast, item: ActionItem) -> ActionChange:
    following = build.an_edition(cast.dialogue, year=2100 + build.number() % 800)
    dates = {"previous_due_on": item.due_on, "new_due_on": LATER}
    row = build.a_carry_over(item, following, cast.secretary_nl, **dates)
    ActionItem.objects.filter(pk=item.pk).update(due_on=LATER)
    return action_changes.keep_carried_date(now(item), row, cast.secretary_nl)


def test_carried_dates_hold_at_once_and_are_acknowledged_together(cast: Cast, item: ActionItem) -> None:
    other = build.an_action_item(cast.edition, lead=cast.uk, audience="secretariat")
    changes = [carried(cast, item), carried(cast, other)]
    waiting = {
        name: set(action_changes.dates_to_acknowledge(getattr(cast, name)).values_list("pk", flat=True))
        for name in Cast.names()
        if name != "public"
    }
    assert {name: found for name, found in waiting.items() if found} == {
        "focal_point_uk": {changes[0].pk},  # the other one is not theirs to read
        "secretary_uk": {change.pk for change in changes},
    }
    with pytest.raises(StepRefused, match="has held since the roll-forward"):
        decline_change(change=changes[0], by=cast.focal_point_uk, answer="Too late")
    with pytest.raises(StepRefused, match="has held since the roll-forward"):
        retract_change(change=changes[0], by=cast.secretary_nl)
    assert action_changes.acknowledge_dates(dialogue=cast.dialogue, by=cast.focal_point_uk) == 1
    assert action_changes.acknowledge_dates(dialogue=cast.dialogue, by=cast.secretary_uk) == 1
    with pytest.raises(StepRefused, match="No carried due date waits"):
        action_changes.acknowledge_dates(dialogue=cast.dialogue, by=cast.secretary_uk)
    assert set(ActionChange.objects.values_list("status", flat=True)) == {"accepted"}
    assert (now(item).due_on, now(item).original_due_on) == (LATER, FIRST)
    entries = JournalEntry.objects.filter(act="acknowledged dates")
    assert [entry.details["changes"] for entry in entries.order_by("number")] == [[changes[0].pk], [changes[1].pk]]


@pytest.mark.parametrize("name", ["technician", "secretary_elsewhere", "focal_point_nl"])
def test_nobody_acknowledges_for_another_party(cast: Cast, item: ActionItem, name: str) -> None:
    change = carried(cast, item)
    with pytest.raises(StepRefused, match="No carried due date waits"):
        action_changes.acknowledge_dates(dialogue=cast.dialogue, by=getattr(cast, name))
    change.refresh_from_db()
    assert change.status == "proposed"


def test_a_newer_date_takes_the_place_of_one_that_waits(cast: Cast, item: ActionItem) -> None:
    open_ = proposed(item, cast.focal_point_nl, due_on=date(2028, 9, 1))
    waiting = carried(cast, item)
    open_.refresh_from_db()
    assert (open_.status, waiting.status) == ("retracted", "proposed")
    newest = proposed(now(item), cast.focal_point_nl, due_on=date(2028, 12, 1))
    waiting.refresh_from_db()
    assert waiting.status == "retracted"
    assert now(item).due_on == LATER, "the carried date holds until the newer one does"
    accept_change(change=newest, by=cast.focal_point_uk)
    assert (now(item).due_on, now(item).original_due_on) == (date(2028, 12, 1), FIRST)


def test_what_is_only_asked_for_is_read_by_those_who_negotiate_and_what_holds_by_all_readers(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, status="in_progress")
    change = action_changes.propose_change(
        action_item=item, by=cast.focal_point_nl, kind="due_date", reason="Later", after={"due_on": "2028-03-01"}
    )
    readers = (cast.delegate_uk, cast.focal_point_uk, cast.secretary_nl)

    def read() -> list[bool]:
        return [ActionChange.objects.visible_to(user).exists() for user in readers]

    assert read() == [False, True, True]
    action_changes.accept_change(change=change, by=cast.focal_point_uk)
    assert read() == [True, True, True]


def test_what_is_over_takes_nobodys_place(cast: Cast) -> None:
    item, over = build.an_action_item(cast.edition), build.an_action_item(cast.edition, status="closed")
    with pytest.raises(StepRefused, match=f"Name an open action item as successor: {over.number} is “closed”"):
        action_items.supersede(action_item=item, by=cast.focal_point_nl, reason="Taken up there", successor=over)
