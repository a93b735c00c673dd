"""What a production installation may not start with. Each fault names its variable and the line that mends it."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping

KINDS = ("development", "production")
_RANDOM = "$(openssl rand -hex 32)"
_KEY = "$(openssl rand -base64 32 | tr +/ -_)"
REQUIRED = {
    "SECRET_KEY": _RANDOM,
    "CREDIRA_FIELD_KEYS": _KEY,
    "CREDIRA_INDEX_KEY": _KEY,
    "SIMULATOR_SECRET": _RANDOM,
    "DATABASE_URL": "postgresql://credira_app:PASSWORD@HOST:5432/credira",
    "REDIS_URL": "redis://HOST:6379/0",
    "CREDIRA_BASE_URL": "https://credira.example.com",
}
SECRETS = ("SECRET_KEY", "CREDIRA_FIELD_KEYS", "CREDIRA_INDEX_KEY", "SIMULATOR_SECRET")
_ON = {"1", "true", "yes", "on", "y", "ok", "t"}  # what django-environ reads as true


def development_secret(name: str) -> str:
    """A fixed secret for development, so that a restart loses nothing. Everybody knows it."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"credira development {name}".encode()).digest()).decode()


def faults(environment: Mapping[str, str], *, embedded_valkey: str) -> Iterator[str]:
    """One sentence and one line for each thing that must be mended first; nothing for a development installation.

    ``embedded_valkey`` is the address that the embedded Valkey of this directory has. Whether PostgreSQL is embedded,
    or the role a dangerous one, is asked at the first connection (``credira.tenancy.roles``).
    """
    kind = environment.get("CREDIRA_ENVIRONMENT", "development")
    if kind not in KINDS:
        yield _fault(f"CREDIRA_ENVIRONMENT is {kind!r}, not {' or '.join(KINDS)}", "CREDIRA_ENVIRONMENT", KINDS[1])
    if kind != "production":
        return
    for name, example in REQUIRED.items():
        if not environment.get(name):
            yield _fault(f"{name} is missing", name, example)
        elif name in SECRETS and environment[name] == development_secret(name):
            yield _fault(f"{name} is the one of development, which everybody knows", name, example)
    yield from _malformed(environment)
    if environment.get("DEBUG", "").lower() in _ON:
        yield _fault("DEBUG is on: error pages would show settings and personal data", "DEBUG", "off")
    if environment.get("CREDIRA_EMBEDDED") or environment.get("REDIS_URL") == embedded_valkey:
        yield _fault(
            "REDIS_URL or DATABASE_URL is an embedded server's, which asks for no password",
            "REDIS_URL",
            f"{REQUIRED['REDIS_URL']} DATABASE_URL={REQUIRED['DATABASE_URL']}; unset CREDIRA_EMBEDDED",
        )


def _malformed(environment: Mapping[str, str]) -> Iterator[str]:
    for name in ("CREDIRA_FIELD_KEYS", "CREDIRA_INDEX_KEY"):
        keys = environment.get(name, "").split(",")
        if keys != [""] and not all(_is_key(key) for key in keys):
            yield _fault(f"{name} isn't 32 bytes in URL-safe base64", name, _KEY)
    address = environment.get("CREDIRA_BASE_URL", "")
    if address and not address.startswith("https://"):
        yield _fault(
            "CREDIRA_BASE_URL doesn't begin with https://: consumers' links would travel in the clear",
            "CREDIRA_BASE_URL",
            REQUIRED["CREDIRA_BASE_URL"],
        )


def _is_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except (binascii.Error, ValueError):
        return False


def _fault(sentence: str, name: str, example: str) -> str:
    return f"{sentence}. Mend: {name}={example}"
