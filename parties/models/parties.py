"""Parties: the governments or bodies that are a side of a dialogue."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from socportal.bilingual import Bilingual

from .retention import Retention


def known_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone: a wrong one would shift every time of an edition silently."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone. Give one such as Europe/Amsterdam."), params={"name": name})


def known_holiday_calendar(code: str) -> None:
    """Refuse a calendar that the holidays library does not hold. `GB-ENG` is a country with a part, `NL` a country."""
    country, _dash, part = code.partition("-")
    supported = holidays.list_supported_countries(include_aliases=False)
    if country not in supported or (part and part not in supported[country]):
        raise ValidationError(
            _("“%(code)s” is not a known holiday calendar. Give one such as NL or GB-ENG."), params={"code": code}
        )


# Where the library holds an official day as optional: 5 May counts every year in the Netherlands (calendar §1.1).
CATEGORIES = {"NL": ("public", "optional")}


@lru_cache(maxsize=256)
def public_holidays(calendar: str, year: int) -> frozenset[date]:
    """The public holidays of one year in a calendar such as NL or GB-ENG."""
    country, _dash, part = calendar.partition("-")
    categories = CATEGORIES.get(calendar, ("public",))
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year, categories=categories))


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: object, at: object = None) -> PartyQuerySet:
        """Which parties there are is public."""
        return self


class Party(models.Model):
    """One side of a dialogue. The number and the codes of parties are data, never written into code."""

    RETENTION = {Retention.RECORD: ("code", "name", "capital", "time_zone", "holiday_calendar")}

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("government")
        BODY = "body", _("international body")

    code = models.CharField(
        _("code"),
        max_length=8,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2,8}$", _("Two to eight capital letters, for example NL."))],
        help_text=_("Stands beside names and on badges. It does not change once used."),
    )
    name_en = models.CharField(_("name, English"), max_length=120)
    name_nl = models.CharField(_("name, Dutch"), max_length=120, blank=True)
    name = Bilingual()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.GOVERNMENT)
    capital_en = models.CharField(
        _("place of its clock, English"),
        max_length=60,
        blank=True,
        help_text=_("Stands beside its time: “10:30 London”. A place, never “GMT” or “CET”."),
    )
    capital_nl = models.CharField(_("place of its clock, Dutch"), max_length=60, blank=True)
    capital = Bilingual()
    time_zone = models.CharField(
        _("time zone"), max_length=60, validators=[known_time_zone], help_text=_("IANA name, for example Europe/Amsterdam.")
    )
    holiday_calendar = models.CharField(
        _("holiday calendar"),
        max_length=10,
        validators=[known_holiday_calendar],
        help_text=_("Deadlines of this party avoid these public holidays: NL, or GB-ENG for England and Wales."),
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)

    def is_working_day(self, day: date) -> bool:
        """Neither a weekend nor a public holiday of this party."""
        return day.weekday() < 5 and day not in public_holidays(self.holiday_calendar, day.year)
