"""IDT-01: debts that may come from identity theft (15 USC 1681c-2, 1681m(f), 1681s-2(a)(6))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason, Severity
from compliance.rules.registry import rule
from compliance.rules.view import View, started
from compliance.rules.vocabulary import ANSWERS, EVERY

_PASSES = ANSWERS | {"legally_required", "optout_confirmation", "location_info", "proof_of_claim"}
_SAYS = {
    "bureau_block": "a credit bureau's block",
    "report": "an identity-theft report",
    "claim": "the consumer's claim of identity theft",
}


@rule("IDT-01", who="covered", channels=EVERY, inbound=True)
def identity_theft(view: View) -> Iterator[Reason]:
    """Open until an investigation releases it; selling and furnishing are barred by federal law."""
    if view.purpose in _PASSES:
        return
    if view.channel in {"sale", "furnish"}:
        severity = Severity.LAW
    else:
        severity = Severity.STATE if "CA" in view.law_states else Severity.POLICY
    for report in view.facts.identity_theft:
        debts = view.in_scope(report.debts, view.covered)
        if debts and started(report.at, report.released_at, view.now):
            yield view.reason(
                "IDT-01",
                "SALE_BLOCKED" if view.channel == "sale" else "IDENTITY_THEFT",
                f"Debt {', '.join(debts)} is under {_SAYS[report.kind]} of {view.day(report.at)}.",
                severity=severity,
            )
