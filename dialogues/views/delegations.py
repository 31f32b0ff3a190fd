"""A focal point's delegation at a glance: numbers against what was agreed, what is missing and who owes it, what comes next.

Whoever is not this party's focal point or deputy gets the same 404 for a delegation that is there and one that is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dialogues.exports.delegations import delegation_file
from dialogues.exports.marking import TakenOut
from dialogues.models import (
    Appointment,
    Category,
    Delegation,
    Export,
    Mandate,
    Nomination,
)
from dialogues.models.audience import is_known
from dialogues.models.standing import Standing
from dialogues.procedures import delegations as procedures
from dialogues.procedures.exports import PURPOSES, record_export
from dialogues.procedures.nomination_checks import not_open, round_of
from dialogues.procedures.nominations import draft_reasons, submit_complete
from dialogues.procedures.steps import StepRefused
from socportal import clock

from .agenda import edition_to_take_part_in
from .delegation_standing import ENDED, Row, Status, consents_asked, deadline_of, numbers_of, owed_by, rows_of

FIRST_PLACE, LAST_PLACE = 1, 9999
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For the navigation of whoever is signed in, asked only where it is drawn: whether they enter a delegation, and the
    edition whose agenda is theirs now. A page about another edition that they take part in names that one instead.
    """
    user = getattr(request, "user", None)
    return {
        "enters_delegations": SimpleLazyObject(lambda: is_focal_point(user)),
        "edition_at_hand": SimpleLazyObject(lambda: edition_to_take_part_in(user, clock.now())),
    }


def is_focal_point(user: Any) -> bool:
    """Read with the standing that the page asks for anyway: the masthead of every page is drawn from it."""
    return bool(user) and is_known(user) and bool(Standing(user.person_id, clock.now()).dialogues(*Appointment.FOCAL_POINTS))


def entered(user: Any, at: datetime) -> Any:
    """The delegations that this account enters, with what every page about one names."""
    return Delegation.objects.entered_by(user, at).select_related("party", "edition__dialogue", "edition__host_party")


def delegation_or_404(user: Any, pk: int, at: datetime) -> Delegation:
    found: Delegation | None = entered(user, at).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def groups_of(user: Any, delegation: Delegation, at: datetime) -> list[Mandate]:
    """The working groups that this focal point may know of and put people into."""
    mandates = Mandate.objects.visible_to(user, at).filter(edition=delegation.edition_id).select_related("working_group")
    return sorted(mandates, key=lambda mandate: str(mandate.working_group.name).lower())


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """To the one delegation in hand; a list where there are several, or none."""
    at = clock.now()
    if not is_focal_point(request.user):
        raise Http404
    listed = list(entered(request.user, at).order_by("-edition__opens_on", "pk"))
    in_hand = [one for one in listed if not one.edition.has_closed(at)]
    if len(in_hand) == 1:
        return redirect("delegation", in_hand[0].pk)
    context = {"delegations": listed, "enters_delegations": True}
    return render(request, "dialogues/delegations/index.html", context)


