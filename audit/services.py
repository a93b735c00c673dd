"""Recording facts, one or thousands at once."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from audit.models import Event, Payload
from audit.registry import EventType
from audit.signals import events_recorded
from credira.core import clock, context
from credira.core.ids import public_id, uuid7
from credira.core.json import canonical, dumps, utc_text
from credira.tenancy.bulk import insert_many, insert_values
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


@dataclass(frozen=True, slots=True)
class Prepared:
    """Facts as they will be stored."""

    events: list[Event]
    payloads: list[dict[str, Any]]


def record_many(workspace: Workspace, facts: Iterable[Fact]) -> list[Event]:
    """Record many facts in two statements, in order, and tell the receivers once."""
    return record_prepared(workspace, prepare(workspace, facts))


def prepare(workspace: Workspace, facts: Iterable[Fact]) -> Prepared:
    """Write facts out, by this moment and this actor, without touching the database."""
    now, written, actor, request = clock.now(), clock.wall(), context.actor(), context.request_id()
    events: list[Event] = []
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
    return Prepared(events, [_payload(workspace, event) for event in events])


def record_prepared(workspace: Workspace, prepared: Prepared) -> list[Event]:
    """Store them in the caller's transaction and tell the receivers once."""
    events = prepared.events
    insert_many(Event, events)
    insert_values(Payload, prepared.payloads)
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


def _payload(workspace: Workspace, event: Event) -> dict[str, Any]:
    """The columns of the event's ``Payload``: thousands are made at once, as rows rather than as objects."""
    text, salt = canonical(event.data), secrets.token_bytes(16)
    return {
        "id": event.id,
        "workspace_id": workspace.pk,
        "salt": salt,
        "canonical": text,
        "digest": hashlib.sha256(salt + text).digest(),
        "body": public_body(workspace, event) if event.public else None,
    }
