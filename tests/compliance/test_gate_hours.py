"""TIME-01 and TIME-02 against the clock itself: every US zone through both nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from compliance.rules import Outcome
from tests.compliance.gate_data import base, decide

US_ZONES = [
    "America/New_York",
    "America/Detroit",
    "America/Chicago",
    "America/Denver",
    "America/Boise",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
]
MAIL = {"channel": "email", "purpose": "collect", "debts": ["A"], "endpoint_id": "email"}
FALL_BACK, SPRING_FORWARD = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC)


def in_zones(*names: str, **changes: Any) -> dict[str, Any]:
    """Return the base sheet with a home in these zones."""
    sheet = base("tp_oh")
    homes = [{**one, "zones": list(names)} if one["id"] == "home" else one for one in sheet["endpoints"]]
    return {**sheet, "endpoints": homes, **changes}


def is_open(instant: datetime, *names: str) -> bool:
    return all(8 <= instant.astimezone(ZoneInfo(name)).hour < 21 for name in names)


def first_open_minute(instant: datetime, *names: str) -> datetime:
    while not is_open(instant, *names):
        instant += timedelta(minutes=1)
    return instant


@pytest.mark.parametrize("night", [FALL_BACK, SPRING_FORWARD], ids=["fall", "spring"])
@pytest.mark.parametrize("name", US_ZONES)
def test_the_hours_follow_the_local_clock_through_the_change(name: str, night: datetime) -> None:
    facts = in_zones(name)
    for quarter in range(-40, 180, 3):
        at = night + timedelta(minutes=15 * quarter)
        decision = decide(MAIL, facts, at)
        assert (decision.outcome is Outcome.ALLOW) == is_open(at, name), at
        if decision.outcome is Outcome.DEFER:
            assert decision.next_allowed_at == first_open_minute(at, name)


@pytest.mark.parametrize("night", [FALL_BACK, SPRING_FORWARD], ids=["fall", "spring"])
def test_three_zones_at_once(night: datetime) -> None:
    names = ("America/New_York", "America/Phoenix", "Pacific/Honolulu")
    facts = in_zones(*names)
    for quarter in range(-40, 180, 7):
        at = night + timedelta(minutes=15 * quarter)
        decision = decide(MAIL, facts, at)
        assert (decision.outcome is Outcome.ALLOW) == is_open(at, *names), at
        if decision.outcome is Outcome.DEFER:
            assert decision.next_allowed_at == first_open_minute(at, *names)


def test_a_consent_to_an_hour_that_the_clock_skips_begins_at_the_change() -> None:
    agreed = [{"kind": "open", "start": "02:15", "end": "04:00", "consent_id": "con_night"}]

    decision = decide(MAIL, in_zones("America/New_York", windows=agreed), datetime(2027, 3, 14, 6, 30, tzinfo=UTC))

    assert decision.next_allowed_at == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)  # 01:59 EST is followed by 03:00 EDT


def test_an_hour_that_the_clock_repeats_is_open_twice() -> None:
    agreed = [{"kind": "open", "start": "01:00", "end": "01:30"}]
    facts = in_zones("America/New_York", windows=agreed)

    for at, opens in (
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 11, 1, 5, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 5, 45, tzinfo=UTC), datetime(2026, 11, 1, 6, 0, tzinfo=UTC)),
    ):
        assert decide(MAIL, facts, at).next_allowed_at == opens


def test_a_wish_in_another_zone_is_read_there() -> None:
    block = [{"kind": "block", "start": "09:00", "end": "10:00", "zone": "America/Los_Angeles"}]

    decision = decide(MAIL, in_zones("America/New_York", windows=block), datetime(2026, 11, 23, 17, 30, tzinfo=UTC))

    assert decision.codes == {"TIME_DESIGNATED"}
    assert decision.next_allowed_at == datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def test_a_block_of_every_day_is_a_refusal() -> None:
    decision = decide(MAIL, in_zones("America/New_York", windows=[{"kind": "block"}]), FALL_BACK.replace(hour=17))

    assert (decision.outcome, decision.codes) == (Outcome.DENY, {"TIME_DESIGNATED"})


def test_an_only_window_of_one_weekday_waits_for_it() -> None:
    only = [{"kind": "only", "weekdays": ["wed"], "start": "10:00", "end": "12:00"}]

    decision = decide(MAIL, in_zones("America/New_York", windows=only), datetime(2026, 11, 19, 17, 0, tzinfo=UTC))

    assert decision.next_allowed_at == datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def test_a_block_given_past_midnight_covers_the_night_and_the_morning() -> None:
    block = [{"kind": "block", "start": "20:00", "end": "09:00"}]
    facts = in_zones("America/New_York", windows=block)

    assert decide(MAIL, facts, datetime(2026, 11, 24, 1, 30, tzinfo=UTC)).codes == {"TIME_DESIGNATED"}
    assert decide(MAIL, facts, datetime(2026, 11, 24, 13, 30, tzinfo=UTC)).codes == {"TIME_DESIGNATED"}
    assert decide(MAIL, facts, datetime(2026, 11, 24, 14, 0, tzinfo=UTC)).outcome is Outcome.ALLOW


def test_a_wish_about_calls_leaves_email_alone() -> None:
    block = [{"kind": "block", "media": ["calls"]}]

    assert (
        decide(MAIL, in_zones("America/New_York", windows=block), FALL_BACK.replace(hour=17)).outcome is Outcome.ALLOW
    )


def test_an_attempts_own_local_date_wins_over_its_instant() -> None:
    late = {
        "channel": "call",
        "at": "2026-11-20T04:30:00Z",  # 19 November in New York
        "local_date": "2026-11-20",
        "debts": ["A"],
        "connect_status": "answered_rpc",
    }
    call = {"channel": "call", "purpose": "collect", "debts": ["A"], "voice_mode": "human", "endpoint_id": "mobile"}

    decision = decide(call, {**base("tp_oh"), "attempts": [late]}, datetime(2026, 11, 26, 17, 0, tzinfo=UTC))

    assert decision.next_allowed_at == datetime(2026, 11, 27, 13, 0, tzinfo=UTC)
    assert date(2026, 11, 20).isoformat() in decision.reasons[0].message
