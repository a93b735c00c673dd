"""ID-01 and E3P-01: who speaks, and who may be told (12 CFR 1006.18(f); 1006.6(d)(1))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import CONSUMER, Person
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CALLS, CONTACTS, RECIPIENTS


def _is_among(name: str, names: Iterable[str]) -> bool:
    wanted = name.strip().casefold()
    return any(wanted == other.strip().casefold() for other in names)


@rule("ID-01", who="all", channels=CONTACTS, inbound=True)
def true_name(view: View) -> Iterator[Reason]:
    """A creditor speaks in a name of its own, everybody else in a true name of the operating entity."""
    entity, creditor = view.facts.entity, view.facts.creditor
    shown = view.intent.from_name or entity.name
    creditor_names = (creditor.name, *creditor.own_names)
    if view.first_party:
        if not _is_among(shown, creditor_names):
            yield view.reason(
                "ID-01",
                "IDENTITY_NAME_MISMATCH",
                f"{shown} is no name of the creditor {creditor.name}, so it would suggest a third party.",
                severity=Severity.LAW,
            )
        return
    if _is_among(shown, (entity.name, *entity.names)):
        return
    white_label = _is_among(shown, creditor_names)
    yield view.reason(
        "ID-01",
        "IDENTITY_WHITE_LABEL" if white_label else "IDENTITY_NAME_MISMATCH",
        f"{shown} is {'the creditor’s name' if white_label else 'not a true name of the sender'}; "
        f"the sender is {entity.name}.",
        severity=Severity.LAW,
    )


@rule("E3P-01", who="all", channels=CONTACTS)
def strangers_endpoint(view: View) -> Iterator[Reason]:
    """An endpoint known to be a stranger's is used for nothing but the confirmation of an opt-out."""
    endpoint = view.endpoint
    if endpoint is not None and endpoint.wrong_party and not view.valid_confirmation:
        yield view.reason(
            "E3P-01",
            "THIRD_PARTY",
            "The endpoint is known to belong to somebody else.",
            severity=None if view.first_party else Severity.LAW,
        )


@rule("E3P-01", who="covered", channels=CONTACTS, inbound=True)
def recipients(view: View) -> Iterator[Reason]:
    """The person contacted, and everybody who gets a copy, must be allowed to know of the debt.

    Location calls may go to anyone: they say nothing of a debt. The spouse is told only if the creditor wants it, and
    in D.C. only after asking unprompted (D.C. Code 28-3814(e)(2)).
    """
    if view.purpose != "location_info" and view.person is not None:
        yield from _judge(view, view.person, "The person contacted")
    for person_id in view.intent.copy_to:
        copied = view.facts.persons.get(person_id)
        if copied is not None:
            yield from _judge(view, copied, "A person who gets a copy")


def _judge(view: View, person: Person, who: str) -> Iterator[Reason]:
    if person.id == CONSUMER or person.relation in RECIPIENTS:
        return
    severity: Severity | None = None
    why = "may not be told of the debt"
    if person.relation == "spouse":
        told = view.policy.e3p_spouse
        if "DC" in view.law_states and not (person.asked_unprompted and told):
            severity, why = Severity.STATE, "may not be told of the debt in D.C."
        elif told or _consumer_died(view):
            return
        else:
            severity, why = Severity.POLICY, "is told only if the creditor allows it"
    yield view.reason("E3P-01", "THIRD_PARTY", f"{who} ({person.relation.replace('_', ' ')}) {why}.", severity=severity)


def _consumer_died(view: View) -> bool:
    return any(death.person_id == CONSUMER and death.notice_at <= view.now for death in view.facts.deaths)


@rule("E3P-01", who="covered", channels=CALLS, inbound=True)
def right_party(view: View) -> Iterator[Reason]:
    """On a call nothing reveals a debt before the person is verified, and a failed verification ends it."""
    content = view.intent.content
    if view.intent.right_party == "failed":
        yield view.reason("E3P-01", "RPC_REQUIRED", "The person failed the verification of identity.")
    elif view.intent.right_party != "verified" and content is not None and content.reveals_debt:
        yield view.reason("E3P-01", "RPC_REQUIRED", "The content reveals a debt, and the person is not verified yet.")
