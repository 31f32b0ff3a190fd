"""What somebody is at an instant: read from appointments and registrations, three small questions, once a request.

The rule of who may read what (`audience.py`) is made of these sets of keys. They are read off the clock: an appointment
that ended yesterday and an edition that closed ninety-one days ago are not in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.apps import apps

from socportal import clock

_read: ContextVar[dict[tuple[str, int], Any] | None] = ContextVar("standings_read", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside the block nobody's appointments and registrations are read twice: for one request, not for longer."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


class Reading:
    """One instant at which many kinds of record are read, and the keys of the few that most of them hang on."""

    def __init__(self) -> None:
        self.at = clock.now()
        self._keys: dict[tuple[Any, Any], list[int]] = {}

    def keys(self, model: Any, user: Any) -> list[int]:
        """Of the records of this kind that the user may read, asked once a block."""
        if (model, user.pk) not in self._keys:
            visible = model._default_manager.all().ruled(user, self.at)
            self._keys[model, user.pk] = list(visible.order_by().values_list("pk", flat=True))
        return self._keys[model, user.pk]


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def at_one_instant() -> Iterator[None]:
    """Inside the block the rule is asked of dialogues and editions once, and of all else by their keys; nothing is written.

    Forty rules that each repeat the rule of the edition make a question of fifty thousand letters. Another instant than that
    of the block may still be named: then the rule is asked in full.
    """
    token = _reading.set(Reading())
    try:
        yield
    finally:
        _reading.reset(token)


def reading() -> Reading | None:
    return _reading.get()


def instant() -> datetime:
    """Now (aware, UTC); inside `at_one_instant` when the block began."""
    block = _reading.get()
    return block.at if block else clock.now()


class Standing:
    """The roles and seats of one person (by key) at one instant (aware)."""

    def __init__(self, person: int, at: datetime) -> None:
        self.person, self.at = person, at

    def _rows(self, model: str, *columns: str) -> list[Any]:
        known = _read.get()
        key = (model, self.person)
        if known is not None and key in known:
            return known[key]
        rows = list(
            apps.get_model("dialogues", model)._default_manager.filter(person=self.person).order_by().values_list(*columns)
        )
        if known is not None:
            known[key] = rows
        return rows

    def appointed(self, *roles: str) -> set[tuple[int, int]]:
        """In which dialogues, and for which party, a current appointment gives one of these roles."""
        day = self.at.date()
        rows = self._rows("Appointment", "role", "dialogue", "party", "starts_on", "ends_on")
        return {
            (dialogue, party)
            for role, dialogue, party, starts_on, ends_on in rows
            if role in roles and starts_on <= day and (ends_on is None or ends_on >= day)
        }

    def dialogues(self, *roles: str) -> set[int]:
        return {dialogue for dialogue, _party in self.appointed(*roles)}

    def _seats(self) -> list[Any]:
        """Registrations that give access now: dialogue, edition and, once for each of them, working group."""
        from .delegations import ACCESS_AFTER_CLOSE, Registration

        last = self.at.date() - ACCESS_AFTER_CLOSE
        rows = self._rows("Registration", "edition__dialogue", "edition", "mandates", "edition__closes_on", "status")
        return [row for row in rows if row[4] != Registration.Status.CANCELLED and (row[3] is None or row[3] >= last)]

    def editions(self) -> set[int]:
        return {edition for _dialogue, edition, *_rest in self._seats()}

    def dialogues_attended(self) -> set[int]:
        return {dialogue for dialogue, *_rest in self._seats()}

    def groups(self) -> set[int]:
        """The mandates that this person is a member of, or co-chairs."""
        member_of = {mandate for _dialogue, _edition, mandate, *_rest in self._seats() if mandate is not None}
        return member_of | {mandate for (mandate,) in self._rows("CoChair", "mandate")}
