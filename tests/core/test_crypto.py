"""Encryption of fields, the blind index beside it, and signed tokens."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet

from credira.core import crypto
from credira.core.errors import NotFound
from credira.core.ids import uuid7

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture(autouse=True)
def _fresh_keys() -> Iterator[None]:
    """Keys are read from the settings once a process."""
    yield
    crypto._fernet.cache_clear()
    crypto._derived.cache_clear()


def use(settings: Any, *keys: str) -> None:
    settings.CREDIRA_FIELD_KEYS = list(keys)
    crypto._fernet.cache_clear()


def test_text_comes_back_and_its_ciphertext_is_never_the_same() -> None:
    first, second = crypto.encrypt("6530 – ü"), crypto.encrypt("6530 – ü")

    assert first != second
    assert "6530" not in first
    assert crypto.decrypt(first) == crypto.decrypt(second) == "6530 – ü"


def test_after_a_rotation_the_old_key_still_reads_and_the_new_one_writes(settings: Any) -> None:
    use(settings, OLD)
    before = crypto.encrypt("6530")
    use(settings, NEW, OLD)
    after = crypto.encrypt("6530")

    assert crypto.decrypt(before) == "6530"
    assert Fernet(NEW).decrypt(after.encode()) == b"6530"
    use(settings, NEW)
    assert crypto.decrypt(after) == "6530"
    with pytest.raises(ValueError, match="no field key"):
        crypto.decrypt(before)


def test_a_changed_ciphertext_is_refused() -> None:
    token = crypto.encrypt("6530")

    with pytest.raises(ValueError, match="no field key"):
        crypto.decrypt(token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1])


def test_the_blind_index_finds_equals_within_one_workspace_alone(settings: Any) -> None:
    alice, charlie = uuid7(), uuid7()
    index = crypto.blind_index(alice, "6530")

    assert index == crypto.blind_index(alice, "6530")
    assert len(index) == 32
    assert len({index, crypto.blind_index(alice, "6531"), crypto.blind_index(charlie, "6530")}) == 3
    assert index != hashlib.sha256(f"{alice}|6530".encode()).digest(), "keyed: 10,000 guesses must not find it"


def test_the_blind_index_outlives_a_rotation_of_the_field_keys(settings: Any) -> None:
    workspace = uuid7()
    before = crypto.blind_index(workspace, "6530")
    use(settings, NEW)

    assert crypto.blind_index(workspace, "6530") == before


def test_the_blind_index_has_a_key_of_its_own(settings: Any) -> None:
    workspace = uuid7()
    before = crypto.blind_index(workspace, "6530")
    settings.CREDIRA_INDEX_KEY = Fernet.generate_key().decode()
    crypto._derived.cache_clear()

    assert crypto.blind_index(workspace, "6530") != before


def test_a_signed_token_is_read_for_its_purpose_alone() -> None:
    token = crypto.sign_token("consumer", {"person": "cons_1"})

    assert crypto.read_token("consumer", token) == {"person": "cons_1"}
    for purpose, forged in (
        ("hooks", token),
        ("consumer", token[:-1] + ("x" if token[-1] != "x" else "y")),
        ("consumer", "x" + token),
        ("consumer", ""),
    ):
        with pytest.raises(NotFound):
            crypto.read_token(purpose, forged)


def test_a_digest_and_an_hmac_are_the_standards() -> None:
    assert crypto.digest("sk_test_1") == hashlib.sha256(b"sk_test_1").digest()
    # RFC 4231, test case 2
    assert crypto.hmac_hex("Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    assert crypto.hmac_hex(b"k", "ü") == hmac.new(b"k", "ü".encode(), hashlib.sha256).hexdigest()
