"""The journal in the admin, in words: read, never written."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from dialogues.models import Appointment, CarryOver, Correspondence, Evidence, Export, JournalEntry, ProgressUpdate
from dialogues.models.journal import ACTS
from dialogues.procedures.roll_forward_plan import GroupDecision
from parties.models import Party
from socportal.admin import LARGEST_KEY, ReadOnlyAdmin, VisibleRelatedFilter

# What the keys of the details are called. A key that is missing here is shown as it is.
LABELS = {
    "access_status": gettext_lazy("answer of venue security"),
    "actions": gettext_lazy("action items"),
    "agreed": gettext_lazy("agreed"),
    "attended": gettext_lazy("came"),
    "category": gettext_lazy("category"),
    "closed": gettext_lazy("last day"),
    "closes_at": gettext_lazy("until"),
    "code": gettext_lazy("code"),
    "comments_until": gettext_lazy("comments until"),
    "confirmed_on": gettext_lazy("confirmed on"),
    "consents_void": gettext_lazy("consents that no longer count"),
    "count": gettext_lazy("how many"),
    "delegations_to_confirm": gettext_lazy("delegations to confirm"),
    "digests": gettext_lazy("weekly digests"),
    "direction": gettext_lazy("direction"),
    "export": gettext_lazy("export number"),
    "factors": gettext_lazy("second factors"),
    "fields": gettext_lazy("fields"),
    "final": gettext_lazy("final"),
    "from": gettext_lazy("from"),
    "groups": gettext_lazy("working groups"),
    "is_staff": gettext_lazy("secretariat sign-in"),
    "items": gettext_lazy("action items"),
    "key": gettext_lazy("key"),
    "kind": gettext_lazy("kind"),
    "late": gettext_lazy("late"),
    "letters": gettext_lazy("numbers of the letters"),
    "lists_names": gettext_lazy("names are listed"),
    "mandates": gettext_lazy("mandates"),
    "messages": gettext_lazy("messages"),
    "missing": gettext_lazy("missing"),
    "number": gettext_lazy("number"),
    "opened_with_gates_undone": gettext_lazy("opened with gates undone"),
    "parties": gettext_lazy("parties"),
    "party": gettext_lazy("party"),
    "people": gettext_lazy("people in it"),
    "person": gettext_lazy("number of the person"),
    "precision": gettext_lazy("how exactly known"),
    "purpose": gettext_lazy("purpose"),
    "rating": gettext_lazy("standing"),
    "reason_given": gettext_lazy("a reason is given"),
    "reports": gettext_lazy("session reports"),
    "role": gettext_lazy("role"),
    "round": gettext_lazy("version"),
    "rows": gettext_lazy("rows"),
    "rule": gettext_lazy("rule"),
    "sessions": gettext_lazy("sessions"),
    "tasks": gettext_lazy("tasks"),
    "themes": gettext_lazy("themes"),
    "to": gettext_lazy("to"),
    "until": gettext_lazy("until"),
    "week": gettext_lazy("week"),
    "what": gettext_lazy("what"),
    "year": gettext_lazy("year"),
}
# What was decided at a roll-forward, counted by decision.
DECISIONS: dict[str, Any] = {one.value: one.label for one in (*GroupDecision, *CarryOver.Decision)}
# Codes that are no choices of a field of the record that the act was done on.
CODES: dict[str, dict[Any, Any]] = {
    "role": dict(Appointment.Role.choices),
    "what": dict(Export.What.choices),
    "purpose": dict(Export.Purpose.choices),
    "rating": dict(ProgressUpdate.Rating.choices),
    "kind": {**dict(Correspondence.Kind.choices), **dict(Evidence.Kind.choices)},
}
# These stand first, in this order; the rest by the alphabet: PostgreSQL keeps no order of keys.
LEADING = ("code", "number", "fields", "from", "to")
FIELDS_BEHIND = {"to": "status", "precision": "date_precision"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


# In words


def kind_of(entry: JournalEntry) -> type[models.Model] | None:
    return entry.content_type.model_class() if entry.content_type else None


def record_in_words(entry: JournalEntry) -> str:
    """Its kind and number: the record itself may say a name."""
    kind = kind_of(entry)
    return f"{kind._meta.verbose_name} {entry.object_id}" if kind else ""


def post_in_words(entry: Any) -> str:
    """“Secretary (Netherlands)”; an act without a person is the portal's own, by the clock."""
    if entry.by_id is None:
        return _("The portal, by the clock")
    role = capfirst(str(Appointment.Role(entry.post).label)) if entry.post else _("An account without a post")
    return f"{role} ({entry.party})" if entry.party else role


def sentence(entry: Any) -> str:
    """“Secretary (Netherlands) scheduled the edition: edition 12”."""
    said = {"who": post_in_words(entry), "act": str(ACTS.get(entry.act, entry.act)), "record": record_in_words(entry)}
    if not said["record"]:
        return pgettext("journal", "%(who)s %(act)s") % said
    return pgettext("journal", "%(who)s %(act)s: %(record)s") % said


def field_in_words(kind: type[models.Model] | None, name: str) -> str:
    """A field, or the rows below a record, by the words of its form; its own name where it has none any more."""
    try:
        field: Any = kind._meta.get_field(name) if kind else None
    except FieldDoesNotExist:
        return name
    if field is None:
        return name
    return str(getattr(field, "verbose_name", None) or field.related_model._meta.verbose_name_plural)


