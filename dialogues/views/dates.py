"""Dates in words on the pages of the record: never more exact than they are known, and said so."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.translation import gettext as _

from dialogues.models import Edition
from dialogues.models.dates import Dated, Precision


def dates_as_stated(record: Dated | Edition) -> str:
    """“December 2025; day not stated”. Empty where no date is stated at all."""
    match record.date_precision:
        case Precision.WEEK:
            return _("%(dates)s; exact days not stated") % {"dates": record.dates}
        case Precision.MONTH | Precision.YEAR:
            return _("%(dates)s; day not stated") % {"dates": record.dates}
        case _exact_or_none:
            return record.dates


def edition_and_dates(edition: Edition) -> str:
    """The edition as a link and its dates behind it: words, beside which a source number is a target large enough."""
    dates = dates_as_stated(edition) or _("date not stated")
    return format_html('<a href="{}">{}</a> ({})', edition.get_absolute_url(), edition.title, dates)
