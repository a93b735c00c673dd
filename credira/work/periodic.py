"""What the scheduler does every so many seconds, registered by the apps that need it.

A periodic function looks for work and hands it on, quickly: what must not be lost is a row somewhere.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger("credira.work")


@dataclass(slots=True)
class Periodic:
    """One registered function and when it ran last (monotonic seconds)."""

    seconds: float
    function: Callable[[], None]
    last: float = float("-inf")


_registry: list[Periodic] = []


def every(seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that is called unbound, by one scheduler at a time."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _registry.append(Periodic(seconds, function))
        return function

    return register


def run_due() -> None:
    """Call what is due by the machine's clock; one that fails is logged and doesn't stop the others."""
    now = time.monotonic()
    for periodic in _registry:
        if now - periodic.last < periodic.seconds:
            continue
        periodic.last = now
        try:
            periodic.function()
        except Exception:  # the scheduler's loop must outlive any room's fault
            logger.exception("periodic work failed: %s", periodic.function.__module__)
