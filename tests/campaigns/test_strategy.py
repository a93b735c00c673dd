"""A strategy is readable data."""

import datetime as dt

from campaigns.strategy import STANDARD, Strategy

MONDAY = dt.datetime(2026, 11, 23, 15, 0, tzinfo=dt.UTC)


def test_the_default_is_notice_email_call_email_call() -> None:
    assert [step.channel for step in STANDARD.steps] == ["notice", "email", "call", "email", "call"]
    assert (STANDARD.label, STANDARD.ends_after_days) == ("Standard v1", 45)


def test_the_notice_is_waited_for_not_made() -> None:
    assert STANDARD.next_step(done=[], skipped=[]) == 1


def test_the_next_step_is_the_first_that_was_neither_made_nor_refused() -> None:
    assert STANDARD.next_step(done=[1], skipped=[2]) == 3
    assert STANDARD.next_step(done=[1, 2, 3], skipped=[4]) is None


def test_a_step_waits_its_days_after_the_one_before() -> None:
    assert STANDARD.earliest(2, MONDAY) == MONDAY + dt.timedelta(days=2)
    assert STANDARD.earliest(1, MONDAY) == MONDAY


def test_a_campaign_keeps_the_strategy_as_it_was() -> None:
    assert Strategy.load(STANDARD.dump()) == STANDARD
