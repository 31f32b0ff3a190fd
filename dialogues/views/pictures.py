"""Pictures as coordinates: words and marks are placed here, `templates/dialogues/pictures/` draws them.

Each picture is drawn twice, wide for a desk and narrow for a phone, because its text never shrinks (looks §4). Units are
whole CSS pixels, the `y` of words is their baseline. What a picture shows always stands beside it in words too.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten, wrap

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dialogues.models import Dialogue, Edition, Engagement
from dialogues.models.dates import Precision
from socportal.bilingual import Wording

from .dates import dates_as_stated

WIDE, NARROW = 616, 280  # the narrowest section body of a desk (960 px) and of a phone (320 px)
LETTER = 9  # a generous mean of 15 px bold sans, so that no label runs into the next one
LINE = 19


@dataclass(frozen=True)
class Words:
    x: int
    y: int
    text: str
    kind: str = "p-text"


@dataclass(frozen=True)
class Stroke:
    x1: int
    y1: int
    x2: int
    y2: int
    kind: str = "p-line"


@dataclass(frozen=True)
class Dot:
    x: int
    y: int
    kind: str = "p-dot"
    radius: int = 5


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    kind: str = "p-box"


Shape = Words | Stroke | Dot | Bar


@dataclass(frozen=True)
class Drawing:
    """One SVG. What is drawn later lies above: strokes, then bars, then dots, then words."""

    width: int
    height: int
    strokes: tuple[Stroke, ...] = ()
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    words: tuple[Words, ...] = ()

    @property
    def is_hatched(self) -> bool:
        """Whether it needs the pattern of its hatched bars."""
        return any(one.kind == "p-hatch" for one in self.bars)

    @classmethod
    def of(cls, width: int, height: int, shapes: Iterable[Shape]) -> Drawing:
        given = list(shapes)
        return cls(
            width,
            height,
            tuple(one for one in given if isinstance(one, Stroke)),
            tuple(one for one in given if isinstance(one, Bar)),
            tuple(one for one in given if isinstance(one, Dot)),
            tuple(one for one in given if isinstance(one, Words)),
        )


@dataclass(frozen=True)
class Label:
    """Lines of words under each other; the first `strong` ones are a title."""

    lines: tuple[str, ...]
    strong: int

    @classmethod
    def of(cls, title: str, under: str, letters: int) -> Label:
        """Wrapped; a long title is cut, because the table beside the picture has the whole of it."""
        head = wrap(shorten(title, letters * 3, placeholder=" …"), letters)
        return cls((*head, *wrap(under, letters)), len(head))

    @property
    def width(self) -> int:
        return max(map(len, self.lines), default=0) * LETTER

    @property
    def height(self) -> int:
        return len(self.lines) * LINE

    def at(self, x: int, top: int) -> list[Words]:
        return [
            Words(x, top + 15 + number * LINE, line, "p-strong" if number < self.strong else "p-quiet")
            for number, line in enumerate(self.lines)
        ]


# The dialogue in time


@dataclass(frozen=True)
class Moment:
    """One edition or engagement: what it is, and when, as far as stated. Without a first day it lies `after` or `beside`."""

    title: str
    marked: str
    address: str
    kind: str
    when: str
    is_edition: bool
    first: date | None
    last: date | None
    is_exact: bool
    after: date | None = None
    before: date | None = None
    beside: date | None = None

    @property
    def order(self) -> tuple[date, int]:
        """Dated by its first day; undated behind the edition it followed, or the one it is shown with; else last."""
        day = self.first or self.after or self.beside
        return (day or date.max, 0 if self.is_edition else 1 if self.first else 2)


@dataclass(frozen=True)
class Timeline:
    """The picture of a dialogue in time, drawn twice, and the same statements as rows of a table."""

    dialogue: Wording
    is_demonstration: bool
    title: str
    description: str
    wide: Drawing
    narrow: Drawing
    rows: tuple[Moment, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)


def timeline(dialogue: Dialogue, editions: Iterable[Edition], engagements: Iterable[Engagement]) -> Timeline:
    """Of the editions and engagements given, those that the reader may see; an edition not among them is not told of."""
    held = {one.pk: one for one in editions}
    moments = sorted(
        [_of_edition(one) for one in held.values()] + [_of_engagement(one, held) for one in engagements],
        key=lambda moment: moment.order,
    )
    return Timeline(
        dialogue=dialogue.short_name,
        is_demonstration=dialogue.is_demonstration,
        title=_("%(dialogue)s: editions and engagements in time") % {"dialogue": dialogue.short_name},
        description=" ".join(f"{moment.title}: {moment.when}." for moment in moments),
        wide=_wide(moments),
        narrow=_narrow(moments),
        rows=tuple(moments),
    )


def _of_edition(edition: Edition) -> Moment:
    """Of an edition the year is always known: without days it lies somewhere in it."""
    first, last, is_exact = _span(edition.opens_on, edition.closes_on, edition.date_precision)
    return Moment(
        title=edition.title,
        marked=edition.name.marked if edition.name else edition.title,
        address=edition.get_absolute_url(),
        kind=_("Edition"),
        when=dates_as_stated(edition) or _("date not stated"),
        is_edition=True,
        first=first or _new_year(edition.year),
        last=last or _new_year(edition.year).replace(month=12, day=31),
        is_exact=is_exact,
    )


def _of_engagement(engagement: Engagement, editions: dict[int, Edition]) -> Moment:
    first, last, is_exact = _span(engagement.starts_on, engagement.ends_on, engagement.date_precision)
    since, shown_with = editions.get(engagement.since_id or 0), editions.get(engagement.edition_id or 0)
    is_between = bool(since and shown_with and _day_of(since) < _day_of(shown_with))
    return Moment(
        title=str(engagement.title),
        marked=engagement.title.marked,
        address=engagement.get_absolute_url(),
        kind=capfirst(engagement.get_kind_display()),
        when=dates_as_stated(engagement) or when_without_date(since, shown_with),
        is_edition=False,
        first=first,
        last=last,
        is_exact=is_exact,
        after=_day_of(since) if since else None,
        before=_day_of(shown_with) if shown_with and is_between else None,
        beside=_day_of(shown_with) if shown_with and not since else None,
    )


def when_without_date(since: Edition | None, shown_with: Edition | None) -> str:
    """What is known of the time where no date is: between two editions, after one, told of with one, or nothing."""
    if since and shown_with and _day_of(since) < _day_of(shown_with):
        return _("date not stated; between %(first)s and %(second)s") % {"first": since.title, "second": shown_with.title}
    if since:
        return _("date not stated; after %(edition)s") % {"edition": since.title}
    if shown_with:
        return _("date not stated; reported with %(edition)s") % {"edition": shown_with.title}
    return _("date not stated")


def _day_of(edition: Edition) -> date:
    return edition.opens_on or _new_year(edition.year)


def _new_year(year: int) -> date:
    """The first day of a year that a calendar has; a column of small numbers holds others too."""
    return date(min(max(year, 1), 9999), 1, 1)


def _span(first: date | None, last: date | None, precision: str) -> tuple[date | None, date | None, bool]:
    """First and last day it can have been, and whether the days themselves are stated."""
    if first is None:
        return None, None, False
    match precision:
        case Precision.EXACT | Precision.DAY:
            return first, last or first, True
        case Precision.WEEK:
            return first, last or first + timedelta(days=6), False
        case Precision.MONTH:
            return first, last or first.replace(day=monthrange(first.year, first.month)[1]), False
        case _year:
            return first.replace(month=1, day=1), last or first.replace(month=12, day=31), False


@dataclass(frozen=True)
class _Scale:
    """Days to pixels: the first year begins at the left edge, and behind the last day there is room for its label."""

    start: date
    days: int
    right: int
    told: bool

    @classmethod
    def of(cls, moments: list[Moment], room: int) -> _Scale:
        told = [day for one in moments for day in (one.first, one.last, one.after, one.before, one.beside) if day]
        start = min(told).replace(month=1, day=1) if told else date.min
        return cls(start, max((max(told) - start).days if told else 0, 365), WIDE - room, bool(told))

    def x(self, day: date) -> int:
        return 8 + round((day - self.start).days * (self.right - 8) / self.days)

    def years(self) -> list[tuple[int, int]]:
        """Each year with the place where it begins; of many, only as many as can be read beside each other."""
        years: list[tuple[int, int]] = []
        for year in range(self.start.year, 9999 if self.told else 0):
            x = self.x(date(year, 1, 1))
            if x > WIDE - 40:
                break
            if not years or x - years[-1][1] >= 44:
                years.append((year, x))
        return years


BAND = 34  # the axis is a band with the years in it: editions stand above, engagements hang below


def _wide(moments: list[Moment]) -> Drawing:
    scale = _Scale.of(moments, room=200)
    above = [one for one in moments if one.is_edition]
    below = [one for one in moments if not one.is_edition and one.first]
    undated = [one for one in moments if not one.is_edition and not one.first]
    labels = {one: Label.of(one.title, one.when, 21) for one in (*above, *below)}
    up, down = _levels(above, labels, scale), _levels(below, labels, scale)
    top = max((up[one] + labels[one].height for one in above), default=0) + 20
    bottom = top + BAND
    shapes: list[Shape] = [Stroke(0, top, WIDE, top), Stroke(0, bottom, WIDE, bottom)]
    for year, x in scale.years():
        shapes += [Stroke(x, top, x, bottom, "p-rule"), Words(x + 6, top + 22, str(year), "p-quiet")]
    for one in above:
        x, head = scale.x(one.first or scale.start), top - 12 - up[one] - labels[one].height
        shapes += [Stroke(x, head, x, top, "p-rule"), _mark(one, scale, top), *labels[one].at(x + 8, head)]
    for one in below:
        x, head = scale.x(one.first or scale.start), bottom + 12 + down[one]
        foot = head + labels[one].height
        shapes += [Stroke(x, bottom, x, foot, "p-rule"), _mark(one, scale, bottom), *labels[one].at(x + 8, head)]
    lane = max((down[one] + labels[one].height for one in below), default=0) + bottom + 20
    for one in undated:
        drawn, lane = _undated(one, scale, lane)
        shapes += drawn
    return Drawing.of(WIDE, max(lane, bottom + 8), shapes)


def _levels(moments: list[Moment], labels: dict[Moment, Label], scale: _Scale) -> dict[Moment, int]:
    """How far from the axis each label stands. From the right, so that no leader runs through another label."""
    placed: list[tuple[int, int, int]] = []  # left and right edge, and the distance at which the label ends
    found: dict[Moment, int] = {}
    for one in sorted(moments, key=lambda moment: moment.order, reverse=True):
        left = scale.x(one.first or scale.start)
        right = left + 16 + labels[one].width
        found[one] = max((end for begins, _ends, end in placed if begins < right), default=0)
        placed.append((left, right, found[one] + labels[one].height + 6))
    return found


def _mark(one: Moment, scale: _Scale, y: int) -> Dot | Bar:
    first, last = one.first or scale.start, one.last or scale.start
    if one.is_exact:
        return Dot((scale.x(first) + scale.x(last)) // 2, y)
    return Bar(scale.x(first), y - 5, max(scale.x(last) - scale.x(first), 10), 10)


def _undated(one: Moment, scale: _Scale, top: int) -> tuple[list[Shape], int]:
    """A lane of its own: dotted from the edition it followed to the one that tells of it, or on without an end."""
    label = Label.of(one.title, one.when, 60)
    start = scale.x(one.after or one.beside) if one.after or one.beside else 8
    y = top + 6
    shapes: list[Shape] = []
    if one.after:
        shapes.append(Stroke(start, y, scale.x(one.before) if one.before else WIDE, y, "p-dotted"))
    else:
        shapes.append(Dot(start, y, "p-ring"))
    shapes += label.at(max(min(start, WIDE - label.width), 0), top + 12)
    return shapes, top + 12 + label.height + 16


def _narrow(moments: list[Moment]) -> Drawing:
    """Time runs downwards, a year where it begins; the distances say nothing."""
    shapes: list[Shape] = []
    y, year = 0, None
    for one in moments:
        begins = one.order[0].year if one.order[0] != date.max else None
        if begins != year and begins:
            shapes.append(Words(24, y + 15, str(begins), "p-quiet"))
            y += 28
        year = begins
        label = Label.of(one.title, one.when, 27)
        if one.is_exact:
            shapes.append(Dot(8, y + 10))
        elif one.first:
            shapes.append(Bar(3, y + 4, 10, 18))
        else:
            shapes.append(Dot(8, y + 10, "p-ring"))
        shapes += label.at(24, y)
        y += label.height + 14
    return Drawing.of(NARROW, max(y, 1), [Stroke(8, 0, 8, y), *shapes])


# Numbers


@dataclass(frozen=True)
class Count:
    """One row of a picture of numbers, and of the table below it."""

    name: str
    number: int


@dataclass(frozen=True)
class Counts:
    """How many of each, as bars from one line."""

    title: str
    description: str
    wide: Drawing
    narrow: Drawing
    rows: tuple[Count, ...]


def counts(title: str, rows: Iterable[Count]) -> Counts:
    listed = tuple(rows)
    return Counts(
        title=title,
        description="; ".join(f"{one.name}: {one.number}" for one in listed),
        wide=_beside_names(listed),
        narrow=_below_names(listed),
        rows=listed,
    )


def _bar_widths(rows: tuple[Count, ...], room: int) -> list[int]:
    """One unit is at most 48 px wide, so that a few are not drawn like many."""
    most = max((one.number for one in rows), default=1)
    return [round(one.number * min(48, room / most)) for one in rows]


def _beside_names(rows: tuple[Count, ...]) -> Drawing:
    axis, y = 240, 0
    shapes: list[Shape] = []
    for one, width in zip(rows, _bar_widths(rows, WIDE - axis - 60), strict=True):
        name = Label.of(one.name, "", 26)
        height = max(name.height, 26)
        shapes += [Words(words.x, words.y, words.text) for words in name.at(0, y + (height - name.height) // 2)]
        shapes += [
            Bar(axis, y + (height - 22) // 2, width, 22, "p-dot"),
            Words(axis + width + 10, y + height // 2 + 5, str(one.number), "p-strong"),
        ]
        y += height + 12
    return Drawing.of(WIDE, max(y, 1), [Stroke(axis, 0, axis, y), *shapes])


def _below_names(rows: tuple[Count, ...]) -> Drawing:
    y = 0
    shapes: list[Shape] = []
    for one, width in zip(rows, _bar_widths(rows, NARROW - 50), strict=True):
        name = Label.of(one.name, "", 30)
        shapes += [Words(words.x, words.y, words.text) for words in name.at(0, y)]
        y += name.height + 4
        shapes += [Bar(1, y, width, 22, "p-dot"), Words(width + 11, y + 16, str(one.number), "p-strong")]
        y += 34
    return Drawing.of(NARROW, max(y, 1), shapes)
