"""Who is calling: credentials derived from one secret, so that no sandbox has to be registered."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Identity:
    """A sandbox workspace and the credentials that both sides derive for it."""

    workspace_id: UUID
    token: str
    mail_token: str

    @property
    def sid(self) -> str:
        return f"AC{self.workspace_id.hex}"


def derive(secret: str, workspace_id: UUID) -> Identity:
    """The credentials of one workspace (token: 32 hex digits, mail token: 64)."""
    return Identity(
        workspace_id=workspace_id,
        token=_hmac_hex(secret, str(workspace_id))[:32],
        mail_token=_hmac_hex(secret, f"mail:{workspace_id}"),
    )


def workspace_of(sid: str) -> UUID | None:
    """``"AC" + 32 hex digits`` → the workspace's uuid, or None for anything else."""
    if len(sid) != 34 or not sid.startswith("AC"):
        return None
    try:
        return UUID(hex=sid[2:])
    except ValueError:
        return None


def basic_credentials(header: str) -> tuple[str, str] | None:
    """User and password of an ``Authorization: Basic`` header."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def same(left: str, right: str) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _hmac_hex(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
