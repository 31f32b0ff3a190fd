"""What every page of the admin has in common; no word of any topic stands here.

Rows, choices, filters and columns hold what `visible_to` gives the reader. What may be changed is what the reader keeps
(`kept_by`). A query string that no page of ours makes is refused or ignored, never an error of ours. Nothing is deleted
unless its admin says so. A save over somebody else's newer version is refused with both values shown (law R8).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError, IntegrityError, models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HIDDEN_RECORD = gettext_lazy("(a record you may not read)")
LARGEST_KEY = models.BigIntegerField.MAX_BIGINT
NOT_UNDERSTOOD = (ValueError, OverflowError, DataError, ValidationError)


class SaveRefused(Exception):
    """A save that a rule outside the form refuses: nothing is stored, the form comes back with these sentences."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = [str(sentence) for sentence in sentences]
        super().__init__(" ".join(self.sentences))


def pair(name: str) -> tuple[str, str]:
    """The two language columns of a text, side by side in one row of the form."""
    return (f"{name}_en", f"{name}_nl")


def fingerprint(record: models.Model, names: Iterable[str], rows: Iterable[models.Model] = ()) -> str:
    """SHA-256 over the stored values of these fields and of the rows below: equal as long as nobody saved."""
    lines = []
    for name in sorted(names):
        field = record._meta.get_field(name)
        if field.many_to_many:
            lines.append(f"{name}={sorted(getattr(record, name).values_list('pk', flat=True))}")
        else:
            lines.append(f"{name}={field.value_to_string(record)}")  # type: ignore[union-attr]
    for row in rows:
        lines += [f"{row.pk}.{field.attname}={field.value_to_string(row)}" for field in row._meta.concrete_fields]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def in_words(field: Any, value: Any) -> str:
    """A value of a form field as a person would read it: labels for keys, times in the zone of the page."""
    if isinstance(value, Sequence) and not isinstance(value, str) and not isinstance(field, forms.ModelMultipleChoiceField):
        value = " ".join(str(part) for part in value if part)
    if value is None or value == "" or value == []:
        return _("nothing")
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(in_words_of_one(field, one) for one in value)) or _("nothing")
    if isinstance(field, forms.ModelChoiceField):
        return in_words_of_one(field, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return localize(timezone.localtime(value) if timezone.is_aware(value) else value)
    return str(dict(getattr(field, "choices", ())).get(value) or localize(value))


def in_words_of_one(field: Any, value: Any) -> str:
    try:
        found = value if isinstance(value, models.Model) else field.queryset.filter(pk=value).first()
    except (TypeError, ValueError):  # forged: no key at all
        found = None
    return str(field.label_from_instance(found)) if found else str(HIDDEN_RECORD)


def differences(form: Any) -> list[str]:
    """A sentence for each field in which what was typed differs from what is stored now."""
    lines = []
    for name in form.changed_data:
        if name not in form.fields or name == "DELETE":
            continue
        field = form.fields[name]
        typed = form.cleaned_data[name] if name in getattr(form, "cleaned_data", {}) else form[name].data
        said = {
            "field": str(field.label or name),
            "stored": in_words(field, form.get_initial_for_field(field, name)),
            "typed": in_words(field, typed),
        }
        lines.append(_("%(field)s: stored now “%(stored)s”; you typed “%(typed)s”.") % said)
    return lines


class Instant(forms.SplitDateTimeField):
    """A day and a time, to the minute: one that was stored with its seconds is not changed by saving the page."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        if isinstance(initial, datetime):
            initial = initial.replace(second=0, microsecond=0)
        return super().has_changed(initial, data)


class SearchSelect(AutocompleteSelect):
    """A choice found by typing. A posted value that can be no key selects nothing, where the stock one fails."""

    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        return super().optgroups(
            name, [one for one in value if one == "" or could_be_key(self.field.related_model, one)], attrs
        )


class SearchSelectMultiple(AutocompleteSelectMultiple):
    def optgroups(self, name: str, value: Sequence[str], attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if could_be_key(self.field.related_model, one)], attrs)


class PortalForm(forms.ModelForm):  # type: ignore[type-arg]
    """A change form that knows the request: it refuses to overwrite, and never drops a relation it may not show."""

    portal_request: HttpRequest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
                self._keep_hidden_choice(name, field)

    def _keep_hidden_choice(self, name: str, field: Any) -> None:
        """A relation to something hidden stays as it is: offered as one nameless choice, not lost by saving."""
        current = getattr(self.instance, f"{name}_id", None)
        if current is None or field.queryset.filter(pk=current).exists():
            return
        field.queryset = field.queryset.model._default_manager.filter(
            models.Q(pk__in=field.queryset.order_by().values("pk")) | models.Q(pk=current)
        )
        plain = field.label_from_instance
        field.label_from_instance = lambda one: str(HIDDEN_RECORD) if one.pk == current else plain(one)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        request = self.portal_request
        if refusal := getattr(request, "portal_refusal", None):
            raise ValidationError([ValidationError(sentence) for sentence in refusal])
        for name, field in self.fields.items():
            if name in cleaned and isinstance(field, Instant) and name not in self.changed_data:
                cleaned[name] = self.get_initial_for_field(field, name)
            if name in cleaned and isinstance(field, forms.ModelMultipleChoiceField) and self.instance.pk:
                hidden = getattr(self.instance, name).exclude(pk__in=field.queryset.order_by().values("pk"))  # type: ignore[union-attr]
                if kept := list(hidden):
                    cleaned[name] = [*cleaned[name], *kept]
        if getattr(request, "is_overwriting", False):
            first = _(
                "Somebody saved a newer version while you were typing. Nothing of yours is lost: compare, "
                "then save again to replace it."
            )
            lines = [first, *differences(self), *self._typed_but_closed()]
            raise ValidationError([ValidationError(line) for line in lines])
        return cleaned

    def _typed_but_closed(self) -> list[str]:
        """What was typed into a field that somebody else’s step has closed meanwhile: shown, for it cannot be saved."""
        lines = []
        for field in self._meta.model._meta.concrete_fields:
            typed = self.portal_request.POST.get(field.name)
            if typed is None or field.name in self.fields or typed == field.value_to_string(self.instance):
                continue
            said = _("%(field)s: this cannot be changed any more; you typed “%(typed)s”.")
            lines.append(said % {"field": field.verbose_name, "typed": typed})
        return lines


class PortalFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows below a record, under the same rule: over somebody's newer rows, both are shown first."""

    portal_request: HttpRequest

    def initial_form_count(self) -> int:
        """Never more than there are: a row that somebody took out meanwhile comes back as an error, not a failure."""
        count = super().initial_form_count()
        return min(count, len(self.get_queryset())) if self.is_bound else count

    def clean(self) -> None:
        super().clean()
        if getattr(self.portal_request, "is_overwriting", False):
            lines = [line for form in self.forms if form.has_changed() for line in differences(form)]
            if lines:
                raise ValidationError([ValidationError(line) for line in lines])


class VisibleRelatedFilter(admin.RelatedFieldListFilter):
    """A filter beside the list whose choices are the related rows that the reader may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:  # type: ignore[override]
        related = field.remote_field.model._default_manager
        rows = related.visible_to(request.user) if hasattr(related, "visible_to") else related.all()
        return [(row.pk, str(row)) for row in rows]


class Limited:
    """Rows and choices by `visible_to`, changes by `kept_by`; shared by pages and the rows inside them."""

    # Where the record that decides who keeps this one stands: "" is the record itself, "meeting__series" a way up.
    kept_through = ""
    # Relations that offer only what the reader keeps, beside the first one of `kept_through`.
    chosen_from_kept: tuple[str, ...] = ()
    # Whether this page would show more of a public record than its public page does: then only its keepers find it here.
    shows_only_kept = False

    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        models.DateTimeField: {
            "form_class": Instant,
            "widget": forms.SplitDateTimeWidget(
                date_format="%Y-%m-%d",
                time_format="%H:%M",
                date_attrs={"type": "date", "aria-label": gettext_lazy("date")},  # type: ignore[dict-item]
                time_attrs={"aria-label": gettext_lazy("time"), "size": 5, "maxlength": 8},  # type: ignore[dict-item]
            ),
        },
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
    }

    def findable(self, request: HttpRequest) -> models.QuerySet[Any]:
        """The records that the reader finds here, with nothing told about them: to be listed, or only counted."""
        manager = self.model._default_manager  # type: ignore[attr-defined]
        if hasattr(manager, "visible_to"):
            rows = manager.visible_to(request.user)
            return kept_rows(rows, self.kept_through, request) if self.shows_only_kept else rows
        return manager.all() if super().has_change_permission(request) else manager.none()  # type: ignore[misc]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.filter(pk__in=self.findable(request).order_by().values("pk"))

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> models.QuerySet[Any] | None:
        related = db_field.remote_field.model._default_manager
        rows = super().get_field_queryset(db, db_field, request)  # type: ignore[misc]
        rows = related.all() if rows is None else rows
        if hasattr(related, "visible_to"):
            rows = rows.filter(pk__in=related.visible_to(request.user).order_by().values("pk"))
        first, _dash, further = self.kept_through.partition("__")
        if db_field.name == first:
            return kept_rows(rows, further, request)
        return kept_rows(rows, "", request) if db_field.name in self.chosen_from_kept else rows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """No pencil, plus or cross beside a choice: a record is made and changed on its own page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and hasattr(field.widget, "can_add_related"):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", SearchSelect(db_field, self.admin_site, using=kwargs.get("using")))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", SearchSelectMultiple(db_field, self.admin_site, using=kwargs.get("using")))  # type: ignore[attr-defined]
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def keeps(self, request: HttpRequest, obj: models.Model) -> bool:
        """Whether the reader prepares this record, as it is stored. Asked once a request and record."""
        keeper: Any = obj
        for step in filter(None, self.kept_through.split("__")):
            keeper = getattr(keeper, step)
        manager = type(keeper)._default_manager
        if not hasattr(manager, "kept_by"):
            return True
        known: dict[Any, bool] = request.__dict__.setdefault("_kept", {})
        key = (type(keeper), keeper.pk)
        if key not in known:
            known[key] = manager.kept_by(request.user).filter(pk=keeper.pk).exists()
        return known[key]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and (obj is None or obj.pk is None or self.keeps_page(request, obj))

    def keeps_page(self, request: HttpRequest, obj: Any) -> bool:
        return self.keeps(request, obj)


