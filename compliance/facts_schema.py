"""The fact sheet's JSON Schema, compiled once: what ``POST /v1/contact-gate/evaluate`` accepts."""

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
    details = [detail for error in _validator().iter_errors(body) for detail in _details(error)]
    if details:
        details.sort(key=lambda detail: detail["field"])
        raise InvalidRequest(details[0]["message"], details=details[:MAX_DETAILS])


@functools.lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(FACTS_SCHEMA.read_bytes()), format_checker=_FORMATS)


def _details(error: ValidationError) -> Iterator[Detail]:
    path = [str(part) for part in error.absolute_path]
    if error.validator == "required":
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
