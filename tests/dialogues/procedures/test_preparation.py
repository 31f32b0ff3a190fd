from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogues.models import PreparationTask
from dialogues.procedures import preparation
from dialogues.procedures.steps import StepRefused
from parties.models import Party
from tests import build
from tests.cast import Cast

UK = Party(code="UK", holiday_calendar="GB-ENG", time_zone="Europe/London")
NL = Party(code="NL", holiday_calendar="NL", time_zone="Europe/Amsterdam")


def test_the_template_holds_the_45_tasks_in_both_languages() -> None:
    rows = preparation.template()
    assert len(rows) == 45
    assert all(row["task_en"] and row["task_nl"] and row["deliverable"] for row in rows)
    codes = {row["code"] for row in rows}
    assert all(code in codes for row in rows for code in row["depends_on"].split(";") if code)
    assert {row["owner"] for row in rows} <= set(PreparationTask.Owner.values)


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("T19", date(2026, 2, 10)),  # D-42 of Tuesday 24 March 2026
        ("T35", date(2026, 3, 20)),  # D-3 is a Saturday: back to Friday (calendar §1.1)
        ("T36", date(2026, 3, 24)),  # the opening itself
        ("T40", date(2026, 4, 7)),  # ten days after the close is Good Friday's week-end and Easter Monday: on to Tuesday
    ],
)
def test_dates_of_the_2026_opening(cast: Cast, code: str, due: date) -> None:
    cast.edition.opens_on, cast.edition.closes_on = date(2026, 3, 24), date(2026, 3, 24)
    preparation.draw_up_checklist(cast.edition)
    assert cast.edition.tasks.get(code=code).due_on == due


def test_only_the_hosts_holidays_count_for_the_hosts_tasks(cast: Cast) -> None:
    """D-14 of 11 May 2027 is King's Day, a holiday in the Netherlands alone."""
    cast.edition.opens_on = cast.edition.closes_on = date(2027, 5, 11)
    both = preparation.due_date(edition=cast.edition, owner="SEC", offset_days=-14, anchor="open", parties=[cast.uk, cast.nl])
    cast.edition.host_party = cast.uk
    hosts = preparation.due_date(edition=cast.edition, owner="SECH", offset_days=-14, anchor="open", parties=[cast.uk, cast.nl])
    assert (both, hosts) == (date(2027, 4, 26), date(2027, 4, 27))


@given(day=st.dates(date(2024, 1, 1), date(2032, 12, 31)), back=st.booleans())
def test_a_rolled_day_is_a_working_day_of_both_and_the_nearest_in_its_direction(day: date, back: bool) -> None:
    rolled = preparation.roll_to_working_day(day, [UK, NL], back=back)
    assert UK.is_working_day(rolled)
    assert NL.is_working_day(rolled)
    assert rolled <= day if back else rolled >= day
    between = abs((rolled - day).days)
    step = timedelta(days=-1 if back else 1)
    assert not any(UK.is_working_day(day + n * step) and NL.is_working_day(day + n * step) for n in range(between))


def test_moving_the_opening_leaves_what_is_done_or_dated_by_hand(cast: Cast) -> None:
    preparation.draw_up_checklist(cast.edition)
    done, by_hand = cast.edition.tasks.get(code="T19"), cast.edition.tasks.get(code="T25")
    preparation.mark_done(task=done, by=cast.secretary_nl)
    PreparationTask.objects.filter(pk=by_hand.pk).update(is_dated_by_hand=True, due_on=date(2027, 1, 4))
    cast.edition.opens_on += timedelta(days=8)
    cast.edition.closes_on += timedelta(days=8)
    moved = {task.code for task in preparation.date_checklist(cast.edition)}
    assert "T32" in moved
    assert not moved & {"T19", "T25"}
    by_hand.refresh_from_db()
    assert by_hand.due_on == date(2027, 1, 4)


def test_drawing_it_up_twice_makes_no_task_twice(cast: Cast) -> None:
    preparation.draw_up_checklist(cast.edition)
    assert preparation.draw_up_checklist(cast.edition) == []
    assert cast.edition.tasks.count() == 45


def test_overdue_is_read_off_the_calendar(cast: Cast) -> None:
    task = build.a_task(cast.edition, due_on=date(2027, 3, 1))
    assert not task.is_overdue(date(2027, 3, 1))
    assert task.is_overdue(date(2027, 3, 2))


def test_a_gate_is_waived_by_the_lead_alone_and_with_a_reason(cast: Cast) -> None:
    gate = build.a_task(cast.edition, is_gate=True)
    with pytest.raises(StepRefused, match="Say why"):
        preparation.waive(task=gate, by=cast.secretary_nl, note=" ")
    with pytest.raises(StepRefused, match="only the secretariat lead waives it"):
        preparation.waive(task=gate, by=cast.secretary_uk, note="Not needed this year")
    assert preparation.waive(task=gate, by=cast.secretary_nl, note="Not needed this year").status == "waived"


def test_a_tick_can_be_taken_back(cast: Cast) -> None:
    task = preparation.mark_done(task=build.a_task(cast.edition), by=cast.secretary_uk)
    assert (task.status, task.settled_by) == ("done", cast.secretary_uk)
    task = preparation.reopen(task=task, by=cast.secretary_nl)
    assert (task.status, task.settled_by, task.settled_at) == ("open", None, None)


@pytest.mark.parametrize("name", ["focal_point_uk", "delegate_nl", "technician", "former_secretary", "secretary_elsewhere"])
def test_only_secretaries_settle_tasks(cast: Cast, name: str) -> None:
    with pytest.raises(StepRefused, match="Only a current secretary"):
        preparation.mark_done(task=build.a_task(cast.edition), by=getattr(cast, name))
