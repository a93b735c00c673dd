import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from credira.core.json import InvalidJson, canonical, dumps, loads

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


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
        lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXT, children, max_size=4),
        max_leaves=20,
    )
)
def test_canonical_bytes_are_those_of_the_reference_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_canonical_json_tells_as_text_what_a_double_may_not_hold() -> None:
    told = {
        "b": Decimal("5247.630"),
        "a": 2**53,
        "due": dt.date(2026, 11, 24),
        "at": dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC),
        "id": UUID(int=7),
        "\U0001f600": 1,  # sorts before U+FB33 in UTF-16, after it by code point
        "\ufb33": (True, None, 0.5),
    }

    assert canonical(told).decode() == (
        '{"a":"9007199254740992","at":"2026-11-24T15:05:00Z","b":"5247.63","due":"2026-11-24",'
        '"id":"00000000-0000-0000-0000-000000000007","\U0001f600":1,"\ufb33":[true,null,"0.5"]}'
    )
