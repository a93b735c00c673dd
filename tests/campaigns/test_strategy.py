"""A strategy is readable data."""

import datetime as dt

import pytest

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


@pytest.mark.parametrize(
    ("done", "number", "days"),
    [
        ([1], 2, 0),  # nothing between
        ([1], 3, 5),  # the call was refused: the follow-up keeps its five days after the call's own two
        ([1], 4, 9),
        ([1, 3], 2, 0),  # asked for again after a fact changed
        ([], 2, 0),  # nothing was made, so nothing needs a distance
    ],
)
def test_a_refused_step_does_not_bring_the_next_one_forward(done: list[int], number: int, days: int) -> None:
    assert STANDARD.refused_days(done, number) == dt.timedelta(days=days)


def test_a_campaign_keeps_the_strategy_as_it_was() -> None:
    assert Strategy.load(STANDARD.dump()) == STANDARD
