"""The secretariat's list of action items: saved views with their counts, the columns of each view, two steps for many."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dialogues.filters import ActionItemFilter, counted, furnished
from dialogues.models import ActionItem, ActionMove, Edition
from dialogues.models.action_standing import CARRIED_TOO_OFTEN
from dialogues.procedures import update_requests
from dialogues.procedures.steps import Reason, StepRefused
from socportal import clock
from socportal.admin import NOT_UNDERSTOOD

from .board_facts import rows_address, undecided_for
from .bulk import MOST, chosen_keys, sorted_out
from .publication import status
from .steps import Step, change_address, linked, take

Status = ActionItem.Status
NONE = "–"


# Filters: the same names and the same meaning as on the portal's own list


class FromThePortal(admin.SimpleListFilter):
    """One filter of `ActionItemFilter` beside the list of the admin: its choices, its question."""

    template = "admin/filter_folded.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        form = ActionItemFilter({}, queryset=ActionItem.objects.none(), request=request).form
        choices = form.fields[self.parameter_name].choices  # type: ignore[attr-defined, index]
        return [(str(key), Truncator(str(words)).words(12)) for key, words in choices if str(key)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if not self.value():
            return queryset
        asked = ActionItemFilter({self.parameter_name: self.value()}, queryset=queryset, request=request)
        if not asked.form.is_valid():
            raise IncorrectLookupParameters
        return asked.qs  # type: ignore[no-any-return]


def from_the_portal(name: str) -> type[FromThePortal]:
    title = ActionItemFilter.base_filters[name].label
    return type(f"{name.title()}Filter", (FromThePortal,), {"title": title, "parameter_name": name})


class StandingFilter(from_the_portal("standing")):  # type: ignore[misc]
    """As on the portal; and those that are settled, which the readiness board counts."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*super().lookups(request, model_admin), ("finished", _("closed, superseded or withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "finished":
            return queryset.exclude(status__in=ActionItem.LIVE)
        found: models.QuerySet[Any] = super().queryset(request, queryset)
        return found


class UndecidedFilter(admin.SimpleListFilter):
    """What the roll-forward of one edition has still to decide; the readiness board counts the same."""

    template = "admin/filter_folded.html"
    title = gettext_lazy("undecided for the edition after")
    parameter_name = "undecided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        editions = Edition.objects.in_hand().kept_by(request.user).select_related("dialogue")
        return [(str(edition.pk), str(edition)) for edition in editions]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        offered = {str(key) for key, _title in self.lookup_choices}
        if self.value() not in offered:
            return queryset
        edition = Edition.objects.get(pk=self.value())
        return queryset.filter(undecided_for(edition), edition__dialogue=edition.dialogue_id)


# In the order in which a secretary goes through them in a week.
SAVED_VIEWS = (
    ("open", pgettext_lazy("action items", "Open")),
    ("overdue", gettext_lazy("Overdue")),
    ("stale", gettext_lazy("Not heard of for 90 days")),
    ("awaiting", gettext_lazy("Awaiting confirmation")),
    ("blocked", gettext_lazy("Blocked")),
    ("carried_twice", gettext_lazy("Carried over twice")),
    ("without_owner", gettext_lazy("Without an owner")),
)


class ActionList(ChangeList):
    """Each item with its standing, in so many questions whatever the number of rows."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        at = clock.now()
        if "times_carried" not in self.root_queryset.query.annotations:
            moves = ActionMove.objects.select_related("needed_from").order_by("at", "pk")
            self.root_queryset = furnished(self.root_queryset, request.user, at).prefetch_related(
                Prefetch("moves", moves, to_attr="every_move")
            )
        return super().get_queryset(request, exclude_parameters)

    def get_filters(self, request: HttpRequest) -> Any:
        if not hasattr(self, "_filters"):
            self._filters = super().get_filters(request)
        return self._filters

    def saved_views(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Every view with its count in what the other filters and the search leave, and its address that keeps them."""
        rows = ActionItem.objects.filter(pk__in=self.get_queryset(request, ["standing"]).order_by().values("pk"))
        counts = counted(rows, clock.now())
        chosen = request.GET.get("standing", "")
        views = [
            {
                "words": words,
                "count": counts[name],
                "address": self.get_query_string({"standing": name, "p": None}),
                "is_chosen": name == chosen,
            }
            for name, words in SAVED_VIEWS
        ]
        every = {
            "words": _("All"),
            "count": rows.count(),
            "address": self.get_query_string({"standing": None, "p": None}),
            "is_chosen": not chosen,
        }
        return [*views, every]


