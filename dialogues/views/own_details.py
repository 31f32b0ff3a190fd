"""One's own details: what the party has said of somebody, to read, and what only they can say, to fill in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import RegexValidator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dialogues.models import Nomination, OwnDetails, Registration
from dialogues.models.retention import kept_until
from dialogues.procedures import nominations, own_details
from dialogues.procedures.steps import Reason, StepRefused
from parties.models.retention import Retention
from socportal import clock

PHONE = RegexValidator(
    r"^(?=(?:[^0-9]*[0-9]){5})\+?[0-9 ()./-]{5,30}$", _("Give a number such as +44 20 7946 0000, or leave it empty")
)


NO_MEAL = "none"


class Answers(forms.RadioSelect):
    """Radio buttons; the summary of errors leads to the first of them."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return super().id_for_label(id_, index or "0")


def yes_or_no(answer: str) -> bool:
    return answer == "yes"


class OwnDetailsForm(forms.Form):
    meal = forms.ChoiceField(
        label=_("Meal option"),
        choices=[*OwnDetails.Meal.choices, (NO_MEAL, _("no meal"))],
        widget=Answers,
        help_text=_("A letter only: nobody asks why, and the caterer gets totals."),
        error_messages={"required": _("Choose A, B, C or no meal"), "invalid_choice": _("Choose A, B, C or no meal")},
    )
    arrangements = forms.CharField(
        label=_("Is there anything we should arrange?"),
        help_text=_("Say what we should do, not why: “a seat near the door”, “a step-free way”. You may leave it empty."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        required=False,
        error_messages={"max_length": _("Use at most 300 characters")},
    )
    phone = forms.CharField(
        label=_("Phone for the day"),
        help_text=_("For the registration desk, on the days of the edition only. With the country code."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        max_length=30,
        required=False,
        validators=[PHONE],
        error_messages={"max_length": _("Give a number of at most 30 characters")},
    )
    photograph_consent = forms.TypedChoiceField(
        label=_("May you be photographed?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        widget=Answers,
        coerce=yes_or_no,
        empty_value=None,
        required=False,
        help_text=_("Without an answer: no. You can change it here until the edition has closed."),
        error_messages={"invalid_choice": _("Choose yes or no")},
    )

    def clean_meal(self) -> str:
        meal: str = self.cleaned_data["meal"]
        return "" if meal == NO_MEAL else meal


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Is there something your party should know?"),
        help_text=_("You may leave it empty. Nothing of your health or your private life, please."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=200,
        required=False,
        error_messages={"max_length": _("Use at most 200 characters")},
    )


def own_registration(request: HttpRequest, pk: int) -> Registration:
    """One's own live registration, or the same 404 for another's, a cancelled one and one that never was (law R1)."""
    at, user = clock.now(), request.user
    found = (
        Registration.objects.visible_to(user, at)
        .giving_access(at)
        .filter(pk=pk, person=user.person_id)  # type: ignore[union-attr]
        .select_related("edition__dialogue", "edition__host_party", "delegation__party", "organisation", "person")
        .first()
    )
    if found is None:
        raise Http404
    return found


def answered(details: OwnDetails | None) -> dict[str, Any]:
    """The answers as the form asks for them."""
    if details is None:
        return {}
    consent = {True: "yes", False: "no", None: None}[details.photograph_consent]
    return {
        "meal": details.meal or NO_MEAL,
        "arrangements": details.arrangements,
        "phone": details.phone,
        "photograph_consent": consent,
    }


def page_of(request: HttpRequest, registration: Registration) -> dict[str, Any]:
    """What both pages show above their question."""
    erased_on: date | None = kept_until(registration.edition, Retention.OWN_DETAILS)
    return {
        "registration": registration,
        "person": registration.person,
        "edition": registration.edition,
        "dialogue": registration.edition.dialogue,
        "groups": list(registration.mandates.select_related("working_group").order_by("pk")),
        "erased_on": erased_on,
        "can_withdraw": bool(own_nomination(request, registration)),
    }


def own_nomination(request: HttpRequest, registration: Registration) -> Nomination | None:
    """The nomination that can be withdrawn by the person; none where the party registered without one, or it is over."""
    nomination = Nomination.objects.filter(registration=registration).select_related("edition", "delegation").first()
    if nomination is None or nominations.withdraw_reasons(nomination, request.user):  # type: ignore[arg-type]
        return None
    return nomination


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, registration: int) -> HttpResponse:
    """Fill in, change until the edition has closed, then read only."""
    record = own_registration(request, registration)
    details = OwnDetails.objects.visible_to(request.user).filter(registration=record).first()
    refused: list[Reason] = own_details.complete_reasons(record, request.user)  # type: ignore[arg-type]
    form = OwnDetailsForm(request.POST if request.method == "POST" else None, initial=answered(details))
    if request.method == "POST" and form.is_valid():
        try:
            own_details.complete(registration=record, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except StepRefused as refusal:
            refused = refusal.reasons
        else:
            messages.success(request, _("Your details are saved. Thank you."))
            return redirect("own-details", registration=record.pk)
    page = page_of(request, record) | {"details": details, "form": form, "refused": refused}
    status = 409 if refused and request.method == "POST" else 200
    return render(request, "dialogues/own_details/own.html", page, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, registration: int) -> HttpResponse:
    """“I cannot come”: asked once; then the registration is cancelled and with it the way to this page."""
    record = own_registration(request, registration)
    nomination = own_nomination(request, record)
    if nomination is None:
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    refused: list[Reason] = []
    if request.method == "POST" and form.is_valid():
        try:
            nominations.withdraw(nomination=nomination, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except StepRefused as refusal:
            refused = refusal.reasons
        else:
            messages.success(request, _("You are off the delegation. Your focal point sees it; thank you for telling us."))
            return redirect("my")
    page = page_of(request, record) | {"form": form, "refused": refused}
    return render(request, "dialogues/own_details/withdraw.html", page, status=409 if refused else 200)
