"""Reserving takes the slot: one at a time for an entity and a person, and what is in flight counts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit.models import Event
from compliance import attempts, gate, services
from compliance.gate import ContactIntent, Denial
from compliance.models import AttemptDebt, ContactAttempt, GateDecision
from credira.core.errors import InvalidRequest
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import create_creditor
from tests.compliance.conftest import freeze
from tests.compliance.gate_data import sheet
from tests.compliance.rows import Recorded, record_sheet

NOW = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)  # Tuesday 10:05 in Ohio
WORKERS = 20


def world_at(workspace: Workspace, base: str = "tp_oh_free", at: dt.datetime = NOW, **patch: object) -> Recorded:
    """The vectors' base sheet as rows, with the sandbox's clock at ``at``."""
    freeze(workspace, at)
    with bind(workspace) as bound:
        return record_sheet(bound, sheet({"base": base, "patch": patch}), at)


def call(world: Recorded, **fields: object) -> ContactIntent:
    wanted: dict[str, object] = {
        "account_ids": (world.ids["A"],),
        "channel": "call",
        "voice_mode": "human",
        "endpoint_id": world.ids.get("mobile"),
    }
    return ContactIntent(**{**wanted, **fields})  # type: ignore[arg-type]


def test_a_reserved_attempt_stores_what_an_examiner_asks_for(sandbox: Workspace) -> None:
    world = world_at(sandbox)

    with bind(sandbox) as bound:
        attempt = gate.reserve(workspace=bound, intent=call(world, voice_mode="ai", agent_version="agent_1@3"))

        assert isinstance(attempt, ContactAttempt)
        attempt.refresh_from_db()
        assert (attempt.status, attempt.connect_status, attempt.direction) == ("reserved", "in_flight", "outbound")
        assert (attempt.channel, attempt.purpose, attempt.voice_mode) == ("call", "collect", "ai")
        assert (attempt.endpoint_value, attempt.number_type, attempt.endpoint_source) == (
            "mobile",
            "mobile",
            "consumer_provided",
        )
        assert attempt.reserved_at == NOW
        assert attempt.count_local_date == dt.date(2026, 11, 24)
        assert attempt.zones == ["America/New_York"]
        assert attempt.local_times == {"America/New_York": "2026-11-24T10:05:00-05:00"}
        assert {"AI_DISCLOSURE", "RECORDING_NOTICE", "FROM_DEBT_COLLECTOR"} <= set(attempt.obligations)
        assert attempt.relied_on == [world.names["con_tcpa_mobile"]]
        assert attempt.decision is not None
        assert (attempt.decision.stage, attempt.decision.outcome) == ("reserve", "ALLOW")
        assert len(attempt.decision.facts_hash) == 64
        assert attempt.decision.rule_pack == "us-2026.11"
        freq = next(each for each in attempt.counts_before if each["rule_id"] == "FREQ-01")
        assert (freq["used"], freq["limit"]) == (0, 7)
        debts = AttemptDebt.objects.values_list("account_id", "about", "discussed")
        assert list(debts) == [(world.ids["A"], True, False)]


def test_a_denial_is_a_value_whose_decision_and_event_are_stored(sandbox: Workspace) -> None:
    world = world_at(sandbox, cease=[{"received_at": "2026-11-20T15:00:00Z", "written": True}])

    with bind(sandbox) as bound:
        denial = gate.reserve(workspace=bound, intent=call(world))

        assert isinstance(denial, Denial)
        assert (denial.outcome, denial.codes) == ("DENY", {"CEASE"})
        assert denial.reasons[0]["cite"]
        stored = GateDecision.objects.get(id=denial.decision_id)
        assert (stored.stage, stored.outcome, stored.reasons) == ("reserve", "DENY", denial.reasons)
        assert not ContactAttempt.objects.exists()
        assert Event.objects.filter(type="attempt.refused", account_id=world.ids["A"]).count() == 1


@pytest.mark.parametrize(
    "impossible",
    [
        {"purpose": "furnish"},
        {"purpose": "legal_action"},
        {"channel": "legal", "purpose": "collect", "endpoint_id": None},
        {"voice_mode": "none"},
        {"channel": "letter", "purpose": "cease_exception", "voice_mode": None, "endpoint_id": None},
    ],
)
def test_an_intent_that_makes_no_sense_takes_no_slot(sandbox: Workspace, impossible: dict[str, object]) -> None:
    world = world_at(sandbox)

    with bind(sandbox) as bound:
        with pytest.raises(InvalidRequest):
            gate.reserve(workspace=bound, intent=call(world, **impossible))
        with pytest.raises(InvalidRequest):
            gate.refuse(workspace=bound, intent=call(world, **impossible))

        assert not ContactAttempt.objects.exists()
        assert not GateDecision.objects.exists()


def test_an_attempt_in_flight_counts_as_a_call(sandbox: Workspace) -> None:
    world = world_at(sandbox, "tp_oh")

    with bind(sandbox) as bound:
        first = gate.reserve(workspace=bound, intent=call(world))
        second = gate.reserve(workspace=bound, intent=call(world))

    assert isinstance(first, ContactAttempt)
    assert isinstance(second, Denial)
    assert (second.outcome, second.codes) == ("DEFER", {"FREQ_BURST"})
    assert second.next_allowed_at == NOW + dt.timedelta(hours=4)


def test_an_attempt_given_up_counts_toward_nothing(sandbox: Workspace) -> None:
    world = world_at(sandbox, "tp_oh")

    with bind(sandbox) as bound:
        first = gate.reserve(workspace=bound, intent=call(world))
        assert isinstance(first, ContactAttempt)
        attempts.give_up(first, "The carrier refused the connection.")
        second = gate.reserve(workspace=bound, intent=call(world))

    assert isinstance(second, ContactAttempt)


def test_without_an_endpoint_the_gate_takes_the_best_allowed_one(sandbox: Workspace) -> None:
    world = world_at(sandbox)
    with bind(sandbox) as bound:
        before = gate.judge(bound, [call(world, endpoint_id=None)])[0]
        services.mark_endpoint(workspace=bound, endpoint_id=world.ids["mobile"], kind="wrong_party")

        attempt = gate.reserve(workspace=bound, intent=call(world, endpoint_id=None))

    assert before.intent.endpoint_id == world.ids["mobile"]
    assert isinstance(attempt, ContactAttempt)
    assert attempt.endpoint_id == world.ids["landline"]


def test_a_person_without_an_endpoint_of_the_kind_is_denied(sandbox: Workspace) -> None:
    world = world_at(sandbox, endpoints=[sheet({"base": "tp_oh", "patch": {}})["endpoints"][0]], consents=[])

    with bind(sandbox) as bound:
        [decision] = gate.decide(bound, [call(world, endpoint_id=None)])

    assert decision.outcome == "DENY"
    assert "FACT_MISSING:endpoint" in decision.codes


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_at_the_last_free_slot_one_gets_it() -> None:
    workspace = create_creditor(name="Lakeshore Credit Union", slug="lakeshore").sandbox
    week = [NOW - dt.timedelta(days=number) for number in range(1, 7)]
    calls = [
        {
            "channel": "call",
            "at": at.isoformat().replace("+00:00", "Z"),
            "debts": ["A"],
            "endpoint_id": "mobile",
            "connect_status": "ring_no_answer",
        }
        for at in week
    ]
    world = world_at(workspace, attempts=calls)
    intent = call(world)
    together = Barrier(WORKERS)

    def worker(_: int) -> tuple[str, frozenset[str]]:
        together.wait()
        try:
            with bind(workspace) as bound:
                answer = gate.reserve(workspace=bound, intent=intent)
            return ("ALLOW", frozenset()) if isinstance(answer, ContactAttempt) else (answer.outcome, answer.codes)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = Counter(pool.map(worker, range(WORKERS)))

    assert answers == {("ALLOW", frozenset()): 1, ("DEFER", frozenset({"FREQ_7_IN_7"})): 19}
    with bind(workspace):
        assert ContactAttempt.objects.filter(status="reserved").count() == 1
        assert GateDecision.objects.filter(outcome="DEFER").count() == 19
