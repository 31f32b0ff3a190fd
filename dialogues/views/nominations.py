"""One nomination, as its party's focal point drafts, submits and changes it; and another party's consent to one.

Nobody but the own party's focal point and deputy opens these pages: everybody else gets the 404 of what never was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dialogues.models import Delegation, Nomination
from dialogues.models.delegations import BY_CONSENT
from dialogues.procedures import nominations as procedures
from dialogues.procedures.nomination_checks import doubles, missing, over_quota, parties_to_consent, round_of
from dialogues.procedures.steps import Reason, StepRefused, lock
from parties.models import Organisation
from socportal import clock

from .delegation_standing import deadline_of
from .delegations import delegation_or_404, entered, groups_of
from .nomination_forms import (
    CorrectionForm,
    NominationForm,
    OverQuotaForm,
    ReplacementForm,
    WithdrawalForm,
    fingerprint,
    is_still,
    stored,
)

Status = Nomination.Status


def nomination_or_404(user: Any, pk: int, at: datetime) -> Nomination:
    """One of the own party’s: drafts are nobody else’s."""
    found: Nomination | None = (
        Nomination.objects.visible_to(user, at)
        .filter(pk=pk, delegation__in=entered(user, at).values("pk"))
        .select_related(
            "delegation__party",
            "delegation__edition__dialogue",
            "delegation__edition__host_party",
            "edition__dialogue",
            "edition__host_party",
            "organisation",
            "registration",
            "replaces",
            "alternate_for",
        )
        .first()
    )
    if found is None:
        raise Http404
    return found


def _organisations(user: Any, at: datetime) -> list[Organisation]:
    return list(Organisation.objects.visible_to(user, at))


def _form(request: HttpRequest, delegation: Delegation, at: datetime, known: Nomination | None = None, **more: Any) -> Any:
    """The form of a nomination with what this focal point may choose from."""
    round_ = round_of(delegation.edition)
    others = delegation.nominations.live().exclude(pk=known.pk if known else None)
    form = NominationForm(
        request.POST if request.method == "POST" else None,
        delegation=delegation,
        organisations=_organisations(request.user, at),
        mandates=groups_of(request.user, delegation, at),
        categories=round_.categories if round_ else [],
        others=list(others.exclude(category="alternate").order_by("precedence", "sort_name")),
        known=known,
        submits=request.method == "POST" and request.POST.get("then") == "submit",
        **more,
    )
    if known is not None and known.replaces_id:
        form.keep_the_seat()
    return form


def _page(request: HttpRequest, delegation: Delegation, template: str, status: int = 200, **more: Any) -> HttpResponse:
    edition = delegation.edition
    about = {"delegation": delegation, "edition": edition, "dialogue": edition.dialogue, "enters_delegations": True}
    return render(request, template, {**about, **more}, status=status)


def _tell_refusal(form: Any, refusal: StepRefused | ValidationError) -> None:
    texts = [reason.text for reason in refusal.reasons] if isinstance(refusal, StepRefused) else refusal.messages
    for text in texts:
        form.add_error(None, text)


def _asks_for_a_reason(form: Any, nomination: Nomination) -> list[str]:
    """Where submitting goes beyond what was agreed: what is beyond, unless a reason stands in the form already."""
    said = form.cleaned_data
    candidate = Nomination(
        pk=nomination.pk,
        delegation=form.delegation,
        edition=form.delegation.edition,
        category=said.get("category", nomination.category),
        replaces=nomination.replaces,
    )
    return [] if said.get("over_quota_reason") else over_quota(candidate, said.get("mandates") or [])


def _keep(form: Any, run: Callable[[], Nomination], by: Any, *, submits: bool) -> Nomination | None:
    """Save, and where asked submit in the same breath; a refusal of either stores nothing and stands in the form."""
    try:
        with transaction.atomic():
            nomination = run()
            if submits:
                nomination = procedures.submit(nomination=nomination, by=by)
    except (StepRefused, ValidationError) as refusal:
        _tell_refusal(form, refusal)
        return None
    return nomination


def _say(request: HttpRequest, nomination: Nomination) -> None:
    if nomination.status == Status.LATE_PENDING:
        messages.warning(request, _("Submitted after the deadline: the secretariat lead decides."))
    elif nomination.status == Status.SUBMITTED:
        messages.success(request, _("Submitted. The secretariat checks that it is complete."))
    else:
        messages.success(request, _("The draft is saved. Only your party’s focal points see it."))
        for text in doubles(nomination):
            messages.warning(request, text)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Nominate one person: as little as a name is a draft; `?like=` begins with what the last one had in common."""
    at, by = clock.now(), request.user
    delegation = delegation_or_404(by, pk, at)
    refused = procedures.draft_reasons(delegation, by)  # type: ignore[arg-type]
    if refused:
        return _page(request, delegation, "dialogues/nominations/add.html", refused=refused, status=_refusing(request))
    initial = {"language": by.language, "category": "delegate", **_like(request, by, delegation, at)}  # type: ignore[union-attr]
    form = _form(request, delegation, at, initial=initial)
    beyond: list[str] = []
    if request.method == "POST" and form.is_valid():
        submits, another = form.submits, request.POST.get("then") == "another"
        beyond = _asks_for_a_reason(form, Nomination(delegation=delegation)) if submits else []
        if beyond:
            form = _form(request, delegation, at, asks_reason=True)
            form.add_error("over_quota_reason", _("Give a reason, or save it as a draft"))
        else:
            said = form.cleaned_data
            kept = _keep(form, lambda: procedures.draft(delegation=delegation, by=by, **said), by, submits=submits)  # type: ignore[arg-type]
            if kept:
                _say(request, kept)
                if another:
                    return redirect(f"{reverse('delegation-add', args=[delegation.pk])}?like={kept.pk}")
                return redirect("delegation", delegation.pk)
    round_ = round_of(delegation.edition)
    deadline = deadline_of(delegation, round_, at) if round_ else None
    return _page(request, delegation, "dialogues/nominations/add.html", form=form, beyond=beyond, deadline=deadline)


