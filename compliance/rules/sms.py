"""SMS-01: which number may be texted (12 CFR 1006.6(d)(5))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.rules.decision import Reason, Severity
from compliance.rules.registry import rule
from compliance.rules.view import View


@rule("SMS-01", who="covered", channels=frozenset({"sms"}))
def recorded_and_fresh_basis(view: View) -> Iterator[Reason]:
    """A text of the person from the number, or direct consent, renewed or checked within 60 days."""
    if view.endpoint is None or view.to_professional or view.answers_consumer:
        return
    consents = [consent for consent in view.consents("sms") if consent.given_to == "us"]
    based_on = [view.day(consent.at) for consent in consents]
    texted_on = view.endpoint.last_inbound_text_on
    if texted_on is not None and view.begun(texted_on):
        based_on.append(texted_on)
    if not based_on:
        yield view.reason(
            "SMS-01", "SMS_BASIS", "The person neither texted from this number about the debt nor consented to texts."
        )
        return
    freshest = _freshest(view, based_on)
    legal = view.figures.sms_freshness_days
    own = min(view.policy.sms_freshness_days, legal)
    if view.today <= freshest + timedelta(days=own):
        view.rely_on(consent.id for consent in consents)
        return
    stale_by_law = view.today > freshest + timedelta(days=legal)
    yield view.reason(
        "SMS-01",
        "SMS_STALE",
        f"The newest text, consent or database check is of {freshest}, more than {legal if stale_by_law else own} "
        f"days before {view.today}.",
        severity=None if stale_by_law else Severity.POLICY,
    )


def _freshest(view: View, based_on: list[date]) -> date:
    """Return the newest of the bases and of the "not reassigned" answers since the oldest of them."""
    oldest = min(based_on)
    checks = view.endpoint.rnd if view.endpoint is not None else ()
    cleared = [check.on for check in checks if check.result == "no" and oldest <= check.on <= view.today]
    return max([*based_on, *cleared])
