"""DISP-01, OC-01 and ST-TX-1: disputes and requests for the original creditor (12 CFR 1006.38)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import CONSUMER, Answer, Debt, Dispute
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import ANSWERS, EVERY

_PASSES = ANSWERS | {"legally_required", "optout_confirmation", "proof_of_claim"}
_RULE = {"dispute": ("DISP-01", "DISPUTE_HOLD"), "original_creditor": ("OC-01", "ORIGINAL_CREDITOR_HOLD")}


@dataclass(frozen=True, slots=True)
class DisputeHold:
    """A dispute that is held; `severity` None is R, `until` the first local day on which it is not any more."""

    rule_id: str
    severity: Severity | None
    until: date | None = None


def active_disputes(view: View, debt: Debt) -> list[Dispute]:
    return [
        one
        for one in view.facts.disputes
        if one.debt_id == debt.id
        and one.received_at <= view.now
        and (one.withdrawn_at is None or one.withdrawn_at > view.now)
    ]


def partial_amount(debt: Debt, dispute: Dispute) -> Decimal | None:
    """Return the disputed part, or None if the whole debt is disputed."""
    if dispute.kind != "dispute" or dispute.amount is None:
        return None
    whole = debt.balance is not None and dispute.amount >= debt.balance
    return None if whole else dispute.amount


def hold_of(view: View, debt: Debt, dispute: Dispute) -> DisputeHold | None:
    """Judge one dispute: answered, timely, timely by policy, held by Texas, or held 30 days by policy."""
    if any(_counts(view, answer) for answer in dispute.answers):
        return None
    rule_id = _RULE[dispute.kind][0]
    received_on = view.day(dispute.received_at)
    period_end = debt.notice.period_end
    if dispute.written:
        if period_end is None or received_on <= period_end:
            return DisputeHold(rule_id, None)
        if _timely_by_policy(view, dispute, received_on, period_end):
            return DisputeHold(rule_id, Severity.POLICY)
        if dispute.kind == "original_creditor":
            return None
        if view.collector and "TX" in view.law_states:
            return DisputeHold("ST-TX-1", Severity.STATE)
    elif dispute.kind == "original_creditor" and period_end is not None and received_on > period_end:
        return None
    until = received_on + timedelta(days=view.figures.dispute_policy_hold_days)
    return DisputeHold(rule_id, Severity.POLICY, until) if view.today < until else None


def _timely_by_policy(view: View, dispute: Dispute, received_on: date, period_end: date) -> bool:
    if received_on <= period_end + timedelta(days=view.policy.vn_grace_days):
        return True
    posted = dispute.postmarked_on
    return view.policy.vn_postmark_rule and posted is not None and posted <= period_end


def _counts(view: View, answer: Answer) -> bool:
    """An answer releases if mailed, or sent electronically under an E-SIGN consent, and it has not come back."""
    if answer.sent_on > view.today or view.begun(answer.returned_on):
        return False
    return answer.medium == "mail" or any(
        consent.kind == "esign"
        and consent.person_id == CONSUMER
        and view.day(consent.at) <= answer.sent_on
        and (consent.medium is None or consent.medium == answer.medium)
        and (consent.revoked_at is None or view.day(consent.revoked_at) > answer.sent_on)
        for consent in view.facts.consents
    )


@rule("DISP-01", who="covered", channels=EVERY, inbound=True)
def disputed(view: View) -> Iterator[Reason]:
    """Blocks per dispute. A partial one holds no contact; furnishing is flagged, not held, by a dispute."""
    if view.purpose in _PASSES:
        return
    for debt, dispute, hold in holds(view):
        if dispute.kind == "dispute" and view.channel == "furnish":
            continue
        if view.is_contact and partial_amount(debt, dispute) is not None:
            continue
        yield reason_of(view, debt, dispute, hold)


def holds(view: View) -> Iterator[tuple[Debt, Dispute, DisputeHold]]:
    """Yield the disputes of covered debts that are held today, whole or in part."""
    for debt in view.covered:
        for dispute in active_disputes(view, debt):
            hold = hold_of(view, debt, dispute)
            if hold is not None:
                yield debt, dispute, hold


def reason_of(view: View, debt: Debt, dispute: Dispute, hold: DisputeHold) -> Reason:
    """Say why the debt, or its disputed part, is held."""
    asked = "disputed" if dispute.kind == "dispute" else "asked who the original creditor of"
    how = "in writing" if dispute.written else "orally"
    ends = "until it is answered" if hold.until is None else f"until {hold.until}"
    tail = "" if dispute.kind == "dispute" else " is"
    return view.reason(
        hold.rule_id,
        _RULE[dispute.kind][1],
        f"The person {asked} debt {debt.id}{tail} {how} on {view.day(dispute.received_at)}; it is held {ends}.",
        severity=hold.severity,
        retry_at=None if hold.until is None else view.midnight(hold.until),
    )


def dispute_obligations(view: View) -> Iterator[str]:
    """Yield SAY_DISPUTED, DISPUTED_AMOUNT and DISPUTE_FLAG of the covered debts (12 CFR 1006.18(c)(2))."""
    for debt in view.covered:
        disputes = [one for one in active_disputes(view, debt) if one.kind == "dispute"]
        if view.channel == "furnish":
            if disputes:
                yield f"DISPUTE_FLAG:{debt.id}"
            continue
        if not view.is_contact:
            continue
        for dispute in disputes:
            amount = partial_amount(debt, dispute)
            if hold_of(view, debt, dispute) is None:
                yield f"SAY_DISPUTED:{debt.id}"
            elif amount is not None:
                yield f"DISPUTED_AMOUNT:{debt.id}:{amount:.2f}"
