"""What a turn is made of: what the agent may know, where the call stands, what is recorded, what is said."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from . import obligations
from .acts import Sentence

At = Literal["identify", "verify", "counsel", "talk", "amount", "when", "confirm", "closed"]


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that the agent may know. Amounts in major units of `currency`.

    secrets: label -> digits that verify the consumer ("your ZIP code" -> "60616"). obligations: what the gate asks this
    call to carry. voicemail_contact: a natural person's name; empty = never leave a message. promise_days: how far
    ahead a promise may lie. minimum: the least that is worth a promise. Nothing is asked for a part that is disputed:
    what is asked for is `due`.
    """

    agent: str
    entity: str
    creditor: str
    first_name: str
    name: str
    callback_number: str
    balance: Decimal
    currency: str
    secrets: Mapping[str, str]
    obligations: frozenset[str]
    ending: str = ""
    collector: bool = True
    voicemail_contact: str = ""
    promise_days: int = 30
    minimum: Decimal = Decimal(10)

    @property
    def disputed(self) -> Decimal:
        """The part of the balance that is disputed and held (DISP-01)."""
        return min(obligations.disputed_part(self.obligations), self.balance)

    @property
    def due(self) -> Decimal:
        """What may be asked for: the balance without its disputed part."""
        return self.balance - self.disputed

    @property
    def least(self) -> Decimal:
        return min(self.minimum, self.due)


@dataclass(frozen=True, slots=True)
class State:
    """Where a call stands; plain values, so that it is stored as JSON between two turns."""

    at: At = "identify"
    verified: bool = False
    disclosed: bool = False
    recording: bool = True
    amount: Decimal | None = None
    on: date | None = None
    asked: str = ""
    late: bool = False
    said_no: int = 0
    silences: int = 0
    misses: int = 0
    verify_misses: int = 0
    abuse: int = 0
    off_topic: int = 0
    turns: int = 0
    outcome: str = ""
    last: tuple[str, ...] = ()

    def dump(self) -> dict[str, Any]:
        """The state as JSON-ready values."""
        raw = asdict(self)
        return raw | {
            "amount": None if self.amount is None else str(self.amount),
            "on": self.on and self.on.isoformat(),
            "last": list(self.last),
        }

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> "State":
        amount, on = raw.get("amount"), raw.get("on")
        return cls(
            **{
                **raw,
                "amount": Decimal(amount) if amount else None,
                "on": date.fromisoformat(on) if on else None,
                "last": tuple(raw.get("last", ())),
            }
        )


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to record before the next word: `kind` and its `data` (plain values, Decimals and dates)."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the agent. `end`: hang up after the last sentence. `violations`: what the guard refused."""

    state: State
    sentences: tuple[Sentence, ...]
    facts: tuple[Fact, ...] = ()
    intents: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()

    @property
    def end(self) -> bool:
        return self.state.at == "closed"
