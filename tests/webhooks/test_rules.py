"""Who gets what, and what follows from an answer."""

import datetime as dt

import pytest

from webhooks.rules import Answer, Step, after, wants

NOW = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)


def seconds(number: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=number)


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (["*"], True),
        (["payment.*"], True),
        (["payment.received"], True),
        (["call.*", "payment.received"], True),
        (["payment.reversed"], False),
        (["pay.*"], False),
        (["call.*"], False),
    ],
)
def test_subscriptions(patterns: list[str], wanted: bool) -> None:
    assert wants(patterns, "payment.received") is wanted


def test_an_import_floods_only_those_who_named_the_type() -> None:
    assert wants(["*"], "account.placed")
    assert not wants(["*"], "account.placed", in_bulk=True)
    assert not wants(["account.*"], "account.placed", in_bulk=True)
    assert wants(["account.placed"], "account.placed", in_bulk=True)
    assert wants(["*"], "placement.completed", in_bulk=True)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_delivered(status: int) -> None:
    assert after(Answer(status), tries=1, now=NOW) == Step("delivered")


@pytest.mark.promise("A-37")
@pytest.mark.parametrize(("tries", "pause"), [(1, 1), (2, 5), (3, 30)])
@pytest.mark.parametrize(
    "answer", [Answer(199), Answer(300), Answer(302), Answer(404), Answer(500), Answer(error="timeout")]
)
def test_failures_are_tried_again_after_1_5_and_30_seconds(answer: Answer, tries: int, pause: int) -> None:
    assert after(answer, tries=tries, now=NOW) == Step("pending", next_at=seconds(pause))


def test_the_fourth_failure_is_the_last() -> None:
    assert after(Answer(500), tries=4, now=NOW) == Step("failed")


def test_gone_fails_at_once_and_disables() -> None:
    assert after(Answer(410), tries=1, now=NOW) == Step("failed", disable=True)


def test_a_refused_address_fails_at_once() -> None:
    assert after(Answer(error="refused"), tries=1, now=NOW) == Step("failed")


@pytest.mark.parametrize(
    ("status", "asked", "pause"),
    [
        (429, "20", 20),
        (503, "20", 20),
        (503, "Tue, 24 Nov 2026 15:05:40 GMT", 40),
        (503, "0", 1),
        (503, "soon", 1),
        (503, "-5", 1),
        (503, "999999999999", 3600),
        (500, "20", 1),
    ],
)
def test_retry_after_lengthens_the_pause_on_429_and_503(status: int, asked: str, pause: int) -> None:
    assert after(Answer(status, {"retry-after": asked}), tries=1, now=NOW).next_at == seconds(pause)
