from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues.models import Edition, PreparationTask, TemplateTask
from dialogues.procedures import preparation, signs
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.dialogues import found_dialogue
from dialogues.procedures.steps import StepRefused
from parties.models import Party
from tests import build
from tests.cast import Cast

UK = Party(code="UK", holiday_calendar="GB-ENG", time_zone="Europe/London")
NL = Party(code="NL", holiday_calendar="NL", time_zone="Europe/Amsterdam")


# The year of a secretariat as it was written down: code, offset, anchor, owner, gate, what it comes after.
THE_YEAR = """
T01 -360 open HODO Y; T02 -345 open SEC N T01; T03 -300 open HODO Y T01; T04 -210 open HODO Y T03; T05 -205 open DPO Y T04;
T06 -200 open PRO N T04; T07 -165 open SEC N T02; T08 -150 open SEC Y T07; T09 -140 open FP N T08; T10 -120 open WGC Y T09;
T11 -90 open SECH Y T06 T08; T12 -90 open SEC Y T03 T05 T11; T13 -75 open SEC N T08; T14 -70 open SECH N T08;
T15 -70 open SEC N T10; T16 -63 open SEC N T11 T14; T17 -56 open PRO N T06; T18 -45 open FP Y T11; T19 -42 open SEC Y T16;
T20 -42 open OWN N T15; T21 -35 open FP Y T12; T22 -30 open FP N T14 T19; T23 -28 open SEC N T21; T24 -28 open WGC N T15;
T25 -21 open SEC N T19 T24; T26 -21 open FP Y T20; T27 -14 open SEC Y T22; T28 -14 open PRS N T27; T29 -14 open SEC N T23;
T30 -10 open PRO N T29; T31 -10 open SEC N T25; T32 -7 open SEC Y T25 T31; T33 -7 open TRA N T27; T34 -4 open CLR Y T27;
T35 -3 open SEC Y T30 T32 T34; T36 0 open SECH Y T35; T37 0 close RAP N T36; T38 0 close HOD Y T34 T37;
T39 0 close PRS Y T28 T33 T38; T40 10 close SECH N T37 T38; T41 28 close SEC Y T40; T42 30 close DPO Y T36;
T43 45 close SEC N T41; T44 90 close FP N T41; T45 180 close SEC Y T44
"""


def test_a_dialogue_is_founded_with_the_45_tasks_in_both_languages_and_keeps_what_its_lead_changed(cast: Cast) -> None:
    dialogue = found_dialogue(slug="founded", parties=[cast.uk, cast.nl], name_en="Founded", short_name_en="Founded")
    rows = {task.code: task for task in dialogue.template_tasks.prefetch_related("depends_on")}
    for line in THE_YEAR.split(";"):
        code, offset, anchor, owner, gate, *after = line.split()
        row = rows.pop(code)
        assert (row.offset_days, row.anchor, row.owner, row.is_gate) == (int(offset), anchor, owner, gate == "Y"), code
        assert {before.code for before in row.depends_on.all()} == set(after), code
        assert row.task_en and row.task_nl and row.deliverable_en and row.deliverable_nl, code
        assert row.deliverable_en != row.deliverable_nl, code
    assert not rows
    assert set(dialogue.template_tasks.exclude(sign="").values_list("sign", flat=True)) == set(TemplateTask.Sign.values)
    dialogue.template_tasks.filter(code="T17").delete()
    assert preparation.draw_up_template(dialogue) == []
    assert dialogue.template_tasks.count() == 44


def test_a_checklist_is_a_copy_of_the_template_as_its_lead_left_it(cast: Cast) -> None:
    preparation.draw_up_template(cast.dialogue)
    cast.dialogue.template_tasks.filter(code="T17").delete()
    cast.dialogue.template_tasks.filter(code="T30").update(offset_days=-20, deliverable_nl="Alleen badges", sign="list_issued")
    build.a_template_task(cast.dialogue, code="T46", task_en="Thank the caterers").depends_on.set(
        cast.dialogue.template_tasks.filter(code="T36")
    )
    assert len(preparation.draw_up_checklist(cast.edition)) == 45
    tasks = cast.edition.tasks
    assert not tasks.filter(code="T17").exists()
    thirtieth, own = tasks.get(code="T30"), tasks.get(code="T46")
    assert (thirtieth.due_on, thirtieth.deliverable_nl, thirtieth.sign) == (date(2027, 2, 24), "Alleen badges", "list_issued")
    assert list(own.depends_on.all()) == [tasks.get(code="T36")]
    build.a_template_task(cast.dialogue, code="T47")
    build.a_heads_decision(cast.edition, cast.lead, settled_at=preparation.clock.now())
    assert preparation.draw_up_checklist(cast.edition) == []  # postponed and scheduled again: the checklist it had


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


