"""Dicts of the shape of `gate_facts.schema.json` become an Intent and a FactSheet, once.

Dates and instants may be ISO text or `date` / aware `datetime` (rows have them natively); amounts any exact number.
The caller has validated the shape; what still does not fit raises MalformedFacts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compliance.rules.dates import instant_within_calendar, within_calendar
from compliance.rules.facts import (
    Answer,
    Approvals,
    Attempt,
    Attorney,
    Authorization,
    Bankruptcy,
    Cease,
    Consent,
    Consumer,
    Content,
    Creditor,
    Death,
    Debt,
    Device,
    Dispute,
    EmailBasis,
    Endpoint,
    Entity,
    FactSheet,
    FrequencyPolicy,
    Hold,
    IdentityTheft,
    InconvenientPlace,
    InitialCommunication,
    Intent,
    Itemization,
    Notice,
    OptOut,
    Person,
    Policy,
    ReplyTo,
    RndResult,
    Scra,
    StatedLocation,
    StateText,
    TimePolicy,
    UnusualPlace,
    Window,
)


class MalformedFacts(ValueError):
    """The dict is not of the schema's shape; the message names the part."""


Converter = Callable[[Any], Any]

_WEEKDAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_EVERY_DAY = frozenset(range(7))
_WHOLE_DAY = ((0, 1440),)


def _instant(value: Any) -> datetime:
    """Read an instant. Text without an offset would be read in the machine's zone, so it is refused."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise MalformedFacts(f"{value} has no offset from UTC")
    return instant_within_calendar(instant)


def _day(value: Any) -> date:
    return within_calendar(value if isinstance(value, date) else date.fromisoformat(value))


def _money(value: Any) -> Decimal:
    """Read major units; a float is read by its shortest decimal text, never by its binary value."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


@lru_cache(maxsize=1024)  # bounded: callers of the API choose the names
def zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone, or None if there is none of that name (the gate then treats the zone as unknown)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zones(value: Any) -> tuple[ZoneInfo, ...] | None:
    found = tuple(zone(name) for name in value)
    return None if None in found else found  # type: ignore[return-value]


@cache
def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _many(build: Converter) -> Converter:
    return lambda values: tuple(build(value) for value in values)


def _by_id(build: Converter) -> Converter:
    return lambda values: {value["id"]: build(value) for value in values}


def _builder(
    cls: type, converters: Mapping[str, Converter] | None = None, renamed: Mapping[str, str] | None = None
) -> Converter:
    """Return a function that builds `cls` of a dict: present, non-null values converted, absent ones defaulted.

    A value that is a `cls` already (see `parse_shared`) is kept.
    """
    convert = converters or {}
    names = renamed or {}

    def build(raw: Mapping[str, Any]) -> Any:
        if raw.__class__ is cls:
            return raw
        values = {}
        for key, value in raw.items():
            converter = convert.get(key)
            values[names.get(key, key)] = value if converter is None or value is None else converter(value)
        try:
            return cls(**values)
        except TypeError as error:
            raise MalformedFacts(f"{cls.__name__}: {error}") from error

    return build


_RANGE = {"from": "since", "to": "until"}
_build_debt_fields = _builder(
    Debt,
    {
        "balance": _money,
        "entered_on": _day,
        "dofd": _day,
        "time_barred_on": _day,
        "initial_communication": _builder(InitialCommunication, {"on": _day}),
        "full_mm_oral_on": _day,
        "full_mm_written_on": _day,
        "notice": _builder(
            Notice,
            {
                "sent_on": _day,
                "period_end": _day,
                "itemization": _builder(
                    Itemization,
                    dict.fromkeys(("amount", "interest", "fees", "credits", "total"), _money),
                ),
            },
        ),
        "dc_notice_mailed_on": _day,
    },
    {"class": "klass"},
)


def _build_debt(raw: Mapping[str, Any]) -> Any:
    return _build_debt_fields({**raw, "time_barred_known": "time_barred_on" in raw})


def _build_window(raw: Mapping[str, Any]) -> Window:
    start, end = _minutes(raw.get("start", "00:00")), _minutes(raw.get("end", "24:00"))
    if start < end:
        spans: tuple[tuple[int, int], ...] = _WHOLE_DAY if (start, end) == (0, 1440) else ((start, end),)
    else:
        # The schema cannot say "end after start". Read against the contact: a block covers the night, others nothing.
        spans = ((start, 1440), (0, end)) if raw["kind"] == "block" else ()
    weekdays = raw.get("weekdays")
    return Window(
        kind=raw["kind"],
        weekdays=_EVERY_DAY if weekdays is None else frozenset(_WEEKDAYS[name] for name in weekdays),
        spans=spans,
        since=_day(raw["from"]) if raw.get("from") else None,
        until=_day(raw["to"]) if raw.get("to") else None,
        zone=zone(raw["zone"]) if raw.get("zone") else None,
        media=frozenset(raw["media"]) if raw.get("media") is not None else None,
        said_at=_instant(raw["said_at"]) if raw.get("said_at") else None,
        direct_consent=raw.get("direct_consent", False),
        consent_id=raw.get("consent_id"),
    )


_FLAT_POLICY = ("vn", "sms", "work", "e3p", "tcpa", "parking", "deceased")
_build_freq = _builder(FrequencyPolicy)
_build_time = _builder(TimePolicy, {"start": _minutes, "end": _minutes})
_NO_POLICY = Policy()


