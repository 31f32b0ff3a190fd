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
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair

from .steps import StepsMixin


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
    kept_through = "delegation__edition"
    shows_only_kept = True
    steps = ()
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
            (None, {"fields": who}),
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

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A registration is made by accepting a nomination."""
        return False
