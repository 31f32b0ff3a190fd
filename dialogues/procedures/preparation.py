"""The checklist of an edition: drawn up from the template, dated by both calendars, settled task by task."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.models import Edition, PreparationTask
from parties.models import Party, User
from socportal import clock

from . import journal
from .steps import Reason, lock, move, not_a_secretary, not_possible_from, refuse_for

TEMPLATE = Path(__file__).with_name("checklist.csv")


@cache
def template() -> list[dict[str, str]]:
    """The 45 default tasks, as the secretariat wrote them down (domain/checklist.csv)."""
    with TEMPLATE.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def roll_to_working_day(day: date, parties: Iterable[Party], *, back: bool) -> date:
    """The nearest day, back or forward, that is neither a weekend nor a public holiday of any of `parties`."""
    parties = list(parties)
    step = timedelta(days=-1 if back else 1)
    while not all(party.is_working_day(day) for party in parties):
        day += step
    return day


def due_date(*, edition: Edition, owner: str, offset_days: int, anchor: str, parties: Iterable[Party]) -> date | None:
    """When a task falls due: calendar days from the anchor, then off weekends and the owner's holidays (calendar §1.1).

    A negative offset rolls back, a positive one forward; a task due on the anchor day itself stays there.
    """
    day = edition.opens_on if anchor == PreparationTask.Anchor.OPEN else edition.closes_on or edition.opens_on
    if day is None:
        return None
    day += timedelta(days=offset_days)
    if offset_days == 0:
        return day
    owners = [edition.host_party] if owner in PreparationTask.HOST_ONLY and edition.host_party else parties
    return roll_to_working_day(day, owners, back=offset_days < 0)


def draw_up_checklist(edition: Edition) -> list[PreparationTask]:
    """Put the template's tasks on an edition that has none of them yet; part of scheduling, journalled there."""
    parties = list(edition.dialogue.parties.all())
    standing = set(edition.tasks.values_list("code", flat=True))
    new = [
        PreparationTask(
            edition=edition,
            code=row["code"],
            task_en=row["task_en"],
            task_nl=row["task_nl"],
            owner=row["owner"],
            offset_days=int(row["offset_days"]),
            anchor=row["anchor"],
            is_gate=row["gate"] == "Y",
            deliverable_en=row["deliverable"],
        )
        for row in template()
        if row["code"] not in standing
    ]
    PreparationTask.objects.bulk_create(new)
    tasks = {task.code: task for task in edition.tasks.all()}
    for row in template():
        before = [tasks[code] for code in row["depends_on"].split(";") if code in tasks]
        if row["code"] not in standing and before:
            tasks[row["code"]].depends_on.set(before)
    date_checklist(edition, parties=parties)
    return new


def date_checklist(edition: Edition, *, parties: Iterable[Party] | None = None) -> list[PreparationTask]:
    """Date again what is neither done nor dated by hand; give back the tasks whose date changed."""
    parties = list(parties if parties is not None else edition.dialogue.parties.all())
    changed = []
    for task in edition.tasks.filter(status=PreparationTask.Status.OPEN, is_dated_by_hand=False):
        day = due_date(edition=edition, owner=task.owner, offset_days=task.offset_days, anchor=task.anchor, parties=parties)
        if day != task.due_on:
            task.due_on = day
            changed.append(task)
    PreparationTask.objects.bulk_update(changed, ["due_on"])
    return changed


def settle_reasons(task: PreparationTask, by: User) -> list[Reason]:
    return not_a_secretary(by, task.edition.dialogue) or not_possible_from(task, PreparationTask.Status.DONE)


waive_reasons = settle_reasons


def reopen_reasons(task: PreparationTask, by: User) -> list[Reason]:
    return not_a_secretary(by, task.edition.dialogue) or not_possible_from(task, PreparationTask.Status.OPEN)


def _settle(task: PreparationTask, by: User, status: str, act: str, **also: Any) -> PreparationTask:
    task = lock(task)
    refuse_for(settle_reasons(task, by))
    move(task, status, settled_at=clock.now(), settled_by=by, **also)
    journal.write(by=by, act=act, on=task, details={"code": task.code})
    return task


@transaction.atomic
def mark_done(*, task: PreparationTask, by: User, note: str = "") -> PreparationTask:
    """Tick a task; the note says what shows it."""
    return _settle(task, by, PreparationTask.Status.DONE, "did task", note=note or task.note)


@transaction.atomic
def waive(*, task: PreparationTask, by: User, note: str) -> PreparationTask:
    """Let a task go, with the reason; without one it is refused. A gate is waived by the lead alone."""
    if not note.strip():
        refuse_for([Reason(_("Say why the task is waived."), task)])
    if task.is_gate and not task.edition.is_led_by(by):
        refuse_for([Reason(_("%(code)s is a gate: only the secretariat lead waives it.") % {"code": task.code}, task)])
    return _settle(task, by, PreparationTask.Status.WAIVED, "waived task", note=note.strip())


@transaction.atomic
def reopen(*, task: PreparationTask, by: User) -> PreparationTask:
    """Take a tick back: the task is to do again, on its date."""
    task = lock(task)
    refuse_for(reopen_reasons(task, by))
    move(task, PreparationTask.Status.OPEN, settled_at=None, settled_by=None)
    journal.write(by=by, act="reopened task", on=task, details={"code": task.code})
    return task


def undone_gates(edition: Edition, *codes: str) -> list[Reason]:
    """Which of these gates still stand in the way. A task that the checklist does not hold stands in nobody's way."""
    tasks = edition.tasks.filter(code__in=codes, status=PreparationTask.Status.OPEN).order_by("code")
    return [Reason(_("%(code)s is not done: %(task)s.") % {"code": task.code, "task": task.task}, task) for task in tasks]
