from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from dialogues.models import Edition, JournalEntry
from dialogues.procedures import editions, publication
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.preparation import mark_done
from dialogues.procedures.steps import StepRefused
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


def test_every_status_has_its_row_in_the_transition_table() -> None:
    assert set(Edition.TRANSITIONS) == set(Edition.Status)
    assert {status for targets in Edition.TRANSITIONS.values() for status in targets} <= set(Edition.Status)


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


def test_closing_waits_for_the_last_day(cast: Cast) -> None:
    build.a_session(cast.edition)
    with time_machine.travel(build.at_venue(cast.edition, "12:00"), tick=False):
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
        with pytest.raises(StepRefused, match="Not before its last day, 16 and 17 March 2027"):
            editions.close_edition(edition=cast.edition, by=cast.secretary_nl)
    with time_machine.travel(build.at_venue(cast.edition, "12:00", day=2), tick=False):
        edition = editions.close_edition(edition=cast.edition, by=cast.secretary_nl)
    assert edition.status == "closed"
    assert JournalEntry.objects.filter(act="closed edition").count() == 1


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
