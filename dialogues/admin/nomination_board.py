"""The delegations of an edition side by side: number against what was agreed, what waits, and who owes what.

Everything is read in a fixed number of questions, whatever the number of people, and counted here. Drafts are the parties'
own: they are neither shown nor counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, prefetch_related_objects
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dialogues.models import (
    Category,
    CoChair,
    Delegation,
    DelegationQuota,
    Edition,
    Mandate,
    Nomination,
    NominationRound,
    Registration,
)
from dialogues.models.correspondence import in_capitals
from parties.models import Party
from socportal import clock

from .acceptance import ACCEPT, RETURN
from .board import rows_address
from .steps import change_address

PER_PAGE = 50
Status = Nomination.Status
Access = Registration.Access


@dataclass
class Side:
    """One delegation, with everything that the board says of it."""

    delegation: Delegation
    quotas: list[DelegationQuota] = field(default_factory=list)
    nominations: list[Nomination] = field(default_factory=list)
    registered: Counter[str] = field(default_factory=Counter)  # by status
    access: Counter[str] = field(default_factory=Counter)
    completed: int = 0
    chairs: set[int] = field(default_factory=set)  # mandates with a co-chair of this party

    @property
    def party(self) -> Party:
        return self.delegation.party

    @cached_property
    def seated(self) -> list[Nomination]:
        """Who takes a seat or asks for one; of somebody and the replacement handed in for them, the replacement."""
        handed_in = [one for one in self.nominations if one.status in Nomination.HANDED_IN]
        replaced = {one.replaces_id for one in handed_in}
        return [one for one in handed_in if one.pk not in replaced]

    def of(self, category: str) -> list[Nomination]:
        return [one for one in self.seated if one.category == category]

    def in_group(self, mandate: int) -> list[Nomination]:
        return [one for one in self.seated if mandate in self.groups_of(one)]

    def groups_of(self, nomination: Nomination) -> set[int]:
        return {mandate.pk for mandate in nomination.mandates.all()}

    @cached_property
    def of_the_total(self) -> list[Nomination]:
        """Support staff take no seat of the total."""
        return [one for one in self.seated if one.category != Category.SUPPORT]

    @cached_property
    def exceeded(self) -> list[tuple[str, list[Nomination]]]:
        """Each number that goes beyond what was agreed, in words, with the nominations counted in it."""
        found = []
        seats = self.delegation.seats
        if seats is not None and len(self.of_the_total) > seats:
            said = {"number": len(self.of_the_total), "seats": seats}
            found.append((_("%(number)d in the delegation; %(seats)d agreed.") % said, self.of_the_total))
        for quota in self.quotas:
            counted = self.of(quota.category) if quota.category else self.in_group(quota.mandate_id or 0)
            if len(counted) > quota.seats:
                what = quota.mandate.working_group if quota.mandate else quota.get_category_display()
                said = {"number": len(counted), "what": what, "seats": quota.seats}
                found.append((_("%(number)d as “%(what)s”; %(seats)d agreed.") % said, counted))
        return found

    @cached_property
    def exceeded_by(self) -> dict[int, list[str]]:
        """The same by nomination."""
        by: dict[int, list[str]] = defaultdict(list)
        for text, counted in self.exceeded:
            for one in counted:
                by[one.pk].append(text)
        return by

    def participants_address(self, **filters: str) -> str:
        return participants_address(self.delegation.edition, party=self.party.code, **filters)


def participants_address(edition: Edition, **filters: str) -> str:
    query = urlencode(filters)
    address = reverse("admin:dialogues_edition_participants", args=[edition.pk])
    return f"{address}?{query}" if query else address


def nominated(side: Side, standing: str = "live", **filters: Any) -> str:
    """The list of a party's nominations, narrowed."""
    here = {"edition__id__exact": side.delegation.edition_id, "delegation__party__id__exact": side.delegation.party_id}
    return rows_address(Nomination, standing=standing, **here, **filters)


