from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from dialogues.models import Appointment, Dialogue
from parties.models import Party
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair


def _own(request: HttpRequest) -> Any:
    """The asker's own current appointments as secretary or lead."""
    return Appointment.objects.current().held_by(request.user).filter(role__in=Appointment.SECRETARIES)


@admin.register(Dialogue)
class DialogueAdmin(PortalAdmin):
    """The standing series. A new one is founded by the technicians together with its first secretary."""

    list_display = ("name_en", "frequency_en", "is_demonstration")
    search_fields = ("name_en", "name_nl")
    fieldsets = (
        (None, {"fields": (pair("name"), pair("short_name"), pair("purpose"), pair("frequency"))}),
        (None, {"fields": ("parties", "action_prefix", "slug")}),
    )
    readonly_fields = ("slug", "parties")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Appointment)
class AppointmentAdmin(PortalAdmin):
    """Who holds which role. Rights begin and end with these dates."""

    kept_through = "dialogue"
    list_display = ("person", "role", "party", "dialogue", "starts_on", "ends_on")
    list_filter = ("role", ("party", VisibleRelatedFilter), ("dialogue", VisibleRelatedFilter))
    list_select_related = ("person", "party", "dialogue")
    search_fields = ("person__name", "person__post_en")
    autocomplete_fields = ("person",)
    fields = (("person", "party"), ("dialogue", "role"), ("starts_on", "ends_on"))

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """A secretary appoints for the own party alone: nobody can make both sides' people (law R6)."""
        if db_field.name == "party":
            return Party.objects.filter(pk__in=_own(request).values("party"))
        return super().get_field_queryset(db, db_field, request)

    def keeps(self, request: HttpRequest, obj: Any) -> bool:
        return super().keeps(request, obj) and _own(request).filter(dialogue=obj.dialogue_id, party=obj.party_id).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An appointment is ended, not turned into another one."""
        return ("person", "party", "dialogue", "role") if obj else ()
