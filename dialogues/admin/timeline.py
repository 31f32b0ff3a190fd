"""The year of an edition in one picture, and the same in a table.

Units are whole CSS pixels. What stands how is told by a shape and, in the table, by a word; colour only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import shorten, wrap
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.models import Edition, Engagement, PreparationTask
from dialogues.models.dates import Precision
from socportal import clock

from .board import who_owes
from .pages import EditionPages
from .steps import change_address

LEFT, ROW, LETTER = 170, 22, 8
WIDE = 900  # the content of the admin on a desk of 1280 px; a long year is wider and scrolls
NARROWEST, WIDEST = 30, 58  # a month
HEAD = 70  # from above: the opening, today, the years, the months
# Nothing farther from the opening is drawn: a date typed wrong does not make the picture a mile long.
BEFORE, AFTER = timedelta(days=550), timedelta(days=270)


@dataclass(frozen=True)
class Entry:
    """One thing of the year: when, what, who owes it, and how it stands."""

    what: Any
    address: str
    owes: str
    standing: str  # done, seen, waived, overdue, open, held, planned, edition
    said: str  # the standing in words
    kind: str = "task"  # task, gate, engagement, edition
    first: date | None = None
    last: date | None = None
    when: str = ""
    lane: str = ""
    code: str = ""

    @property
    def status(self) -> str:
        """The colour and icon of its standing, as everywhere in the admin."""
        return {"overdue": "bad", "done": "good", "seen": "good", "held": "good"}.get(self.standing, "quiet")

    @property
    def shape(self) -> str:
        """Gates are diamonds, tasks discs; filled is done, a cross is late, a bar is waived."""
        drawn = {"seen": "done", "held": "done", "planned": "open"}.get(self.standing, self.standing)
        return f"{'gate' if self.kind == 'gate' else 'task'}-{drawn}"

    @property
    def told(self) -> str:
        """What the mark says where one points at it."""
        return f"{self.code} {self.what}, {self.when}, {self.said}".strip()


# What there is


def of_task(task: PreparationTask, edition: Edition, today: date) -> Entry:
    frozen = edition.status == Edition.Status.POSTPONED
    if task.status != PreparationTask.Status.OPEN:
        standing, said = task.status, str(task.get_status_display())
    elif task.is_seen:  # type: ignore[attr-defined]
        standing, said = "seen", _("seen by the portal")
    elif task.due_on and task.due_on < today and not frozen:
        standing, said = "overdue", _("overdue")
    else:
        standing, said = "open", str(task.get_status_display())
    return Entry(
        what=task.task,
        address=change_address(task),
        owes=capfirst(who_owes(task, edition)),
        standing=standing,
        said=said,
        kind="gate" if task.is_gate else "task",
        first=task.due_on,
        last=task.due_on,
        when=date_format(task.due_on, "DATE_FORMAT") if task.due_on else _("no date"),
        lane=capfirst(task.get_owner_display()),
        code=task.code,
    )


def of_engagement(engagement: Engagement) -> Entry:
    first = engagement.starts_on
    if first and engagement.date_precision == Precision.YEAR:
        first = first.replace(month=1, day=1)
    return Entry(
        what=engagement.title,
        address=change_address(engagement),
        owes=", ".join(str(one) for one in (engagement.host_party, engagement.visiting_party) if one) or _("both secretaries"),
        standing="held" if engagement.status in Engagement.OVER else "planned",
        said=str(engagement.get_status_display()),
        kind="engagement",
        first=first,
        last=engagement.last_day,
        when=engagement.dates or _("no date yet"),
    )


def of_edition(edition: Edition) -> Entry:
    return Entry(
        what=edition.title,
        address=change_address(edition),
        owes=str(edition.host_party or _("host not stated")),
        standing="edition",
        said=str(edition.standing().label),
        kind="edition",
        first=edition.opens_on,
        last=edition.closes_on or edition.opens_on,
        when=edition.dates,
    )


def entries(edition: Edition, user: Any) -> list[Entry]:
    """Tasks, engagements of the year and the edition itself, by date; what has none comes last."""
    today = clock.today()
    tasks = edition.tasks.visible_to(user).with_sign().select_related("assignee")
    listed = [of_task(task, edition, today) for task in tasks]
    first, last = reach(edition)
    of_the_year = (
        Q(edition=edition.pk) | Q(starts_on__range=(first, last)) | Q(starts_on__isnull=True, since=edition.rolled_from_id)
    )
    engagements = (
        Engagement.objects.visible_to(user)
        .filter(of_the_year, dialogue=edition.dialogue_id)
        .exclude(status=Engagement.Status.CANCELLED)
        .select_related("host_party", "visiting_party")
    )
    listed += [of_engagement(one) for one in engagements]
    if edition.opens_on:
        listed.append(of_edition(edition))
    return sorted(listed, key=lambda one: (one.first or date.max, one.code, str(one.what)))


def reach(edition: Edition) -> tuple[date, date]:
    """The days that the picture can hold."""
    middle = edition.opens_on or date(min(max(edition.year, 1000), 9000), 6, 1)
    middle = min(max(middle, date(1000, 1, 1)), date(9000, 1, 1))
    return middle - BEFORE, middle + AFTER


# Where it is drawn


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    entry: Entry


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    entry: Entry
    words: str


@dataclass(frozen=True)
class Lane:
    """The marks of one owner, in as many rows as it takes that none covers another."""

    name: tuple[str, ...]
    top: int
    height: int
    marks: tuple[Mark, ...] = ()
    bars: tuple[Bar, ...] = ()

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The name under itself, each line with the place it stands on."""
        return [(self.top + 19 + number * 16, line) for number, line in enumerate(self.name)]


