"""Office-holders named in a text: at which edition or engagement, in which office, and exactly what is stated of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from dialogues.models import Appearance, Edition, Engagement
from parties.models import Party
from parties.record import Read, Readings, Register, put_in_person


@dataclass(frozen=True)
class Named:
    """An office-holder: name (empty where the text gives none), party, office at that time, and what is stated."""

    name: str
    party: str
    role: tuple[str, str]
    occasion: tuple[str, str]
    role_read: tuple[Read, ...]
    occasion_read: tuple[Read, ...]


def put_in_appearances(
    register: Register, at: Edition | Engagement, everybody: tuple[Named, ...], parties: dict[str, Party]
) -> list[Appearance]:
    """Theirs at this edition or engagement, in the same order; nobody is filled in where a text gives no name."""
    where = {"edition" if isinstance(at, Edition) else "engagement": at}
    found = []
    for named in everybody:
        # Known again by the office, whatever the secretariat has since made of the name; else by the name.
        known = Q(**where, role_en=named.role[0])
        person = None
        if named.name and not Appearance.objects.filter(known).exists():
            person = put_in_person(register, named.name, parties)
            known = Q(**where, person=person)
        values = {
            **where,
            "person": person,
            "party": parties[named.party],
            "role_en": named.role[0],
            "role_nl": named.role[1],
            "occasion_en": named.occasion[0],
            "occasion_nl": named.occasion[1],
        }
        read: Readings = {"role": named.role_read, "occasion": named.occasion_read}
        found.append(register.put(Appearance, known, values, read))
    return found
