"""What is in flight with the outside world, and how to ask about it: the advancing clock waits for it."""

from collections.abc import Callable
from dataclasses import dataclass

from credira.tenancy.models import Workspace

Counter = Callable[[Workspace], int]


@dataclass(frozen=True, slots=True)
class InFlight:
    """``count`` and ``unsure`` are called bound; ``reconcile`` unbound: it asks the vendor now, not at its due time.

    ``unsure`` counts those of which nobody knows whether the vendor has them: no time may pass before that is known.
    """

    name: str
    count: Counter
    unsure: Counter
    reconcile: Callable[[Workspace], None]


_registry: dict[str, InFlight] = {}


def register_in_flight(name: str, *, count: Counter, unsure: Counter, reconcile: Callable[[Workspace], None]) -> None:
    """Register a source of things in flight (open calls, claimed messages)."""
    _registry[name] = InFlight(name, count, unsure, reconcile)


def sources() -> list[InFlight]:
    """All registered sources, in the order of registration."""
    return list(_registry.values())
