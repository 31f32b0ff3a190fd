"""Organisations in the admin."""

from __future__ import annotations

from django.contrib import admin

from parties.models import Organisation
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair


@admin.register(Organisation)
class OrganisationAdmin(PortalAdmin):
    list_display = ("__str__", "acronym_en", "acronym_nl", "kind", "party")
    list_filter = (("party", VisibleRelatedFilter), "kind")
    list_select_related = ("party",)
    search_fields = ("name_en", "name_nl", "acronym_en", "acronym_nl")
    autocomplete_fields = ("parent",)
    fieldsets = ((None, {"fields": (pair("name"), pair("acronym"), ("slug", "kind"), ("party", "parent"))}),)
