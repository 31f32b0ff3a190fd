from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionItem, ActionLead
from dialogues.procedures import action_items
from dialogues.procedures.journal import write
from socportal import clock
from socportal.admin import PortalAdmin, PortalInline, VisibleRelatedFilter, pair

from .steps import Step, StepsMixin


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Give the reason")},
    )


class SupersedeForm(ReasonForm):
    successor = forms.SlugField(
        label=gettext_lazy("Number of the item that replaces it"), error_messages={"required": gettext_lazy("Give the number")}
    )

    def clean_successor(self) -> ActionItem:
        found = ActionItem.objects.filter(number=self.cleaned_data["successor"]).first()
        if found is None:
            raise forms.ValidationError(_("There is no action item of this number."))
        return found


def _after_all(record: Any, by: Any) -> list[str]:
    return [
        _("Your party’s consent is recorded, with your name and the time."),
        _("It takes effect once every party has consented, each through a person of its own."),
    ]


class ActionLeadInline(PortalInline):
    model = ActionLead
    autocomplete_fields = ("organisation",)
    fields = ("party", "organisation", "owner_post_en", "owner_post_nl")


class Standing(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("still open")),
            ("overdue", gettext_lazy("overdue")),
            ("due_soon", gettext_lazy("due within 14 days")),
            ("awaiting", gettext_lazy("awaiting confirmation")),
        ]

    def queryset(self, request: HttpRequest, items: Any) -> Any:
        asked = {
            "open": items.still_open,
            "overdue": items.overdue,
            "due_soon": items.due_soon,
            "awaiting": items.awaiting_confirmation,
        }.get(self.value() or "")
        return asked() if asked else items


@admin.register(ActionItem)
class ActionItemAdmin(StepsMixin, PortalAdmin):
    """What was agreed to be done. Progress is reported, and closing confirmed, by the parties on their own pages."""

    kept_through = "edition"
    steps = (
        Step(
            name="agree",
            verb=gettext_lazy("Agree to it for your party"),
            run=action_items.agree,
            argument="action_item",
            reasons=action_items.agree_reasons,
            sentence=lambda item, by: _("Records your party’s consent."),
            happens=_after_all,
        ),
        Step(
            name="withdraw",
            verb=gettext_lazy("Consent to withdrawing it"),
            run=action_items.withdraw,
            argument="action_item",
            reasons=action_items.withdraw_reasons,
            sentence=lambda item, by: _("Records your party’s consent to let it go."),
            happens=_after_all,
            form=ReasonForm,
        ),
        Step(
            name="supersede",
            verb=gettext_lazy("Consent to replacing it"),
            run=action_items.supersede,
            argument="action_item",
            reasons=action_items.supersede_reasons,
            sentence=lambda item, by: _("Records your party’s consent to replace it by another item."),
            happens=_after_all,
            form=SupersedeForm,
        ),
    )
    list_display = ("number", "text_en", "lead_parties", "due_on", "status", "status_since")
    list_filter = (Standing, ("edition", VisibleRelatedFilter), "status", ("mandate", VisibleRelatedFilter))
    list_select_related = ("edition__dialogue",)
    search_fields = ("number", "text_en", "text_nl")
    inlines = (ActionLeadInline,)
    prefill = ("edition",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "number"),
                    pair("text"),
                    pair("measure"),
                    ("due_on", "is_joint"),
                    ("status", "original_due_on"),
                )
            },
        ),
        (gettext_lazy("Where it comes from"), {"fields": (("commitment", "session"), ("theme", "mandate"))}),
        (gettext_lazy("Who may read it"), {"fields": ("audience", "embargo_until")}),
    )
    readonly_fields = ("number", "status", "status_since", "original_due_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("leads__party")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What all parties agreed to is not rewritten by one of them."""
        if obj is None:
            return self.readonly_fields
        agreed = ("text_en", "text_nl", "measure_en", "measure_nl", "due_on", "is_joint")
        return (*self.readonly_fields, "edition", *(agreed if obj.status != ActionItem.Status.PROPOSED else ()))

    @admin.display(description=gettext_lazy("lead"))
    def lead_parties(self, item: ActionItem) -> str:
        return ", ".join(lead.party.code for lead in item.leads.all()) or "–"

    def save_model(self, request: HttpRequest, obj: ActionItem, form: Any, change: bool) -> None:
        """A new item takes the next number of its edition, under the edition's lock, and begins as a proposal."""
        if change:
            super().save_model(request, obj, form, change)
            return
        action_items.number_next(obj)
        obj.status_since = clock.now()
        super().save_model(request, obj, form, change)
        action_items.record_move(obj, "", by=request.user)
        write(by=request.user, act="proposed action", on=obj, details={"number": obj.number})
