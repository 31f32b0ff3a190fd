"""Delegations, registrations and own details in the admin: shown as the parties and people entered them, moved by steps."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db import DataError, models
from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import (
    Appointment,
    Delegation,
    DelegationQuota,
    Edition,
    Mandate,
    NominationRound,
    OwnDetails,
    Registration,
)
from dialogues.models.correspondence import in_capitals
from dialogues.procedures import nomination_rounds
from socportal.admin import PortalFormSet, PortalInline, ReadOnlyAdmin, VisibleRelatedFilter, pair

from .attendance import STEPS
from .nomination_rounds import VenueTime
from .pages import pages_of_people
from .steps import Step, StepsMixin, ThroughStepsAlone, for_whom
from .venue_time import AtVenue


class LongerForm(forms.Form):
    until = VenueTime(label=gettext_lazy("Nominations stay open for this party until"))
    reason = forms.CharField(
        label=gettext_lazy("Why longer"),
        help_text=gettext_lazy("The other party’s secretary reads it too."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say why this party has longer.")},
    )


def round_of(delegation: Delegation) -> NominationRound | None:
    return NominationRound.objects.filter(edition=delegation.edition_id).first()


def longer_sentence(delegation: Delegation, by: Any) -> str:
    found = round_of(delegation)
    if found is None:
        return ""
    return _("Now until %(when)s.") % {"when": in_capitals(found.deadline_of(delegation), delegation.edition)}


LONGER = Step(
    name="longer",
    verb=gettext_lazy("Give this party longer"),
    run=nomination_rounds.extend_deadline,
    argument="delegation",
    reasons=nomination_rounds.extend_deadline_reasons,
    sentence=longer_sentence,
    happens=lambda delegation, by: [
        _("Nominations of %(party)s are on time until then; the other parties’ deadline stays.") % {"party": delegation.party},
        _("Its focal points get a message, which goes to the outbox."),
        for_whom(by),
    ],
    form=LongerForm,
    initial=lambda delegation: {"until": delegation.extended_until, "reason": delegation.extension_reason},
    back=gettext_lazy("Back, the deadline stays"),
    when=lambda delegation: delegation.edition.status == Edition.Status.PREPARING,
)


class QuotaFormSet(PortalFormSet):
    """For one category or one group each, and for each of them once."""

    def clean(self) -> None:
        super().clean()
        seen: set[Any] = set()
        for form in self.forms:
            said = getattr(form, "cleaned_data", {})
            if said.get("DELETE") or not (said.get("category") or said.get("mandate")):
                continue
            if not (said.get("category") and said.get("mandate")):
                what = said.get("category") or said["mandate"]
                if what in seen:
                    form.add_error(None, _("There is a quota for this already. Change that line."))
                seen.add(what)


class QuotaInline(PortalInline):
    model = DelegationQuota
    formset = QuotaFormSet
    fields = ("category", "mandate", "seats")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The working groups of the delegation's own edition."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "mandate":
            match = request.resolver_match
            pk = str(match.kwargs.get("object_id") if match else "")
            own = Mandate.objects.filter(edition__delegations=int(pk) if pk.isdecimal() and len(pk) < 18 else 0)
            rows = field.queryset.filter(pk__in=own.values("pk"))  # type: ignore[union-attr]
            field.queryset = rows.select_related("working_group", "edition__dialogue")  # type: ignore[union-attr]
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A number that was agreed is changed or dropped; nothing hangs on it."""
        return self.has_change_permission(request, obj)


