"""What is in flight with the outside world, and how to ask about it: the advancing clock waits for it."""

from collections.abc import Callable
from dataclasses import dataclass

from credira.tenancy.models import Workspace


@dataclass(frozen=True, slots=True)
class InFlight:
    """``count`` is called bound; ``reconcile`` unbound: it asks the vendor now instead of at its due time."""

    name: str
    count: Callable[[Workspace], int]
    reconcile: Callable[[Workspace], None]


_registry: dict[str, InFlight] = {}


def register_in_flight(name: str, count: Callable[[Workspace], int], reconcile: Callable[[Workspace], None]) -> None:
    """Register a source of things in flight (open calls, claimed messages)."""
    _registry[name] = InFlight(name, count, reconcile)


def sources() -> list[InFlight]:
    """All registered sources, in the order of registration."""
    return list(_registry.values())
