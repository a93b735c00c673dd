"""Campaigns, calls and voice agents as callers of the API see them."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from campaigns.models import Call, Campaign
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.api.client import Caller, make_caller
from tests.campaigns.town import TEN_AM, Town, place_people
from tests.placing import make_collector
from tests.portal import Browser, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def collector() -> Any:
    return make_collector()


@pytest.fixture
def town(collector: Any) -> Town:
    return place_people(3, creditor=collector)


@pytest.fixture
def caller(collector: Any, town: Town) -> Caller:
    return make_caller(collector)


def ids(town: Town) -> list[str]:
    return [public_id("acct", account) for account in town.accounts]


@pytest.mark.promise("A-11", "A-13")
def test_a_campaign_is_started_over_named_accounts(caller: Caller, town: Town) -> None:
    answer = caller.post("/v1/campaigns", {"name": "November", "account_ids": ids(town)})

    assert (answer.status, answer.headers["Location"]) == (201, f"/v1/campaigns/{answer.data['id']}")
    assert answer.data["campaign_id"] == answer.data["id"]
    assert (answer.data["status"], answer.data["debtors_enrolled"]) == ("active", 3)
    assert float(answer.data["total_amount"]) == 9767.46
    assert answer.data["first_contact_at"] == "2026-11-24T15:05:00Z"
    assert answer.data["brand_overrides_suppressed"] == []
    assert [step["channel"] for step in answer.data["steps"]] == ["notice", "email", "call", "email", "call"]
    read = caller.get(f"/v1/campaigns/{answer.data['id']}")
    assert (read.status, read.data) == (200, answer.data)


def test_a_campaign_is_started_over_a_filter(caller: Caller) -> None:
    answer = caller.post("/v1/campaigns", {"filter": {"state": "TN"}})

    assert (answer.status, answer.data["debtors_enrolled"]) == (201, 1)


@pytest.mark.django_db(transaction=True)
def test_of_equal_campaigns_started_at_once_one_gets_the_accounts(caller: Caller, town: Town) -> None:
    together = Barrier(4)

    def start(_: int) -> tuple[int, str]:
        together.wait()
        try:
            answer = caller.post("/v1/campaigns", {"account_ids": ids(town)})
            return answer.status, "" if answer.status == 201 else answer.error["code"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = Counter(pool.map(start, range(4)))

    assert answers == {(201, ""): 1, (422, "NOTHING_TO_ENROLL"): 3}
    with bind(town.workspace) as bound:
        assert Campaign.objects.filter(workspace=bound).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_in_the_portal_starts_one_campaign(collector: Any, town: Town) -> None:
    sessions = [sign_in(collector, "owner", f"owner{number}@sample.example") for number in range(2)]
    together = Barrier(2)

    def press(browser: Browser) -> int:
        together.wait()
        try:
            return browser.client.post(f"/w/{town.workspace.slug}/campaigns/new", {"name": "November"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, sessions)) == [302, 302]
    with bind(town.workspace) as bound:
        assert Campaign.objects.filter(workspace=bound).count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "account_ids"),
        ({"filter": {"shoe_size": "44"}}, "filter.shoe_size"),
        ({"filter": {"state": "TN"}, "strategy": "aggressive"}, "strategy"),
        ({"filter": {"state": "TN"}, "colour": "red"}, "colour"),
    ],
)
def test_a_bad_body_is_refused_at_its_field(caller: Caller, body: dict[str, Any], field: str) -> None:
    answer = caller.post("/v1/campaigns", body)

    assert (answer.status, answer.error["code"]) == (400, "INVALID_REQUEST")
    assert [detail["field"] for detail in answer.error["details"]] == [field]


def test_a_dry_run_starts_nothing(caller: Caller, town: Town) -> None:
    answer = caller.post("/v1/campaigns?dry_run=true", {"account_ids": ids(town)})

    assert answer.data["debtors_enrolled"] == 3
    with bind(town.workspace) as bound:
        assert not Campaign.objects.filter(workspace=bound).exists()


def test_pause_resume_cancel(caller: Caller, town: Town) -> None:
    path = f"/v1/campaigns/{caller.post('/v1/campaigns', {'account_ids': ids(town)}).data['id']}"

    assert caller.post(f"{path}/pause").data["status"] == "paused"
    assert caller.post(f"{path}/pause").status == 409
    assert caller.post(f"{path}/resume").data["status"] == "active"
    assert caller.post(f"{path}/cancel").data["status"] == "canceled"
    again = caller.post(f"{path}/resume")
    assert (again.status, again.error["code"]) == (409, "CAMPAIGN_ENDED")


def test_campaigns_are_listed_newest_first_and_filtered(caller: Caller, town: Town) -> None:
    old, new = (caller.post("/v1/campaigns", {"account_ids": [account]}).data["id"] for account in ids(town)[:2])
    caller.post(f"/v1/campaigns/{old}/cancel")

    assert [each["id"] for each in caller.get("/v1/campaigns").data] == [new, old]
    assert [each["id"] for each in caller.get("/v1/campaigns?status=canceled").data] == [old]
    assert [each["id"] for each in caller.get("/v1/campaigns?status=active").data] == [new]


@pytest.mark.promise("C-13", "C-14")
def test_a_call_is_queued(caller: Caller, town: Town) -> None:
    body = {"account_id": ids(town)[0], "call_purpose": "payment_reminder", "metadata": {"department": "North"}}

    answer = caller.post("/v1/calls", body)

    assert (answer.status, answer.headers["Location"]) == (202, f"/v1/calls/{answer.data['call_id']}")
    assert (answer.data["status"], answer.data["scheduled_time"]) == ("queued", "2026-11-24T15:05:00Z")
    assert answer.data["metadata"] == {"department": "North"}
    shown = caller.get(f"/v1/calls/{answer.data['id']}").data
    assert (shown["transcript"], shown["disclosures"], shown["recording"]) == ([], [], None)


def test_an_invoice_is_an_account_under_another_prefix(caller: Caller, town: Town) -> None:
    answer = caller.post(
        "/v1/calls", {"invoice_id": public_id("inv", town.accounts[0]), "phone_number": "+16125551000"}
    )

    assert (answer.status, answer.data["account_id"]) == (202, ids(town)[0])
    found = caller.get(f"/v1/calls?invoice_id={public_id('inv', town.accounts[0])}")
    assert [each["id"] for each in found.data] == [answer.data["id"]]


@pytest.mark.promise("C-51")
def test_ids_carry_the_documented_prefixes(caller: Caller, town: Town) -> None:
    [agent] = caller.get("/v1/voice-agents").data
    invoice = public_id("inv", town.accounts[0])

    answer = caller.post("/v1/calls", {"invoice_id": invoice, "voice_agent_id": agent["id"]})

    assert (answer.status, answer.data["account_id"], answer.data["voice_agent_id"]) == (202, ids(town)[0], agent["id"])
    ids_shown = (answer.data["id"], invoice, agent["id"], answer.body["meta"]["request_id"])
    assert [shown.partition("_")[0] for shown in ids_shown] == ["call", "inv", "agent", "req"]


@pytest.mark.promise("A-32", "A-35", "C-48")
def test_a_payment_in_a_campaign_is_told_as_documented(caller: Caller, town: Town) -> None:
    campaign = caller.post("/v1/campaigns", {"account_ids": ids(town)}).data["id"]
    body = {"account_id": ids(town)[0], "amount": 100, "payment_method": "bank_transfer"}
    assert caller.post("/v1/payments", body).status == 201

    [told] = caller.get("/v1/events?type=payment.received").data

    assert told["id"].startswith("evt_")
    assert (told["event"], told["created_at"], told["timestamp"]) == ("payment.received", *["2026-11-24T15:05:00Z"] * 2)
    data = told["data"]
    assert (data["campaign_id"], data["invoice_number"]) == (
        campaign,
        caller.get(f"/v1/accounts/{ids(town)[0]}").data["creditor_reference"],
    )
    assert (data["amount_collected"], data["method"], data["days_to_collect"]) == (100, "bank_transfer", 0)
    assert data["debtor"]
    assert data["timestamp"] == "2026-11-24T15:05:00Z"


@pytest.mark.promise("A-65")
def test_days_to_collect_are_counted_from_the_campaigns_start(caller: Caller, town: Town) -> None:
    campaign = caller.post("/v1/campaigns", {"account_ids": ids(town)}).data["id"]
    with bind(town.workspace) as bound:
        Workspace.objects.filter(pk=bound.pk).update(clock_frozen_at=TEN_AM + dt.timedelta(days=12))
    body = {"account_id": ids(town)[0], "amount": Decimal("3255.82"), "payment_method": "check"}
    assert caller.post("/v1/payments", body).status == 201

    [told] = caller.get("/v1/events?type=payment.received").data
    shown = caller.get(f"/v1/campaigns/{campaign}").data

    assert (told["data"]["days_to_collect"], told["created_at"]) == (12, "2026-12-06T15:05:00Z")
    assert (shown["collected_amount"], shown["recovery_rate"]) == (Decimal("3255.82"), Decimal("0.3333"))
    assert "payment.received" in {each["event"] for each in shown["timeline"]}


def test_a_call_at_night_is_deferred_to_the_morning(caller: Caller, town: Town) -> None:
    midnight = "2026-11-25T05:00:00Z"  # eleven in the evening in Minneapolis

    answer = caller.post("/v1/calls", {"account_id": ids(town)[0], "scheduled_time": midnight})

    assert (answer.status, answer.data["status"]) == (202, "deferred")
    assert answer.data["scheduled_time"] == "2026-11-25T14:00:00Z"
    assert {reason["severity"] for reason in answer.data["reasons"]} == {"POLICY"}


def test_a_call_that_the_gate_denies_is_refused_with_every_reason(caller: Caller, town: Town) -> None:
    with bind(town.workspace) as bound:
        town.hold_first()

    answer = caller.post("/v1/calls", {"account_id": ids(town)[0]})

    assert (answer.status, answer.error["code"]) == (422, "CONTACT_BLOCKED")
    assert answer.error["reasons"][0]["cite"]
    assert answer.error["decision_id"].startswith("dec_")
    with bind(town.workspace) as bound:
        assert not Call.objects.filter(workspace=bound).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone_number": "+16125559999"}, "phone_number"),
        ({"scheduled_time": (TEN_AM - dt.timedelta(hours=1)).isoformat()}, "scheduled_time"),
        ({"call_purpose": "chat"}, "call_purpose"),
    ],
)
def test_a_bad_call_is_refused_at_its_field(caller: Caller, town: Town, change: dict[str, Any], field: str) -> None:
    answer = caller.post("/v1/calls", {"account_id": ids(town)[0], **change})

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])


def test_voice_agents_are_listed(caller: Caller) -> None:
    [agent] = caller.get("/v1/voice-agents").data

    assert (agent["name"], agent["version"], agent["is_default"]) == ("Riley", 1, True)
    assert caller.get(f"/v1/voice-agents/{agent['id']}").data == agent


@pytest.mark.parametrize("path", ["campaigns/cmp_", "calls/call_", "voice-agents/agent_"])
def test_somebody_elses_id_is_not_found(caller: Caller, path: str, town: Town) -> None:
    strange = f"/v1/{path}{public_id('x', town.workspace.id)[2:]}"

    assert (caller.get(strange).status, caller.get(strange).error["code"]) == (404, "NOT_FOUND")


@pytest.mark.promise("A-21")
def test_a_campaign_tells_what_it_collected_and_what_happened(caller: Caller, town: Town) -> None:
    started = caller.post("/v1/campaigns", {"account_ids": ids(town)}).data
    body = {"account_id": ids(town)[1], "amount": 100, "payment_method": "check"}
    caller.post("/v1/payments", body)

    shown = caller.get(f"/v1/campaigns/{started['id']}").data

    assert (shown["collected_amount"], shown["recovery_rate"]) == (Decimal(100), Decimal("0.0102"))
    assert [(each["event"], each["account_id"]) for each in shown["timeline"]] == [("payment.received", ids(town)[1])]
    [listed] = caller.get("/v1/campaigns").data
    assert listed == {name: shown[name] for name in listed}
