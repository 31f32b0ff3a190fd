"""Badges to be cut out: name, organisation, delegation, and the category by a letter as well as by a colour."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dialogues.models import Category, Registration

from .marking import series, titled
from .paper import Part


@dataclass(frozen=True)
class Band:
    """The letter is the same in both languages and stands for one category in either: so no A, which is alternate or
    adviser, no O, which is observer or ondersteuning, no S. Eight steps of lightness tell the colours apart in grey.
    """

    letter: str
    colour: str
    ink: str


BANDS = {
    Category.HEAD: Band("H", "#012d53", "#ffffff"),  # head, hoofd; L* 18
    Category.ALTERNATE: Band("P", "#622f72", "#ffffff"),  # plaatsvervanger; L* 29
    Category.DELEGATE: Band("D", "#006875", "#ffffff"),  # delegate, delegatielid; L* 40
    Category.ADVISER: Band("V", "#3d924d", "#1a1d1f"),  # adViser, adViseur; L* 54
    Category.EXPERT: Band("E", "#de8049", "#1a1d1f"),  # expert in both; L* 63
    Category.SPEAKER: Band("G", "#f59eac", "#1a1d1f"),  # guest, gast; L* 74
    Category.OBSERVER: Band("W", "#f6d15f", "#1a1d1f"),  # waarnemer; L* 85
    Category.SUPPORT: Band("T", "#ffffff", "#1a1d1f"),  # team; white
}


def badge_says(registration: Registration) -> str:
    """SHA-256 of what the badge says in both languages: another one means that it is to be printed again."""
    organisation, party = registration.organisation, registration.delegation.party
    said = [
        registration.person.name,
        [organisation.name_en, organisation.name_nl] if organisation else [],
        [party.name_en, party.name_nl],
        registration.category,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def due_for_print(registrations: Iterable[Registration]) -> list[Registration]:
    """Those whose badge was never printed, or says something else by now."""
    return [registration for registration in registrations if registration.badge_printed_as != badge_says(registration)]


def badges_part(edition: object, registrations: Iterable[Registration]) -> Part:
    """Eight to a sheet, 90 × 55 mm each, for support staff too."""
    return {
        "kind": "badges",
        "title": _("Badges"),
        "note": _("Print on card at full size and cut along the marks: 90 × 55 mm."),
        "dialogue": series(edition),  # type: ignore[arg-type]
        "legend": [[band.letter, titled(category.label)] for category, band in BANDS.items()],
        "badges": [
            {
                "letter": BANDS[Category(registration.category)].letter,
                "colour": BANDS[Category(registration.category)].colour,
                "ink": BANDS[Category(registration.category)].ink,
                "category": titled(registration.get_category_display()),
                "name": registration.person.name,
                "organisation": registration.organisation.name if registration.organisation else "",
                "delegation": registration.delegation.party.name,
            }
            for registration in registrations
        ],
    }
