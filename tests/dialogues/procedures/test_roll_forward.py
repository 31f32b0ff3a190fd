"""The next edition is prepared from this one: decided group by group and item by item, made once or not at all."""

from __future__ import annotations

import signal
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogues.models import (
    ActionChange,
    ActionItem,
    CarryOver,
    CoChair,
    Dialogue,
    Edition,
    JournalEntry,
    Lineage,
    Mandate,
    OwnDetails,
    Registration,
    Session,
    SpeakerSlot,
    Theme,
    WorkingGroup,
)
from dialogues.procedures import action_items, decisions, journal
from dialogues.procedures.editions import schedule_edition
from dialogues.procedures.preparation import mark_done
from dialogues.procedures.roll_forward import roll_forward
from dialogues.procedures.roll_forward_plan import PLENARY, GroupChoice, ItemChoice, to_decide
from dialogues.procedures.steps import StepRefused
from parties.models import User
from tests import build
from tests.cast import Cast, assemble
from tests.own_process import run_python

from .test_together import at_once

pytestmark = pytest.mark.django_db

DAYS = {"opens_on": date(2028, 3, 21), "closes_on": date(2028, 3, 22), "time_zone": "Europe/London"}
CONTINUE, REST, END = (GroupChoice(one) for one in ("continue", "rest", "end"))
KEPT = ItemChoice("carry", "The pilot runs until summer.")


def everything(edition: Edition, *, group: GroupChoice = CONTINUE, item: ItemChoice = KEPT) -> dict[str, Any]:
    """The same choice for every group and item."""
    open_ = to_decide(edition)
    return {"groups": dict.fromkeys(open_.groups, group), "items": dict.fromkeys(open_.items, item)}


def rolled(cast: Cast, **said: Any) -> Edition:
    return roll_forward(edition=cast.edition, **{"by": cast.secretary_uk, "year": 2028, **everything(cast.edition), **said})


def refusal(cast: Cast, **said: Any) -> str:
    with pytest.raises(StepRefused) as refused:
        rolled(cast, **said)
    assert Edition.objects.filter(rolled_from=cast.edition).count() == 0
    return " ".join(str(reason) for reason in refused.value.reasons)


def lineage(edition: Edition) -> set[tuple[str, str, str]]:
    links = Lineage.objects.filter(edition=edition)
    assert not links.filter(confirmed_on__isnull=False).exists()
    return {(link.kind, str(link.earlier or ""), str(link.later or "")) for link in links}


def a_sessions_speaker(cast: Cast) -> Session:
    session = build.a_session(cast.edition, title_en="Opening", annotation_en="Bait of last year")
    build.a_speaker(session, cast.co_chair.person)
    return session


# What is made, and what is not


def test_the_next_edition_has_its_days_host_mandates_and_skeleton_and_nobody_in_it(cast: Cast) -> None:
    cast.group.rapporteur_party = cast.uk
    cast.group.terms_en = "Bait: terms of last year"
    cast.group.save()
    Edition.objects.filter(pk=cast.edition.pk).update(ordinal=4)
    build.own_details(Registration.objects.filter(edition=cast.edition).exclude(delegation=None)[0])
    a_sessions_speaker(cast)
    people = Registration.objects.count(), OwnDetails.objects.count(), SpeakerSlot.objects.count()
    following = rolled(cast, **DAYS, host_party=cast.uk, city_en="London")
    assert (following.status, following.audience, following.ordinal) == ("planned", "delegates", 5)
    assert (following.rolled_from, following.host_party, following.date_precision) == (cast.edition, cast.uk, "exact")
    assert following.published_at is None
    mandate = following.mandates.get(working_group=cast.group.working_group)
    assert (mandate.status, mandate.terms, mandate.rapporteur_party) == ("draft", "", cast.nl)
    assert following.mandates.get(working_group=cast.other_group.working_group).rapporteur_party is None
    seats = CoChair.objects.filter(mandate=mandate).order_by("party__code")
    assert [(seat.party, seat.person) for seat in seats] == [(cast.nl, None), (cast.uk, None)]
    assert [(s.title, s.annotation) for s in following.sessions.all()] == [("Opening", "")]
    assert (Registration.objects.count(), OwnDetails.objects.count(), SpeakerSlot.objects.count()) == people
    assert not following.delegations.exists()
    tasks = {task.code: task for task in following.tasks.all()}
    assert len(tasks) == 45 and {task.status for task in tasks.values()} == {"open"}
    assert tasks["T36"].due_on == following.opens_on and all(task.due_on for task in tasks.values())
    entry = JournalEntry.objects.get(act="rolled forward")
    assert (entry.record, entry.edition, entry.party) == (following, following, cast.uk)
    assert entry.details["from"] == cast.edition.pk and entry.details["groups"] == {"continue": 2}
    assert JournalEntry.objects.count() == 1


