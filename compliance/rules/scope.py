"""SCOPE-03 and SCOPE-04: known ids, a known place, and an authorization for it."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.rules.decision import Effect, Reason, Severity
from compliance.rules.facts import CONSUMER
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CONTACTS, EVERY

_KIND = {"call": "phone", "voicemail": "phone", "sms": "phone", "email": "email", "letter": "address"}


def _is_usable(view: View) -> bool:
    """Return whether the sheet holds the endpoint named, and it is of the channel's kind."""
    if view.endpoint is None:
        return False
    return _KIND.get(view.channel, view.endpoint.kind) == view.endpoint.kind


@rule("SCOPE-03", who="all", channels=EVERY, inbound=True)
def named_facts_exist(view: View) -> Iterator[Reason]:
    """Every id that the intent names must be on the sheet: nothing can be judged about what is not there."""
    intent, facts = view.intent, view.facts
    missing = [f"debts.{debt_id}" for debt_id in intent.debts if debt_id not in facts.debts]
    people = (intent.person_id, *intent.copy_to)
    missing += [f"persons.{one}" for one in people if one != CONSUMER and one not in facts.persons]
    if intent.endpoint_id is not None and not _is_usable(view):
        missing.append("endpoint")
    for name in missing:
        yield view.reason(
            "SCOPE-03",
            f"FACT_MISSING:{name}",
            f"The intent names {name.replace('.', ' ')}, which is not among the facts.",
            severity=Severity.LAW,
        )


@rule("SCOPE-03", who="all", channels=EVERY, inbound=True)
def supported_country(view: View) -> Iterator[Reason]:
    """A country without a rule pack is for a person to review; US rules are never applied to it silently."""
    for country in view.foreign:
        yield view.reason(
            "SCOPE-03",
            "JURISDICTION_UNSUPPORTED",
            f"The person has an address or stated location in {country}, for which there are no rules.",
            severity=Severity.LAW,
            effect=Effect.REVIEW,
        )


@rule("SCOPE-03", who="all", channels=CONTACTS, inbound=True)
def location_known(view: View) -> Iterator[Reason]:
    """Neither a state nor a time zone is known: no rule of place or time could be applied."""
    if not view.licence_states and not view.zones and not view.foreign:
        yield view.reason(
            "SCOPE-03",
            "LOCATION_UNKNOWN",
            "Neither a state nor a time zone of the person is known.",
            severity=Severity.LAW,
        )


@rule("SCOPE-04", who="all", channels=EVERY, inbound=True)
def authorized_everywhere(view: View) -> Iterator[Reason]:
    """Every licence state, and New York City, needs an authorization of this entity and role that is valid today."""
    facts, today = view.facts, view.today
    if not view.licence_states and not view.foreign:
        if view.zones or not view.is_contact:
            yield view.reason(
                "SCOPE-04",
                "FACT_MISSING:state",
                "No state of the person is known, so no authorization can be checked.",
                severity=Severity.STATE,
            )
        return
    needed = view.licence_states | {"NY-NYC"} if view.nyc else view.licence_states
    valid = {
        row.place
        for row in facts.entity.authorizations
        if row.place in needed
        and row.role == facts.role
        and row.valid_from <= today
        and (row.valid_to is None or today <= row.valid_to)
    }
    for place in sorted(needed - valid):
        yield view.reason(
            "SCOPE-04",
            "STATE_NOT_AUTHORIZED",
            f"{facts.entity.name} has no authorization as {facts.role.replace('_', ' ')} in {place} on {today}.",
            severity=Severity.STATE,
        )
