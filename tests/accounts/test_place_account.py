"""Placing one debt."""

import datetime as dt

import pytest

from accounts.errors import EntityMissing, ReferenceExists, StateNotAuthorized
from accounts.models import Account, Endpoint, Person
from accounts.selectors import list_accounts, search_accounts
from accounts.services import set_status
from audit.models import Event
from credira.core.errors import InvalidRequest
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import create_creditor
from tests.placing import make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workspace() -> Workspace:
    return make_collector().sandbox


def test_placing_makes_the_consumer_its_endpoints_and_the_fact(workspace: Workspace) -> None:
    placed = place(workspace)

    with bind(workspace):
        endpoints = {row.kind: row for row in Endpoint.objects.filter(person=placed.person)}
        told = Event.objects.filter(type="account.placed", account_id=placed.account.pk).count()
    assert (placed.account.status, placed.account.collector_role) == ("placed", "third_party")
    assert {warning.code for warning in placed.warnings} <= {"CHARGE_OFF_ESTIMATED"}
    assert placed.person.name == "François Thomas"
    assert placed.person.name_norm == "francois thomas"
    assert endpoints["phone"].state == "MN"
    assert endpoints["phone"].zones == ["America/Chicago"]
    assert (endpoints["address"].state, endpoints["address"].zip) == ("MN", "55401")
    assert endpoints["email"].value_norm == "francois.thomas@example.com"
    assert told == 1


def test_an_intercept_account_where_nobody_is_authorized_is_refused_and_nothing_is_written(
    workspace: Workspace,
) -> None:
    with pytest.raises(StateNotAuthorized) as refused:
        place(workspace, phase="intercept", address_state="OR", address_zip="97201")

    with bind(workspace):
        assert (Account.objects.count(), Person.objects.count()) == (0, 0)
    assert refused.value.message.startswith("Sample Federal CU has no authorization for OR.")


def test_a_recovery_account_there_is_placed_with_a_warning(workspace: Workspace) -> None:
    warnings = place(workspace, address_state="OR", address_zip="97201").warnings

    assert "STATE_NOT_AUTHORIZED" in {warning.code for warning in warnings}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"first_name": "", "last_name": ""}, "NO_NAME"),
        ({"address_state": "AA", "address_zip": "34002"}, "NO_PLACE"),
        ({"address_state": "MN", "address_zip": "00000"}, "ZIP_UNKNOWN"),
        ({"address_state": "MN", "address_zip": "97201"}, "ZIP_OUTSIDE_STATE"),
    ],
)
def test_what_is_missing_or_doubtful_of_a_consumer_is_a_warning(
    workspace: Workspace, given: dict[str, str], code: str
) -> None:
    codes = {warning.code for warning in place(workspace, **given).warnings}

    assert codes & {"NO_NAME", "NO_PLACE", "ZIP_UNKNOWN", "ZIP_OUTSIDE_STATE"} == {code}


def test_without_an_entity_for_the_role_nothing_is_placed() -> None:
    bare = create_creditor(name="Bare CU", slug="bare").sandbox

    with pytest.raises(EntityMissing):
        place(bare)


def test_a_reference_is_placed_once(workspace: Workspace) -> None:
    place(workspace)

    with pytest.raises(ReferenceExists):
        place(workspace, first_name="Other")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"current_balance": -1}, "current_balance"),
        ({"current_balance": "12.345"}, "current_balance"),
        ({"principal_balance": 4000}, "principal_balance"),
        ({"original_balance": None, "principal_balance": None, "current_balance": None}, "original_balance"),
    ],
)
def test_amounts_that_cannot_be_are_refused_by_name(
    workspace: Workspace, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        place(workspace, **changes)

    assert refused.value.details[0]["field"] == field


@pytest.mark.parametrize(
    ("second", "people", "flagged"),
    [
        ({}, 1, 0),  # same e-mail, same last 4
        ({"last4ssn": ""}, 1, 0),  # same e-mail, same name and ZIP
        ({"last4ssn": "1111"}, 2, 2),  # the e-mail alone
        ({"last4ssn": "", "first_name": "Ann"}, 2, 2),
        ({"first_name": "Ann"}, 2, 2),  # a spouse at the same e-mail, with the same last 4 by chance or typing
        ({"first_name": "Ann", "last_name": "Lee"}, 2, 2),
        ({"last_name": "Lee"}, 1, 0),  # married
        ({"first_name": "F."}, 1, 0),
        ({"first_name": "Fran"}, 1, 0),
        ({"first_name": "Thomas", "last_name": "François"}, 1, 0),  # in the wrong columns
        ({"first_name": ""}, 1, 0),
        ({"consumer_email": "other@example.com"}, 2, 0),
        ({"consumer_email": ""}, 1, 0),  # no e-mail: last 4, name, ZIP
        ({"consumer_email": "", "address_zip": "55402"}, 2, 0),
    ],
)
def test_consumers_are_matched_as_the_architecture_says(
    workspace: Workspace, second: dict[str, str], people: int, flagged: int
) -> None:
    place(workspace)
    place(workspace, creditor_reference="SFCU-2", **second)

    with bind(workspace):
        assert Person.objects.count() == people
        assert Person.objects.exclude(review_reason="").count() == flagged


def test_a_consumer_who_shares_all_but_the_first_name_is_warned_of(workspace: Workspace) -> None:
    place(workspace)

    spouse = place(workspace, creditor_reference="SFCU-2", first_name="Ann")

    assert [each.message for each in spouse.warnings if each.code == "CONSUMER_UNCERTAIN"] == [
        "Another consumer has this e-mail address with another identity; both are flagged for review."
    ]


def test_a_debt_charged_off_long_ago_is_not_taken_for_a_fresh_one(workspace: Workspace) -> None:
    """TB-01: days past due end at 365, so those of an old debt don't say when its limitation period began."""
    old = place(workspace, creditor_reference="OLD", charge_off_date="2010-01-01", dpd="100", account_type="auto_loan")
    told = place(workspace, creditor_reference="TOLD", charge_off_date="2010-01-01", first_delinquency_on="2009-06-01")

    assert old.account.first_delinquency_on == dt.date(2009, 9, 3)  # 120 days before
    assert "DELINQUENCY_ESTIMATED" in {warning.code for warning in old.warnings}
    assert told.account.first_delinquency_on == dt.date(2009, 6, 1)
    assert "DELINQUENCY_ESTIMATED" not in {warning.code for warning in told.warnings}


def test_a_closed_account_is_taken_up_again_by_its_status(workspace: Workspace) -> None:
    account = place(workspace).account
    with bind(workspace) as bound:
        set_status(workspace=bound, account_id=account.pk, to="closed")
        with pytest.raises(ReferenceExists, match="was closed"):
            place(bound, original_creditor="Another Bank")

        again = set_status(workspace=bound, account_id=account.pk, to="placed")

        assert (again.status, again.pk) == ("placed", account.pk)


@pytest.mark.parametrize("term", ["%", "_", "';--", "\u202e", "-----"])
def test_a_search_for_signs_finds_nothing(workspace: Workspace, term: str) -> None:
    place(workspace)

    with bind(workspace) as bound:
        assert search_accounts(bound, list_accounts(bound), term).count() == 0
