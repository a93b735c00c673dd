"""Members record what a consumer said; it holds when the next page shows."""

from __future__ import annotations

import pytest

from compliance import gate, selectors
from compliance.gate import ContactIntent
from credira.tenancy.scope import bind
from creditors.services import NewCreditor, create_creditor
from tests.compliance.rows import Recorded
from tests.compliance.test_reserve import world_at
from tests.portal import Browser, sign_in


@pytest.fixture
def lakeshore(db: None) -> NewCreditor:
    return create_creditor(name="Lakeshore Credit Union", slug="lakeshore", own_names=["Lakeshore CU"])


def codes(creditor: NewCreditor, rows: Recorded, channel: str = "email") -> frozenset[str]:
    with bind(creditor.sandbox) as bound:
        return gate.decide(bound, [ContactIntent(account_ids=(rows.ids["A"],), channel=channel)])[0].codes


def page(creditor: NewCreditor, rows: Recorded, name: str) -> str:
    return f"/w/{creditor.sandbox.slug}/accounts/{rows.names['A']}/{name}"


def submit(browser: Browser, path: str, **fields: object) -> None:
    answer = browser.client.post(path, fields)
    assert answer.status_code == 302, answer.content


def test_a_collector_records_a_dispute_and_a_stop(lakeshore: NewCreditor) -> None:
    rows = world_at(lakeshore.sandbox)
    bob = sign_in(lakeshore, "collector")

    submit(bob, page(lakeshore, rows, "stop"), what=["email", "sms"], evidence="Said on the phone")
    stopped = codes(lakeshore, rows)
    submit(bob, page(lakeshore, rows, "dispute"), kind="dispute", channel="mail", statement="Not mine")

    assert stopped == {"MEDIUM_OPTOUT"}
    assert codes(lakeshore, rows, "letter") == {"DISPUTE_HOLD"}


def test_a_consent_lets_the_ai_call(lakeshore: NewCreditor) -> None:
    rows = world_at(lakeshore.sandbox, consents=[])
    bob = sign_in(lakeshore, "collector")
    before = codes(lakeshore, rows, "call")

    submit(
        bob,
        page(lakeshore, rows, "consent"),
        kind="tcpa",
        endpoint=rows.names["mobile"],
        wording="Yes, your system may call me here.",
    )

    assert (before, codes(lakeshore, rows, "call")) == ({"TCPA_NO_CONSENT"}, frozenset())


def test_the_compliance_officer_resolves_what_the_list_shows(lakeshore: NewCreditor) -> None:
    rows = world_at(
        lakeshore.sandbox, disputes=[{"debt_id": "A", "received_at": "2026-01-20T15:00:00Z", "written": True}]
    )
    dana = sign_in(lakeshore, "compliance")
    path = f"/w/{lakeshore.sandbox.slug}/disputes"
    listed = dana.client.get(path).content.decode()
    with bind(lakeshore.sandbox) as bound:
        [dispute] = selectors.list_disputes(bound)

    submit(dana, f"{path}/{dispute.public_id}/resolve", resolution="verification", medium="mail")

    assert "Consumer Example" in listed
    assert "REF-A" in listed
    assert codes(lakeshore, rows) == frozenset()


def test_a_form_that_says_too_little_records_nothing(lakeshore: NewCreditor) -> None:
    rows = world_at(lakeshore.sandbox)
    bob = sign_in(lakeshore, "collector")

    answer = bob.client.post(page(lakeshore, rows, "stop"), {"what": ["email"]})

    assert answer.status_code == 200
    assert codes(lakeshore, rows) == frozenset()


@pytest.mark.parametrize(("role", "path"), [("read_only", "consent"), ("read_only", "stop"), ("read_only", "dispute")])
def test_who_may_only_read_records_nothing(lakeshore: NewCreditor, role: str, path: str) -> None:
    rows = world_at(lakeshore.sandbox)
    carol = sign_in(lakeshore, role)

    answer = carol.client.post(page(lakeshore, rows, path), {"reason": "x", "what": ["email"], "evidence": "x"})

    assert answer.status_code == 403
    assert codes(lakeshore, rows) == frozenset()


def test_an_account_of_another_creditor_is_not_there(lakeshore: NewCreditor) -> None:
    rows = world_at(lakeshore.sandbox)
    other = sign_in(create_creditor(name="Other Federal CU", slug="other"), "owner")

    answer = other.client.get(f"/w/other-sandbox/accounts/{rows.names['A']}/stop")

    assert answer.status_code == 404
