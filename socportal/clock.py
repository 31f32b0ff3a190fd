"""The portal's clock: one place to ask what time it is, so that a story can be told at the time it happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

_told_at: ContextVar[datetime | None] = ContextVar("told_at", default=None)


def now() -> datetime:
    """This instant, aware, in UTC; inside `told_at`, the instant that is being told of."""
    return _told_at.get() or timezone.now()


def today(zone: str = "UTC") -> date:
    """The calendar day it is in `zone` (an IANA name such as Europe/Amsterdam)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def told_at(instant: datetime) -> Iterator[None]:
    """Acts inside the block carry `instant` (aware) as their time. For the demonstration and tests only."""
    if timezone.is_naive(instant):
        raise ValueError("an instant needs a time zone")
    token = _told_at.set(instant)
    try:
        yield
    finally:
        _told_at.reset(token)
