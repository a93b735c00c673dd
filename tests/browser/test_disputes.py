"""The pages of disputes and of what members record, in Chromium."""

import pytest

from compliance.models import Dispute
from credira.tenancy.scope import bind
from tests.browser.conftest import OpenAs
from tests.browser.test_accessibility import VIEWS, faults
from tests.compliance.test_reserve import world_at
from tests.house import House

DISPUTES = [
    {"debt_id": "A", "received_at": "2026-11-20T15:00:00Z", "written": True, "amount": 200},
    {"debt_id": "A", "received_at": "2026-11-23T15:00:00Z", "written": False, "kind": "original_creditor"},
]


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_disputes_and_their_forms_are_accessible(house: House, open_as: OpenAs, width: int, scheme: str) -> None:
    rows = world_at(house.sandbox, disputes=DISPUTES)
    with bind(house.sandbox):
        dispute = Dispute.objects.earliest("id")
    account = f"/w/acme-sandbox/accounts/{rows.names['A']}"
    page = open_as(house.alice, width=width, scheme=scheme)

    found = {}
    for path in (
        "/w/acme-sandbox/disputes",
        f"/w/acme-sandbox/disputes/{dispute.public_id}/resolve",
        f"{account}/dispute",
        f"{account}/stop",
        f"{account}/consent",
    ):
        page.goto(path)
        if wrong := faults(page):
            found[path] = wrong

    assert found == {}


def test_a_dispute_is_resolved_by_hand(house: House, open_as: OpenAs) -> None:
    world_at(house.sandbox, disputes=DISPUTES[:1])
    page = open_as(house.alice)
    page.goto("/w/acme-sandbox/disputes")

    page.get_by_role("link", name="Resolve").click()
    page.get_by_label("Verification was sent").check()
    page.get_by_role("button", name="Resolve").click()

    page.get_by_text("The dispute is resolved.").wait_for()
    row = page.get_by_role("row").filter(has_text="REF-A")
    assert row.get_by_text("Answered").is_visible()
    assert not row.get_by_role("link", name="Resolve").is_visible()
