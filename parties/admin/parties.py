from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from parties.models import Party
from socportal.admin import PortalAdmin, pair


@admin.register(Party)
class PartyAdmin(PortalAdmin):
    """A government or body that is a side of a dialogue."""

    list_display = ("code", "name_en", "name_nl", "kind", "time_zone", "holiday_calendar")
    list_filter = ("kind",)
    search_fields = ("code", "name_en", "name_nl")
    fields = (("code", "kind"), pair("name"), pair("capital"), ("time_zone", "holiday_calendar"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()
