"""Working groups across editions: nothing of weight without both parties, no mandate that lingers, no promise left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dialogues.models import ActionItem, Consent, Edition, JournalEntry, Lineage, Mandate, WorkingGroup
from dialogues.procedures import working_groups
from dialogues.procedures.steps import StepRefused
from socportal import clock
from tests import build
from tests.cast import Cast

MET = date(2026, 10, 6)


def refused(step: Any, **said: Any) -> str:
    with pytest.raises(StepRefused) as refusal:
        step(**said)
    return " ".join(reason.text for reason in refusal.value.reasons)


def in_clearance(cast: Cast, **fields: Any) -> Mandate:
    group = build.a_group(cast.dialogue, status="established")
    return build.a_mandate(cast.edition, group, terms_en="Ports and post.", status="in_clearance", **fields)


def test_a_group_is_established_by_both_parties_for_the_same_day(cast: Cast) -> None:
    group = build.a_group(cast.dialogue)
    working_groups.establish(working_group=group, by=cast.secretary_uk, met_on=MET)
    assert "has consented already" in refused(working_groups.establish, working_group=group, by=cast.secretary_uk, met_on=MET)
    group.refresh_from_db()
    assert group.status == WorkingGroup.Status.PROPOSED
    # Another day is another question: the first party is asked anew.
    working_groups.establish(working_group=group, by=cast.secretary_nl, met_on=date(2026, 10, 7))
    group.refresh_from_db()
    assert group.status == WorkingGroup.Status.PROPOSED
    assert working_groups.still_awaited(group, "established") == [cast.uk]
    working_groups.establish(working_group=group, by=cast.secretary_uk, met_on=date(2026, 10, 7))
    group.refresh_from_db()
    assert (group.status, group.established_on) == (WorkingGroup.Status.ESTABLISHED, date(2026, 10, 7))
    assert JournalEntry.objects.filter(act="consented").count() == 2
    assert JournalEntry.objects.get(act="established group").by == cast.secretary_uk


def test_who_is_no_secretary_of_a_party_establishes_nothing_and_no_day_lies_ahead(cast: Cast) -> None:
    group = build.a_group(cast.dialogue)
    for name in ("focal_point_uk", "delegate_nl", "secretary_elsewhere", "former_secretary", "technician"):
        said = refused(working_groups.establish, working_group=group, by=getattr(cast, name), met_on=MET)
        assert "by the secretaries of all parties" in said
    ahead = date(2026, 12, 24)
    assert "lies ahead" in refused(working_groups.establish, working_group=group, by=cast.secretary_uk, met_on=ahead)
    group.refresh_from_db()
    assert group.established_on is None and not Consent.objects.exists()


def test_terms_are_adopted_by_both_and_then_the_group_is_active(cast: Cast) -> None:
    group = build.a_group(cast.dialogue, status="established")
    mandate = build.a_mandate(cast.edition, group)
    send = working_groups.send_terms_to_clearance
    assert "Write the terms" in refused(send, mandate=mandate, by=cast.secretary_nl)
    Mandate.objects.filter(pk=mandate.pk).update(terms_en="Ports and post.")
    send(mandate=mandate, by=cast.secretary_nl)
    assert [(seat.party, seat.person) for seat in working_groups.seats_of(mandate)] == [(cast.nl, None), (cast.uk, None)]
    officer = build.an_account(build.a_person(cast.uk))
    build.an_appointment(officer, cast.dialogue, "clearing_officer")
    working_groups.adopt_terms(mandate=mandate, by=officer)
    assert "has consented already" in refused(working_groups.adopt_terms, mandate=mandate, by=cast.secretary_uk)
    mandate.refresh_from_db()
    assert (mandate.status, mandate.adopted_on) == (Mandate.Status.IN_CLEARANCE, None)
    working_groups.adopt_terms(mandate=mandate, by=cast.secretary_nl)
    mandate.refresh_from_db()
    assert (mandate.status, mandate.adopted_on) == (Mandate.Status.ADOPTED, date(2026, 11, 20))
    assert mandate.working_group.status == WorkingGroup.Status.ACTIVE
    assert JournalEntry.objects.get(act="adopted terms").edition == cast.edition


def test_terms_that_were_taken_back_are_cleared_anew(cast: Cast) -> None:
    mandate = in_clearance(cast)
    working_groups.adopt_terms(mandate=mandate, by=cast.secretary_uk)
    working_groups.take_terms_back(mandate=mandate, by=cast.secretary_nl)
    mandate.refresh_from_db()
    assert (mandate.status, mandate.terms_round) == (Mandate.Status.DRAFT, 2)
    working_groups.send_terms_to_clearance(mandate=mandate, by=cast.secretary_nl)
    working_groups.adopt_terms(mandate=mandate, by=cast.secretary_nl)
    mandate.refresh_from_db()
    assert mandate.status == Mandate.Status.IN_CLEARANCE  # the yes to the earlier words is not counted


def test_a_group_that_is_only_proposed_gets_no_adopted_terms(cast: Cast) -> None:
    group = build.a_group(cast.dialogue)
    mandate = build.a_mandate(cast.edition, group, terms_en="Ports.", status="in_clearance")
    with pytest.raises(StepRefused) as refusal:
        working_groups.adopt_terms(mandate=mandate, by=cast.secretary_uk)
    assert [(reason.text, reason.record) for reason in refusal.value.reasons] == [
        ("The group is only proposed: both parties establish it first.", group)
    ]


def test_an_adopted_mandate_ends_with_its_edition_unless_both_renew_it(cast: Cast) -> None:
    mandate = in_clearance(cast)
    Mandate.objects.filter(pk=mandate.pk).update(status="reported")
    mandate.refresh_from_db()
    last_day, day_after = (datetime(2027, 3, day, 12, tzinfo=UTC) for day in (17, 18))
    assert not mandate.has_ended(last_day) and mandate in Mandate.objects.current(last_day)
    assert mandate.has_ended(day_after) and mandate not in Mandate.objects.current(day_after)
    assert mandate.standing(day_after) == Mandate.Status.ENDED
    with clock.told_at(day_after):
        working_groups.renew(mandate=mandate, by=cast.secretary_uk)
        mandate.refresh_from_db()
        assert mandate.has_ended()  # one party's wish is not enough
        working_groups.renew(mandate=mandate, by=cast.secretary_nl)
    mandate.refresh_from_db()
    assert not mandate.has_ended(day_after) and mandate in Mandate.objects.current(day_after)
    later = build.an_edition(cast.dialogue, year=2028, opens_on=date(2028, 3, 7), closes_on=date(2028, 3, 8))
    its_next = build.a_mandate(later, mandate.working_group, status="adopted")
    assert set(Mandate.objects.current(day_after).filter(working_group=mandate.working_group)) == {its_next}


def test_a_group_is_not_concluded_while_a_promise_would_be_left_alone(cast: Cast) -> None:
    group = build.a_group(cast.dialogue, status="active")
    mandate, other = build.a_mandate(cast.edition, group), cast.other_group
    kept = build.an_action_item(cast.edition, mandate=mandate)
    moved = build.an_action_item(cast.edition, mandate=mandate)
    taken_in = build.an_action_item(cast.edition, mandate=other)
    build.an_action_item(cast.edition, mandate=mandate, status="closed")
    later = build.an_edition(cast.dialogue, year=2028, opens_on=date(2028, 3, 7), closes_on=date(2028, 3, 8))
    latest = build.an_edition(cast.dialogue, year=2029, opens_on=date(2029, 3, 7), closes_on=date(2029, 3, 8))
    build.a_carry_over(moved, later, cast.secretary_nl, mandate=None)  # to the plenary list
    build.a_carry_over(taken_in, later, cast.secretary_nl, mandate=mandate)
    with pytest.raises(StepRefused) as refusal:
        working_groups.conclude(working_group=group, by=cast.secretary_uk)
    assert {reason.record for reason in refusal.value.reasons} == {kept, taken_in}
    assert kept.number in str(refusal.value) and moved.number not in str(refusal.value)
    build.a_carry_over(kept, later, cast.secretary_nl, mandate=other)
    build.a_carry_over(taken_in, latest, cast.secretary_nl, mandate=None)
    working_groups.conclude(working_group=group, by=cast.secretary_uk)
    group.refresh_from_db()
    assert group.status == WorkingGroup.Status.ACTIVE
    working_groups.rest(working_group=group, by=cast.secretary_nl)
    working_groups.conclude(working_group=group, by=cast.secretary_nl)
    group.refresh_from_db()
    assert group.status == WorkingGroup.Status.RESTING  # the yes was given to an active group: it is asked anew
    working_groups.conclude(working_group=group, by=cast.secretary_uk)
    group.refresh_from_db()
    assert (group.status, group.concluded_on) == (WorkingGroup.Status.CONCLUDED, date(2026, 11, 20))


def test_the_rapporteur_alternates_and_a_co_chair_is_of_the_party_whose_seat_it_is(cast: Cast) -> None:
    last_year = Edition.objects.get(dialogue=cast.dialogue, year=2026)
    group = build.a_group(cast.dialogue)
    assert working_groups.next_rapporteur_party(group, cast.edition) is None
    build.a_mandate(last_year, group, rapporteur_party=cast.uk)
    assert working_groups.next_rapporteur_party(group, cast.edition) == cast.nl
    reporter = cast.delegate_nl.person
    mandate = build.a_mandate(cast.edition, group, rapporteur_party=cast.nl, rapporteur=reporter)
    uk_seat, nl_seat = sorted(working_groups.seats_of(mandate), key=lambda seat: seat.party.code, reverse=True)
    uk_seat.person, nl_seat.person = reporter, reporter
    for seat, said in ((uk_seat, "it is that party’s seat"), (nl_seat, "is the rapporteur, who is not a co-chair")):
        with pytest.raises(Exception, match=said):
            seat.full_clean()
    mandate.rapporteur_party = cast.uk
    with pytest.raises(Exception, match="The rapporteur is of another party"):
        mandate.full_clean()


def test_where_a_group_comes_from_is_confirmed_by_both_parties_for_the_same_day(cast: Cast) -> None:
    lineage = build.a_lineage(cast.edition)
    confirm, kept = working_groups.confirm_lineage, Lineage.objects.filter(confirmed_on__isnull=False)
    said = {"lineage": lineage, "by": cast.secretary_nl, "confirmed_on": MET}
    assert "Give the reference" in refused(confirm, **said, reference=" ")
    for name in ("focal_point_uk", "former_secretary", "secretary_elsewhere", "technician"):
        assert "by the secretaries of all" in refused(confirm, **said | {"by": getattr(cast, name)}, reference="PM-2026-4")
    confirm(**said, reference="PM-2026-4")
    second_dutch = build.an_account(build.a_person(cast.nl), is_staff=True)
    build.an_appointment(second_dutch, cast.dialogue, "secretary")
    for somebody in (cast.secretary_nl, second_dutch):
        assert "Netherlands has consented already" in refused(confirm, **said | {"by": somebody}, reference="PM-2026-5")
    assert not kept.exists() and working_groups.still_awaited(lineage, "confirmed") == [cast.uk]
    confirm(**said | {"by": cast.secretary_uk}, reference="UK 12")
    assert kept.get().confirmed_on == MET
    assert [(one.party, one.reference, one.reason) for one in Consent.objects.order_by("pk")] == [
        (cast.nl, "PM-2026-4", "2026-10-06"),
        (cast.uk, "UK 12", "2026-10-06"),
    ]
    assert "confirmed it already" in refused(confirm, **said, reference="PM-2026-5")
    first, last = JournalEntry.objects.order_by("number")
    assert (first.act, last.act, last.by) == ("consented", "confirmed lineage", cast.secretary_uk)
    assert "PM-2026" not in f"{first.details}{last.details}"


def test_another_day_for_where_it_comes_from_is_put_right_by_whoever_gave_the_wrong_one(cast: Cast) -> None:
    lineage = build.a_lineage(cast.edition)
    confirm, said = working_groups.confirm_lineage, {"lineage": lineage, "reference": "PM 4"}
    confirm(**said, by=cast.secretary_nl, confirmed_on=MET)
    right = date(2026, 10, 7)
    other = refused(confirm, **said, by=cast.secretary_uk, confirmed_on=right)
    assert other.startswith("Netherlands gave 6 October 2026. Give the same day; if that one is wrong, let Netherlands")
    confirm(**said, by=cast.secretary_nl, confirmed_on=right)  # another day is another question
    assert "gave 7 October 2026" in refused(confirm, **said, by=cast.secretary_uk, confirmed_on=MET)
    assert confirm(**said, by=cast.secretary_uk, confirmed_on=right).confirmed_on == right
    assert list(Consent.objects.order_by("pk").values_list("round", flat=True)) == [1, 2, 2]


def test_of_an_edition_that_was_called_off_no_mandate_comes_into_being_and_none_stays_in_force(cast: Cast) -> None:
    draft = build.a_mandate(cast.edition, build.a_group(cast.dialogue, status="established"), terms_en="Ports and post.")
    in_force, reported, waiting = cast.group, cast.other_group, in_clearance(cast)
    Mandate.objects.filter(pk=in_force.pk).update(status="adopted")
    Mandate.objects.filter(pk=reported.pk).update(status="reported")
    in_2040 = datetime(2040, 1, 1, tzinfo=UTC)
    # Postponed it has no days: its mandates wait with it. Called off, they end.
    for status, is_current in (("postponed", True), ("cancelled", False)):
        Edition.objects.filter(pk=cast.edition.pk).update(
            status=status, opens_on=None, closes_on=None, date_precision="none", rolled_from=None
        )
        mandate = Mandate.objects.get(pk=in_force.pk)
        assert Mandate.objects.current(in_2040).filter(pk=mandate.pk).exists() == is_current
        assert mandate.has_ended(in_2040) != is_current
    for status in ("cancelled", "archived"):
        Edition.objects.filter(pk=cast.edition.pk).update(status=status)
        for step, its in (
            (working_groups.send_terms_to_clearance, draft),
            (working_groups.adopt_terms, waiting),
            (working_groups.renew, reported),
        ):
            said = refused(step, mandate=its, by=cast.secretary_uk)
            assert said == f"{cast.edition} is {status}: nothing more is settled in it."
    assert not Consent.objects.exists()


def test_what_was_carried_into_an_edition_that_was_called_off_is_with_its_own_group_again(cast: Cast) -> None:
    item = build.an_action_item(cast.edition, audience="group", mandate=cast.group)
    coming = build.an_edition(cast.dialogue, year=2028, status="planned", opens_on=None, closes_on=None, date_precision="none")
    theirs = build.a_mandate(coming, cast.other_group.working_group)
    build.a_co_chair(theirs, cast.delegate_uk.person)
    build.a_carry_over(item, coming, cast.secretary_nl, mandate=theirs)
    own, other = cast.group.working_group, cast.other_group.working_group
    for status, follows, times, theirs_to_read in (("planned", other, 1, True), ("cancelled", own, 0, False)):
        Edition.objects.filter(pk=coming.pk).update(status=status)
        items = ActionItem.objects.with_times_carried()
        assert [group for group in (own, other) if working_groups.followed_by(group, items).exists()] == [follows]
        assert items.get().times_carried == times
        assert items.filter(items._carried_to([theirs.pk])).exists() == theirs_to_read
