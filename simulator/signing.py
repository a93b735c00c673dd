"""Signatures of the simulated vendors, and the check of the signatures that arrive at the sink."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping


def twilio_signature(token: str, url: str, params: Iterable[tuple[str, str]]) -> str:
    """``X-Twilio-Signature``: base64 HMAC-SHA1 over the URL and the sorted parameters."""
    signed = url + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def timestamped_signature(secret: str, timestamp: int, body: bytes) -> str:
    """``t=<unix>,v1=<hex>`` over ``t.body``, as print vendors and card processors sign."""
    digest = hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


NO_SECRET = "no secret known"  # noqa: S105  a verdict, not a secret


def standard_webhooks_verdict(secrets: Iterable[str], headers: Mapping[str, str], body: bytes) -> str:
    """Verdict on the Standard Webhooks headers: ``verified | invalid | absent | no secret known``."""
    lowered = {name.lower(): value for name, value in headers.items()}
    parts = [lowered.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")]
    if not all(parts):
        return "absent"
    known = list(secrets)
    if not known:
        return NO_SECRET
    content = f"{parts[0]}.{parts[1]}.".encode() + body
    offered = [signature.removeprefix("v1,") for signature in parts[2].split() if signature.startswith("v1,")]
    expected = [_standard_signature(secret, content) for secret in known]
    return _verdict(offered, expected)


def hex_verdict(secrets: Iterable[str], headers: Mapping[str, str], body: bytes) -> str:
    """Verdict on a hex HMAC-SHA256 of the raw body in any ``X-…-Signature`` header."""
    offered = [
        value.removeprefix("sha256=")
        for name, value in headers.items()
        if name.lower().startswith("x-") and name.lower().endswith("-signature")
    ]
    if not offered:
        return "absent"
    known = list(secrets)
    if not known:
        return NO_SECRET
    return _verdict(offered, [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in known])


def _standard_signature(secret: str, content: bytes) -> str:
    encoded = secret.removeprefix("whsec_")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        key = secret.encode()
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _verdict(offered: Iterable[str], expected: Iterable[str]) -> str:
    wanted = list(expected)
    matches = any(hmac.compare_digest(one.encode(), other.encode()) for one in offered for other in wanted)
    return "verified" if matches else "invalid"
