"""What the scheduler does every so many seconds, registered by the apps that need it.

A periodic function looks for work and hands it on, quickly: what must not be lost is a row somewhere.
"""

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import across_workspaces
from credira.work.enqueue import enqueue

logger = logging.getLogger("credira.work")


NIGHT = dt.timedelta(hours=7)  # 07:00 UTC: two o'clock in New York, midnight in Los Angeles


@dataclass(slots=True)
class Periodic:
    """One registered function and when it ran last (monotonic seconds)."""

    seconds: float
    function: Callable[[], None]
    last: float = float("-inf")

    def is_due(self) -> bool:
        """Whether its time has come; says so once."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


@dataclass(slots=True)
class Nightly:
    """One registered function and the night in which it ran last."""

    function: Callable[[], None]
    last: dt.date | None = None

    def is_due(self) -> bool:
        """Whether a night has begun since it ran, or this process has never run it: a missed night is made up once."""
        night = (clock.wall() - NIGHT).date()
        if night == self.last:
            return False
        self.last = night
        return True


_registry: list[Periodic | Nightly] = []


def every(seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that is called unbound, by one scheduler at a time."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _registry.append(Periodic(seconds, function))
        return function

    return register


def nightly(function: Callable[[], None]) -> Callable[[], None]:
    """Register a function that is called each night, and when a scheduler begins to lead. It must bear repetition."""
    _registry.append(Nightly(function))
    return function


def enqueue_everywhere(name: str) -> None:
    """Send one message a workspace to the actor ``name``."""
    with across_workspaces():
        found: list[UUID] = list(Workspace.objects.order_by("id").values_list("id", flat=True))
    for workspace_id in found:
        enqueue(name, workspace_id)


def run_due() -> None:
    """Call what is due by the machine's clock; one that fails is logged and doesn't stop the others."""
    for periodic in _registry:
        if not periodic.is_due():
            continue
        try:
            periodic.function()
        except Exception:  # the scheduler's loop must outlive any room's fault
            logger.exception("periodic work failed: %s", periodic.function.__module__)
