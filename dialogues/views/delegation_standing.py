"""How a delegation stands: until when, how many of how many, what each nomination lacks, and who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues.models import (
    Category,
    Delegation,
    Mandate,
    Nomination,
    NominationRound,
    Registration,
)
from dialogues.models.delegations import BY_CONSENT
from dialogues.procedures.nomination_checks import missing
from parties.models import Party

from .agenda_entries import clocks_of

Status = Nomination.Status
ENDED = (Status.WITHDRAWN, Status.REPLACED)


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
