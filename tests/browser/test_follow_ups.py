"""The pages of what waits for a person, and the forms that record it, in Chromium."""

import pytest

from accounts.models import Account, Balance
from compliance.models import AttorneyRep, Bankruptcy
from compliance.services import record_attorney, record_bankruptcy
from credira.core import clock
from credira.tenancy.scope import bind
from tests.browser.conftest import OpenAs
from tests.browser.test_accessibility import VIEWS, faults
from tests.compliance.test_reserve import world_at
from tests.house import House


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_what_waits_for_a_person_is_accessible(house: House, open_as: OpenAs, width: int, scheme: str) -> None:
    rows = world_at(house.sandbox)
    with bind(house.sandbox) as bound:
        debt = Account.objects.get(workspace=bound, pk=rows.ids["A"])
        Balance.objects.create(workspace=bound, pk=debt.pk, principal=debt.current_balance)
        person_id = debt.person_id
        record_bankruptcy(workspace=bound, person_id=person_id, filed_on=clock.now().date(), provisional=True)
        record_attorney(workspace=bound, person_id=person_id, identity=AttorneyRep.Identity.UNKNOWN)
        case, lawyer = Bankruptcy.objects.get().public_id, AttorneyRep.objects.get().public_id
    account = f"accounts/{rows.names['A']}"
    page = open_as(house.alice, width=width, scheme=scheme)

    found = {}
    for path in (
        account,
        "bankruptcies",
        f"bankruptcies/{case}/confirm",
        f"bankruptcies/{case}/dismiss",
        "follow-ups",
        f"follow-ups/{lawyer}/lawyer",
        f"{account}/bankruptcy",
        f"{account}/email-basis",
    ):
        answer = page.goto(f"/w/acme-sandbox/{path}")
        assert answer is not None
        assert answer.status == 200, path
        if wrong := faults(page):
            found[path] = wrong

    assert found == {}
