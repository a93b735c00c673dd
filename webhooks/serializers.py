"""Shapes of this room's requests and answers."""

from typing import Any

from rest_framework import serializers

from audit.models import Event, Payload
from credira.api.serializers import PublicIdField, StrictSerializer, UtcDateTimeField
from credira.core.json import loads
from webhooks.models import WebhookEndpoint


class CreateEndpointSerializer(StrictSerializer):
    """Body of `POST /v1/webhooks`; no `events` means all of them."""

    url = serializers.CharField(max_length=2000)
    events = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=100)
    secret = serializers.CharField(min_length=16, max_length=200, required=False)
    active = serializers.BooleanField(default=True)


class EndpointSerializer(serializers.Serializer[Any]):
    """An endpoint, never its secret."""

    webhook_id = serializers.CharField(source="public_id")
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    status = serializers.CharField()
    disabled_reason = serializers.CharField()
    created_at = UtcDateTimeField()


class NewEndpointSerializer(EndpointSerializer):
    """The only answer that shows the signing secret."""

    secret = serializers.CharField()


class AttemptSerializer(serializers.Serializer[Any]):
    """One try."""

    number = serializers.IntegerField()
    sent_at = UtcDateTimeField()
    duration_ms = serializers.IntegerField(allow_null=True)
    status_code = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    detail = serializers.CharField()
    answer = serializers.CharField()


class DeliverySerializer(serializers.Serializer[Any]):
    """One event on its way to one endpoint, with its tries."""

    id = serializers.CharField(source="public_id")
    webhook_id = PublicIdField(WebhookEndpoint.PREFIX, source="endpoint_id")
    event_id = PublicIdField(Event.PREFIX)
    event = serializers.CharField(source="event_type")
    status = serializers.CharField()
    tries = serializers.IntegerField()
    next_at = serializers.SerializerMethodField()
    created_at = UtcDateTimeField()
    finished_at = UtcDateTimeField(allow_null=True)
    attempts = AttemptSerializer(many=True)

    def get_next_at(self, delivery: Any) -> str | None:
        """When it is tried next, while it is pending."""
        if delivery.status != "pending":
            return None
        return str(UtcDateTimeField().to_representation(delivery.next_at))


class PublicEventSerializer(serializers.Serializer[Any]):
    """An event as endpoints receive it: the stored bytes of a Payload, read as JSON."""

    id = serializers.CharField()
    event = serializers.CharField()
    created_at = serializers.CharField()
    timestamp = serializers.CharField()
    livemode = serializers.BooleanField()
    data = serializers.DictField()  # type: ignore[assignment]  # DRF has an attribute of this name

    def to_representation(self, payload: Payload) -> Any:
        """The body itself, so that the API and a delivery can't differ."""
        return loads(bytes(payload.body or b"{}"))


class ReplaySerializer(StrictSerializer):
    """Body of `POST /v1/events/{id}/replay`: to one endpoint, or to all that subscribe."""

    webhook_id = PublicIdField(WebhookEndpoint.PREFIX, required=False)
