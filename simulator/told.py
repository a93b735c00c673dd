"""Reading what the control API was told."""

from collections.abc import Mapping
from typing import Any


def number(told: Mapping[str, Any], name: str, default: float) -> float:
    """A number that may be absent. Raises ``ValueError`` with a sentence for anything else."""
    value = told.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is a number.")
    return float(value)
