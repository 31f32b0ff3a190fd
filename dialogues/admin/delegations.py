from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Delegation, Registration
from dialogues.procedures.delegations import cancel_registration, cancel_registration_reasons, register
from dialogues.procedures.steps import StepRefused
from parties.models import User
from socportal.admin import PortalAdmin, PortalForm, VisibleRelatedFilter, pair

from .steps import Step, StepsMixin


@admin.register(Delegation)
class DelegationAdmin(PortalAdmin):
    """One party’s group at one edition: how many seats, how many filled, who heads it."""

    kept_through = "edition"
    list_display = ("party", "edition", "seats", "registered", "heads")
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter))
    list_select_related = ("party", "edition__dialogue")
    search_fields = ("party__name_en",)
    fields = (("edition", "party"), "seats", "lists_names_of_services")

    def get_queryset(self, request: HttpRequest) -> Any:
        live = ~Q(registrations__status="cancelled")
        return (
            super()
            .get_queryset(request)
            .annotate(
                registered_count=Count("registrations", filter=live),
                head_count=Count("registrations", filter=live & Q(registrations__category="head")),
            )
        )

    @admin.display(description=gettext_lazy("registered"))
    def registered(self, delegation: Any) -> int:
        return int(delegation.registered_count)

    @admin.display(description=gettext_lazy("head of delegation"), boolean=True)
    def heads(self, delegation: Any) -> bool:
        return bool(delegation.head_count)


class RegistrationForm(PortalForm):
    email = forms.EmailField(
        label=gettext_lazy("official e-mail address"),
        required=False,
        help_text=gettext_lazy("Opens an account that signs in by mailed code. Empty: no account is opened."),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exists():
            raise ValidationError(
                _("There is an account with this e-mail address already. Leave the field empty, or give another.")
            )
        return email

    def clean(self) -> dict[str, Any]:
        """The edition is the delegation's; said here so that the rules of an edition are checked with the form."""
        cleaned = super().clean()
        if delegation := cleaned.get("delegation"):
            self.instance.edition = delegation.edition
            taken = Registration.objects.live().filter(edition=delegation.edition, person=cleaned.get("person"))
            if cleaned.get("person") and taken.exclude(pk=self.instance.pk).exists():
                self.add_error("person", _("This person is already registered for this edition."))
            heads = Registration.objects.live().filter(delegation=delegation, category=Registration.Category.HEAD)
            if cleaned.get("category") == Registration.Category.HEAD and heads.exclude(pk=self.instance.pk).exists():
                self.add_error("category", _("This delegation already has a head. Change that registration first."))
        return cleaned


@admin.register(Registration)
class RegistrationAdmin(StepsMixin, PortalAdmin):
    """A person on a delegation, with the post held at the time."""

    form = RegistrationForm
    kept_through = "edition"
    steps = (
        Step(
            name="cancel",
            verb=gettext_lazy("Cancel the registration"),
            run=cancel_registration,
            argument="registration",
            reasons=cancel_registration_reasons,
            sentence=lambda registration, by: _("Takes this person off the delegation; the record stays."),
            happens=lambda registration, by: [
                _("The person no longer reads what delegates of this edition read."),
                _("The record stays, marked as cancelled; the seat is free."),
            ],
        ),
    )
    list_display = ("person", "category", "post_en", "organisation", "party", "status")
    list_filter = (("edition", VisibleRelatedFilter), ("delegation__party", VisibleRelatedFilter), "category", "status")
    list_select_related = ("person", "organisation", "delegation__party", "edition__dialogue")
    search_fields = ("person__name", "post_en", "post_nl", "organisation__name_en")
    autocomplete_fields = ("person", "organisation")
    readonly_fields = ("status",)
    prefill = ("delegation",)
    fields = (
        ("delegation", "category"),
        ("person", "email"),
        pair("post"),
        ("organisation", "precedence"),
        "mandates",
        "status",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [("person",) if row == ("person", "email") and obj else row for row in self.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("status", "delegation", "person") if obj else ("status",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if obj:
            form.base_fields.pop("email", None)
        return form

    @admin.display(description=gettext_lazy("party"), ordering="delegation__party__code")
    def party(self, registration: Registration) -> str:
        return registration.delegation.party.code

    def save_model(self, request: HttpRequest, obj: Registration, form: Any, change: bool) -> None:
        """Adding runs the procedure, which checks, opens the account and writes the journal."""
        if change:
            super().save_model(request, obj, form, change)
            return
        given = {
            name: form.cleaned_data[name]
            for name in ("delegation", "person", "category", "post_en", "post_nl", "organisation", "precedence")
        }
        made = register(
            by=request.user, mandates=form.cleaned_data["mandates"], email=form.cleaned_data["email"] or None, **given
        )
        obj.pk, obj._state.adding = made.pk, False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StepRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            request.portal_refusal = str(refusal)  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)