def sides_of(edition: Edition, user: Any, mandates: list[Mandate]) -> list[Side]:
    """One a party, by code, filled from one question for each kind of row."""
    delegations = Delegation.objects.filter(edition=edition).select_related("party").order_by("party__code")
    sides = {one.pk: Side(one) for one in delegations}
    by_party = {side.delegation.party_id: side for side in sides.values()}
    groups = {mandate.pk: mandate for mandate in mandates}
    for side in sides.values():
        side.delegation.edition = edition
    for quota in DelegationQuota.objects.filter(delegation__in=sides).order_by("category", "mandate"):
        quota.mandate = groups.get(quota.mandate_id or 0)
        sides[quota.delegation_id].quotas.append(quota)
    nominations = (
        Nomination.objects.visible_to(user)
        .filter(edition=edition)
        .exclude(status=Status.DRAFT)
        .select_related("organisation", "on_behalf_by")
        .prefetch_related("mandates", "consents")
        .order_by("submitted_at", "pk")
    )
    for nomination in nominations:
        side = sides[nomination.delegation_id]
        nomination.delegation = side.delegation
        side.nominations.append(nomination)
    registered = (
        Registration.objects.visible_to(user)
        .live()
        .filter(edition=edition)
        .order_by()
        .values("delegation", "status", "access_status")
        .annotate(people=Count("pk"), completed=Count("own_details"))
    )
    for row in registered:
        side = sides[row["delegation"]]
        side.registered[row["status"]] += row["people"]
        side.access[row["access_status"]] += row["people"]
        side.completed += row["completed"]
    for party, mandate in CoChair.objects.filter(mandate__in=groups, person__isnull=False).values_list("party", "mandate"):
        if party in by_party:
            by_party[party].chairs.add(mandate)
    return list(sides.values())


# Side by side


def number(count: int, of: int | None = None, address: str = "", **more: Any) -> dict[str, Any]:
    return {"number": count, "of": of, "over": of is not None and count > of, "address": address, **more}


def head_of(side: Side) -> dict[str, Any]:
    heads = side.of(Category.HEAD)
    standing = "none" if not heads else "named" if heads[0].status == Status.ACCEPTED else "waiting"
    return {"standing": standing, "address": change_address(heads[0]) if heads else ""}


