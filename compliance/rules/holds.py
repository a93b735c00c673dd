"""HOLD: holds placed by people or by the workspace (product policy, never switched off)."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Effect, Reason, Severity
from compliance.rules.registry import rule
from compliance.rules.view import View, started
from compliance.rules.vocabulary import ANSWERS, EVERY

_CODES = {
    "kill_switch": ("KILL_SWITCH", "All contact is stopped"),
    "state_not_authorized": ("STATE_NOT_AUTHORIZED", "The account is held because its state is not authorized"),
    "human_requested": ("HUMAN_REQUESTED", "The person asked to speak with a human, so no artificial voice calls"),
    "manual": ("HOLD", "The account is on hold"),
}
_PASSES_MANUAL = ANSWERS | {"legally_required", "optout_confirmation"}


@rule("HOLD", who="all", channels=EVERY)
def held(view: View) -> Iterator[Reason]:
    """Each hold in force on a debt of the intent blocks; one with an end only until then."""
    for hold in view.facts.holds:
        if not started(hold.since, hold.until, view.now):
            continue
        if hold.debts is not None and hold.debts.isdisjoint(view.intent.debts):
            continue
        if hold.kind == "human_requested" and not view.artificial:
            continue
        if hold.kind == "manual" and view.purpose in _PASSES_MANUAL:
            continue
        code, says = _CODES[hold.kind]
        end = "until it is released" if hold.until is None else f"until {hold.until:%Y-%m-%d %H:%M} UTC"
        yield view.reason(
            "HOLD",
            code,
            f"{says}, {end}.",
            severity=Severity.POLICY,
            effect=Effect.DENY,
            retry_at=hold.until,
        )
