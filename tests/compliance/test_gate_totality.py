"""A body that the schema accepts is always answered with a decision (gate-facts.md 1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from compliance.rules import Outcome
from tests.compliance.gate_data import base, decide
from tests.compliance.schema_bodies import bodies


@given(body=bodies())
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_schema_valid_body_is_decided(body: dict[str, Any]) -> None:
    decision = decide(body["intent"], body["facts"], body["at"])

    json.dumps(decision.as_dict())
    assert (decision.outcome is Outcome.ALLOW) == (not decision.reasons)
    if decision.next_allowed_at is not None:
        assert decide(body["intent"], body["facts"], decision.next_allowed_at).outcome is Outcome.ALLOW


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_calendars_ends_are_decided(day: str) -> None:
    instant = f"{day}T00:00:00Z"
    whole = base("tp_oh")
    debt = {**whole["debts"][0], "time_barred_on": day, "notice": {"status": "sent", "sent_on": day, "period_end": day}}
    facts = {
        **whole,
        "debts": [debt],
        "disputes": [{"debt_id": "A", "received_at": instant, "written": True, "postmarked_on": day}],
        "attempts": [{"channel": "call", "at": instant, "local_date": day, "connect_status": "answered_rpc"}],
        "consents": [{"id": "c", "kind": "call_back", "at": instant, "from": day, "to": day}],
        "bankruptcies": [{"filed_on": day, "provisional": True}],
        "deaths": [{"notice_at": instant, "person_id": "someone"}],
        "consumer": {"stated_location": {"zone": "America/New_York", "state": "OH", "stated_on": day}},
    }
    intent = {"channel": "call", "purpose": "collect", "debts": ["A"], "voice_mode": "ai", "endpoint_id": "mobile"}

    for at in (instant, "2026-11-23T17:00:00Z"):
        assert decide(intent, facts, at).rule_pack == "us-2026.11"
