"""The agenda: 24 blocks on two days, drafted, released, changed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from dialogues.models import Edition, Mandate, Session, SpeakerSlot
from dialogues.models.agenda import PAUSES
from dialogues.procedures import agenda
from dialogues.procedures.correspondence import deliver_due, send_messages
from dialogues.procedures.journal import amend, enter
from parties.models import Person

from .telling import Telling, venue_instant

PURPOSE = (
    "Purpose: to compare notes and agree the next step. Expected outcome: one page.",
    "Doel: bevindingen vergelijken en de volgende stap afspreken. Verwachte uitkomst: één pagina.",
)


@dataclass(frozen=True)
class Block:
    """One block of the programme: day 1 or 2, start and end at the venue, kind, titles, room, and who may read it."""

    day: int
    start: str
    end: str
    kind: str
    title_en: str
    title_nl: str
    room: str
    group: int | None
    audience: str
    party: str
    rule: str
    chairs: str


def programme() -> list[Block]:
    """The 24 blocks, from the table beside this file."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as table:
        rows: list[dict[str, Any]] = list(csv.DictReader(table))
    return [Block(**{**row, "day": int(row["day"]), "group": int(row["group"]) if row["group"] else None}) for row in rows]


class Programme(Telling):
    def draft_agenda(self, edition: Edition) -> None:
        """Fill in the skeleton that came from the edition before; without one, begin with nothing."""
        mandates = list(edition.mandates.order_by("pk"))
        parties = {side.party.code: side.party for side in self.sides}
        skeleton = edition.sessions.order_by("starts_at", "pk")
        for block, session in zip_longest(programme(), list(skeleton)):
            day = edition.opens_on + timedelta(days=block.day - 1)
            shift = self.shift if block.day == 1 and edition.opens_on == self.opens else timedelta()
            said = {
                "kind": block.kind,
                "title_en": block.title_en,
                "title_nl": block.title_nl,
                "starts_at": venue_instant(day, block.start) + shift,
                "ends_at": venue_instant(day, block.end) + shift,
                "room": self.rooms.get(block.room),
                "mandate": mandates[block.group] if block.group is not None else None,
                "audience": block.audience,
                "party": parties.get(block.party),
                "ground_rule": block.rule,
                "annotation_en": "" if block.kind in PAUSES else PURPOSE[0],
                "annotation_nl": "" if block.kind in PAUSES else PURPOSE[1],
            }
            if session is None:
                session = enter(record=Session(edition=edition, **said), by=self.lead(edition))
            else:
                amend(record=session, by=self.lead(edition), **said)
            self.seat(session, block, mandates)

    def seat(self, session: Session, block: Block, mandates: list[Mandate]) -> None:
        for side in self.sides:
            slots: list[tuple[str, Person | None, bool]] = []
            if block.chairs == "heads" and 1 in side.people:
                slots = [("co_chair", side.people[1], True)]
            elif block.chairs == "group":
                slots = [("co_chair", side.people[3 + (block.group or 0)], True)]
            elif block.chairs == "keynote" and side is self.sides[0]:
                slots = [("chair", side.people[2], True), ("keynote", None, False)]
            elif block.chairs == "panel":
                slots = [
                    ("moderator" if side is self.sides[1] else "panellist", side.people[7], True),
                    ("panellist", side.people[8], True),
                ]
            for role, person, confirmed in slots:
                enter(
                    record=SpeakerSlot(session=session, role=role, party=side.party, person=person, is_confirmed=confirmed),
                    by=self.lead(session.edition),
                )

    def send(self, edition: Edition) -> None:
        """What waits in the outbox leaves: a hundred at the press, the rest as the scheduled command sends it."""
        if edition.messages.drafted().exists():  # a release with nothing new for anybody is told to nobody
            send_messages(edition=edition, by=self.lead(edition))
        deliver_due()

    def change(self, edition: Edition, title_en: str, **changes: Any) -> Session:
        session = edition.sessions.get(title_en=title_en)
        return amend(record=session, by=self.lead(edition), **changes)

    def release(self, edition: Edition, *, days_before: int, planned: bool = True, send: bool = True, note: str = "") -> None:
        with self.at(edition.opens_on - timedelta(days=days_before)):
            agenda.release_agenda(edition=edition, by=self.lead(edition), planned=planned, note=note)
            if send:
                self.send(edition)
