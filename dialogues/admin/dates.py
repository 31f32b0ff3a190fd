"""Dates that are known only so far: what does not go together is told at the field where it is mended."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dialogues.models.dates import Precision
from socportal.admin import PortalForm


def check_dates(form: PortalForm, first: str, last: str) -> None:
    """The first day, the last day and how exactly they are known."""
    said = form.cleaned_data
    starts, ends, precision = said.get(first), said.get(last), said.get("date_precision")
    if ends and not starts:
        form.add_error(first, _("Give the first day too, or take the last one away."))
    elif ends and ends < starts:
        form.add_error(last, _("The last day lies before the first. Give a later one."))
    if starts and precision == Precision.NONE:
        form.add_error("date_precision", _("Say how exactly the first day is known: “exact” for days that are fixed."))
    elif precision and precision != Precision.NONE and not starts and first not in form.errors:
        form.add_error(first, _("Give the first day, or set “how exactly known” to “not stated”."))


class DatedForm(PortalForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_dates(self, "starts_on", "ends_on")
        return cleaned
