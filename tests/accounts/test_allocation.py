"""How money received is split: fees, penalties, interest, principal, each filled before the next."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.ledger.allocation import Split, split

OWED = {"fees": Decimal(10), "penalties": Decimal(20), "interest": Decimal(30), "principal": Decimal(40)}
amounts = st.decimals(0, 1_000, places=2)


@pytest.mark.parametrize(
    ("amount", "fees", "penalties", "interest", "principal", "unapplied"),
    [
        (0, 0, 0, 0, 0, 0),
        (10, 10, 0, 0, 0, 0),
        (15, 10, 5, 0, 0, 0),
        (30, 10, 20, 0, 0, 0),
        (45, 10, 20, 15, 0, 0),
        (75, 10, 20, 30, 15, 0),
        (100, 10, 20, 30, 40, 0),
        (101, 10, 20, 30, 40, 1),
    ],
)
def test_each_component_is_filled_before_the_next(
    amount: int, fees: int, penalties: int, interest: int, principal: int, unapplied: int
) -> None:
    parts = split(Decimal(amount), OWED)

    assert (parts.fees, parts.penalties, parts.interest) == (fees, penalties, interest)
    assert (parts.principal, parts.unapplied) == (principal, unapplied)


def test_a_component_in_credit_takes_nothing() -> None:
    parts = split(Decimal(50), {**OWED, "penalties": Decimal(-5)})

    assert parts == Split(fees=Decimal(10), interest=Decimal(30), principal=Decimal(10), unapplied=Decimal(0))


@given(amounts, st.fixed_dictionaries(dict.fromkeys(OWED, amounts)))
def test_nothing_is_lost_and_nothing_filled_beyond_what_is_owed(amount: Decimal, owed: dict[str, Decimal]) -> None:
    parts = split(amount, owed)

    assert sum(getattr(parts, name) for name in owed) + parts.unapplied == amount
    assert all(0 <= getattr(parts, name) <= owed[name] for name in owed)
    assert parts.unapplied == max(amount - sum(owed.values()), 0)
