"""From the text of a key to what it may do, before a workspace is known.

Found keys are cached in Valkey for 30 s. Revoking writes a tombstone over the entry, and a lookup never overwrites one
(SET NX): a lookup that read the row just before the revocation can't bring the key back. Without Valkey every request
asks PostgreSQL.
"""

import datetime as dt
import json
import logging
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from redis.exceptions import RedisError

from credira.core import clock, valkey
from credira.core.crypto import digest
from credira.tenancy.scope import across_workspaces
from creditors import tokens
from creditors.models import ApiKey
from creditors.models.keys import is_over

log = logging.getLogger(__name__)

CACHED_FOR = dt.timedelta(seconds=30)
USE_NOTED_EVERY = dt.timedelta(minutes=1)
_TOMBSTONE = b"revoked"


@dataclass(frozen=True, slots=True)
class Credential:
    """What `credira.api` reads of a key: `workspace` is its id, for `bind`."""

    id: UUID
    workspace: UUID
    scopes: frozenset[str]
    plan: str
    dialect: str
    expires_at: dt.datetime | None = None

    is_authenticated = True
    is_anonymous = False

    @property
    def pk(self) -> UUID:
        """DRF and the throttle name a caller by it."""
        return self.id


def find_credential(token: str) -> Credential | None:
    """The credential of a key's text; None for a malformed, unknown, expired or revoked one."""
    if not tokens.is_well_formed(token):
        return None
    found = _find(digest(token))
    return None if found is None or is_over(found.expires_at) else found


def forget(key_digest: bytes) -> None:
    """End a revoked key in every process at once. Call after commit."""
    try:
        valkey.client().set(_name(key_digest), _TOMBSTONE, ex=CACHED_FOR * 2)
    except RedisError:
        log.warning("key.cache_unreachable", extra={"consequence": "a cached key may live for 30 s more"})


def _find(key_digest: bytes) -> Credential | None:
    try:
        cached = valkey.client().get(_name(key_digest))
    except RedisError:
        return _read(key_digest)
    if cached == _TOMBSTONE:
        return None
    if cached is not None:
        return _decode(cached)
    found = _read(key_digest)
    if found is not None:
        _remember(key_digest, found)
    return found


def _read(key_digest: bytes) -> Credential | None:
    with across_workspaces():
        row = (
            ApiKey.objects.filter(digest=key_digest, revoked_at=None)
            .values_list("id", "workspace_id", "scopes", "plan", "dialect", "expires_at")
            .first()
        )
        if row is None:
            return None
        _note_use(row[0])
    key_id, workspace_id, scopes, plan, dialect, expires_at = row
    return Credential(key_id, workspace_id, frozenset(scopes), plan, dialect, expires_at)


def _note_use(key_id: UUID) -> None:
    now = clock.wall()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_NOTED_EVERY)
    ApiKey.objects.filter(stale, id=key_id).update(last_used_at=now)


def _remember(key_digest: bytes, found: Credential) -> None:
    try:
        valkey.client().set(_name(key_digest), _encode(found), ex=CACHED_FOR, nx=True)
    except RedisError:
        log.info("key.cache_unreachable")


def _name(key_digest: bytes) -> str:
    return f"key:{key_digest.hex()}"


def _encode(found: Credential) -> bytes:
    return json.dumps(
        {
            "id": str(found.id),
            "workspace": str(found.workspace),
            "scopes": sorted(found.scopes),
            "plan": found.plan,
            "dialect": found.dialect,
            "expires_at": found.expires_at.isoformat() if found.expires_at else None,
        }
    ).encode()


def _decode(text: bytes | str) -> Credential:
    stored = json.loads(text)
    return Credential(
        id=UUID(stored["id"]),
        workspace=UUID(stored["workspace"]),
        scopes=frozenset(stored["scopes"]),
        plan=stored["plan"],
        dialect=stored["dialect"],
        expires_at=dt.datetime.fromisoformat(stored["expires_at"]) if stored["expires_at"] else None,
    )
