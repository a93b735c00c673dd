"""What the API needs to know of a caller. ``creditors.authentication`` fulfils it."""

from typing import Protocol
from uuid import UUID


class Credential(Protocol):
    """A valid API key or a token got from one."""

    @property
    def id(self) -> UUID: ...
    @property
    def workspace(self) -> UUID: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def plan(self) -> str: ...
    @property
    def dialect(self) -> str: ...


def may(credential: Credential, scope: str) -> bool:
    """Whether the credential holds ``resource:action``; a write scope implies reading."""
    resource, action = scope.split(":")
    return scope in credential.scopes or (action == "read" and f"{resource}:write" in credential.scopes)