def _build_policy(raw: Mapping[str, Any] | Policy) -> Policy:
    if isinstance(raw, Policy):
        return raw
    if not raw:
        return _NO_POLICY
    values: dict[str, Any] = {}
    for key, value in raw.items():
        if key == "off":
            values["off"] = frozenset(value)
        elif key == "freq":
            values["freq"] = _build_freq(value)
        elif key == "time":
            values["time"] = _build_time(value)
        elif key in _FLAT_POLICY:
            values.update({f"{key}_{name}": inner for name, inner in value.items()})
        else:
            values[key] = value
    try:
        return Policy(**values)
    except TypeError as error:
        raise MalformedFacts(f"policy: {error}") from error


_build_intent = _builder(
    Intent,
    {
        "debts": tuple,
        "copy_to": tuple,
        "reply_to": _builder(ReplyTo, {"received_at": _instant}),
        "content": _builder(Content, {"satisfies": frozenset, "deadline_on": _day}),
    },
)
_PARTS: dict[str, Converter] = {
    "entity": _builder(
        Entity,
        {"authorizations": _many(_builder(Authorization, {"valid_from": _day, "valid_to": _day})), "names": tuple},
    ),
    "creditor": _builder(Creditor, {"own_names": tuple}),
    "consumer": _builder(
        Consumer,
        {
            "stated_location": _builder(StatedLocation, {"zone": zone, "stated_on": _day}),
            "device": _builder(Device, {"zone": zone, "seen_on": _day}),
            "inconvenient_places": _many(_builder(InconvenientPlace, {"at": _instant, "ended_at": _instant})),
            "unusual_place": _builder(UnusualPlace, {"learned_at": _instant, "until": _instant}),
        },
    ),
    "persons": _by_id(_builder(Person)),
    "debts": _by_id(_build_debt),
    "endpoints": _by_id(
        _builder(
            Endpoint,
            {
                "zones": _zones,
                "rnd": _many(_builder(RndResult, {"on": _day})),
                "last_inbound_text_on": _day,
                "bases": _many(_builder(EmailBasis, dict.fromkeys(("on", "notice_sent_on", "optout_by"), _day))),
                "valid_from": _day,
                "valid_to": _day,
            },
        )
    ),
    "attempts": _many(
        _builder(
            Attempt,
            {
                "at": _instant,
                "local_date": _day,
                "debts": frozenset,
                "counts_toward": frozenset,
                "discussed": frozenset,
                "returned_on": _day,
            },
        )
    ),
    "consents": _many(
        _builder(
            Consent,
            {"at": _instant, "debts": frozenset, "from": _day, "to": _day, "revoked_at": _instant},
            _RANGE,
        )
    ),
    "optouts": _many(_builder(OptOut, {"at": _instant, "ended_at": _instant})),
    "windows": _many(_build_window),
    "cease": _many(_builder(Cease, {"received_at": _instant, "debts": frozenset, "withdrawn_at": _instant})),
    "attorneys": _many(
        _builder(
            Attorney,
            {"from": _instant, "debts": frozenset, "ended_at": _instant, "released_at": _instant},
            _RANGE,
        )
    ),
    "disputes": _many(
        _builder(
            Dispute,
            {
                "received_at": _instant,
                "postmarked_on": _day,
                "amount": _money,
                "answers": _many(_builder(Answer, {"sent_on": _day, "returned_on": _day})),
                "withdrawn_at": _instant,
            },
        )
    ),
    "bankruptcies": _many(
        _builder(Bankruptcy, {"filed_on": _day, "status_on": _day, "debts": frozenset, "released_at": _instant})
    ),
    "deaths": _many(_builder(Death, {"notice_at": _instant})),
    "identity_theft": _many(_builder(IdentityTheft, {"at": _instant, "debts": frozenset, "released_at": _instant})),
    "scra": _builder(Scra, {"checked_on": _day}),
    "holds": _many(_builder(Hold, {"from": _instant, "to": _instant, "debts": frozenset}, _RANGE)),
    "state_texts": _many(_builder(StateText, {"media": frozenset})),
    "approvals": _builder(Approvals, {"adad": frozenset}),
    "policy": _build_policy,
}
_build_facts = _builder(FactSheet, _PARTS)


def parse_intent(raw: Mapping[str, Any]) -> Intent:
    """Read `intent` of gate_facts.schema.json. Raises MalformedFacts for a dict of another shape."""
    return cast(Intent, _parse(_build_intent, raw))


def parse_facts(raw: Mapping[str, Any]) -> FactSheet:
    """Read `facts` of gate_facts.schema.json. Raises MalformedFacts for a dict of another shape."""
    return cast(FactSheet, _parse(_build_facts, raw))


def parse_shared(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Read the parts that many sheets have in common, once; put the result into each: `{**shared, "debts": …}`.

    `raw` holds any keys of `facts`, such as entity, creditor, state_texts, approvals and policy.
    """
    return {name: _parse(_PARTS[name], value) if name in _PARTS else value for name, value in raw.items()}


def _parse(build: Converter, raw: Mapping[str, Any]) -> Any:
    try:
        return build(raw)
    except MalformedFacts:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError) as error:
        raise MalformedFacts(f"{type(error).__name__}: {error}") from error
