"""Work that leases rows of its own, beside the Due table: the scheduler asks for it once a second."""

import logging
from collections.abc import Callable

logger = logging.getLogger("credira.work")

_sweepers: list[Callable[[], None]] = []


def on_sweep(sweeper: Callable[[], None]) -> Callable[[], None]:
    """Register what hands on such work. It is called unbound, each second, in the scheduler: it must be quick."""
    _sweepers.append(sweeper)
    return sweeper


def sweep_others() -> None:
    """Call each; one that fails is logged and doesn't stop the others."""
    for sweeper in _sweepers:
        try:
            sweeper()
        except Exception:  # the scheduler's loop must outlive any room's fault
            logger.exception("sweeper failed: %s", sweeper.__module__)