def _refusing(request: HttpRequest) -> int:
    return 409 if request.method == "POST" else 200


def _like(request: HttpRequest, user: Any, delegation: Delegation, at: datetime) -> dict[str, Any]:
    """What the next person of the same unit has in common with the last: organisation, category, groups, language."""
    pk = request.GET.get("like", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return {}
    last = Nomination.objects.visible_to(user, at).filter(pk=pk, delegation=delegation).first()
    if last is None:
        return {}
    said = stored(last)
    same = ("organisation", "language", "mandates", *(("category",) if last.category != "head" else ()))
    return {name: said[name] for name in same}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nomination(request: HttpRequest, nomination: int) -> HttpResponse:
    """One nomination: its form while it can be changed, and all that is known of it afterwards."""
    at, by = clock.now(), request.user
    found = nomination_or_404(by, nomination, at)
    delegation = found.delegation
    if procedures.amend_reasons(found, by):  # type: ignore[arg-type]
        if request.method == "POST":
            return _show(request, found, at, refused=procedures.amend_reasons(found, by), status=409)  # type: ignore[arg-type]
        return _show(request, found, at)
    form = _form(request, delegation, at, known=found, initial=stored(found))
    beyond: list[str] = []
    theirs = None
    if request.method == "POST" and form.is_valid():
        beyond = _asks_for_a_reason(form, found) if form.submits else []
        if beyond:
            form = _form(request, delegation, at, known=found, asks_reason=True)
            form.add_error("over_quota_reason", _("Give a reason, or save it as a draft"))
        else:
            said = form.cleaned_data

            def save() -> Nomination:
                if not is_still(lock(found), request.POST.get("seen", "")):
                    raise Overtaken
                return procedures.amend(nomination=found, by=by, **said)  # type: ignore[arg-type]

            try:
                kept = _keep(form, save, by, submits=form.submits)
            except Overtaken:
                kept, theirs = None, nomination_or_404(by, nomination, at)
            if kept:
                _say(request, kept)
                return redirect("delegation", delegation.pk)
    round_ = round_of(delegation.edition)
    return _page(
        request,
        delegation,
        "dialogues/nominations/edit.html",
        status=409 if theirs else 200,
        nomination=found,
        form=form,
        beyond=beyond,
        theirs=theirs,
        their_groups=_group_names(found) if theirs else [],
        seen=fingerprint(found),
        lacks=missing(found) + doubles(found),
        acts=possible_acts(found, by),
        deadline=deadline_of(delegation, round_, at) if round_ else None,
    )


class Overtaken(Exception):
    """Somebody else of the party saved this nomination while it stood open here (law R8)."""


def _group_names(nomination: Nomination) -> list[Any]:
    return [mandate.working_group.name.marked for mandate in nomination.mandates.select_related("working_group")]


def _show(
    request: HttpRequest, nomination: Nomination, at: datetime, *, refused: list[Reason] | None = None, status: int = 200
) -> HttpResponse:
    unsettled = nomination.status in Nomination.UNSETTLED
    replacement = Nomination.objects.live().filter(replaces=nomination).first()
    return _page(
        request,
        nomination.delegation,
        "dialogues/nominations/nomination.html",
        status=status,
        nomination=nomination,
        groups=_group_names(nomination),
        replacement=replacement,
        consents=list(nomination.consents.select_related("party").order_by("party__code")) if nomination.needs_consent else [],
        to_consent=parties_to_consent(nomination) if unsettled else [],
        acts=possible_acts(nomination, request.user),
        refused=refused or [],
    )


# What can be done to one nomination, each on a page that asks once


@dataclass(frozen=True)
class Act:
    """One thing a focal point can do: its words, the form it asks with, and the procedure that does it or says why not."""

    slug: str
    verb: Any
    done: Any
    run: Callable[..., Any]
    reasons: Callable[[Nomination, Any], list[Reason]]
    explained: Any
    button: Any = ""

    def form(self, request: HttpRequest, nomination: Nomination, at: datetime) -> forms.Form:
        given = request.POST if request.method == "POST" else None
        choices = {"delegation": nomination.delegation, "organisations": []}
        if self.slug in {"replace", "correct"}:
            choices["organisations"] = _organisations(request.user, at)
        if self.slug == "replace":
            said = stored(nomination)
            begun = {"organisation": said["organisation"], "language": said["language"]}
            return ReplacementForm(given, initial=begun, **choices)
        if self.slug == "correct":
            groups = groups_of(request.user, nomination.delegation, at)
            return CorrectionForm(given, initial=stored(nomination), mandates=groups, known=nomination, **choices)
        if self.slug == "withdraw":
            return WithdrawalForm(given)
        if self.slug == "submit" and over_quota(nomination) and not nomination.over_quota_reason:
            return OverQuotaForm(given)
        return forms.Form(given)


ACTS = (
    Act(
        "submit",
        gettext_lazy("Submit"),
        gettext_lazy("Submitted. The secretariat checks that it is complete."),
        procedures.submit,
        procedures.submit_reasons,
        gettext_lazy(
            "The secretariat checks only that it is complete and within the numbers agreed. You can withdraw it at any time."
        ),
    ),
    Act(
        "replace",
        gettext_lazy("Replace"),
        gettext_lazy("The replacement is submitted."),
        procedures.replace,
        procedures.replace_reasons,
        gettext_lazy(
            "Who takes this seat? Category, working groups and place in the order are taken over. The person replaced keeps "
            "the seat until the secretariat has accepted the new one."
        ),
        gettext_lazy("Submit the replacement"),
    ),
    Act(
        "correct",
        gettext_lazy("Correct"),
        gettext_lazy("It is corrected; badge and lists follow."),
        procedures.correct,
        procedures.correct_reasons,
        gettext_lazy(
            "Badge and lists follow. For another person, replace this one; for another address, write to the secretariat."
        ),
        gettext_lazy("Save the correction"),
    ),
    Act(
        "withdraw",
        gettext_lazy("Withdraw"),
        gettext_lazy("It is withdrawn."),
        procedures.withdraw,
        procedures.withdraw_reasons,
        gettext_lazy(
            "The seat becomes free. Whoever was accepted can no longer open the agenda and papers, and the co-chairs of the "
            "working groups are told today. It cannot be undone; the person can be nominated again."
        ),
    ),
    Act(
        "delete",
        gettext_lazy("Delete the draft"),
        gettext_lazy("The draft is deleted."),
        procedures.delete_draft,
        procedures.delete_draft_reasons,
        gettext_lazy("Nobody else has seen it. It cannot be brought back."),
    ),
)


def possible_acts(nomination: Nomination, by: Any) -> list[Act]:
    """What can be done now; an incomplete draft is submitted from its form, where what is missing can be given."""
    acts = [act for act in ACTS if act.slug != "submit" or nomination.status not in Nomination.EDITABLE]
    return [act for act in acts if not act.reasons(nomination, by)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, nomination: int, act: str) -> HttpResponse:
    """Ask once, then do it. An act that is not there is answered as a nomination that is not."""
    at, by = clock.now(), request.user
    found = nomination_or_404(by, nomination, at)
    chosen = next((known for known in ACTS if known.slug == act), None)
    if chosen is None:
        raise Http404
    delegation = found.delegation
    refused = chosen.reasons(found, by)
    form = chosen.form(request, found, at)
    if request.method == "POST" and not refused and form.is_valid():
        try:
            done = chosen.run(nomination=found, by=by, **form.cleaned_data)
        except StepRefused as refusal:
            refused = refusal.reasons
        except ValidationError as refusal:
            _tell_refusal(form, refusal)
        else:
            late = getattr(done, "status", "") == Status.LATE_PENDING
            said = _("Submitted after the deadline: the secretariat lead decides.") if late else chosen.done
            messages.success(request, said)
            return redirect("delegation", delegation.pk)
    back = reverse("delegation", args=[delegation.pk]) if chosen.slug == "submit" else None
    return _page(
        request,
        delegation,
        "dialogues/nominations/act.html",
        status=409 if refused and request.method == "POST" else 200,
        nomination=found,
        act=chosen,
        form=form,
        refused=refused,
        beyond=over_quota(found) if chosen.slug == "submit" else [],
        back=back or reverse("nomination", args=[found.pk]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, nomination: int) -> HttpResponse:
    """Another party’s observer, expert or guest speaker: name, post, organisation and category, and a yes.

    One’s own are on one’s own pages; anything else is not there.
    """
    at, by = clock.now(), request.user
    own = entered(by, at)
    found = (
        Nomination.objects.visible_to(by, at)
        .filter(pk=nomination, category__in=BY_CONSENT, edition__in=own.values("edition"))
        .exclude(delegation__in=own.values("pk"))
        .select_related("organisation", "delegation__party", "edition__dialogue", "edition__host_party")
        .first()
    )
    if found is None:
        raise Http404
    delegation = own.filter(edition=found.edition_id).order_by("party__code").first()
    refused = procedures.consent_reasons(found, by)  # type: ignore[arg-type]
    if request.method == "POST" and not refused:
        try:
            procedures.consent(nomination=found, by=by)  # type: ignore[arg-type]
        except StepRefused as refusal:
            refused = refusal.reasons
        else:
            messages.success(request, _("Your party’s consent is saved."))
            return redirect("delegation", delegation.pk)
    return _page(
        request,
        delegation,
        "dialogues/nominations/consent.html",
        status=409 if refused and request.method == "POST" else 200,
        nomination=found,
        refused=refused,
    )
