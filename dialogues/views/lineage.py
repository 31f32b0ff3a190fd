"""Where the subjects of an edition come from: statements in words, and the same statements drawn."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from dialogues.models import Dialogue, Edition, Lineage, WorkingGroup
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
            case Lineage.Kind.RESTS:
                return _("rests in %(year)s") % {"year": self.link.edition.year}
            case Lineage.Kind.RENAMED:
                return _("new name of %(earlier)s") % {"earlier": self.earlier_in_words}
            case Lineage.Kind.MERGED:
                return _("takes in %(earlier)s") % {"earlier": self.earlier_in_words}
            case Lineage.Kind.SPLIT:
                return _("comes out of %(earlier)s, which was split") % {"earlier": self.earlier_in_words}
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


def picture_of(links: list[Lineage], edition: Edition) -> Picture | None:
    return Picture([Link(link, place) for place, link in enumerate(links)], edition) if links else None


# A working group across editions


@dataclass(frozen=True)
class Stage:
    """One step of a group’s way: from which group and year to which, and how; without a `later` end it stops there."""

    link: Lineage

    @property
    def years(self) -> str:
        before = self.link.earlier_mandate.edition.year if self.link.earlier_mandate else ""
        return f"{before} → {self.link.edition.year}"

    @property
    def earlier(self) -> WorkingGroup | None:
        return self.link.earlier_mandate.working_group if self.link.earlier_mandate else None

    @property
    def later(self) -> WorkingGroup | None:
        return self.link.later_mandate.working_group if self.link.later_mandate else None

    @property
    def is_confirmed(self) -> bool:
        return self.link.confirmed_on is not None

    @property
    def how(self) -> str:
        """What became of the earlier group, between the two names."""
        return {
            Lineage.Kind.CONTINUES: _("goes on as"),
            Lineage.Kind.SIMILAR: _("has a similar subject in"),
            Lineage.Kind.RELATED: _("has a related subject in"),
            Lineage.Kind.RENAMED: _("is now called"),
            Lineage.Kind.MERGED: _("was merged into"),
            Lineage.Kind.SPLIT: _("was split, among others into"),
            Lineage.Kind.RESTS: _("rests"),
            Lineage.Kind.ENDS: _("did not return"),
        }[Lineage.Kind(self.link.kind)]


def links_between_groups(dialogue: Dialogue, user: Any, at: datetime) -> QuerySet[Lineage]:
    """The links of a dialogue that have a working group at one end, as far as the reader may see both."""
    return (
        Lineage.objects.visible_to(user, at)
        .filter(Q(earlier_mandate__isnull=False) | Q(later_mandate__isnull=False), edition__dialogue=dialogue)
        .select_related(
            "edition__dialogue",
            "earlier_mandate__working_group",
            "earlier_mandate__edition",
            "later_mandate__working_group",
            "later_mandate__edition",
            "earlier_theme__edition",
            "later_theme__edition",
        )
        .order_by("edition__year", "pk")
    )


def groups_of(link: Lineage) -> set[int]:
    return {end.working_group_id for end in (link.earlier_mandate, link.later_mandate) if end}


def chain_of(group: WorkingGroup, links: list[Lineage]) -> list[Stage]:
    """The way of a group and of all that it came from or went into, by year; none where it was never joined to another."""
    reached = {group.pk}
    grown = True
    while grown:
        found = {one for link in links if len(groups_of(link)) > 1 and groups_of(link) & reached for one in groups_of(link)}
        grown = not found <= reached
        reached |= found
    if reached == {group.pk}:
        return []
    stages = [Stage(link) for link in links if link.earlier_mandate and groups_of(link) <= reached]
    return [one for one in stages if one.later or one.link.kind in {Lineage.Kind.RESTS, Lineage.Kind.ENDS}]
