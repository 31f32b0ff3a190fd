"""Action items by theme, as far as everybody may know: the numbers of a published progress section, and no others.

What is carried over or overdue is open too, so the four numbers stand under each other and are never stacked into a whole.
A number that is not told is drawn as nothing; words stand in its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dialogues.models import ProgressSection, ReportedTheme
from dialogues.models.progress_rounds import REPORTED_COUNTS

from .pictures import NARROW, WIDE, Bar, Drawing, Label, Shape, Stroke, Words

DRAWN_AS = {"opened": "p-box", "closed": "p-dot", "carried": "p-hatch", "overdue": "p-bad"}
THICK, STEP, GAP = 20, 26, 14
MOST_A_UNIT = 20  # so that a few are not drawn like many
HOLDS_ITS_NUMBER = 40  # the narrowest bar that has its number, and a cross beside it, inside


def named(kind: str) -> str:
    return {
        "opened": pgettext("action items", "opened"),
        "closed": pgettext("action items", "closed"),
        "carried": pgettext("action items", "carried over"),
        "overdue": pgettext("action items", "overdue"),
    }[kind]


@dataclass(frozen=True)
class Told:
    """One number as everybody may read it; without the number the words say why."""

    kind: str
    number: int | None
    words: str

    @property
    def name(self) -> str:
        return named(self.kind)


@dataclass(frozen=True)
class ThemeTold:
    name: str
    told: tuple[Told, ...]

    @classmethod
    def of(cls, theme: ReportedTheme) -> ThemeTold:
        safe = theme.safe
        told = [Told(kind, safe[kind], theme.told(kind)) for kind in REPORTED_COUNTS]
        return cls(f"{theme.name or _('No theme')}, {theme.edition.year}", tuple(told))

    @property
    def in_words(self) -> str:
        return ", ".join(f"{one.name} {one.words}" for one in self.told)


@dataclass(frozen=True)
class ProgressPicture:
    """What one published section tells of its themes, drawn twice, and the same numbers as rows of a table."""

    section: ProgressSection
    as_of: date
    title: str
    description: str
    wide: Drawing
    narrow: Drawing
    rows: tuple[ThemeTold, ...]


def progress_pictures(sections: Iterable[Any], themes: Iterable[ReportedTheme]) -> list[ProgressPicture]:
    """One for each section, the newest report first. A theme stands only in the newest one that tells of it.

    Two numbers of one theme at two days would tell by their difference what neither tells by itself.
    """
    by_report: dict[int, list[ReportedTheme]] = {}
    for theme in themes:
        by_report.setdefault(theme.report_id, []).append(theme)
    pictures, told = [], set()
    for section in sorted(sections, key=lambda one: (one.report.as_of, one.pk), reverse=True):
        rows = []
        for theme in sorted(by_report.get(section.report_id, []), key=lambda one: one.position):
            key = (theme.edition_id, theme.theme_id)
            if key not in told:
                told.add(key)
                rows.append(ThemeTold.of(theme))
        if rows:
            pictures.append(drawn(section, rows))
    return pictures


def drawn(section: Any, rows: Iterable[ThemeTold]) -> ProgressPicture:
    listed = tuple(rows)
    as_of = section.report.as_of.astimezone(UTC).date()
    lines = "; ".join(f"{one.name}: {one.in_words}" for one in listed)
    return ProgressPicture(
        section=section,
        as_of=as_of,
        title=_("Action items by theme: opened, closed, carried over and overdue"),
        description=f"{_('As of %(day)s.') % {'day': date_format(as_of)}} {lines}",
        wide=_beside(listed),
        narrow=_below(listed),
        rows=listed,
    )


def _unit(rows: tuple[ThemeTold, ...], room: int) -> float:
    most = max((one.number or 0 for row in rows for one in row.told), default=0)
    return min(MOST_A_UNIT, room / most) if most else 0


def _beside(rows: tuple[ThemeTold, ...]) -> Drawing:
    """Names left, then the four lines with their bars."""
    kinds, axis, y = 216, 336, 0
    unit = _unit(rows, WIDE - axis - 50)
    shapes: list[Shape] = []
    for row in rows:
        name = Label.of(row.name, "", 22)
        shapes += name.at(0, y)
        lines, height = _lines(row, y, kinds, axis, unit)
        shapes += lines
        y += max(height, name.height) + GAP
    return Drawing.of(WIDE, max(y, 1), [Stroke(axis, 0, axis, max(y - GAP, 0)), *shapes])


def _below(rows: tuple[ThemeTold, ...]) -> Drawing:
    """Names above, for a phone."""
    axis, y = 124, 0
    unit = _unit(rows, NARROW - axis - 50)
    shapes: list[Shape] = []
    for row in rows:
        name = Label.of(row.name, "", 30)
        shapes += name.at(0, y)
        y += name.height + 6
        lines, height = _lines(row, y, 0, axis, unit)
        shapes += [Stroke(axis, y, axis, y + height), *lines]
        y += height + GAP
    return Drawing.of(NARROW, max(y, 1), shapes)


def _lines(row: ThemeTold, top: int, left: int, axis: int, unit: float) -> tuple[list[Shape], int]:
    shapes: list[Shape] = []
    for place, one in enumerate(row.told):
        y = top + place * STEP
        shapes.append(Words(left, y + 16, capfirst(one.name), "p-text"))
        shapes += _bar(one, axis, y + 1, round((one.number or 0) * unit))
    return shapes, len(row.told) * STEP


def _bar(one: Told, x: int, y: int, width: int) -> list[Shape]:
    """Its number inside, or behind it where the bar is too short; what is overdue has a cross before its number."""
    base = y + 15
    if one.number is None:
        return [Words(x + 10, base, one.words, "p-quiet")]
    number = f"× {one.number}" if one.kind == "overdue" else str(one.number)
    bar = Bar(x, y, width, THICK, DRAWN_AS[one.kind])
    room = len(number) * 9
    if width < max(HOLDS_ITS_NUMBER, room + 12):
        return [bar, Words(x + width + 8, base, number, "p-strong")]
    start = x + (width - room) // 2
    if one.kind == "carried":
        return [bar, Bar(start - 4, y + 1, room + 8, THICK - 2, "p-plate"), Words(start, base, number, "p-strong")]
    return [bar, Words(start, base, number, "p-strong" if one.kind == "opened" else "p-on")]
