"""What staff and delegates ask of the same list: its filters, the rows they start from, and the questions kept as links."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dialogues.models import (
    ActionItem,
    ActionLead,
    CarryOver,
    Commitment,
    Consent,
    Edition,
    Mandate,
    ProgressUpdate,
    Theme,
)
from dialogues.models.action_standing import CARRIED_TOO_OFTEN, DUE_SOON, ESCALATES_AFTER, STALE_AFTER
from parties.models import Party
from socportal import clock
from socportal.filters import ShareableFilter, Words

# How an item stands, asked one at a time; each is a link with its count above the list, for staff and delegates alike.
STANDINGS = [
    ("open", _("still open")),
    ("overdue", _("overdue")),
    ("due_soon", _("due within 14 days")),
    ("stale", _("no word for 90 days")),
    ("awaiting", _("awaiting confirmation")),
    ("blocked", _("blocked")),
    ("carried_twice", _("carried over twice")),
    ("without_owner", _("without an owner post")),
    ("escalated", _("escalated")),
    ("heads", _("for the heads of delegation")),
]


def standing_at(items: Any, standing: str, at: datetime) -> Any:
    """Those of `items`, action items, that stand so at the instant `at`."""
    return {
        "open": items.still_open,
        "overdue": lambda: items.overdue(at),
        "due_soon": lambda: items.due_soon(at),
        "stale": lambda: items.stale(at),
        "awaiting": items.awaiting_confirmation,
        "blocked": items.blocked,
        "carried_twice": items.carried_too_often,
        "without_owner": items.without_owner,
        "escalated": lambda: items.with_escalation(at).filter(escalation_level__gte=1),
        "heads": lambda: items.for_the_heads(at),
    }[standing]()


def _readable(model: Any, *related: str) -> Any:
    """What can be chosen is what this reader may see; nothing without a request."""

    def rows(request: HttpRequest | None) -> QuerySet[Any]:
        if request is None:
            return model.objects.none()
        return model.objects.visible_to(request.user, clock.now()).select_related(*related)

    return rows


class ActionItemFilter(ShareableFilter):
    """The one filter form of action items: the list of the portal, its files and the secretariat's list mean the same by it."""

    words = Words(across=("number", "text_en", "text_nl"))
    edition = django_filters.ModelChoiceFilter(
        label=_("Edition"), queryset=_readable(Edition, "dialogue"), empty_label=_("All editions")
    )
    group = django_filters.ModelChoiceFilter(
        label=_("Working group"),
        queryset=_readable(Mandate, "working_group", "edition"),
        method="filter_group",
        empty_label=_("All groups"),
    )
    party = django_filters.ModelChoiceFilter(
        label=_("Lead party"), queryset=Party.objects.all(), method="filter_party", empty_label=_("All parties")
    )
    theme = django_filters.ModelChoiceFilter(
        label=_("Theme"), queryset=_readable(Theme, "edition"), empty_label=_("All themes")
    )
    commitment = django_filters.ModelChoiceFilter(
        label=_("Commitment"), queryset=_readable(Commitment, "edition"), empty_label=_("All commitments")
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=ActionItem.Status.choices, empty_label=_("Any status"))
    standing = django_filters.ChoiceFilter(
        label=_("Standing"), choices=STANDINGS, method="filter_standing", empty_label=_("Any standing")
    )
    waits_for = django_filters.ModelChoiceFilter(
        label=_("Waits for the confirmation of"),
        queryset=Party.objects.all(),
        method="filter_waits_for",
        empty_label=_("Any party"),
    )

    class Meta:
        model = ActionItem
        fields: list[str] = []

    def filter_group(self, items: Any, _name: str, value: Mandate) -> Any:
        """Where it began, and where it was carried over to."""
        carried = CarryOver.objects.carried().filter(mandate=value).values("action_item")
        return items.filter(Q(mandate=value) | Q(pk__in=carried))

    def filter_party(self, items: Any, _name: str, value: Party) -> Any:
        return items.led_by(value)

    def filter_standing(self, items: Any, _name: str, value: str) -> Any:
        return standing_at(items, value, clock.now())

    def filter_waits_for(self, items: Any, _name: str, value: Party) -> Any:
        return items.awaiting_confirmation(value)


