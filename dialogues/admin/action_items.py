"""Action items in the admin: proposed here, agreed, withdrawn and superseded by consent of every party."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Max, Q
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionItem, ActionLead, ActionMove, Audience, Edition
from dialogues.procedures import action_items, journal
from socportal import clock
from socportal.admin import PortalInline, VisibleRelatedFilter, pair

from .board_facts import undecided_for
from .consents import ShowsConsents
from .editions import AtVenue, OfOneEdition
from .steps import Step, StepsMixin, for_whom


class StandingFilter(admin.SimpleListFilter):
    """By how an item stands today: read off the calendar, never stored."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("Not finished")),
            ("overdue", _("Overdue")),
            ("awaiting", _("Awaiting confirmation")),
            ("finished", _("Closed, superseded or withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        asked = {
            "open": Q(status__in=ActionItem.LIVE),
            "overdue": Q(status__in=ActionItem.WORKING, due_on__lt=clock.today()),
            "awaiting": Q(status=ActionItem.Status.REPORTED_COMPLETE),
            "finished": ~Q(status__in=ActionItem.LIVE),
        }
        return queryset.filter(asked.get(self.value() or "", Q()))


class UndecidedFilter(admin.SimpleListFilter):
    """What the roll-forward of one edition has still to decide; the readiness board counts the same."""

    title = gettext_lazy("undecided for the edition after")
    parameter_name = "undecided"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(edition.pk), str(edition)) for edition in Edition.objects.in_hand().kept_by(request.user)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        offered = {str(key) for key, _title in self.lookup_choices}
        if self.value() not in offered:
            return queryset
        edition = Edition.objects.get(pk=self.value())
        return queryset.filter(undecided_for(edition), edition__dialogue=edition.dialogue_id)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Both parties read it, for as long as the item is kept."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )


class SuccessorForm(ReasonForm):
    """The successor by its number: a list of all action items would offer hidden ones."""

    successor = forms.CharField(
        label=gettext_lazy("Number of the item that takes its place"),
        help_text=gettext_lazy("For example SOC-2027-04."),
        max_length=24,
        error_messages={"required": gettext_lazy("Give the number of the other action item.")},
    )
    record: ActionItem

    def clean_successor(self) -> ActionItem:
        dialogue = self.record.edition.dialogue_id
        found = ActionItem.objects.filter(edition__dialogue=dialogue, number=self.cleaned_data["successor"].strip()).first()
        if found is None or found == self.record:
            raise forms.ValidationError(_("No other action item of this dialogue has this number."))
        return found


def consent_sentence(verb: str, to: str) -> Any:
    def sentence(item: ActionItem, by: Any) -> str:
        given = [str(consent.party) for consent in action_items.consents(item, to)]
        missing = item.edition.dialogue.parties.count() - len(given)
        if given and missing == 1:
            return _("%(parties)s has consented; yours is the last consent needed.") % {"parties": ", ".join(given)}
        return _("Gives your party’s consent; %(count)d more is needed from another person.") % {"count": max(missing - 1, 0)}

    return sentence


def consent_happens(item: ActionItem, by: Any) -> list[str]:
    return [
        _("Your party’s consent is recorded. One person can never give both parties’ consent."),
        _("With the last party’s consent the step is done; until then the item stays as it is."),
        for_whom(by),
    ]


def working(item: ActionItem) -> bool:
    return item.status in ActionItem.WORKING


def changes_need_both(item: ActionItem) -> bool:
    return item.status != ActionItem.Status.PROPOSED


class LeadInline(PortalInline):
    model = ActionLead
    fields = ("party", "organisation", *pair("owner_post"))
    autocomplete_fields = ("organisation",)

    def keeps_page(self, request: HttpRequest, obj: Any) -> bool:
        return super().keeps_page(request, obj) and not changes_need_both(obj)


class MoveInline(PortalInline):
    model = ActionMove
    fields = ("at", "from_status", "to_status", "party", "reason")
    readonly_fields = fields
    can_delete = False
    verbose_name_plural = gettext_lazy("what has happened")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ActionItem)
