from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from dialogues.models import CoChair, Mandate, Theme, WorkingGroup
from socportal.admin import PortalAdmin, PortalInline, VisibleRelatedFilter, pair


@admin.register(WorkingGroup)
class WorkingGroupAdmin(PortalAdmin):
    """A group’s standing identity; that it meets in an edition is said by its mandate there."""

    kept_through = "dialogue"
    list_display = ("name_en", "name_nl", "dialogue", "status")
    list_filter = (("dialogue", VisibleRelatedFilter), "status")
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl")
    readonly_fields = ("status",)
    prepopulated_fields = {"slug": ("name_en",)}
    fields = (("dialogue", "status"), pair("name"), pair("description"), "slug", ("audience", "published_at"))


class CoChairInline(PortalInline):
    model = CoChair
    autocomplete_fields = ("person",)


@admin.register(Mandate)
class MandateAdmin(PortalAdmin):
    """A working group in one edition: one co-chair of each party, a rapporteur, terms of reference."""

    kept_through = "edition"
    list_display = ("working_group", "edition", "co_chairs_named", "rapporteur", "status")
    list_filter = (("edition", VisibleRelatedFilter), "status")
    list_select_related = ("working_group", "edition__dialogue", "rapporteur")
    search_fields = ("working_group__name_en", "working_group__name_nl")
    autocomplete_fields = ("rapporteur", "working_group")
    readonly_fields = ("status",)
    inlines = (CoChairInline,)
    fields = (("edition", "working_group"), ("rapporteur", "status"), pair("terms"))

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return super().get_queryset(request).prefetch_related("co_chairs__person", "co_chairs__party")

    @admin.display(description=gettext_lazy("co-chairs"))
    def co_chairs_named(self, mandate: Mandate) -> str:
        named = [f"{chair.party.code}: {chair.person or '–'}" for chair in mandate.co_chairs.all()]
        return ", ".join(named) or "–"


@admin.register(Theme)
class ThemeAdmin(PortalAdmin):
    """A subject of an edition. It is not a working group."""

    kept_through = "edition"
    list_display = ("name_en", "name_nl", "edition", "audience")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("edition__dialogue",)
    search_fields = ("name_en", "name_nl")
    fields = (("edition", "position"), pair("name"), ("audience", "published_at"))
