"""A party's own delegation as a table: every live nomination in the party's order, drafts included."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dialogues.models import Nomination

from .marking import TakenOut, marking
from .tables import Cell, csv_file, xlsx_file


def delegation_file(nominations: Iterable[Nomination], taken_out: TakenOut, file_type: str) -> tuple[bytes, int]:
    """The file as CSV or XLSX and the number of people in it; the last row says who took it out for what.

    Each nomination comes with its organisation and its mandates' working groups.
    """
    columns = [
        _("Order"),
        _("Name"),
        _("Surname first"),
        _("Category"),
        _("Post, in English"),
        _("Post, in Dutch"),
        _("Organisation"),
        _("E-mail"),
        _("Working groups"),
        _("Language"),
        _("Standing"),
    ]
    rows: list[list[Cell]] = [
        [
            place,
            one.name,
            one.sort_name,
            str(one.get_category_display()),
            one.post_en,
            one.post_nl,
            str(one.organisation.name) if one.organisation else "",
            one.email,
            "; ".join(str(mandate.working_group.name) for mandate in one.mandates.all()),
            one.get_language_display(),
            str(one.get_status_display()),
        ]
        for place, one in enumerate(nominations, 1)
    ]
    closing: list[Cell] = [taken_out.note(), *("" for _column in columns[1:])]
    if file_type == "csv":
        return csv_file(columns, [*rows, closing]), len(rows)
    return xlsx_file(columns, [*rows, closing], marking=marking()), len(rows)