DAYS = st.dates(date(2024, 1, 1), date(2036, 12, 31))
ROLLED = {"SEC": [UK, NL], "FP": [UK, NL], "PRO": [NL], "SECH": [NL], "HODO": [UK, NL]}


@settings(max_examples=100, deadline=None)
@given(
    opens_on=DAYS,
    length=st.integers(0, 4),
    offset=st.integers(-500, 500),
    anchor=st.sampled_from(["open", "close"]),
    owner=st.sampled_from(sorted(ROLLED)),
)
@example(opens_on=date(2026, 3, 24), length=0, offset=-3, anchor="open", owner="SEC")  # the Saturday of calendar §1.1
@example(opens_on=date(2028, 2, 29), length=0, offset=-366, anchor="open", owner="SEC")  # from one leap day …
@example(opens_on=date(2028, 2, 28), length=1, offset=365, anchor="close", owner="SECH")  # … and towards the year after
@example(opens_on=date(2027, 3, 16), length=1, offset=12, anchor="close", owner="SEC")  # Easter Monday 2027, and the clocks
@example(opens_on=date(2027, 5, 11), length=0, offset=-14, anchor="open", owner="PRO")  # King's Day: the host's own
@example(opens_on=date(2031, 5, 1), length=0, offset=4, anchor="open", owner="SEC")  # 5 May, and a bank holiday
@example(opens_on=date(2027, 12, 1), length=0, offset=24, anchor="close", owner="SEC")  # substitute days after Christmas
@example(opens_on=date(2026, 10, 25), length=0, offset=-1, anchor="open", owner="FP")  # the clocks go back
def test_a_date_is_the_nearest_working_day_of_its_owners_in_its_direction(
    opens_on: date, length: int, offset: int, anchor: str, owner: str
) -> None:
    """A plain date: no clock change moves it. Never later than counted before the anchor, never earlier after it."""
    closes_on = opens_on + timedelta(days=length)
    edition = Edition(opens_on=opens_on, closes_on=closes_on, host_party=NL)
    due = preparation.due_date(edition=edition, owner=owner, offset_days=offset, anchor=anchor, parties=[UK, NL])
    assert due is not None
    counted = (opens_on if anchor == "open" else closes_on) + timedelta(days=offset)
    if offset == 0:
        assert due == counted
        return

    def works(day: date) -> bool:
        return all(party.is_working_day(day) for party in ROLLED[owner])

    assert works(due)
    assert due <= counted if offset < 0 else due >= counted
    between = [min(due, counted) + timedelta(days=n) for n in range(abs((due - counted).days) + 1)]
    assert not any(works(day) for day in between if day != due)
    assert len(between) <= 8  # no run of holidays is longer than that over Christmas and Easter


@pytest.mark.parametrize(("opens_on", "offset"), [(date(1, 1, 5), -360), (date(9999, 12, 25), 180), (date(9999, 12, 25), 0)])
def test_at_the_ends_of_the_calendar_a_task_has_no_date(opens_on: date, offset: int) -> None:
    edition = Edition(opens_on=opens_on, closes_on=opens_on, host_party=NL)
    due = preparation.due_date(edition=edition, owner="SEC", offset_days=offset, anchor="open", parties=[UK, NL])
    assert due == (None if offset else opens_on)


@pytest.mark.parametrize(
    ("day", "uk", "nl"),
    [
        (date(2027, 4, 27), True, False),  # King's Day
        (date(2025, 4, 26), False, False),  # a Saturday: kept on it, because the 27th is a Sunday
        (date(2026, 5, 5), True, False),  # Liberation Day, every year
        (date(2026, 4, 3), False, False),  # Good Friday: equal to a public holiday by the Dutch act on terms
        (date(2026, 4, 6), False, False),  # Easter Monday
        (date(2027, 12, 27), False, True),  # Christmas Day 2027 is a Saturday: its substitute
        (date(2027, 12, 28), False, True),  # and that of Boxing Day
        (date(2028, 2, 29), True, True),
    ],
)
def test_the_calendars_of_both_parties(day: date, uk: bool, nl: bool) -> None:
    assert (UK.is_working_day(day), NL.is_working_day(day)) == (uk, nl)


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


