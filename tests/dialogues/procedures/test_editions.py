from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from dialogues.models import Edition, JournalEntry, Registration
from dialogues.procedures import decisions, editions, publication
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.delegations import note_attendance
from dialogues.procedures.preparation import mark_done, waive
from dialogues.procedures.steps import StepRefused, move, not_possible_from
from tests import build
from tests.cast import Cast


def planned(cast: Cast, **fields: Any) -> Edition:
    values = {
        "year": 2028,
        "opens_on": date(2028, 3, 14),
        "closes_on": date(2028, 3, 15),
        "date_precision": "exact",
        "host_party": cast.uk,
        "city_en": "London",
        "time_zone": "Europe/London",
    }
    return editions.create_edition(dialogue=cast.dialogue, by=cast.secretary_uk, **{**values, **fields})


# workflows §4.1, written down a second time
LEADS_TO = {
    "planned": {"scheduled", "postponed", "cancelled"},
    "scheduled": {"preparing", "postponed", "cancelled"},
    "preparing": {"open", "postponed", "cancelled"},
    "open": {"closed", "cancelled"},
    "closed": {"follow_up"},
    "follow_up": {"archived"},
    "archived": set(),
    "postponed": {"scheduled", "cancelled"},
    "cancelled": set(),
}


@pytest.mark.parametrize("now", Edition.Status.values)
@pytest.mark.parametrize("to", Edition.Status.values)
def test_a_status_leads_where_the_table_says_and_nowhere_else(now: str, to: str) -> None:
    edition = Edition(year=2027, status=now)
    said = [str(reason) for reason in not_possible_from(edition, to)]
    if to in LEADS_TO[now]:
        assert said == []
    else:
        assert said == [f"This is “{Edition.Status(now).label}”; “{Edition.Status(to).label}” does not follow from it."]
        with pytest.raises(StepRefused):
            move(edition, to)
        assert edition.status == now


def test_every_step_asks_the_table_first(cast: Cast) -> None:
    steps = {
        "scheduled": editions.schedule_reasons,
        "preparing": editions.begin_preparation_reasons,
        "closed": editions.close_reasons,
        "follow_up": editions.follow_up_reasons,
        "archived": editions.archive_reasons,
        "postponed": partial(decisions.propose_reasons, to="postponed"),
        "cancelled": partial(decisions.propose_reasons, to="cancelled"),
    }
    by_the_clock = {("preparing", "closed")}  # open is never stored
    for now in Edition.Status.values:
        cast.edition.status = now
        for to, reasons in steps.items():
            said = [str(reason) for reason in reasons(cast.edition, cast.lead)]
            refused = any("does not follow from it" in one for one in said)
            assert refused == (to not in LEADS_TO[now] and (now, to) not in by_the_clock), (now, to, said)


def test_scheduling_names_everything_that_is_missing(cast: Cast) -> None:
    edition = editions.create_edition(dialogue=cast.dialogue, year=2028, by=cast.secretary_uk)
    with pytest.raises(StepRefused) as refusal:
        editions.schedule_edition(edition=edition, by=cast.secretary_uk)
    assert len(refusal.value.reasons) == 4
    assert all(reason.record == edition for reason in refusal.value.reasons)


def test_only_the_lead_schedules(cast: Cast) -> None:
    edition = planned(cast)
    with pytest.raises(StepRefused, match="Only the secretariat lead"):
        editions.schedule_edition(edition=edition, by=cast.secretary_nl)
    assert editions.schedule_edition(edition=edition, by=cast.secretary_uk).status == "scheduled"


def test_scheduling_waits_until_every_party_has_a_secretary_and_a_focal_point(cast: Cast) -> None:
    edition = planned(cast)
    cast.focal_point_nl.person.appointments.update(ends_on=date(2021, 1, 1))
    with pytest.raises(StepRefused) as refusal:
        editions.schedule_edition(edition=edition, by=cast.secretary_uk)
    (reason,) = refusal.value.reasons
    assert (str(reason), reason.record) == ("Netherlands has no focal point: appoint one.", cast.nl)
    mark_done(task=build.a_task(edition, code="T03"), by=cast.secretary_uk)
    assert editions.schedule_edition(edition=edition, by=cast.secretary_uk).status == "scheduled"


@pytest.mark.parametrize(
    ("year", "first", "last", "words"),
    [
        (2025, date(2026, 11, 19), date(2026, 11, 21), "The first day has passed"),
        (2025, date(2025, 3, 4), date(2025, 3, 5), "The first day has passed"),
        (2028, date(2030, 3, 5), date(2030, 3, 6), "The edition of 2028 is held in that year"),
        (2028, date(2028, 3, 1), date(2028, 3, 31), "longer than 30 days"),
    ],
)
def test_days_that_have_passed_or_cannot_be_are_not_fixed(cast: Cast, year: int, first: date, last: date, words: str) -> None:
    edition = planned(cast, year=year, opens_on=first, closes_on=last)
    with pytest.raises(StepRefused, match=words) as refusal:
        editions.schedule_edition(edition=edition, by=cast.secretary_uk)
    assert [reason.record for reason in refusal.value.reasons] == [edition]


