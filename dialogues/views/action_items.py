"""Action items as their readers see them: a list with filters, and one item with its whole history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dialogues.exports.action_items import ActionRow, first_due_on, rows_of
from dialogues.filters import STANDINGS, ActionItemFilter, counted, furnished
from dialogues.models import ActionItem, Commitment, ProgressUpdate
from socportal import clock
from socportal.filters import filtered_list

from .action_history import changes_of, evidence_of, last_block, steps_of
from .progress import possible_acts, possible_answers, visible_item

ROWS_A_PAGE = 50
FILE_TYPES = ("csv", "xlsx", "pdf", "ics")


def list_page(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What the list and its files are made of. A page is chosen first and furnished after: a long list costs no more."""
    user = request.user
    items = ActionItem.objects.visible_to(user, at)
    filters = ActionItemFilter(request.GET, queryset=items.order_by("-edition__year", "edition", "serial"), request=request)
    listed = filtered_list(filters, items, request, ROWS_A_PAGE)
    chosen = [item.pk for item in listed["page"].object_list]
    found = {item.pk: item for item in furnished(items.filter(pk__in=chosen), user, at)}
    counts = counted(items, at)
    return {
        **listed,
        "rows": rows_of((found[pk] for pk in chosen if pk in found), at),
        "saved_views": [
            {"name": name, "words": words, "count": counts[name], "is_current": request.GET.get("standing") == name}
            for name, words in STANDINGS
        ],
        "file_types": FILE_TYPES if listed["count"] else (),
        "query": "&".join(part for part in request.GET.urlencode().split("&") if part and not part.startswith("page=")),
    }


def list_answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    shown = [row.item.edition.dialogue for row in context["rows"]]
    # A demonstration is marked on every page.
    context["dialogue"] = next((dialogue for dialogue in shown if dialogue.is_demonstration), None)
    return render(request, "dialogues/action_items/index.html", context, status=status)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The action items a reader may see. A filter that cannot be understood is answered 400, in words."""
    context = list_page(request, clock.now())
    return list_answer(request, context, status=200 if context["understood"] else 400)


@login_required
@require_safe
def action_item(request: HttpRequest, number: str) -> HttpResponse:
    """One item: what was agreed, who owns it, every update, change and step, and what the reader can do now."""
    at, user = clock.now(), request.user
    item = furnished(ActionItem.objects.visible_to(user, at).filter(pk=visible_item(request, number).pk), user, at).get()
    row = ActionRow(item, at)
    others = ActionItem.objects.visible_to(user, at)
    changes, acts = changes_of(item, user, at), possible_acts(item, user)
    context = {
        "item": item,
        "row": row,
        "dialogue": item.edition.dialogue,
        "commitment": Commitment.objects.visible_to(user, at).filter(pk=item.commitment_id).first(),
        "first_due_on": first_due_on(item),
        "blocked": last_block(item) if item.status == ActionItem.Status.BLOCKED else None,
        "successor": others.filter(pk=item.successor_id).first(),
        "predecessors": list(others.filter(successor=item).order_by("number")),
        "changes": [(change, possible_answers(change.record, user)) for change in changes if change.is_pending],
        "dates": [change for change in changes if change.is_of_date],
        "updates": list(ProgressUpdate.objects.visible_to(user, at).filter(action_item=item).select_related("party")),
        "evidence": evidence_of(item, user, at),
        "steps": steps_of(item, changes),
        "acts": [act for act in acts if not act.is_change],
        "other_acts": [act for act in acts if act.is_change],
    }
    return render(request, "dialogues/action_items/action_item.html", context)
