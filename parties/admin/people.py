from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from parties.models import Person
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair


@admin.register(Person)
class PersonAdmin(PortalAdmin):
    """People and the post they hold now. Nobody’s name is public unless a published text names the office."""

    list_display = ("name", "post_en", "organisation", "party", "is_public_office_holder")
    list_filter = (("party", VisibleRelatedFilter), "is_public_office_holder")
    list_select_related = ("organisation", "party")
    search_fields = ("name", "sort_name", "post_en", "post_nl", "organisation__name_en")
    autocomplete_fields = ("organisation", "office_source")
    fieldsets = (
        (None, {"fields": (("name", "sort_name"), pair("post"), ("organisation", "party"))}),
        (gettext_lazy("Public office"), {"fields": ("is_public_office_holder", "office_source")}),
    )
