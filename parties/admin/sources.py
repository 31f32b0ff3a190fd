"""Sources in the admin: the published texts that the record was read from."""

from __future__ import annotations

from django.contrib import admin

from parties.models import Source
from socportal.admin import PortalAdmin, pair


@admin.register(Source)
class SourceAdmin(PortalAdmin):
    list_display = ("code", "title", "lang", "published_on", "origin")
    list_display_links = ("code", "title")
    list_filter = ("origin", "lang")
    search_fields = ("code", "title")
    fieldsets = (
        (None, {"fields": (("code", "lang"), "title", pair("kind"), ("published_on", "origin"), "url", pair("note"))}),
    )
