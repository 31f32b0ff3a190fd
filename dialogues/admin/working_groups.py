"""Working groups, their mandates in an edition, and themes, in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import CoChair, Mandate, Theme, WorkingGroup
from socportal.admin import PortalAdmin, PortalInline, VisibleRelatedFilter, pair

from .editions import MAY_BE_READ_BY, OfOneEdition


@admin.register(WorkingGroup)
class WorkingGroupAdmin(PortalAdmin):
    chosen_from_kept = ("dialogue",)
    list_display = ("__str__", "dialogue", "status", "audience")
    list_filter = (("dialogue", VisibleRelatedFilter), "status")
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl")
    prefill = ("dialogue",)
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("status",)
    fieldsets = (
        (None, {"fields": (pair("name"), ("dialogue", "slug"), pair("description"), "status")}),
        MAY_BE_READ_BY,
    )


class CoChairInline(PortalInline):
    model = CoChair
    fields = ("party", "person", "is_acting")
    autocomplete_fields = ("person",)


class MandateForm(OfOneEdition):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition, group = cleaned.get("edition"), cleaned.get("working_group")
        if edition and group and group.dialogue_id != edition.dialogue_id:
            self.add_error("working_group", _("This group belongs to %(dialogue)s.") % {"dialogue": group.dialogue})
        return cleaned


@admin.register(Mandate)
class MandateAdmin(PortalAdmin):
    form = MandateForm
    kept_through = "edition"
    shows_only_kept = True
    inlines = [CoChairInline]
    list_display = ("working_group", "edition", "status", "co_chairs_named")
    list_filter = (("edition", VisibleRelatedFilter), "status")
    list_select_related = ("working_group", "edition__dialogue")
    search_fields = ("working_group__name_en", "working_group__name_nl")
    autocomplete_fields = ("rapporteur",)
    prefill = ("edition", "working_group")
    readonly_fields = ("status",)
    fieldsets = ((None, {"fields": (("edition", "working_group"), ("rapporteur", "status"), pair("terms"))}),)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("co_chairs__party")

    @admin.display(description=gettext_lazy("co-chairs"))
    def co_chairs_named(self, mandate: Mandate) -> str:
        seats = [f"{seat.party.code}: {_('named') if seat.person_id else _('to be named')}" for seat in mandate.co_chairs.all()]
        return ", ".join(seats) or "–"


@admin.register(Theme)
class ThemeAdmin(PortalAdmin):
    form = OfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("__str__", "edition", "position", "audience")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("edition__dialogue",)
    search_fields = ("name_en", "name_nl")
    prefill = ("edition",)
    fieldsets = ((None, {"fields": (pair("name"), ("edition", "position"))}), MAY_BE_READ_BY)
