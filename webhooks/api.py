"""The public API of webhooks and events."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Event
from credira.api.views import CreditorAPIView, parse
from credira.core.ids import parse_id
from webhooks import selectors, services
from webhooks.filters import DeliveryFilter, EventFilter
from webhooks.models import WebhookEndpoint
from webhooks.serializers import (
    CreateEndpointSerializer,
    DeliverySerializer,
    EndpointSerializer,
    NewEndpointSerializer,
    PublicEventSerializer,
    ReplaySerializer,
)

READ, WRITE = "webhooks:read", "webhooks:write"


class EndpointView(CreditorAPIView):
    """A view about one endpoint or all."""

    def endpoint(self, webhook_id: str) -> WebhookEndpoint:
        """Raises NotFound."""
        return selectors.get_endpoint(self.workspace, parse_id(WebhookEndpoint.PREFIX, webhook_id))


class WebhooksView(EndpointView):
    """All endpoints."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ, "POST": WRITE}

    @extend_schema(
        operation_id="webhooks.list",
        tags=["webhooks"],
        summary="List endpoints",
        responses=EndpointSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_endpoints(self.workspace), EndpointSerializer)

    @extend_schema(
        operation_id="webhooks.create",
        tags=["webhooks"],
        summary="Add an endpoint",
        description="The answer is the only place that shows `secret`.",
        request=CreateEndpointSerializer,
        responses={201: NewEndpointSerializer},
    )
    def post(self, request: Request) -> Response:
        added = services.create_endpoint(workspace=self.workspace, **parse(CreateEndpointSerializer, request))
        data = {**EndpointSerializer(added.endpoint).data, "secret": added.secret}
        return self.created(data, f"/v1/webhooks/{added.endpoint.public_id}")


class WebhookView(EndpointView):
    """One endpoint."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ, "DELETE": WRITE}

    @extend_schema(
        operation_id="webhooks.get", tags=["webhooks"], summary="Get an endpoint", responses=EndpointSerializer
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        return Response(EndpointSerializer(self.endpoint(webhook_id)).data)

    @extend_schema(
        operation_id="webhooks.delete",
        tags=["webhooks"],
        summary="Delete an endpoint",
        description="What is still on its way to it fails.",
        request=None,
        responses={200: EndpointSerializer},
    )
    def delete(self, request: Request, webhook_id: str) -> Response:
        deleted = services.delete_endpoint(
            workspace=self.workspace, endpoint_id=parse_id(WebhookEndpoint.PREFIX, webhook_id)
        )
        return Response(EndpointSerializer(deleted).data)


class TestWebhookView(EndpointView):
    """A test of one endpoint."""

    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    @extend_schema(
        operation_id="webhooks.test",
        tags=["webhooks"],
        summary="Send a test",
        description="Sends a `webhook.test` event to this endpoint alone. Its delivery tells what became of it.",
        request=None,
        responses={202: DeliverySerializer},
    )
    def post(self, request: Request, webhook_id: str) -> Response:
        delivery = services.send_test(
            workspace=self.workspace, endpoint_id=parse_id(WebhookEndpoint.PREFIX, webhook_id)
        )
        return Response(DeliverySerializer(delivery).data, status=202)


class DeliveriesView(EndpointView):
    """What was sent to one endpoint."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}
    filterset_class = DeliveryFilter

    @extend_schema(
        operation_id="webhooks.deliveries",
        tags=["webhooks"],
        summary="List deliveries",
        responses=DeliverySerializer(many=True),
    )
    def get(self, request: Request, webhook_id: str) -> Response:
        rows = selectors.list_deliveries(self.workspace, self.endpoint(webhook_id))
        return self.list(rows.prefetch_related("attempts"), DeliverySerializer)


class EventsView(CreditorAPIView):
    """Every event that endpoints can be told, kept also while there is none."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}
    filterset_class = EventFilter

    @extend_schema(
        operation_id="events.list",
        tags=["webhooks"],
        summary="List events",
        responses=PublicEventSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_public_payloads(self.workspace), PublicEventSerializer)


class EventView(CreditorAPIView):
    """One event."""

    scopes: ClassVar[dict[str, str]] = {"GET": READ}

    @extend_schema(
        operation_id="events.get", tags=["webhooks"], summary="Get an event", responses=PublicEventSerializer
    )
    def get(self, request: Request, event_id: str) -> Response:
        payload = selectors.get_public_payload(self.workspace, parse_id(Event.PREFIX, event_id))
        return Response(PublicEventSerializer(payload).data)


class ReplayEventView(CreditorAPIView):
    """Sending one event again."""

    scopes: ClassVar[dict[str, str]] = {"POST": WRITE}

    @extend_schema(
        operation_id="events.replay",
        tags=["webhooks"],
        summary="Replay an event",
        description=(
            "Sends the same bytes under the same id again, to one endpoint or to all that subscribe to the type now. A "
            "receiver that has the event knows it by its id."
        ),
        request=ReplaySerializer,
        responses={202: DeliverySerializer(many=True)},
    )
    def post(self, request: Request, event_id: str) -> Response:
        rows = services.replay_event(
            workspace=self.workspace,
            event_id=parse_id(Event.PREFIX, event_id),
            endpoint_id=parse(ReplaySerializer, request).get("webhook_id"),
        )
        return Response(DeliverySerializer(rows, many=True).data, status=202)
