"""The port to a carrier: calls out, callbacks in, speech as the carrier's own markup.

What a call says is decided above; here are only the words that a carrier and we have in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True)
class CallRequest:
    """One call to place. The URLs are ours, absolute and signed; numbers are E.164; times are seconds."""

    to: str
    from_: str
    answer_url: str
    status_url: str
    ring_timeout_s: int = 25
    max_duration_s: int = 900
    detect_machine: bool = True


class CallState(StrEnum):
    """A carrier's states of a call, in the order in which they may come."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        return self in {self.COMPLETED, self.BUSY, self.NO_ANSWER, self.FAILED, self.CANCELED}


class AnsweredBy(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"
    FAX = "fax"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CallSnapshot:
    """What the carrier knows of a call now. Times are the carrier's."""

    reference: str
    to: str
    state: CallState
    answered_by: AnsweredBy
    created_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None


class CallbackKind(StrEnum):
    ANSWERED = "answered"  # asks for the first words
    SPEECH = "speech"
    DIGITS = "digits"
    SILENCE = "silence"
    STATUS = "status"


@dataclass(frozen=True)
class Callback:
    """One callback of a carrier, verified and translated. `sequence` orders the status callbacks of one call."""

    kind: CallbackKind
    reference: str
    state: CallState
    answered_by: AnsweredBy
    sequence: int | None = None
    speech: str = ""
    confidence: float | None = None
    digits: str = ""
    duration_s: int | None = None
    sip_code: str = ""
    error_code: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Spoken:
    """Words to say. What must not be cut off by the listener is said before listening, so everything here is heard."""

    text: str
    language: str = "en-US"


@dataclass(frozen=True)
class Listen:
    """Wait for words or keys, then post to `action_url`; silence is posted too."""

    action_url: str
    timeout_s: int = 5
    digits: int | None = None
    hints: tuple[str, ...] = ()
    language: str = "en-US"


@dataclass(frozen=True)
class Reply:
    """One turn of ours. Without `listen` and `transfer_to` the call ends after the words."""

    spoken: tuple[Spoken, ...] = ()
    listen: Listen | None = None
    transfer_to: str = ""


class Telephony(Protocol):
    """Writes raise NotPlaced or OutcomeUnknown, reads LookupFailed (credira.providers.errors)."""

    name: str
    timeout_s: float

    def place_call(self, request: CallRequest) -> CallSnapshot:
        """Start one call. Never repeated by the client itself."""

    def find_calls(self, to: str, since: datetime) -> list[CallSnapshot]:
        """The calls to a number that were created at or after `since` (the carrier's clock), newest first."""

    def fetch_call(self, reference: str) -> CallSnapshot | None:
        """The call as the carrier knows it; None when it knows no such call."""

    def cancel_call(self, reference: str) -> None:
        """End the call, whether it rings yet or not. A call that has ended stays as it is."""

    def verify(self, url: str, params: Mapping[str, str], signature: str) -> bool:
        """Whether the carrier signed this callback.

        `url` is the one that it was given, not the one that arrived behind a proxy.
        """

    def parse(self, params: Mapping[str, str]) -> Callback:
        """Translate a verified callback; unknown words become UNKNOWN."""

    def render(self, reply: Reply) -> str:
        """The reply in the carrier's markup, UTF-8 XML."""
