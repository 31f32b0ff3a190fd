"""Where the subjects of an edition come from: statements in words, and the same statements drawn."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from dialogues.models import Edition, Lineage
from socportal.bilingual import Wording

ROW = 78  # units of the drawing, one to a CSS pixel
TOP = 44
LEFT_DOT, RIGHT_DOT, WIDTH = 216, 408, 616  # the section of a page that is 960 px wide
LETTERS_LEFT, LETTERS_RIGHT, MOST_LINES = 21, 19, 4  # bold letters of 15 px, the widest of the system’s fonts


@dataclass(frozen=True)
class Link:
    """One link: from what, to what, how; solid only where both parties confirmed it."""

    link: Lineage
    place: int

    @property
    def kind(self) -> str:
        return self.link.kind

    @property
    def is_confirmed(self) -> bool:
        return self.link.confirmed_on is not None

    @cached_property
    def earlier(self) -> Wording | None:
        return self.link.earlier.name if self.link.earlier else None

    @cached_property
    def later(self) -> Wording | None:
        return self.link.later.name if self.link.later else None

    @property
    def year_before(self) -> int | None:
        end = self.link.earlier_mandate or self.link.earlier_theme
        return end.edition.year if end else None

    @property
    def earlier_in_words(self) -> str:
        if self.link.earlier_mandate:
            return _("the %(year)s working group “%(name)s”") % {"year": self.year_before, "name": self.earlier}
        return _("the %(year)s theme “%(name)s”") % {"year": self.year_before, "name": self.earlier}

    @property
    def connection(self) -> str:
        """What is said of the subject after its name, in a list."""
        match self.kind:
            case Lineage.Kind.NEW:
                return _("new")
            case Lineage.Kind.ENDS:
                return _("not among the subjects of %(year)s") % {"year": self.link.edition.year}
            case Lineage.Kind.CONTINUES:
                return _("continues %(earlier)s") % {"earlier": self.earlier_in_words}
            case Lineage.Kind.SIMILAR:
                return _("similar subject to %(earlier)s") % {"earlier": self.earlier_in_words}
            case _related:
                return _("related to %(earlier)s") % {"earlier": self.earlier_in_words}

    # The drawing

    @property
    def y(self) -> int:
        return TOP + ROW * self.place + ROW // 2

    @property
    def above(self) -> int:
        return self.y - 8

    @property
    def earlier_lines(self) -> list[tuple[int, str]]:
        return self._lines(self.earlier, LETTERS_LEFT)

    @property
    def later_lines(self) -> list[tuple[int, str]]:
        return self._lines(self.later, LETTERS_RIGHT)

    def _lines(self, name: Wording | None, letters: int) -> list[tuple[int, str]]:
        """The lines of a name, each with its height, centred on the row; a long one is cut, the list below has it whole."""
        lines = textwrap.wrap(name or "", letters, max_lines=MOST_LINES, placeholder=" …")
        first = self.y + 5 - 9 * (len(lines) - 1)
        return [(first + 18 * number, line) for number, line in enumerate(lines)]


@dataclass(frozen=True)
class Picture:
    statements: list[Link]
    edition: Edition

    @property
    def year(self) -> int:
        return self.edition.year

    @property
    def year_before(self) -> int | None:
        return next((one.year_before for one in self.statements if one.year_before), None)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether any link between two subjects is only the secretariat’s."""
        return any(one.earlier and one.later and not one.is_confirmed for one in self.statements)

    @property
    def has_new(self) -> bool:
        return any(one.kind == Lineage.Kind.NEW for one in self.statements)

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.statements) + 8

    width, left, right = WIDTH, LEFT_DOT, RIGHT_DOT
    left_line, right_line, middle = LEFT_DOT + 8, RIGHT_DOT - 8, (LEFT_DOT + RIGHT_DOT) // 2
    stop, after_stop = LEFT_DOT + 32, LEFT_DOT + 44
    right_words, new_words = RIGHT_DOT + 16, RIGHT_DOT - 16


def links_of(edition: Edition, user: Any, at: datetime) -> QuerySet[Lineage]:
    """The links into an edition that the reader may see, both ends at hand."""
    return (
        Lineage.objects.visible_to(user, at)
        .filter(edition=edition)
        .select_related(
            "edition",
            "earlier_mandate__working_group",
            "earlier_mandate__edition",
            "earlier_theme__edition",
            "later_mandate__working_group",
            "later_theme",
        )
        .order_by("pk")
    )


def picture_of(edition: Edition, user: Any, at: datetime) -> Picture | None:
    links = list(links_of(edition, user, at))
    return Picture([Link(link, place) for place, link in enumerate(links)], edition) if links else None
