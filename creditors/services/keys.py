"""Minting and revoking API keys."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from audit.services import record
from credira.core import clock
from credira.core.context import actor
from credira.core.crypto import digest
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.models import Workspace
from creditors import credentials, events, plans, selectors, tokens
from creditors import scopes as known_scopes
from creditors.models import ApiKey


@dataclass(frozen=True, slots=True)
class MintedKey:
    """A new key and its text, which is nowhere stored: this is the only moment to show it."""

    key: ApiKey
    token: str


@transaction.atomic
def mint_key(
    *,
    workspace: Workspace,
    name: str,
    scopes: list[str],
    plan: str | None = None,
    dialect: str = "credira",
    expires_at: dt.datetime | None = None,
) -> MintedKey:
    """Make a key of this workspace; without a plan it gets its creditor's.

    Raises InvalidRequest for an empty name, no or an unknown scope, an unknown plan, or an end that has passed.
    """
    wanted = _checked_scopes(scopes)
    if not name.strip():
        raise InvalidRequest(details=[{"field": "name", "message": "Give the key a name."}])
    if expires_at is not None and expires_at <= clock.wall():
        raise InvalidRequest(details=[{"field": "expires_at", "message": "Must be in the future."}])
    plan = plan or workspace.creditor.plan
    if plan not in plans.PLANS:
        raise InvalidRequest(details=[{"field": "plan", "message": f"Unknown plan: {plan}"}])
    token = tokens.generate(livemode=workspace.livemode)
    key = ApiKey.objects.create(
        workspace=workspace,
        name=name.strip(),
        prefix=token[: tokens.SHOWN],
        digest=digest(token),
        scopes=wanted,
        plan=plan,
        dialect=dialect,
        expires_at=expires_at,
        created_by=actor().id,
    )
    record(workspace, type=events.KEY_MINTED, object=key, data=_facts(key))
    return MintedKey(key, token)


@transaction.atomic
def revoke_key(*, workspace: Workspace, key_id: UUID) -> ApiKey:
    """End a key at once, in every process. Raises NotFound, and Conflict when it is revoked already."""
    key = selectors.get_key(workspace, key_id)
    now = clock.wall()
    if not ApiKey.objects.filter(workspace=workspace, id=key.id, revoked_at=None).update(revoked_at=now):
        raise Conflict("This key is revoked already.")
    key.revoked_at = now
    record(workspace, type=events.KEY_REVOKED, object=key, data={"name": key.name, "prefix": key.prefix})
    transaction.on_commit(lambda: credentials.forget(bytes(key.digest)))
    return key


def _checked_scopes(wanted: list[str]) -> list[str]:
    if not wanted:
        raise InvalidRequest(details=[{"field": "scopes", "message": "Choose at least one scope."}])
    return known_scopes.normalized(wanted)


def _facts(key: ApiKey) -> dict[str, object]:
    return {
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "plan": key.plan,
        "dialect": key.dialect,
        "expires_at": key.expires_at,
    }
