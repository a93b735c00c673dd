"""The audit log: who did what, when. A page for members, a list for programs; both read the same filters."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from audit.filters import EventTypeFilter
from audit.models import Event
from audit.registry import event_types
from audit.selectors import list_events, with_data
from credira.api.filters import InstantFilter, PublicIdFilter
from credira.api.pagination import page_of
from credira.api.serializers import UtcDateTimeField
from credira.api.views import CreditorAPIView
from credira.core.errors import DomainError
from credira.core.ids import parse_id, public_id
from creditors.permissions import Access
from creditors.portal import PortalView

PAGE_SIZE = 50


class EventFilter(django_filters.FilterSet):
    """By event, type, account, object, actor, request and time."""

    id = PublicIdFilter(prefix="evt")
    type = EventTypeFilter()
    account_id = PublicIdFilter(prefix="acct")
    object_id = django_filters.CharFilter(method="by_object")
    actor_id = django_filters.CharFilter()
    request_id = django_filters.CharFilter()
    created_from = InstantFilter("recorded_at", "gte")
    created_to = InstantFilter("recorded_at", "lte")

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = []

    def by_object(self, events: "QuerySet[Event]", name: str, value: str) -> "QuerySet[Event]":
        prefix = value.partition("_")[0]
        try:
            return events.filter(object_prefix=prefix, object_id=parse_id(prefix, value))
        except DomainError:
            return events.none()


class ActorSerializer(serializers.Serializer[Any]):
    """Who did it: a member, a key, the system, a consumer or a vendor."""

    kind = serializers.CharField(source="actor_kind")
    id = serializers.CharField(source="actor_id")
    name = serializers.CharField(source="actor_name")


class EventSerializer(serializers.Serializer[Any]):
    """One entry of the audit log. `created_at` is business time, `written_at` the machine's."""

    id = serializers.CharField(source="public_id")
    type = serializers.CharField()
    created_at = UtcDateTimeField(source="recorded_at")
    written_at = UtcDateTimeField()
    actor = ActorSerializer(source="*")
    request_id = serializers.CharField()
    object_id = serializers.SerializerMethodField()
    account_id = serializers.SerializerMethodField()
    data = serializers.DictField()  # type: ignore[assignment]  # a field, not the property of Serializer

    def get_object_id(self, event: Event) -> str | None:
        return public_id(event.object_prefix, event.object_id) if event.object_id and event.object_prefix else None

    def get_account_id(self, event: Event) -> str | None:
        return public_id("acct", event.account_id) if event.account_id else None


class EventWithDataList(serializers.ListSerializer[Any]):
    """Reads the payloads of a page of events at once."""

    def to_representation(self, data: Any) -> list[Any]:
        return super().to_representation(with_data(self.context["workspace"], list(data)))


class AuditEntrySerializer(EventSerializer):
    """An entry with its data."""

    class Meta:
        list_serializer_class = EventWithDataList


class AuditListView(CreditorAPIView):
    """`GET /v1/audit`."""

    scopes: ClassVar[dict[str, str]] = {"GET": "audit:read"}
    filterset_class: ClassVar[Any] = EventFilter

    @extend_schema(
        operation_id="audit.list",
        tags=["audit"],
        summary="List audit entries",
        responses=AuditEntrySerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        """Who did what, when, newest first. Internal facts are listed too; webhooks get the public ones alone."""
        return self.list(list_events(self.workspace), AuditEntrySerializer)


class AuditView(PortalView):
    """`/w/<slug>/audit`."""

    permission: ClassVar[tuple[str, Access]] = ("audit", "read")
    template_name = "web/audit.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = {name: value for name, value in request.GET.items() if value and name != "cursor"}
        found = EventFilter(asked, queryset=list_events(self.workspace))
        events = found.qs if found.is_valid() else Event.objects.none()
        page, cursor = page_of(events, request.GET.get("cursor"), PAGE_SIZE)
        return self.render_to_response(
            self.get_context_data(
                events=with_data(self.workspace, page),
                older=f"?{_query(request, cursor)}" if cursor else "",
                newest=f"?{_query(request)}" if request.GET.get("cursor") else "",
                filters=asked,
                types=event_types(),
            )
        )


def _query(request: HttpRequest, cursor: str = "") -> str:
    query = request.GET.copy()
    query.pop("cursor", None)
    if cursor:
        query["cursor"] = cursor
    return query.urlencode()
