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
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.procedures.steps import Check, Reason, StepRefused

Sentence = Callable[[Any, Any], str]


def always(record: Any) -> bool:
    return True


def nothing(record: Any) -> dict[str, Any]:
    return {}


def for_whom(by: Any) -> str:
    party = by.party
    if party is None:
        return _("The journal records you, and the time of the step.")
    return _("The journal records you, for %(party)s, and the time of the step.") % {"party": party}


def says(*sentences: Any) -> Callable[[Any, Any], list[str]]:
    """What happens, where that depends on nothing but who takes the step."""
    return lambda record, by: [*map(str, sentences), for_whom(by)]


@dataclass(frozen=True)
class Step:
    """One step: `run(**{argument: record}, by=user, **form.cleaned_data)` does it, `reasons(record, by)` says why not.

    `when` leaves a step off the panel in stages of the record where nobody would look for it; it guards nothing.
    """

    name: str
    verb: Any
    run: Callable[..., Any]
    argument: str
    reasons: Callable[[Any, Any], list[Reason]]
    sentence: Sentence
    happens: Callable[[Any, Any], list[str]]
    checks: Callable[[Any, Any], list[Check]] | None = None
    form: type[forms.Form] = forms.Form
    # Where what is asked depends on the record.
    form_of: Callable[[Any], type[forms.Form]] | None = None
    # What the form knows of the record as the question is asked.
    initial: Callable[[Any], dict[str, Any]] = nothing
    # The address of the page that the step is about, as it will look.
    preview: Callable[[Any], str] | None = None
    # A template under the checks, and what it is given as `told`: only where the step is possible.
    beneath: str = ""
    told: Callable[[Any, Any], Any] | None = None
    # The page that shows what came of it, where that is shown once and kept nowhere; else the record's own page.
    shows: Callable[[HttpRequest, Any, Any], HttpResponse] | None = None
    label: Callable[[Any], str] | None = None
    back: Any = ""
    when: Callable[[Any], bool] = always
    # The first possible step is the filled button, unless it takes something away.
    takes_away: bool = False

    def button(self, record: Any) -> str:
        """The verb as the last button says it: “Release the agenda as 1.0”."""
        return self.label(record) if self.label else str(self.verb)

    def asked(self, record: Any) -> type[forms.Form]:
        return self.form_of(record) if self.form_of else self.form


def change_address(record: models.Model | None) -> str:
    """Where a record is mended; empty for one that has no page of its own."""
    if record is None:
        return ""
    try:
        return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return ""


def step_address(record: models.Model, step: Step) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_step", args=[record.pk, step.name])


def linked(reasons: list[Reason], page: Any = None) -> list[dict[str, str]]:
    """Reasons with the address where each is mended; the page one is on already needs no link."""
    return [
        {"text": reason.text, "address": "" if reason.record == page else change_address(reason.record)} for reason in reasons
    ]


def linked_checks(checks: list[Check]) -> list[dict[str, Any]]:
    return [
        {
            "level": check.level,
            "text": check.text,
            "records": [{"title": str(record), "address": change_address(record)} for record in check.records],
        }
        for check in checks
    ]


Told = dict[str, tuple[list[Reason], str]]


def panel(steps: tuple[Step, ...], record: Any, user: Any, told: Told | None = None) -> list[dict[str, Any]]:
    """The steps of a record at its stage: possible ones as buttons, the first of them filled; others with their reasons.

    `told` holds reasons and sentence of steps whose answer is known already, so that nothing is asked twice for one page.
    """
    told = told or {}
    rows: list[dict[str, Any]] = []
    for step in steps:
        if not step.when(record):
            continue
        known = told.get(step.name)
        reasons = step.reasons(record, user) if known is None else known[0]
        sentence = "" if reasons else step.sentence(record, user) if known is None else known[1]
        rows.append(
            {
                "verb": step.verb,
                "address": step_address(record, step),
                "is_possible": not reasons,
                "is_main": not reasons and not step.takes_away and not any(row["is_main"] for row in rows),
                "sentence": sentence,
                "reasons": linked(reasons, page=record),
            }
        )
    return rows


class StepsMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the panel and the question pages to a PortalAdmin."""

    steps: tuple[Step, ...] = ()

    def told(self, record: Any, user: Any) -> Told:
        return {}

    def steps_for(self, record: Any, user: Any) -> tuple[Step, ...]:
        """Those that the panel speaks of to this reader; a step that it leaves out is guarded by its procedure all the same."""
        return self.steps

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        return [
            path("<int:object_id>/step/<slug:step>/", self.admin_site.admin_view(self.step_view), name=name),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            stored = self.model._default_manager.get(pk=obj.pk)  # the form may have put unsaved values into `obj`
            context["steps"] = panel(
                self.steps_for(stored, request.user), stored, request.user, self.told(stored, request.user)
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def step_view(self, request: HttpRequest, object_id: int, step: str) -> HttpResponse:
        """Ask once; on POST run the procedure. A record or step that is not the reader's does not exist (law R1)."""
        record = self.get_object(request, str(object_id))
        chosen = next((known for known in self.steps if known.name == step), None)
        if record is None or chosen is None or not self.has_change_permission(request, record):
            raise Http404
        with timezone.override(self.zone(request, record)):  # type: ignore[attr-defined]
            response = self.ask(request, record, chosen)
            return response.render() if isinstance(response, TemplateResponse) else response

    def ask(self, request: HttpRequest, record: Any, chosen: Step) -> HttpResponse:
        given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = chosen.asked(record)(*given, initial=chosen.initial(record))
        form.record = record  # type: ignore[attr-defined]
        refused: list[Reason] = []
        if request.method == "POST" and form.is_valid():
            refused, result = take(chosen, record, request.user, form.cleaned_data)
            if not refused:
                self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
                if chosen.shows:
                    return chosen.shows(request, record, result)
                messages.success(request, _("Done: %(step)s.") % {"step": chosen.verb})
                return redirect(change_address(record))
        if refused:
            form = asked_anew(chosen, record, request)
        refused = refused or chosen.reasons(record, request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "step": chosen,
            "title": _("%(verb)s?") % {"verb": chosen.verb},
            "happens": [] if refused else chosen.happens(record, request.user),
            "checks": linked_checks(chosen.checks(record, request.user)) if chosen.checks else [],
            "told": chosen.told(record, request.user) if chosen.told and not refused else None,
            "refused": linked(refused),
            "button": chosen.button(record),
            "preview": chosen.preview(record) if chosen.preview else "",
            "form": form,
            "back": change_address(record),
        }
        status = 409 if refused and request.method == "POST" else 200
        return TemplateResponse(request, "admin/step.html", context, status=status)


def asked_anew(step: Step, record: Any, request: HttpRequest) -> forms.Form:
    """The question after a refusal: what was typed stays, what the page knows of the record is read again."""
    stored = type(record)._default_manager.get(pk=record.pk)
    known = step.initial(stored)
    typed = request.POST.copy()
    form = step.asked(stored)(typed, initial=known)
    form.record = stored  # type: ignore[attr-defined]
    for name, field in form.fields.items():
        if field.widget.is_hidden and name in known:
            value = known[name]
            typed[name] = str(getattr(value, "pk", value) if value is not None else "")
    return form


def take(step: Step, record: Any, by: Any, answers: dict[str, Any]) -> tuple[list[Reason], Any]:
    """Run the procedure; give back why it was refused, nothing when it was done, and what it gave back itself.

    Two people may press at once: what only the database saw comes back as a reason too.
    """
    try:
        return [], step.run(**{step.argument: record}, by=by, **answers)
    except StepRefused as refusal:
        return refusal.reasons, None
    except ValidationError as refusal:
        return [Reason(text, record) for text in refusal.messages], None
    except IntegrityError:
        return [Reason(_("Somebody took this step at the same moment. Look at the record again."), record)], None


class ThroughStepsAlone(StepsMixin):
    """A record that nobody changes by hand: its page shows it, its steps move it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return flatten_fieldsets(self.get_fieldsets(request, obj)) if obj else super().get_readonly_fields(request, obj)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
        if object_id is not None and request.method == "POST":
            raise PermissionDenied
        return super().changeform_view(request, object_id, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        if kwargs.get("obj") is not None:
            context |= {"show_save": False, "show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, *args, **kwargs)
