"""Delegations and registrations in the admin: a new registration goes through the procedure that parties use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Delegation, Mandate, Registration
from dialogues.procedures import delegations
from dialogues.procedures.steps import StepRefused
from socportal.admin import PortalAdmin, PortalForm, SaveRefused, VisibleRelatedFilter, pair

from .steps import Step, StepsMixin, for_whom


@admin.register(Delegation)
class DelegationAdmin(PortalAdmin):
    kept_through = "edition"
    shows_only_kept = True
    list_display = ("party", "edition", "registered", "seats", "lists_names_of_services")
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter))
    list_select_related = ("party", "edition__dialogue")
    search_fields = ("party__name_en", "party__code")
    prefill = ("edition", "party")
    fieldsets = ((None, {"fields": (("edition", "party"), ("seats", "lists_names_of_services"))}),)

    def get_queryset(self, request: HttpRequest) -> Any:
        live = ~Q(registrations__status=Registration.Status.CANCELLED)
        return super().get_queryset(request).annotate(live_registrations=Count("registrations", filter=live))

    @admin.display(description=gettext_lazy("registered"), ordering="live_registrations")
    def registered(self, delegation: Any) -> int:
        count: int = delegation.live_registrations
        return count


class RegistrationForm(PortalForm):
    email = forms.EmailField(
        label=gettext_lazy("Official e-mail address"),
        required=False,
        help_text=gettext_lazy("Opens an account that signs in by code. Leave empty where the person has one."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        delegation = cleaned.get("delegation") or getattr(self.instance, "delegation", None)
        if delegation is None:
            return cleaned
        self.instance.delegation, self.instance.edition = delegation, delegation.edition
        for mandate in cleaned.get("mandates") or ():
            if mandate.edition_id != delegation.edition_id:
                said = {"group": mandate, "edition": delegation.edition}
                self.add_error("mandates", _("%(group)s does not meet at %(edition)s.") % said)
        person = cleaned.get("person")
        if person is not None and person.party_id not in {None, delegation.party_id}:
            self.add_error("person", _("This person stands for %(party)s.") % {"party": person.party})
        elsewhere = Registration.objects.live().filter(edition=delegation.edition, person=person).exclude(pk=self.instance.pk)
        if person is not None and self.instance.status != Registration.Status.CANCELLED and elsewhere.exists():
            self.add_error("person", _("This person is already registered for this edition."))
        return cleaned


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("live", _("Comes, or came")), ("cancelled", _("Cancelled"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        cancelled = Q(status=Registration.Status.CANCELLED)
        return queryset.filter({"live": ~cancelled, "cancelled": cancelled}.get(self.value() or "", Q()))


@admin.register(Registration)
class RegistrationAdmin(StepsMixin, PortalAdmin):
    form = RegistrationForm
    kept_through = "delegation__edition"
    shows_only_kept = True
    steps = (
        Step(
            name="cancel",
            takes_away=True,
            verb=gettext_lazy("Cancel the registration"),
            run=delegations.cancel_registration,
            argument="registration",
            reasons=delegations.cancel_registration_reasons,
            sentence=lambda registration, by: _("Takes the person off the delegation; the record stays."),
            happens=lambda registration, by: [
                _("The person reads nothing of this edition any more, from this moment."),
                _("The seat is free again; a head of delegation can be named anew."),
                for_whom(by),
            ],
            back=gettext_lazy("Back, the person comes"),
            when=lambda registration: registration.status != Registration.Status.CANCELLED,
        ),
    )
    list_display = ("person", "party", "category", "post", "organisation", "status")
    list_filter = (
        StandingFilter,
        ("edition", VisibleRelatedFilter),
        ("delegation__party", VisibleRelatedFilter),
        "category",
        "status",
        ("mandates", VisibleRelatedFilter),
    )
    list_select_related = ("person", "delegation__party", "organisation")
    search_fields = ("person__name", "person__sort_name", "post_en", "post_nl")
    autocomplete_fields = ("person", "organisation")
    prefill = ("delegation", "category")
    readonly_fields = ("status",)
    filter_horizontal = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        who: tuple[Any, ...] = (("delegation", "person"), ("category", "precedence"), pair("post"), ("organisation", "status"))
        return (
            (None, {"fields": who if obj else (*who, "email")}),
            (gettext_lazy("Working groups"), {"fields": ("mandates",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Another person or another delegation is another registration."""
        return ("delegation", "person", "status") if obj else ("status",)

    @admin.display(description=gettext_lazy("party"), ordering="delegation__party")
    def party(self, registration: Registration) -> str:
        return str(registration.delegation.party.code)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Mandate:
            field.widget = forms.CheckboxSelectMultiple()
            match = request.resolver_match
            pk = match.kwargs.get("object_id") if match else None
            if pk and str(pk).isdecimal() and len(str(pk)) < 18:
                field.queryset = field.queryset.filter(edition__registrations=pk)
            field.queryset = field.queryset.select_related("working_group", "edition")
            field.help_text = ""
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        said = form.cleaned_data
        try:
            registered = delegations.register(
                delegation=said["delegation"],
                person=said["person"],
                category=said["category"],
                by=request.user,  # type: ignore[arg-type]
                post_en=said["post_en"],
                post_nl=said["post_nl"],
                organisation=said["organisation"],
                mandates=said["mandates"],
                precedence=said["precedence"],
                email=said.get("email") or None,
            )
        except StepRefused as refusal:
            raise SaveRefused(*(reason.text for reason in refusal.reasons)) from refusal
        obj.pk, obj._state.adding = registered.pk, False

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        """A new one has been written down by the procedure."""
        if created:
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        else:
            super().record_saved(request, obj, created=created, fields=fields)
