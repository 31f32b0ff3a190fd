"""The board: how the edition in hand stands, on the first page of the admin. Every number leads to its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.models import ActionItem, Appointment, Edition, HeadsDecision, Mandate, PreparationTask
from dialogues.procedures import agenda
from dialogues.procedures.steps import Reason
from parties.models import Party
from socportal import clock

from .board_areas import areas, registered, vacant_chairs
from .board_facts import Facts, facts_of, rows_address, these
from .nomination_rounds import ROUND_STEPS
from .steps import Told, change_address, panel

__all__ = ["board", "edition_in_hand", "editions_in_hand", "rows_address"]

FARTHEST = 10_000
MOST_OVERDUE, MOST_GATES, NEXT_DATES = 3, 4, 5
# The steps that lead on; letters, corrections, postponement and what leads back have their place on the edition's page.
FORWARD = ("schedule", "prepare", "open-nominations", "release", "close", "assemble", "follow-up", "archive")


def editions_in_hand(user: Any) -> list[Edition]:
    """Of the dialogues one is a secretary of, what is neither archived nor cancelled: the one nearest to today first."""
    own = Appointment.objects.current().held_by(user).filter(role__in=Appointment.SECRETARIES)
    editions = (
        Edition.objects.in_hand()
        .filter(dialogue__in=own.values("dialogue"))
        .select_related("dialogue", "host_party", "venue", "nomination_round")
    )
    return sorted(editions, key=_distance)


def _distance(edition: Edition) -> tuple[bool, int, int]:
    """What is being prepared comes before what is only followed up, however near that lies."""
    days = (edition.opens_on - edition.today()).days if edition.opens_on else FARTHEST
    return edition.has_closed() and days < -30, abs(days), -edition.year


def edition_in_hand(user: Any) -> Edition | None:
    return next(iter(editions_in_hand(user)), None)


def chosen(editions: list[Edition], said: str | None) -> Edition | None:
    """The one asked for, among those in hand; else the first. A number of somebody else's answers like none (law R1)."""
    asked = (one for one in editions if said and said.isascii() and said.isdecimal() and str(one.pk) == said)
    return next(asked, next(iter(editions), None))


def others(editions: list[Edition], edition: Edition) -> list[dict[str, Any]]:
    """The other editions in hand, each with its board."""
    several = len({one.dialogue_id for one in editions}) > 1
    return [
        {
            "title": f"{one.dialogue}: {one}" if several else str(one),
            "stage": Edition.Status(one.status).label,
            "address": f"{reverse('admin:index')}?edition={one.pk}",
        }
        for one in editions
        if one != edition
    ]


def stages(edition: Edition) -> list[dict[str, Any]]:
    """The life of an edition, and where it stands now by the clock."""
    now = edition.standing()
    at = edition.STAGES.index(now) if now in edition.STAGES else -1
    return [{"label": stage.label, "is_now": stage == now, "is_past": place < at} for place, stage in enumerate(edition.STAGES)]


# The checklist


def who_owes(task: PreparationTask, edition: Edition) -> str:
    owner = str(task.get_owner_display())
    if task.owner in PreparationTask.HOST_ONLY and edition.host_party:
        owner = f"{owner} {edition.host_party.code}"
    return f"{owner}, {task.assignee}" if task.assignee else owner


def checklist(edition: Edition, user: Any, total: int) -> dict[str, Any]:
    """What is owed of the checklist, read once: late, next, and which gate stands before which task."""
    today = clock.today()
    here = {"edition__id__exact": edition.pk}
    tasks = edition.tasks.visible_to(user).undone().select_related("assignee").prefetch_related("needed_by")
    undone = list(tasks.order_by("due_on", "code"))
    frozen = edition.status == Edition.Status.POSTPONED
    rows = [{"task": task, "owes": who_owes(task, edition), "days": task.days_until_due(today)} for task in undone]
    late = [row for row in rows if row["days"] is not None and row["days"] < 0 and not frozen]
    coming = [row for row in rows if row["days"] is not None and row["days"] >= 0 and not frozen]
    for row in late:
        row["days"] = -row["days"]
    gates = [task for task in undone if task.is_gate]
    return {
        "total": total,
        "settled": total - len(undone),
        "overdue": len(late),
        "gates": len(gates),
        "overdue_tasks": late[:MOST_OVERDUE],
        "next_tasks": coming[:NEXT_DATES],
        "gate_rows": gate_rows(undone, edition, today),
        "address": rows_address(PreparationTask, **here),
        "settled_address": rows_address(PreparationTask, standing="settled", **here),
        "overdue_address": rows_address(PreparationTask, standing="overdue", **here),
        "gates_address": rows_address(PreparationTask, standing="open", is_gate__exact=1, **here),
    }


def gate_rows(undone: list[PreparationTask], edition: Edition, today: Any) -> list[dict[str, Any]]:
    """The gates that come first: what stands behind each, and what each waits for itself."""
    waits_for: dict[int, list[PreparationTask]] = {}
    known = {task.pk for task in undone}
    for task in undone:
        for later in task.needed_by.all():
            waits_for.setdefault(later.pk, []).append(task)
    rows = []
    for gate in [task for task in undone if task.is_gate][:MOST_GATES]:
        behind = sorted((one for one in gate.needed_by.all() if one.pk in known), key=lambda one: one.code)
        rows.append(
            {
                "task": gate,
                "owes": who_owes(gate, edition),
                "is_late": gate.due_on is not None and gate.due_on < today,
                "behind": behind[:2],
                "behind_more": max(len(behind) - 2, 0),
                "waits_for": sorted(waits_for.get(gate.pk, []), key=lambda one: one.code)[:3],
            }
        )
    return rows


