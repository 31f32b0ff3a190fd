"""Signs of folded A4 for the tables: one a delegation; one for each head, co-chair and speaker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from dialogues.models import Category, Edition, Registration
from parties.models import Organisation, Person

from .marking import titled
from .paper import Part
from .participants import parties_in_order, shown_name


def nameplates_part(edition: Edition, registrations: Iterable[Registration], others: Iterable[tuple[Person, str]]) -> Part:
    """`others` are the co-chairs and speakers with their part in words; each person gets one sign, for the first part named.

    A sign stands in the open: where a name is withheld it shows the post.
    """
    registered = {registration.person_id: registration for registration in registrations}
    delegations = parties_in_order((one.delegation.party for one in registered.values()), edition)
    signs: dict[int, dict[str, Any]] = {}
    for registration in registered.values():
        if registration.category in {Category.HEAD, Category.SPEAKER}:
            signs[registration.person_id] = _sign_of(registration, titled(registration.get_category_display()))
    for person, role in others:
        if person.pk in signs or person.erased_at:
            continue
        known = registered.get(person.pk)
        signs[person.pk] = _sign_of(known, role) if known else _sign_of_guest(person, role)
    return {
        "kind": "nameplates",
        "title": _("Nameplates"),
        "note": _("Print on card and fold along the dashed line."),
        "signs": [{"name": party.name, "is_delegation": True, "under": ""} for party in delegations] + list(signs.values()),
    }


def _sign_of(registration: Registration, role: str) -> dict[str, Any]:
    name = shown_name(registration)
    return {
        "name": name or registration.post,
        "is_delegation": False,
        "under": f"{role} · {registration.delegation.party.name}",
    }


def _sign_of_guest(person: Person, role: str) -> dict[str, Any]:
    """Somebody who speaks without being registered: a withheld name stays withheld, for nobody opted in."""
    withheld = person.organisation is not None and person.organisation.kind in Organisation.WITHHELD_KINDS
    shown = person.post if withheld and not person.is_public_office_holder else person.name
    return {"name": shown or role, "is_delegation": False, "under": " · ".join(filter(None, (role, str(person.party or ""))))}
