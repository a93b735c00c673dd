"""Filters of the lists of this room."""

import django_filters

from credira.api.filters import PublicIdFilter
from messaging.models import Message


class EmailFilter(django_filters.FilterSet):
    """`status`, `account_id`, `campaign_id`, `template` (a key)."""

    status = django_filters.ChoiceFilter(choices=Message.Status.choices)
    account_id = PublicIdFilter(prefix="acct", field_name="account_id")
    campaign_id = PublicIdFilter(prefix="cmp", field_name="campaign_id")
    template = django_filters.CharFilter(field_name="template__key")

    class Meta:
        model = Message
        fields: list[str] = []
