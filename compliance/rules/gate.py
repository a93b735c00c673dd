"""`evaluate`: one act, one fact sheet, one pack, one instant; every reason, never only the first (gate-facts.md 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from compliance.packs import Pack
from compliance.rules import book, content, frequency
from compliance.rules.dates import instant_within_calendar
from compliance.rules.decision import Decision, Effect, Outcome, Reason, Severity
from compliance.rules.facts import FactSheet, Intent
from compliance.rules.view import View

_SEARCH = timedelta(days=7)
_EASTERN = "America/New_York"
_GRAVITY = (Severity.LAW, Severity.STATE, Severity.POLICY)


def evaluate(intent: Intent, facts: FactSheet, pack: Pack, now: datetime) -> Decision:
    """Decide whether the act may happen at `now`.

    Pure: reads no clock, no database, no network. `now` is an aware instant. Any schema-valid intent and sheet is
    answered; nothing is raised for what they say.
    """
    view = View(intent, facts, pack, instant_within_calendar(now))
    reasons = _reasons(view)
    outcome = outcome_of(reasons)
    next_allowed_at = None
    if outcome is Outcome.DEFER:
        outcome, next_allowed_at, added = _search(view, reasons)
        reasons += added
    return Decision(
        outcome=outcome,
        reasons=tuple(reasons),
        obligations=content.obligations(view),
        relied_on=tuple(sorted(view.relied_on)),
        next_allowed_at=next_allowed_at,
        rule_pack=pack.id,
        zones=_zones(view),
        budgets=tuple(frequency.budgets(view)),
        evaluated_at=now,
    )


def outcome_of(reasons: Iterable[Reason]) -> Outcome:
    """Combine effects: any refusal denies, else any review reviews, else any wait defers."""
    effects = {reason.effect for reason in reasons}
    if not effects:
        return Outcome.ALLOW
    if Effect.DENY in effects:
        return Outcome.DENY
    return Outcome.REVIEW if Effect.REVIEW in effects else Outcome.DEFER


def _reasons(view: View) -> list[Reason]:
    return kept(view, _distinct(book.RULES.reasons(view)))


def kept(view: View, reasons: list[Reason]) -> list[Reason]:
    """Drop the POLICY reasons that the creditor switched off."""
    off, policy = view.policy.off, view.policy
    drops_all = view.first_party and not policy.first_party_uses_gate
    if not off and not drops_all:
        return reasons
    return [reason for reason in reasons if not _is_dropped(reason, off, drops_all=drops_all)]


def _distinct(reasons: list[Reason]) -> list[Reason]:
    """Each reason once: a stop that was said eight times is told once, at the gravest of its severities."""
    if len(reasons) == 1:
        return reasons
    found: dict[tuple[object, ...], Reason] = {}
    for reason in reasons:
        key = (reason.rule_id, reason.code, reason.message, reason.effect, reason.retry_at)
        if key not in found or _GRAVITY.index(reason.severity) < _GRAVITY.index(found[key].severity):
            found[key] = reason
    return list(found.values())


def _is_dropped(reason: Reason, off: frozenset[str], *, drops_all: bool) -> bool:
    if reason.severity is not Severity.POLICY or reason.rule_id == "HOLD" or reason.code.startswith("RULE_PENDING"):
        return False
    return drops_all or reason.rule_id in off


def _latest_retry(reasons: Iterable[Reason]) -> datetime:
    return max(reason.retry_at for reason in reasons if reason.retry_at is not None)


def _search(view: View, reasons: list[Reason]) -> tuple[Outcome, datetime | None, list[Reason]]:
    """Follow the latest retry until the same facts allow the act, at most 7 days beyond the first one.

    Returns the outcome, the instant of ALLOW, and what a DENY or REVIEW on the way adds to the reasons.
    """
    instant = _latest_retry(reasons)
    last = instant + _SEARCH
    while True:
        then = _reasons(View(view.intent, view.facts, view.pack, instant))
        outcome = outcome_of(then)
        if outcome is Outcome.ALLOW:
            return Outcome.DEFER, instant, []
        if outcome is not Outcome.DEFER:
            known = {(reason.rule_id, reason.code, reason.effect) for reason in reasons}
            added = [one for one in then if (one.rule_id, one.code, one.effect) not in known]
            return outcome, None, added
        following = _latest_retry(then)
        if following > last:
            return Outcome.REVIEW, None, []
        instant = following


def _zones(view: View) -> tuple[str, ...]:
    """The zones of TIME-01, and Eastern where D.C. asks for its own hours (ST-DC-3)."""
    names = {zone.key for zone in view.zones}
    if view.covered and "DC" in view.law_states and view.channel in {"call", "voicemail", "sms"}:
        names.add(_EASTERN)
    return tuple(sorted(names))
