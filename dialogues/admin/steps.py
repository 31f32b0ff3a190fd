"""Steps in the admin: a button runs one procedure after one page that says what will happen.

A topic's admin declares its steps; everything else, the panel above the form, the question page, refusals with links to
where they are mended, is here once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _

from dialogues.procedures.steps import Check, Reason, StepRefused

Sentence = Callable[[Any, Any], str]


@dataclass(frozen=True)
class Step:
    """One step: `run(**{argument: record}, by=user, **form.cleaned_data)` does it, `reasons(record, by)` says why not."""

    name: str
    verb: Any
    run: Callable[..., Any]
    argument: str
    reasons: Callable[[Any, Any], list[Reason]]
    sentence: Sentence
    happens: Callable[[Any, Any], list[str]]
    checks: Callable[[Any, Any], list[Check]] | None = None
    form: type[forms.Form] = forms.Form
    label: Callable[[Any], str] | None = None
    done: Any = ""

    def button(self, record: Any) -> str:
        """The verb as the last button says it: “Release the agenda as 1.0”."""
        return self.label(record) if self.label else str(self.verb)


def change_address(record: models.Model | None) -> str:
    """Where a record is mended; empty for one that has no page of its own."""
    if record is None:
        return ""
    try:
        return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""


def linked(reasons: list[Reason]) -> list[dict[str, str]]:
    return [{"text": reason.text, "address": change_address(reason.record)} for reason in reasons]


def linked_checks(checks: list[Check]) -> list[dict[str, Any]]:
    return [
        {
            "level": check.level,
            "text": check.text,
            "records": [{"title": str(record), "address": change_address(record)} for record in check.records],
        }
        for check in checks
    ]


class StepsMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the panel and the question pages to a PortalAdmin."""

    steps: tuple[Step, ...] = ()
    change_form_template = "admin/change_form.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        return [
            path("<path:object_id>/step/<slug:step>/", self.admin_site.admin_view(self.step_view), name=name),
            *super().get_urls(),
        ]

    def panel(self, record: Any, user: Any) -> list[dict[str, Any]]:
        """Every step that has a word to say now: possible ones as buttons, the others with their reasons."""
        rows = []
        for step in self.steps:
            reasons = step.reasons(record, user)
            rows.append(
                {
                    "verb": step.verb,
                    "address": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_step", args=[record.pk, step.name]),
                    "is_possible": not reasons,
                    "is_main": not reasons and not any(row["is_possible"] for row in rows),
                    "sentence": "" if reasons else step.sentence(record, user),
                    "reasons": linked(reasons),
                }
            )
        return rows

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.steps and self.has_change_permission(request, obj):
            fresh = self.model._default_manager.get(pk=obj.pk)  # the form may have put unsaved values into `obj`
            context["steps"] = self.panel(fresh, request.user)
        return super().render_change_form(request, context, *args, **kwargs)

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Ask once; on POST run the procedure. A record or step that is not the reader's does not exist (law R1)."""
        record = self.get_object(request, object_id)
        chosen = next((known for known in self.steps if known.name == step), None)
        if record is None or chosen is None or not self.has_change_permission(request, record):
            raise Http404
        refused: list[Reason] = chosen.reasons(record, request.user)
        form = chosen.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                chosen.run(**{chosen.argument: record}, by=request.user, **form.cleaned_data)
            except StepRefused as refusal:
                refused = refusal.reasons
            else:
                messages.success(request, chosen.done or _("Done: %(verb)s.") % {"verb": chosen.verb})
                return redirect(change_address(record))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "step": chosen,
            "title": _("%(verb)s?") % {"verb": chosen.verb},
            "happens": chosen.happens(record, request.user) if not refused else [],
            "checks": linked_checks(chosen.checks(record, request.user)) if chosen.checks else [],
            "refused": linked(refused),
            "button": chosen.button(record),
            "form": form,
            "back": change_address(record),
        }
        status = 409 if refused and request.method == "POST" else 200
        return TemplateResponse(request, "admin/step.html", context, status=status)
