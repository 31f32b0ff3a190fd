"""Other days on the clock of the venue: a block keeps its time there, summer time or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def on_another_day(instant: datetime, zone: ZoneInfo, days: int) -> tuple[datetime, bool]:
    """The same time on the venue's clock so many days later, and whether it had to give way.

    A time that the clock leaves out in spring becomes the one an hour later; one that it shows twice in autumn is the first.
    """
    local = instant.astimezone(zone)
    if days == 0:
        return local, False
    wanted = datetime.combine(local.date() + timedelta(days=days), local.time(), tzinfo=zone).replace(fold=0)
    moved = wanted.astimezone(UTC).astimezone(zone)
    return moved, moved.replace(tzinfo=None, fold=0) != wanted.replace(tzinfo=None)


def block_on_another_day(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, days: int) -> tuple[datetime, datetime, bool]:
    """Start and end, each by the clock; where the change of clocks would swallow the block, it keeps its length instead."""
    start, gave_way = on_another_day(starts_at, zone, days)
    end, end_gave_way = on_another_day(ends_at, zone, days)
    if end.astimezone(UTC) <= start.astimezone(UTC):
        end = (start.astimezone(UTC) + (ends_at.astimezone(UTC) - starts_at.astimezone(UTC))).astimezone(zone)
        end_gave_way = True
    return start, end, gave_way or end_gave_way
