"""Filters of the lists of this room."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from campaigns.models import Call, Campaign
from credira.core.errors import DomainError
from credira.core.ids import parse_id


class PublicIdFilter(django_filters.CharFilter):
    """Takes a public id; one that isn't an id of this kind finds nothing."""

    def __init__(self, prefix: str, **options: Any) -> None:
        super().__init__(**options)
        self.prefix = prefix

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        try:
            return qs.filter(**{str(self.field_name): parse_id(self.prefix, value)})
        except DomainError:
            return qs.none()


class CampaignFilter(django_filters.FilterSet):
    """Of GET /v1/campaigns and the portal's list."""

    status = django_filters.ChoiceFilter(choices=Campaign.Status.choices)

    class Meta:
        model = Campaign
        fields = ["status"]


class CallFilter(django_filters.FilterSet):
    """Of GET /v1/calls and the portal's list."""

    status = django_filters.ChoiceFilter(choices=Call.Status.choices)
    outcome = django_filters.CharFilter()
    account_id = PublicIdFilter("acct", field_name="account_id")
    invoice_id = PublicIdFilter("inv", field_name="account_id")
    campaign_id = PublicIdFilter("cmp", field_name="campaign_id")

    class Meta:
        model = Call
        fields = ["status", "outcome", "account_id", "invoice_id", "campaign_id"]
