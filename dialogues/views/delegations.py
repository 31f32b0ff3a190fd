"""A focal point's delegation at a glance: numbers against what was agreed, what is missing and who owes it, what comes next.

Whoever is not this party's focal point or deputy gets the same 404 for a delegation that is there and one that is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
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
    NominationRound,
    Registration,
)
from dialogues.models.delegations import BY_CONSENT
from dialogues.procedures import delegations as procedures
from dialogues.procedures.exports import PURPOSES, record_export
from dialogues.procedures.nomination_checks import missing, not_open, round_of
from dialogues.procedures.nominations import draft_reasons, submit_complete
from parties.models import Party
from socportal import clock

from .agenda import clocks_of

Status = Nomination.Status
ENDED = (Status.WITHDRAWN, Status.REPLACED)
FIRST_PLACE, LAST_PLACE = 1, 9999
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For the navigation of whoever is signed in: whether they enter a delegation. Asked only where it is drawn."""
    return {"enters_delegations": SimpleLazyObject(lambda: is_focal_point(getattr(request, "user", None)))}


def is_focal_point(user: Any) -> bool:
    return bool(user) and Appointment.objects.current().held_by(user).filter(role__in=Appointment.FOCAL_POINTS).exists()


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


@dataclass(frozen=True)
class Deadline:
    """Until when, on the clock of every capital: “2 February 2027, 12:00 in The Hague (11:00 in London)”."""

    at: datetime
    words: str
    left: str
    is_past: bool
    is_near: bool
    is_extended: bool


def deadline_of(delegation: Delegation, round_: NominationRound, at: datetime) -> Deadline:
    until = round_.deadline_of(delegation)
    venue, *others = clocks_of(delegation.edition, until)
    day = until.astimezone(venue.zone).date()
    said = _("%(day)s, %(time)s in %(place)s") % {
        "day": date_format(day),
        "time": venue.shows(until),
        "place": venue.place,
    }
    elsewhere = []
    for other in others:
        there = until.astimezone(other.zone).date()
        time = other.shows(until) if there == day else f"{date_format(there)}, {other.shows(until)}"
        elsewhere.append(_("%(time)s in %(place)s") % {"time": time, "place": other.place})
    left = until - at
    return Deadline(
        at=until,
        words=f"{said} ({', '.join(elsewhere)})" if elsewhere else said,
        left=time_left(int(left.total_seconds())),
        is_past=left.total_seconds() < 0,
        is_near=0 <= left.total_seconds() < 3 * 24 * 60 * 60,
        is_extended=until > round_.closes_at,
    )


def time_left(seconds: int) -> str:
    """Whole days while there are two, then hours, then minutes; empty once it is over."""
    if seconds < 0:
        return ""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days >= 2:
        return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
    if hours >= 2:
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}


@dataclass(frozen=True)
class Number:
    """How many of one kind are submitted and drafted, beside how many were agreed."""

    what: Any
    submitted: int
    drafts: int
    agreed: int | None = None
    is_total: bool = False

    @property
    def over(self) -> int:
        return max(0, self.submitted - self.agreed) if self.agreed is not None else 0

    @property
    def over_with_drafts(self) -> int:
        return max(0, self.submitted + self.drafts - self.agreed) if self.agreed is not None else 0

    @property
    def is_full(self) -> bool:
        return self.agreed is not None and self.submitted == self.agreed


def _number(what: Any, among: Iterable[Nomination], agreed: int | None = None, *, is_total: bool = False) -> Number:
    among = list(among)
    return Number(
        what,
        submitted=sum(one.status in Nomination.HANDED_IN for one in among),
        drafts=sum(one.status in Nomination.EDITABLE for one in among),
        agreed=agreed,
        is_total=is_total,
    )


def numbers_of(delegation: Delegation, live: Sequence[Nomination], mandates: Sequence[Mandate]) -> dict[str, list[Number]]:
    """Against what was agreed: the whole, each category, each working group. A replacement shares the seat it takes."""
    live = [one for one in live if one.replaces is None or one.replaces.status != Status.ACCEPTED]
    quotas = list(delegation.quotas.all())
    by_category = {quota.category: quota.seats for quota in quotas if quota.category}
    by_group = {quota.mandate_id: quota.seats for quota in quotas if quota.mandate_id}
    members = [one for one in live if one.category != Category.SUPPORT]
    whole = _number(_("Delegation"), members, delegation.seats, is_total=True)
    categories = [
        _number(capfirst(label), [one for one in live if one.category == value], by_category.get(value))
        for value, label in Category.choices
        if value in by_category or any(one.category == value for one in live)
    ]
    groups = [
        _number(
            mandate.working_group.name.marked,
            [one for one in live if mandate.pk in {group.pk for group in one.mandates.all()}],
            by_group.get(mandate.pk),
        )
        for mandate in mandates
    ]
    return {"categories": [whole, *categories], "groups": groups}


@dataclass(frozen=True)
class Row:
    """One nomination as the list shows it: what it lacks or waits for, and what its party can do next."""

    nomination: Nomination
    groups: list[Any]
    lacks: list[str]
    to_consent: list[str]
    act: Any = ""
    address: str = ""
    is_being_replaced: bool = False

    @property
    def is_complete(self) -> bool:
        return not self.lacks

    @property
    def lacks_details(self) -> bool:
        """Whether the participant still owes the own details."""
        registration = self.nomination.registration
        accepted = self.nomination.status == Status.ACCEPTED
        return bool(accepted and registration and registration.status == Registration.Status.INVITED)