def kept_rows(rows: models.QuerySet[Any], path: str, request: HttpRequest) -> models.QuerySet[Any]:
    """Those whose keeper, `path` up from them, the reader keeps; all where nothing on the way is kept by anybody."""
    model = rows.model
    for step in filter(None, path.split("__")):
        model = model._meta.get_field(step).related_model
    manager = model._default_manager
    if not hasattr(manager, "kept_by"):
        return rows
    return rows.filter(**{f"{path or 'pk'}__in": manager.kept_by(request.user).order_by().values("pk")})


class PortalInline(Limited, admin.TabularInline):  # type: ignore[type-arg, misc]
    """Rows inside another record's page: who keeps that record keeps them."""

    extra = 0
    formset = PortalFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.portal_request = request  # type: ignore[attr-defined]
        return formset

    def keeps_page(self, request: HttpRequest, obj: Any) -> bool:
        """`obj` is the record whose page this is; its own admin has the answer."""
        page = self.admin_site.get_model_admin(self.parent_model)
        return page.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_add_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or self.keeps_page(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.pk is None or self.keeps_page(request, obj))


class PortalAdmin(Limited, admin.ModelAdmin):  # type: ignore[type-arg, misc]
    """The base of every page of the admin."""

    form = PortalForm
    actions = None
    list_per_page = 50
    show_full_result_count = False
    # Fields that an address may fill in on an add form, as our own links do.
    prefill: tuple[str, ...] = ()
    # Said under every field of date and time.
    zone_words = gettext_lazy("Time in %(zone)s.")

    def zone(self, request: HttpRequest, obj: Any = None) -> tzinfo:
        """In which zone times are entered and shown on this record's page."""
        return ZoneInfo("UTC")

    # Closed to what the page itself does not offer

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """What the list offers as a filter; and the very rows that a number on another page counts, by their keys."""
        if lookup == "id__in":
            return all(key.isdecimal() and len(key) < 19 for key in value.split(","))
        offered: set[str] = set()
        for item in self.get_list_filter(request):
            name = item[0] if isinstance(item, (tuple, list)) else item if isinstance(item, str) else item.parameter_name  # type: ignore[union-attr]
            endings = ("exact", "id__exact", "isnull", "gte", "lt")
            offered |= {str(name), *(f"{name}__{ending}" for ending in endings)}
        return lookup in offered

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            raise BadRequest
        if ERROR_FLAG in request.GET:
            messages.warning(request, _("That filter was not understood. This is the whole list."))
            return HttpResponseRedirect(request.path)
        try:
            response = super().changelist_view(request, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response
        except NOT_UNDERSTOOD as nonsense:
            raise BadRequest from nonsense

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Only declared names, and only values the field itself takes."""
        form = self.get_form(request)
        initial = {}
        for name in self.prefill:
            if name in request.GET and name in form.base_fields:
                try:
                    form.base_fields[name].clean(request.GET[name])
                except NOT_UNDERSTOOD:
                    continue
                initial[name] = request.GET[name]
        return initial

    def deletable(self, request: HttpRequest, obj: Any) -> bool:
        """Whether this record may be deleted; nothing is, unless its page says so (law R7)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and obj is not None and self.keeps(request, obj) and self.deletable(request, obj)

    # No lost update, no double key

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.portal_request = request  # type: ignore[attr-defined]
        said = str(self.zone_words) % {"zone": self.zone(request, obj)}
        for field in form.base_fields.values():
            if isinstance(field, Instant):
                field.help_text = f"{field.help_text} {said}".strip()
        return form

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """On a POST the row is locked until the answer, and its state taken down before the form touches it."""
        try:
            obj = super().get_object(request, object_id, from_field)
        except (OverflowError, DataError):
            return None
        if obj is not None and not self.has_change_permission(request, obj):
            return without_hidden_relations(obj, request.user)
        match = request.resolver_match
        if obj is not None and request.method == "POST" and match is not None and str(match.url_name).endswith("_change"):
            obj = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
            request.is_overwriting = request.POST.get("_fingerprint") != self.fingerprint(request, obj)  # type: ignore[attr-defined]
        return obj

    def fingerprint(self, request: HttpRequest, obj: Any) -> str:
        """Of what this page lets one change: the fields of its form, and the rows below."""
        names = [name for name in self.get_form(request, obj, change=True).base_fields if is_stored(obj, name)]
        rows: list[models.Model] = []
        for inline in self.get_inline_instances(request, obj):
            link = inline.get_formset(request, obj).fk.name  # type: ignore[attr-defined]
            rows += inline.model._default_manager.filter(**{link: obj}).order_by("pk")
        return fingerprint(obj, names, rows)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            stored = type(obj)._default_manager.get(pk=obj.pk)  # the form may have put unsaved values into `obj`
            context["fingerprint"] = self.fingerprint(request, stored)
        return super().render_change_form(request, context, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What only the database or a rule outside the form can see comes back as a form error, with nothing stored."""
        try:
            return self._in_its_zone(request, object_id, form_url, extra_context)
        except IntegrityError as refusal:
            sentences = [self._constraint_in_words(refusal)]
        except SaveRefused as refusal:
            sentences = refusal.sentences
        except ValidationError as refusal:
            sentences = refusal.messages
        except (OverflowError, DataError) as nonsense:  # a number that no form of ours holds and no database takes
            raise BadRequest from nonsense
        request.portal_refusal = sentences  # type: ignore[attr-defined]
        return self._in_its_zone(request, object_id, form_url, extra_context)

    def _in_its_zone(self, request: HttpRequest, object_id: str | None, *args: Any) -> HttpResponse:
        request.__dict__.pop("_kept", None)
        obj = None
        if object_id is not None:
            obj = self.get_queryset(request).filter(pk=_key(self.model, unquote(object_id))).first()
        with timezone.override(self.zone(request, obj)):
            response = super().changeform_view(request, object_id, *args)
            return response.render() if isinstance(response, TemplateResponse) else response

    def _constraint_in_words(self, refusal: IntegrityError) -> str:
        said = str(refusal)
        for model in (self.model, *(inline.model for inline in self.inlines)):
            for constraint in model._meta.constraints:
                columns = [model._meta.get_field(name).column for name in getattr(constraint, "fields", ())]
                named = [f"{model._meta.db_table}.{column}" for column in columns]
                if constraint.name in said or (named and all(column in said for column in named)):
                    return str(constraint.get_violation_error_message())
        return _("There is already a record with the same value where only one may be. Nothing was saved.")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Straight to the public page, not by the stock way through kinds and numbers."""
        if obj is None or self.view_on_site is False or not hasattr(obj, "get_absolute_url"):
            return None
        address: str = obj.get_absolute_url()
        return address

    # The journal

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.__dict__.pop("_kept", None)
        if not self.keeps(request, type(form.instance)._default_manager.get(pk=form.instance.pk)):
            raise SaveRefused(_("Saved like this you could no longer change it yourself. Nothing was saved."))
        fields = [*form.changed_data, *(formset.prefix for formset in formsets if formset.has_changed())]
        if fields or not change:
            self.record_saved(request, form.instance, created=not change, fields=fields)

    def record_saved(self, request: HttpRequest, obj: Any, *, created: bool, fields: list[str]) -> None:
        self.admin_site.record_saved(request, obj, created=created, fields=fields)  # type: ignore[attr-defined]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.admin_site.record_deleted(request, obj)  # type: ignore[attr-defined]
        super().delete_model(request, obj)

    # The stock log keeps the wording of records, names among it; the journal keeps numbers (law R5).

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_or_change_permission(request, obj):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": obj},
            "opts": self.opts,
            "object": obj,
            "entries": self.admin_site.history_of(request, obj),  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def without_hidden_relations(record: Any, user: Any) -> Any:
    """The record, to be shown and not saved: what it points to and the reader may not read is not there."""
    for field in (*record._meta.concrete_fields, *record._meta.many_to_many):
        if not field.is_relation:
            continue
        related = field.related_model._default_manager
        visible = related.visible_to(user) if hasattr(related, "visible_to") else related.none()
        if field.many_to_many:
            known = record.__dict__.setdefault("_prefetched_objects_cache", {})
            known[field.name] = getattr(record, field.name).filter(pk__in=visible.order_by().values("pk"))
        elif getattr(record, field.attname) is not None and not visible.filter(pk=getattr(record, field.attname)).exists():
            setattr(record, field.name, None)
    return record


def is_stored(record: models.Model, name: str) -> bool:
    """Whether a form field is a field of the record, and not one that only the form has."""
    return name in {field.name for field in (*record._meta.concrete_fields, *record._meta.many_to_many)}


def could_be_key(model: type[models.Model], value: Any) -> bool:
    key = _key(model, value)
    return key is not None and (not isinstance(key, int) or abs(key) <= LARGEST_KEY)


def _key(model: type[models.Model], value: str) -> Any:
    """The primary key that an address names; none where it names nothing that could be one."""
    try:
        return model._meta.pk.to_python(value)
    except NOT_UNDERSTOOD:
        return None


class ReadOnlyAdmin(PortalAdmin):
    """Shown, never changed by hand: what only procedures write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
