"""How money received is split. Pure (credit.md 1.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

ORDER = ("fees", "penalties", "interest", "principal")


@dataclass(frozen=True, slots=True)
class Split:
    """Amounts by component; what nothing is owed for stays ``unapplied``."""

    principal: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    penalties: Decimal = Decimal(0)
    unapplied: Decimal = Decimal(0)


def split(amount: Decimal, owed: Mapping[str, Decimal], order: tuple[str, ...] = ORDER) -> Split:
    """Fill the components in ``order``. The parts sum to ``amount`` exactly."""
    left = amount
    parts: dict[str, Decimal] = {}
    for name in order:
        parts[name] = min(left, max(owed[name], Decimal(0)))
        left -= parts[name]
    return Split(**parts, unapplied=left)
