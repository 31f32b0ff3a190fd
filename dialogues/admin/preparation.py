"""The checklist in the admin: what is late first, each task settled by a step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import PreparationTask
from dialogues.procedures import preparation
from socportal import clock
from socportal.admin import VisibleRelatedFilter, pair

from .editions import AtVenue, OfOneEdition
from .steps import Step, StepsMixin, for_whom


class StandingFilter(admin.SimpleListFilter):
    """By how a task stands today: read off the calendar, never stored."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("To do")),
            ("overdue", _("Overdue")),
            ("soon", _("Due in 14 days")),
            ("settled", _("Done or waived")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        today = clock.today()
        open_ = Q(status=PreparationTask.Status.OPEN)
        asked = {
            "open": open_,
            "overdue": open_ & Q(due_on__lt=today),
            "soon": open_ & Q(due_on__gte=today, due_on__lte=today + timedelta(days=14)),
            "settled": ~open_,
        }
        return queryset.filter(asked.get(self.value() or "", Q()))


class DoneForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What shows it"),
        help_text=gettext_lazy("Optional: a reference, a date. No names."),
        max_length=300,
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
    waiting = task.needed_by.filter(status=PreparationTask.Status.OPEN).count()
    if not waiting:
        return _("Ticks it, with you and the time.")
    said = ngettext(
        "Ticks it, with you and the time. %(count)d task comes after it.",
        "Ticks it, with you and the time. %(count)d tasks come after it.",
        waiting,
    )
    return said % {"count": waiting}


def is_undone(task: PreparationTask) -> bool:
    return task.status == PreparationTask.Status.OPEN


@admin.register(PreparationTask)
class PreparationTaskAdmin(StepsMixin, AtVenue):
    form = OfOneEdition
    shows_only_kept = True
    chosen_from_kept = ("edition",)
    steps = (
        Step(
            name="done",
            verb=gettext_lazy("Mark as done"),
            run=preparation.mark_done,
            argument="task",
            reasons=preparation.settle_reasons,
            sentence=waits_for,
            happens=lambda task, by: [_("The task counts as done on both secretaries’ boards."), for_whom(by)],
            form=DoneForm,
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
            when=lambda task: not is_undone(task),
        ),
    )
    list_display = ("code", "task", "due_on", "lateness", "owner_in_words", "is_gate", "status")
    list_display_links = ("code", "task")
    list_filter = (StandingFilter, ("edition", VisibleRelatedFilter), "is_gate", "owner", "status")
    list_select_related = ("edition__dialogue",)
    search_fields = ("code", "task_en", "task_nl")
    readonly_fields = ("status", "settled_at", "settled_by")
    prefill = ("edition",)
    fieldsets = (
        (None, {"fields": (pair("task"), ("edition", "code"), ("owner", "is_gate"), ("status", "note"))}),
        (gettext_lazy("When it is due"), {"fields": (("due_on", "is_dated_by_hand"), ("offset_days", "anchor"))}),
        (gettext_lazy("What it yields"), {"fields": (pair("deliverable"), ("settled_at", "settled_by"))}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.most_urgent_first()

    @admin.display(description=gettext_lazy("task"))
    def task(self, task: PreparationTask) -> str:
        return str(task.task)

    @admin.display(description=gettext_lazy("who owes it"), ordering="owner")
    def owner_in_words(self, task: PreparationTask) -> str:
        return str(task.get_owner_display())

    @admin.display(description=gettext_lazy("standing"))
    def lateness(self, task: PreparationTask) -> str:
        if not is_undone(task) or task.due_on is None:
            return "–"
        days = task.days_until_due()
        if days < 0:
            return ngettext("%(count)d day late", "%(count)d days late", -days) % {"count": -days}
        return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A date typed here is a date set by hand: it stays when the edition moves."""
        if change and "due_on" in form.changed_data and "is_dated_by_hand" not in form.changed_data:
            obj.is_dated_by_hand = obj.due_on is not None
        super().save_model(request, obj, form, change)
