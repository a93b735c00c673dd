"""Filters of the lists of this room."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet

from credira.core.errors import DomainError
from credira.core.ids import parse_id
from messaging.models import Message


class EmailFilter(django_filters.FilterSet):
    """`status`, `account_id`, `campaign_id`, `template` (a key). An id of another shape finds nothing."""

    status = django_filters.ChoiceFilter(choices=Message.Status.choices)
    account_id = django_filters.CharFilter(method="by_account")
    campaign_id = django_filters.CharFilter(method="by_campaign")
    template = django_filters.CharFilter(field_name="template__key")

    class Meta:
        model = Message
        fields: list[str] = []

    def by_account(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        return _by_id(rows, "account_id", "acct", value)

    def by_campaign(self, rows: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        return _by_id(rows, "campaign_id", "cmp", value)


def _by_id(rows: QuerySet[Message], column: str, prefix: str, value: str) -> QuerySet[Message]:
    try:
        wanted: UUID = parse_id(prefix, value)
    except DomainError:
        return rows.none()
    conditions: dict[str, Any] = {column: wanted}
    return rows.filter(**conditions)
