"""The independent checker: recomputes violations from raw data, sharing no code with the product's gate."""

from tests.checker.checker import Violation, check

__all__ = ["Violation", "check"]
