"""MEDIUM-01: no contact through a medium or an endpoint that the person has stopped (12 CFR 1006.14(h))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason, Severity
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CONTACTS


@rule("MEDIUM-01", who="all", channels=CONTACTS)
def opted_out(view: View) -> Iterator[Reason]:
    """Effective at once, for any debt, oral or written, by any person; binds every role but first party as law."""
    if view.answers_consumer or _may_pass(view):
        return
    severity = Severity.POLICY if view.first_party else Severity.LAW
    for optout in view.optouts:
        if not view.stops(optout):
            continue
        day = view.day(optout.at)
        if optout.scope == "endpoint":
            code, message = "ENDPOINT_OPTOUT", f"The person opted out of {view.medium} at this endpoint on {day}."
        else:
            code, message = "MEDIUM_OPTOUT", f"The person opted out of {view.medium} on {day}."
        yield view.reason("MEDIUM-01", code, message, severity=severity)


def _may_pass(view: View) -> bool:
    """A medium that the law requires; and a creditor's own servicing of debts that are current."""
    if view.purpose == "legally_required":
        return view.intent.required_medium
    return view.purpose == "servicing" and view.first_party and all(debt.dpd == 0 for debt in view.debts)
