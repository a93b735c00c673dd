"""A body that the schema accepts is always answered with a decision (gate-facts.md 1)."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings

from compliance.rules import Outcome
from tests.compliance.gate_data import decide
from tests.compliance.schema_bodies import bodies


@given(body=bodies())
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_schema_valid_body_is_decided(body: dict[str, Any]) -> None:
    decision = decide(body["intent"], body["facts"], body["at"])

    json.dumps(decision.as_dict())
    assert (decision.outcome is Outcome.ALLOW) == (not decision.reasons)
    if decision.next_allowed_at is not None:
        assert decide(body["intent"], body["facts"], decision.next_allowed_at).outcome is Outcome.ALLOW
