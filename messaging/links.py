"""Signed addresses: a consumer's pages, and the vendors' callbacks.

A link is the credential: whoever holds it may see and do what its page offers, without a login. It holds ids alone.
"""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from credira.core.crypto import read_token, sign_token
from credira.core.errors import NotFound
from credira.tenancy.models import Workspace

CONSUMER = "consumer"
HOOKS = {"mail": "/hooks/email/postmark", "print": "/hooks/print"}
PAGES = {"respond": "", "stop": "/stop"}
UUID_BYTES = 16


@dataclass(frozen=True)
class ConsumerLink:
    """Who a consumer link speaks for: a person, one of its accounts, and the address that the link was sent to."""

    workspace_id: UUID
    person_id: UUID
    account_id: UUID
    endpoint_id: UUID | None


def consumer_token(workspace: Workspace, person_id: UUID, account_id: UUID, endpoint_id: UUID | None = None) -> str:
    """A token for a consumer's pages; it doesn't expire, since a printed address can't be renewed."""
    ids = [workspace.id, person_id, account_id, *([endpoint_id] if endpoint_id else [])]
    packed = base64.urlsafe_b64encode(b"".join(value.bytes for value in ids)).decode().rstrip("=")
    return sign_token(CONSUMER, {"i": packed})


def consumer_url(
    workspace: Workspace, person_id: UUID, account_id: UUID, page: str = "respond", endpoint_id: UUID | None = None
) -> str:
    """The absolute address of a consumer's page: `respond` (the notice's response form) or `stop`."""
    return page_url(consumer_token(workspace, person_id, account_id, endpoint_id), page)


def page_url(token: str, page: str) -> str:
    """The absolute address of a page under a token."""
    return f"{settings.BASE_URL}/c/{token}{PAGES[page]}"


def read_consumer_link(token: str) -> ConsumerLink:
    """Whom a token speaks for. Raises NotFound for a forged or mangled one."""
    packed = str(read_token(CONSUMER, token).get("i", ""))
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        ids = [UUID(bytes=raw[start : start + UUID_BYTES]) for start in range(0, len(raw), UUID_BYTES)]
        workspace_id, person_id, account_id, *rest = ids
    except (binascii.Error, ValueError) as error:
        raise NotFound from error
    return ConsumerLink(workspace_id, person_id, account_id, rest[0] if rest else None)


def hook_url(workspace: Workspace, hook: str) -> str:
    """The absolute callback address that a vendor is given for a workspace: `mail` or `print`."""
    return f"{settings.BASE_URL}{HOOKS[hook]}/{sign_token(f'hook.{hook}', {'w': workspace.id.hex})}"


def read_hook_token(hook: str, token: str) -> UUID:
    """The workspace that a callback is for. Raises NotFound."""
    try:
        return UUID(hex=str(read_token(f"hook.{hook}", token).get("w", "")))
    except ValueError as error:
        raise NotFound from error
