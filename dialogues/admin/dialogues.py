"""Dialogues and appointments in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Appointment, Dialogue
from parties.admin.sources import CitedAdmin
from socportal import clock
from socportal.admin import PortalAdmin, PortalForm, VisibleRelatedFilter, pair

from .editions import MAY_BE_READ_BY


@admin.register(Dialogue)
class DialogueAdmin(CitedAdmin):
    list_display = ("__str__", "name", "parties_in_words", "audience")
    search_fields = ("name_en", "name_nl", "short_name_en")
    readonly_fields = ("audience", "published_at", "embargo_until")  # public since it was founded
    fieldsets = (
        (None, {"fields": (pair("name"), pair("short_name"), "aliases", ("slug", "action_prefix"), "parties")}),
        (gettext_lazy("What it is for"), {"fields": (pair("purpose"), pair("frequency"))}),
        MAY_BE_READ_BY,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("parties")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A dialogue is founded with its first secretary, by the command `create_first_secretary`."""
        return False

    @admin.display(description=gettext_lazy("name"))
    def name(self, dialogue: Dialogue) -> str:
        return str(dialogue.name)

    @admin.display(description=gettext_lazy("parties"))
    def parties_in_words(self, dialogue: Dialogue) -> str:
        return ", ".join(str(party) for party in dialogue.parties.all())


class CurrentFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("current", _("Held today")), ("ended", _("Ended")), ("coming", _("To come"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        today = clock.today()
        asked = {
            "current": Q(starts_on__lte=today) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today)),
            "ended": Q(ends_on__lt=today),
            "coming": Q(starts_on__gt=today),
        }
        return queryset.filter(asked.get(self.value() or "", Q()))


def may_appoint_for(user: Any, dialogue: Dialogue, party: Any) -> bool:
    """A party appoints its own people. Another’s are appointed only while that party has no secretary yet.

    Otherwise one person could make the other party’s consent with a second account (law R6).
    """
    secretaries = Appointment.objects.current().filter(dialogue=dialogue, role__in=Appointment.SECRETARIES)
    own = secretaries.held_by(user)
    return own.filter(party=party).exists() or (own.exists() and not secretaries.filter(party=party).exists())


class AppointmentForm(PortalForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        dialogue, party, person = (
            cleaned.get(name) or getattr(self.instance, name, None) if name in self.fields or self.instance.pk else None
            for name in ("dialogue", "party", "person")
        )
        if not (dialogue and party and person):
            return cleaned
        if self.instance.pk is None and not may_appoint_for(self.portal_request.user, dialogue, party):
            self.add_error("party", _("%(party)s has a secretary of its own, who appoints its people.") % {"party": party})
        if person.party_id not in {None, party.pk}:
            self.add_error("person", _("This person stands for %(party)s.") % {"party": person.party})
        if not dialogue.parties.filter(pk=party.pk).exists():
            self.add_error("party", _("%(party)s is no party of this dialogue.") % {"party": party})
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day lies before the first. Give a later last day, or none."))
        return cleaned


@admin.register(Appointment)
class AppointmentAdmin(PortalAdmin):
    form = AppointmentForm
    kept_through = "dialogue"
    list_display = ("person", "role", "party", "dialogue", "starts_on", "ends_on")
    list_filter = (CurrentFilter, ("dialogue", VisibleRelatedFilter), ("party", VisibleRelatedFilter), "role")
    list_select_related = ("person", "party", "dialogue")
    search_fields = ("person__name", "person__sort_name")
    autocomplete_fields = ("person",)
    prefill = ("dialogue", "role")
    fieldsets = ((None, {"fields": (("dialogue", "party"), ("person", "role"), ("starts_on", "ends_on"))}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An appointment is ended and made anew, not given to somebody else."""
        return ("dialogue", "party", "person", "role") if obj else ()

    def keeps(self, request: HttpRequest, obj: Any) -> bool:
        return super().keeps(request, obj) and may_appoint_for(request.user, obj.dialogue, obj.party)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_on": clock.today().isoformat()} | super().get_changeform_initial_data(request)
