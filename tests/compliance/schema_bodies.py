"""Bodies that `gate_facts.schema.json` accepts, drawn by hypothesis from the schema itself.

Reads the part of JSON Schema 2020-12 that the file uses; `if`/`then` is met by filtering with the validator.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import jsonschema
from hypothesis import strategies as st

from tests.compliance.gate_data import load

SCHEMA = load("gate_facts.schema.json")
_VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
_INTENT = jsonschema.Draft202012Validator(SCHEMA["$defs"]["intent"])
# Few values, so that facts meet: ids are shared between lists, places and zones repeat.
_IDS = st.sampled_from(["A", "B", "consumer", "spouse", "mobile", "home", "mail"])
_ZONES = st.sampled_from(
    ["America/New_York", "America/Chicago", "Pacific/Honolulu", "America/Nowhere", "America/Argentina"]
)
_STATES = st.sampled_from(["OH", "CA", "DC", "MA", "NY", "TX", "WI", "FL", "AA", "ON"])
_ENDS = st.sampled_from(["0001-01-01", "9999-12-31"])
_DAYS = st.one_of(st.dates(date(2026, 9, 1), date(2027, 2, 15)).map(date.isoformat), _ENDS)
_NEAR = st.datetimes(datetime(2026, 9, 1), datetime(2027, 2, 15)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC, microsecond=0).isoformat().replace("+00:00", "Z")
)
_INSTANTS = st.one_of(_NEAR, _NEAR, _NEAR, st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]))
_BY_PATTERN = {
    "^[A-Za-z0-9_.:-]+$": _IDS,
    "^[A-Za-z]+/[A-Za-z_/-]+$": _ZONES,
    "^[A-Z]{2}$": _STATES,
    "^([A-Z]{2}|NY-NYC)$": st.one_of(_STATES, st.just("NY-NYC")),
    "^[0-9]{5}$": st.sampled_from(["43215", "11201", "96813", "00000"]),
    "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": st.sampled_from(["00:00", "07:30", "08:00", "12:00", "21:00", "24:00"]),
}


def drawn_from(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values of a (sub)schema."""
    if "oneOf" in schema:
        return st.one_of([drawn_from(one) for one in schema["oneOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_of_kind(kind, schema) for kind in kinds])


def _of_kind(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum", 0), schema.get("maximum", 400))
        case "number":
            return st.sampled_from([0, 0.01, 200, 999.99, 1000.0, 600000])
        case "array":
            unique = json_key if schema.get("uniqueItems") else None
            return st.lists(
                drawn_from(schema["items"]), min_size=schema.get("minItems", 0), max_size=3, unique_by=unique
            )
        case "object":
            needed = {name: drawn_from(schema["properties"][name]) for name in schema["required"]}
            others = {name: drawn_from(one) for name, one in schema["properties"].items() if name not in needed}
            return st.fixed_dictionaries(needed, optional=others)
        case _:
            return _text(schema)


def json_key(value: Any) -> str:
    return repr(value)


def _text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "date":
        return _DAYS
    if schema.get("format") == "date-time":
        return _INSTANTS
    pattern = schema.get("pattern")
    return st.sampled_from(["Northgate", "Lakeshore", "MINI_MIRANDA_FULL"]) if pattern is None else _BY_PATTERN[pattern]


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a whole body; the endpoint's address type and the channel's needs are filled in where they are missing."""
    intent = draw(drawn_from(SCHEMA["$defs"]["intent"]))
    if intent["channel"] in {"call", "voicemail"}:
        intent["voice_mode"] = draw(st.sampled_from(["human", "ai", "prerecorded"]))
    intent.setdefault("endpoint_id", draw(_IDS))
    fixed = {"furnish": "furnish", "legal": "legal_action", "sale": "transfer"}
    intent["purpose"] = fixed.get(intent["channel"], intent["purpose"])
    if not _INTENT.is_valid(intent):
        intent["purpose"] = "collect"
        intent.setdefault("cease_exception_kind", "ends_efforts")
    facts = draw(drawn_from(SCHEMA["$defs"]["facts"]))
    for endpoint in facts["endpoints"]:
        endpoint.setdefault("address_type", "residence")
    body = {"intent": intent, "facts": facts, "at": draw(_INSTANTS)}
    _VALIDATOR.validate(body)
    return body
