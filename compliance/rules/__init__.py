"""The pure rules of the contact gate: `evaluate(intent, facts, pack, now) -> Decision`.

Standard library only. Parse once, evaluate as often as wanted:

    decision = evaluate(parse_intent(body["intent"]), parse_facts(body["facts"]), packs.load(), at)
"""

from compliance.rules.decision import Budget, Decision, Effect, Outcome, Reason, Severity
from compliance.rules.facts import FactSheet, Intent
from compliance.rules.gate import evaluate
from compliance.rules.parsing import MalformedFacts, parse_facts, parse_intent, parse_shared

__all__ = [
    "Budget",
    "Decision",
    "Effect",
    "FactSheet",
    "Intent",
    "MalformedFacts",
    "Outcome",
    "Reason",
    "Severity",
    "evaluate",
    "parse_facts",
    "parse_intent",
    "parse_shared",
]
