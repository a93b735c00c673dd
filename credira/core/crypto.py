"""Digests, signatures, field encryption, blind indexes and signed tokens."""

import base64
import functools
import hashlib
import hmac
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core import signing

from credira.core.errors import NotFound


def digest(token: str) -> bytes:
    """SHA-256 of a token with high entropy (API keys): what is stored instead of it."""
    return hashlib.sha256(token.encode()).digest()


def hmac_hex(key: str | bytes, body: str | bytes) -> str:
    """Hex HMAC-SHA256 of ``body``; text is taken as UTF-8."""
    return hmac.new(_bytes(key), _bytes(body), hashlib.sha256).hexdigest()


def encrypt(text: str) -> str:
    """Encrypt a field's text with the newest key of ``CREDIRA_FIELD_KEYS``."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt with whichever key wrote it. Raises ``ValueError`` when none did."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ValueError("no field key decrypts this value") from error


def blind_index(workspace_id: UUID, value: str) -> bytes:
    """A keyed hash that finds an encrypted value by equality inside one workspace (last-4 has 10,000 values)."""
    return hmac.new(_derived("blind index"), f"{workspace_id}|{value}".encode(), hashlib.sha256).digest()


def sign_token(purpose: str, payload: dict[str, Any]) -> str:
    """A URL-safe signed token for links and callback addresses. It is readable: put ids in it, nothing private."""
    return signing.dumps(payload, salt=f"credira.{purpose}", compress=False)


def read_token(purpose: str, token: str) -> dict[str, Any]:
    """The payload of ``sign_token``. Raises ``NotFound`` for a forged or mangled one."""
    try:
        payload = signing.loads(token, salt=f"credira.{purpose}")
    except signing.BadSignature as error:
        raise NotFound from error
    if not isinstance(payload, dict):
        raise NotFound
    return payload


@functools.lru_cache(maxsize=1)
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CREDIRA_FIELD_KEYS])


@functools.lru_cache(maxsize=8)
def _derived(purpose: str) -> bytes:
    # From a key of its own: rotating the field keys must not lose what the index finds.
    secret = base64.urlsafe_b64decode(settings.CREDIRA_INDEX_KEY)
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
