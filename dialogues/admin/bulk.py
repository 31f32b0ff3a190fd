"""One step for many records of an edition: chosen by checkboxes, asked once, done one by one.

Each record is an act of its own with its own journal entry: what is refused for one stands in nobody else's way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import Edition
from dialogues.procedures.steps import Reason

from .steps import Step, change_address, linked, take

MOST = 200  # records a press; the others are chosen next


def plain(rows: list[Any]) -> type[forms.Form]:
    return forms.Form


def the_same(row: Any, answers: dict[str, Any]) -> dict[str, Any]:
    return answers


@dataclass(frozen=True)
class Bulk:
    """`step` for each of the chosen `rows(edition, user, said)`, in their order; `said` is what the page was narrowed to."""

    name: str
    step: Step
    rows: Callable[[Edition, Any, Any], models.QuerySet[Any]]
    # A row as a person reads it in a list.
    words: Callable[[Any], str]
    question: Any
    label: Callable[[int], str]
    done: Callable[[int], str]
    # The page of the edition on which it was pressed, and by what that page can be narrowed.
    page: str
    narrowed_by: tuple[str, ...] = ()
    # What is asked once for all of them, and which of it a row is given.
    form_of: Callable[[list[Any]], type[forms.Form]] = plain
    answers: Callable[[Any, dict[str, Any]], dict[str, Any]] = the_same


def chosen_keys(said: list[str]) -> list[int]:
    return [int(key) for key in said if key.isdecimal() and len(key) < 18]


def sorted_out(step: Step, rows: list[Any], by: Any) -> tuple[list[Any], list[tuple[Any, list[Reason]]]]:
    """Those that can be taken now, and the others with their reasons.

    A reason that lies in a record which is taken before, such as the head of an alternate, goes away with it.
    """
    possible: list[Any] = []
    refused: list[tuple[Any, list[Reason]]] = []
    for row in rows:
        reasons = [reason for reason in step.reasons(row, by) if reason.record not in possible]
        if reasons:
            refused.append((row, reasons))
        else:
            possible.append(row)
    return possible, refused


class BulkMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the question page for many to the admin of the edition."""

    bulks: tuple[Bulk, ...] = ()

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.bulk_view)
        return [path("<int:object_id>/bulk/<slug:name>/", page, name="dialogues_edition_bulk"), *super().get_urls()]

    def bulk_view(self, request: HttpRequest, object_id: int, name: str) -> HttpResponse:
        """Ask once what to do with the ticked rows; confirmed, do it. What is not the reader's does not exist (law R1)."""
        edition = self.get_object(request, str(object_id))
        bulk = next((known for known in self.bulks if known.name == name), None)
        if edition is None or bulk is None or not self.has_change_permission(request, edition):
            raise Http404
        kept = {key: request.POST[key] for key in bulk.narrowed_by if request.POST.get(key)}
        back = reverse(f"admin:{bulk.page}", args=[edition.pk]) + (f"?{urlencode(kept)}" if kept else "")
        if request.method != "POST":
            return redirect(back)
        found = bulk.rows(edition, request.user, request.POST)
        if request.POST.get("all") != "yes":
            found = found.filter(pk__in=chosen_keys(request.POST.getlist("row")))
        rows = list(found[: MOST + 1])
        if not rows:
            messages.warning(request, _("Nothing was chosen. Tick at least one line."))
            return redirect(back)
        with timezone.override(edition.zone):
            around = {"back": back, "kept": kept, "most": MOST if len(rows) > MOST else 0}
            response = self.ask_for_many(request, edition, bulk, rows[:MOST], around)
            return response.render() if isinstance(response, TemplateResponse) else response

    def ask_for_many(
        self, request: HttpRequest, edition: Edition, bulk: Bulk, rows: list[Any], around: dict[str, Any]
    ) -> HttpResponse:
        possible, refused = sorted_out(bulk.step, rows, request.user)
        is_confirmed = "confirmed" in request.POST
        form = bulk.form_of(possible)(request.POST if is_confirmed else None)
        done = 0
        if is_confirmed and form.is_valid():
            for row in possible:
                reasons, _result = take(bulk.step, row, request.user, bulk.answers(row, form.cleaned_data))
                refused += [(row, reasons)] if reasons else []
                done += not reasons
            possible = []
            self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
            if not refused:
                messages.success(request, bulk.done(done))
                return redirect(around["back"])
        checks = bulk.step.checks
        context = {
            **self.admin_site.each_context(request),
            **around,
            "opts": self.opts,
            "edition": edition,
            "edition_address": change_address(edition),
            "title": bulk.question,
            "possible": [
                {
                    "pk": row.pk,
                    "words": bulk.words(row),
                    "address": change_address(row),
                    "warnings": [check.text for check in checks(row, request.user) if check.level == "warns"] if checks else [],
                }
                for row in possible
            ],
            "refused": [
                {"words": bulk.words(row), "address": change_address(row), "reasons": linked(reasons, page=row)}
                for row, reasons in refused
            ],
            "done": bulk.done(done) if done else "",
            "button": bulk.label(len(possible)),
            "form": form,
        }
        status = 409 if is_confirmed and refused and not done and not possible else 200
        return TemplateResponse(request, "admin/bulk.html", context, status=status)