def test_as_little_as_the_year_is_enough(cast: Cast) -> None:
    a_sessions_speaker(cast)
    following = rolled(cast)
    assert (following.opens_on, following.date_precision, following.host_party, following.time_zone) == (None, "none", None, "")
    assert not following.sessions.exists()


def test_the_checklist_is_there_before_the_days_and_scheduling_dates_what_is_undone(cast: Cast) -> None:
    following = rolled(cast)
    assert following.tasks.count() == 45 and not following.tasks.filter(due_on__isnull=False).exists()
    assert not following.tasks.overdue(datetime(2029, 1, 1, tzinfo=UTC)).exists()
    mark_done(task=following.tasks.get(code="T01"), by=cast.secretary_uk)
    Edition.objects.filter(pk=following.pk).update(**DAYS, date_precision="exact", host_party=cast.uk, city_en="London")
    following = schedule_edition(edition=following, by=cast.secretary_uk)
    assert following.tasks.count() == 45
    assert list(following.tasks.filter(due_on=None).values_list("code", flat=True)) == ["T01"]
    assert following.tasks.get(code="T36").due_on == following.opens_on
    assert JournalEntry.objects.get(act="scheduled edition").details["tasks"] == 0


def test_every_decision_on_a_group_leaves_its_mandate_and_its_lineage(cast: Cast) -> None:
    active = {"status": WorkingGroup.Status.ACTIVE}
    groups = {
        name: build.a_mandate(cast.edition, build.a_group(cast.dialogue, name_en=name, **active)).working_group
        for name in ("Ports", "Money", "Data", "Drugs", "Parcels", "Routes", "Arms")
    }
    fresh = build.a_group(cast.dialogue, name_en="Never met", **active)
    taken_in, renamed, halved = (build.a_group(cast.dialogue, name_en=f"Never {n}", status="proposed") for n in "abc")
    taken = build.a_group(cast.secretary_elsewhere.person.appointments.get().dialogue, slug="sea-and-air")
    choices = everything(cast.edition)["groups"] | {
        groups["Ports"].pk: GroupChoice("rename", (("Sea and air", "Zee en lucht"),)),
        groups["Money"].pk: GroupChoice("merge", into=cast.group.working_group_id),
        groups["Data"].pk: GroupChoice("split", (("Data law", "Datarecht"), ("Data tools", ""))),
        groups["Drugs"].pk: GroupChoice("merge", (("Goods", "Goederen"),)),
        groups["Parcels"].pk: GroupChoice("merge", (("goods ", "Goederen"),)),
        groups["Routes"].pk: REST,
        groups["Arms"].pk: END,
        fresh.pk: CONTINUE,
        taken_in.pk: GroupChoice("merge", into=cast.group.working_group_id),
        renamed.pk: GroupChoice("rename", (("Fresh", ""),)),
        halved.pk: GroupChoice("merge", (("Goods", "Goederen"),)),
    }
    following = rolled(cast, groups=choices)
    one, other = str(cast.group.working_group), str(cast.other_group.working_group)
    assert lineage(following) == {
        ("continues", one, one),
        ("continues", other, other),
        ("renamed", "Ports", "Sea and air"),
        ("merged", "Money", one),
        ("split", "Data", "Data law"),
        ("split", "Data", "Data tools"),
        ("merged", "Drugs", "Goods"),
        ("merged", "Parcels", "Goods"),
        ("rests", "Routes", ""),
        ("ends", "Arms", ""),
        ("new", "", "Never met"),
        ("new", "", "Fresh"),
    }
    assert following.mandates.count() == 8
    new = WorkingGroup.objects.get(name_en="Sea and air")
    assert (new.slug, new.name_nl, new.status, new.audience, new.published_at) == (
        f"{taken.slug}-2",
        "Zee en lucht",
        "proposed",
        "delegates",
        None,
    )
    still_active = WorkingGroup.objects.filter(dialogue=cast.dialogue, status="active").values_list("name_en", flat=True)
    assert list(still_active) == ["Never met"]
    assert not WorkingGroup.objects.filter(dialogue=cast.dialogue, status="concluded").exists()


