"""The clock of the venue: which instants it shows a time at, and the same time there on other days, summer time or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def instants_at(day: date, clock_time: time, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the clock there shows this day and time, in UTC, the first one first.

    One as a rule; none for a time that the clock leaves out in spring, two for one that it shows twice in autumn. None either
    for a day so far off that it is no instant any more.
    """
    wanted = datetime.combine(day, clock_time.replace(tzinfo=None, fold=0))
    found = []
    for fold in (0, 1):
        try:
            instant = wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            shown = instant.astimezone(zone).replace(tzinfo=None, fold=0)
        except (OverflowError, ValueError):
            continue
        if shown == wanted and instant not in found:
            found.append(instant)
    return sorted(found)


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
