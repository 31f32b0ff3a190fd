"""The checklist in the admin: what is late first, each task settled by a step or seen by the portal itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import Edition, PreparationTask
from dialogues.procedures import preparation, signs
from socportal import clock
from socportal.admin import VisibleRelatedFilter, pair

from .editions import OfOneEdition
from .steps import Step, StepsMixin, change_address, for_whom, linked_checks
from .venue_time import AtVenue

# Further from its day no task of a yearly event lies.
MOST_DAYS = 500


class StandingFilter(admin.SimpleListFilter):
    """By how a task stands today: read off the calendar and its sign, never stored. The board counts by the same verbs."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("To do")),
            ("overdue", _("Overdue")),
            ("soon", _("Due in 14 days")),
            ("settled", _("Done or waived")),
            ("seen", _("Seen by the portal")),
            ("waived", _("Waived")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> models.QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.undone()  # type: ignore[no-any-return]
            case "overdue":
                return queryset.overdue()  # type: ignore[no-any-return]
            case "soon":
                return queryset.next_due().filter(due_on__lte=clock.today() + timedelta(days=14))  # type: ignore[no-any-return]
            case "settled":
                return queryset.settled()  # type: ignore[no-any-return]
            case "seen":
                return queryset.seen()  # type: ignore[no-any-return]
            case "waived":
                return queryset.filter(status=PreparationTask.Status.WAIVED)  # type: ignore[no-any-return]
        return queryset  # type: ignore[no-any-return]


class DoneForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What shows it"),
        help_text=gettext_lazy("Optional: a reference, a date. No names."),
        max_length=300,
        required=False,
    )
    evidence = forms.CharField(
        label=gettext_lazy("Where it can be seen"),
        help_text=gettext_lazy("Optional: a number in the register, an address."),
        max_length=200,
        required=False,
    )


class WaiveForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it is waived"),
        help_text=gettext_lazy("Required. The other secretary reads it."),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why the task is waived.")},
    )


def waits_for(task: PreparationTask, by: Any) -> str:
    waiting = len(preparation.not_yet(task.needed_by))
    if not waiting:
        return _("Ticks it, with you and the time.")
    said = ngettext(
        "Ticks it, with you and the time. %(count)d task comes after it.",
        "Ticks it, with you and the time. %(count)d tasks come after it.",
        waiting,
    )
    return said % {"count": waiting}


def is_undone(task: PreparationTask) -> bool:
    return not task.is_done()


class TaskForm(OfOneEdition):
    def clean_offset_days(self) -> int:
        return within_bounds(self.cleaned_data["offset_days"])


def within_bounds(days: int) -> int:
    if abs(days) > MOST_DAYS:
        said = _("Give a number of days between −%(most)d and %(most)d: more lies outside the year of an edition.")
        raise forms.ValidationError(said % {"most": MOST_DAYS})
    return days


