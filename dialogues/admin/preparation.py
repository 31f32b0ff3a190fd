from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import PreparationTask
from dialogues.procedures import preparation
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair

from .steps import Step, StepsMixin


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("What shows it"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Optional: a reference, a date."),
    )


class WaiveForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Why it is waived"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why the task is waived")},
    )


class Standing(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", gettext_lazy("overdue")), ("undone", gettext_lazy("to do")), ("gates", gettext_lazy("gates to do"))]

    def queryset(self, request: HttpRequest, tasks: Any) -> Any:
        match self.value():
            case "overdue":
                return tasks.overdue()
            case "undone":
                return tasks.undone()
            case "gates":
                return tasks.undone().filter(is_gate=True)
            case _any:
                return tasks


def _journalled(task: Any, by: Any) -> list[str]:
    return [_("The journal records you, with the time of the step.")]


@admin.register(PreparationTask)
class PreparationTaskAdmin(StepsMixin, PortalAdmin):
    """The checklist: what is due, when, and who owes it."""

    kept_through = "edition"
    steps = (
        Step(
            name="done",
            verb=gettext_lazy("Mark it done"),
            run=preparation.mark_done,
            argument="task",
            reasons=preparation.settle_reasons,
            sentence=lambda task, by: _("Ticks it today."),
            happens=_journalled,
            form=NoteForm,
        ),
        Step(
            name="waive",
            verb=gettext_lazy("Waive it"),
            run=preparation.waive,
            argument="task",
            reasons=preparation.waive_reasons,
            sentence=lambda task, by: _("Lets it go, with the reason."),
            happens=_journalled,
            form=WaiveForm,
        ),
        Step(
            name="reopen",
            verb=gettext_lazy("Reopen it"),
            run=preparation.reopen,
            argument="task",
            reasons=preparation.reopen_reasons,
            sentence=lambda task, by: _("Takes the tick back."),
            happens=_journalled,
        ),
    )
    list_display = ("code", "task_en", "due_on", "who", "is_gate", "standing")
    list_display_links = ("task_en",)
    list_filter = (Standing, ("edition", VisibleRelatedFilter), "owner", "is_gate", "status")
    list_select_related = ("edition__dialogue",)
    search_fields = ("code", "task_en", "task_nl")
    ordering = ("status", "due_on", "code")
    fieldsets = (
        (None, {"fields": (("edition", "code"), pair("task"), ("owner", "is_gate"), pair("deliverable"))}),
        (
            gettext_lazy("When"),
            {"fields": (("due_on", "is_dated_by_hand"), ("offset_days", "anchor"), "depends_on")},
        ),
        (None, {"fields": ("note", ("status", "settled_at"))}),
    )
    readonly_fields = ("status", "settled_at", "settled_by")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "edition", "code") if obj else self.readonly_fields

    @admin.display(description=gettext_lazy("who owes it"), ordering="owner")
    def who(self, task: PreparationTask) -> str:
        return str(task.get_owner_display()).capitalize()

    @admin.display(description=gettext_lazy("standing"), ordering="status")
    def standing(self, task: PreparationTask) -> str:
        if task.is_overdue():
            return _("%(days)d days late") % {"days": -task.days_until_due()}
        return str(task.get_status_display())

    def save_model(self, request: HttpRequest, obj: PreparationTask, form: Any, change: bool) -> None:
        """A date typed here is a date by hand, and stays when the edition moves."""
        if "due_on" in form.changed_data and obj.due_on:
            obj.is_dated_by_hand = True
        super().save_model(request, obj, form, change)
