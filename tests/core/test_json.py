from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credira.core.json import InvalidJson, dumps, loads

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def test_numbers_are_exact_and_never_floats() -> None:
    value = loads(b'{"a": 0.1, "b": 5247.630, "c": 9007199254740993, "d": 1e3}')

    assert value == {"a": Decimal("0.1"), "b": Decimal("5247.630"), "c": 9007199254740993, "d": Decimal("1E+3")}
    assert dumps(value) == b'{"a":0.1,"b":5247.63,"c":9007199254740993,"d":1000}'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"{", "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": 1, "a": 2}', "occurs twice"),
        (b"[" * 65 + b"]" * 65, "nested deeper"),
        (b"[" * 5000 + b"]" * 5000, "nested deeper"),
        (b'{"a": 1e31}', "out of range"),
        (b'{"a": 1e-31}', "out of range"),
        (b"9" * 61, "too many digits"),
        (b'"\\u0000"', "NUL"),
        (b"\xff", "UTF-8"),
    ],
)
def test_what_we_do_not_accept_is_refused_with_its_reason(text: bytes, why: str) -> None:
    with pytest.raises(InvalidJson, match=why):
        loads(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT,
        lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXT, children, max_size=4),
        max_leaves=20,
    )
)
def test_what_is_written_reads_back(value: object) -> None:
    assert loads(dumps(value)) == value
