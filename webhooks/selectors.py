"""Reads of the room `webhooks`. The caller is bound to the workspace."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Aggregate, Count, F, Max, Q, QuerySet
from django.db.models.fields import FloatField

from audit.models import Event, Payload
from audit.registry import event_types
from credira.core import clock
from credira.core.errors import NotFound
from credira.tenancy.models import Workspace
from webhooks.events import ANNOUNCED, WEBHOOK_TEST
from webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint

HEALTH_WINDOW = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint did in the last 24 hours. `state` is `healthy`, `failing` or `off`."""

    state: str
    delivered: int
    finished: int
    pending: int
    p95_ms: int | None


class _Percentile95(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.95) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def list_endpoints(workspace: Workspace) -> QuerySet[WebhookEndpoint]:
    """Active and switched-off endpoints, newest first."""
    return WebhookEndpoint.objects.filter(workspace=workspace).exclude(status="deleted").order_by("-id")


def get_endpoint(workspace: Workspace, endpoint_id: UUID) -> WebhookEndpoint:
    """Raises NotFound for a missing, deleted or foreign endpoint."""
    try:
        return list_endpoints(workspace).get(id=endpoint_id)
    except WebhookEndpoint.DoesNotExist:
        raise NotFound from None


def find_endpoint(workspace: Workspace, endpoint_id: UUID) -> WebhookEndpoint | None:
    """The endpoint of an old delivery; None once it is deleted."""
    return list_endpoints(workspace).filter(id=endpoint_id).first()


def list_failed(workspace: Workspace) -> QuerySet[Delivery]:
    """What was given up, to endpoints that still exist, newest first; `endpoint` is loaded."""
    kept = list_endpoints(workspace).order_by().values("id")
    failed = Delivery.objects.filter(workspace=workspace, status=Delivery.Status.FAILED, endpoint__in=kept)
    return failed.order_by("-id").prefetch_related("endpoint")


def list_deliveries(workspace: Workspace, endpoint: WebhookEndpoint) -> QuerySet[Delivery]:
    """What was, is and will be sent to an endpoint, newest first."""
    return Delivery.objects.filter(workspace=workspace, endpoint=endpoint).order_by("-id")


def get_delivery(workspace: Workspace, delivery_id: UUID) -> Delivery:
    """Raises NotFound for a missing or foreign delivery."""
    try:
        return Delivery.objects.get(workspace=workspace, id=delivery_id)
    except Delivery.DoesNotExist:
        raise NotFound from None


def list_attempts(workspace: Workspace, delivery: Delivery) -> QuerySet[DeliveryAttempt]:
    """Each try, first one first."""
    return DeliveryAttempt.objects.filter(workspace=workspace, delivery=delivery).order_by("number")


def list_public_events(workspace: Workspace) -> QuerySet[Event]:
    """What endpoints can be told, newest first; kept also while there is none."""
    return Event.objects.filter(workspace=workspace, public=True).order_by("-id")


def list_public_payloads(workspace: Workspace) -> QuerySet[Payload]:
    """The bodies of public events, newest first; a payload's id is its event's."""
    return Payload.objects.filter(workspace=workspace, body__isnull=False).order_by("-id")


def get_public_payload(workspace: Workspace, event_id: UUID) -> Payload:
    """Raises NotFound for a missing, internal, erased or foreign event."""
    try:
        return list_public_payloads(workspace).get(id=event_id)
    except Payload.DoesNotExist:
        raise NotFound from None


def body_text(workspace: Workspace, delivery: Delivery) -> str:
    """The exact body of a delivery as text; empty when its content was erased."""
    payload = list_public_payloads(workspace).filter(id=delivery.event_id).first()
    return bytes(payload.body or b"").decode() if payload else ""


def get_public_event(workspace: Workspace, event_id: UUID) -> Event:
    """Raises NotFound for a missing, internal or foreign event."""
    try:
        return list_public_events(workspace).get(id=event_id)
    except Event.DoesNotExist:
        raise NotFound from None


def subscribable_types() -> list[str]:
    """Every type that an endpoint may name."""
    recorded = {known.name for known in event_types() if known.public}
    return sorted((recorded | ANNOUNCED) - {WEBHOOK_TEST.name})


def health_of(workspace: Workspace, endpoint: WebhookEndpoint) -> Health:
    """What the endpoint's line in the list says."""
    since = clock.wall() - HEALTH_WINDOW
    recent = Q(finished_at__gte=since)
    counted = (
        list_deliveries(workspace, endpoint)
        .order_by()
        .aggregate(
            delivered=Count("id", filter=recent & Q(status="delivered")),
            finished=Count("id", filter=recent),
            pending=Count("id", filter=Q(status="pending")),
            last_good=Max("finished_at", filter=Q(status="delivered")),
            last_bad=Max("finished_at", filter=Q(status="failed")),
            retrying=Count("id", filter=Q(status="pending", tries__gt=0)),
        )
    )
    return Health(
        state=_state(endpoint, counted["last_good"], counted["last_bad"], counted["retrying"]),
        delivered=counted["delivered"],
        finished=counted["finished"],
        pending=counted["pending"],
        p95_ms=_p95(workspace, endpoint, since),
    )


def _state(
    endpoint: WebhookEndpoint, last_good: dt.datetime | None, last_bad: dt.datetime | None, retrying: int
) -> str:
    if endpoint.status != WebhookEndpoint.Status.ACTIVE:
        return "off"
    lost = last_bad is not None and (last_good is None or last_bad > last_good)
    return "failing" if lost or retrying else "healthy"


def _p95(workspace: Workspace, endpoint: WebhookEndpoint, since: dt.datetime) -> int | None:
    deliveries = list_deliveries(workspace, endpoint).filter(finished_at__gte=since).order_by()
    found = DeliveryAttempt.objects.filter(
        workspace=workspace, delivery__in=deliveries.values("id"), duration_ms__isnull=False
    ).aggregate(p95=_Percentile95(F("duration_ms")))["p95"]
    return None if found is None else round(found)