def test_themes_are_taken_up_again_unpublished_or_did_not_return(cast: Cast) -> None:
    ports, money = (
        build.a_theme(cast.edition, name_en=name, position=n, audience="public", published_at=build.LONG_AGO)
        for n, name in enumerate(("Ports", "Money"))
    )
    following = rolled(cast, themes=[money.pk])
    theme = Theme.objects.get(edition=following)
    assert (theme.name_en, theme.position, theme.published_at, theme.audience) == ("Money", 1, None, "secretariat")
    assert {("continues", "Money", "Money"), ("ends", "Ports", "")} <= lineage(following)
    assert ports.edition == cast.edition


# What is refused


def test_every_fault_is_said_at_once_and_nothing_is_made(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, due_on=date(2027, 6, 1))
    other = build.an_action_item(cast.edition, status="blocked")
    third = build.an_action_item(cast.edition, audience="group", mandate=cast.group)
    one, two = cast.group.working_group, cast.other_group.working_group
    said = refusal(
        cast,
        opens_on=date(2028, 3, 22),
        closes_on=date(2028, 3, 21),
        host_party=build.a_party("BE"),
        groups={one.pk: GroupChoice("merge", into=two.pk)},
        items={
            item.pk: ItemChoice("carry", " ", date(2026, 11, 20)),
            third.pk: ItemChoice("carry", "Later", followed_by=PLENARY),
        },
    )
    for expected in (
        "The last day lies before the first.",
        "The host is one of the parties",
        f"{one}: the group it merges into must continue.",
        f"{two}: decide what becomes of it.",
        f"{item}: give the reason.",
        f"{item}: its new date must lie after today",
        f"{other}: decide what becomes of it.",
        f"{third}: one group alone reads it",
    ):
        assert expected in said, expected
    assert not JournalEntry.objects.exists() and Mandate.objects.count() == 2


def test_days_and_host_that_cannot_be_are_refused_in_words(cast: Cast) -> None:
    for said, expected in [
        ({"year": 2027}, "lies after 2027"),
        ({"year": 10**30}, "lies after 2027"),
        ({"opens_on": date(2028, 3, 1)}, "first and the last day, or neither"),
        ({"opens_on": date(2029, 3, 1), "closes_on": date(2029, 3, 2)}, "Its first day lies in 2029."),
        ({"time_zone": "Europe/Nowhere"}, "is not a time zone"),
        ({"themes": [10**9]}, "theme of another edition"),
    ]:
        assert expected in refusal(cast, **said), said


def test_an_edition_of_that_year_or_of_those_days_stands_in_the_way(cast: Cast) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(closes_on=date(2028, 1, 3))
    assert "Its days overlap with" in refusal(cast, opens_on=date(2028, 1, 3), closes_on=date(2028, 1, 4))
    build.an_edition(cast.dialogue, year=2028, status="cancelled", ordinal=None)
    assert "There is an edition in 2028 already" in refusal(cast)
    build.an_edition(cast.dialogue, year=2030, status="planned")
    assert "prepare the next one from that" in refusal(cast, year=2031)


