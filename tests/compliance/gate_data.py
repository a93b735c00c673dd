"""The vectors of gate-facts.md 11, as tests read them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from compliance import packs
from compliance.rules import Decision, evaluate, parse_facts, parse_intent

FOLDER = Path(__file__).parents[1] / "data" / "gate"


def load(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


_GATE = load("gate_vectors.json")
VECTORS: dict[str, dict[str, Any]] = {vector["id"]: vector for vector in _GATE["vectors"]}
RULE_VECTORS: dict[str, dict[str, Any]] = {vector["id"]: vector for vector in load("rule_vectors.json")["vectors"]}


def merged(target: Any, patch: Any) -> Any:
    """Apply an RFC 7396 merge patch."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def sheet(source: dict[str, Any]) -> dict[str, Any]:
    """Return a whole fact sheet: a base with its patches applied, or the sheet itself."""
    if "base" not in source:
        return source
    return merged(sheet(_GATE["bases"][source["base"]]), source["patch"])


@cache
def base(name: str) -> dict[str, Any]:
    return sheet(_GATE["bases"][name])


def facts_of(vector_id: str) -> dict[str, Any]:
    return sheet(VECTORS[vector_id]["facts"])


def at_of(vector_id: str) -> datetime:
    return datetime.fromisoformat(VECTORS[vector_id]["at"])


def decide(intent: dict[str, Any], facts: dict[str, Any], at: datetime | str) -> Decision:
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return evaluate(parse_intent(intent), parse_facts(facts), packs.load(), instant)


def decide_vector(vector_id: str) -> Decision:
    return decide(VECTORS[vector_id]["intent"], facts_of(vector_id), at_of(vector_id))
