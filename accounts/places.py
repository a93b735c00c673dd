"""Where a number and an address are: states, time zones, kind of number. Pure; the tables beside it are built by
``tools/build_places.py``.

Errs towards more zones, never fewer: a contact is lawful only if the hour is right in every zone that what we know may
mean (12 CFR 1006.6(b)(1)(i), comment 6(b)(1)(i)-1). ``None`` as zones means "not known", an empty tuple "says nothing
of a place" (toll-free numbers, military mail).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"

NYC_PLACE = "NY-NYC"
NYC_ZIP_PREFIXES = frozenset({"100", "101", "102", "103", "104", "111", "112", "113", "114", "116"})
NYC_ZIP_CODES = frozenset({"11004", "11005"})
MILITARY_STATES = frozenset({"AA", "AE", "AP"})
STATE_NAMES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico",
    "VI": "U.S. Virgin Islands",
}  # fmt: skip
POSTAL_STATES = frozenset(STATE_NAMES) | MILITARY_STATES
TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "880", "881", "882", "888"})

Zones = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhonePlace:
    """What a number's area code says. ``state``: None outside the United States and for codes without a place."""

    state: str | None
    zones: Zones | None
    number_type: str


@dataclass(frozen=True, slots=True)
class AddressPlace:
    """What a postal address says. ``zip5`` is empty when there is none."""

    state: str | None
    zip5: str
    zones: Zones | None
    military: bool


def phone_place(e164: str) -> PhonePlace:
    """``phone_place("+14235550147")`` → Tennessee, Chicago and New York, unknown kind of number."""
    if not e164.startswith("+1") or len(e164) != 12:
        return PhonePlace(None, None, "unknown")
    code = e164[2:5]
    found = _area_codes().get(code)
    if found is None:
        return PhonePlace(None, None, "unknown")
    state, zones = found
    return PhonePlace(state, zones, "toll_free" if code in TOLL_FREE else "unknown")


def address_place(state: str, postal_code: str, country: str = "US") -> AddressPlace:
    """The place of an address, of which state or ZIP may be empty; the stated state wins over the ZIP's.

    Where both are given and differ, both count for the zones. An address abroad has no known zone here.
    """
    if country != "US":
        return AddressPlace(None, "", None, military=False)
    zip5 = postal_code[:5]
    zip_state, zip_zones = zip_place(zip5)
    named = state or zip_state
    if named in MILITARY_STATES:
        return AddressPlace(named, zip5, (), military=True)
    if zip_zones is None or (state and state != zip_state):
        zip_zones = _union(zip_zones, _state_zones().get(named or ""))
    return AddressPlace(named, zip5, zip_zones, military=False)


def zip_place(zip5: str) -> tuple[str | None, Zones | None]:
    """``(state, zones)`` of a ZIP: of its own five digits where its prefix is mixed, else of the prefix."""
    table = _zip_codes()
    return table.get(zip5) or table.get(zip5[:3]) or (None, None)


def licence_places(state: str | None, zip5: str) -> frozenset[str]:
    """Where an authorization is needed for a resident: the state, and New York City by the ZIP alone (SCOPE-03)."""
    if not state or state in MILITARY_STATES:
        return frozenset()
    if zip5[:3] in NYC_ZIP_PREFIXES or zip5 in NYC_ZIP_CODES:
        return frozenset({state, NYC_PLACE})
    return frozenset({state})


def _union(*many: Zones | None) -> Zones | None:
    known = [zones for zones in many if zones is not None]
    return tuple(sorted({zone for zones in known for zone in zones})) if known else None


def _rows(name: str) -> list[tuple[str, str | None, Zones]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()[1:]
    parts = (line.split("\t") for line in lines)
    return [(key, None if state == "-" else state, tuple(zones.split())) for key, state, zones in parts]


@cache
def _area_codes() -> dict[str, tuple[str | None, Zones]]:
    return {code: (state, zones) for code, state, zones in _rows("area_codes.tsv")}


@cache
def _zip_codes() -> dict[str, tuple[str | None, Zones]]:
    return {code: (state, zones) for code, state, zones in _rows("zip_codes.tsv")}


@cache
def _state_zones() -> dict[str, Zones]:
    table = _zip_codes()
    mixed = {code[:3] for code in table if len(code) == 5}
    zones: dict[str, set[str]] = {}
    for code, (state, found) in table.items():
        if code not in mixed:
            zones.setdefault(state or "", set()).update(found)
    return {state: tuple(sorted(found)) for state, found in zones.items()}
