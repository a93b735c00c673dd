"""A creditor with one entity for both roles, authorized in the states of the sample file but not in Maine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import NewCreditor, create_creditor
from tests.api.client import Caller, make_caller

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def creditor(db: None) -> NewCreditor:
    return create_creditor(name="Sample Federal CU", slug="sample")


@pytest.fixture
def workspace(creditor: NewCreditor) -> Iterator[Workspace]:
    """The sandbox, bound, frozen at Tuesday 2026-11-24 10:05 in New York."""
    with bind(creditor.sandbox) as bound:
        yield bound


@pytest.fixture
def caller(creditor: NewCreditor) -> Caller:
    """A client of the API with the creditor's sandbox key."""
    return make_caller(creditor)
