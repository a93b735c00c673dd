"""The port to a mail service: one message out, what became of it in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True)
class Attachment:
    filename: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True)
class Mail:
    """One rendered mail. `metadata` travels with it and is what a lost answer is looked up by: `message_id` is ours."""

    to: str
    from_name: str
    from_email: str
    subject: str
    text: str
    html: str
    metadata: Mapping[str, str]
    to_name: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class SentMail:
    """The vendor took the mail. `reference` is its id for it."""

    reference: str


class MailEventKind(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    REPLIED = "replied"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class MailEvent:
    """One thing that became of a mail. `key` is stable: the same event told twice has the same one."""

    key: str
    kind: MailEventKind
    reference: str
    message_id: str
    at: datetime | None
    recipient: str = ""
    detail: str = ""
    permanent: bool = False
    subject: str = ""
    text: str = ""


@dataclass(frozen=True)
class FoundMail:
    """A mail as the vendor's search tells it, with what became of it so far."""

    reference: str
    received_at: datetime | None
    events: tuple[MailEvent, ...] = ()


class MailService(Protocol):
    """`send` raises NotPlaced or OutcomeUnknown, `find` LookupFailed (credira.providers.errors)."""

    name: str
    timeout_s: float

    def send(self, mail: Mail) -> SentMail:
        """Hand one mail over. Never repeated by the client itself."""

    def find(self, message_id: str) -> list[FoundMail]:
        """The mails that carry our id as metadata, oldest first: none, one, or a duplicate that must be explained."""

    def parse(self, payload: Mapping[str, Any]) -> MailEvent:
        """Translate one verified webhook body; unknown kinds become UNKNOWN."""