@admin.register(PreparationTask)
class PreparationTaskAdmin(StepsMixin, AtVenue):
    form = TaskForm
    shows_only_kept = True
    chosen_from_kept = ("edition",)
    steps = (
        Step(
            name="done",
            verb=gettext_lazy("Mark as done"),
            run=preparation.mark_done,
            argument="task",
            reasons=preparation.done_reasons,
            sentence=waits_for,
            happens=lambda task, by: [_("The task counts as done on both secretaries’ boards."), for_whom(by)],
            checks=preparation.done_checks,
            form=DoneForm,
            initial=lambda task: {"note": task.note, "evidence": task.evidence},
            back=gettext_lazy("Back, it stays to do"),
            when=is_undone,
        ),
        Step(
            name="waive",
            takes_away=True,
            verb=gettext_lazy("Waive"),
            run=preparation.waive,
            argument="task",
            reasons=preparation.waive_reasons,
            sentence=lambda task, by: _("Lets it go with a reason. A gate is waived by the secretariat lead alone."),
            happens=lambda task, by: [_("The task counts as settled; the reason stands beside it."), for_whom(by)],
            form=WaiveForm,
            back=gettext_lazy("Back, it stays to do"),
            when=is_undone,
        ),
        Step(
            name="reopen",
            takes_away=True,
            verb=gettext_lazy("Take the tick back"),
            run=preparation.reopen,
            argument="task",
            reasons=preparation.reopen_reasons,
            sentence=lambda task, by: _("The task is to do again, on its date."),
            happens=lambda task, by: [_("The task is to do again, on its date."), for_whom(by)],
            back=gettext_lazy("Back, it stays settled"),
            when=lambda task: task.status != PreparationTask.Status.OPEN,
        ),
    )
    list_display = ("code", "task", "due_on", "lateness", "owner_in_words", "is_gate", "standing")
    list_display_links = ("code", "task")
    list_filter = (StandingFilter, ("edition", VisibleRelatedFilter), "is_gate", "owner")
    list_select_related = ("edition__dialogue", "assignee")
    search_fields = ("code", "task_en", "task_nl")
    autocomplete_fields = ("assignee",)
    readonly_fields = ("standing", "seen_in", "comes_after", "settled_at", "settled_by")
    # Whoever may change these could take a gate out of the way without waiving it: the lead alone does.
    FOR_THE_LEAD = ("code", "is_gate", "sign")
    prefill = ("edition",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        how_it_stands = (("standing", "seen_in"), ("note", "evidence"), ("settled_at", "settled_by"))
        return (
            (None, {"fields": (pair("task"), ("edition", "code"), ("owner", "assignee"), *(how_it_stands if obj else ()))}),
            (gettext_lazy("When it is due"), {"fields": (("due_on", "is_dated_by_hand"), ("offset_days", "anchor"))}),
            (
                gettext_lazy("What waits for it"),
                {"fields": (("is_gate", "sign"), *(("comes_after",) if obj else ()), pair("deliverable"))},
            ),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A task stays with its edition; what makes it a gate is changed by the lead alone."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        return (*fields, "edition") if obj.edition.is_led_by(request.user) else (*fields, "edition", *self.FOR_THE_LEAD)

    def keeps_page(self, request: HttpRequest, obj: PreparationTask) -> bool:
        """Of an archived edition the checklist is read."""
        return super().keeps_page(request, obj) and obj.edition.status != Edition.Status.ARCHIVED

    def get_queryset(self, request: HttpRequest) -> Any:
        """The list asks for all signs at once; the page of one task asks for its own."""
        rows: Any = super().get_queryset(request)
        match = request.resolver_match
        return rows if match and "object_id" in match.kwargs else rows.with_sign().most_urgent_first()

    @admin.display(description=gettext_lazy("task"))
    def task(self, task: PreparationTask) -> str:
        return str(task.task)

    @admin.display(description=gettext_lazy("who owes it"), ordering="owner")
    def owner_in_words(self, task: PreparationTask) -> str:
        owner = str(task.get_owner_display())
        return f"{owner}: {task.assignee}" if task.assignee else owner

    @admin.display(description=gettext_lazy("when"))
    def lateness(self, task: PreparationTask) -> str:
        if task.due_on is None or task.is_done():
            return "–"
        if task.is_frozen:
            return _("rests, the edition is %(status)s") % {"status": task.edition.get_status_display()}
        days = task.days_until_due()
        if days < 0:
            return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, task: PreparationTask) -> str:
        """“done: seen, the agenda was released as 1.0 or later” where the portal sees it for itself."""
        if task.pk and task.status == PreparationTask.Status.OPEN and task.is_shown():
            return _("done: seen, %(sign)s") % {"sign": task.get_sign_display()}
        return str(task.get_status_display())

    @admin.display(description=gettext_lazy("seen in"))
    def seen_in(self, task: PreparationTask) -> str:
        """The records that show it, each with its page."""
        check = signs.shown_by(task)
        if check is None:
            return "–"
        (said,) = linked_checks([check])
        return format_html("{} {}", check.text, links(said["records"]))

    @admin.display(description=gettext_lazy("comes after"))
    def comes_after(self, task: PreparationTask) -> str:
        rows = [(change_address(one), one, self.standing(one)) for one in task.depends_on.order_by("code")]
        return format_html_join("; ", '<a href="{}">{}</a> ({})', rows) or "–"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A date typed here is a date set by hand: it stays when the edition moves. Taken away, the counted one is back."""
        changed = set(form.changed_data)
        if "due_on" in changed and "is_dated_by_hand" not in changed:
            obj.is_dated_by_hand = obj.due_on is not None
        counts = not change or changed & {"due_on", "is_dated_by_hand", "offset_days", "anchor", "owner"}
        if counts and not obj.is_dated_by_hand and obj.status == PreparationTask.Status.OPEN:
            obj.due_on = preparation.date_of(obj)
        super().save_model(request, obj, form, change)


def links(records: list[dict[str, Any]]) -> str:
    """Each record by its title, linked where it has a page."""
    shown = '<a href="{}">{}</a>'
    said = [format_html(shown, one["address"], one["title"]) if one["address"] else one["title"] for one in records]
    return format_html_join(", ", "{}", ((one,) for one in said))