def _choices(kind: type[models.Model] | None, key: str) -> dict[Any, Any]:
    """The choices of the record's own field of this name; of one that names no such field, those known here."""
    try:
        field: Any = kind._meta.get_field(FIELDS_BEHIND.get(key, key)) if kind else None
    except FieldDoesNotExist:
        field = None
    return dict(getattr(field, "flatchoices", ())) or CODES.get(key, {})


def value_in_words(kind: type[models.Model] | None, key: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(field_in_words(kind, one) if key == "fields" else value_in_words(kind, key, one) for one in value)
    if isinstance(value, dict):
        return "; ".join(details_of(kind, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and INSTANT.match(value):
        return date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT")
    if isinstance(value, str) and DAY.match(value):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return str(_choices(kind, key).get(value, value))


def _place(item: tuple[str, Any]) -> tuple[int, str]:
    key = item[0]
    return LEADING.index(key) if key in LEADING else len(LEADING), key


def details_of(kind: type[models.Model] | None, details: dict[str, Any]) -> list[str]:
    """“fields: city, English; messages: 12”: words for keys, labels for codes, days as days. What is empty is left out."""
    labels = {**LABELS, **DECISIONS}
    return [
        f"{labels.get(key, key.replace('_', ' '))}: {value_in_words(kind, key, value)}"
        for key, value in sorted(details.items(), key=_place)
        if value not in (None, "", [], {})
    ]


# Filters


class ActFilter(admin.SimpleListFilter):
    """The acts that the reader's journal holds, in words."""

    title = gettext_lazy("act")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        present = JournalEntry.objects.visible_to(request.user).order_by().values_list("act", flat=True).distinct()
        return sorted(((act, str(ACTS.get(act, act))) for act in present), key=lambda one: one[1].casefold())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


class PostFilter(admin.SimpleListFilter):
    """Who did it: by the role and party held on that day, not by name; or the portal itself."""

    title = gettext_lazy("post")
    parameter_name = "post"
    CLOCK = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        held = Appointment.objects.filter(dialogue__in=JournalEntry.objects.visible_to(request.user).values("dialogue"))
        posts = sorted(set(held.order_by().values_list("role", "party")))
        parties = Party.objects.in_bulk({party for _role, party in posts})
        found = [(f"{role}-{party}", f"{Appointment.Role(role).label} ({parties[party]})") for role, party in posts]
        return [*found, (self.CLOCK, _("the portal, by the clock"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        value = self.value()
        if value == self.CLOCK:
            return queryset.filter(by__isnull=True)
        if value and value in {one for one, _words in self.lookup_choices}:
            role, _dash, party = value.rpartition("-")
            done: models.QuerySet[Any] = queryset.done_as(role, int(party))  # type: ignore[attr-defined]
            return done
        return queryset.none() if value else queryset


class KindFilter(admin.SimpleListFilter):
    """The kinds of record that acts were done on."""

    title = gettext_lazy("kind of record")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        present = JournalEntry.objects.visible_to(request.user).order_by().values_list("content_type", flat=True).distinct()
        kinds = [kind for kind in ContentType.objects.filter(pk__in=present) if kind.model_class()]
        named = [(kind.model, str(kind.model_class()._meta.verbose_name)) for kind in kinds]  # type: ignore[union-attr]
        return sorted(named, key=lambda one: one[1].casefold())

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(content_type__model=self.value()) if self.value() else queryset


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ("number", "at", "in_words", "details_in_words", "by", "edition")
    list_filter = (
        ("edition", VisibleRelatedFilter),
        ActFilter,
        PostFilter,
        ("party", VisibleRelatedFilter),
        KindFilter,
        ("at", admin.DateFieldListFilter),
    )
    list_select_related = ("by__person", "party", "edition__dialogue", "content_type")
    search_fields = ("object_id",)
    search_help_text = gettext_lazy("The number of a record.")
    fields = (("number", "at"), "in_words", "details_in_words", ("by", "party"), ("record_page", "edition"), "dialogue", "hash")
    readonly_fields = ("in_words", "details_in_words", "record_page")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).with_post()  # type: ignore[attr-defined, no-any-return]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The number of a record and nothing else; what is no number is the number of none."""
        term = search_term.strip()
        if not term:
            return queryset, False
        is_number = term.isascii() and term.isdecimal() and len(term) < 20 and int(term) <= LARGEST_KEY
        return (queryset.filter(object_id=int(term)) if is_number else queryset.none()), False

    @admin.display(description=gettext_lazy("what was done"), ordering="act")
    def in_words(self, entry: JournalEntry) -> str:
        return sentence(entry)

    @admin.display(description=gettext_lazy("details"))
    def details_in_words(self, entry: JournalEntry) -> str:
        return "; ".join(details_of(kind_of(entry), entry.details)) or "–"

    @admin.display(description=gettext_lazy("record"))
    def record_page(self, entry: JournalEntry) -> str:
        """Its kind and number, leading to its page."""
        kind = kind_of(entry)
        if kind is None:
            return "–"
        try:
            address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_change", args=[entry.object_id])
        except NoReverseMatch:
            return record_in_words(entry)
        return format_html('<a href="{}">{}</a>', address, record_in_words(entry))
