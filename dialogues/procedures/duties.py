"""Duties: who owes what in a dialogue, read off the records and the clock; nothing here is stored.

Each kind of record says by its own rule to whom it falls. What somebody may not read falls to nobody (`reads`); a task
whose owner has no account that could be told falls to the secretaries, with the owner's role beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.models import (
    Appointment,
    CoChair,
    Dialogue,
    Edition,
    Mandate,
    PreparationTask,
)
from dialogues.models.action_standing import DUE_SOON
from dialogues.models.preparation import Owner

Role = Appointment.Role
Words = Callable[[], str]


@dataclass(frozen=True)
class Duty:
    """One thing that these people (keys of persons) owe, or that waits for them.

    `said` and `address` (of a secretary, or not) are asked in the reader's language. `reads` is what one must be able to
    read to be told of it, by `among` where that is not its kind's own `visible_to`. `otherwise` is the duty that takes its
    place where none of these people can be told.
    """

    to: frozenset[int]
    said: Words
    address: Callable[[bool], str]
    due_on: date | None = None
    is_awaited: bool = False
    reads: Any = None
    among: Callable[[Any, datetime], Any] | None = None
    otherwise: Duty | None = None

    def is_overdue(self, on: date) -> bool:
        return not self.is_awaited and self.due_on is not None and self.due_on < on


class Posts:
    """Who holds which role in a dialogue, in one question."""

    def __init__(self, dialogue: Dialogue, at: datetime) -> None:
        current = Appointment.objects.current(at).filter(dialogue=dialogue)
        self.held = list(current.values_list("role", "party", "person"))

    def of(self, *roles: str, parties: Iterable[int] | None = None) -> frozenset[int]:
        """The persons with one of these roles, for one of these parties (keys), or for any."""
        wanted = None if parties is None else set(parties)
        return frozenset(person for role, party, person in self.held if role in roles and (wanted is None or party in wanted))

    @property
    def secretaries(self) -> frozenset[int]:
        return self.of(*Appointment.SECRETARIES)

    def host_secretary(self, edition: Edition) -> frozenset[int]:
        """The host's; while the host is not known, or has none, all of them."""
        host = [edition.host_party_id] if edition.host_party_id else []
        return self.of(Role.SECRETARY, parties=host) or self.secretaries

    def focal_points(self, parties: Iterable[int] | None = None) -> frozenset[int]:
        return self.of(*Appointment.FOCAL_POINTS, parties=parties)


def in_the_admin(model: type[Any], pk: int | None = None, **filters: Any) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"{name}_change", args=[pk]) if pk else reverse(f"{name}_changelist", query=filters or None)


# Tasks of the checklist


def _owners(task: PreparationTask, posts: Posts, seats: Seats, leads: set[int]) -> frozenset[int]:
    """Whom a task falls to: the person it is given to, else everybody who holds its role (calendar §1.2)."""
    if task.assignee_id:
        return frozenset([task.assignee_id])
    match task.owner:
        case Owner.HODO:
            return posts.of(Role.HEAD_OFFICE)
        case Owner.FP:
            return posts.focal_points()
        case Owner.CLR:
            return posts.of(Role.CLEARING_OFFICER)
        case Owner.PRS:
            return posts.of(Role.PRESS_OFFICER)
        case Owner.WGC:
            return seats.co_chairs_of(task.edition_id)
        case Owner.RAP:
            return seats.rapporteurs_of(task.edition_id)
        case Owner.OWN:
            return posts.focal_points(leads)
        case Owner.SECH | Owner.PRO | Owner.TRA:  # protocol and translation have no account of their own
            return posts.host_secretary(task.edition)
        case _:  # both secretaries; privacy advisers and heads have no account of their own
            return posts.secretaries


class Seats:
    """Who chairs and who reports in the working groups of some editions."""

    def __init__(self, editions: list[Edition]) -> None:
        chairs = CoChair.objects.filter(mandate__edition__in=editions, person__isnull=False)
        self.chairs = list(chairs.values_list("mandate__edition", "mandate", "party", "person"))
        reporting = Mandate.objects.filter(edition__in=editions, rapporteur__isnull=False)
        self.reporting = list(reporting.values_list("edition", "pk", "rapporteur"))

    def co_chairs_of(self, edition: int) -> frozenset[int]:
        return frozenset(person for its, _mandate, _party, person in self.chairs if its == edition)

    def co_chairs(self, mandate: int | None, parties: Iterable[int] | None = None) -> frozenset[int]:
        wanted = None if parties is None else set(parties)
        return frozenset(
            person for _edition, its, party, person in self.chairs if its == mandate and (wanted is None or party in wanted)
        )

    def rapporteurs_of(self, edition: int) -> frozenset[int]:
        return frozenset(person for its, _mandate, person in self.reporting if its == edition)

    def rapporteur(self, mandate: int | None) -> frozenset[int]:
        return frozenset(person for _edition, its, person in self.reporting if its == mandate)


def _task_address(task: PreparationTask) -> Callable[[bool], str]:
    """The checklist is the secretariat's; a focal point does a task on the own pages, everybody else by the edition's."""

    def address(is_secretary: bool) -> str:
        if is_secretary:
            return in_the_admin(PreparationTask, task.pk)
        return reverse("delegations") if task.owner == Owner.FP else task.edition.get_absolute_url()

    return address


def _task_in_words(task: PreparationTask, owner: bool = False) -> Words:
    def said() -> str:
        text = f"{task.code} {task.task}"
        if not owner:
            return text
        who = _("owed by: %(owner)s; the portal could not tell them") % {"owner": task.get_owner_display()}
        return f"{text} ({who})"

    return said


def tasks(editions: list[Edition], posts: Posts, seats: Seats, leads: set[int], at: datetime) -> Iterator[Duty]:
    """Undone, overdue or due within two weeks. The tasks of a postponed edition rest with it."""
    due = PreparationTask.objects.filter(edition__in=editions, due_on__lte=at.date() + DUE_SOON).owed(at)
    for task in due.select_related("edition__dialogue", "edition__host_party"):
        duty = Duty(
            _owners(task, posts, seats, leads),
            _task_in_words(task),
            _task_address(task),
            due_on=task.due_on,
            reads=task.edition,
        )
        untold = replace(duty, to=posts.secretaries, said=_task_in_words(task, owner=True))
        yield replace(duty, otherwise=untold)
