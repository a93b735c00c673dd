"""The text of an API key: `sk_live_` or `sk_test_`, 32 base62 characters (190 bits), 6 that check them.

The check lets a secret scanner be sure, and lets a typo be refused without a query.
"""

import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SHOWN = 16
"""How many characters are kept in clear, so that people can tell keys apart."""

_SECRET, _CHECK = 32, 6
_HEADS = {True: "sk_live_", False: "sk_test_"}
_LENGTH = len("sk_live_") + _SECRET + _CHECK


def generate(*, livemode: bool) -> str:
    """A new key of 46 characters."""
    stem = _HEADS[livemode] + "".join(secrets.choice(ALPHABET) for _ in range(_SECRET))
    return stem + _check(stem)


def is_well_formed(token: str) -> bool:
    """Whether `token` can be a key at all: its form and its check characters."""
    stem, check = token[:-_CHECK], token[-_CHECK:]
    return (
        len(token) == _LENGTH and token.startswith(tuple(_HEADS.values())) and token.isascii() and check == _check(stem)
    )


def _check(stem: str) -> str:
    number, digits = zlib.crc32(stem.encode()), ""
    for _ in range(_CHECK):
        number, remainder = divmod(number, len(ALPHABET))
        digits = ALPHABET[remainder] + digits
    return digits
