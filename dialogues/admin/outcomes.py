"""What came out of an edition, in the admin: documents, commitments, results and figures, each beside its source."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from dialogues.models import Commitment, Figure, OutcomeDocument, Result, Theme
from socportal.admin import VisibleRelatedFilter, pair

from .appearances import NamesOfficeHolders, said_by_whom
from .dates import DatedForm
from .editions import PublishedOfOneEdition, with_its_year, worded
from .publication import WHO_READS, PublishedAdmin


class DocumentForm(NamesOfficeHolders, PublishedOfOneEdition, DatedForm):
    NAMES = "speaker"


@admin.register(OutcomeDocument)
class OutcomeDocumentAdmin(PublishedAdmin):
    form = DocumentForm
    chosen_from_kept = ("dialogue", "edition")
    list_display = ("title", "kind", "edition", "day")
    list_filter = (("dialogue", VisibleRelatedFilter), ("edition", VisibleRelatedFilter), "kind", "relation")
    list_select_related = ("edition",)
    search_fields = ("title_en", "title_nl", "summary_en", "summary_nl")
    autocomplete_fields = ("speaker",)
    prefill = ("dialogue", "edition")
    prepopulated_fields = {"slug": ("title_en",)}
    fieldsets = (
        (None, {"fields": (pair("title"), ("dialogue", "edition"), ("kind", "relation"), "slug", pair("summary"))}),
        (gettext_lazy("Date, as far as it is known"), {"fields": (("starts_on", "ends_on"), "date_precision")}),
        (gettext_lazy("The text itself"), {"fields": (("lang", "url"), ("parties", "speaker"))}),
        WHO_READS,
    )

    @admin.display(description=gettext_lazy("title"), ordering="title_en")
    def title(self, document: OutcomeDocument) -> str:
        return Truncator(str(document.title)).words(18)

    @admin.display(description=gettext_lazy("date"), ordering="starts_on")
    def day(self, document: OutcomeDocument) -> str:
        return document.dates or "–"


@admin.register(Commitment)
class CommitmentAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("dialogue", "edition", "document")
    list_display = ("short", "edition", "position")
    list_filter = (
        ("dialogue", VisibleRelatedFilter),
        ("edition", VisibleRelatedFilter),
        ("parties", VisibleRelatedFilter),
        ("source", VisibleRelatedFilter),
    )
    list_select_related = ("edition__dialogue",)
    search_fields = ("summary_en", "summary_nl")
    ordering = ("dialogue", "edition", "position")
    prefill = ("dialogue", "edition", "document")
    fieldsets = (
        (None, {"fields": (("dialogue", "edition"), ("document", "position"), pair("strength"), pair("summary"))}),
        (gettext_lazy("Where it is read"), {"fields": (("source",), pair("place"))}),
        (gettext_lazy("Who promised, on what"), {"fields": (("parties", "themes"), "initiatives")}),
        WHO_READS,
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return worded(field, with_its_year, "edition") if db_field.related_model is Theme else field

    @admin.display(description=gettext_lazy("commitment"), ordering="summary_en")
    def short(self, commitment: Commitment) -> str:
        return Truncator(str(commitment.summary)).words(18)


@admin.register(Result)
class ResultAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("short", "edition", "position")
    list_filter = (("edition", VisibleRelatedFilter), ("source", VisibleRelatedFilter))
    list_select_related = ("edition__dialogue",)
    search_fields = ("text_en", "text_nl")
    ordering = ("edition", "position")
    prefill = ("edition",)
    fieldsets = (
        (None, {"fields": (("edition", "position"), pair("text"), pair("not_stated"), ("source", "engagements"))}),
        WHO_READS,
    )

    @admin.display(description=gettext_lazy("result"), ordering="text_en")
    def short(self, result: Result) -> str:
        return Truncator(str(result.text)).words(18)


@admin.register(Figure)
class FigureAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("edition",)
    list_display = ("number", "what", "year", "edition", "position")
    list_filter = (("edition", VisibleRelatedFilter), "year")
    list_select_related = ("edition__dialogue",)
    search_fields = ("what_en", "what_nl", "unit_en", "unit_nl", "where_en", "where_nl")
    ordering = ("edition", "position")
    prefill = ("edition",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("edition", "position"),
                    ("value", *pair("value_text")),
                    pair("unit"),
                    pair("what"),
                    pair("rank"),
                    pair("where"),
                    ("year", "said_by"),
                )
            },
        ),
        WHO_READS,
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return said_by_whom(db_field, super().formfield_for_foreignkey(db_field, request, **kwargs))

    @admin.display(description=gettext_lazy("figure"), ordering="value")
    def number(self, figure: Figure) -> str:
        return str(figure)

    @admin.display(description=gettext_lazy("what is counted"), ordering="what_en")
    def what(self, figure: Figure) -> str:
        return str(figure.what)