@login_required
@require_safe
def delegation(request: HttpRequest, pk: int) -> HttpResponse:
    at = clock.now()
    found = delegation_or_404(request.user, pk, at)
    edition = found.edition
    parties = list(edition.dialogue.parties.order_by("code"))
    mandates = groups_of(request.user, found, at)
    round_ = round_of(edition)
    can_draft = not draft_reasons(found, request.user)  # type: ignore[arg-type]
    can_replace = can_draft or not not_open(found, replacement=True)
    rows = rows_of(found, parties, mandates, can_draft=can_draft, can_replace=can_replace)
    live = [row.nomination for row in rows if row.nomination.status not in ENDED]

    def standing(*statuses: str) -> list[Row]:
        return [row for row in rows if row.nomination.status in statuses]

    closed = [] if can_draft else [reason.text for reason in not_open(found)]
    to_reconfirm = not procedures.reconfirm_reasons(found, request.user)  # type: ignore[arg-type]
    context = {
        "delegation": found,
        "edition": edition,
        "dialogue": edition.dialogue,
        "enters_delegations": True,
        "deadline": deadline_of(found, round_, at) if round_ else None,
        "can_draft": can_draft,
        "closed": closed,
        "to_reconfirm": to_reconfirm,
        "numbers": numbers_of(found, live, mandates),
        "owed": owed_by(rows),
        "consents": consents_asked(request.user, found, at),
        "returned": standing(Status.RETURNED),
        "drafts": standing(Status.DRAFT),
        "waiting": standing(*Nomination.UNSETTLED),
        "accepted": standing(Status.ACCEPTED),
        "ended": standing(*ENDED),
        "complete": sum(row.is_complete for row in standing(Status.DRAFT)),
        "head": next((one for one in live if one.category == Category.HEAD), None),
        "count": len(live),
    }
    return render(request, "dialogues/delegations/delegation.html", context)


