from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from dialogues.models import Commitment, Result
from socportal.admin import PortalAdmin, VisibleRelatedFilter, pair


@admin.register(Commitment)
class CommitmentAdmin(PortalAdmin):
    """A promise in a published text, in our own words. It is not an action item."""

    kept_through = "edition"
    list_display = ("summary_en", "strength_en", "edition", "audience", "published_at")
    list_filter = (("edition", VisibleRelatedFilter), "audience")
    list_select_related = ("edition__dialogue",)
    search_fields = ("summary_en", "summary_nl")
    autocomplete_fields = ("source",)
    fieldsets = (
        (None, {"fields": (("edition", "position"), pair("summary"), pair("strength"), "themes", "parties")}),
        (gettext_lazy("Where it stands"), {"fields": ("source", pair("place"))}),
        (gettext_lazy("Who may read it"), {"fields": (("audience", "published_at"), "embargo_until")}),
    )


@admin.register(Result)
class ResultAdmin(PortalAdmin):
    """Progress since the edition before, as a published text reports it."""

    kept_through = "edition"
    list_display = ("text_en", "edition", "audience", "published_at")
    list_filter = (("edition", VisibleRelatedFilter), "audience")
    list_select_related = ("edition__dialogue",)
    search_fields = ("text_en", "text_nl")
    autocomplete_fields = ("source",)
    fields = (
        ("edition", "position"),
        pair("text"),
        pair("not_stated"),
        "source",
        ("audience", "published_at"),
        "embargo_until",
    )
