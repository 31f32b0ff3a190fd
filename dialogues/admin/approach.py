"""Statements of policy and opinion in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from dialogues.models import Statement
from socportal.admin import VisibleRelatedFilter, pair

from .appearances import said_by_whom
from .editions import PublishedOfOneEdition
from .publication import WHO_READS, PublishedAdmin


@admin.register(Statement)
class StatementAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("dialogue", "edition")
    list_display = ("short", "kind", "edition", "position")
    list_filter = (("dialogue", VisibleRelatedFilter), ("edition", VisibleRelatedFilter), "kind")
    list_select_related = ("edition__dialogue",)
    search_fields = ("text_en", "text_nl")
    autocomplete_fields = ("organisations",)
    prefill = ("dialogue", "edition", "kind")
    fieldsets = (
        (None, {"fields": (("dialogue", "edition"), ("kind", "position"), pair("text"), ("said_by", "organisations"))}),
        WHO_READS,
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return said_by_whom(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))

    @admin.display(description=gettext_lazy("statement"), ordering="text_en")
    def short(self, statement: Statement) -> str:
        return Truncator(str(statement.text)).words(18)
