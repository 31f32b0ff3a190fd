"""Action items in the admin: proposed here, agreed, changed, withdrawn and superseded by consent of every party."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import ActionItem, ActionLead, Audience, Edition
from dialogues.procedures import action_items, journal, progress
from socportal import clock
from socportal.admin import PortalInline, VisibleRelatedFilter, pair

from .action_changes import ANSWERS, PROPOSALS, not_spoken_of
from .action_history import history, pending
from .action_list import ActionListPages, StandingFilter, UndecidedFilter, for_many, from_the_portal
from .action_reporting import FOR_THE_LEAD, REPORTING
from .editions import OfOneEdition
from .steps import Step, StepsMixin, for_whom
from .venue_time import AtVenue


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
    fields = ("party", "organisation", *pair("owner_post"), "owner")
    autocomplete_fields = ("organisation", "owner")

    def keeps_page(self, request: HttpRequest, obj: Any) -> bool:
        return super().keeps_page(request, obj) and not changes_need_both(obj)


class AgreeForm(forms.Form):
    """Carries what was read: a proposal that was changed meanwhile is not agreed unread (law R8)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)


AGREE = Step(
    name="agree",
    verb=gettext_lazy("Agree"),
    run=action_items.agree,
    argument="action_item",
    reasons=action_items.agree_reasons,
    sentence=consent_sentence("agree", ActionItem.Status.AGREED),
    happens=consent_happens,
    form=AgreeForm,
    initial=lambda item: {"seen": action_items.fingerprint(item)},
    label=lambda item: _("Agree %(number)s for my party") % {"number": item.number},
    back=gettext_lazy("Back, nothing is agreed"),
    when=lambda item: item.status == ActionItem.Status.PROPOSED,
)
WITHDRAW = Step(
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
)
SUPERSEDE = Step(
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
)


class ActionItemForm(OfOneEdition):
    """A proposal is read by those who negotiate it; who may read what is agreed is settled by every party (law R4)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("audience"):
            offered = {Audience.DELEGATES, Audience.GROUP, Audience.SECRETARIAT}
            field.choices = [choice for choice in field.choices if choice[0] in offered]  # type: ignore[attr-defined]
            field.help_text = _("Only its negotiators read the proposal. It becomes public by the consent of every party.")


@admin.register(ActionItem)
class ActionItemAdmin(ActionListPages, StepsMixin, AtVenue):
    form = ActionItemForm
    shows_only_kept = True
    chosen_from_kept = ("edition",)
    inlines = [LeadInline]
    steps = (*ANSWERS, AGREE, *REPORTING, *PROPOSALS, WITHDRAW, SUPERSEDE)
    many = for_many(AGREE)
    list_filter = (
        StandingFilter,
        UndecidedFilter,
        from_the_portal("edition"),
        ("edition__dialogue", VisibleRelatedFilter),
        from_the_portal("group"),
        from_the_portal("party"),
        from_the_portal("waits_for"),
        from_the_portal("status"),
        from_the_portal("theme"),
        from_the_portal("commitment"),
    )
    search_fields = ("number", "text_en", "text_nl")
    ordering = ("-edition__year", "serial")
    prefill = ("edition", "mandate", "commitment")
    fieldsets = (
        (None, {"fields": (("edition", "number", "status"), pair("text"), pair("measure"), ("due_on", "original_due_on"))}),
        (gettext_lazy("Where it comes from"), {"fields": (("mandate", "theme"), ("commitment", "session"), "engagements")}),
        (gettext_lazy("Who may read it"), {"fields": (("audience", "is_joint"), ("published_at", "embargo_until"))}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The words, the date and the readers of an agreed item are all parties’; its number is kept for life.

        Where a group reads it, the group says who the readers are.
        """
        always = (*super().get_readonly_fields(request, obj), "number", "status", "original_due_on", "published_at")
        if obj is None or not changes_need_both(obj):
            return always
        readers = ("audience", "mandate") if obj.audience == Audience.GROUP else ("audience",)
        return (*always, "edition", *pair("text"), *pair("measure"), "due_on", "is_joint", *readers, "embargo_until")

    def steps_for(self, record: Any, user: Any) -> tuple[Step, ...]:
        """What is the lead’s to do is offered to the lead; an open proposal, to whom it falls to answer it."""
        hidden = not_spoken_of(record, user)
        if not progress.reporting_party(record, user):
            hidden |= FOR_THE_LEAD
        return tuple(step for step in self.steps if step.name not in hidden)

    def ask(self, request: HttpRequest, record: Any, chosen: Step) -> HttpResponse:
        record.asked_by = request.user  # some questions offer what this reader may see
        return super().ask(request, record, chosen)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        if (obj := kwargs.get("obj")) is not None and self.has_view_or_change_permission(request, obj):
            stored = ActionItem.objects.select_related("edition__dialogue", "successor").get(pk=obj.pk)
            context |= {"history": history(stored, request.user, clock.now()), "pending": pending(stored)}
        return super().render_change_form(request, context, *args, **kwargs)

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
            if not changes_need_both(obj):
                action_items.ask_anew(obj, request.user)  # type: ignore[arg-type]