def _question(request: HttpRequest, delegation: Delegation, template: str, status: int = 200, **more: Any) -> HttpResponse:
    about = {"delegation": delegation, "edition": delegation.edition, "dialogue": delegation.edition.dialogue}
    return render(request, template, {**about, "enters_delegations": True, **more}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in everything that is complete, after one question; what is double or too many stays a draft and is said."""
    at = clock.now()
    found = delegation_or_404(request.user, pk, at)
    refused = draft_reasons(found, request.user)  # type: ignore[arg-type]
    mandates = groups_of(request.user, found, at)
    rows = rows_of(found, [], mandates, can_draft=True, can_replace=False)
    complete = [row for row in rows if row.nomination.status == Status.DRAFT and row.is_complete]
    if request.method == "POST" and not refused:
        handed_in, left = submit_complete(delegation=found, by=request.user)  # type: ignore[arg-type]
        if handed_in:
            said = ngettext("%(n)d person was submitted.", "%(n)d people were submitted.", len(handed_in))
            messages.success(request, said % {"n": len(handed_in)})
        if left:
            said = ngettext(
                "%(n)d draft was not: open it to see why.", "%(n)d drafts were not: open them to see why.", len(left)
            )
            messages.warning(request, said % {"n": len(left)})
        return redirect("delegation", found.pk)
    round_ = round_of(found.edition)
    return _question(
        request,
        found,
        "dialogues/delegations/submit.html",
        status=409 if request.method == "POST" else 200,
        refused=refused,
        complete=complete,
        deadline=deadline_of(found, round_, at) if round_ else None,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reconfirm(request: HttpRequest, pk: int) -> HttpResponse:
    """After a postponement: who is named comes on the new days too (workflows §4.1)."""
    found = delegation_or_404(request.user, pk, clock.now())
    refused = procedures.reconfirm_reasons(found, request.user)  # type: ignore[arg-type]
    if request.method == "POST" and not refused:
        try:
            procedures.reconfirm_delegation(delegation=found, by=request.user)  # type: ignore[arg-type]
        except StepRefused as refusal:  # the deputy pressed at the same moment
            refused = refusal.reasons
        else:
            messages.success(request, _("Your delegation is confirmed for the new days."))
            return redirect("delegation", found.pk)
    people = found.nominations.live().exclude(status=Status.DRAFT).select_related("organisation")
    return _question(
        request,
        found,
        "dialogues/delegations/reconfirm.html",
        status=409 if request.method == "POST" else 200,
        refused=refused,
        people=list(people.order_by("precedence", "sort_name", "pk")),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """A number for everybody; who is given an earlier one moves up, a later one down, and the rest close up."""
    at = clock.now()
    found = delegation_or_404(request.user, pk, at)
    listed = list(found.nominations.live().select_related("organisation").order_by("precedence", "sort_name", "pk"))
    if request.method == "POST" and "order" in request.POST:
        form = OrderForm(request.POST, listed=listed)
        if form.is_valid():
            procedures.put_in_order(delegation=found, places=form.places(), by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The order is saved."))
            return redirect("delegation-order" if "go_on" in request.POST else "delegation", found.pk)
    else:
        form = OrderForm(listed=listed)
    return _question(request, found, "dialogues/delegations/order.html", form=form, rows=form.rows())


class OrderForm(forms.Form):
    """One number for each nomination, shown as 1, 2, 3 … whatever is stored."""

    def __init__(self, *args: Any, listed: Sequence[Nomination], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        for place, nomination in enumerate(listed, 1):
            self.fields[f"place_{nomination.pk}"] = forms.IntegerField(
                label=_("Place of %(name)s") % {"name": nomination.name},
                initial=place,
                min_value=FIRST_PLACE,
                max_value=LAST_PLACE,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "place"}),
                error_messages={
                    name: _("%(name)s: give a whole number from 1 on") % {"name": nomination.name}
                    for name in ("required", "invalid", "min_value", "max_value")
                },
            )

    def rows(self) -> list[tuple[Nomination, Any]]:
        return [(nomination, self[f"place_{nomination.pk}"]) for nomination in self.listed]

    def places(self) -> dict[int, int]:
        def wanted(item: tuple[int, Nomination]) -> tuple[int, int, int]:
            before, nomination = item
            given = self.cleaned_data[f"place_{nomination.pk}"]
            return given, (given > before) - (given < before), before

        ordered = sorted(enumerate(self.listed, 1), key=wanted)
        return {nomination.pk: place for place, (_before, nomination) in enumerate(ordered, 1)}


class NamesForm(forms.Form):
    lists_names = forms.BooleanField(
        label=gettext_lazy("The list of participants names our police, prosecution, prison and investigative staff"),
        required=False,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """The party's own choice whether its services' staff stand on the list by name (security-privacy §6.2)."""
    found = delegation_or_404(request.user, pk, clock.now())
    form = NamesForm(request.POST if request.method == "POST" else None, initial={"lists_names": found.lists_names_of_services})
    if request.method == "POST" and form.is_valid():
        procedures.opt_for_names(delegation=found, lists_names=form.cleaned_data["lists_names"], by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Your party’s choice is saved."))
        return redirect("delegation", found.pk)
    return _question(request, found, "dialogues/delegations/names.html", form=form)


class ExportForm(forms.Form):
    purpose = forms.ChoiceField(
        label=gettext_lazy("What it is for"),
        choices=[(purpose.value, capfirst(purpose.label)) for purpose in PURPOSES[Export.What.DELEGATION]],
    )
    file_type = forms.ChoiceField(label=gettext_lazy("Kind of file"), choices=[("xlsx", "XLSX"), ("csv", "CSV")])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The party's own delegation as a file: for a purpose from a list, marked, and written down."""
    at = clock.now()
    found = delegation_or_404(request.user, pk, at)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _question(request, found, "dialogues/delegations/export.html", form=form)
    said = form.cleaned_data
    taken_out = TakenOut(found.edition, str(Export.What.DELEGATION.value), said["purpose"], request.user, at)
    content, people = delegation_file(
        Nomination.objects.visible_to(request.user, at)
        .live()
        .filter(delegation=found)
        .select_related("organisation")
        .prefetch_related(Prefetch("mandates", Mandate.objects.select_related("working_group")))
        .order_by("precedence", "sort_name", "pk"),
        taken_out,
        said["file_type"],
    )
    record_export(
        edition=found.edition,
        by=request.user,  # type: ignore[arg-type]
        what=Export.What.DELEGATION,
        file_type=said["file_type"],
        purpose=said["purpose"],
        content=content,
        rows=people,
    )
    kind = "text/csv; charset=utf-8" if said["file_type"] == "csv" else XLSX
    name = taken_out.file_name(said["file_type"])
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
