"""Filters of the lists."""

import django_filters

from credira.api.filters import DateFilter, PublicIdFilter
from payments.models import Payment, Promise


class PaymentFilter(django_filters.FilterSet):
    account_id = PublicIdFilter(prefix="acct", field_name="account_id")
    campaign_id = PublicIdFilter(prefix="cmp", field_name="campaign_id")
    status = django_filters.ChoiceFilter(choices=Payment.Status.choices)
    method = django_filters.ChoiceFilter(choices=Payment.Method.choices)
    since = DateFilter(field_name="paid_on", lookup_expr="gte")
    until = DateFilter(field_name="paid_on", lookup_expr="lte")

    class Meta:
        model = Payment
        fields: list[str] = []


class PromiseFilter(django_filters.FilterSet):
    account_id = PublicIdFilter(prefix="acct", field_name="account_id")
    status = django_filters.ChoiceFilter(choices=Promise.Status.choices)
    due_on = DateFilter()

    class Meta:
        model = Promise
        fields: list[str] = []
