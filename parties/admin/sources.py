"""Sources in the admin: the published texts that the record was read from; and below each record, what it cites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.contenttypes.admin import GenericTabularInline
from django.contrib.contenttypes.forms import BaseGenericInlineFormSet
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from parties.models import Citation, Source
from socportal.admin import Limited, PortalAdmin, differences, fingerprint, is_stored, pair
from socportal.bilingual import LANGUAGES

# Fields that no text states: they are about the record, not about what it tells.
NOT_STATED_ANYWHERE = {"id", "slug", "position", "audience", "is_public", "is_demonstration", "action_prefix"}


@admin.register(Source)
class SourceAdmin(PortalAdmin):
    list_display = ("code", "title", "lang", "published_on", "origin")
    list_display_links = ("code", "title")
    list_filter = ("origin", "lang")
    search_fields = ("code", "title")
    formfield_overrides = {
        **PortalAdmin.formfield_overrides,
        models.TimeField: {"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})},
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("code", "lang"),
                    "title",
                    pair("kind"),
                    ("published_on", "published_time"),
                    ("origin", "url"),
                    pair("note"),
                )
            },
        ),
    )


def citable(model: type[models.Model]) -> dict[str, str]:
    """The fields of a kind of record that a source can state, by name without language, each with its words."""
    found = {}
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        name, _line, lang = field.name.rpartition("_")
        words = str(field.verbose_name)
        if lang in LANGUAGES and name:
            found.setdefault(name, words.rpartition(",")[0] or words)
        elif field.editable and field.name not in NOT_STATED_ANYWHERE and not isinstance(field, models.DateTimeField):
            found[field.name] = words
    return found


class CitationFormSet(BaseGenericInlineFormSet):
    """Rows below a record, under the rule of its page: over somebody's newer rows, both are shown first (law R8)."""

    portal_request: HttpRequest

    def initial_form_count(self) -> int:
        count = super().initial_form_count()
        return min(count, len(self.get_queryset())) if self.is_bound else count

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = str(form.fields["DELETE"].label)

    def clean(self) -> None:
        super().clean()
        if getattr(self.portal_request, "is_overwriting", False):
            lines = [line for form in self.forms if form.has_changed() for line in differences(form)]
            if lines:
                raise ValidationError([ValidationError(line) for line in lines])


class CitationInline(Limited, GenericTabularInline):  # type: ignore[misc]
    """Which source states which field. Who keeps the record keeps its citations."""

    model = Citation
    formset = CitationFormSet
    fields = ("field", "source", *pair("note"))
    extra = 0
    verbose_name_plural = gettext_lazy("where it was read")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.portal_request = request
        fields = formset.form.base_fields
        if "field" in fields:
            known = citable(self.parent_model)
            if obj is not None:
                known = {name: name for name in Citation.objects.of(obj).values_list("field", flat=True)} | known
            choices = [("", "---------"), *sorted(known.items(), key=lambda one: one[1])]
            fields["field"] = forms.ChoiceField(label=fields["field"].label, choices=choices)
        for field in fields.values():  # the head of a column is no label of the control below it
            field.widget.attrs.setdefault("aria-label", str(field.label))
        return formset

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Citation]:
        return super().get_queryset(request).select_related("source")

    def keeps_page(self, request: HttpRequest, obj: Any) -> bool:
        """`obj` is the record whose page this is; its own admin has the answer."""
        return self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_add_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or self.keeps_page(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or self.keeps_page(request, obj))


class CitedAdmin(PortalAdmin):
    """The page of a record that cites its sources. They are entered once the record is there."""

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        inlines = super().get_inlines(request, obj)
        return inlines if obj is None or obj.pk is None else [*inlines, CitationInline]

    def fingerprint(self, request: HttpRequest, obj: Any) -> str:
        names = [name for name in self.get_form(request, obj, change=True).base_fields if is_stored(obj, name)]
        return fingerprint(obj, names, Citation.objects.of(obj).order_by("pk"))

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        """The journal calls the rows by one name, not by the long one that their form has."""
        called = [name if is_stored(obj, name) else "citations" for name in fields]
        super().record_saved(request, obj, created=created, fields=sorted(set(called)))
