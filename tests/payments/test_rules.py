"""When a promise is kept: the days and the share, each to its edge."""

import datetime as dt
from decimal import Decimal

import pytest

from payments.rules import is_kept, last_day


def test_money_counts_until_three_days_after_the_day_promised() -> None:
    assert last_day(dt.date(2026, 11, 24)) == dt.date(2026, 11, 27)
    assert last_day(dt.date(2026, 12, 30)) == dt.date(2027, 1, 2)


@pytest.mark.parametrize(
    ("promised", "received", "kept"),
    [
        ("200.00", "200.00", True),
        ("200.00", "190.00", True),
        ("200.00", "189.99", False),
        ("200.00", "0", False),
        ("0.01", "0.01", True),
    ],
)
def test_ninety_five_percent_of_the_amount_keep_it(promised: str, received: str, kept: bool) -> None:
    assert is_kept(Decimal(promised), Decimal(received)) is kept