def test_only_a_current_secretary_of_the_dialogue_prepares_it(cast: Cast) -> None:
    for name in set(Cast.names()) - {"public", "secretary_uk", "secretary_nl"}:
        assert "Only a current secretary" in refusal(cast, by=getattr(cast, name)), name
    assert rolled(cast, by=cast.secretary_uk).rolled_from == cast.edition  # not the host's, who leads


def test_names_of_groups_are_given_where_they_are_needed_and_once(cast: Cast) -> None:
    one, two = cast.group.working_group, cast.other_group.working_group

    def said(first: GroupChoice, second: GroupChoice) -> str:
        return refusal(cast, groups={one.pk: first, two.pk: second})

    new = ("New", "")
    assert "give its one new name" in said(GroupChoice("rename"), CONTINUE)
    assert "two or more names" in said(GroupChoice("split", (new,)), CONTINUE)
    assert "is given twice" in said(GroupChoice("rename", (new,)), GroupChoice("rename", (("new", ""),)))
    assert "name of a standing group" in said(GroupChoice("rename", ((two.name_en, ""),)), CONTINUE)
    assert "no other group merges under this name" in said(GroupChoice("merge", (new,)), CONTINUE)
    assert "not both" in said(GroupChoice("merge", (new,), into=two.pk), CONTINUE)
    assert "must continue" in said(GroupChoice("merge", into=two.pk), GroupChoice("merge", into=one.pk))
    assert "take them away" in said(GroupChoice("rest", (new,)), CONTINUE)
    assert "given in English" in said(GroupChoice("rename", (("", "Nieuw"),)), CONTINUE)
    assert "too long" in said(GroupChoice("rename", (("x" * 121, ""),)), CONTINUE)
    assert "decide what becomes of it" in said(GroupChoice("conclude"), CONTINUE)


# Action items


def test_a_carried_item_keeps_its_number_and_first_date_and_goes_to_the_group_that_follows(cast: Cast) -> None:
    inside = build.an_action_item(cast.edition, mandate=cast.group, due_on=date(2027, 6, 1), original_due_on=date(2027, 5, 1))
    proposed = build.an_action_item(cast.edition, status="proposed", due_on=None, original_due_on=None)
    plenary = build.an_action_item(cast.edition, mandate=cast.other_group)
    past = build.an_action_item(cast.edition, due_on=date(2026, 11, 1))
    closed = build.an_action_item(cast.edition, status="closed")
    groups = {cast.group.working_group_id: GroupChoice("rename", (("Routes", ""),)), cast.other_group.working_group_id: REST}
    following = rolled(
        cast,
        **DAYS,
        groups=groups,
        items={
            inside.pk: KEPT,
            proposed.pk: KEPT,
            past.pk: KEPT,
            plenary.pk: ItemChoice("carry", "Later", date(2028, 9, 1), followed_by=str(cast.other_group.working_group_id)),
        },
    )
    number = inside.number
    inside.refresh_from_db()
    assert (inside.number, inside.edition, inside.mandate) == (number, cast.edition, cast.group)
    assert (inside.due_on, inside.original_due_on) == (date(2027, 6, 1), date(2027, 5, 1))  # its own date lies ahead
    past.refresh_from_db()
    assert past.due_on == DAYS["closes_on"]
    row = CarryOver.objects.get(action_item=inside)
    assert (row.from_edition, row.to_edition, row.previous_due_on) == (cast.edition, following, date(2027, 6, 1))
    assert (row.mandate.working_group.name_en, row.reason, row.by) == ("Routes", KEPT.reason, cast.secretary_uk)
    assert CarryOver.objects.get(action_item=proposed).new_due_on is None
    row = CarryOver.objects.get(action_item=plenary)
    assert (row.mandate, row.new_due_on) == (None, date(2028, 9, 1))
    assert not closed.carry_overs.exists()
    times = {item.pk: item.times_carried for item in ActionItem.objects.with_times_carried()}
    assert times == {inside.pk: 1, proposed.pk: 1, past.pk: 1, plenary.pk: 1, closed.pk: 0}
    changes = {change.action_item_id: change for change in ActionChange.objects.all()}
    assert set(changes) == {past.pk, plenary.pk}, "whose date moved, and which was agreed"
    change = changes[past.pk]
    assert (change.before, change.after) == ({"due_on": "2026-11-01"}, {"due_on": DAYS["closes_on"].isoformat()})
    assert (change.status, change.carry_over, change.party) == ("proposed", past.carry_overs.get(), cast.uk)
    assert [one.by for one in change.consents.all()] == [cast.secretary_uk]