def test_editions_of_a_dialogue_do_not_overlap(cast: Cast) -> None:
    edition = planned(cast, opens_on=cast.edition.closes_on, closes_on=cast.edition.closes_on + timedelta(days=1))
    with pytest.raises(StepRefused, match="overlap"):
        editions.schedule_edition(edition=edition, by=cast.secretary_uk)


def test_a_second_edition_in_a_year_or_with_the_same_ordinal_is_refused_in_words(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="already has an edition in this year"):
        planned(cast, year=2027)
    planned(cast, ordinal=5)
    with pytest.raises(ValidationError, match="already has this ordinal"):
        planned(cast, year=2029, ordinal=5)


def test_preparation_waits_for_the_privacy_gate_and_the_focal_points(cast: Cast) -> None:
    edition = editions.schedule_edition(edition=planned(cast), by=cast.secretary_uk)
    cast.focal_point_uk.person.appointments.update(ends_on=date(2021, 1, 1))
    with pytest.raises(StepRefused) as refusal:
        editions.begin_preparation(edition=edition, by=cast.secretary_uk)
    said = [str(reason) for reason in refusal.value.reasons]
    assert said[0].startswith("T05 is not done")
    assert said[1] == "United Kingdom has no focal point: appoint one."
    cast.focal_point_uk.person.appointments.update(ends_on=None)
    mark_done(task=edition.tasks.get(code="T05"), by=cast.secretary_nl)
    edition = editions.begin_preparation(edition=edition, by=cast.secretary_nl)
    assert (edition.status, edition.delegations.count()) == ("preparing", 2)


def test_it_is_open_by_its_days_and_its_released_agenda_and_nobody_presses_anything(cast: Cast) -> None:
    build.a_session(cast.edition)
    before, first, last, after = (
        build.at_venue(cast.edition, clock_time, day)
        for clock_time, day in [("23:59", 0), ("00:00", 1), ("23:59", 2), ("00:00", 3)]
    )
    assert not cast.edition.is_open(first)
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    assert [cast.edition.is_open(at) for at in (before, first, last, after)] == [False, True, True, False]
    assert cast.edition.standing(first) == "open"


def note_who_came(cast: Cast) -> None:
    for registration in Registration.objects.on_the_list().filter(edition=cast.edition):
        note_attendance(registration=registration, attended=True, by=cast.secretary_uk)


def test_closing_waits_for_the_last_day_and_for_who_came(cast: Cast) -> None:
    build.a_session(cast.edition)
    build.a_registration(build.a_person(cast.uk), cast.edition, category="support")  # on no list, noted by nobody
    gate = build.a_task(cast.edition, code="T35")
    with time_machine.travel(build.at_venue(cast.edition, "12:00"), tick=False):
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
        with pytest.raises(StepRefused, match="Not before its last day, 16 and 17 March 2027"):
            editions.close_edition(edition=cast.edition, by=cast.secretary_nl)
    with time_machine.travel(build.at_venue(cast.edition, "12:00", day=2), tick=False):
        with pytest.raises(StepRefused, match="Attendance is not noted for 6 people on the list"):
            editions.close_edition(edition=cast.edition, by=cast.secretary_nl)
        note_who_came(cast)
        edition = editions.close_edition(edition=cast.edition, by=cast.secretary_nl)
    assert edition.status == "closed"
    entry = JournalEntry.objects.get(act="closed edition")
    assert entry.details == {"opened_with_gates_undone": [gate.code]}  # procedure does not stop the event


def closed(cast: Cast) -> Edition:
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    return cast.edition


def test_the_follow_up_waits_until_all_parties_have_adopted_the_summary(cast: Cast) -> None:
    edition = closed(cast)
    task = build.a_task(edition, code="T41", is_gate=True)
    (missing,) = editions.follow_up_reasons(edition, cast.lead)
    assert "no summary of conclusions yet" in str(missing) and missing.record == task
    summary = build.a_summary(edition, status="circulated", circulated_at=datetime(2027, 3, 20, tzinfo=UTC))
    mark_done(task=task, by=cast.lead)  # a tick alone adopts nothing
    (missing,) = editions.follow_up_reasons(edition, cast.lead)
    assert "“circulated for comment”" in str(missing) and missing.record == summary
    with pytest.raises(StepRefused, match="Only the secretariat lead"):
        editions.begin_follow_up(edition=edition, by=cast.secretary_uk)
    summary.status, summary.adopted_at = "adopted", datetime(2027, 4, 10, tzinfo=UTC)
    summary.save()
    assert editions.begin_follow_up(edition=edition, by=cast.lead).status == "follow_up"
    assert JournalEntry.objects.filter(act="began follow-up", edition=edition).count() == 1


