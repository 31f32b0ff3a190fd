"""What every part of the story stands on: whose people there are, and telling things as of their day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from dialogues.models import Dialogue, Edition, Room, Venue, WorkingGroup
from parties.models import Organisation, Party, Person, User
from socportal import clock

STAGES = {"D-35": 35, "D-7": 7, "D0": 0, "D+10": -10}
ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass
class Side:
    """One party's people in the story."""

    party: Party
    secretary: User
    focal_point: User
    press_officer: User
    organisations: list[Organisation]
    # Who comes to the edition being told, by number: 7 is Delegate UK-07.
    people: dict[int, Person] = field(default_factory=dict)


def venue_instant(day: date, clock_time: str) -> datetime:
    hour, minute = clock_time.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), tzinfo=ZONE)


class Telling:
    """Tells what happened at the time it would have happened, never as of the future."""

    dialogue: Dialogue
    sides: list[Side]
    venue: Venue
    rooms: dict[str, Room]
    groups: list[WorkingGroup]

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.now = timezone.now()
        self.opens = self.now.astimezone(ZONE).date() + timedelta(days=STAGES[stage])
        self.previous_opens = self.opens - timedelta(days=364)
        if self.previous_opens.year == self.opens.year:  # a leap year begun on its first day: the year before is meant
            self.previous_opens -= timedelta(days=7)
        self.shift = self._shift_to_now() if stage == "D0" else timedelta()

    def _shift_to_now(self) -> timedelta:
        """At D0 a session is running whenever the demonstration is made: move the programme so that it holds this hour."""
        local = self.now.astimezone(ZONE)
        wanted = local - venue_instant(local.date(), "12:00")
        earliest, latest = timedelta(hours=-8, minutes=-30), timedelta(hours=3, minutes=15)
        quarter = timedelta(minutes=15)
        return min(max(wanted, earliest), latest) // quarter * quarter

    def at(self, day: date, clock_time: str = "10:00") -> Any:
        """Tell what follows as of that day, but never as of the future."""
        return clock.told_at(min(venue_instant(day, clock_time), self.now))

    def lead(self, edition: Edition) -> User:
        return next(side.secretary for side in self.sides if side.party.pk == edition.host_party_id)
