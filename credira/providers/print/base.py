"""The port to a print-and-mail vendor: one letter out, its way through the post in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
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


@dataclass(frozen=True)
class LetterRequest:
    """One letter to print and hand to the post on `send_on`.

    `letter_id` is ours and is what a lost answer is looked up by.
    """

    letter_id: str
    to: PostalAddress
    sender: PostalAddress
    pdf: bytes
    send_on: date


class LetterEventKind(StrEnum):
    MAILED = "mailed"
    RETURNED = "returned"
    MISSED = "missed"  # the batch of `send_on` left without it
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

    def parse(self, payload: Mapping[str, Any]) -> LetterEvent:
        """Translate one verified webhook body; unknown kinds become UNKNOWN."""
