"""Rule packs: the dated data behind the rules. Rules hold logic, packs hold figures, places, dates and citations.

A pack is one JSON file named by its id. Loading compiles it once into frozen sets; the gate reads nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

CURRENT = "us-2026.11"
FACTS_SCHEMA = Path(__file__).with_name("gate_facts.schema.json")


class UnknownPack(LookupError):
    """No rule pack has this id."""


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule is called to people: its citation and one plain sentence."""

    cite: str
    says: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A federal rule that a state's own law puts on creditors too, but for `but_channels` (gate-facts.md 9)."""

    rule_id: str
    place: str
    cite: str
    only_channels: frozenset[str]
    but_channels: frozenset[str]

    def covers(self, channel: str) -> bool:
        return channel not in self.but_channels and (not self.only_channels or channel in self.only_channels)


@dataclass(frozen=True, slots=True)
class Figures:
    """The legal and product figures; days are local days, times are minutes of the local day."""

    calls_per_7d: int
    quiet_days: int
    hours_start: int
    hours_end: int
    stated_location_ttl_days: int
    device_days: int
    sms_freshness_days: int
    creditor_notice_min_days: int
    confirmation_max_seconds: int
    notice_days: int
    overshadow_margin_days: int
    dispute_policy_hold_days: int
    time_bar_warning_days: int
    scra_legal_max_age_days: int
    scra_recheck_days: int
    provisional_bankruptcy_days: int
    landline_calls: int
    landline_window_days: int
    revoke_all_from: date
    california_commercial_max: int
    california_commercial_from: date


@dataclass(frozen=True, slots=True)
class Pack:
    id: str
    figures: Figures
    rules: Mapping[str, RuleText]
    codes: Mapping[str, str]
    duties: Mapping[str, tuple[Duty, ...]]
    supported_countries: frozenset[str]
    no_states: frozenset[str]
    nyc_prefixes: frozenset[str]
    nyc_zips: frozenset[str]
    adad_approval: frozenset[str]
    adad_relationship: frozenset[str]
    barred_extinguished: frozenset[str]
    barred_text: frozenset[str]
    barred_text_debt_buyer: frozenset[str]
    limitation_years: Mapping[str, tuple[int | None, int | None]]
    effective: Mapping[str, date]

    def is_nyc(self, zip_code: str) -> bool:
        return zip_code[:3] in self.nyc_prefixes or zip_code in self.nyc_zips

    def cite(self, rule_id: str) -> str:
        return self.rules[rule_id].cite


@cache
def load(pack_id: str = CURRENT) -> Pack:
    """Return the compiled pack. Raises UnknownPack."""
    path = Path(__file__).with_name(f"{pack_id}.json")
    if not path.is_file():
        raise UnknownPack(pack_id)
    return _compile(json.loads(path.read_text(encoding="utf-8")))


def _compile(raw: Mapping[str, Any]) -> Pack:
    figures = dict(raw["figures"])
    for key in ("revoke_all_from", "california_commercial_from"):
        figures[key] = date.fromisoformat(figures[key])
    duties: dict[str, list[Duty]] = {}
    for row in raw["first_party_duties"]:
        for rule_id in row["rules"]:
            duty = Duty(
                rule_id,
                row["place"],
                row["cite"],
                frozenset(row.get("only_channels", ())),
                frozenset(row.get("but_channels", ())),
            )
            duties.setdefault(rule_id, []).append(duty)
    barred = raw["time_barred"]
    return Pack(
        id=raw["id"],
        figures=Figures(**figures),
        rules={rule_id: RuleText(**text) for rule_id, text in raw["rules"].items()},
        codes=raw["codes"],
        duties={rule_id: tuple(rows) for rule_id, rows in duties.items()},
        supported_countries=frozenset(raw["supported_countries"]),
        no_states=frozenset(raw["no_states"]),
        nyc_prefixes=frozenset(raw["nyc"]["zip_prefixes"]),
        nyc_zips=frozenset(raw["nyc"]["zips"]),
        adad_approval=frozenset(raw["adad"]["counsel_approval"]),
        adad_relationship=frozenset(raw["adad"]["consent_or_relationship"]),
        barred_extinguished=frozenset(barred["extinguished"]),
        barred_text=frozenset(barred["written_text"]),
        barred_text_debt_buyer=frozenset(barred["written_text_debt_buyer"]),
        limitation_years={place: (years[0], years[1]) for place, years in raw["limitation_years"].items()},
        effective={rule_id: date.fromisoformat(day) for rule_id, day in raw["effective"].items()},
    )
