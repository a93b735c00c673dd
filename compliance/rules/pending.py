"""Rules that are not built yet: each denies with RULE_PENDING where it could speak, nowhere else (gate-facts.md 10).

A rule could speak if the intent meets its channels, purpose and place, and the sheet holds what it reads. Building one
means writing its module and deleting its entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import Attempt, Debt
from compliance.rules.registry import rule
from compliance.rules.view import NYC, View
from compliance.rules.vocabulary import CALLS, CAMPAIGN, CONTACTS, ELECTRONIC, PHONE

_MORE_THAN = 30  # days past due at which the caps of Massachusetts and D.C. begin
_DC_EXEMPT = frozenset({"mortgage", "auto_direct"})


_PLACES = frozenset({"MA", "NY", NYC, "DC", "WA", "WV", "OR", "NH", "NC"})


@dataclass(frozen=True, slots=True)
class Pending:
    id: str
    could_speak: Callable[[View], bool]
    severity: Severity | None = Severity.STATE


def _past(debt: Debt, days: int) -> bool:
    return debt.dpd is None or debt.dpd > days


def _late(view: View) -> list[Debt]:
    return [debt for debt in view.covered if _past(debt, _MORE_THAN)]


def _capped(view: View) -> bool:
    """State caps run for campaign purposes (an invalid reply is judged as collecting)."""
    return view.outbound and view.campaign


def _about_any(view: View, attempt: Attempt, debts: list[Debt]) -> bool:
    return any(view.about(attempt, debt) for debt in debts)


def _could_have_left_message(view: View, attempt: Attempt) -> bool:
    possible = attempt.message_possible
    if possible is None:
        possible = view.reached(attempt)
    return possible and not view.wrong(attempt)


def _massachusetts(view: View) -> bool:
    if "MA" not in view.law_states or view.channel not in PHONE or not view.outbound or view.answers_consumer:
        return False
    late = _late(view)
    if not late:
        return False
    if view.channel in CALLS and view.relation in {"spouse", "household_member"}:
        return True
    return _capped(view) and any(
        one.channel in PHONE and _could_have_left_message(view, one) and _about_any(view, one, late)
        for one in view.to_person
    )


def _new_york_city(view: View) -> bool:
    if not view.nyc or not view.is_contact or not view.outbound or view.today < view.pack.effective["ST-NYC-1"]:
        return False
    debts = [debt for debt in view.covered if debt.in_collections or not view.first_party]
    if not debts:
        return False
    consent_needed = view.channel in ELECTRONIC and not view.answers_consumer and view.purpose != "legally_required"
    counted = (
        one
        for one in view.attempts
        if one.person_id == view.intent.person_id
        and (one.channel != "letter" or one.purpose in CAMPAIGN)
        and _about_any(view, one, debts)
    )
    return consent_needed or (_capped(view) and any(counted))


def _new_york(view: View) -> bool:
    return (
        "NY" in view.law_states
        and view.channel == "email"
        and view.outbound
        and not view.first_party
        and not view.answers_consumer
        and view.purpose != "legally_required"
    )


def _in_dc(view: View) -> bool:
    return view.outbound and "DC" in view.law_states


def _dc_debts(view: View) -> bool:
    return any(debt.klass not in _DC_EXEMPT for debt in _late(view))


def _dc_calls(view: View) -> bool:
    return _in_dc(view) and view.channel in CALLS and _capped(view) and _dc_debts(view)


def _dc_messages(view: View) -> bool:
    passes = view.purpose == "legally_required" or view.answers_consumer
    return _in_dc(view) and view.channel in ELECTRONIC and not passes and _dc_debts(view)


def _dc_hours(view: View) -> bool:
    return _in_dc(view) and view.channel in PHONE and not view.answers_consumer


def _dc_documents(view: View) -> bool:
    charged_off = any(debt.charged_off is not False for debt in view.covered)
    return _in_dc(view) and view.is_contact and view.campaign and not view.first_party and charged_off


def _calls_of_person(view: View, *, work: bool = False) -> bool:
    """Return whether the sheet holds reached calls to the person (with `work`, to an endpoint at work)."""
    return any(
        one.channel in CALLS and view.reached(one) and (not work or _is_work(view, one.endpoint_id))
        for one in view.to_person
    )


def _is_work(view: View, endpoint_id: str | None) -> bool:
    endpoint = view.facts.endpoints.get(endpoint_id or "")
    return endpoint is not None and endpoint.place == "work"


def _washington(view: View) -> bool:
    """RCW 19.16.250 counts the consumer's and the spouse's contacts together."""
    if "WA" not in view.law_states or view.first_party or view.relation not in {"consumer", "spouse"}:
        return False
    spouses = {person.id for person in view.facts.persons.values() if person.relation == "spouse"} | {"consumer"}
    return (
        view.is_contact
        and _capped(view)
        and any(one.person_id in spouses and one.direction == "outbound" and view.reached(one) for one in view.attempts)
    )


def _west_virginia(view: View) -> bool:
    return (
        "WV" in view.law_states
        and view.channel in CALLS
        and _capped(view)
        and any(
            one.channel in CALLS and one.person_id == view.intent.person_id and view.reached(one)
            for one in view.attempts
        )
    )


def _work_calls(place: str, *, reads_attempts: bool) -> Callable[[View], bool]:
    def could_speak(view: View) -> bool:
        if place not in view.law_states or view.channel not in CALLS or not _capped(view):
            return False
        if not _is_work(view, view.intent.endpoint_id):
            return False
        return not reads_attempts or _calls_of_person(view, work=True)

    return could_speak


def _always(_: View) -> bool:
    """The channel alone calls the rule: what it would find missing blocks."""
    return True


_OVERLAYS = (
    Pending("ST-MA-1", _massachusetts),
    Pending("ST-NYC-1", _new_york_city),
    Pending("ST-NY-1", _new_york),
    Pending("ST-DC-1", _dc_calls),
    Pending("ST-DC-2", _dc_messages),
    Pending("ST-DC-3", _dc_hours),
    Pending("ST-DC-4", _dc_documents),
    Pending("ST-WA-1", _washington),
    Pending("ST-WV-1", _west_virginia),
    Pending("ST-OR-1", _work_calls("OR", reads_attempts=False)),
    Pending("ST-NH-1", _work_calls("NH", reads_attempts=True)),
    Pending("ST-NC-1", _work_calls("NC", reads_attempts=False)),
)
_FURNISHING = (
    Pending("CR-01", _always, None),
    Pending("CR-02", _always, Severity.LAW),
)
_SALE = (Pending("SALE-01", _always, None),)
PENDING = (*_OVERLAYS, *_FURNISHING, *_SALE)


def _speak(view: View, entries: tuple[Pending, ...]) -> Iterator[Reason]:
    for entry in entries:
        if entry.could_speak(view):
            yield view.reason(
                entry.id,
                f"RULE_PENDING:{entry.id}",
                f"Rule {entry.id} applies here and is not built yet: {view.pack.rules[entry.id].says}",
                severity=entry.severity,
            )


@rule("PENDING", who="covered", channels=CONTACTS)
def pending_overlays(view: View) -> Iterator[Reason]:
    """Fail closed on the state overlays, which read covered debts."""
    return iter(()) if view.law_places.isdisjoint(_PLACES) else _speak(view, _OVERLAYS)


@rule("PENDING", who="covered", channels=frozenset({"furnish"}))
def pending_furnishing(view: View) -> Iterator[Reason]:
    """Fail closed on the rules of furnishing alone."""
    return _speak(view, _FURNISHING)


@rule("PENDING", who="all", channels=frozenset({"sale"}))
def pending_sale(view: View) -> Iterator[Reason]:
    """Fail closed on the rule of sales alone."""
    return _speak(view, _SALE)