# The steps of the edition


def next_steps(edition: Edition, user: Any, facts: Facts) -> list[dict[str, Any]]:
    """The steps that lead on from here, and what stands before each.

    Whether an agenda can be released is read off the numbers beside it; the step itself asks anew.
    """
    from .editions import STEPS

    told: Told = {}
    if edition.status == Edition.Status.PREPARING:
        told = {"release": release_told(edition, facts)}
        if not edition.is_open():
            # All that it asks then is a secretary of the dialogue, and nobody else sees this board.
            told |= {step.name: ([], step.sentence(edition, user)) for step in ROUND_STEPS}
    has_begun = edition.opens_on is not None and edition.today() >= edition.opens_on
    forward = [step for step in STEPS if step.name.replace("_", "-") in FORWARD and (step.name != "close" or has_begun)]
    shown = tuple(sorted(forward, key=lambda step: FORWARD.index(step.name.replace("_", "-"))))
    return panel(shown, edition, user, told)


def release_told(edition: Edition, facts: Facts) -> tuple[list[Reason], str]:
    from .agenda_steps import sentence_of_release

    state = facts.agenda
    if not state.sessions:
        return [Reason(_("The agenda has no session yet."), edition)], ""
    if state.blocking:
        return [Reason(check.text, next(iter(check.records), None)) for check in state.blocking], ""
    if state.release and not state.unreleased:
        return [Reason(_("Nothing has changed since release %(number)s.") % {"number": state.release.number})], ""
    number = "{}.{}".format(*agenda.number_after(state.release, planned=True))
    return [], sentence_of_release(state.sessions, number, state.warnings, facts.of("readers"))


def pending_decision(facts: Facts) -> dict[str, Any] | None:
    """A postponement or cancellation that waits for the consent of all heads' offices."""
    if not facts.few["decisions"]:
        return None
    (pk, *_more) = facts.few["decisions"]
    consented = list(
        HeadsDecision.objects.filter(pk=pk).values_list("to_status", "proposed_at", "consents__to_status", "consents__party")
    )
    to_status, proposed_at, *_none = consented[0]
    given = {party for _to, _at, to, party in consented if to == to_status}
    return {
        "is_cancellation": to_status == Edition.Status.CANCELLED,
        "awaited": ", ".join(str(party) for party in facts.parties if party.pk not in given),
        "proposed_at": proposed_at,
        "address": change_address(HeadsDecision(pk=pk)),
    }


# The parties side by side


def parity(facts: Facts) -> list[dict[str, Any]]:
    """A line a question, a cell a party, in the order of their codes."""
    seats = {one.party_id: one.seats for one in facts.delegations}
    vacant = vacant_chairs(facts)
    held = len(facts.mandates)

    def chairs(party: Party) -> dict[str, Any]:
        named = [one.pk for one in facts.mandates if one.pk not in vacant[party.pk]]
        return cell(len(named), these(Mandate, named) if named else "", held)

    def led(party: Party) -> dict[str, Any]:
        here = {"edition__dialogue__id__exact": facts.edition.dialogue_id, "party": party.pk}
        late, open_ = facts.of("overdue", party), facts.of("open", party)
        return cell(late, rows_address(ActionItem, standing="overdue", **here), open_, is_bad=bool(late))

    def head(party: Party) -> dict[str, Any]:
        named = facts.of("heads", party)
        return {"is_named": bool(named), "address": registered(facts, party, category__exact="head") if named else ""}

    lines = []
    if facts.delegations:
        lines += [
            (_("Registered"), lambda party: cell(facts.of("registered", party), registered(facts, party), seats.get(party.pk))),
            (_("Head of delegation"), head),
        ]
    if held:
        lines.append((_("Co-chairs"), chairs))
    lines.append((_("Items overdue"), led))
    return [{"label": label, "cells": [answer(party) for party in facts.parties]} for label, answer in lines]


def cell(number: int, address: str, of: int | None = None, *, is_bad: bool = False) -> dict[str, Any]:
    return {"number": number, "address": address, "of": of, "filled": min(number, of or 0), "is_bad": is_bad}


def board(edition: Edition, user: Any, editions: list[Edition] | None = None) -> dict[str, Any]:
    prefetch_related_objects([edition.dialogue], "parties")
    facts = facts_of(edition, user, agenda.agenda_standing(edition, user))
    days = (edition.opens_on - edition.today()).days if edition.opens_on else None
    return {
        "edition": edition,
        "now": clock.now().astimezone(edition.zone),
        "address": reverse("admin:dialogues_edition_change", args=[edition.pk]),
        "timeline_address": reverse("admin:dialogues_edition_timeline", args=[edition.pk]),
        "delegations_address": reverse("admin:dialogues_edition_delegations", args=[edition.pk]),
        "on_the_day_address": reverse("admin:dialogues_edition_on_the_day", args=[edition.pk]) if edition.is_open() else "",
        "others": others(editions or [], edition),
        "decision": pending_decision(facts),
        "stages": stages(edition),
        "is_aside": edition.status in (Edition.Status.POSTPONED, Edition.Status.CANCELLED),
        "days": days,
        "days_past": -days if days is not None and days < 0 else 0,
        "checklist": checklist(edition, user, facts.of("tasks")),
        "areas": areas(facts),
        "steps": next_steps(edition, user, facts),
        "parties": facts.parties,
        "parity": parity(facts),
    }
