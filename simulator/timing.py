"""Simulated time of one sandbox: frozen where the product says so, else it runs with the machine's."""

import asyncio
import time
from datetime import UTC, datetime
from email.utils import format_datetime

HALF_HOUR = 1800.0
LONG = 900.0
LONGEST_DELAY = 4.0  # wall seconds that any delay takes at most while the clock runs


class Clock:
    """One sandbox's clock. Times are seconds since the epoch; durations are simulated seconds."""

    def __init__(self, base: float | None = None, wall: float | None = None, *, frozen: bool = False) -> None:
        self.wall_base = time.time() if wall is None else wall
        self.base = self.wall_base if base is None else base
        self.frozen = frozen
        self._changed = asyncio.Event()

    def now(self) -> float:
        return self.base if self.frozen else self.base + time.time() - self.wall_base

    @property
    def told(self) -> bool:
        """Whether anybody ever said what time it is; before that it is the machine's."""
        return self.base != self.wall_base

    def set(self, now: float, *, frozen: bool) -> None:
        self.base, self.wall_base, self.frozen = now, time.time(), frozen
        self._changed.set()
        self._changed = asyncio.Event()

    def after(self, delay: float, speed: float) -> float:
        """When something that takes ``delay`` is due.

        A running clock is not made to wait for hours. A frozen one finds long waits ending together, on the half hour,
        so that whoever advances it has few stops to make.
        """
        if not self.frozen:
            return self.now() + min(delay / speed, LONGEST_DELAY)
        moment = self.now() + delay
        return moment if delay < LONG else -(-moment // HALF_HOUR) * HALF_HOUR

    async def reach(self, moment: float) -> None:
        """Return once the clock shows ``moment``, however it gets there."""
        while (left := moment - self.now()) > 0:
            changed = self._changed
            try:
                await asyncio.wait_for(changed.wait(), None if self.frozen else left)
            except TimeoutError:
                continue


def iso(moment: float | None) -> str | None:
    """``2026-11-24T15:05:00Z``; microseconds are dropped."""
    if moment is None:
        return None
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_postmark(moment: float) -> str:
    """Postmark writes seven decimals."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def rfc2822(moment: float | None) -> str | None:
    """``Tue, 24 Nov 2026 15:05:00 +0000``, as the carrier writes times."""
    return None if moment is None else format_datetime(datetime.fromtimestamp(int(moment), UTC))


def parse_iso(text: str) -> float:
    """Seconds since the epoch. Raises ``ValueError``; a time without a zone is UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