# Columns


def days_between(earlier: Any, later: Any) -> str:
    days = (later - earlier).days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def in_lines(lines: Iterable[Any]) -> str:
    return format_html_join("", '<div class="line">{}</div>', ((line,) for line in lines)) or NONE


SHAPES = {
    Status.PROPOSED: ("ring", "quiet"),
    Status.AGREED: ("ring", "quiet"),
    Status.IN_PROGRESS: ("half", "ink"),
    Status.BLOCKED: ("attention", "wait"),
    Status.REPORTED_COMPLETE: ("half", "wait"),
    Status.CLOSED: ("done", "good"),
    Status.SUPERSEDED: ("ring", "quiet"),
    Status.WITHDRAWN: ("ring", "quiet"),
}


def awaited_parties(item: Any) -> list[str]:
    """By name, the parties whose confirmation is awaited; of an item of one lead any of them is enough."""
    confirmed = {one.party_id for one in item.confirmations if one.round == len(item.every_move)}
    leading = {lead.party_id for lead in item.listed_leads}
    if item.is_joint:
        return sorted(str(lead.party) for lead in item.listed_leads if lead.party_id not in confirmed)
    return sorted(str(party) for party in item.edition.dialogue.parties.all() if party.pk not in leading)


def last_block(item: Any) -> Any:
    blocks = [move for move in item.every_move if move.to_status == Status.BLOCKED]
    return blocks[-1] if blocks else None


ESCALATED_TO = {
    1: gettext_lazy("co-chairs of its group"),
    2: gettext_lazy("both secretaries"),
    3: gettext_lazy("heads of delegation"),
}


class ActionColumns(admin.ModelAdmin):  # type: ignore[type-arg]
    """What a row says; in the views of what waits, one column says for whom."""

    OF_A_VIEW = {"awaiting": "awaited_from", "blocked": "what_is_needed", "stale": "last_heard"}
    list_display = ("action", "led_by", "due", "standing", "carried", "escalated_to")
    list_display_links = ("action",)

    def get_list_display(self, request: HttpRequest) -> Any:
        first, *others = self.list_display
        more = self.OF_A_VIEW.get(request.GET.get("standing", ""))
        columns = (first, more, *others) if more else (first, *others)
        return ("chosen", *columns) if self.has_change_permission(request) else columns

    @admin.display(description=gettext_lazy("choose"))
    def chosen(self, item: Any) -> str:
        said = _("Choose %(number)s") % {"number": item.number}
        return format_html('<input type="checkbox" name="row" value="{}" form="bulk" aria-label="{}">', item.pk, said)

    @admin.display(description=gettext_lazy("action"), ordering="number")
    def action(self, item: Any) -> str:
        return format_html('<span class="figures">{}</span> {}', item.number, Truncator(str(item.text)).words(18))

    @admin.display(description=gettext_lazy("led by"))
    def led_by(self, item: Any) -> str:
        lines = []
        for lead in item.listed_leads:
            post = lead.owner_post or format_html('<span class="quiet">{}</span>', _("no owner post"))
            lines.append(format_html("{}: {}", lead.party.code, post))
        return in_lines(lines)

    @admin.display(description=gettext_lazy("due"), ordering="due_on")
    def due(self, item: Any) -> str:
        if item.due_on is None:
            return NONE
        lines: list[Any] = [format_html('<span class="figures">{}</span>', date_format(item.due_on, "DATE_FORMAT"))]
        if item.is_overdue():
            late = (clock.today() - item.due_on).days
            said = ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
            lines.append(status("late", "bad", said))
        elif item.is_due_soon():
            lines.append(status("attention", "wait", _("Due soon")))
        if item.original_due_on and item.original_due_on != item.due_on:
            said = _("first due on %(day)s") % {"day": date_format(item.original_due_on, "DATE_FORMAT")}
            lines.append(format_html('<span class="quiet">{}</span>', said))
        return in_lines(lines)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def standing(self, item: Any) -> str:
        return status(*SHAPES[item.status], str(item.get_status_display()).capitalize())

    @admin.display(description=gettext_lazy("carried over"), ordering="times_carried")
    def carried(self, item: Any) -> str:
        if not item.times_carried:
            return NONE
        said = ngettext("%(count)d time", "%(count)d times", item.times_carried) % {"count": item.times_carried}
        return status("attention", "wait", said) if item.times_carried >= CARRIED_TOO_OFTEN else said

    @admin.display(description=gettext_lazy("escalated to"), ordering="escalation_level")
    def escalated_to(self, item: Any) -> str:
        return str(ESCALATED_TO.get(item.escalation_level, NONE))

    @admin.display(description=gettext_lazy("confirmation awaited from"), ordering="status_since")
    def awaited_from(self, item: Any) -> str:
        since = date_format(item.status_since, "DATE_FORMAT")
        awaited = awaited_parties(item)
        parties = ", ".join(awaited) or NONE
        if len(awaited) > 1 and not item.is_joint:
            parties = _("one of %(parties)s") % {"parties": parties}
        said = _("%(parties)s, since %(day)s") % {"parties": parties, "day": since}
        return in_lines([said, days_between(item.status_since, clock.now())])

    @admin.display(description=gettext_lazy("what is needed, from whom"))
    def what_is_needed(self, item: Any) -> str:
        block = last_block(item)
        if block is None:
            return NONE
        whom = block.needed_from or format_html('<span class="quiet">{}</span>', _("somebody outside the parties"))
        since = _("since %(day)s") % {"day": date_format(block.at, "DATE_FORMAT")}
        return in_lines([whom, Truncator(block.reason).words(24), format_html('<span class="quiet">{}</span>', since)])

    @admin.display(description=gettext_lazy("last heard"), ordering="last_word_at")
    def last_heard(self, item: Any) -> str:
        ago = _("%(days)s ago") % {"days": days_between(item.last_word_at, clock.now())}
        return in_lines([date_format(item.last_word_at, "DATE_FORMAT"), ago])


