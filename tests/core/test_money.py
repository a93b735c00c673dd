from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credira.core.errors import InvalidRequest
from credira.core.money import Money, allocate, exponent, parse_amount, quantize


@pytest.mark.parametrize(("code", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("NGN", 2)])
def test_each_currency_has_its_decimals(code: str, decimals: int) -> None:
    assert exponent(code) == decimals


@pytest.mark.parametrize("code", ["US$", "usd", "", "XXX"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(InvalidRequest):
        exponent(code)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        True,
        None,
        "abc",
        "1e999",
        Decimal("NaN"),
        Decimal("10.005"),
        "1000000000000000",
        "٤٢٠",
        "４２０.００",
        "1_000",
    ],
)
def test_an_amount_that_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(InvalidRequest):
        parse_amount(value, "USD")


def test_amounts_keep_the_currencys_decimals() -> None:
    assert parse_amount("12.5", "USD") == Decimal("12.50")
    assert parse_amount(7, "JPY") == Decimal("7")
    assert quantize(Decimal("0.125"), "USD") == Decimal("0.12")  # half even


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.125", "0.12"), ("0.135", "0.14"), ("0.1251", "0.13"), ("-0.125", "-0.12"), ("-0.135", "-0.14")],
)
def test_halves_go_to_the_even_cent(amount: str, rounded: str) -> None:
    assert quantize(Decimal(amount), "USD") == Decimal(rounded)


def test_an_amount_has_at_most_fifteen_digits_on_either_side_of_zero() -> None:
    most = Decimal("999999999999999")

    assert (parse_amount(most, "USD"), parse_amount(-most, "USD")) == (most, -most)
    for beyond in (most + 1, -most - 1):
        with pytest.raises(InvalidRequest, match="out of range"):
            parse_amount(beyond, "USD")


def test_currencies_are_never_added_up() -> None:
    dollars = Money(Decimal("1.50"), "USD")

    assert dollars + dollars == Money(Decimal("3.00"), "USD")
    with pytest.raises(ValueError, match="USD and EUR"):
        dollars + Money(Decimal(1), "EUR")


def test_odd_steps_go_to_the_largest_remainders_then_to_the_earlier_part() -> None:
    assert allocate(Decimal(10), [1, 5, 1], Decimal(1)) == [2, 7, 1]
    assert allocate(Decimal("0.05"), [3, 7], Decimal("0.01")) == [Decimal("0.02"), Decimal("0.03")]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 3]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        allocate(Decimal(1), weights, Decimal("0.01"))


@pytest.mark.parametrize(
    ("total", "parts", "step", "expected"),
    [
        ("537500", 3, "1", ["179167", "179167", "179166"]),
        ("2886.20", 12, "0.01", ["240.52"] * 8 + ["240.51"] * 4),
        ("100.001", 3, "0.001", ["33.334", "33.334", "33.333"]),
        ("100001", 6, "1", ["16667"] * 5 + ["16666"]),
    ],
)
def test_allocate_splits_as_the_specification_shows(total: str, parts: int, step: str, expected: list[str]) -> None:
    assert allocate(Decimal(total), [1] * parts, Decimal(step)) == [Decimal(part) for part in expected]


@given(
    st.decimals(0, 10**6, places=2),
    st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(lambda w: sum(w) > 0),
)
def test_allocate_loses_nothing_and_stays_within_a_step(total: Decimal, weights: list[int]) -> None:
    parts = allocate(total, weights, Decimal("0.01"))

    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / whole) <= Decimal("0.01")
