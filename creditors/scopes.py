"""What a key may do: `resource:read` and `resource:write` (api.md, Conventions: scopes)."""

from collections.abc import Iterable

from credira.core.errors import InvalidRequest

RESOURCES = (
    "accounts",
    "campaigns",
    "calls",
    "emails",
    "payments",
    "settlements",
    "webhooks",
    "compliance",
    "audit",
    "loans",
    "customers",
    "scoring",
    "coaching",
    "reports",
    "sandbox",
)
ALL = tuple(f"{resource}:{access}" for resource in RESOURCES for access in ("read", "write"))


def normalized(scopes: Iterable[str]) -> list[str]:
    """The scopes in the table's order, each once; `read:accounts` is taken as `accounts:read`.

    Raises InvalidRequest that names every unknown one.
    """
    asked = {_canonical(scope) for scope in scopes}
    if unknown := sorted(asked - set(ALL)):
        raise InvalidRequest(details=[{"field": "scopes", "message": f"Unknown scope: {scope}"} for scope in unknown])
    return [scope for scope in ALL if scope in asked]


def _canonical(scope: str) -> str:
    first, _, second = scope.partition(":")
    return f"{second}:{first}" if first in ("read", "write") else scope
