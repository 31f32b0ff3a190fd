"""The plenary’s seating plan, derived: delegations face each other, the host at the left, the head in the middle.

Alternates and delegates sit at the table beside their head by precedence: the second at the head’s right hand, the third at
the left, and so on outward. Advisers sit behind them. Observers, experts and guest speakers sit at the end of the room;
support staff have no seat. A third party and every further one join the side that is shorter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dialogues.models import Category, Edition, Registration
from dialogues.models.delegations import BY_CONSENT

from .paper import Part
from .participants import ALPHABETICAL, parties_in_order, shown_name
from .tables import Cell

AT_THE_TABLE = (Category.HEAD, Category.ALTERNATE, Category.DELEGATE)


@dataclass(frozen=True)
class Seat:
    number: int
    place: str
    name: str
    post: Any
    organisation: Any
    party: str
    where: str
    is_head: bool = False


@dataclass
class Side:
    """One long side of the table, from the upper end to the lower: who sits at it, and who behind them."""

    table: list[Seat] = field(default_factory=list)
    behind: list[Seat] = field(default_factory=list)


@dataclass
class Seating:
    left: Side
    right: Side
    end: list[Seat]

    @property
    def seats(self) -> list[Seat]:
        """By their numbers: a delegation after the other, then those at the end of the room."""
        found = [seat for side in (self.left, self.right) for seat in (*side.table, *side.behind)]
        parties = list(dict.fromkeys(seat.party for seat in found))
        return sorted(found, key=lambda seat: (parties.index(seat.party), seat.number)) + self.end


def seating_of(edition: Edition, registrations: Iterable[Registration]) -> Seating:
    listed = sorted((one for one in registrations if one.category != Category.SUPPORT), key=_rank)
    parties = parties_in_order((one.delegation.party for one in listed), edition, ALPHABETICAL)
    parties.sort(key=lambda party: party.pk != edition.host_party_id)
    left, right = Side(), Side()
    end: list[Registration] = []
    for party in parties:
        own = [one for one in listed if one.delegation.party_id == party.pk]
        side = left if party.pk == edition.host_party_id or len(left.table) < len(right.table) else right
        at_table = [one for one in own if one.category in AT_THE_TABLE]
        behind = [one for one in own if one.category == Category.ADVISER]
        end += [one for one in own if one.category in BY_CONSENT]
        seats = _seats(at_table, f"{party.code} ", pgettext("seating", "at the table"))
        side.table += _head_in_the_middle(seats, right_hand_is_down=side is left)
        side.behind += _seats(behind, f"{party.code} ", pgettext("seating", "behind"), first=len(at_table) + 1)
    return Seating(left, right, _seats(end, "", pgettext("seating", "at the end")))


def _seats(registrations: list[Registration], prefix: str, where: str, first: int = 1) -> list[Seat]:
    return [_seat(one, n, f"{prefix}{n}", where) for n, one in enumerate(registrations, start=first)]


def _rank(registration: Registration) -> tuple[Any, ...]:
    person = registration.person
    return (
        registration.category != Category.HEAD,
        registration.precedence,
        (person.sort_name or person.name).casefold(),
        registration.pk,
    )


def _seat(registration: Registration, number: int, place: str, where: str) -> Seat:
    return Seat(
        number=number,
        place=place,
        name=shown_name(registration),
        post=registration.post,
        organisation=registration.organisation.name if registration.organisation else "",
        party=str(registration.delegation.party.name),
        where=where,
        is_head=registration.category == Category.HEAD,
    )


def _head_in_the_middle(seats: list[Seat], *, right_hand_is_down: bool) -> list[Seat]:
    """From the upper end of the table: …, 5th, 3rd, 1st, 2nd, 4th, … or, seen from the other side, the other way round."""
    outward_right, outward_left = seats[1::2], seats[2::2]
    row = [*reversed(outward_left), *seats[:1], *outward_right]
    return row if right_hand_is_down else list(reversed(row))


def seating_part(edition: Edition, registrations: Iterable[Registration]) -> Part:
    plan = seating_of(edition, registrations)
    columns = [plan.left.behind, plan.left.table, plan.right.table, plan.right.behind]
    height = max(map(len, columns))
    return {
        "kind": "seating",
        "title": _("Seating plan of the plenary"),
        "drawn": _("A drawing of the table with its seats. The list after it says the same in words."),
        "sides": [_names_at(plan.left), _names_at(plan.right)],
        "table": pgettext("seating", "Table"),
        "rows": [list(row) for row in zip(*(_centred(column, height) for column in columns), strict=True)],
        "end_title": _("At the end of the room"),
        "end": [_as_drawn(seat) for seat in plan.end],
        "list_title": _("The same as a list"),
        "columns": [_("Seat"), _("Title and name"), _("Post"), _("Organisation"), _("Where")],
        "not_listed": _("name not listed"),
        "list": [[seat.place, seat.name, seat.post, seat.organisation, seat.where] for seat in plan.seats],
    }


def _names_at(side: Side) -> str:
    return " · ".join(dict.fromkeys(seat.party for seat in (*side.table, *side.behind)))


def _centred(column: list[Seat], height: int) -> list[dict[str, Any] | None]:
    above = (height - len(column)) // 2
    return [None] * above + [_as_drawn(seat) for seat in column] + [None] * (height - len(column) - above)


def _as_drawn(seat: Seat) -> dict[str, Any]:
    return {
        "place": seat.place,
        "name": seat.name or seat.post,
        "under": seat.post if seat.name else seat.organisation,
        "is_head": seat.is_head,
    }


def seating_table(edition: Edition, registrations: Iterable[Registration]) -> tuple[list[str], list[list[Cell]]]:
    columns = [_("Seat"), _("Party"), _("Title and name"), _("Post"), _("Organisation"), _("Where")]
    rows: list[list[Cell]] = [
        [seat.place, seat.party, seat.name, str(seat.post), str(seat.organisation), seat.where]
        for seat in seating_of(edition, registrations).seats
    ]
    return columns, rows
