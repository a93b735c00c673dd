"""The gate's answer (gate-facts.md 1 and 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    ALLOW = "ALLOW"
    DEFER = "DEFER"
    REVIEW = "REVIEW"
    DENY = "DENY"


class Severity(StrEnum):
    """LAW binds this role, STATE is a binding overlay, POLICY is applied by choice and may be switched off."""

    LAW = "LAW"
    STATE = "STATE"
    POLICY = "POLICY"


class Effect(StrEnum):
    """What one reason does alone: wait until `retry_at`, refuse, or hand over to a person."""

    DEFER = "DEFER"
    REVIEW = "REVIEW"
    DENY = "DENY"


@dataclass(frozen=True, slots=True)
class Reason:
    rule_id: str
    code: str
    severity: Severity
    cite: str
    message: str
    effect: Effect = Effect.DENY
    retry_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule_id": self.rule_id,
            "code": self.code,
            "severity": self.severity.value,
            "cite": self.cite,
            "message": self.message,
            "retry_at": stamp(self.retry_at),
        }


@dataclass(frozen=True, slots=True)
class Budget:
    """One counter of a frequency rule: `used` of `limit`, one slot free again at `resets_at` (None: none is used)."""

    rule_id: str
    name: str
    used: int
    limit: int
    resets_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule_id": self.rule_id,
            "used": self.used,
            "limit": self.limit,
            "resets_at": stamp(self.resets_at),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    reasons: tuple[Reason, ...]
    obligations: tuple[str, ...]
    relied_on: tuple[str, ...]
    next_allowed_at: datetime | None
    rule_pack: str
    zones: tuple[str, ...]
    budgets: tuple[Budget, ...]
    evaluated_at: datetime

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(reason.code for reason in self.reasons)

    def as_dict(self) -> dict[str, Any]:
        """Return the answer of `POST /v1/contact-gate/evaluate`; `check` adds `budgets`."""
        return {
            "outcome": self.outcome.value,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "obligations": list(self.obligations),
            "relied_on": list(self.relied_on),
            "next_allowed_at": stamp(self.next_allowed_at),
            "rule_pack": self.rule_pack,
            "zones": list(self.zones),
        }


def stamp(instant: datetime | None) -> str | None:
    """Write an instant as ISO 8601 in UTC ending in Z."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="auto").replace("+00:00", "Z")