def test_the_part_of_a_split_group_that_follows_is_chosen(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, mandate=cast.group, audience="group")
    split = {
        cast.group.working_group_id: GroupChoice("split", (("Law", ""), ("Tools", ""))),
        cast.other_group.working_group_id: CONTINUE,
    }
    key = cast.group.working_group_id
    assert "choose the part that follows it" in refusal(cast, **DAYS, groups=split)
    for wrong in (f"{key}.3", f"{key}.x", "9" * 30, "nonsense"):
        chosen = ItemChoice("carry", "Later", followed_by=wrong)
        assert "choose a group that goes on" in refusal(cast, **DAYS, groups=split, items={item.pk: chosen})
    following = rolled(cast, **DAYS, groups=split, items={item.pk: ItemChoice("carry", "Later", followed_by=f"{key}.2")})
    assert item.carry_overs.get().mandate == following.mandates.get(working_group__name_en="Tools")


def test_what_is_to_end_stays_open_until_the_other_party_has_consented(cast: Cast) -> None:
    kept = build.an_action_item(cast.edition)
    merged, withdrawn, done = (
        build.an_action_item(cast.edition, status=status) for status in ("agreed", "blocked", "reported_complete")
    )
    both = build.an_action_item(cast.edition)
    action_items.withdraw(action_item=both, by=cast.focal_point_nl, reason="Overtaken")
    again = build.an_action_item(cast.edition)
    action_items.withdraw(action_item=again, by=cast.focal_point_uk, reason="Overtaken")
    acts = JournalEntry.objects.count()
    rolled(
        cast,
        **DAYS,
        items={
            kept.pk: KEPT,
            merged.pk: ItemChoice("merge", "One text", successor=kept.pk),
            withdrawn.pk: ItemChoice("withdraw", "No longer needed"),
            done.pk: ItemChoice("close", "Finished"),
            both.pk: ItemChoice("withdraw", "No longer needed"),
            again.pk: ItemChoice("withdraw", "No longer needed"),
        },
    )
    for item, status in [
        (merged, "agreed"),
        (withdrawn, "blocked"),
        (done, "reported_complete"),
        (both, "withdrawn"),
        (again, "agreed"),
    ]:
        item.refresh_from_db()
        assert item.status == status, item.carry_overs.get().decision
    assert [(one.party, one.to_status) for one in action_items.consents(merged, "superseded")] == [(cast.uk, "superseded")]
    assert merged.carry_overs.get().successor == kept == merged.successor
    assert action_items.consents(withdrawn, "withdrawn").count() == 1 and action_items.consents(again, "withdrawn").count() == 1
    assert not done.consents.exists()
    assert JournalEntry.objects.count() == acts + 1
    action_items.supersede(action_item=merged, by=cast.secretary_nl, reason="Yes", successor=kept)
    merged.refresh_from_db()
    assert merged.status == "superseded"


