"""Signatures of deliveries: Standard Webhooks, and beside it the plain hex HMAC that simple receivers check."""

import base64
import binascii
import datetime as dt
import hmac
import json
import secrets
from dataclasses import dataclass

from standardwebhooks import Webhook

from credira.core.crypto import hmac_hex

PREFIX = "whsec_"
_RANDOM_BYTES = 24
_SHORTEST = 16


def new_secret() -> str:
    """`whsec_` and 24 random bytes in base64, as Standard Webhooks libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_RANDOM_BYTES)).decode()


def fault_of(secret: str) -> str:
    """What is wrong with a secret that the creditor brought along; empty if nothing is."""
    if len(secret) < _SHORTEST:
        return f"At least {_SHORTEST} characters are needed."
    if secret.startswith(PREFIX) and len(_decoded(secret) or b"") < _SHORTEST:
        return f"After {PREFIX} base64 of at least {_SHORTEST} bytes is needed: libraries decode it."
    return ""


def signed_headers(*, event_id: str, secret: str, body: bytes, at: dt.datetime) -> dict[str, str]:
    """The headers of one try. `at` is the machine's time, aware, in UTC: receivers refuse an old timestamp.

    `webhook-signature` covers `id.timestamp.body`; `X-Credira-Signature` is the hex HMAC-SHA256 of the body alone, its
    key the UTF-8 bytes of the secret as shown.
    """
    return {
        "Content-Type": "application/json",
        "User-Agent": "Credira-Webhooks/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(_key(secret)).sign(event_id, at, body.decode()),
        "X-Credira-Signature": hmac_hex(secret, body),
    }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a pasted signature matches, and in one sentence why not."""

    matches: bool
    why: str


def diagnose(
    *, secret: str, message_id: str, timestamp: str, signature: str, body: str, stored: bytes | None
) -> Verdict:
    """Check what a receiver pasted and name the usual mistakes; `stored` is the event's body as sent, if known."""
    if not (timestamp.isascii() and timestamp.isdigit()):
        return Verdict(False, "The timestamp is the header's number of seconds, without anything else.")
    given = {part.removeprefix("v1,").strip() for part in signature.split()}
    if _matches(secret, message_id, timestamp, body.encode(), given):
        return Verdict(True, "The signature belongs to this body and this endpoint's secret.")
    if hmac_hex(secret, body) in given:
        return Verdict(False, "This is the value of X-Credira-Signature, which covers the body alone.")
    if stored is None:
        return Verdict(False, "This workspace has no public event with this webhook-id.")
    if not _matches(secret, message_id, timestamp, stored, given):
        return Verdict(False, "It isn't this endpoint's secret that signed this, or id or timestamp are another try's.")
    if _same_json(body, stored):
        return Verdict(
            False, "The body is the same JSON, written another way. Verify the raw bytes before parsing them."
        )
    return Verdict(False, "The body isn't the one that was sent.")


def _matches(secret: str, message_id: str, timestamp: str, body: bytes, given: set[str]) -> bool:
    sent_at = dt.datetime.fromtimestamp(int(timestamp[:12]), dt.UTC)
    right = Webhook(_key(secret)).sign(message_id.strip(), sent_at, body.decode()).removeprefix("v1,")
    return any(hmac.compare_digest(right, candidate) for candidate in given if candidate.isascii())


def _same_json(body: str, stored: bytes) -> bool:
    try:
        return bool(json.loads(body) == json.loads(stored))
    except ValueError:
        return False


def _key(secret: str) -> bytes:
    # A secret that the creditor brought along may be any text; then its own bytes are the key.
    return _decoded(secret) or secret.encode()


def _decoded(secret: str) -> bytes | None:
    if not secret.startswith(PREFIX):
        return None
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return None
