"""The readiness board: the state of the edition in hand, every number linked to its rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from dialogues.models import ActionItem, Appointment, CoChair, Edition, PreparationTask
from dialogues.procedures.agenda import unreleased_changes
from dialogues.procedures.agenda_checks import agenda_checks
from socportal import clock

from .editions import STEPS
from .steps import change_address, linked


def edition_in_hand(user: Any) -> Edition | None:
    """Of the dialogues somebody is secretary of: the earliest edition not yet over, else the latest."""
    dialogues = Appointment.objects.current().held_by(user).filter(role__in=Appointment.SECRETARIES).values("dialogue")
    editions = Edition.objects.in_hand().filter(dialogue__in=dialogues).select_related("dialogue", "host_party", "venue")
    coming = editions.exclude(status__in=[Edition.Status.CLOSED, Edition.Status.FOLLOW_UP]).order_by("year").first()
    return coming or editions.order_by("-year").first()


def rows(model: str, **filters: Any) -> str:
    """The list of a model, filtered as its own page would."""
    return f"{reverse(f'admin:dialogues_{model}_changelist')}?{urlencode(filters)}"


def board(edition: Edition, user: Any) -> dict[str, Any]:
    today = edition.today()
    return {
        "address": change_address(edition),
        "stages": stages(edition),
        "days_to_opening": (edition.opens_on - today).days if edition.opens_on else None,
        "working_days": working_days(edition, today),
        **tasks(edition, today),
        "agenda": agenda(edition, user),
        "parity": parity(edition),
        "actions": actions(edition),
        "steps": list(steps(edition, user)),
    }


def stages(edition: Edition) -> list[dict[str, Any]]:
    """The life of an edition, with where it stands: `done`, `here` or to come."""
    here = edition.standing()
    order = list(Edition.STAGES)
    at = order.index(here) if here in order else -1
    return [
        {"name": stage.label, "standing": "here" if index == at else "done" if index < at else "ahead"}
        for index, stage in enumerate(order)
    ]


def working_days(edition: Edition, today: date) -> int | None:
    """Days until the opening that are working days of every party."""
    if not edition.opens_on or edition.opens_on <= today:
        return None
    parties = list(edition.dialogue.parties.all())
    span = (date.fromordinal(day) for day in range(today.toordinal(), edition.opens_on.toordinal()))
    return sum(all(party.is_working_day(day) for party in parties) for day in span)


def _line(task: PreparationTask, today: date) -> dict[str, Any]:
    days = task.days_until_due(today)
    return {"task": task, "address": change_address(task), "days": days, "days_late": -days if days is not None else None}


def tasks(edition: Edition, today: date) -> dict[str, Any]:
    everything = list(edition.tasks.most_urgent_first())
    undone = [task for task in everything if task.status == PreparationTask.Status.OPEN]
    late = [task for task in undone if task.due_on and task.due_on < today]
    coming = [task for task in undone if task.due_on and task.due_on >= today]
    return {
        "tasks": {"all": len(everything), "done": len(everything) - len(undone), "late": len(late)},
        "gates_ahead": sum(task.is_gate for task in undone),
        "overdue": [_line(task, today) for task in late],
        "next_dates": [_line(task, today) for task in coming[:5]],
        "tasks_address": rows("preparationtask", edition__id__exact=edition.pk),
        "overdue_address": rows("preparationtask", edition__id__exact=edition.pk, standing="overdue"),
        "gates_address": rows("preparationtask", edition__id__exact=edition.pk, standing="gates"),
    }


def agenda(edition: Edition, user: Any) -> dict[str, Any]:
    checks = agenda_checks(edition, user)
    return {
        "release": edition.latest_release(),
        "sessions": edition.sessions.visible_to(user).going_ahead().count(),
        "changes": unreleased_changes(edition),
        "blocking": [
            {"text": check.text, "address": change_address(check.records[0]) if check.records else ""}
            for check in checks
            if check.blocks
        ],
        "warnings": sum(check.level == "warns" for check in checks),
        "unsent": edition.messages.unsent().count(),
        "address": rows("session", edition__id__exact=edition.pk),
        "outbox_address": rows("outgoingmessage", edition__id__exact=edition.pk, sent_at__isempty=1),
    }


def parity(edition: Edition) -> list[dict[str, Any]]:
    """Each delegation beside the other: registered, head, co-chairs, members of groups."""
    live = ~Q(registrations__status="cancelled")
    delegations = (
        edition.delegations.select_related("party")
        .annotate(
            registered=Count("registrations", filter=live, distinct=True),
            heads=Count("registrations", filter=live & Q(registrations__category="head"), distinct=True),
            in_groups=Count("registrations", filter=live & Q(registrations__mandates__isnull=False), distinct=True),
        )
        .order_by("party__code")
    )
    mandates = edition.mandates.count()
    named = dict(
        CoChair.objects.filter(mandate__edition=edition, person__isnull=False)
        .values_list("party")
        .annotate(named=Count("pk"))
        .order_by()
    )
    return [
        {
            "party": delegation.party,
            "registered": delegation.registered,
            "seats": delegation.seats,
            "has_head": bool(delegation.heads),
            "in_groups": delegation.in_groups,
            "co_chairs": named.get(delegation.party_id, 0),
            "groups": mandates,
            "address": rows("registration", edition__id__exact=edition.pk, delegation__party__id__exact=delegation.party_id),
        }
        for delegation in delegations
    ]


def actions(edition: Edition) -> dict[str, Any]:
    """Over the whole dialogue: what was agreed in earlier editions is prepared for this one."""
    day = clock.now().date()
    counted: dict[str, Any] = ActionItem.objects.filter(edition__dialogue=edition.dialogue).aggregate(
        open=Count("pk", filter=Q(status__in=ActionItem.LIVE)),
        overdue=Count("pk", filter=Q(status__in=ActionItem.WORKING, due_on__lt=day)),
        awaiting=Count("pk", filter=Q(status=ActionItem.Status.REPORTED_COMPLETE)),
        blocked=Count("pk", filter=Q(status=ActionItem.Status.BLOCKED)),
    )
    return {
        **counted,
        "open_address": rows("actionitem", standing="open"),
        "overdue_address": rows("actionitem", standing="overdue"),
        "awaiting_address": rows("actionitem", standing="awaiting"),
        "blocked_address": rows("actionitem", status__exact="blocked"),
    }


def steps(edition: Edition, user: Any) -> Iterable[dict[str, Any]]:
    """What can be done to the edition now, and what stands in the way of the rest."""
    for step in STEPS:
        reasons = step.reasons(edition, user)
        yield {
            "verb": step.verb,
            "address": reverse("admin:dialogues_edition_step", args=[edition.pk, step.name]),
            "is_possible": not reasons,
            "sentence": "" if reasons else step.sentence(edition, user),
            "reasons": linked(reasons),
        }