@admin.register(Delegation)
class DelegationAdmin(StepsMixin, AtVenue):
    kept_through = "edition"
    shows_only_kept = True
    steps = (LONGER,)
    inlines = [QuotaInline]
    list_display = ("party", "edition", "registered", "seats", "lists_names_of_services")
    list_filter = (("edition", VisibleRelatedFilter), ("party", VisibleRelatedFilter))
    list_select_related = ("party", "edition__dialogue")
    search_fields = ("party__name_en", "party__code")
    prefill = ("edition", "party")
    fieldsets = (
        (None, {"fields": (("edition", "party"), ("seats", "lists_names_of_services"))}),
        (gettext_lazy("Nominations"), {"fields": (("extended_until", "extension_reason"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        live = ~Q(registrations__status=Registration.Status.CANCELLED)
        return super().get_queryset(request).annotate(live_registrations=Count("registrations", filter=live))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whether names of services are listed is the party's own choice; longer is given by the step."""
        fixed = ("lists_names_of_services", "extended_until", "extension_reason")
        return (*fixed, "edition", "party") if obj else fixed

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj else []

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if (obj := kwargs.get("obj")) is not None:
            context["further_pages"] = pages_of_people(obj.edition)[:1]
        return super().render_change_form(request, context, *args, **kwargs)

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


def day_in_words(at: datetime | None, edition: Edition) -> str:
    return date_format(at.astimezone(edition.zone)) if at else _("Not yet")


@admin.register(Registration)
class RegistrationAdmin(ThroughStepsAlone, AtVenue):
    """Made by accepting a nomination and in no other way; corrected by the party, completed by the person."""

    kept_through = "delegation__edition"
    shows_only_kept = True
    steps = STEPS
    list_display = ("person", "party", "category", "post", "organisation", "status", "access_status", "completed")
    list_filter = (
        StandingFilter,
        ("edition", VisibleRelatedFilter),
        ("delegation__party", VisibleRelatedFilter),
        "category",
        "status",
        "access_status",
        ("mandates", VisibleRelatedFilter),
    )
    list_select_related = ("person", "delegation__party", "organisation", "edition")
    search_fields = ("person__name", "person__sort_name", "post_en", "post_nl")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("delegation", "person"),
                    ("category", "precedence"),
                    pair("post"),
                    ("organisation", "alternate_for"),
                    ("groups", "put_forward"),
                )
            },
        ),
        (gettext_lazy("Standing"), {"fields": (("status", "completed"), ("access_status",))}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Of own details only the day: what they say is the keepers' (security-privacy §6.2)."""
        return super().get_queryset(request).annotate(completed_at=F("own_details__completed_at"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if (obj := kwargs.get("obj")) is not None:
            context["further_pages"] = pages_of_people(obj.edition)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("party"), ordering="delegation__party")
    def party(self, registration: Registration) -> str:
        return str(registration.delegation.party.code)

    @admin.display(description=gettext_lazy("own details completed"), ordering="completed_at")
    def completed(self, registration: Any) -> str:
        return day_in_words(registration.completed_at, registration.edition)

    @admin.display(description=gettext_lazy("working groups"))
    def groups(self, registration: Registration) -> str:
        return ", ".join(str(mandate) for mandate in registration.mandates.select_related("working_group")) or "–"

    @admin.display(description=gettext_lazy("nomination"))
    def put_forward(self, registration: Registration) -> str:
        nomination = getattr(registration, "nomination", None)
        if nomination is None:
            return "–"
        address = reverse("admin:dialogues_nomination_change", args=[nomination.pk])
        return format_html('<a href="{}">{}</a>', address, nomination.get_status_display())


def keeps_arrangements(user: Any) -> bool:
    """Asked once a request: the account object lives as long as the request does."""
    if not hasattr(user, "_keeps_arrangements"):
        held = Appointment.objects.current().held_by(user).filter(role=Appointment.Role.ARRANGEMENTS)
        user._keeps_arrangements = held.exists()
    return bool(user._keeps_arrangements)


@admin.register(OwnDetails)
class OwnDetailsAdmin(ReadOnlyAdmin):
    """For the one or two keepers of arrangements; to everybody else, secretaries and technicians too, there is no such page."""

    list_display = ("person", "party", "meal", "arrangements", "photograph_consent", "completed")
    list_filter = (
        ("registration__edition", admin.RelatedOnlyFieldListFilter),
        "meal",
    )
    list_select_related = ("registration__person", "registration__delegation__party", "registration__edition")
    search_fields = ("registration__person__name", "registration__person__sort_name")
    fields = (("person", "party"), ("meal", "phone"), "arrangements", ("photograph_consent", "completed"))

    def findable(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Of those who come; one's own stands on one's own page."""
        kept = Appointment.objects.current().held_by(request.user).filter(role=Appointment.Role.ARRANGEMENTS)
        live = Registration.objects.live().filter(edition__dialogue__in=kept.values("dialogue"))
        return super().findable(request).filter(registration__in=live.values("pk"))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With the person they are of, even for a keeper who reads of the person nowhere else."""
        try:
            return admin.ModelAdmin.get_object(self, request, object_id, from_field)
        except (OverflowError, DataError):
            return None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return keeps_arrangements(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return keeps_arrangements(request.user)

    @admin.display(description=gettext_lazy("person"), ordering="registration__person__sort_name")
    def person(self, details: OwnDetails) -> str:
        return str(details.registration.person)

    @admin.display(description=gettext_lazy("party"), ordering="registration__delegation__party__code")
    def party(self, details: OwnDetails) -> str:
        return str(details.registration.delegation.party.code)

    @admin.display(description=gettext_lazy("completed"), ordering="completed_at")
    def completed(self, details: OwnDetails) -> str:
        return day_in_words(details.completed_at, details.registration.edition)
