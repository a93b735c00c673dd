"""The law's own figures refuse as law, to the second and to the day: no policy of a creditor stands in for them."""

from __future__ import annotations

from typing import Any

import pytest

from compliance import packs
from compliance.rules import Severity
from tests.compliance.gate_data import base, decide, merged
from tests.compliance.test_gate_rules import CALL, MAIL, call_at, sheet

LAW, POLICY = Severity.LAW, Severity.POLICY


def severities(intent: dict[str, Any], facts: dict[str, Any], code: str, at: str) -> list[Severity]:
    return sorted({reason.severity for reason in decide(intent, facts, at).reasons if reason.code == code})


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T12:59:59Z", [LAW]),  # 7:59:59 in New York
        ("2026-11-23T13:00:00Z", []),
        ("2026-11-24T01:59:59Z", []),  # 20:59:59
        ("2026-11-24T02:00:00Z", [LAW]),
    ],
)
@pytest.mark.parametrize("intent", [CALL, MAIL])
def test_hours_are_from_eight_until_before_nine_by_law(intent: dict[str, Any], at: str, expected: list[str]) -> None:
    """12 CFR 1006.6(b)(1)(i)."""
    unguarded = merged(base("tp_oh"), {"policy": {"time": {"call_tail_guard_min": 0}}})

    assert severities(intent, unguarded, "TIME_WINDOW", at) == expected


@pytest.mark.parametrize(
    ("days", "at", "expected"),
    [
        ((17, 18, 19, 20, 21, 22), "2026-11-23T17:00:00Z", []),  # six in the seven days that end today
        ((17, 17, 18, 19, 20, 21, 22), "2026-11-23T17:00:00Z", [LAW]),
        ((17, 17, 18, 19, 20, 21, 22), "2026-11-24T17:00:00Z", []),  # the 17th is the eighth day back
        ((16, 17, 18, 19, 20, 21, 22), "2026-11-23T17:00:00Z", []),
    ],
)
def test_the_eighth_call_in_seven_days_is_refused_by_law(days: tuple[int, ...], at: str, expected: list[str]) -> None:
    """12 CFR 1006.14(b)(2)(i)(A)."""
    facts = sheet(attempts=[call_at(f"2026-11-{day}T{14 + n:02}:00:00Z") for n, day in enumerate(days)])

    assert severities(CALL, facts, "FREQ_7_IN_7", at) == expected


@pytest.mark.parametrize(("day", "expected"), [(22, [LAW]), (23, [LAW]), (24, [])])
def test_the_day_of_a_conversation_is_the_first_of_seven_quiet_ones_by_law(day: int, expected: list[str]) -> None:
    """12 CFR 1006.14(b)(2)(i)(B)."""
    facts = sheet(attempts=[call_at("2026-11-17T15:00:00Z", "answered_rpc", debts=[])])

    assert severities(CALL, facts, "FREQ_AFTER_CONVERSATION", f"2026-11-{day}T17:00:00Z") == expected


def test_a_creditor_who_switches_the_rules_off_switches_the_law_not_off() -> None:
    calls = [call_at(f"2026-11-{day}T15:00:00Z") for day in (17, 18, 19, 20, 21, 22)] + [
        call_at("2026-11-22T18:00:00Z")
    ]
    off = sheet(attempts=calls, policy={"off": ["FREQ-01", "TIME-01"]})

    assert severities(CALL, off, "FREQ_7_IN_7", "2026-11-23T17:00:00Z") == [LAW]
    assert severities(CALL, off, "TIME_WINDOW", "2026-11-24T03:00:00Z") == [LAW]


def test_the_pack_holds_the_numbers_of_the_law() -> None:
    """In minutes since midnight and days; what follows from them is shown by the other tests."""
    figures = packs.load().figures

    assert (figures.hours_start, figures.hours_end) == (8 * 60, 21 * 60)  # 12 CFR 1006.6(b)(1)(i)
    assert (figures.calls_per_7d, figures.quiet_days) == (7, 7)  # 12 CFR 1006.14(b)(2)(i)
    assert figures.notice_days == 5  # 15 USC 1692g(a)
    assert figures.sms_freshness_days == 60  # 12 CFR 1006.6(d)(5)
    assert figures.creditor_notice_min_days == 35  # 12 CFR 1006.6(d)(4)(ii)
    assert figures.revoke_all_from.isoformat() == "2027-01-31"  # 47 CFR 64.1200(a)(10), as delayed
