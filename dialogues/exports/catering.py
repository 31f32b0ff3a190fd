"""What the caterer gets: totals of the whole edition, a day. Never a name, never one party’s, no text (security-privacy §6.2).

Totals by party would tell of a small delegation who eats what.
"""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from dialogues.models import Edition, OwnDetails, Registration

from .marking import titled
from .paper import Part
from .signing_in import days_of, weekday
from .tables import Cell

Meal = OwnDetails.Meal


def totals(edition: Edition) -> dict[str, int]:
    """How many of those who come chose each option, how many said nothing yet, how many asked for something."""
    live = Registration.objects.live().filter(edition=edition)
    counted = live.aggregate(
        people=Count("pk"),
        arrangements=Count("pk", filter=Q(own_details__isnull=False) & ~Q(own_details__arrangements="")),
        **{meal: Count("pk", filter=Q(own_details__meal=meal)) for meal in Meal.values},
    )
    return {**counted, "not_stated": counted["people"] - sum(counted[meal] for meal in Meal.values)}


def columns_of() -> list[str]:
    return [_("Day"), *(titled(meal.label) for meal in Meal), _("Not stated"), _("Total")]


def rows_of(edition: Edition, counted: dict[str, int]) -> list[list[Cell]]:
    """Everybody is counted for every day: nobody is asked which meals they skip."""
    numbers: list[Cell] = [*(counted[meal] for meal in Meal.values), counted["not_stated"], counted["people"]]
    return [[day, *numbers] for day in list(map(weekday, days_of(edition))) or [_("Each day")]]


def catering_part(edition: Edition) -> Part:
    counted = totals(edition)
    return {
        "kind": "catering",
        "title": _("Catering totals"),
        "columns": columns_of(),
        "rows": rows_of(edition, counted),
        "facts": [[_("People who asked us to arrange something"), str(counted["arrangements"])]],
        "note": _("Numbers of the whole edition. What somebody asked for, the keeper of arrangements tells the caterer."),
    }


def catering_table(edition: Edition) -> tuple[list[str], list[list[Cell]]]:
    counted = totals(edition)
    columns = [*columns_of(), _("People who asked us to arrange something")]
    return columns, [[*row, counted["arrangements"]] for row in rows_of(edition, counted)]