# Signs and gates


def test_what_the_portal_sees_is_neither_ticked_nor_waived_and_stands_in_no_gates_way(cast: Cast) -> None:
    preparation.draw_up_checklist(cast.edition)
    task = cast.edition.tasks.get(code="T32")
    (reason,) = preparation.undone_gates(cast.edition, "T01", "T32")
    assert (reason.text, reason.record) == (f"T32 is not done: {task.task}.", task)
    for start, end in (("09:00", "10:00"), ("10:00", "11:00"), ("11:00", "12:00")):
        build.a_session(cast.edition, start, end)
        release_agenda(edition=cast.edition, by=cast.lead)
    assert preparation.undone_gates(cast.edition, "T01", "T32") == []
    for step in (preparation.mark_done, preparation.waive):
        with pytest.raises(StepRefused, match=r"The portal sees it already: the agenda was released as 3\.0 or later"):
            step(task=task, by=cast.lead, note="It is out")
    assert signs.shown_by(task) == preparation.Check(
        "passed", "The agenda was released as 3.0 on 20 November 2026.", (cast.edition.latest_release(),)
    )
    assert signs.shown_by(cast.edition.tasks.get(code="T36")) is None


def test_a_gate_comes_first_and_another_task_only_warns(cast: Cast) -> None:
    gate, before = build.a_task(cast.edition, is_gate=True), build.a_task(cast.edition)
    task = build.a_task(cast.edition)
    task.depends_on.set([gate, before])
    with pytest.raises(StepRefused, match=f"{gate.code} comes first, it is a gate"):
        preparation.mark_done(task=task, by=cast.lead)
    preparation.waive(task=gate, by=cast.lead, note="Not this year")
    (warning,) = preparation.done_checks(task, cast.lead)
    assert (warning.level, warning.records) == ("warns", (before,))
    done = preparation.mark_done(task=task, by=cast.secretary_uk, note="By letter", evidence="UK 2026/114")
    assert (done.status, done.note, done.evidence) == ("done", "By letter", "UK 2026/114")


@pytest.mark.parametrize("status", ["postponed", "cancelled", "archived"])
def test_a_checklist_that_rests_is_left_alone(cast: Cast, status: str) -> None:
    task = build.a_task(cast.edition)
    Edition.objects.filter(pk=cast.edition.pk).update(status=status)
    task = PreparationTask.objects.get(pk=task.pk)
    for step in (preparation.mark_done, preparation.waive):
        with pytest.raises(StepRefused, match=f"is {status}: its checklist rests"):
            step(task=task, by=cast.lead, note="Anyway")


def test_what_is_seen_keeps_its_date_when_the_opening_moves(cast: Cast) -> None:
    preparation.draw_up_checklist(cast.edition)
    seen, unseen = cast.edition.tasks.get(code="T04"), cast.edition.tasks.get(code="T06")
    assert (seen.due_on, unseen.due_on) == (date(2026, 8, 18), date(2026, 8, 28))  # seen or not, each has its date at first
    cast.edition.opens_on += timedelta(days=8)
    moved = {task.code for task in preparation.date_checklist(cast.edition)}
    assert "T06" in moved and "T04" not in moved


def the_first_release(cast: Cast) -> None:
    build.a_session(cast.edition)
    release_agenda(edition=cast.edition, by=cast.lead)


SAID: list[tuple[str, Callable[[Cast], Any], str]] = [
    ("T01", lambda cast: None, "Host of Dialogue of 2027: Netherlands."),
    ("T04", lambda cast: None, "is scheduled: 16 and 17 March 2027."),
    ("T12", lambda cast: build.a_round(cast.edition), "Nominations opened on 1 January 2020."),
    ("T19", the_first_release, "The agenda was released as 1.0 on 20 November 2026."),
    (
        "T40",
        lambda cast: build.a_summary(cast.edition, status="circulated", circulated_at=preparation.clock.now()),
        "The draft summary was circulated on 20 November 2026.",
    ),
]


@pytest.mark.parametrize(("code", "happens", "said"), SAID, ids=lambda value: value if isinstance(value, str) else "")
def test_it_says_from_what_it_sees_a_task_done(cast: Cast, code: str, happens: Any, said: str) -> None:
    preparation.draw_up_checklist(cast.edition)
    happens(cast)
    check = signs.shown_by(cast.edition.tasks.get(code=code))
    assert check is not None
    assert said.lower() in check.text.lower() and check.records
