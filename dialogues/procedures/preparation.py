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

from dialogues.models import Dialogue, Edition, PreparationTask, TemplateTask
from dialogues.models.ceiling import within_ceiling
from parties.models import Party, User
from socportal import clock

from . import journal
from .steps import Check, Reason, lock, move, not_a_secretary, not_possible_from, refuse_for

TEMPLATE = Path(__file__).with_name("checklist.csv")


@cache
def template() -> list[dict[str, str]]:
    """The 45 default tasks, as the secretariat wrote them down (domain/checklist.csv), each with its sign and in Dutch."""
    with TEMPLATE.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def draw_up_template(dialogue: Dialogue) -> list[TemplateTask]:
    """Give a dialogue the 45 tasks to begin with, once: what its lead changed or took out since stays so.

    Part of founding a dialogue, journalled there.
    """
    if dialogue.template_tasks.exists():
        return []
    tasks = TemplateTask.objects.bulk_create(
        TemplateTask(
            dialogue=dialogue,
            code=row["code"],
            task_en=row["task_en"],
            task_nl=row["task_nl"],
            owner=row["owner"],
            offset_days=int(row["offset_days"]),
            anchor=row["anchor"],
            is_gate=row["gate"] == "Y",
            sign=row["sign"],
            deliverable_en=row["deliverable"],
            deliverable_nl=row["deliverable_nl"],
        )
        for row in template()
    )
    by_code = {task.code: task for task in tasks}
    after = [(row["code"], code) for row in template() for code in row["depends_on"].split(";") if code]
    _depend(TemplateTask, [(by_code[code], by_code[before]) for code, before in after])
    return tasks


def _depend(model: Any, pairs: list[tuple[Any, Any]]) -> None:
    """Store which task comes after which, in one question to the database."""
    link = model.depends_on.through
    names = f"from_{model._meta.model_name}_id", f"to_{model._meta.model_name}_id"
    link._default_manager.bulk_create(link(**dict(zip(names, (task.pk, before.pk), strict=True))) for task, before in pairs)


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
    if offset_days == 0:
        return day
    owners = [edition.host_party] if owner in PreparationTask.HOST_ONLY and edition.host_party else parties
    try:
        return roll_to_working_day(day + timedelta(days=offset_days), owners, back=offset_days < 0)
    except OverflowError:  # of an edition at the end of the machine's calendar
        return None


def date_of(task: PreparationTask, parties: Iterable[Party] | None = None) -> date | None:
    """When this task falls due by the days of its edition."""
    edition = task.edition
    parties = edition.dialogue.parties.all() if parties is None else parties
    return due_date(edition=edition, owner=task.owner, offset_days=task.offset_days, anchor=task.anchor, parties=parties)


COPIED = ("code", "task_en", "task_nl", "owner", "offset_days", "anchor", "is_gate", "sign", "deliverable_en", "deliverable_nl")


def to_draw_up(edition: Edition) -> list[TemplateTask]:
    """The rows of the dialogue's template that its checklist lacks. An edition that was postponed keeps the one it had."""
    standing = set(edition.tasks.values_list("code", flat=True))
    if standing and edition.decisions.settled().exists():
        return []
    rows = TemplateTask.objects.filter(dialogue=edition.dialogue_id).through_the_year().prefetch_related("depends_on")
    return [row for row in rows if row.code not in standing]


@transaction.atomic
def draw_up_checklist(edition: Edition) -> list[PreparationTask]:
    """Put the template's tasks on the checklist as far as they are not on it; part of another act, journalled there."""
    draw_up_template(edition.dialogue)
    rows = to_draw_up(edition)
    new = PreparationTask.objects.bulk_create(
        PreparationTask(edition=edition, **{name: getattr(row, name) for name in COPIED}) for row in rows
    )
    tasks = {task.code: task for task in edition.tasks.all()}
    after = [(tasks[row.code], tasks[before.code]) for row in rows for before in row.depends_on.all() if before.code in tasks]
    _depend(PreparationTask, after)
    date_checklist(edition)
    return new


def date_checklist(edition: Edition, *, parties: Iterable[Party] | None = None) -> list[PreparationTask]:
    """Date again what is neither done nor dated by hand; give back the tasks whose date changed."""
    parties = list(parties if parties is not None else edition.dialogue.parties.all())
    changed = []
    for task in edition.tasks.to_be_dated():
        task.edition = edition
        day = date_of(task, parties)
        if day != task.due_on:
            task.due_on = day
            changed.append(task)
    PreparationTask.objects.bulk_update(changed, ["due_on"])
    return changed