# Two steps for many


@dataclass(frozen=True)
class Many:
    """`sorted_out` says which rows it takes and why not the others; `run` does it and gives back what is said of it."""

    name: str
    question: Any
    sorted_out: Callable[[list[Any], Any], tuple[list[Any], list[tuple[Any, list[Reason]]]]]
    run: Callable[[list[Any], Any], tuple[str, list[tuple[Any, list[Reason]]]]]
    label: Callable[[int], str]
    happens: tuple[Any, ...]
    # Who would get what, where something leaves.
    preview: Callable[[list[Any]], list[dict[str, Any]]] | None = None
    # Where one goes on afterwards; else back to the list.
    after: Callable[[], str] | None = None


def by_dialogue(items: list[Any]) -> list[tuple[Any, list[Any]]]:
    found: dict[Any, list[Any]] = {}
    for item in items:
        found.setdefault(item.edition.dialogue, []).append(item)
    return list(found.items())


def can_be_asked(items: list[Any], by: Any) -> tuple[list[Any], list[tuple[Any, list[Reason]]]]:
    possible, refused = [], []
    for item in items:
        reasons = update_requests.request_reasons(item, by)
        refused += [(item, reasons)] if reasons else []
        possible += [] if reasons else [item]
    told = {
        item.pk
        for dialogue, own in by_dialogue(possible)
        for request in update_requests.requests_for(dialogue, own, clock.now())
        for item in request.items
    }
    refused += [(item, [update_requests.nobody_to_ask(item)]) for item in possible if item.pk not in told]
    return [item for item in possible if item.pk in told], refused


