"""What one reader reads of a released agenda: the whole of it, or its public outline (law R5).

Page, file, feed and calendar begin here, so that what is left out of one is left out of all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch

from parties.models import Organisation

from .agenda import Kind, SlotRole
from .audience import FOCAL_POINTS, SECRETARIES, is_known
from .editions import Edition
from .releases import AgendaRelease, ReleasedSession, ReleasedSpeaker
from .standing import Standing
from .working_groups import CoChair

# Never in the public outline before the edition has closed.
INSIDE = (Kind.BREAKOUT, Kind.BILATERAL)


def takes_part(user: Any, edition: Edition, at: datetime) -> bool:
    """Whether this reader has the whole agenda: registered for the edition, a co-chair, a focal point, a secretary."""
    if not is_known(user):
        return False
    standing = Standing(user.person_id, at)
    return (
        edition.dialogue_id in standing.dialogues(*SECRETARIES, *FOCAL_POINTS)
        or edition.pk in standing.editions()
        or CoChair.objects.filter(person=user.person_id, mandate__edition=edition).exists()
    )


@dataclass(frozen=True)
class Part:
    """Somebody's part in a session; without a confirmed person it is “to be confirmed”."""

    role: str
    party: str
    order: int = 0
    name: str = ""
    post: Any = ""
    organisation: Any = ""
    is_confirmed: bool = True


def part_of(speaker: ReleasedSpeaker) -> Part:
    """By post; by name too, unless the person serves where names are withheld (security-privacy §6.2)."""
    part = Part(
        role=speaker.get_role_display(),
        party=speaker.party.code if speaker.party else "",
        order=SlotRole.values.index(speaker.role),
        is_confirmed=False,
    )
    person = speaker.person
    if person is None or not speaker.is_confirmed:
        return part
    organisation = person.organisation
    withheld = organisation is not None and organisation.kind in Organisation.WITHHELD_KINDS
    return replace(
        part,
        name="" if withheld else person.name,
        post=speaker.post,
        organisation=organisation.name if organisation else "",
        is_confirmed=True,
    )


@dataclass(frozen=True)
class Programme:
    """The latest release of an edition as this reader may read it at the instant `at` (aware)."""

    edition: Edition
    user: Any
    at: datetime

    @cached_property
    def is_whole(self) -> bool:
        return takes_part(self.user, self.edition, self.at)

    @cached_property
    def has_closed(self) -> bool:
        return self.edition.has_closed(self.at)

    @cached_property
    def release(self) -> AgendaRelease | None:
        """Which release it is: for those who take part; the outline bears no number."""
        if not self.is_whole:
            return None
        return AgendaRelease.objects.current().visible_to(self.user, self.at).filter(edition=self.edition).first()

    @cached_property
    def rows(self) -> list[ReleasedSession]:
        """In reading order, each with `is_mine` and, for those who take part, its speakers."""
        rows = ReleasedSession.objects.current().visible_to(self.user, self.at).filter(release__edition=self.edition)
        rows = rows.marked_mine(self.user).marked_overtaken().in_order().select_related("room", "release")
        if not self.is_whole:
            return list(rows if self.has_closed else rows.exclude(kind__in=INSIDE))
        speakers = ReleasedSpeaker.objects.select_related("party", "person__organisation").order_by("pk")
        return list(rows.prefetch_related(Prefetch("speakers", queryset=speakers)))

    @cached_property
    def is_of_former_days(self) -> bool:
        """The edition was postponed or moved since: a release is checked to lie within the days that it was made for."""
        edition = self.edition
        first, last = edition.opens_on, edition.closes_on
        if edition.status not in Edition.DAYS_FIXED or not first or not last:
            return False
        days = {row.starts_at.astimezone(edition.zone).date() for row in self.rows}
        return any(row.is_overtaken for row in self.rows) or not all(first <= day <= last for day in days)  # type: ignore[attr-defined]

    @property
    def mine(self) -> list[ReleasedSession]:
        """What this reader is expected at."""
        return [row for row in self.rows if row.is_mine] if self.is_whole else []  # type: ignore[attr-defined]

    def shows_room(self, row: ReleasedSession) -> bool:
        return self.is_whole or self.has_closed

    def shows_time(self, row: ReleasedSession) -> bool:
        """A minister's hour is told to nobody outside before the edition has closed."""
        return self.is_whole or self.has_closed or row.kind != Kind.MINISTERIAL

    def parts(self, row: ReleasedSession) -> list[Part]:
        return [part_of(speaker) for speaker in row.speakers.all()] if self.is_whole else []
