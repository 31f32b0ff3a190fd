"""Dates that are known only so far: a day, a window of days, a month, a year, or nothing."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

FIRST_YEAR, LAST_YEAR = 1900, 2200


def of_our_time(day: date) -> None:
    """Refuse a day that only a slip of the keys gives: what is counted from it would run off the calendar."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        said = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise ValidationError(_("Give a year from %(first)d to %(last)d.") % said)


class Precision(models.TextChoices):
    EXACT = "exact", _("exact: the days are stated")
    DAY = "day", _("day: read from “today” in a dated text")
    WEEK = "week", _("week: somewhere between these days")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    NONE = "none", _("not stated")


def day_range(first: date, last: date | None) -> str:
    """“16 and 17 March 2027” where one month holds both days, else both in full."""
    if last is None or last == first:
        return date_format(first, "DATE_FORMAT")
    if (first.year, first.month) == (last.year, last.month):
        days = [str(first.day), date_format(last, "DATE_FORMAT")]
    else:
        days = [date_format(first, "DATE_FORMAT"), date_format(last, "DATE_FORMAT")]
    joined = _("%(first)s and %(last)s") if (last - first).days == 1 else _("%(first)s to %(last)s")
    return joined % {"first": days[0], "last": days[1]}


def dates_as_known(first: date | None, last: date | None, precision: str, length_days: int | None = None) -> str:
    """The days in the reader's language, never more exact than they are known; empty when not stated."""
    if not first:
        return ""
    match precision:
        case Precision.EXACT | Precision.DAY:
            return day_range(first, last)
        case Precision.WEEK:
            week = str(_("in the week of %(day)s") % {"day": date_format(first, "DATE_FORMAT")})
            if length_days:
                length = ngettext("%(count)d day", "%(count)d days", length_days) % {"count": length_days}
                return f"{length} {week}"
            return week
        case Precision.MONTH:
            return date_format(first, "YEAR_MONTH_FORMAT")
        case _year:
            return str(first.year)


class Dated(models.Model):
    """A record with as much of a date as its source gives."""

    starts_on = models.DateField(
        _("date"),
        null=True,
        blank=True,
        validators=[of_our_time],
        help_text=_("The first day it can have been; of a month, its first."),
    )
    ends_on = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        validators=[of_our_time],
        help_text=_("Counted in. Empty for a single day, or where it is not stated."),
    )
    date_precision = models.CharField(_("how exactly known"), max_length=6, choices=Precision, default=Precision.NONE)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="%(class)s_starts_before_it_ends",
                violation_error_message=_("The last day lies before the first. Give a later last day, or none."),
            ),
            models.CheckConstraint(
                condition=Q(date_precision="none", starts_on__isnull=True)
                | ~Q(date_precision="none") & Q(starts_on__isnull=False),
                name="%(class)s_date_goes_with_its_precision",
                violation_error_message=_("Give a date and how exactly it is known, or neither."),
            ),
        ]

    @property
    def dates(self) -> str:
        return dates_as_known(self.starts_on, self.ends_on, self.date_precision)