def test_an_item_merges_only_into_one_that_is_carried_over_itself(cast: Cast) -> None:
    one, two, three = (build.an_action_item(cast.edition) for _n in range(3))
    closed = build.an_action_item(cast.edition, status="closed")
    for successor in (two.pk, one.pk, closed.pk, None, 10**9):
        said = refusal(
            cast,
            **DAYS,
            items={
                one.pk: ItemChoice("merge", "One text", successor=successor),
                two.pk: ItemChoice("merge", "One text", successor=three.pk),
                three.pk: KEPT,
            },
        )
        assert f"{one}: choose another open item that is carried over" in said
        assert f"{two}:" not in said
    assert not one.consents.exists()
    offered = refusal(cast, **DAYS, items={one.pk: ItemChoice("close", "Finished"), two.pk: KEPT, three.pk: KEPT})
    assert f"{one}: decide what becomes of it." in offered  # nobody has reported it complete


def test_what_was_carried_twice_is_counted_and_follows_the_group_it_is_with_now(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, mandate=cast.group)
    move = ItemChoice("carry", "With the others", followed_by=str(cast.other_group.working_group_id))
    following = rolled(cast, **DAYS, items={item.pk: move})
    Edition.objects.filter(pk=following.pk).update(status="closed")
    following.refresh_from_db()
    last = roll_forward(
        edition=following,
        by=cast.secretary_nl,
        year=2029,
        **everything(following, item=ItemChoice("carry", "Not yet", date(2029, 9, 3))),
    )
    assert item.carry_overs.get(to_edition=last).mandate.working_group == cast.other_group.working_group
    assert ActionItem.objects.with_times_carried().get(pk=item.pk).times_carried == 2


def test_a_groups_item_is_read_by_the_group_that_follows_it_and_by_nobody_beside(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, mandate=cast.group, audience="group")
    bait = build.an_action_item(cast.edition, mandate=cast.group, audience="group")
    proposal = build.an_action_item(cast.edition, mandate=cast.group, audience="group", status="proposed")
    to_other = ItemChoice("carry", "Theirs now", followed_by=str(cast.other_group.working_group_id))
    following = rolled(cast, **DAYS, items={item.pk: to_other, bait.pk: KEPT, proposal.pk: to_other})
    mandate = following.mandates.get(working_group=cast.other_group.working_group)
    member, chair = cast.stranger, cast.delegate_uk
    build.a_registration(member.person, following, mandates=(mandate,))
    CoChair.objects.filter(mandate=mandate, party=cast.uk).update(person=chair.person)

    def read_by(user: User) -> set[ActionItem]:
        return set(ActionItem.objects.visible_to(user))

    assert read_by(member) == {item}
    assert read_by(chair) == {item, proposal}
    assert read_by(cast.group_member) == {item, bait}
    assert read_by(cast.delegate_nl) == read_by(cast.other_group_member) == read_by(cast.public) == set()
    withdrawn = build.an_action_item(cast.edition, mandate=cast.group, audience="group")
    build.a_carry_over(withdrawn, following, cast.secretary_uk, decision="withdraw", mandate=mandate)
    assert withdrawn not in read_by(member)


# Once, or not at all


