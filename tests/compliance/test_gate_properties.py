"""What holds for every sheet (gate-facts.md 10): facts against a contact never open it, no wait is too short."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules import Outcome
from tests.compliance.gate_data import VECTORS, at_of, decide, facts_of

# A confirmation is the one act that an opt-out permits, so "adding an opt-out" says nothing about it.
JUDGED = [vector_id for vector_id, one in VECTORS.items() if one["intent"]["purpose"] != "optout_confirmation"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZONES = ["America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu", "America/Phoenix"]

vector_ids = st.sampled_from(JUDGED)
shifts = st.integers(-10 * 24 * 60, 10 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
ages = st.integers(0, 12 * 24 * 60)


def _stamp(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


@st.composite
def clock_times(draw: st.DrawFn) -> tuple[str, str]:
    start = draw(st.integers(0, 23 * 60))
    end = draw(st.integers(start + 1, 24 * 60))
    return f"{start // 60:02d}:{start % 60:02d}", f"{end // 60:02d}:{end % 60:02d}"


@st.composite
def windows(draw: st.DrawFn, kinds: tuple[str, ...]) -> dict[str, Any]:
    start, end = draw(clock_times())
    window: dict[str, Any] = {"kind": draw(st.sampled_from(kinds)), "start": start, "end": end}
    if draw(st.booleans()):
        window["weekdays"] = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
    if draw(st.booleans()):
        window["zone"] = draw(st.sampled_from(ZONES))
    return window


@st.composite
def past_calls(draw: st.DrawFn, at: datetime, debts: list[str]) -> dict[str, Any]:
    status = draw(
        st.sampled_from(["ring_no_answer", "voicemail_left", "answered_rpc", "not_connected", "dropped_after_answer"])
    )
    call: dict[str, Any] = {
        "channel": draw(st.sampled_from(["call", "voicemail", "sms", "email"])),
        "at": _stamp(at - timedelta(minutes=draw(ages))),
        "debts": debts,
        "direction": draw(st.sampled_from(["outbound", "inbound"])),
        "connect_status": status,
    }
    return call


@st.composite
def additions(draw: st.DrawFn, at: datetime, intent: dict[str, Any], facts: dict[str, Any]) -> tuple[str, Any]:
    """Draw one more fact against the contact: (list of the sheet, entry)."""
    before = _stamp(at - timedelta(minutes=draw(ages)))
    kind = draw(
        st.sampled_from(["holds", "optouts", "cease", "disputes", "windows", "attempts", "attorneys", "identity_theft"])
    )
    match kind:
        case "holds":
            hold_kinds = ["kill_switch", "state_not_authorized", "human_requested", "manual"]
            return kind, {"kind": draw(st.sampled_from(hold_kinds)), "from": before}
        case "optouts":
            media = ["calls", "sms", "email", "mail", "portal"]
            return kind, {"scope": "medium", "medium": draw(st.sampled_from(media)), "at": before}
        case "cease":
            return kind, {"received_at": before, "written": draw(st.booleans())}
        case "disputes":
            return kind, {"debt_id": intent["debts"][0], "received_at": before, "written": draw(st.booleans())}
        case "windows":
            return kind, draw(windows(("block",)))
        case "attempts":
            return kind, draw(past_calls(at, intent["debts"]))
        case "attorneys":
            return kind, {"from": before}
        case _:
            return kind, {"at": before, "kind": "claim"}


@given(data=st.data(), vector_id=vector_ids, shift=shifts)
@settings(max_examples=400, deadline=None)
def test_a_fact_against_the_contact_never_turns_a_block_into_allow(
    data: st.DataObject, vector_id: str, shift: timedelta
) -> None:
    intent, facts, at = VECTORS[vector_id]["intent"], facts_of(vector_id), at_of(vector_id) + shift
    before = decide(intent, facts, at)
    name, entry = data.draw(additions(at, intent, facts))

    after = decide(intent, {**facts, name: [*facts.get(name, ()), entry]}, at)

    if before.outcome is not Outcome.ALLOW:
        assert after.outcome is not Outcome.ALLOW


@given(vector_id=vector_ids, shift=shifts, zone=st.sampled_from(ZONES))
@settings(max_examples=200, deadline=None)
def test_one_more_zone_never_turns_a_block_into_allow(vector_id: str, shift: timedelta, zone: str) -> None:
    intent, facts, at = VECTORS[vector_id]["intent"], facts_of(vector_id), at_of(vector_id) + shift
    wider = [
        {**one, "zones": [*one["zones"], *({zone} - set(one["zones"]))]} if one.get("zones") else one
        for one in facts["endpoints"]
    ]

    after = decide(intent, {**facts, "endpoints": wider}, at)

    if decide(intent, facts, at).outcome is not Outcome.ALLOW:
        assert after.outcome is not Outcome.ALLOW


@given(data=st.data(), vector_id=vector_ids, shift=shifts)
@settings(max_examples=400, deadline=None)
def test_the_next_allowed_instant_allows_and_no_earlier_one_does(
    data: st.DataObject, vector_id: str, shift: timedelta
) -> None:
    intent, facts, at = VECTORS[vector_id]["intent"], facts_of(vector_id), at_of(vector_id) + shift
    drawn = data.draw(st.lists(windows(("block", "only", "open")), max_size=3))
    calls = data.draw(st.lists(past_calls(at, intent["debts"]), max_size=4))
    # What is dated after `at` begins in between and may open the contact sooner; the promise leaves it out.
    known = [one for one in (*facts.get("attempts", ()), *calls) if one["at"] <= _stamp(at)]
    facts = {**facts, "windows": [*facts.get("windows", ()), *drawn], "attempts": known}

    decision = decide(intent, facts, at)

    if decision.outcome is Outcome.DEFER:
        opens = decision.next_allowed_at
        assert opens is not None
        assert at < opens
        assert decide(intent, facts, opens).outcome is Outcome.ALLOW
        last = int((opens - at).total_seconds()) - 1
        between = data.draw(st.lists(st.integers(0, last), min_size=3, max_size=3))
        for seconds in (*between, last):
            sooner = at + timedelta(seconds=seconds)
            if _stable_until(facts, sooner):
                assert decide(intent, facts, sooner).outcome is not Outcome.ALLOW


def _stable_until(facts: dict[str, Any], instant: datetime) -> bool:
    """Leave out sheets on which a later-dated consent begins: nothing of the kind in these vectors but SMS consents."""
    return all(one["at"] <= _stamp(instant) for one in facts.get("consents", ()))


@given(vector_id=st.sampled_from(list(VECTORS)), seed=st.integers(0, 2**16))
@settings(max_examples=150, deadline=None)
def test_the_order_of_lists_has_no_effect(vector_id: str, seed: int) -> None:
    intent, facts, at = VECTORS[vector_id]["intent"], facts_of(vector_id), at_of(vector_id)
    shuffled = {
        name: random.Random(seed).sample(value, len(value)) if isinstance(value, list) else value
        for name, value in facts.items()
    }

    first, second = decide(intent, facts, at), decide(intent, shuffled, at)

    assert set(first.reasons) == set(second.reasons)
    assert (first.outcome, first.next_allowed_at, first.zones) == (second.outcome, second.next_allowed_at, second.zones)
    assert (first.obligations, first.relied_on) == (second.obligations, second.relied_on)
    assert set(first.budgets) == set(second.budgets)
