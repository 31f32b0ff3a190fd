"""The list of participants on paper and as a table: title and name, post, organisation; never an address or a phone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from dialogues.models import Category, Edition, ListedParticipant, Registration
from dialogues.models.delegations import BY_CONSENT
from parties.models import Party
from socportal.bilingual import Wording, reader_language

from .marking import titled
from .paper import Part
from .tables import Cell

HOST_LAST, ALPHABETICAL = "host_last", "alphabetical"


@dataclass(frozen=True)
class Section:
    """One delegation; or the observers, experts or guest speakers, who come by agreement of all parties."""

    title: Wording
    lines: list[ListedParticipant]


def parties_in_order(parties: Iterable[Party], edition: Edition, order: str = HOST_LAST) -> list[Party]:
    """By their names in the reader’s language; the host last, unless everybody stands in the alphabet."""
    return sorted(
        set(parties),
        key=lambda party: (order == HOST_LAST and party.pk == edition.host_party_id, str(party.name).casefold(), party.code),
    )


def sections_of(lines: Iterable[ListedParticipant], edition: Edition, order: str = HOST_LAST) -> list[Section]:
    """Within a section the order in which the lines were frozen: precedence, then surname."""
    lines = list(lines)
    ranks = {party: n for n, party in enumerate(parties_in_order((line.party for line in lines), edition, order))}
    own = sorted(
        (line for line in lines if line.category not in BY_CONSENT), key=lambda line: (ranks[line.party], line.position)
    )
    found = [Section(party.name, list(some)) for party, some in groupby(own, key=lambda line: line.party)]
    for category, title in (
        (Category.OBSERVER, _("Observers")),
        (Category.EXPERT, _("Experts")),
        (Category.SPEAKER, _("Guest speakers")),
    ):
        some = [line for line in lines if line.category == category]
        if some:
            found.append(
                Section(Wording(title, reader_language()), sorted(some, key=lambda line: (ranks[line.party], line.position)))
            )
    return found


def participants_part(edition: Edition, lines: Iterable[ListedParticipant], *, under: str, order: str = HOST_LAST) -> Part:
    """`under` says which version this is, and since when."""
    return {
        "kind": "participants",
        "title": _("List of participants"),
        "under": under,
        "columns": [_("Title and name"), _("Post"), _("Organisation")],
        "not_listed": _("name not listed"),
        "sections": [
            {
                "title": section.title,
                "rows": [
                    {
                        "name": line.name,
                        "capacity": titled(line.get_category_display()) if line.category == Category.HEAD else "",
                        "post": line.post,
                        "organisation": line.organisation.name if line.organisation else "",
                    }
                    for line in section.lines
                ],
            }
            for section in sections_of(lines, edition, order)
        ],
    }


def participants_table(
    edition: Edition, lines: Iterable[ListedParticipant], order: str = HOST_LAST
) -> tuple[list[str], list[list[Cell]]]:
    columns = [_("Party"), _("Category"), _("Title and name"), _("Post"), _("Organisation")]
    rows: list[list[Cell]] = [
        [
            str(line.party.name),
            str(line.get_category_display()),
            line.name,
            str(line.post),
            str(line.organisation.name) if line.organisation else "",
        ]
        for section in sections_of(lines, edition, order)
        for line in section.lines
    ]
    return columns, rows


def shown_name(registration: Registration) -> str:
    """As fellow participants may read it, also on what stands or lies in a room; empty where it is withheld."""
    return "" if registration.withholds_name or registration.person.erased_at else registration.person.name
