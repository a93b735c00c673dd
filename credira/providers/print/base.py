"""The port to a print-and-mail vendor: one letter out, its way through the post in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True)
class PostalAddress:
    """The lines of an envelope. The sender's name must not reveal that it collects debts (1006.22(f)(2))."""

    name: str
    line1: str
    city: str
    state: str
    postal_code: str
    line2: str = ""
    country: str = "US"

    @property
    def one_line(self) -> str:
        street = ", ".join(line for line in (self.line1, self.line2) if line)
        return f"{street}, {self.city}, {self.state} {self.postal_code}"


@dataclass(frozen=True)
class LetterRequest:
    """One letter to print and hand to the post. `letter_id` is ours; the vendor makes no second letter of one id."""

    letter_id: str
    to: PostalAddress
    sender: PostalAddress
    pdf: bytes


class LetterEventKind(StrEnum):
    MAILED = "mailed"
    DELIVERED = "delivered"
    RETURNED = "returned"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LetterEvent:
    """One step of a letter. `key` is stable: the same step told twice has the same one."""

    key: str
    kind: LetterEventKind
    reference: str
    letter_id: str
    at: datetime | None
    detail: str = ""


@dataclass(frozen=True)
class FoundLetter:
    """A letter as the vendor tells it, with the steps it took so far, in their order (none: accepted, not mailed)."""

    reference: str
    events: tuple[LetterEvent, ...] = ()


class PrintService(Protocol):
    """`submit` raises NotPlaced or OutcomeUnknown, `find` LookupFailed (credira.providers.errors)."""

    name: str
    timeout_s: float

    def submit(self, letter: LetterRequest) -> str:
        """Hand one letter over; the vendor's reference."""

    def find(self, letter_id: str) -> list[FoundLetter]:
        """The letters that carry our id."""

    def verify(self, body: bytes, signature: str) -> bool:
        """Whether the vendor signed this webhook body."""

    def parse(self, payload: Mapping[str, Any]) -> LetterEvent:
        """Translate one verified webhook body; unknown kinds become UNKNOWN."""
