"""The addresses that a carrier calls back: signed tokens that carry our call, its attempt and the fence."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from campaigns.models import Call
from compliance.models import ContactAttempt
from credira.core.crypto import read_token, sign_token
from credira.core.errors import NotFound
from credira.core.ids import parse_id, public_id

PURPOSE = "telephony.twilio"
PREFIX = "/hooks/telephony/twilio"


@dataclass(frozen=True, slots=True)
class Dial:
    """The dial that a callback belongs to. Another attempt or fence than the call's own: that dial was given up."""

    workspace_id: UUID
    call_id: UUID
    attempt_id: UUID
    fence: int


def dial_of(call: Call, attempt: ContactAttempt) -> Dial:
    return Dial(call.workspace_id, call.id, attempt.id, attempt.fence)


def token_of(dial: Dial) -> str:
    """The signed token of one dial, for its callbacks' addresses."""
    return sign_token(
        PURPOSE,
        {
            "workspace": str(dial.workspace_id),
            "call": public_id("call", dial.call_id),
            "attempt": public_id("att", dial.attempt_id),
            "fence": dial.fence,
        },
    )


def read(token: str) -> Dial:
    """Raises ``NotFound`` for a token that isn't ours."""
    payload = read_token(PURPOSE, token)
    try:
        return Dial(
            UUID(payload["workspace"]),
            parse_id("call", payload["call"]),
            parse_id("att", payload["attempt"]),
            int(payload["fence"]),
        )
    except (KeyError, ValueError) as error:
        raise NotFound from error


def url(token: str, what: str, exchange: int | None = None) -> str:
    """The absolute address of a callback: ``voice``, ``status``, or ``turn`` with its exchange's number."""
    query = "" if exchange is None else f"?exchange={exchange}"
    return f"{settings.BASE_URL}{PREFIX}/{token}/{what}{query}"
