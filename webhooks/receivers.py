"""Listens to the project's one signal, last of its receivers, inside the transaction of the fact."""

from typing import Any

from audit.models import Event
from credira.tenancy.models import Workspace
from webhooks import rules
from webhooks.events import WEBHOOK_TEST
from webhooks.models import WebhookEndpoint
from webhooks.services import deliver


def on_events(sender: Any, *, workspace: Workspace, events: list[Event], **kwargs: Any) -> None:
    """One delivery for each public event and active endpoint that wants it."""
    public = [event for event in events if event.public]
    if not public:
        return
    active = list(WebhookEndpoint.objects.filter(workspace=workspace, status=WebhookEndpoint.Status.ACTIVE))
    in_bulk = len(events) > 1
    deliver(
        workspace,
        [(event, endpoint) for event in public for endpoint in active if _wants(endpoint, event, in_bulk=in_bulk)],
    )


def _wants(endpoint: WebhookEndpoint, event: Event, *, in_bulk: bool) -> bool:
    if event.type == WEBHOOK_TEST.name:
        return event.object_id == endpoint.id
    return rules.wants(endpoint.events, event.type, in_bulk=in_bulk or bool(event.data.get("placement_id")))