def test_the_follow_up_begins_without_a_summary_where_the_lead_waived_it_with_a_reason(cast: Cast) -> None:
    edition = closed(cast)
    waive(task=build.a_task(edition, code="T41", is_gate=True), by=cast.lead, note="No conclusions were drawn.")
    assert editions.begin_follow_up(edition=edition, by=cast.lead).status == "follow_up"


def test_archiving_names_every_undecided_item_the_missing_edition_and_what_is_not_erased(cast: Cast) -> None:
    edition = cast.edition
    Edition.objects.filter(pk=edition.pk).update(status="follow_up")
    edition.refresh_from_db()
    items = [build.an_action_item(edition) for _number in range(12)]
    build.an_action_item(edition, status="closed")
    registration = Registration.objects.get(person=cast.delegate_uk.person)
    build.own_details(registration)
    purge = build.a_task(edition, code="T42")
    reasons = editions.archive_reasons(edition, cast.lead)
    assert str(reasons[0]) == "There is no next edition yet: prepare it from this one."
    assert [reason.record for reason in reasons[1:11]] == sorted(items, key=lambda item: item.number)[:10]
    assert str(reasons[11]) == "And 2 more open action items."
    assert "Own details: 1; answers of venue security: 0." in str(reasons[12]) and reasons[12].record == purge
    assert len(reasons) == 13
    build.an_edition(cast.dialogue, year=2028, status="cancelled")  # takes over nothing
    coming = build.an_edition(cast.dialogue, year=2029, status="planned")
    *carried, withdrawn = items
    for item in carried:
        build.a_carry_over(item, coming, cast.lead)
    build.a_carry_over(withdrawn, coming, cast.lead, decision="withdraw")  # decided, and not yet consented to
    registration.own_details.delete()
    with pytest.raises(StepRefused, match=rf"^{withdrawn.number} is “agreed”: carry it over [^.]*\.$"):
        editions.archive_edition(edition=edition, by=cast.lead)
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    assert editions.archive_edition(edition=edition, by=cast.lead).status == "archived"
    assert JournalEntry.objects.filter(act="archived edition", edition=edition).count() == 1


def test_what_was_carried_into_an_edition_keeps_it_from_being_archived_too(cast: Cast) -> None:
    Edition.objects.filter(pk=cast.edition.pk).update(status="follow_up")
    cast.edition.refresh_from_db()
    before = Edition.objects.get(dialogue=cast.dialogue, year=2026)
    build.an_edition(cast.dialogue, year=2028, status="planned")
    item = build.an_action_item(before)
    assert editions.archive_reasons(cast.edition, cast.lead) == []
    build.a_carry_over(item, cast.edition, cast.lead)
    assert [reason.record for reason in editions.archive_reasons(cast.edition, cast.lead)] == [item]


def test_an_edition_rolled_forward_gets_the_skeleton_of_the_agenda_with_its_days(cast: Cast) -> None:
    build.a_session(cast.edition, "09:15", "10:15", title_en="Opening plenary")
    coming = planned(cast, rolled_from=cast.edition)
    editions.schedule_edition(edition=coming, by=cast.secretary_uk)
    session = coming.sessions.get()
    assert session.title_en == "Opening plenary"
    assert session.starts_at == datetime(2028, 3, 14, 9, 15, tzinfo=UTC)  # London, before summer time
    assert JournalEntry.objects.get(act="scheduled edition").details["sessions"] == 1


def test_publishing_makes_the_page_public(cast: Cast) -> None:
    edition = editions.schedule_edition(edition=planned(cast), by=cast.secretary_uk)
    assert not Edition.objects.visible_to(cast.public).filter(pk=edition.pk).exists()
    publication.propose_publication(record=edition, by=cast.secretary_uk)
    publication.publish(record=edition, by=cast.secretary_nl)
    assert Edition.objects.visible_to(cast.public).filter(pk=edition.pk).exists()


@pytest.mark.parametrize(
    "nonsense",
    [
        {"opens_on": date(2027, 3, 17), "closes_on": date(2027, 3, 16)},
        {"date_precision": "none"},
        {"opens_on": None, "closes_on": None},
        {"host_party": None},
        {"time_zone": ""},
        {"date_precision": "week"},
    ],
    ids=str,
)
def test_the_database_refuses_an_edition_in_preparation_without_days_host_or_zone(cast: Cast, nonsense: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=cast.edition.pk).update(**nonsense)


def test_an_act_that_is_refused_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(StepRefused):
        editions.close_edition(edition=cast.edition, by=cast.secretary_nl)
    assert not JournalEntry.objects.exists()
