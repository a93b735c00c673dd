"""Recording facts, one or thousands at once."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785

from audit.models import Event, Payload
from audit.registry import EventType
from audit.signals import events_recorded
from credira.core import clock, context
from credira.core.ids import public_id, uuid7
from credira.core.json import dumps, number_text, utc_text
from credira.tenancy.bulk import insert_many
from credira.tenancy.db import UuidModel
from credira.tenancy.models import Workspace


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact to record. ``data`` may hold Decimals, datetimes, dates and UUIDs."""

    type: EventType
    data: Mapping[str, Any] = field(default_factory=dict)
    object_prefix: str = ""
    object_id: UUID | None = None
    account_id: UUID | None = None


def record(
    workspace: Workspace,
    type: EventType,
    *,
    object: UuidModel | None = None,
    account_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Record one fact in the caller's transaction and tell the receivers of it."""
    fact = Fact(
        type=type,
        data=data or {},
        object_prefix=object.PREFIX if object is not None else "",
        object_id=object.pk if object is not None else None,
        account_id=account_id,
    )
    return record_many(workspace, [fact])[0]


def record_many(workspace: Workspace, facts: Iterable[Fact]) -> list[Event]:
    """Record many facts in two statements, in order, and tell the receivers once."""
    now, written, actor, request = clock.now(), clock.wall(), context.actor(), context.request_id()
    events: list[Event] = []
    payloads: list[Payload] = []
    for fact in facts:
        event = Event(
            id=uuid7(),
            workspace=workspace,
            type=fact.type.name,
            recorded_at=now,
            written_at=written,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
            request_id=request,
            object_prefix=fact.object_prefix,
            object_id=fact.object_id,
            account_id=fact.account_id,
            public=fact.type.public,
        )
        event.data = dict(fact.data)
        events.append(event)
        payloads.append(_payload(workspace, event))
    insert_many(Event, events)
    insert_many(Payload, payloads)
    if events:
        events_recorded.send(sender=None, workspace=workspace, events=events)
    return events


def public_body(workspace: Workspace, event: Event) -> bytes:
    """The bytes that endpoints receive for an event whose ``data`` is set."""
    created = utc_text(event.recorded_at)
    return dumps(
        {
            "id": public_id("evt", event.id),
            "event": event.type,
            "created_at": created,
            "timestamp": created,
            "livemode": workspace.livemode,
            "data": event.data,
        }
    )


def _payload(workspace: Workspace, event: Event) -> Payload:
    canonical = rfc8785.dumps(_plain(event.data))
    salt = secrets.token_bytes(16)
    return Payload(
        id=event.id,
        workspace=workspace,
        salt=salt,
        canonical=canonical,
        digest=hashlib.sha256(salt + canonical).digest(),
        body=public_body(workspace, event) if event.public else None,
    )


def _plain(value: Any) -> Any:
    """JSON for RFC 8785, whose numbers are doubles: Decimals and large integers become strings."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, Decimal):
        return number_text(value)
    return dumps(value).decode().strip('"')
