"""The signing-in sheet: a page or more a day and delegation, with a box to sign.

It lies open at the desk: names are withheld as on the list of participants, and support staff are not on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.models import Edition, ListedParticipant

from .marking import titled
from .paper import Part
from .participants import sections_of
from .tables import Cell

MOST_DAYS = 14


def days_of(edition: Edition) -> list[date]:
    """The days of the edition, first to last; none while they are not exactly known."""
    if edition.opens_on is None or edition.date_precision != Edition.Precision.EXACT:
        return []
    count = ((edition.closes_on or edition.opens_on) - edition.opens_on).days + 1
    return [edition.opens_on + timedelta(days=n) for n in range(min(count, MOST_DAYS))]


def weekday(day: date) -> str:
    return titled(date_format(day, "l j F Y"))


def signing_in_part(edition: Edition, lines: Iterable[ListedParticipant]) -> Part:
    sections = sections_of(lines, edition)
    return {
        "kind": "signing_in",
        "title": _("Signing-in sheet"),
        "columns": [_("No."), _("Title and name"), _("Post and organisation"), _("Signature")],
        "not_listed": _("name not listed"),
        "days": [
            {
                "title": weekday(day),
                "sections": [
                    {
                        "title": section.title,
                        "rows": [
                            {
                                "name": line.name,
                                "post": line.post,
                                "organisation": line.organisation.name if line.organisation else "",
                            }
                            for line in section.lines
                        ],
                    }
                    for section in sections
                ],
            }
            for day in days_of(edition)
        ],
    }


def signing_in_table(edition: Edition, lines: Iterable[ListedParticipant]) -> tuple[list[str], list[list[Cell]]]:
    """One row a person and one column a day, to be filled in by hand."""
    columns = [_("Delegation"), _("Title and name"), _("Post"), _("Organisation"), *map(weekday, days_of(edition))]
    rows: list[list[Cell]] = [
        [
            section.title,
            line.name,
            str(line.post),
            str(line.organisation.name) if line.organisation else "",
            *("" for _day in days_of(edition)),
        ]
        for section in sections_of(lines, edition)
        for line in section.lines
    ]
    return columns, rows
