"""The list's filters: by status, place, balance, and the search of the field on top of each page."""

from decimal import Decimal

import pytest

from accounts.filters import AccountFilter
from accounts.models import Account
from accounts.selectors import list_accounts
from credira.tenancy.scope import bind
from creditors.services import NewCreditor
from tests.placing import make_collector, place


@pytest.fixture
def creditor(db: None) -> NewCreditor:
    """François in Minnesota owes 3,255.82; Renée in Tennessee 100.00."""
    made = make_collector()
    place(made.sandbox)
    place(
        made.sandbox, consumer_email="renee@example.com", first_name="Renée", last_name="Calloway",
        creditor_reference="R-2",
        address_state="TN", address_zip="37402", last4ssn="1111", phone="+14235550147", phase="intercept",
        original_balance=Decimal(100), principal_balance=Decimal(100), current_balance=Decimal(100),
        interest_since=None, fees_since=None, payments_since=None,
    )  # fmt: skip
    return made


def found(creditor: NewCreditor, **asked: str) -> list[str]:
    with bind(creditor.sandbox) as workspace:
        answer = AccountFilter(asked, queryset=list_accounts(workspace))
        assert answer.is_valid(), answer.errors
        return sorted(answer.qs.values_list("creditor_reference", flat=True))


@pytest.mark.promise("D-70")
@pytest.mark.parametrize("term", ["R-2", "renee", "Calloway, Renée", "calloway", "1111"])
def test_search_finds_by_reference_name_and_last_four(creditor: NewCreditor, term: str) -> None:
    assert found(creditor, search=term) == ["R-2"]


@pytest.mark.promise("D-70")
def test_search_finds_by_id_and_a_mangled_id_finds_nothing(creditor: NewCreditor) -> None:
    with bind(creditor.sandbox) as workspace:
        account = Account.objects.get(workspace=workspace, creditor_reference="R-2")

    assert found(creditor, search=account.public_id) == ["R-2"]
    assert found(creditor, search=f"{account.public_id[:-1]}!") == []
    assert found(creditor, search="Smith") == []


@pytest.mark.parametrize(
    ("asked", "references"),
    [
        ({"status": "placed"}, ["R-2", "SFCU-1"]),
        ({"status": "closed"}, []),
        ({"phase": "intercept"}, ["R-2"]),
        ({"state": "tn"}, ["R-2"]),
        ({"min_balance": "100.01"}, ["SFCU-1"]),
        ({"max_balance": "100"}, ["R-2"]),
        ({"state": "TN", "search": "thomas"}, []),
    ],
)
def test_filters_narrow_the_list(creditor: NewCreditor, asked: dict[str, str], references: list[str]) -> None:
    assert found(creditor, **asked) == references


def test_an_unknown_status_is_refused(creditor: NewCreditor) -> None:
    with bind(creditor.sandbox) as workspace:
        assert not AccountFilter({"status": "on_the_moon"}, queryset=list_accounts(workspace)).is_valid()
