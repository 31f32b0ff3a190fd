from __future__ import annotations

from django.contrib import admin

from parties.models import Organisation
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair


@admin.register(Organisation)
class OrganisationAdmin(PortalAdmin):
    """Ministries, services, agencies and others, with their names in both languages."""

    list_display = ("name_en", "name_nl", "acronym_en", "kind", "party")
    list_filter = (("party", VisibleRelatedFilter), "kind")
    list_select_related = ("party",)
    search_fields = ("name_en", "name_nl", "acronym_en", "acronym_nl")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name_en",)}
    fields = (pair("name"), pair("acronym"), ("kind", "party"), ("parent", "slug"))