def test_what_fails_at_the_very_end_leaves_nothing(cast: Cast) -> None:
    build.a_theme(cast.edition)
    item = build.an_action_item(cast.edition, due_on=date(2027, 6, 1))
    before = [model.objects.count() for model in (Edition, Mandate, CoChair, Lineage, Theme, CarryOver, WorkingGroup)]
    split = GroupChoice("split", (("Law", ""), ("Tools", "")))
    groups = everything(cast.edition)["groups"] | {cast.group.working_group_id: split}
    with patch.object(journal, "write", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        rolled(cast, **DAYS, groups=groups)
    assert [m.objects.count() for m in (Edition, Mandate, CoChair, Lineage, Theme, CarryOver, WorkingGroup)] == before
    item.refresh_from_db()
    assert item.due_on == date(2027, 6, 1)
    assert rolled(cast, **DAYS, groups=groups).mandates.count() == 3


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_decided_it_is_made_once_and_as_many_as_decided(data: st.DataObject, db: None) -> None:
    uk, nl = build.a_party("UK"), build.a_party("NL")
    edition = build.an_edition()
    secretary = build.an_account(build.a_person(uk))
    build.an_appointment(secretary, edition.dialogue, "secretary")
    plain = st.sampled_from(["continue", "rename", "split", "rest", "end"])
    groups = {}
    for decision in data.draw(st.lists(plain, max_size=4)):
        group = build.a_mandate(edition, rapporteur_party=nl).working_group
        names = {"rename": 1, "split": data.draw(st.integers(2, 3))}.get(decision, 0)
        groups[group.pk] = GroupChoice(decision, tuple((f"{group.pk} of part {n}", "") for n in range(names)))
    items = {}
    for status in data.draw(st.lists(st.sampled_from(ActionItem.LIVE), max_size=4)):
        offered = [one for one in CarryOver.OFFERED[status] if one != "merge"]
        items[build.an_action_item(edition, status=status).pk] = ItemChoice(data.draw(st.sampled_from(offered)), "So decided")
    said: dict[str, Any] = {"edition": edition, "by": secretary, "groups": groups, "items": items, **DAYS}
    following = roll_forward(year=2028, **said)
    heirs = sum(len(choice.names) or choice.decision == "continue" for choice in groups.values())
    assert following.mandates.count() == heirs
    assert CoChair.objects.filter(mandate__edition=following, person=None).count() == 2 * heirs
    assert Lineage.objects.filter(edition=following).count() == sum(len(c.names) or 1 for c in groups.values())
    assert CarryOver.objects.filter(to_edition=following).count() == len(items)
    for year in (2028, 2029):
        with pytest.raises(StepRefused, match="prepared already") as refused:
            roll_forward(year=year, **said)
        assert [reason.record for reason in refused.value.reasons] == [following]
    assert Edition.objects.filter(dialogue=edition.dialogue).count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_of_both_secretaries_make_one_next_edition() -> None:
    cast = assemble()
    items = [build.an_action_item(cast.edition) for _n in range(3)]
    said = {"year": 2028, **DAYS, **everything(cast.edition)}
    both = [cast.secretary_uk, cast.secretary_nl] * 10
    results = at_once(*[lambda by=by: roll_forward(edition=cast.edition, by=by, **said) for by in both])
    made = [result for result in results if isinstance(result, Edition)]
    refused = [result for result in results if isinstance(result, StepRefused)]
    assert (len(made), len(refused)) == (1, 19)
    assert {reason.record for result in refused for reason in result.reasons} == {made[0]}
    assert Edition.objects.filter(dialogue=cast.dialogue, year=2028).count() == 1
    assert Mandate.objects.filter(edition__year=2028).count() == 2 == Lineage.objects.count()
    assert CarryOver.objects.count() == len(items)
    assert JournalEntry.objects.filter(act="rolled forward").count() == 1
    Edition.objects.filter(pk=made[0].pk).update(host_party=cast.uk, city_en="London")
    scheduled = at_once(*[lambda by=by: schedule_edition(edition=made[0], by=by) for by in [cast.secretary_uk] * 20])
    assert sum(isinstance(result, Edition) for result in scheduled) == 1
    tasks = list(made[0].tasks.values_list("code", flat=True))
    assert len(tasks) == len(set(tasks)) == 45
    assert JournalEntry.objects.filter(act="scheduled edition").count() == 1
    assert journal.faults() == []


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
import django
import time_machine
django.setup()
from dialogues.models import Edition
from dialogues.procedures import journal
from dialogues.procedures.roll_forward import roll_forward
from parties.models import User
from tests.dialogues.procedures.test_roll_forward import DAYS, everything

journal.write = lambda **entry: os.kill(os.getpid(), signal.SIGKILL)
with time_machine.travel("2026-11-20T09:00:00Z", tick=True):
    edition = Edition.objects.get(pk=sys.argv[1])
    roll_forward(edition=edition, by=User.objects.get(pk=sys.argv[2]), year=2028, **DAYS, **everything(edition))
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_half_way_leaves_no_next_edition_and_the_next_press_makes_it() -> None:
    cast = assemble()
    item = build.an_action_item(cast.edition)
    due_on = item.due_on
    killed = run_python(KILLED_IN_THE_MIDDLE, str(cast.edition.pk), str(cast.secretary_uk.pk))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not Edition.objects.filter(year=2028).exists()
    assert not CarryOver.objects.exists() and not Lineage.objects.exists() and Mandate.objects.count() == 2
    item.refresh_from_db()
    assert item.due_on == due_on
    assert rolled(cast, **DAYS).year == 2028


def test_the_database_keeps_what_a_carry_over_can_never_say(cast: Cast) -> None:
    item, other = build.an_action_item(cast.edition), build.an_action_item(cast.edition)
    coming = build.an_edition(cast.dialogue, year=2028, status="planned", opens_on=None, closes_on=None, date_precision="none")
    for wrong, constraint in (
        ({"from_edition": coming}, "carry_over_leads_to_another_edition"),
        ({"decision": "carry", "successor": other}, "merged_action_item_alone_has_successor"),
        ({"decision": "withdraw", "new_due_on": date(2028, 6, 1)}, "carried_action_item_alone_gets_new_date"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            build.a_carry_over(item, coming, cast.lead, **wrong)
    build.a_carry_over(item, coming, cast.lead, new_due_on=date(2028, 6, 1))
    build.a_carry_over(other, coming, cast.lead, decision="merge", successor=item)


# The record


def test_the_real_edition_of_2026_is_followed_by_one_of_2027(loaded: None) -> None:
    dialogue = Dialogue.objects.get(slug="uk-nl-soc")
    edition = dialogue.editions.get(year=2026)
    secretary = build.an_account(build.a_person(build.a_party("NL")), is_staff=True)
    build.an_appointment(secretary, dialogue, "secretary")
    open_ = to_decide(edition)
    assert (len(open_.groups), len(open_.themes), len(open_.items)) == (3, 3, 0)
    assert {mandate.edition.year for mandate in open_.last_mandates.values()} == {2025}
    first, second, third = open_.groups
    groups = {first: CONTINUE, second: REST, third: GroupChoice("merge", into=first)}
    theme = next(iter(open_.themes))
    following = roll_forward(edition=edition, by=secretary, year=2027, groups=groups, items={}, themes=[theme])
    assert (following.year, following.dates, following.host_party, following.audience) == (2027, "", None, "delegates")
    assert following.ordinal == (edition.ordinal + 1 if edition.ordinal else None)
    kinds = sorted(kind for kind, _earlier, _later in lineage(following))
    assert kinds == ["continues", "continues", "ends", "ends", "merged", "rests"]
    assert following.mandates.get().working_group_id == first
    assert set(dialogue.working_groups.values_list("status", flat=True)) == {"resting"}


def test_where_the_next_edition_is_cancelled_another_one_is_prepared_from_this_and_takes_the_open_items_along(
    cast: Cast,
) -> None:
    item = build.an_action_item(cast.edition)
    dated = {"items": {item.pk: ItemChoice("carry", "The pilot runs until summer.", new_due_on=date(2028, 6, 1))}}
    called_off = rolled(cast, host_party=cast.uk, **dated)
    decision = decisions.propose(edition=called_off, to="cancelled", reason="No venue was found.", by=cast.secretary_uk)
    for by in (cast.secretary_uk, cast.secretary_nl):
        decisions.consent(decision=decision, reference="Letter 7", by=by)
    called_off.refresh_from_db()
    assert (called_off.status, called_off.rolled_from) == ("cancelled", None)
    another = rolled(cast, year=2029, **dated)
    assert another.rolled_from == cast.edition
    assert [row.to_edition.year for row in item.carry_overs.order_by("pk")] == [2028, 2029]
    assert ActionItem.objects.with_times_carried().get().times_carried == 1
