"""Every vector of the contact gate, under its own id.

A vector of a rule that is not built yet is not skipped: it must be denied with RULE_PENDING, for the gate fails closed.
"""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from compliance.rules import Decision, Outcome
from compliance.rules.pending import PENDING
from tests.compliance.gate_data import VECTORS, decide_vector, facts_of, load

UNBUILT = {entry.id for entry in PENDING}
# Vectors of unbuilt rules that expect ALLOW where the rule could have blocked: they wait for the rule as well.
UNKNOWN_YET = {"ST-6-b", "CR-1-b", "CR-3-a", "CR-3-b"}
WAITING = {
    vector_id: vector["rule"]
    for vector_id, vector in VECTORS.items()
    if vector["rule"] in UNBUILT and (vector["expect"]["outcome"] != "ALLOW" or vector_id in UNKNOWN_YET)
}
BUILT = [vector_id for vector_id in VECTORS if vector_id not in WAITING]


def test_every_vector_is_either_decided_or_waits_for_its_rule() -> None:
    assert len(VECTORS) == 138
    assert len(BUILT) == 123
    assert sorted(WAITING) == [
        *("CR-1-a", "CR-1-b", "CR-3-a", "CR-3-b", "CR-5"),
        *("ST-1", "ST-10", "ST-12", "ST-2", "ST-4", "ST-6-a", "ST-6-b", "ST-6-c", "ST-8", "ST-9"),
    ]


@pytest.mark.parametrize("vector_id", BUILT)
def test_vector(vector_id: str) -> None:
    expect = VECTORS[vector_id]["expect"]

    decision = decide_vector(vector_id)

    assert decision.outcome == expect["outcome"], decision.reasons
    assert set(expect["codes_include"]) <= decision.codes
    assert not set(expect["codes_exclude"]) & decision.codes
    assert_details(decision, expect)


def assert_details(decision: Decision, expect: dict[str, Any]) -> None:
    """Check the optional parts of a vector's expectation; what is absent is not checked."""
    answer = decision.as_dict()
    if "next_allowed_at" in expect:
        assert answer["next_allowed_at"] == expect["next_allowed_at"]
    assert set(expect.get("obligations_include", ())) <= set(decision.obligations)
    assert not set(expect.get("obligations_exclude", ())) & set(decision.obligations)
    assert set(expect.get("relied_on_include", ())) <= set(decision.relied_on)
    for code, severity in expect.get("severities", {}).items():
        assert severity in {reason.severity for reason in decision.reasons if reason.code == code}


@pytest.mark.parametrize("vector_id", sorted(WAITING))
def test_vector_of_a_rule_not_built_yet_is_denied(vector_id: str) -> None:
    decision = decide_vector(vector_id)

    assert decision.outcome is Outcome.DENY
    assert f"RULE_PENDING:{WAITING[vector_id]}" in decision.codes


@pytest.mark.parametrize("vector_id", list(VECTORS))
def test_vector_is_of_the_schema(vector_id: str) -> None:
    body = {"intent": VECTORS[vector_id]["intent"], "facts": facts_of(vector_id), "at": VECTORS[vector_id]["at"]}

    jsonschema.Draft202012Validator(load("gate_facts.schema.json")).validate(body)


def test_an_allow_has_no_reasons_and_every_reason_a_citation_and_a_sentence() -> None:
    for vector_id in VECTORS:
        decision = decide_vector(vector_id)
        assert (decision.outcome is Outcome.ALLOW) == (not decision.reasons)
        for reason in decision.reasons:
            assert reason.cite
            assert reason.message.endswith(".")
            assert (reason.retry_at is not None) == (reason.effect == "DEFER")


def test_next_allowed_at_belongs_to_a_wait_alone() -> None:
    for vector_id in VECTORS:
        decision = decide_vector(vector_id)
        assert (decision.next_allowed_at is not None) == (decision.outcome is Outcome.DEFER)
