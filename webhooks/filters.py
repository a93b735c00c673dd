"""What lists of this room can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from audit.filters import EventTypeFilter
from audit.models import Event, Payload
from webhooks.models import Delivery


class DeliveryFilter(django_filters.FilterSet):
    """`status`, `event` (a type)."""

    status = django_filters.ChoiceFilter(choices=Delivery.Status.choices)
    event = EventTypeFilter(public=True, field_name="event_type")

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()


class EventFilter(django_filters.FilterSet):
    """`type` of event."""

    type = EventTypeFilter(public=True, method="of_type")

    class Meta:
        model = Payload
        fields: tuple[str, ...] = ()

    def of_type(self, payloads: QuerySet[Payload], name: str, value: str) -> QuerySet[Payload]:
        """Payloads know their event by its id alone."""
        request: Any = self.request
        events = Event.objects.filter(workspace_id=request.auth.workspace, type=value)
        return payloads.filter(id__in=events.values("id"))
