"""Filters of the lists of this room."""

import django_filters
from django.db.models import QuerySet

from campaigns.models import Call, Campaign
from credira.api.filters import PublicIdFilter

# A running campaign is told as active.
STORED = {("active" if status == Campaign.Status.RUNNING else status.value): status for status in Campaign.Status}
SHOWN = [(word, word) for word in STORED]


class CampaignFilter(django_filters.FilterSet):
    """Of GET /v1/campaigns and the portal's list."""

    status = django_filters.ChoiceFilter(choices=SHOWN, method="by_status")

    class Meta:
        model = Campaign
        fields = ["status"]

    def by_status(self, campaigns: "QuerySet[Campaign]", name: str, value: str) -> "QuerySet[Campaign]":
        return campaigns.filter(status=STORED[value])


class CallFilter(django_filters.FilterSet):
    """Of GET /v1/calls and the portal's list."""

    status = django_filters.ChoiceFilter(choices=Call.Status.choices)
    outcome = django_filters.CharFilter()
    account_id = PublicIdFilter(prefix="acct", field_name="account_id")
    invoice_id = PublicIdFilter(prefix="inv", field_name="account_id")
    campaign_id = PublicIdFilter(prefix="cmp", field_name="campaign_id")

    class Meta:
        model = Call
        fields = ["status", "outcome", "account_id", "invoice_id", "campaign_id"]
