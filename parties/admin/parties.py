"""Parties in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from parties.models import Party
from socportal.admin import PortalAdmin, pair


@admin.register(Party)
class PartyAdmin(PortalAdmin):
    list_display = ("code", "__str__", "kind", "time_zone", "holiday_calendar")
    list_display_links = ("code", "__str__")
    search_fields = ("code", "name_en", "name_nl")
    fieldsets = ((None, {"fields": (("code", "kind"), pair("name"), pair("capital"), ("time_zone", "holiday_calendar"))}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code stands on badges and in numbers: it does not change once used."""
        return ("code",) if obj else ()
