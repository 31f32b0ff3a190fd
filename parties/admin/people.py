"""People in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from parties.models import Person
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair


@admin.register(Person)
class PersonAdmin(PortalAdmin):
    list_display = ("name", "post", "organisation", "party", "is_public_office_holder")
    list_filter = (("party", VisibleRelatedFilter), "is_public_office_holder")
    list_select_related = ("organisation", "party")
    search_fields = ("name", "sort_name", "post_en", "post_nl")
    autocomplete_fields = ("organisation",)
    fieldsets = (
        (None, {"fields": (("name", "sort_name"), pair("post"), ("organisation", "party"))}),
        (
            gettext_lazy("Public office"),
            {
                "description": gettext_lazy(
                    "Nobody’s name is public by default: only a public office-holder named in a published text is shown."
                ),
                "fields": (("is_public_office_holder", "office_source"),),
            },
        ),
    )

    @admin.display(description=gettext_lazy("post"))
    def post(self, person: Person) -> str:
        return str(person.post)
