"""A creditor that may collect, and debts to place with it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import time_machine

from accounts.services import PlacedAccount, place_account
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import AuthorizationRow, NewCreditor, create_creditor, create_entity, put_state_authorizations

OCTOBER = dt.datetime(2026, 10, 1, 15, tzinfo=dt.UTC)
PLACES = ("MN", "NV", "CA", "TX", "TN", "GA")
CONTACT = {
    "street": "200 Market St",
    "city": "Chattanooga",
    "state": "TN",
    "postal_code": "37402",
    "phone": "+14235550100",
    "email": "help@sample.example",
}


def make_collector(slug: str = "sample", places: tuple[str, ...] = PLACES) -> NewCreditor:
    """A creditor whose entities speak in both roles and are authorized in some states, live and in the sandbox."""
    creditor = create_creditor(name="Sample Federal Credit Union", slug=slug, own_names=["Sample Federal CU"])
    for workspace in (creditor.live, creditor.sandbox):
        let_collect(workspace, places)
    return creditor


def let_collect(workspace: Workspace, places: tuple[str, ...] = PLACES) -> None:
    """Entities for both roles, authorized since a month before.

    All was recorded in October: a test's clock stands in November 2026, whatever the machine's says.
    """
    with time_machine.travel(OCTOBER), bind(workspace) as bound:
        since = clock.now().date() - dt.timedelta(days=30)
        for name, role in (("Sample Federal CU", "first_party"), ("Sample Recovery LLC", "third_party")):
            entity = create_entity(workspace=bound, name=name, **{f"is_default_{role}": True}, **CONTACT)
            put_state_authorizations(
                workspace=bound,
                rows=[
                    AuthorizationRow(entity=entity, place=place, role=role, basis="NOT_REQUIRED", valid_from=since)
                    for place in places
                ],
            )


def debt(**changes: Any) -> dict[str, Any]:
    """A complete placement of 3,255.82 USD in Minnesota."""
    return {
        "consumer_email": "francois.thomas@example.com",
        "first_name": "François",
        "last_name": "Thomas",
        "phone": "+16125550100",
        "address_street": "5936 Elm St",
        "address_city": "Minneapolis",
        "address_state": "MN",
        "address_zip": "55401",
        "last4ssn": "6530",
        "creditor_reference": "SFCU-1",
        "original_creditor": "Sample Federal CU",
        "account_type": "personal_loan",
        "phase": "recovery",
        "original_balance": Decimal("3306.80"),
        "principal_balance": Decimal("3141.46"),
        "current_balance": Decimal("3255.82"),
        "interest_since": Decimal("79.36"),
        "fees_since": Decimal("35.00"),
        "payments_since": Decimal("165.34"),
        "itemization_date_kind": "last_statement",
        "itemization_date": dt.date(2026, 7, 16),
        "dpd": 121,
        "currency": "USD",
        **changes,
    }


def place(workspace: Workspace, **changes: Any) -> PlacedAccount:
    """Place one debt, bound for the moment."""
    with bind(workspace) as bound:
        return place_account(workspace=bound, placement=debt(**changes))
