"""Engagements between editions, and the initiatives that a dialogue supports, in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from dialogues.models import Engagement, Initiative
from socportal.admin import VisibleRelatedFilter, pair

from .dates import DatedForm
from .editions import PublishedOfOneEdition
from .publication import WHO_READS, PublishedAdmin

AS_STATED = gettext_lazy("As stated")


class BetweenEditionsForm(PublishedOfOneEdition, DatedForm):
    pass


@admin.register(Engagement)
class EngagementAdmin(PublishedAdmin):
    form = BetweenEditionsForm
    chosen_from_kept = ("dialogue", "edition", "since")
    list_display = ("title", "kind", "dialogue", "day")
    list_filter = (
        ("dialogue", VisibleRelatedFilter),
        ("edition", VisibleRelatedFilter),
        ("parties", VisibleRelatedFilter),
        "kind",
    )
    list_select_related = ("dialogue",)
    search_fields = ("title_en", "title_nl", "summary_en", "summary_nl", "place_en", "place_nl")
    prefill = ("dialogue", "edition", "kind")
    prepopulated_fields = {"slug": ("title_en",)}
    fieldsets = (
        (None, {"fields": (pair("title"), ("dialogue", "kind"), ("slug", "parties"))}),
        (
            gettext_lazy("When, as far as it is known"),
            {"fields": (("starts_on", "ends_on"), ("date_precision", "since"), "edition")},
        ),
        (AS_STATED, {"fields": (pair("summary"), pair("standing"), pair("number"), pair("place"))}),
        WHO_READS,
    )

    @admin.display(description=gettext_lazy("title"), ordering="title_en")
    def title(self, engagement: Engagement) -> str:
        return str(engagement.title)

    @admin.display(description=gettext_lazy("date"), ordering="starts_on")
    def day(self, engagement: Engagement) -> str:
        return engagement.dates or "–"


@admin.register(Initiative)
class InitiativeAdmin(PublishedAdmin):
    form = BetweenEditionsForm
    chosen_from_kept = ("dialogue",)
    list_display = ("name", "dialogue", "day")
    list_filter = (("dialogue", VisibleRelatedFilter), ("parties", VisibleRelatedFilter))
    list_select_related = ("dialogue",)
    search_fields = ("name_en", "name_nl", "summary_en", "summary_nl")
    autocomplete_fields = ("organisation",)
    prefill = ("dialogue",)
    prepopulated_fields = {"slug": ("name_en",)}
    fieldsets = (
        (None, {"fields": (pair("name"), ("dialogue", "slug"), ("organisation", "parties"))}),
        (gettext_lazy("When, as far as it is known"), {"fields": (("starts_on", "ends_on"), "date_precision")}),
        (AS_STATED, {"fields": (pair("summary"), pair("partners"), pair("standing"))}),
        WHO_READS,
    )

    @admin.display(description=gettext_lazy("name"), ordering="name_en")
    def name(self, initiative: Initiative) -> str:
        return str(initiative.name)

    @admin.display(description=gettext_lazy("date"), ordering="starts_on")
    def day(self, initiative: Initiative) -> str:
        return initiative.dates or "–"
