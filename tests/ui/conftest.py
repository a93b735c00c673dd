"""A house per test, rolled back after it; one account in its sandbox."""

import datetime as dt

import pytest

from accounts.models import Account, Balance, Person
from credira.core import clock
from credira.core.crypto import blind_index
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.compliance.gate_data import base
from tests.compliance.rows import record_sheet
from tests.house import House, build_house

MORNING = dt.datetime(2026, 3, 10, 15, 0, tzinfo=dt.UTC)  # 11:00 AM in Ohio


@pytest.fixture
def house(db: None) -> House:
    return build_house()


@pytest.fixture
def sandbox(house: House) -> Workspace:
    """Acme's sandbox, its clock standing at 11 AM in Ohio."""
    with bind(house.sandbox) as workspace:
        workspace.clock_frozen_at = MORNING
        workspace.save()
    return workspace


@pytest.fixture
def account(sandbox: Workspace) -> Account:
    """A debt of $1,000 in Ohio that may be called, mailed and written about."""
    with bind(sandbox) as workspace:
        recorded = record_sheet(workspace, base("tp_oh"), clock.now())
        account = Account.objects.get(workspace=workspace, pk=recorded.ids["A"])
        Person.objects.filter(pk=account.person_id).update(
            first_name="Renee", last_name="Calloway", name_norm="renee calloway", sort_name="calloway renee",
            state="OH", last4_ssn="6530", last4_index=blind_index(workspace.pk, "6530"),
        )  # fmt: skip
        Balance.objects.create(workspace=workspace, pk=account.pk, principal=account.current_balance)
        return Account.objects.get(pk=account.pk)
