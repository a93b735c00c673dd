"""Where a raw ZIP code or telephone number may be: states and time zones, from public data alone.

ZIP codes by the `zipcodes` package (state, zone, area codes of each), numbers by libphonenumber's zones joined with the
zones of the ZIP codes of their area code. Nothing of the product's own tables is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
import zipcodes
from phonenumbers import timezone

# libphonenumber answers a whole country's zones for numbers that belong nowhere in particular (toll-free).
_NOWHERE = 8
_NYC_PREFIXES = ("100", "101", "102", "103", "104", "111", "112", "113", "114", "116")
_NYC_ZIPS = ("11004", "11005")
# A row of the package has a town's name where its zone should be.
_ZONES = available_timezones()


@cache
def _area_codes() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Return the main state of each area code, and the zones of its ZIP codes in that state."""
    states: dict[str, Counter[str]] = defaultdict(Counter)
    zones: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in zipcodes.list_all():
        for code in row["area_codes"]:
            states[code][row["state"]] += 1
            if row["timezone"] in _ZONES:
                zones[code, row["state"]].add(row["timezone"])
    main = {code: counted.most_common(1)[0][0] for code, counted in states.items()}
    return main, {code: frozenset(zones[code, state]) for code, state in main.items()}


@cache
def _state_zones(state: str) -> frozenset[str]:
    return frozenset(row["timezone"] for row in zipcodes.filter_by(state=state) if row["timezone"] in _ZONES)


@cache
def _rows(zip_code: str) -> tuple[dict[str, str], ...]:
    return tuple(zipcodes.matching(zip_code)) if zipcodes.is_real(zip_code) else ()


def area_code(number: str) -> str | None:
    return number[2:5] if number.startswith("+1") and len(number) == 12 else None


@cache
def number_zones(number: str) -> frozenset[str]:
    """Return every zone that the number may be in; none for toll-free numbers."""
    try:
        known = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        known = ()
    found = set() if len(known) > _NOWHERE else {name for name in known if name != "Etc/Unknown"}
    return frozenset(found | _area_codes()[1].get(area_code(number) or "", frozenset()))


def number_state(number: str) -> str | None:
    return _area_codes()[0].get(area_code(number) or "")


def address_zones(address: dict[str, str]) -> frozenset[str]:
    """Return the zone of the ZIP code; every zone of the state where the ZIP code is not known."""
    rows = _rows(address["zip"])
    return frozenset(row["timezone"] for row in rows if row["timezone"] in _ZONES) or _state_zones(
        address.get("state", "")
    )


def address_state(address: dict[str, str]) -> str | None:
    """Return the state of the ZIP code, or the state written in the address where the ZIP code is not known."""
    rows = _rows(address["zip"])
    return rows[0]["state"] if rows else address.get("state")


def in_new_york_city(address: dict[str, str]) -> bool:
    return address["zip"].startswith(_NYC_PREFIXES) or address["zip"] in _NYC_ZIPS


def clock_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)
