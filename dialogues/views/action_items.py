"""Action items as their readers see them: a list with filters, and one item with its whole history."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dialogues.models import ActionItem, ActionLead, Edition, Mandate
from parties.models import Party
from socportal import clock
from socportal.filters import ShareableFilter, Words, filtered_list

from .progress import possible_acts, visible_item

ROWS_A_PAGE = 50
STANDINGS = [
    ("open", _("still open")),
    ("overdue", _("overdue")),
    ("due_soon", _("due within 14 days")),
    ("awaiting", _("awaiting confirmation")),
]


def _visible_editions(request: HttpRequest | None) -> QuerySet[Edition]:
    return Edition.objects.visible_to(request.user).select_related("dialogue") if request else Edition.objects.none()


def _visible_mandates(request: HttpRequest | None) -> QuerySet[Mandate]:
    if request is None:
        return Mandate.objects.none()
    return Mandate.objects.visible_to(request.user).select_related("working_group", "edition")


class ActionItemFilter(ShareableFilter):
    words = Words(across=("number", "text_en", "text_nl"))
    edition = django_filters.ModelChoiceFilter(label=_("Edition"), queryset=_visible_editions, empty_label=_("All editions"))
    group = django_filters.ModelChoiceFilter(
        label=_("Working group"), field_name="mandate", queryset=_visible_mandates, empty_label=_("All groups")
    )
    party = django_filters.ModelChoiceFilter(
        label=_("Lead party"), queryset=Party.objects.all(), method="filter_party", empty_label=_("All parties")
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=ActionItem.Status.choices, empty_label=_("Any status"))
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), choices=STANDINGS, method="filter_standing", empty_label=_("Any standing")
    )

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def filter_party(self, items: Any, _name: str, value: Party) -> Any:
        return items.led_by(value)

    def filter_standing(self, items: Any, _name: str, value: str) -> Any:
        return {
            "open": items.still_open,
            "overdue": items.overdue,
            "due_soon": items.due_soon,
            "awaiting": items.awaiting_confirmation,
        }[value]()


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The action items a reader may see. A filter that cannot be understood is answered 400, in words."""
    items = (
        ActionItem.objects.visible_to(request.user, clock.now())
        .select_related("edition__dialogue", "mandate__working_group")
        .prefetch_related(Prefetch("leads", ActionLead.objects.select_related("party"), to_attr="listed_leads"))
        .order_by("-edition__year", "edition", "serial")
    )
    filters = ActionItemFilter(request.GET, queryset=items, request=request)
    listed = filtered_list(filters, items, request, ROWS_A_PAGE)
    shown = [item.edition.dialogue for item in listed["page"].object_list]
    context = {
        **listed,
        "dialogue": next((dialogue for dialogue in shown if dialogue.is_demonstration), None),  # marked on every page
    }
    return render(request, "dialogues/action_items/index.html", context, status=200 if listed["understood"] else 400)


@login_required
@require_safe
def action_item(request: HttpRequest, number: str) -> HttpResponse:
    """One item: what was agreed, who owns it, every update and every step, and what the reader can do now."""
    item = visible_item(request, number)
    context = {
        "item": item,
        "dialogue": item.edition.dialogue,
        "leads": list(item.leads.all()),
        "updates": list(item.updates.all()),
        "evidence": list(item.evidence.all()),
        "moves": list(item.moves.all()),
        "acts": possible_acts(item, request.user),
    }
    return render(request, "dialogues/action_items/action_item.html", context)
