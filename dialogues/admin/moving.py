"""Moving an edition to other days: what changes is shown before it is done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Edition
from dialogues.models.dates import day_range
from dialogues.procedures import moving
from dialogues.procedures.editions import not_the_lead
from dialogues.procedures.steps import Reason, StepRefused

from .pages import EditionPages
from .steps import change_address, for_whom, linked


def day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label,
        widget=widget,
        error_messages={
            "required": gettext_lazy("Give this day."),
            "invalid": gettext_lazy("Give a day of the calendar, for example 2027-03-16."),
        },
    )


class DaysForm(forms.Form):
    opens_on = day_field(gettext_lazy("New first day"))
    closes_on = day_field(gettext_lazy("New last day"))
    with_sessions = forms.BooleanField(
        label=gettext_lazy("Working sessions go along, at the same times on the clock of the venue"), required=False
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = said.get("opens_on"), said.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day lies before the first. Give a later one."))
        return said


class MovingPage(EditionPages):
    """First the days are asked for, then what they change is shown, and only the second question does it."""

    def get_urls(self) -> list[Any]:
        return [self.page("move", self.move_view), *super().get_urls()]

    def move_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        with timezone.override(edition.zone):
            form = DaysForm(request.POST)
            if request.method != "POST" or not form.is_valid():
                return self._asked(request, edition)
            shown = request.POST.get("shown") or "nothing was shown"
            try:
                moving.move_edition(edition=edition, by=request.user, shown=shown, **form.cleaned_data)  # type: ignore[arg-type]
            except StepRefused as refusal:
                edition.refresh_from_db()
                return self._asked(request, edition, refusal.reasons)
        self.admin_site.forget_counts(request)  # type: ignore[attr-defined]
        messages.success(request, _("Moved. Notices to everybody whom it concerns wait in the outbox."))
        return redirect(change_address(edition))

    def _asked(self, request: HttpRequest, edition: Edition, refused: list[Reason] | None = None) -> HttpResponse:
        """What is asked, and as soon as days are given what they change; with why it was not done, where it was tried."""
        given = request.POST if request.method == "POST" else request.GET
        form = DaysForm(given if "opens_on" in given else None, initial=_as_it_is(edition))
        said: list[Reason] = moving.move_reasons(edition, request.user)  # type: ignore[arg-type]
        can_move, change, lead_only = not said, None, []
        if can_move and form.is_valid():
            days = form.cleaned_data["opens_on"], form.cleaned_data["closes_on"]
            said = moving.days_reasons(edition, *days)
            change = None if said else moving.preview(edition, *days)
            lead_only = not_the_lead(edition, request.user)  # type: ignore[arg-type]
        return self.shown(
            request,
            edition,
            "move",
            _("Move to other days"),
            form=form,
            can_move=can_move,
            refused=linked(refused or said, page=edition),
            lead_only=[reason.text for reason in lead_only],
            change=change and in_rows(change, with_sessions=form.cleaned_data["with_sessions"]),
            for_whom=for_whom(request.user),
        )


def _as_it_is(edition: Edition) -> dict[str, Any]:
    return {"opens_on": edition.opens_on, "closes_on": edition.closes_on, "with_sessions": True}


def in_rows(change: moving.Preview, *, with_sessions: bool) -> dict[str, Any]:
    """What a preview says, for the page."""
    return {
        "shown": change.fingerprint,
        "days_before": change.edition.dates,
        "days_after": day_range(change.opens_on, change.closes_on),
        "tasks": [
            {"title": str(one.task), "address": change_address(one.task), "before": one.before, "after": one.after}
            for one in change.tasks
        ],
        "unchanged": change.unchanged,
        "kept": [
            {"title": str(one.task), "address": change_address(one.task), "due_on": one.task.due_on, "why": one.why}
            for one in change.kept
        ],
        "with_sessions": with_sessions,
        "sessions": [
            {
                "title": one.session.title,
                "address": change_address(one.session),
                "before": one.before,
                "after": one.after,
                "gives_way": one.gives_way,
                "is_outside": one.is_outside,
            }
            for one in change.sessions
        ],
        "unmoved": [{"what": one.what, "since": one.since, "address": change_address(one.record)} for one in change.unmoved],
    }