class ActionItemAdmin(ShowsConsents, StepsMixin, AtVenue):
    form = OfOneEdition
    shows_only_kept = True
    chosen_from_kept = ("edition",)
    inlines = [LeadInline, MoveInline]
    steps = (
        Step(
            name="agree",
            verb=gettext_lazy("Agree"),
            run=action_items.agree,
            argument="action_item",
            reasons=action_items.agree_reasons,
            sentence=consent_sentence("agree", ActionItem.Status.AGREED),
            happens=consent_happens,
            label=lambda item: _("Agree %(number)s for my party") % {"number": item.number},
            back=gettext_lazy("Back, nothing is agreed"),
            when=lambda item: item.status == ActionItem.Status.PROPOSED,
        ),
        Step(
            name="withdraw",
            takes_away=True,
            verb=gettext_lazy("Withdraw"),
            run=action_items.withdraw,
            argument="action_item",
            reasons=action_items.withdraw_reasons,
            sentence=consent_sentence("withdraw", ActionItem.Status.WITHDRAWN),
            happens=consent_happens,
            form=ReasonForm,
            label=lambda item: _("Withdraw %(number)s for my party") % {"number": item.number},
            back=gettext_lazy("Back, nothing is withdrawn"),
            when=lambda item: item.status == ActionItem.Status.PROPOSED or working(item),
        ),
        Step(
            name="supersede",
            takes_away=True,
            verb=gettext_lazy("Supersede"),
            run=action_items.supersede,
            argument="action_item",
            reasons=action_items.supersede_reasons,
            sentence=consent_sentence("supersede", ActionItem.Status.SUPERSEDED),
            happens=consent_happens,
            form=SuccessorForm,
            label=lambda item: _("Supersede %(number)s for my party") % {"number": item.number},
            back=gettext_lazy("Back, nothing is superseded"),
            when=working,
        ),
    )
    list_display = ("number", "short", "led_by", "due_on", "status")
    list_display_links = ("number", "short")
    list_filter = (
        StandingFilter,
        UndecidedFilter,
        ("edition", VisibleRelatedFilter),
        ("edition__dialogue", VisibleRelatedFilter),
        ("mandate", VisibleRelatedFilter),
        ("leads__party", VisibleRelatedFilter),
        "status",
    )
    search_fields = ("number", "text_en", "text_nl")
    ordering = ("-edition__year", "serial")
    prefill = ("edition", "mandate", "commitment")
    fieldsets = (
        (None, {"fields": (("edition", "number", "status"), pair("text"), pair("measure"), ("due_on", "original_due_on"))}),
        (gettext_lazy("Where it comes from"), {"fields": (("mandate", "theme"), ("commitment", "session"), "engagements")}),
        (gettext_lazy("Who may read it"), {"fields": (("audience", "is_joint"), "published_at", "embargo_until")}),
        (gettext_lazy("Consents"), {"fields": ("consents_given",)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("leads__party")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The words of an agreed item are both parties’; its number is kept for life."""
        always = (*super().get_readonly_fields(request, obj), "number", "status", "original_due_on")
        if obj is None or not changes_need_both(obj):
            return always
        return (*always, "edition", *pair("text"), *pair("measure"), "due_on", "is_joint")

    @admin.display(description=gettext_lazy("action"), ordering="text_en")
    def short(self, item: ActionItem) -> str:
        return Truncator(str(item.text)).words(16)

    @admin.display(description=gettext_lazy("led by"))
    def led_by(self, item: ActionItem) -> str:
        return ", ".join(lead.party.code for lead in item.leads.all()) or "–"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"audience": Audience.DELEGATES} | super().get_changeform_initial_data(request)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new item gets the next running number of its edition, which is locked for it."""
        if not change:
            edition = Edition.objects.select_for_update().get(pk=obj.edition_id)
            obj.serial = (edition.action_items.aggregate(last=Max("serial"))["last"] or 0) + 1
            obj.number = f"{edition.dialogue.action_prefix}-{edition.year}-{obj.serial:02d}"
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            action_items.record_move(form.instance, "", by=request.user)  # type: ignore[arg-type]

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        if created:
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
            journal.write(by=request.user, act="proposed action", on=obj, details={"number": obj.number})  # type: ignore[arg-type]
        else:
            super().record_saved(request, obj, created=created, fields=fields)
