"""Accounts with the ORM's filters left out: another tenant sees none, nor does the same creditor's live side."""

import io

import pytest
from django.db import DatabaseError

from accounts.importer.run import run_placement
from accounts.models import (
    Account,
    Balance,
    Endpoint,
    Entry,
    Line,
    Note,
    Person,
    Placement,
    PlacementPart,
    PlacementRefusal,
)
from accounts.services import add_note, start_placement
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.placing import make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = (Account, Balance, Endpoint, Entry, Line, Note, Person, Placement, PlacementPart, PlacementRefusal)


@pytest.fixture
def workspace() -> Workspace:
    """A sandbox with rows in each table."""
    workspace = make_collector().sandbox
    account = place(workspace).account
    with bind(workspace) as bound:
        add_note(workspace=bound, account_id=account.pk, body="Ours.")
        file = io.BytesIO(b"consumer_email,original_balance\nnobody,1\n")
        placement = start_placement(workspace=bound, file=file, filename="a.csv")
    run_placement(workspace, placement.pk)
    return workspace


def test_neither_a_stranger_nor_the_live_side_sees_a_row(workspace: Workspace) -> None:
    stranger = make_collector(slug="other").sandbox
    live = Workspace(pk=None)
    with bind(workspace):
        assert all(table.objects.exists() for table in TABLES)
        live = Workspace.objects.get(creditor=workspace.creditor, livemode=True)

    for other in (stranger, live):
        with bind(other):
            assert [table.__name__ for table in TABLES if table.objects.exists()] == []


def test_an_account_cannot_refer_to_a_strangers_person(workspace: Workspace) -> None:
    stranger = make_collector(slug="other").sandbox
    mine = place(stranger).account
    with bind(workspace):
        theirs = Person.objects.get()

    with pytest.raises(DatabaseError, match="accounts_account_person_id_ws"), bind(stranger):
        Account.objects.filter(pk=mine.pk).update(person_id=theirs.pk)
