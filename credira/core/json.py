"""The one JSON parser and encoder: numbers are int or Decimal, never floats; NaN and duplicate keys are refused."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from json.encoder import encode_basestring as _quote
from typing import Any
from uuid import UUID

MAX_DEPTH = 64
MAX_EXPONENT = 30
MAX_DIGITS = 60


class InvalidJson(ValueError):
    """The text is not JSON that we accept; the message says why."""


def loads(text: bytes | str) -> Any:
    """Parse JSON. Raises ``InvalidJson`` (broken, NaN, a key twice, deeper than 64, a number beyond e±30)."""
    try:
        value = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
        )
    except InvalidJson:
        raise
    except RecursionError:
        raise InvalidJson(f"JSON is nested deeper than {MAX_DEPTH} levels.") from None
    except UnicodeDecodeError:
        raise InvalidJson("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno}).") from None
    _check(value, 1)
    return value


def dumps(value: Any, *, sort_keys: bool = False) -> bytes:
    """Encode as compact UTF-8. Decimals become exact numbers (``500000``, ``5247.63``), times ISO ``…Z`` in seconds.

    The standard encoder prints ints and floats only, so a Decimal would pass through a float: hence our own.
    """
    return _encode(value, sort_keys).encode()


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON: keys sorted, nothing between tokens. Its numbers are doubles, so what a double may not hold
    exactly (Decimals, floats, integers from 2^53 on) is told as text: ``"5247.63"``.
    """
    return _canonical(value).encode()


def number_text(amount: Decimal) -> str:
    """A Decimal as a plain JSON number: no exponent, no trailing zeros."""
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def utc_text(moment: dt.datetime) -> str:
    """``2026-11-24T15:05:00Z``. Raises ``ValueError`` for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _encode(value: Any, sort_keys: bool) -> str:
    kind = value.__class__
    if kind is dict:
        keys = sorted(value) if sort_keys else value
        return "{" + ",".join([f"{_quote(str(key))}:{_encode(value[key], sort_keys)}" for key in keys]) + "}"
    if kind is list:
        return "[" + ",".join([_encode(item, sort_keys) for item in value]) + "]"
    encode = _SCALARS.get(kind)
    return encode(value) if encode else _encode_kin(value, sort_keys)


def _encode_kin(value: Any, sort_keys: bool) -> str:
    """Whatever isn't exactly of a known class: subclasses, other collections, and what is told as its text."""
    if isinstance(value, Mapping):
        return _encode(dict(value), sort_keys)
    if isinstance(value, list | tuple | set | frozenset):
        return _encode(list(value), sort_keys)
    if isinstance(value, Enum):
        return _encode(value.value, sort_keys)
    for kind, encode in _SCALARS.items():
        if isinstance(value, kind):
            return encode(value)
    return _quote(str(value))  # lazy translations, error details


def _canonical(value: Any) -> str:
    kind = value.__class__
    if kind is dict:
        keys = sorted(value, key=_utf16)
        return "{" + ",".join([f"{_quote(str(key))}:{_canonical(value[key])}" for key in keys]) + "}"
    if kind is list:
        return "[" + ",".join([_canonical(item) for item in value]) + "]"
    if kind is str:
        return _quote(value)
    if isinstance(value, Mapping):
        return _canonical(dict(value))
    if isinstance(value, list | tuple | set | frozenset):
        return _canonical(list(value))
    if isinstance(value, Enum):
        return _canonical(value.value)
    text = _encode(value, False)
    exact = text[0] == '"' or value is None or kind is bool or (kind is int and abs(value) < _EXACT)
    return text if exact else f'"{text}"'


def _utf16(key: Any) -> bytes:
    """What RFC 8785 sorts by."""
    return str(key).encode("utf-16-be")


def _finite(value: Decimal | float) -> str:
    if value != value or value in (_INFINITE, -_INFINITE):
        raise ValueError("NaN and infinity are not JSON")
    return number_text(value) if isinstance(value, Decimal) else float.__repr__(value)


_EXACT = 2**53
_INFINITE = float("inf")
# Looked up by the exact class; in this order for subclasses, where a datetime is a date too.
_SCALARS: dict[type, Callable[[Any], str]] = {
    str: lambda text: _quote(str(text)),
    bool: lambda true: "true" if true else "false",
    int: int.__repr__,
    type(None): lambda _: "null",
    Decimal: _finite,
    float: _finite,
    UUID: lambda uuid: f'"{uuid}"',
    dt.datetime: lambda moment: f'"{utc_text(moment)}"',
    dt.date: lambda day: f'"{day.isoformat()}"',
    dt.time: lambda time: f'"{time.isoformat()}"',
}


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidJson(f"{text[:40]} is not a number.") from None
    if len(text) > MAX_DIGITS or abs(number.adjusted()) > MAX_EXPONENT:
        raise InvalidJson(f"{text[:40]} is out of range.")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise InvalidJson("A number has too many digits.")
    return int(text)


def _constant(text: str) -> Any:
    raise InvalidJson(f"{text} is not JSON.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise InvalidJson(f"The key {twice[:80]!r} occurs twice.")
    return value


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise InvalidJson(f"JSON is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, dict):
        for item in value.values():
            _check(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, str) and "\x00" in value:
        raise InvalidJson("A string holds a NUL character.")  # PostgreSQL can't store it
