"""The board: how the edition in hand stands, on the first page of the admin. Every number leads to its rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues.models import (
    ActionItem,
    Appointment,
    CoChair,
    Delegation,
    Edition,
    Mandate,
    Nomination,
    OutgoingMessage,
    PreparationTask,
    Registration,
)
from dialogues.procedures.agenda import agenda_checks, unreleased_changes
from dialogues.procedures.steps import Reason
from socportal import clock

from .steps import Told, panel

FARTHEST = 10_000


def rows_address(model: type[models.Model], **filters: Any) -> str:
    """The list of a kind of record, narrowed by its own filters."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def edition_in_hand(user: Any) -> Edition | None:
    """Of the dialogues one is a secretary of: the edition nearest to today that is neither archived nor cancelled."""
    own = Appointment.objects.current().held_by(user).filter(role__in=Appointment.SECRETARIES)
    editions = Edition.objects.in_hand().filter(dialogue__in=own.values("dialogue")).select_related("dialogue", "host_party")

    def distance(edition: Edition) -> tuple[int, int]:
        if not edition.opens_on:
            return FARTHEST, -edition.year
        days = (edition.opens_on - edition.today()).days
        # What is being prepared comes before what is only followed up, however near that lies.
        return abs(days) + (FARTHEST // 2 if edition.has_closed() and days < -30 else 0), -edition.year

    return min(editions, key=distance, default=None)


def stages(edition: Edition) -> list[dict[str, Any]]:
    """The life of an edition, and where it stands now by the clock."""
    now = edition.standing()
    at = edition.STAGES.index(now) if now in edition.STAGES else -1
    return [{"label": stage.label, "is_now": stage == now, "is_past": place < at} for place, stage in enumerate(edition.STAGES)]


def who_owes(task: PreparationTask, edition: Edition) -> str:
    owner = str(task.get_owner_display())
    return f"{owner} ({edition.host_party})" if task.owner in PreparationTask.HOST_ONLY and edition.host_party else owner


def checklist(edition: Edition, user: Any) -> dict[str, Any]:
    tasks = edition.tasks.visible_to(user)
    today = clock.today()
    counts = tasks.aggregate(
        total=Count("pk"),
        settled=Count("pk", filter=~Q(status=PreparationTask.Status.OPEN)),
        overdue=Count("pk", filter=Q(status=PreparationTask.Status.OPEN, due_on__lt=today)),
        gates=Count("pk", filter=Q(status=PreparationTask.Status.OPEN, is_gate=True)),
    )
    rows = [
        {"task": task, "days": abs(task.days_until_due(today)), "owes": who_owes(task, edition)}
        for task in (*tasks.overdue().order_by("due_on", "code")[:8], *tasks.next_due()[:5])
    ]
    here = {"edition__id__exact": edition.pk}
    return {
        **counts,
        "overdue_tasks": [row for row in rows if row["task"].is_overdue(today)],
        "next_tasks": [row for row in rows if not row["task"].is_overdue(today)],
        "address": rows_address(PreparationTask, **here),
        "settled_address": rows_address(PreparationTask, standing="settled", **here),
        "overdue_address": rows_address(PreparationTask, standing="overdue", **here),
        "gates_address": rows_address(PreparationTask, standing="open", is_gate__exact=1, **here),
    }


def agenda(edition: Edition, user: Any) -> dict[str, Any]:
    """Numbers only: a title may be the other party's own."""
    checks = agenda_checks(edition, user)
    return {
        "release": edition.latest_release(),
        "unreleased": len(unreleased_changes(edition)),
        "blocked_by": [Reason(check.text, next(iter(check.records), None)) for check in checks if check.blocks],
        "blocking": sum(check.blocks for check in checks),
        "warnings": sum(check.level == "warns" for check in checks),
        "sessions_address": rows_address(edition.sessions.model, edition__id__exact=edition.pk),
        "releases_address": rows_address(edition.releases.model, edition__id__exact=edition.pk),
        "checks_address": reverse("admin:dialogues_edition_step", args=[edition.pk, "release"]),
    }


def parity(edition: Edition, user: Any) -> dict[str, Any]:
    """The delegations side by side: a line a question, a column a party, in the order of their codes."""
    waiting = Nomination.objects.visible_to(user).unsettled().filter(edition=edition)
    live = ~Q(registrations__status=Registration.Status.CANCELLED)
    heads = live & Q(registrations__category=Registration.Category.HEAD)
    delegations = list(
        Delegation.objects.filter(edition=edition)
        .select_related("party")
        .annotate(registered=Count("registrations", filter=live), heads=Count("registrations", filter=heads))
        .order_by("party__code")
    )
    groups = Mandate.objects.filter(edition=edition).count()
    named = dict(
        CoChair.objects.filter(mandate__edition=edition, person__isnull=False)
        .order_by()
        .values_list("party")
        .annotate(Count("pk"))
    )
    columns = []
    for one in delegations:
        here = {"edition__id__exact": edition.pk, "delegation__party__id__exact": one.party_id, "standing": "live"}
        columns.append(
            {
                "party": one.party,
                "registered": one.registered,
                "seats": one.seats,
                "filled": min(one.registered, one.seats or 0),
                "head": bool(one.heads),
                "co_chairs": named.get(one.party_id, 0),
                "address": rows_address(Registration, **here),
                "heads_address": rows_address(Registration, category__exact="head", **here),
            }
        )
    return {
        "columns": columns,
        "groups": groups,
        "groups_address": rows_address(Mandate, edition__id__exact=edition.pk),
        "waiting": waiting.count(),
        "address": reverse("admin:dialogues_edition_delegations", args=[edition.pk]),
    }


def action_items(edition: Edition, user: Any) -> list[dict[str, Any]]:
    """Of the whole dialogue: an action item keeps its number and its place in a later edition."""
    today = clock.today()
    overdue = Q(status__in=ActionItem.WORKING, due_on__lt=today)
    counts = (
        ActionItem.objects.visible_to(user)
        .filter(edition__dialogue=edition.dialogue_id)
        .aggregate(
            open=Count("pk", filter=Q(status__in=ActionItem.LIVE)),
            overdue=Count("pk", filter=overdue),
            awaiting=Count("pk", filter=Q(status=ActionItem.Status.REPORTED_COMPLETE)),
        )
    )
    here = {"edition__dialogue__id__exact": edition.dialogue_id}
    return [
        {"kind": kind, "count": counts[kind], "address": rows_address(ActionItem, standing=kind, **here)}
        for kind in ("open", "overdue", "awaiting")
    ]


def steps(edition: Edition, user: Any, state: dict[str, Any]) -> list[dict[str, Any]]:
    """The edition's steps, but for the one that leads back and the letters of once a year, which its own page has.

    Whether an agenda can be released is read off the numbers beside it; the step itself asks anew.
    """
    from .correspondence import LETTER_STEPS
    from .editions import STEPS, told_of_release

    told: Told = {}
    if edition.status == Edition.Status.PREPARING:
        reasons = state["blocked_by"]
        if state["release"] and not state["unreleased"]:
            reasons = [Reason(_("Nothing has changed since release %(number)s.") % {"number": state["release"].number})]
        if edition.sessions.exists():
            told = told_of_release(edition, reasons, state["warnings"], is_first=state["release"] is None)
    here = tuple(step for step in STEPS if step.name != "withdraw" and step not in LETTER_STEPS)
    return panel(here, edition, user, told)


def board(edition: Edition, user: Any) -> dict[str, Any]:
    state = agenda(edition, user)
    days = (edition.opens_on - edition.today()).days if edition.opens_on else None
    return {
        "edition": edition,
        "now": clock.now().astimezone(edition.zone),
        "address": reverse("admin:dialogues_edition_change", args=[edition.pk]),
        "stages": stages(edition),
        "days": days,
        "days_past": -days if days is not None and days < 0 else 0,
        "checklist": checklist(edition, user),
        "agenda": state,
        "steps": steps(edition, user, state),
        "parity": parity(edition, user),
        "action_items": action_items(edition, user),
        "waiting": OutgoingMessage.objects.visible_to(user).filter(edition=edition).unsent().count(),
        "outbox_address": rows_address(OutgoingMessage, edition__id__exact=edition.pk, standing="waiting"),
    }
