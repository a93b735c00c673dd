"""Signatures of deliveries: Standard Webhooks, and beside it the plain hex HMAC that simple receivers check."""

import base64
import binascii
import datetime as dt
import secrets

from standardwebhooks import Webhook

from credira.core.crypto import hmac_hex

PREFIX = "whsec_"
_RANDOM_BYTES = 24


def new_secret() -> str:
    """`whsec_` and 24 random bytes in base64, as Standard Webhooks libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_RANDOM_BYTES)).decode()


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


def _key(secret: str) -> bytes:
    # A secret that the creditor brought along may be any text; then its own bytes are the key.
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