@dataclass(frozen=True)
class Month:
    x: int
    label: str
    year: str


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    months: tuple[Month, ...]
    lanes: tuple[Lane, ...]
    opening: tuple[int, int] | None  # left edge and width of the days of the edition
    today: int | None
    left_out: int


class Scale:
    """Days to pixels: as wide as a desk, as long as a month stays wide enough to be read."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first.replace(day=1), last
        months = max((last - self.first).days / 30.4, 1)
        self.month = min(max((WIDE - LEFT - 56) / months, NARROWEST), WIDEST)

    def x(self, day: date) -> int:
        return LEFT + round((day - self.first).days * self.month / 30.4)

    def months(self) -> Iterator[Month]:
        day = self.first
        while day <= self.last:
            year = str(day.year) if day.month == 1 or (day == self.first and day.month < 12) else ""
            yield Month(self.x(day), date_format(day, "M"), year)
            day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def picture(listed: list[Entry], edition: Edition) -> Picture | None:
    """The drawing; none while nothing has a date."""
    earliest, latest = reach(edition)
    drawn = [one for one in listed if one.first and earliest <= one.first <= latest]
    if not drawn:
        return None
    days = [day for one in drawn for day in (one.first, min(one.last or latest, latest)) if day]
    scale = Scale(min(days), max(days))
    lanes: list[Lane] = []
    top = HEAD
    for name in dict.fromkeys(one.lane for one in drawn if one.lane):
        lanes.append(_lane_of_marks(name, top, [one for one in drawn if one.lane == name], scale))
        top += lanes[-1].height
    if between := [one for one in drawn if one.kind == "engagement"]:
        lanes.append(_lane_of_bars(_("Engagements"), top, between, scale, latest))
        top += lanes[-1].height
    right = max([scale.x(scale.last) + 56, *(bar.x + len(bar.words) * LETTER + 8 for lane in lanes for bar in lane.bars)])
    today = clock.today()
    opening = next((one for one in drawn if one.kind == "edition"), None)
    span = None
    if opening and opening.first:
        x = scale.x(opening.first)
        span = x, max(scale.x((opening.last or opening.first) + timedelta(days=1)) - x, 3)
    return Picture(
        width=right,
        height=top + 4,
        months=tuple(scale.months()),
        lanes=tuple(lanes),
        opening=span,
        today=scale.x(today) if scale.first <= today <= scale.last else None,
        left_out=sum(one.first is not None for one in listed) - len(drawn),
    )


def _rows(spans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """For each span from left to right the first row in which it covers none before it."""
    ends: list[int] = []
    for left, right in spans:
        row = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        ends[row : row + 1] = [right]
        yield row


def _lane_of_marks(name: str, top: int, listed: list[Entry], scale: Scale) -> Lane:
    places = [scale.x(one.first) for one in listed if one.first]
    rows = list(_rows((x - 8, x + 10 + len(one.code) * LETTER) for x, one in zip(places, listed, strict=True)))
    marks = tuple(Mark(x, top + 14 + row * ROW, one) for x, row, one in zip(places, rows, listed, strict=True))
    lines = tuple(wrap(name, 24)[:2])
    return Lane(lines, top, max(max(rows) * ROW + ROW + 6, len(lines) * 16 + 10), marks=marks)


def _lane_of_bars(name: str, top: int, listed: list[Entry], scale: Scale, latest: date) -> Lane:
    """A bar as long as the time it may have been in, its words below."""
    shapes = []
    for one in listed:
        x = scale.x(one.first or scale.first)
        width = max(scale.x(min(one.last or latest, latest) + timedelta(days=1)) - x, 6)
        shapes.append((x, width, shorten(str(one.what), 34, placeholder=" …")))
    rows = list(_rows((x, x + max(width, len(words) * LETTER) + 10) for x, width, words in shapes))
    bars = tuple(
        Bar(x, top + 6 + row * 2 * ROW, width, one, words)
        for (x, width, words), row, one in zip(shapes, rows, listed, strict=True)
    )
    return Lane((name,), top, (max(rows) + 1) * 2 * ROW + 4, bars=bars)


class TimelinePage(EditionPages):
    def get_urls(self) -> list[Any]:
        return [self.page("timeline", self.timeline_view), *super().get_urls()]

    def timeline_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        edition = self.kept(request, object_id)
        listed = entries(edition, request.user)
        drawn = picture(listed, edition)
        count = ngettext("%(count)d entry", "%(count)d entries", len(listed)) % {"count": len(listed)}
        return self.shown(
            request,
            edition,
            "timeline",
            _("The year of %(edition)s") % {"edition": edition},
            picture=drawn,
            entries=listed,
            count=count,
            description=in_words(listed),
            today=clock.today(),
        )


def in_words(listed: list[Entry]) -> str:
    """What the picture shows, for those who do not see it; the table has every line."""
    late = sum(one.standing == "overdue" for one in listed)
    done = sum(one.standing in {"done", "seen", "waived"} for one in listed)
    tasks = sum(one.kind in {"task", "gate"} for one in listed)
    said = {"tasks": tasks, "done": done, "late": late, "gates": sum(one.kind == "gate" for one in listed)}
    return _("%(tasks)d tasks, %(gates)d of them gates: %(done)d done, %(late)d overdue. The table below has them all.") % said