def _next(nomination: Nomination, lacks: list[str], *, can_draft: bool, can_replace: bool) -> tuple[Any, str]:
    def act(slug: str) -> str:
        return reverse("nomination-act", args=[nomination.pk, slug])

    can_hand_in = can_draft or (can_replace and nomination.replaces_id is not None)
    if nomination.status in Nomination.EDITABLE and can_hand_in:
        if lacks or nomination.status == Status.RETURNED:
            return gettext_lazy("Complete it"), reverse("nomination", args=[nomination.pk])
        return gettext_lazy("Submit"), act("submit")
    if nomination.status == Status.ACCEPTED and can_replace:
        return gettext_lazy("Replace"), act("replace")
    if nomination.status in Nomination.UNSETTLED:
        return gettext_lazy("Withdraw"), act("withdraw")
    return "", ""


def rows_of(
    delegation: Delegation, parties: Sequence[Party], mandates: Sequence[Mandate], *, can_draft: bool, can_replace: bool
) -> list[Row]:
    """The whole delegation in its order of precedence, in as many questions for one row as for a thousand."""
    listed = list(
        Nomination.objects.filter(delegation=delegation)
        .select_related("organisation", "registration", "replaces", "alternate_for")
        .prefetch_related(Prefetch("mandates", Mandate.objects.select_related("working_group")), "consents")
        .order_by("precedence", "sort_name", "pk")
    )
    being_replaced = {one.replaces_id for one in listed if one.status not in ENDED}
    rows = []
    for nomination in listed:
        groups = list(nomination.mandates.all())
        lacks = missing(nomination, groups, has_groups=bool(mandates)) if nomination.status in Nomination.EDITABLE else []
        asked = nomination.needs_consent and nomination.status in Nomination.UNSETTLED
        given = {consent.party_id for consent in nomination.consents.all()}
        is_being_replaced = nomination.pk in being_replaced
        act, address = _next(nomination, lacks, can_draft=can_draft, can_replace=can_replace and not is_being_replaced)
        rows.append(
            Row(
                nomination,
                groups=[group.working_group.name.marked for group in groups],
                lacks=lacks,
                to_consent=[str(party.name) for party in parties if asked and party.pk not in given],
                act=act,
                address=address,
                is_being_replaced=is_being_replaced,
            )
        )
    return rows


@dataclass(frozen=True)
class Owed:
    """What somebody has to do before the delegation is complete."""

    who: Any
    sentences: list[str]


def owed_by(rows: Sequence[Row]) -> list[Owed]:
    """Who owes what: the focal point, the other parties, the secretariat, the participants."""
    live = [row for row in rows if row.nomination.status not in ENDED]

    def count(status: str) -> int:
        return sum(row.nomination.status == status for row in live)

    incomplete = sum(row.nomination.status == Status.DRAFT and not row.is_complete for row in live)
    returned, ready = count(Status.RETURNED), count(Status.DRAFT) - incomplete
    checked, late = count(Status.SUBMITTED), count(Status.LATE_PENDING)
    details = sum(row.lacks_details for row in live)
    own, others, secretariat, participants = [], [], [], []
    if not any(row.nomination.category == Category.HEAD for row in live):
        own.append(_("Name the head of delegation."))
    if returned:
        own.append(ngettext("%(n)d was returned to you.", "%(n)d were returned to you.", returned) % {"n": returned})
    if incomplete:
        own.append(ngettext("%(n)d draft is incomplete.", "%(n)d drafts are incomplete.", incomplete) % {"n": incomplete})
    if ready:
        said = ngettext("%(n)d complete draft is not submitted.", "%(n)d complete drafts are not submitted.", ready)
        own.append(said % {"n": ready})
    for party in sorted({party for row in live for party in row.to_consent}):
        number = sum(party in row.to_consent for row in live)
        said = ngettext("%(party)s: consent to %(n)d person.", "%(party)s: consent to %(n)d people.", number)
        others.append(said % {"party": party, "n": number})
    if checked:
        secretariat.append(ngettext("%(n)d to be checked.", "%(n)d to be checked.", checked) % {"n": checked})
    if late:
        secretariat.append(ngettext("%(n)d late: the lead decides.", "%(n)d late: the lead decides.", late) % {"n": late})
    if details:
        said = ngettext("%(n)d has own details to complete.", "%(n)d have own details to complete.", details)
        participants.append(said % {"n": details})
    named = [
        (_("You"), own),
        (_("Other parties"), others),
        (_("Secretariat"), secretariat),
        (_("Participants"), participants),
    ]
    return [Owed(who, sentences) for who, sentences in named if sentences]


def consents_asked(user: Any, delegation: Delegation, at: datetime) -> list[Nomination]:
    """Other parties' observers, experts and guest speakers that wait for this party's yes."""
    return list(
        Nomination.objects.visible_to(user, at)
        .unsettled()
        .filter(edition=delegation.edition_id, category__in=BY_CONSENT)
        .exclude(delegation__party=delegation.party_id)
        .exclude(consents__party=delegation.party_id)
        .select_related("organisation", "delegation__party")
        .order_by("pk")
    )


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
    context = {
        "delegation": found,
        "edition": edition,
        "dialogue": edition.dialogue,
        "enters_delegations": True,
        "deadline": deadline_of(found, round_, at) if round_ else None,
        "can_draft": can_draft,
        "closed": closed,
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