def who_gets_what(items: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for dialogue, own in by_dialogue(items):
        for request in update_requests.requests_for(dialogue, own, clock.now()):
            person = request.recipient.person
            rows.append(
                {
                    "who": str(person),
                    "post": ", ".join(str(one) for one in (person.post, person.party) if one),  # type: ignore[union-attr]
                    "lang": request.recipient.get_language_display(),
                    "numbers": [item.number for item in request.items],
                }
            )
    return rows


def ask_all(items: list[Any], by: Any) -> tuple[str, list[tuple[Any, list[Reason]]]]:
    count, refused = 0, []
    for dialogue, own in by_dialogue(items):
        try:
            count += update_requests.request_updates(dialogue=dialogue, action_items=own, by=by)
        except StepRefused as refusal:
            refused += [(own[0], refusal.reasons)]
    said = ngettext(
        "%(count)d message waits in the outbox. Read it there and release it.",
        "%(count)d messages wait in the outbox. Read them there and release them.",
        count,
    )
    return (said % {"count": count} if count else ""), refused


def agree_all(step: Step) -> Callable[[list[Any], Any], tuple[str, list[tuple[Any, list[Reason]]]]]:
    def run(items: list[Any], by: Any) -> tuple[str, list[tuple[Any, list[Reason]]]]:
        done, refused = 0, []
        for item in items:
            reasons, _result = take(step, item, by, {})
            refused += [(item, reasons)] if reasons else []
            done += not reasons
        said = ngettext(
            "Your party’s consent is recorded for %(count)d action item.",
            "Your party’s consent is recorded for %(count)d action items.",
            done,
        )
        return (said % {"count": done} if done else ""), refused

    return run


def for_many(agree: Step) -> tuple[Many, ...]:
    return (
        Many(
            name="ask",
            question=gettext_lazy("Ask for an update?"),
            sorted_out=can_be_asked,
            run=ask_all,
            label=lambda count: (
                ngettext("Ask for an update of %(count)d action item", "Ask for an update of %(count)d action items", count)
                % {"count": count}
            ),
            happens=(
                gettext_lazy("Each person named below gets one message that lists their items, with a link to report."),
                gettext_lazy("The messages wait in the outbox until a secretary has read and released them."),
            ),
            preview=who_gets_what,
            after=lambda: f"{reverse('admin:dialogues_outgoingmessage_changelist')}?standing=drafted",
        ),
        Many(
            name="agree",
            question=gettext_lazy("Agree for my party?"),
            sorted_out=lambda items, by: sorted_out(agree, items, by),
            run=agree_all(agree),
            label=lambda count: (
                ngettext("Agree %(count)d action item for my party", "Agree %(count)d action items for my party", count)
                % {"count": count}
            ),
            happens=(
                gettext_lazy("Your party’s consent is recorded for each. One person can never give both parties’ consent."),
                gettext_lazy("With the last party’s consent an item is agreed, and its first due date is fixed."),
            ),
        ),
    )


class ActionListPages(ActionColumns):
    """Adds saved views and the two questions for many to the admin of action items."""

    many: tuple[Many, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return ActionList

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.many_view)
        return [path("many/<slug:name>/", page, name="dialogues_actionitem_many"), *super().get_urls()]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        found.views = found.saved_views(request)  # type: ignore[attr-defined]
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        asks = {"shared": request.GET.urlencode(), "asks_for_many": self.has_change_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **asks})

    def many_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Ask once what to do with the chosen rows of the narrowed list; confirmed, do it. Others’ rows do not exist (R1)."""
        chosen = next((one for one in self.many if one.name == name), None)
        if chosen is None or not self.has_change_permission(request):
            raise Http404
        address = rows_address(ActionItem)
        back = f"{address}?{request.GET.urlencode()}" if request.GET else address
        if request.method != "POST":
            return redirect(back)
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except (IncorrectLookupParameters, *NOT_UNDERSTOOD):
            return redirect(address)
        if request.POST.get("all") != "yes":
            found = found.filter(pk__in=chosen_keys(request.POST.getlist("row"))[: MOST + 1])
        rows = list(found[: MOST + 1])
        if not rows:
            messages.warning(request, _("Nothing was chosen. Tick at least one line."))
            return redirect(back)
        response = self.ask_for_many(request, chosen, rows[:MOST], back, MOST if len(rows) > MOST else 0)
        return response.render() if isinstance(response, TemplateResponse) else response

    def ask_for_many(self, request: HttpRequest, chosen: Many, rows: list[Any], back: str, most: int) -> HttpResponse:
        possible, refused = chosen.sorted_out(rows, request.user)
        is_confirmed, done = "confirmed" in request.POST, ""
        if is_confirmed and possible:
            done, more = chosen.run(possible, request.user)
            possible, refused = [], refused + more
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
            if not refused:
                messages.success(request, done)
                return redirect(chosen.after() if chosen.after else back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": chosen.question,
            "happens": chosen.happens,
            "possible": [{"pk": row.pk, "words": words_of(row), "address": change_address(row)} for row in possible],
            "preview": chosen.preview(possible) if chosen.preview and possible else [],
            "refused": [
                {"words": words_of(row), "address": change_address(row), "reasons": linked(reasons, page=row)}
                for row, reasons in refused
            ],
            "done": done,
            "after": chosen.after() if chosen.after and done else "",
            "button": chosen.label(len(possible)),
            "back": back,
            "most": most,
        }
        status_code = 409 if is_confirmed and not done else 200
        return TemplateResponse(request, "admin/action_many.html", context, status=status_code)


def words_of(item: Any) -> str:
    return f"{item.number} {Truncator(str(item.text)).words(18)}"
