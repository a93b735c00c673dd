"""The filters of the list of accounts, shared by the API, the portal and campaigns."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from accounts.models import Account, Person
from accounts.selectors import search_accounts
from credira.api.filters import NumberFilter, PublicIdFilter
from credira.tenancy.scope import current_workspace
from creditors.models import CollectorRole


class AccountFilter(django_filters.FilterSet):
    """Use it bound: people are looked up in the bound workspace."""

    status = django_filters.ChoiceFilter(choices=Account.Status.choices)
    phase = django_filters.ChoiceFilter(choices=Account.Phase.choices)
    collector_role = django_filters.ChoiceFilter(choices=CollectorRole.choices)
    account_type = django_filters.ChoiceFilter(choices=Account.Type.choices)
    state = django_filters.CharFilter(label="State", method="by_state", max_length=2)
    min_balance = NumberFilter(field_name="current_balance", lookup_expr="gte", label="Balance from")
    max_balance = NumberFilter(field_name="current_balance", lookup_expr="lte", label="Balance to")
    placement_id = PublicIdFilter(prefix="plc", label="Placement")
    search = django_filters.CharFilter(label="Id, reference, name or last 4", method="by_term")

    class Meta:
        model = Account
        fields: ClassVar[list[str]] = []

    def by_state(self, accounts: "QuerySet[Account]", name: str, value: str) -> "QuerySet[Account]":
        """Whose consumer lives there."""
        people = Person.objects.filter(workspace=current_workspace(), state=value.upper()).values("id")
        return accounts.filter(person_id__in=people)

    def by_term(self, accounts: "QuerySet[Account]", name: str, value: Any) -> "QuerySet[Account]":
        """Search as a person would."""
        return search_accounts(current_workspace(), accounts, str(value).strip())