def settle_reasons(task: PreparationTask, by: User, to: str = PreparationTask.Status.DONE) -> list[Reason]:
    """A current secretary, of a checklist that is not frozen; and nothing that the portal sees for itself."""
    reasons = not_a_secretary(by, task.edition.dialogue) or _frozen(task) or not_possible_from(task, to)
    if not reasons and task.is_shown():
        said = _("The portal sees it already: %(sign)s. There is nothing to tick or to waive.")
        reasons = [Reason(said % {"sign": task.get_sign_display()}, task)]
    return reasons


def _frozen(task: PreparationTask) -> list[Reason]:
    if not task.is_frozen:
        return []
    said = _("%(edition)s is %(status)s: its checklist rests.")
    return [Reason(said % {"edition": task.edition, "status": task.edition.get_status_display()}, task.edition)]


def not_yet(tasks: Any) -> list[PreparationTask]:
    """The undone ones of a few tasks: asked one by one for their own sign, which is quicker than all signs at once."""
    return [task for task in tasks.order_by("code") if not task.is_done()]


def done_reasons(task: PreparationTask, by: User) -> list[Reason]:
    """A gate before it is passed or waived first; another task before it only warns (calendar §1.4)."""
    return settle_reasons(task, by) or [
        Reason(_("%(code)s comes first, it is a gate: %(task)s.") % {"code": gate.code, "task": gate.task}, gate)
        for gate in not_yet(task.depends_on.filter(is_gate=True))
    ]


def done_checks(task: PreparationTask, by: User) -> list[Check]:
    """What should have come before and has not, and a sign that does not show: nothing is locked by it."""
    unseen = _("The portal does not see it yet: %(sign)s. Tick it by hand only where that happened outside the portal.")
    checks = [Check("warns", unseen % {"sign": task.get_sign_display()}, (task.edition,))] if task.sign else []
    return checks + [
        Check(
            "warns",
            _("%(code)s should come first and is not done: %(task)s.") % {"code": before.code, "task": before.task},
            (before,),
        )
        for before in not_yet(task.depends_on.filter(is_gate=False))
    ]


def waive_reasons(task: PreparationTask, by: User) -> list[Reason]:
    """A gate is waived by the secretariat lead alone."""
    reasons = settle_reasons(task, by, PreparationTask.Status.WAIVED)
    if not reasons and task.is_gate and not task.edition.is_led_by(by):
        said = _("%(code)s is a gate: only the secretariat lead waives it.")
        reasons = [Reason(said % {"code": task.code}, task)]
    return reasons


def reopen_reasons(task: PreparationTask, by: User) -> list[Reason]:
    open_again = PreparationTask.Status.OPEN
    return not_a_secretary(by, task.edition.dialogue) or _frozen(task) or not_possible_from(task, open_again)


@transaction.atomic
def mark_done(*, task: PreparationTask, by: User, note: str = "", evidence: str = "") -> PreparationTask:
    """Tick a task; note and evidence say what shows it. What was written before stays where nothing new is said."""
    task = lock(task)
    refuse_for(done_reasons(task, by))
    said = {"note": note.strip() or task.note, "evidence": evidence.strip() or task.evidence}
    for text in said.values():
        within_ceiling(text)
    move(task, PreparationTask.Status.DONE, settled_at=clock.now(), settled_by=by, **said)
    journal.write(by=by, act="did task", on=task, details={"code": task.code})
    return task


@transaction.atomic
def waive(*, task: PreparationTask, by: User, note: str) -> PreparationTask:
    """Let a task go, with the reason; without one it is refused."""
    if not note.strip():
        refuse_for([Reason(_("Say why the task is waived."), task)])
    within_ceiling(note)
    task = lock(task)
    refuse_for(waive_reasons(task, by))
    move(task, PreparationTask.Status.WAIVED, settled_at=clock.now(), settled_by=by, note=note.strip())
    journal.write(by=by, act="waived task", on=task, details={"code": task.code})
    return task


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
    tasks = not_yet(edition.tasks.filter(code__in=codes))
    return [Reason(_("%(code)s is not done: %(task)s.") % {"code": task.code, "task": task.task}, task) for task in tasks]
