"""Ids: a prefix that names the kind, and a UUIDv7 behind it, in the order of making."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credira.core.errors import NotFound
from credira.core.ids import parse_id, public_id, uuid7

KNOWN = UUID("0190163d-8694-739b-aea5-966c26f8ad91")
SHOWN = "01j0b3v1mmeedtx9cpdgkfhbch"


def test_an_id_shows_its_kind_and_hides_the_uuid() -> None:
    assert public_id("acct", KNOWN) == f"acct_{SHOWN}"
    assert parse_id("acct", f"acct_{SHOWN}") == KNOWN


@given(st.uuids(version=4))
def test_every_uuid_comes_back(value: UUID) -> None:
    assert parse_id("call", public_id("call", value)) == value


def test_later_ids_sort_after_earlier_ones_inside_and_outside() -> None:
    made = [uuid7() for _ in range(1_000)]

    assert all(value.version == 7 for value in made)
    assert made == sorted(set(made))
    shown = [public_id("evt", value) for value in made]
    assert shown == sorted(shown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SHOWN,
        f"call_{SHOWN}",
        f"acct_{SHOWN[:-1]}",
        f"acct_{SHOWN}0",
        f"acct_{SHOWN.upper()}",
        f"acct_8{SHOWN[1:]}",
        f"acct_{SHOWN[:-1]}u",
        "acct_../../etc/passwd",
        "acct_\x00",
        str(KNOWN),
    ],
)
def test_what_is_no_id_of_the_kind_does_not_exist(text: str) -> None:
    with pytest.raises(NotFound):
        parse_id("acct", text)