def parity(sides: list[Side], mandates: list[Mandate]) -> list[dict[str, Any]]:
    """A line a question; a cell a party."""

    def line(label: Any, answers: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """Its bars are as long as what was agreed, or as the longer of the sides where nothing was."""
        cells = list(answers)
        most = max(cell.get("number", 0) for cell in cells) if cells else 0
        for cell in cells:
            if "number" in cell:
                cell["max"] = max(cell["of"] or cell.get("max") or most, 1)
                cell["filled"] = min(cell["number"], cell["max"])
        return {"label": label, "cells": cells}

    def seats(side: Side, category: str) -> int | None:
        return next((quota.seats for quota in side.quotas if quota.category == category), None)

    def group_seats(side: Side, mandate: int) -> int | None:
        return next((quota.seats for quota in side.quotas if quota.mandate_id == mandate), None)

    lines = [
        line(
            _("Nominated"),
            (number(len(s.of_the_total), s.delegation.seats, nominated(s)) for s in sides),
        ),
        line(
            _("Registered"),
            (number(s.registered.total(), None, s.participants_address(), max=len(s.seated)) for s in sides),
        ),
        line(_("Head of delegation"), (head_of(s) for s in sides)),
        line(_("Co-chairs named"), (number(len(s.chairs), len(mandates)) for s in sides)),
    ]
    for category in Category:
        quotas = {side.party.pk: seats(side, category) for side in sides}
        counted = {side.party.pk: len(side.of(category)) for side in sides}
        if category != Category.HEAD and (any(counted.values()) or any(quota is not None for quota in quotas.values())):
            lines.append(
                line(
                    capfirst(category.label),
                    (
                        number(
                            counted[s.party.pk],
                            quotas[s.party.pk],
                            nominated(s, category__exact=category.value),
                        )
                        for s in sides
                    ),
                )
            )
    for mandate in mandates:
        lines.append(
            line(
                mandate.working_group,
                (
                    number(
                        len(s.in_group(mandate.pk)),
                        group_seats(s, mandate.pk),
                        nominated(s, mandates__id__exact=mandate.pk),
                        chair="named" if mandate.pk in s.chairs else "none",
                    )
                    for s in sides
                ),
            )
        )
    return lines


def deadline(side: Side, round_: NominationRound | None) -> dict[str, Any]:
    if round_ is None:
        return {}
    until = round_.deadline_of(side.delegation)
    return {
        "until": in_capitals(until, side.delegation.edition),
        "has_passed": until < clock.now(),
        "extension_reason": side.delegation.extension_reason if side.delegation.extended_until == until else "",
    }


def standing(side: Side, round_: NominationRound | None) -> dict[str, Any]:
    """How far one delegation is."""
    registered = side.registered
    confirmed = sum(registered[status] for status in ("confirmed", "attended", "no_show"))
    late = [one for one in side.nominations if one.is_late and one.status in Nomination.HANDED_IN]
    return {
        "party": side.party,
        "deadline": deadline(side, round_),
        "registered": registered.total(),
        "completed": side.completed,
        "incomplete_address": side.participants_address(standing="incomplete"),
        "confirmed": confirmed,
        "unconfirmed_address": side.participants_address(standing="unconfirmed"),
        "attended": registered["attended"],
        "absent": registered["no_show"],
        "confirmed_address": side.participants_address(standing="confirmed"),
        "access": [
            {"label": Access(value).label, "count": side.access[value], "address": side.participants_address(access=value)}
            for value in Access.values
        ],
        "late": len(late),
        "late_address": nominated(side, standing="late"),
        "exceeded": [
            {"text": text, "reasons": sorted({one.over_quota_reason for one in counted if one.over_quota_reason})}
            for text, counted in side.exceeded
        ],
        "lists_names": side.delegation.lists_names_of_services,
        "to_reconfirm_since": side.delegation.to_reconfirm_since,
        "address": change_address(side.delegation),
        "longer_address": reverse("admin:dialogues_delegation_step", args=[side.delegation.pk, "longer"]),
        "on_behalf_address": f"{reverse('admin:dialogues_nomination_add')}?delegation={side.delegation.pk}",
    }


# What waits, and for whom


def without_consent(nomination: Nomination, parties: list[Party]) -> list[Party]:
    given = {consent.party_id for consent in nomination.consents.all()}
    return [party for party in parties if party.pk not in given] if nomination.needs_consent else []


def in_line(nomination: Nomination, side: Side, parties: list[Party], groups: dict[int, Mandate]) -> dict[str, Any]:
    return {
        "nomination": nomination,
        "party": side.party,
        "address": change_address(nomination),
        "groups": ", ".join(str(groups[pk].working_group) for pk in sorted(side.groups_of(nomination)) if pk in groups),
        "exceeded": side.exceeded_by.get(nomination.pk, []),
        "without_consent": ", ".join(str(party) for party in without_consent(nomination, parties)),
    }


def delegations_board(edition: Edition, user: Any, page: str = "") -> dict[str, Any]:
    prefetch_related_objects([edition.dialogue], "parties")
    parties = sorted(edition.dialogue.parties.all(), key=lambda party: party.code)
    mandates = list(Mandate.objects.filter(edition=edition).select_related("working_group"))
    groups = {mandate.pk: mandate for mandate in mandates}
    for mandate in mandates:
        mandate.edition = edition
    round_ = NominationRound.objects.filter(edition=edition).first()
    sides = sides_of(edition, user, mandates)
    lines = [in_line(one, side, parties, groups) for side in sides for one in side.nominations]
    lines.sort(key=lambda line: (line["nomination"].submitted_at or line["nomination"].drafted_at, line["nomination"].pk))
    waiting = [line for line in lines if line["nomination"].status in Nomination.UNSETTLED]
    returned = [line for line in lines if line["nomination"].status == Status.RETURNED]
    return {
        "edition": edition,
        "now": clock.now().astimezone(edition.zone),
        "is_open": edition.is_open() or edition.has_closed(),
        "has_round": round_ is not None,
        "awaits_reconfirmation": any(side.delegation.to_reconfirm_since for side in sides),
        "sides": [standing(side, round_) for side in sides],
        "parity": parity(sides, mandates),
        "waiting": Paginator(waiting, PER_PAGE).get_page(page),
        "late": sum(line["nomination"].status == Status.LATE_PENDING for line in waiting),
        "returned": returned[:PER_PAGE],
        "returned_more": max(len(returned) - PER_PAGE, 0),
        "returned_address": rows_address(Nomination, standing="returned", edition__id__exact=edition.pk),
        "without_consent": [line for line in waiting if line["without_consent"]][:PER_PAGE],
        "accept_address": reverse("admin:dialogues_edition_bulk", args=[edition.pk, ACCEPT.name]),
        "return_address": reverse("admin:dialogues_edition_bulk", args=[edition.pk, RETURN.name]),
    }
