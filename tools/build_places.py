"""Build the two tables behind ``accounts/places.py``: where a ZIP code and an area code lie.

Run once, and again when numbering plans change: ``python tools/build_places.py``. Sources: the packages ``zipcodes``
(ZIP → zone, state, area codes) and ``phonenumbers`` (number prefix → zones, place), neither needed at run time.

What the sources get wrong, and what is done about it:

* ``phonenumbers`` answers an unknown prefix of a code that lies in two zones with one of them. So a code's zones are
  those of all its prefixes, and for the codes that really lie in two zones also those of its ZIP codes.
* 219 serves Indiana's Central corner, and Francesville and Medaryville beyond it, which keep Eastern time.
* It puts 689, Orlando's second code, in Central time.
* West Wendover, Nevada, keeps Mountain time; its ZIP row says Pacific.
* ZIP data spell zones more finely than clocks differ (eleven for Indiana); ``SAME_CLOCK`` folds those that have agreed
  since 2007.
"""

import zoneinfo
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import zipcodes
from phonenumbers import geocoder, parse
from phonenumbers.tzdata import TIMEZONE_DATA

TARGET = Path(__file__).parent.parent / "accounts" / "data"

SAME_CLOCK = {
    **dict.fromkeys(
        ["America/Nome", "America/Juneau", "America/Sitka", "America/Yakutat", "America/Metlakatla", "Napakiak"],
        "America/Anchorage",
    ),
    **dict.fromkeys([f"America/North_Dakota/{city}" for city in ("Beulah", "Center", "New_Salem")], "America/Chicago"),
    **dict.fromkeys(["America/Kentucky/Louisville", "America/Kentucky/Monticello"], "America/New_York"),
    **dict.fromkeys(["America/Indiana/Knox", "America/Indiana/Tell_City"], "America/Chicago"),
    **dict.fromkeys(
        [f"America/Indiana/{city}" for city in ("Marengo", "Petersburg", "Vevay", "Vincennes", "Winamac")],
        "America/Indiana/Indianapolis",
    ),
}
TWO_ZONES = frozenset(
    [
        "208",
        "986",
        "270",
        "364",
        "308",
        "402",
        "531",
        "406",
        "423",
        "432",
        "435",
        "448",
        "850",
        "458",
        "541",
        "574",
        "605",
        "606",
        "620",
        "701",
        "702",
        "725",
        "706",
        "765",
        "775",
        "785",
        "812",
        "930",
        "865",
        "906",
        "907",
        "915",
        "928",
        "931",
    ]
)
DECIDED = {
    "219": {"America/Chicago", "America/Indiana/Indianapolis"},
    "689": {"America/New_York"},
    "907": {"America/Anchorage", "America/Adak"},
}
ZIP_ZONE = {"89883": "America/Denver"}
NOT_GEOGRAPHIC = frozenset(
    [
        "500",
        "521",
        "522",
        "523",
        "524",
        "525",
        "526",
        "527",
        "528",
        "529",
        "533",
        "544",
        "566",
        "577",
        "588",
        "600",
        "700",
        "710",
        "800",
        "822",
        "833",
        "844",
        "855",
        "866",
        "877",
        "880",
        "881",
        "882",
        "888",
        "900",
    ]
)
STATE_NAMES = {
    "Alabama": "AL",
    "Alaska": "AK",
    "Arizona": "AZ",
    "Arkansas": "AR",
    "California": "CA",
    "Colorado": "CO",
    "Connecticut": "CT",
    "Delaware": "DE",
    "Florida": "FL",
    "Georgia": "GA",
    "Hawaii": "HI",
    "Idaho": "ID",
    "Illinois": "IL",
    "Indiana": "IN",
    "Iowa": "IA",
    "Kansas": "KS",
    "Kentucky": "KY",
    "Louisiana": "LA",
    "Maine": "ME",
    "Maryland": "MD",
    "Massachusetts": "MA",
    "Michigan": "MI",
    "Minnesota": "MN",
    "Mississippi": "MS",
    "Missouri": "MO",
    "Montana": "MT",
    "Nebraska": "NE",
    "Nevada": "NV",
    "New Hampshire": "NH",
    "New Jersey": "NJ",
    "New Mexico": "NM",
    "New York": "NY",
    "North Carolina": "NC",
    "North Dakota": "ND",
    "Ohio": "OH",
    "Oklahoma": "OK",
    "Oregon": "OR",
    "Pennsylvania": "PA",
    "Rhode Island": "RI",
    "South Carolina": "SC",
    "South Dakota": "SD",
    "Tennessee": "TN",
    "Texas": "TX",
    "Utah": "UT",
    "Vermont": "VT",
    "Virginia": "VA",
    "Washington State": "WA",
    "Washington D.C.": "DC",
    "West Virginia": "WV",
    "Wisconsin": "WI",
    "Wyoming": "WY",
    "Puerto Rico": "PR",
}
TERRITORIES = {"670": "MP", "671": "GU", "684": "AS", "340": "VI", "787": "PR", "939": "PR"}
MILITARY = frozenset({"AA", "AE", "AP"})
UNSUPPORTED = frozenset({"FM", "MH", "PW"})


