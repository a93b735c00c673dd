"""PLACE-01 and WORK-01: inconvenient and unusual places, and the place of work (12 CFR 1006.6(b)(1)(ii), (b)(3))."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import CONSUMER, Endpoint
from compliance.rules.registry import rule
from compliance.rules.view import View, started
from compliance.rules.vocabulary import CONTACTS, PHONE

_ADDRESS_PLACE = {"residence": "home", "work": "work"}
_WORK_EMAIL_BASES = frozenset({"i_A", "i_B", "iii"})


def _place_of(endpoint: Endpoint) -> str:
    return _ADDRESS_PLACE.get(endpoint.address_type or "", endpoint.place)


@rule("PLACE-01", who="covered", channels=PHONE | {"letter"})
def inconvenient_place(view: View) -> Iterator[Reason]:
    """A number or address tied to a place that the consumer called inconvenient."""
    endpoint = view.endpoint
    if endpoint is None or view.intent.person_id != CONSUMER or view.answers_consumer:
        return
    place = _place_of(endpoint)
    for named in view.facts.consumer.inconvenient_places:
        if named.place == place and started(named.at, named.ended_at, view.now):
            yield view.reason(
                "PLACE-01",
                "PLACE_INCONVENIENT",
                f"The consumer said on {view.day(named.at)} not to be contacted at {place}.",
            )


@rule("PLACE-01", who="covered", channels=PHONE | {"email"})
def unusual_place(view: View) -> Iterator[Reason]:
    """The consumer is known to be at a hospital, in court, at a funeral or driving."""
    known = view.facts.consumer.unusual_place
    if known is None or view.intent.person_id != CONSUMER or view.answers_consumer:
        return
    if started(known.learned_at, known.until, view.now):
        yield view.reason(
            "PLACE-01",
            "PLACE_UNUSUAL",
            f"The consumer is known to be at an unusual place ({known.place}).",
            retry_at=known.until,
        )


@rule("WORK-01", who="covered", channels=CONTACTS)
def place_of_work(view: View) -> Iterator[Reason]:
    """Not where the employer forbids it; work phones only with the consumer's direct consent (product policy)."""
    endpoint = view.endpoint
    if endpoint is None or view.answers_consumer or endpoint.kind == "email":
        return
    at_work = _place_of(endpoint) == "work"
    if endpoint.work_prohibited:
        yield view.reason("WORK-01", "WORK_PROHIBITED", "The employer forbids contact at this place of work.")
    if endpoint.kind == "phone" and at_work:
        consents = view.consents("work")
        if consents:
            view.rely_on(consent.id for consent in consents)
        elif not view.policy.work_allow_without_consent:
            yield view.reason(
                "WORK-01",
                "WORK_PROHIBITED",
                "There is no consent to calls at this work number.",
                severity=Severity.POLICY,
            )


@rule("WORK-01", who="covered", channels=frozenset({"email"}))
def employers_mailbox(view: View) -> Iterator[Reason]:
    """12 CFR 1006.22(f)(3): an address known to be the employer's needs a basis that the consumer gave."""
    endpoint = view.endpoint
    if endpoint is None or not endpoint.employer or view.answers_consumer:
        return
    bases = [basis for basis in view.holding_bases(endpoint) if basis.basis in _WORK_EMAIL_BASES]
    if bases:
        view.rely_on(basis.evidence_id for basis in bases)
    else:
        yield view.reason(
            "WORK-01",
            "WORK_EMAIL",
            "The address is known to be the employer's, and neither the consumer's own use nor consent is recorded.",
        )
