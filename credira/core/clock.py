"""Two clocks. ``now`` is what the law and the consumer see; ``wall`` is the machine's."""

import datetime as dt
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """A workspace's business clock: frozen at an instant, or the wall's time plus an offset."""

    offset: dt.timedelta = dt.timedelta(0)
    frozen_at: dt.datetime | None = None

    def now(self) -> dt.datetime:
        return self.frozen_at if self.frozen_at is not None else wall() + self.offset


REAL = Clock()
FIRST_YEAR = 1900  # nothing that we are told is older; earlier instants don't fit every zone's calendar

# Set by ``tenancy.scope.bind`` alone.
bound: ContextVar[Clock] = ContextVar("clock", default=REAL)


def now() -> dt.datetime:
    """The business time of the bound workspace, aware, in UTC: real in a live workspace, set in a sandbox."""
    return bound.get().now()


def wall() -> dt.datetime:
    """The machine's time, aware, in UTC: for leases, timeouts, tokens, signatures, rate windows, logs, ids."""
    return dt.datetime.now(dt.UTC)
