"""``any_of`` finds what ``in`` finds, with one parameter."""

import pytest

from accounts.models import Account
from credira.tenancy.scope import bind
from tests.placing import make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)


def test_any_of_finds_the_same_rows_with_one_parameter() -> None:
    workspace = make_collector().sandbox
    for number in range(3):
        place(workspace, creditor_reference=f"R-{number}", consumer_email=f"r{number}@example.com")

    with bind(workspace):
        wanted = Account.objects.filter(creditor_reference__any_of=["R-0", "R-2", "'; --"])
        found = set(wanted.values_list("creditor_reference", flat=True))
        _, parameters = wanted.query.sql_with_params()

    assert found == {"R-0", "R-2"}
    assert list(parameters) == [["R-0", "R-2", "'; --"]]


def test_any_of_nothing_finds_nothing() -> None:
    workspace = make_collector().sandbox
    place(workspace)

    with bind(workspace):
        assert not Account.objects.filter(creditor_reference__any_of=[]).exists()
