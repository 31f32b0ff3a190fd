"""Working groups, their mandates in an edition, themes and their lineage, in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import CoChair, Lineage, Mandate, Theme, WorkingGroup
from parties.admin.sources import CitedAdmin
from socportal import clock
from socportal.admin import PortalAdmin, PortalInline, VisibleRelatedFilter, pair

from .editions import OfOneEdition, PublishedOfOneEdition, with_its_year, worded
from .publication import WHO_READS, PublishedAdmin


@admin.register(WorkingGroup)
class WorkingGroupAdmin(PublishedAdmin):
    chosen_from_kept = ("dialogue",)
    list_display = ("__str__", "dialogue", "status")
    list_filter = (("dialogue", VisibleRelatedFilter), "status")
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl")
    prefill = ("dialogue",)
    prepopulated_fields = {"slug": ("name_en",)}
    readonly_fields = ("status",)
    fieldsets = (
        (None, {"fields": (pair("name"), ("dialogue", "slug"), pair("description"), "status")}),
        WHO_READS,
    )


class CoChairInline(PortalInline):
    model = CoChair
    fields = ("party", "person", "is_acting")
    autocomplete_fields = ("person",)


@admin.register(Mandate)
class MandateAdmin(PortalAdmin):
    form = OfOneEdition
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
        said = {True: _("named"), False: _("to be named")}
        seats = [f"{seat.party.code}: {said[bool(seat.person_id)]}" for seat in mandate.co_chairs.all()]
        return ", ".join(seats) or "–"


@admin.register(Theme)
class ThemeAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("__str__", "edition", "position")
    list_filter = (("edition", VisibleRelatedFilter),)
    list_select_related = ("edition__dialogue",)
    search_fields = ("name_en", "name_nl")
    prefill = ("edition",)
    fieldsets = ((None, {"fields": (pair("name"), ("edition", "position"))}), WHO_READS)


class LineageForm(OfOneEdition):
    """The later end stands in the edition named, the earlier one in an edition before it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        edition = cleaned.get("edition") or getattr(self.instance, "edition", None)
        for name in ("earlier_mandate", "earlier_theme", "later_mandate", "later_theme"):
            chosen = cleaned.get(name)
            if edition is None or chosen is None or name in self.errors:
                continue
            if name.startswith("later") and chosen.edition != edition:
                self.add_error(name, _("Choose one of %(edition)s.") % {"edition": edition})
            if name.startswith("earlier") and chosen.edition.year >= edition.year:
                self.add_error(name, _("Choose one of an edition before %(edition)s.") % {"edition": edition})
        if (day := cleaned.get("confirmed_on")) and day > clock.today():
            self.add_error("confirmed_on", _("This day lies ahead. Give the day on which both parties confirmed it."))
        return cleaned


class ConfirmedFilter(admin.SimpleListFilter):
    title = gettext_lazy("confirmed by both parties")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Confirmed")), ("no", _("Not confirmed"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() in {"yes", "no"}:
            return queryset.filter(confirmed_on__isnull=self.value() == "no")
        return queryset


@admin.register(Lineage)
class LineageAdmin(CitedAdmin):
    form = LineageForm
    kept_through = "edition"
    list_display = ("__str__", "kind", "edition", "confirmed_on")
    list_filter = (("edition", VisibleRelatedFilter), "kind", ConfirmedFilter)
    list_select_related = (
        "edition__dialogue",
        "earlier_theme",
        "later_theme",
        "earlier_mandate__working_group",
        "later_mandate__working_group",
    )
    search_fields = (
        *("earlier_theme__name_en", "earlier_theme__name_nl", "later_theme__name_en", "later_theme__name_nl"),
        *("earlier_mandate__working_group__name_en", "earlier_mandate__working_group__name_nl"),
        *("later_mandate__working_group__name_en", "later_mandate__working_group__name_nl"),
    )
    prefill = ("edition", "kind")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "kind"),
                    ("earlier_theme", "earlier_mandate"),
                    ("later_theme", "later_mandate"),
                    pair("note"),
                    "confirmed_on",
                )
            },
        ),
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.related_model is Theme:
            return worded(field, with_its_year, "edition")
        return worded(field, str, "edition", "working_group") if db_field.related_model is Mandate else field
