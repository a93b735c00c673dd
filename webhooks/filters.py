"""What lists of this room can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from audit.models import Event, Payload
from webhooks.models import Delivery


class DeliveryFilter(django_filters.FilterSet):  # type: ignore[misc]  # no stubs
    """`status`, `event` (a type)."""

    status = django_filters.ChoiceFilter(choices=Delivery.Status.choices)
    event = django_filters.CharFilter(field_name="event_type")

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()


class EventFilter(django_filters.FilterSet):  # type: ignore[misc]  # no stubs
    """`type` of event."""

    type = django_filters.CharFilter(method="of_type")

    class Meta:
        model = Payload
        fields: tuple[str, ...] = ()

    def of_type(self, payloads: QuerySet[Payload], name: str, value: str) -> QuerySet[Payload]:
        """Payloads know their event by its id alone."""
        workspace: Any = self.request.auth.workspace
        return payloads.filter(id__in=Event.objects.filter(workspace_id=workspace, type=value).values("id"))
