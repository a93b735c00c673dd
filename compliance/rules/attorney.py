"""ATTY-01: a represented person is contacted through the attorney (12 CFR 1006.6(b)(2))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason
from compliance.rules.facts import Attorney
from compliance.rules.registry import rule
from compliance.rules.view import View, started
from compliance.rules.vocabulary import CONTACTS


def active_attorneys(view: View) -> list[Attorney]:
    """Return the representations in force: neither ended nor released by compliance."""
    now = view.now
    return [
        one
        for one in view.facts.attorneys
        if started(one.since, one.ended_at, now) and started(None, one.released_at, now)
    ]


@rule("ATTY-01", who="covered", channels=CONTACTS)
def represented(view: View) -> Iterator[Reason]:
    """Blocks per debt. Where nobody knows who the attorney is, one inquiry may ask."""
    if view.to_professional or view.valid_reply:
        return
    for attorney in active_attorneys(view):
        debts = view.in_scope(attorney.debts, view.covered)
        if not debts:
            continue
        if attorney.identity == "unknown" and view.purpose == "attorney_inquiry" and not _asked_before(view, debts):
            continue
        yield view.reason(
            "ATTY-01",
            "ATTORNEY",
            f"The person is represented by an attorney on debt {', '.join(debts)} since {view.day(attorney.since)}.",
        )


def _asked_before(view: View, debts: list[str]) -> bool:
    wanted = frozenset(debts)
    return any(
        attempt.purpose == "attorney_inquiry"
        and attempt.direction == "outbound"
        and view.reached(attempt)
        and (not attempt.debts or not wanted.isdisjoint(attempt.debts))
        for attempt in view.attempts
    )
