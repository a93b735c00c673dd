"""One creditor with its two workspaces and a member of each role; a second creditor next door."""

import pytest

from creditors.services import NewCreditor, create_creditor


@pytest.fixture
def acme(db: None) -> NewCreditor:
    return create_creditor(name="Acme Federal Credit Union", slug="acme", own_names=["Acme FCU"], state="TX")


@pytest.fixture
def other(db: None) -> NewCreditor:
    return create_creditor(name="Other Federal CU", slug="other")
