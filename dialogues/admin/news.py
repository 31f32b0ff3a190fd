"""News in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from dialogues.models import NewsItem
from socportal import clock
from socportal.admin import VisibleRelatedFilter, pair

from .editions import PublishedOfOneEdition
from .publication import WHO_READS, PublishedAdmin


@admin.register(NewsItem)
class NewsItemAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("dialogue", "edition")
    list_display = ("title", "dated_on", "dialogue")
    list_filter = (("dialogue", VisibleRelatedFilter), ("edition", VisibleRelatedFilter))
    list_select_related = ("dialogue",)
    search_fields = ("title_en", "title_nl", "lead_en", "lead_nl", "body_en", "body_nl")
    prefill = ("dialogue", "edition")
    prepopulated_fields = {"slug": ("title_en",)}
    fieldsets = (
        (None, {"fields": (pair("title"), ("dialogue", "edition"), ("dated_on", "slug"))}),
        (gettext_lazy("What readers read"), {"fields": (pair("lead"), pair("body"), ("source",))}),
        WHO_READS,
    )

    @admin.display(description=gettext_lazy("title"), ordering="title_en")
    def title(self, item: NewsItem) -> str:
        return str(item.title)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"dated_on": clock.today().isoformat()} | super().get_changeform_initial_data(request)
