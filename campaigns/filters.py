"""Filters of the lists of this room."""

import django_filters

from campaigns.models import Call, Campaign
from credira.api.filters import PublicIdFilter


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
    account_id = PublicIdFilter(prefix="acct", field_name="account_id")
    invoice_id = PublicIdFilter(prefix="inv", field_name="account_id")
    campaign_id = PublicIdFilter(prefix="cmp", field_name="campaign_id")

    class Meta:
        model = Call
        fields = ["status", "outcome", "account_id", "invoice_id", "campaign_id"]
