"""The fact sheet's JSON Schema, compiled once: what ``POST /v1/contact-gate/evaluate`` accepts, and every intent is."""

import datetime as dt
import functools
import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from compliance.packs import FACTS_SCHEMA
from credira.core.errors import Detail, InvalidRequest

MAX_DETAILS = 50


def require_valid(body: Any) -> None:
    """Raise ``InvalidRequest`` with a detail for each fault, its field as a dotted path."""
    _refuse_faults(_validator(), body)


def require_valid_intent(intent: Any) -> None:
    """``require_valid`` for an intent alone, whose values are JSON's (times as text). Fields are named from the intent.

    The rules judge what an intent says; that it makes sense (a letter can't furnish, a call has a voice) is said here.
    """
    _refuse_faults(_intent_validator(), intent)


def _refuse_faults(validator: Draft202012Validator, value: Any) -> None:
    told = (detail for error in validator.iter_errors(value) for detail in _details(error))
    found = {(detail["field"], detail["message"]): detail for detail in told}
    if found:
        details = [found[key] for key in sorted(found)]
        raise InvalidRequest(details[0]["message"], details=details[:MAX_DETAILS])


@functools.lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(FACTS_SCHEMA.read_bytes())
    return schema


@functools.lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(_schema(), format_checker=_FORMATS)


@functools.lru_cache(maxsize=1)
def _intent_validator() -> Draft202012Validator:
    return Draft202012Validator(_schema()["$defs"]["intent"], format_checker=_FORMATS)


def _details(error: ValidationError) -> Iterator[Detail]:
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required":
        # One error for each missing name tells of them all; equal details fall together.
        for name in error.validator_value:
            if name not in error.instance:
                yield {"field": ".".join([*path, name]), "message": f"Missing required parameter: {name}"}
    elif error.validator == "additionalProperties":
        for name in sorted(set(error.instance) - set(error.schema.get("properties", ()))):
            yield {"field": ".".join([*path, name]), "message": "Unknown field."}
    else:
        yield {"field": ".".join(path), "message": error.message[:300]}


def _is_date(value: object) -> bool:
    return not isinstance(value, str) or _parses(dt.date.fromisoformat, value)


def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or _parses(dt.datetime.fromisoformat, value)


def _parses(parse: Any, value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True


_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date")(_is_date)
_FORMATS.checks("date-time")(_is_instant)
