"""Reading what happened."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event, Payload
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.core.json import loads
from credira.tenancy.models import Workspace


def list_events(workspace: Workspace) -> QuerySet[Event]:
    """All events of the workspace, newest first."""
    return Event.objects.filter(workspace=workspace).order_by("-id")


def get_event(workspace: Workspace, event_id: str) -> Event:
    """By public id. Raises ``NotFound``."""
    try:
        return Event.objects.get(workspace=workspace, pk=parse_id("evt", event_id))
    except Event.DoesNotExist:
        raise NotFound from None


def timeline(workspace: Workspace, account_id: UUID, limit: int = 200) -> list[Event]:
    """The newest events about an account, each with its ``data``."""
    return with_data(workspace, list(list_events(workspace).filter(account_id=account_id)[:limit]))


def with_data(workspace: Workspace, events: list[Event]) -> list[Event]:
    """Set ``data`` on events that were read; an erased payload gives an empty one.

    A public event's is what endpoints received, an internal one's what the chain covers, where amounts are strings.
    """
    payloads = Payload.objects.filter(workspace=workspace, id__in=[event.id for event in events])
    found: dict[UUID, Any] = {}
    for pk, canonical, body in payloads.values_list("id", "canonical", "body"):
        if body:
            found[pk] = loads(bytes(body))["data"]
        elif canonical:
            found[pk] = loads(bytes(canonical))
    for event in events:
        event.data = found.get(event.id, {})
    return events


def body_of(workspace: Workspace, event: Event) -> bytes:
    """The exact bytes of a public event. Raises ``NotFound`` for an internal or erased one."""
    body = Payload.objects.filter(workspace=workspace, id=event.id).values_list("body", flat=True).first()
    if not body:
        raise NotFound
    return bytes(body)
