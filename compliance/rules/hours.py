"""Local hours: windows of the week, and the first instant at which a local condition can become true.

A condition made of local times of several zones only changes at their boundaries: at a local time that a window starts
or ends, at local midnight, or where a zone changes its offset. So the first allowed instant is one of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from compliance.rules.facts import Window

ONE_DAY = timedelta(days=1)
MINUTES_A_DAY = 1440


def minute_of(local: datetime) -> int:
    return local.hour * 60 + local.minute


def in_force(window: Window, day: date) -> bool:
    """Return whether the window's date range holds that local day, whatever the weekday."""
    return (window.since is None or window.since <= day) and (window.until is None or day <= window.until)


def inside(window: Window, local: datetime) -> bool:
    """Return whether a local time lies in the window: date range, weekday and hours."""
    if not in_force(window, local.date()) or local.weekday() not in window.weekdays:
        return False
    minute = minute_of(local)
    return any(start <= minute < end for start, end in window.spans)


@lru_cache(maxsize=4096)
def boundaries(zone: ZoneInfo, day: date, minutes: tuple[int, ...]) -> tuple[datetime, ...]:
    """Return the instants of one local day at which the given local minutes begin, and where the offset changes.

    A minute that a clock change repeats begins twice; one that it skips begins at the change itself. Remembered,
    because many sheets ask for the same day of the same zone.
    """
    return tuple(_boundaries(zone, day, minutes))


def _boundaries(zone: ZoneInfo, day: date, minutes: tuple[int, ...]) -> Iterator[datetime]:
    midnight = datetime.combine(day, time(), zone)
    for minute in minutes:
        local = midnight + timedelta(minutes=minute)  # wall-clock arithmetic, as wanted
        yield local.astimezone(UTC)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            yield local.replace(fold=1).astimezone(UTC)
    following = midnight + ONE_DAY
    if midnight.utcoffset() != following.utcoffset():
        yield _offset_change(midnight.astimezone(UTC), following.astimezone(UTC), zone)


def _offset_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """Return the minute in (low, high] at which the zone's offset changes, by bisection."""
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def first_instant(
    after: datetime,
    days: int,
    zones: Iterable[tuple[ZoneInfo, Iterable[int]]],
    allowed: Callable[[datetime], bool],
) -> datetime | None:
    """Return the first instant after `after`, within `days` days, at which `allowed` holds; None if there is none.

    `zones` gives, for each zone that the condition reads, the local minutes at which it may change.
    """
    read = [(zone, tuple(sorted({0, *minutes}))) for zone, minutes in zones]
    last = after + timedelta(days=days)
    day = after.date() - ONE_DAY
    candidates: set[datetime] = set()
    while day <= last.date() + ONE_DAY:
        for zone, minutes in read:
            candidates.update(boundaries(zone, day, minutes))
        # Offsets stay within 24 hours, so no later local day has a boundary before this instant.
        complete = datetime.combine(day - ONE_DAY, time(), UTC)
        for instant in sorted(one for one in candidates if one < complete):
            if after < instant <= last and allowed(instant):
                return instant
        candidates = {one for one in candidates if one >= complete}
        day += ONE_DAY
    return next((one for one in sorted(candidates) if after < one <= last and allowed(one)), None)
