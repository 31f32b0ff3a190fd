"""Days as people write them in a list: read where there is one reading, and never guessed where there are two.

03/04/2026 is a day in April to one office and in March to another. A list may prove its own order by another day of it
(25/03/2026); where it does not, whoever brings the list is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

DAY_FIRST, MONTH_FIRST, CONTRADICTS = "day", "month", "contradicts"
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan januari",
            "february feb februari",
            "march mar maart mrt",
            "april apr",
            "may mei",
            "june jun juni",
            "july jul juli",
            "august aug augustus",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|maan|dins|woens|donder|vrij|zater|zon|ma|di|wo|do|vr|za|zo)[a-z]*\.?,?\s+", re.IGNORECASE
)
YEAR = r"((?:19|20|21)[0-9]{2})"
YEAR_FIRST = re.compile(rf"^{YEAR}([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})(?:[ T][0-9:.]+)?$")
NUMBERS = re.compile(rf"^([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2{YEAR}$")
IN_WORDS = (
    re.compile(rf"^([0-9]{{1,2}})(?:st|nd|rd|th|e)?[ -]([a-z]+)\.?,?[ -]{YEAR}$", re.IGNORECASE),
    re.compile(rf"^([a-z]+)\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? {YEAR}$", re.IGNORECASE),
)


def _day(year: str, month: str | int, day: str) -> tuple[date, ...]:
    try:
        return (date(int(year), int(month), int(day)),)
    except ValueError:
        return ()


def readings(text: str) -> tuple[date, ...]:
    """The days that this can mean: none, one, or two of which the first has the day before the month."""
    text = WEEKDAYS.sub("", " ".join(text.split()))
    if found := YEAR_FIRST.match(text):
        return _day(found[1], found[3], found[4])
    if found := NUMBERS.match(text):
        return tuple(dict.fromkeys(_day(found[4], found[3], found[1]) + _day(found[4], found[1], found[3])))
    for place, pattern in enumerate(IN_WORDS):
        if found := pattern.match(text):
            day, word = (found[2], found[1]) if place else (found[1], found[2])
            return _day(found[3], MONTHS.get(word.lower(), 0), day)
    return ()


def order_proved(texts: Iterable[str]) -> str:
    """The order that a list's own days prove: those written in numbers with one reading only. Nothing where none does."""
    found = set()
    for text in texts:
        numbers = NUMBERS.match(WEEKDAYS.sub("", " ".join(text.split())))
        if numbers and len(readings(text)) == 1 and int(numbers[1]) != int(numbers[3]):
            found.add(DAY_FIRST if int(numbers[1]) > 12 else MONTH_FIRST)
    return CONTRADICTS if len(found) == 2 else "".join(found)
