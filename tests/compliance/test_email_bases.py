"""Reasons to use an e-mail address (12 CFR 1006.6(d)(4)): told by the API or a member, in force at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import EmailBasis
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import create_creditor
from tests.compliance.conftest import Api
from tests.compliance.gate_data import base
from tests.compliance.rows import Recorded
from tests.compliance.test_reserve import world_at
from tests.portal import sign_in

DIRECT = {"basis": "i_B", "evidence": "Ticked the box of page 3 on March 3."}
PROCEDURE = {
    "basis": "ii",
    "evidence": "Creditor's notice of September 1",
    "creditor_got_from_consumer": True,
    "creditor_used_about_account": True,
    "notice_names_collector": True,
    "notice_sent_on": "2026-09-01",
    "optout_by": "2026-10-06",
}


def without_basis(workspace: Workspace) -> Recorded:
    """A third party's account whose consumer has an address at a public domain, and no basis to use it."""
    endpoints = [
        {**each, **({"bases": [], "domain_public": True} if each["kind"] == "email" else {})}
        for each in base("tp_oh_free")["endpoints"]
    ]
    return world_at(workspace, endpoints=endpoints)


def codes(workspace: Workspace, rows: Recorded) -> frozenset[str]:
    with bind(workspace) as bound:
        return gate.decide(bound, [ContactIntent(account_ids=(rows.ids["A"],), channel="email")])[0].codes


@pytest.mark.parametrize("body", [DIRECT, PROCEDURE])
def test_a_basis_opens_the_address_and_its_end_closes_it(sandbox: Workspace, api: Api, body: dict[str, Any]) -> None:
    rows = without_basis(sandbox)
    before = codes(sandbox, rows)

    made = api.post("/v1/email-bases", {"endpoint_id": rows.names["email"], **body})
    opened = codes(sandbox, rows)
    [listed] = api.get("/v1/email-bases").json()["data"]
    ended = api.post(f"/v1/email-bases/{listed['id']}/end", {"evidence": "Asked for no e-mails."})

    assert (before, opened, codes(sandbox, rows)) == ({"EMAIL_BASIS"}, frozenset(), {"EMAIL_BASIS"})
    assert (made.status_code, made.json()["data"]["id"], listed["ended_at"]) == (201, listed["id"], None)
    assert {name: listed[name] for name in body} == body
    assert ended.json()["data"]["ended_at"] is not None


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"basis": "ii"}, list(PROCEDURE)[2:]),
        ({"basis": "iii"}, ["prior_basis_valid", "immediately_prior_used"]),
        ({"basis": "because"}, ["basis"]),
        ({"evidence": ""}, ["evidence"]),
        ({"since": "2099-01-01"}, ["since"]),
    ],
)
def test_a_basis_that_could_not_hold_is_refused_by_field(
    sandbox: Workspace, api: Api, changes: dict[str, Any], fields: list[str]
) -> None:
    rows = without_basis(sandbox)

    answer = api.post("/v1/email-bases", {"endpoint_id": rows.names["email"], **DIRECT, **changes})

    assert answer.status_code == 400
    assert sorted(each["field"] for each in answer.json()["error"]["details"]) == sorted(fields)


def test_a_number_has_no_e_mail_basis(sandbox: Workspace, api: Api) -> None:
    rows = without_basis(sandbox)

    answer = api.post("/v1/email-bases", {"endpoint_id": rows.names["mobile"], **DIRECT})

    assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (400, "endpoint_id")


def test_a_member_records_a_basis(db: None) -> None:
    lakeshore = create_creditor(name="Lakeshore Credit Union", slug="lakeshore", own_names=["Lakeshore CU"])
    rows = without_basis(lakeshore.sandbox)
    bob = sign_in(lakeshore, "collector")
    path = f"/w/{lakeshore.sandbox.slug}/accounts/{rows.names['A']}/email-basis"
    form = {"endpoint": rows.names["email"], "basis": "ii", "evidence": "The creditor's notice"}

    asked_again = bob.client.post(path, form)
    taken = bob.client.post(path, {**form, "notice_sent_on": "2026-09-01", "optout_by": "2026-10-06"})

    assert (asked_again.status_code, taken.status_code) == (200, 302)
    assert "needs this day" in asked_again.content.decode()
    assert codes(lakeshore.sandbox, rows) == frozenset()
    with bind(lakeshore.sandbox):
        kept = EmailBasis.objects.get()
        assert (kept.notice_sent_on, kept.notice_names_collector) == (dt.date(2026, 9, 1), True)
