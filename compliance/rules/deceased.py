"""DEC-01: after a death (12 CFR 1006.6(a)(4), 1006.34(a)(1))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import CONSUMER
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CONTACTS


@rule("DEC-01", who="covered", channels=CONTACTS, inbound=True)
def after_a_death(view: View) -> Iterator[Reason]:
    """Nothing to the person who died. To the family and the estate: 30 quiet days, no AI voice, notices by name."""
    if view.to_professional:
        return
    known = [death for death in view.facts.deaths if death.notice_at <= view.now]
    if any(death.person_id == view.intent.person_id for death in known):
        yield view.reason("DEC-01", "DECEASED", "The person is reported to have died.")
    deaths = [death for death in known if death.person_id == CONSUMER]
    if not deaths or view.relation in {"consumer", "co_debtor"}:
        return
    quiet = timedelta(days=view.policy.deceased_quiet_days)
    until = max(view.day(death.notice_at) for death in deaths) + quiet
    if view.outbound and view.today < until:
        yield view.reason(
            "DEC-01",
            "DECEASED",
            f"The consumer's death was reported less than {view.policy.deceased_quiet_days} days ago; "
            f"nobody is contacted before {until}.",
            severity=Severity.POLICY,
            retry_at=view.midnight(until),
        )
    if view.intent.voice_mode == "ai":
        yield view.reason(
            "DEC-01",
            "DECEASED",
            "An AI voice does not speak with the family or estate of a consumer who died.",
            severity=Severity.POLICY,
        )
    unnamed = view.relation == "estate_representative" and (view.person is None or not view.person.named)
    if view.purpose == "validation_notice" and unnamed:
        yield view.reason(
            "DEC-01", "DECEASED", "A notice goes to an estate representative whose name is known, and it is not."
        )
