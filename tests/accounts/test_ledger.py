"""The ledger's own law, checked by the database."""

import pytest

from accounts.models import Account


@pytest.mark.django_db
def test_x(workspace):
    assert Account.objects.filter(workspace=workspace).count() == 0
