"""Organisations in the admin."""

from __future__ import annotations

from django.contrib import admin

from parties.models import Organisation
from socportal.admin import VisibleRelatedFilter, pair

from .sources import CitedAdmin


@admin.register(Organisation)
class OrganisationAdmin(CitedAdmin):
    list_display = ("__str__", "acronym_en", "acronym_nl", "kind", "party", "is_public")
    list_filter = (("party", VisibleRelatedFilter), "kind", "is_public")
    list_select_related = ("party",)
    search_fields = ("name_en", "name_nl", "acronym_en", "acronym_nl")
    autocomplete_fields = ("parent",)
    fieldsets = ((None, {"fields": (pair("name"), pair("acronym"), ("slug", "kind"), ("party", "parent"), "is_public")}),)
