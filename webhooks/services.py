"""Endpoints, tests and replays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F

from audit.models import Event
from audit.services import record
from credira.core import clock
from credira.core.errors import Conflict, InvalidRequest
from credira.core.http import HttpRefused, check_url
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.work.enqueue import enqueue
from webhooks import events as facts
from webhooks import rules, selectors, signing
from webhooks.models import Delivery, WebhookEndpoint

MOST_ENDPOINTS = 50


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint and its signing secret, which no page or answer shows again."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def create_endpoint(
    *, workspace: Workspace, url: str, events: Sequence[str] = (), secret: str | None = None, active: bool = True
) -> NewEndpoint:
    """Add an endpoint; without `events` it gets everything, without `secret` one is made.

    Raises InvalidRequest for an address that must not be reached, an unknown event type or a secret below 16
    characters or of a broken `whsec_` form, Conflict when the workspace has 50 endpoints.
    """
    _check(url, secret)
    patterns = list(dict.fromkeys(events)) or [rules.EVERYTHING]
    if unknown := [name for name in patterns if not _is_known(name)]:
        raise InvalidRequest(details=[{"field": "events", "message": f"Unknown event: {name}"} for name in unknown])
    if selectors.list_endpoints(workspace).count() >= MOST_ENDPOINTS:
        raise Conflict(f"A workspace has at most {MOST_ENDPOINTS} endpoints.")
    secret = secret or signing.new_secret()
    endpoint = WebhookEndpoint.objects.create(
        workspace=workspace,
        url=url,
        events=patterns,
        secret=secret,
        status=WebhookEndpoint.Status.ACTIVE if active else WebhookEndpoint.Status.DISABLED,
    )
    record(workspace, type=facts.ENDPOINT_CREATED, object=endpoint, data={"url": url, "events": patterns})
    return NewEndpoint(endpoint, secret)


@transaction.atomic
def delete_endpoint(*, workspace: Workspace, endpoint_id: UUID) -> WebhookEndpoint:
    """Delete an endpoint; what was still on its way fails. Raises NotFound."""
    endpoint = selectors.get_endpoint(workspace, endpoint_id)
    move(endpoint, WebhookEndpoint.Status.DELETED)
    stop_deliveries(workspace, endpoint, "The endpoint was deleted.")
    record(workspace, type=facts.ENDPOINT_DELETED, object=endpoint, data={"url": endpoint.url})
    return endpoint


@transaction.atomic
def disable_endpoint(*, workspace: Workspace, endpoint_id: UUID, reason: str) -> None:
    """Switch an endpoint off, once; what was still on its way fails and can be replayed. Raises NotFound."""
    off = WebhookEndpoint.objects.filter(workspace=workspace, id=endpoint_id, status=WebhookEndpoint.Status.ACTIVE)
    if off.update(status=WebhookEndpoint.Status.DISABLED, disabled_reason=reason, updated_at=clock.wall()):
        endpoint = selectors.get_endpoint(workspace, endpoint_id)
        stop_deliveries(workspace, endpoint, reason)
        record(workspace, type=facts.ENDPOINT_DISABLED, object=endpoint, data={"url": endpoint.url, "reason": reason})


@transaction.atomic
def enable_endpoint(*, workspace: Workspace, endpoint_id: UUID) -> WebhookEndpoint:
    """Switch an endpoint on again; what it missed can be replayed. Raises NotFound, Conflict when it is on."""
    endpoint = selectors.get_endpoint(workspace, endpoint_id)
    move(endpoint, WebhookEndpoint.Status.ACTIVE, disabled_reason="")
    record(workspace, type=facts.ENDPOINT_ENABLED, object=endpoint, data={"url": endpoint.url})
    return endpoint


def stop_deliveries(workspace: Workspace, endpoint: WebhookEndpoint, reason: str) -> None:
    """Fail what is pending; a try that is under way finds its fence gone when it ends."""
    waiting = Delivery.objects.filter(workspace=workspace, endpoint=endpoint, status="pending")
    held = waiting.order_by("id").select_for_update(no_key=True).values_list("id", flat=True)
    Delivery.objects.filter(workspace=workspace, id__in=list(held)).update(
        status="failed", finished_at=clock.wall(), lease_until=None, last_error=reason, fence=F("fence") + 1
    )


@transaction.atomic
def send_test(*, workspace: Workspace, endpoint_id: UUID) -> Delivery:
    """Send a `webhook.test` event to this endpoint alone. Raises NotFound, Conflict when it is off."""
    endpoint = _sendable(selectors.get_endpoint(workspace, endpoint_id))
    event = record(workspace, type=facts.WEBHOOK_TEST, object=endpoint, data={"webhook_id": endpoint.public_id})
    return Delivery.objects.get(workspace=workspace, event=event, endpoint=endpoint)


@transaction.atomic
def replay_event(*, workspace: Workspace, event_id: UUID, endpoint_id: UUID | None = None) -> list[Delivery]:
    """Send an event again, with the same id and bytes: to one endpoint, or to all that subscribe to it now.

    Raises NotFound for an event or endpoint, Conflict when no active endpoint wants it.
    """
    event = selectors.get_public_event(workspace, event_id)
    if endpoint_id is not None:
        targets = [_sendable(selectors.get_endpoint(workspace, endpoint_id))]
    else:
        active = selectors.list_endpoints(workspace).filter(status=WebhookEndpoint.Status.ACTIVE)
        targets = [endpoint for endpoint in active if rules.wants(endpoint.events, event.type)]
    if not targets:
        raise Conflict("No active endpoint subscribes to this event.")
    return deliver(workspace, [(event, endpoint) for endpoint in targets])


def deliver(workspace: Workspace, pairs: Iterable[tuple[Event, WebhookEndpoint]]) -> list[Delivery]:
    """Write the deliveries in the caller's transaction and wake a lane after it."""
    rows = [
        Delivery(workspace=workspace, event=event, endpoint=endpoint, event_type=event.type)
        for event, endpoint in pairs
    ]
    if rows:
        Delivery.objects.bulk_create(rows, batch_size=2_000)
        enqueue("webhooks.deliver")
    return rows


def _sendable(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    if endpoint.status != WebhookEndpoint.Status.ACTIVE:
        raise Conflict("This endpoint is switched off.")
    return endpoint


def _check(url: str, secret: str | None) -> None:
    try:
        check_url(url)
    except HttpRefused as error:
        raise InvalidRequest(details=[{"field": "url", "message": f"This address can't be used: {error}"}]) from error
    if secret is not None and (fault := signing.fault_of(secret)):
        raise InvalidRequest(details=[{"field": "secret", "message": fault}])


def _is_known(pattern: str) -> bool:
    known = selectors.subscribable_types()
    return (
        pattern == rules.EVERYTHING
        or pattern in known
        or (pattern.endswith(".*") and any(name.startswith(pattern[:-1]) for name in known))
    )
