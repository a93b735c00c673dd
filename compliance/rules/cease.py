"""CEASE-01: the person asked us to stop or refuses to pay (15 USC 1692c(c); 12 CFR 1006.6(c))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import Cease
from compliance.rules.registry import rule
from compliance.rules.view import View, started
from compliance.rules.vocabulary import CONTACTS


@rule("CEASE-01", who="covered", channels=CONTACTS)
def asked_to_stop(view: View) -> Iterator[Reason]:
    """A written request is law from its receipt; an oral one is treated alike as product policy."""
    if view.to_professional or view.purpose == "legally_required":
        return
    for cease in view.facts.cease:
        if not started(cease.received_at, cease.withdrawn_at, view.now):
            continue
        debts = view.in_scope(cease.debts, view.covered)
        if not debts or _is_excepted(view, cease):
            continue
        how = "in writing" if cease.written else "orally"
        yield view.reason(
            "CEASE-01",
            "CEASE",
            f"The person asked {how} on {view.day(cease.received_at)} to end contact about debt {', '.join(debts)}.",
            severity=None if cease.written else Severity.POLICY,
        )


def _is_excepted(view: View, cease: Cease) -> bool:
    """One verification by letter, and one approved letter of each kind of 12 CFR 1006.6(c)(2)."""
    if view.channel != "letter":
        return False
    if view.purpose == "verification_response":
        return not _sent_since(view, cease, "verification_response", None)
    if view.purpose == "cease_exception":
        kind = view.intent.cease_exception_kind
        return view.intent.human_approved and not _sent_since(view, cease, "cease_exception", kind)
    return False


def _sent_since(view: View, cease: Cease, purpose: str, kind: str | None) -> bool:
    """Return whether such a contact went out since; one that records no kind may have been of this kind."""
    return any(
        attempt.purpose == purpose
        and attempt.direction == "outbound"
        and attempt.at >= cease.received_at
        and (kind is None or attempt.cease_exception_kind in {None, kind})
        and (not attempt.debts or not attempt.debts.isdisjoint(view.intent.debts))
        for attempt in view.attempts
    )
