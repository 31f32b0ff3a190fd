"""What came out of an edition, in the admin: commitments and results, each beside its source."""

from __future__ import annotations

from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from dialogues.models import Commitment, Result
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair

from .editions import MAY_BE_READ_BY, OfOneEdition


@admin.register(Commitment)
class CommitmentAdmin(PortalAdmin):
    form = OfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("short", "edition", "position", "audience")
    list_filter = (("edition", VisibleRelatedFilter), ("parties", VisibleRelatedFilter), ("source", VisibleRelatedFilter))
    list_select_related = ("edition__dialogue",)
    search_fields = ("summary_en", "summary_nl")
    ordering = ("edition", "position")
    prefill = ("edition",)
    fieldsets = (
        (None, {"fields": (("edition", "position"), pair("strength"), pair("summary"), ("source",), pair("place"))}),
        (gettext_lazy("Who promised, on what"), {"fields": (("parties", "themes"),)}),
        MAY_BE_READ_BY,
    )

    @admin.display(description=gettext_lazy("commitment"), ordering="summary_en")
    def short(self, commitment: Commitment) -> str:
        return Truncator(str(commitment.summary)).words(18)


@admin.register(Result)
class ResultAdmin(PortalAdmin):
    form = OfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("short", "edition", "position", "audience")
    list_filter = (("edition", VisibleRelatedFilter), ("source", VisibleRelatedFilter))
    list_select_related = ("edition__dialogue",)
    search_fields = ("text_en", "text_nl")
    ordering = ("edition", "position")
    prefill = ("edition",)
    fieldsets = (
        (None, {"fields": (("edition", "position"), pair("text"), pair("not_stated"), ("source",))}),
        MAY_BE_READ_BY,
    )

    @admin.display(description=gettext_lazy("result"), ordering="text_en")
    def short(self, result: Result) -> str:
        return Truncator(str(result.text)).words(18)
