"""SCRA-01: military status is checked before legal steps and at military addresses (50 USC 3931; product policy)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from compliance.rules.decision import Reason, Severity
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CONTACTS


@rule("SCRA-01", who="all", channels=CONTACTS | {"legal"})
def fresh_military_check(view: View) -> Iterator[Reason]:
    """A certificate at most 2 days old for a legal action, at most 30 for contact to a military address."""
    if view.purpose == "legal_action":
        longest = view.figures.scra_legal_max_age_days
    elif view.is_contact and view.endpoint is not None and view.endpoint.military:
        longest = view.figures.scra_recheck_days
    else:
        return
    checked_on = view.facts.scra.checked_on
    if checked_on is not None and checked_on <= view.today <= checked_on + timedelta(days=longest):
        return
    last = "never" if checked_on is None else f"on {checked_on}"
    yield view.reason(
        "SCRA-01",
        "SCRA_CHECK_STALE",
        f"Military status was last checked {last}; the check may be at most {longest} days old.",
        severity=Severity.POLICY,
    )