def fold(zones: set[str]) -> set[str]:
    """Zones in the few names whose clocks differ."""
    folded = {SAME_CLOCK.get(zone, zone) for zone in zones if zone}
    return folded & zoneinfo.available_timezones()


def zip_rows(entries: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """``(prefix, state, zones)``: three digits where a prefix is uniform; beside it five digits where it is mixed."""
    by_prefix: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        if entry["state"] not in UNSUPPORTED:
            by_prefix[entry["zip_code"][:3]].append(entry)
    rows = []
    for prefix, members in sorted(by_prefix.items()):
        places = {
            member["zip_code"]: (member["state"], tuple(sorted(fold({member["timezone"]})))) for member in members
        }
        zones = sorted({zone for _, found in places.values() for zone in found})
        state = Counter(state for state, _ in places.values()).most_common(1)[0][0]
        rows.append((prefix, state, " ".join(zones)))
        if len(set(places.values())) > 1:
            rows += [(code, state, " ".join(found)) for code, (state, found) in sorted(places.items())]
    return rows


def area_code_rows(entries: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """``(area code, state or "-", zones)``; no zones for toll-free and other codes that say nothing of a place."""
    told: dict[str, set[str]] = defaultdict(set)
    for prefix, zones in TIMEZONE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            told[prefix[1:4]].update(zones)
    by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        for code in entry["area_codes"]:
            by_code[code].append(entry)
    rows = []
    for code in sorted(told.keys() | by_code.keys() | NOT_GEOGRAPHIC | TERRITORIES.keys()):
        if code in NOT_GEOGRAPHIC:
            rows.append((code, "-", ""))
            continue
        state = state_of(code, by_code[code])
        rows.append((code, state or "-", " ".join(sorted(zones_of(code, state, told[code], by_code[code])))))
    return rows


def zones_of(code: str, state: str | None, told: set[str], entries: list[dict[str, Any]]) -> set[str]:
    """All zones a number of this code may be in."""
    if code in DECIDED:
        return DECIDED[code]
    zones = fold(told)
    if code not in TWO_ZONES:
        return zones or fold({entry["timezone"] for entry in entries if entry["state"] == state})
    zones |= fold({entry["timezone"] for entry in entries if entry["state"] == state})
    if len(zones) == 1:  # the second zone lies across a border: neighbours there have numbers of this code
        zones |= fold({entry["timezone"] for entry in entries})
    return zones


def state_of(code: str, entries: list[dict[str, Any]]) -> str | None:
    """The state that the code was given to; None outside the United States."""
    if code in TERRITORIES:
        return TERRITORIES[code]
    place = geocoder.description_for_number(parse(f"+1{code}2000000"), "en")
    if place in STATE_NAMES:
        return STATE_NAMES[place]
    tail = place.rpartition(", ")[2]
    if tail in STATE_NAMES.values():
        return tail
    if place not in ("", "United States"):
        return None
    counted = Counter(entry["state"] for entry in entries).most_common(1)
    return counted[0][0] if counted else None


def write(name: str, head: str, rows: list[tuple[str, str, str]]) -> None:
    lines = [head, *("\t".join(row) for row in rows)]
    (TARGET / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    every_zip = [
        entry | {"timezone": ZIP_ZONE.get(entry["zip_code"], entry["timezone"])}
        for entry in zipcodes.list_all()  # type: ignore[no-untyped-call]
    ]
    write("zip_codes.tsv", "zip\tstate\tzones", zip_rows(every_zip))
    write("area_codes.tsv", "area_code\tstate\tzones", area_code_rows(every_zip))