def counted(items: Any, at: datetime) -> dict[str, int]:
    """How many of `items` stand in each way, in one question: what stands beside each link above a list.

    It means what `standing_at` means, asked of sets and not row by row: with ten thousand items that is four times as quick.
    """
    day, silent_since = at.date(), at - STALE_AFTER
    still_open, working = Q(status__in=ActionItem.LIVE), Q(status__in=ActionItem.WORKING)
    blocked = Q(status=ActionItem.Status.BLOCKED)
    carried = CarryOver.objects.carried().order_by().values("action_item").annotate(times=Count("pk"))
    too_often = Q(pk__in=carried.filter(times__gte=CARRIED_TOO_OFTEN).values("action_item"))
    reported = ProgressUpdate.objects.order_by()
    of_late = Q(pk__in=reported.filter(at__gte=silent_since).values("action_item"))
    ever = Q(pk__in=reported.values("action_item"))
    named = Q(pk__in=ActionLead.objects.order_by().exclude(owner_post_en="", owner_post_nl="").values("action_item"))
    rules = {
        "open": still_open,
        "overdue": working & Q(due_on__lt=day),
        "due_soon": working & Q(due_on__gte=day, due_on__lte=day + DUE_SOON),
        "stale": working & ~of_late & (ever | Q(status_since__lt=silent_since)),
        "awaiting": Q(status=ActionItem.Status.REPORTED_COMPLETE),
        "blocked": blocked,
        "carried_twice": still_open & too_often,
        "without_owner": still_open & ~named,
        "escalated": working & (Q(due_on__lte=day - ESCALATES_AFTER[1]) | ~blocked & too_often),
        "heads": working & ~blocked & Q(due_on__lte=day - ESCALATES_AFTER[3]) | still_open & too_often,
    }
    return items.order_by().aggregate(**{name: Count("pk", filter=rule) for name, rule in rules.items()})


def listed(user: Any, at: datetime) -> Any:
    """The action items that `user` may read, newest edition first, each with what a row of a list or a file says of it."""
    return furnished(ActionItem.objects.visible_to(user, at), user, at).order_by("-edition__year", "edition", "serial")


def furnished(items: Any, user: Any, at: datetime) -> Any:
    """`items` with their standing and what they hang on, as far as `user` may see that too; seven questions, however many.

    listed_leads     the leads, party and organisation at hand
    group_shown      the mandate it began in, or None
    theme_shown      its theme, or None
    carries_shown    the carry-overs into editions of the reader, oldest first; `shows_group` says whether its group is shown
    confirmations    consents to close it, of every round
    """
    mandates = Mandate.objects.visible_to(user, at)
    editions = Edition.objects.visible_to(user, at)
    carries = (
        CarryOver.objects.carried()
        .filter(from_edition__in=editions, to_edition__in=editions)
        .select_related("from_edition__dialogue", "to_edition__dialogue", "mandate__working_group")
        .annotate(shows_group=Exists(mandates.filter(pk=OuterRef("mandate"))))
        .order_by("at", "pk")
    )
    return (
        items.with_standing(at)
        .select_related("edition__dialogue")
        .prefetch_related(
            "edition__dialogue__parties",
            Prefetch("leads", ActionLead.objects.select_related("party", "organisation"), to_attr="listed_leads"),
            Prefetch("mandate", mandates.select_related("working_group", "edition"), to_attr="group_shown"),
            Prefetch("theme", Theme.objects.visible_to(user, at), to_attr="theme_shown"),
            Prefetch("carry_overs", carries, to_attr="carries_shown"),
            Prefetch("consents", Consent.objects.filter(to_status=ActionItem.Status.CLOSED), to_attr="confirmations"),
        )
    )
