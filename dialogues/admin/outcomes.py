"""What came out of an edition, in the admin: documents, commitments, results and figures, each beside its source."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import ActionItem, Commitment, Figure, OutcomeDocument, Result, Theme
from socportal.admin import VisibleRelatedFilter, pair

from .appearances import NamesOfficeHolders, said_by_whom
from .board_facts import rows_address
from .dates import DatedForm
from .editions import PublishedOfOneEdition, with_its_year, worded
from .publication import WHO_READS, PublishedAdmin, status
from .steps import change_address


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


def items_of(user: Any) -> models.QuerySet[Any]:
    """What carries out a commitment, as far as the reader may see it; one that was withdrawn carries out nothing."""
    return ActionItem.objects.visible_to(user).exclude(status=ActionItem.Status.WITHDRAWN)


def with_coverage(commitments: models.QuerySet[Any], user: Any) -> models.QuerySet[Any]:
    """Adds `items_all` and `items_closed`: how many action items carry it out, and how many of them are closed."""
    items = items_of(user).filter(commitment=OuterRef("pk")).order_by()

    def count(rows: models.QuerySet[Any]) -> Coalesce:
        numbers = rows.values("commitment").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)

    return commitments.annotate(items_all=count(items), items_closed=count(items.filter(status=ActionItem.Status.CLOSED)))


class CoverageFilter(admin.SimpleListFilter):
    title = gettext_lazy("action items")
    parameter_name = "coverage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("Without an action item")), ("open", _("Not all closed")), ("closed", _("All closed"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        items = items_of(request.user).filter(commitment=OuterRef("pk"))
        unfinished = items.filter(status__in=ActionItem.LIVE)
        match self.value():
            case "none":
                return queryset.filter(~Exists(items))
            case "open":
                return queryset.filter(Exists(unfinished))
            case "closed":
                return queryset.filter(Exists(items), ~Exists(unfinished))
        return queryset


def initiative_names(commitment: Commitment) -> str:
    """Initiatives and instruments alike."""
    return ", ".join(sorted(str(one.name) for one in commitment.initiatives.all()))


@admin.register(Commitment)
class CommitmentAdmin(PublishedAdmin):
    form = PublishedOfOneEdition
    chosen_from_kept = ("dialogue", "edition", "document")
    list_display = ("short", "edition", "position", "covered", "serves")
    list_filter = (
        CoverageFilter,
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
        (
            gettext_lazy("Where it is read"),
            {
                "description": gettext_lazy(
                    "The text above is our summary. The promise itself stands at this place of the source, in its own words. "
                    "What is public is corrected with a note that stays on the page; nothing is changed silently."
                ),
                "fields": (("source",), pair("place")),
            },
        ),
        (gettext_lazy("Who promised, on what"), {"fields": (("parties", "themes"), "initiatives")}),
        (gettext_lazy("What is done about it"), {"fields": ("carried_out_by",)}),
        WHO_READS,
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        on_list = request.resolver_match is not None and request.resolver_match.url_name == "dialogues_commitment_changelist"
        return with_coverage(rows, request.user).prefetch_related("initiatives") if on_list else rows

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Above the list the question that the secretariat asks most, with its count in what the other filters leave."""
        found: Any = super().get_changelist_instance(request)
        rows = found.get_queryset(request, [CoverageFilter.parameter_name])
        chosen = request.GET.get(CoverageFilter.parameter_name, "")
        uncovered = rows.filter(items_all=0).count()
        found.views = [
            {
                "words": words,
                "count": count,
                "address": found.get_query_string({CoverageFilter.parameter_name: name or None, "p": None}),
                "is_chosen": name == chosen,
            }
            for name, words, count in (("none", _("Without an action item"), uncovered), ("", _("All"), rows.count()))
        ]
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "carried_out_by")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        if (obj := kwargs.get("obj")) is not None:
            obj.items_shown = list(items_of(request.user).filter(commitment=obj.pk).order_by("number"))
            if self.has_change_permission(request, obj) and (address := add_item_address(obj)):
                context["further_pages"] = [(_("Add an action item"), address)]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("action items"), ordering="items_all")
    def covered(self, commitment: Any) -> str:
        if not commitment.items_all:
            words = status("ring", "quiet", _("None"))
            address = add_item_address(commitment)
            add = format_html('<a href="{}">{}</a>', address, _("Add an action item")) if address else ""
            return format_html('<div class="line">{}</div><div class="line">{}</div>', words, add)
        said = ngettext("%(count)d, %(closed)d closed", "%(count)d, %(closed)d closed", commitment.items_all)
        words = said % {"count": commitment.items_all, "closed": commitment.items_closed}
        return format_html('<a href="{}">{}</a>', rows_address(ActionItem, commitment=commitment.pk), words)

    @admin.display(description=gettext_lazy("initiatives and instruments"))
    def serves(self, commitment: Commitment) -> str:
        return initiative_names(commitment) or "–"

    @admin.display(description=gettext_lazy("action items"))
    def carried_out_by(self, commitment: Any) -> str:
        rows = getattr(commitment, "items_shown", ())
        lines = (
            (change_address(item), item.number, Truncator(str(item.text)).words(14), item.get_status_display()) for item in rows
        )
        said = format_html_join("", '<p><a href="{}">{}</a> {}: {}</p>', lines)
        return said or _("None yet: nobody has been given anything to do about it.")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return worded(field, with_its_year, "edition") if db_field.related_model is Theme else field

    @admin.display(description=gettext_lazy("commitment"), ordering="summary_en")
    def short(self, commitment: Commitment) -> str:
        return Truncator(str(commitment.summary)).words(18)


def add_item_address(commitment: Commitment) -> str:
    """The form of a new action item of this commitment; a promise made elsewhere has no edition to number it in."""
    if commitment.edition_id is None:
        return ""
    said = urlencode({"edition": commitment.edition_id, "commitment": commitment.pk})
    return f"{reverse('admin:dialogues_actionitem_add')}?{said}"


def by_edition(commitment: Commitment) -> str:
    text = Truncator(str(commitment)).words(14)
    return f"{commitment.edition.year}, {commitment.position}: {text}" if commitment.edition else text


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
        (gettext_lazy("On what it reports"), {"fields": ("commitments",)}),
        WHO_READS,
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return worded(field, by_edition, "edition") if db_field.name == "commitments" else field

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
