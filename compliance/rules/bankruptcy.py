"""BK-01: bankruptcy binds everyone (11 USC 362(a)(6), 524(a)(2), 1201, 1301)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.rules.decision import Reason, Severity
from compliance.rules.facts import CONSUMER, Bankruptcy
from compliance.rules.registry import rule
from compliance.rules.view import View
from compliance.rules.vocabulary import CONTACTS


@rule("BK-01", who="all", channels=CONTACTS | {"furnish", "legal"}, inbound=True)
def bankruptcy(view: View) -> Iterator[Reason]:
    """The stay against the filer, and in chapters 12 and 13 against the acts towards those who owe with the filer.

    A case that the consumer only told of holds 14 days (product policy). A discharge holds for good; a dismissal, a
    closing without discharge or a reaffirmation is released by a person.
    """
    if (view.to_professional and view.is_contact) or _passes(view):
        return
    for case in view.facts.bankruptcies:
        if case.filed_on > view.today or _is_released(view, case):
            continue
        debts = view.in_scope(case.debts, view.debts)
        if not debts:
            continue
        if _protects_filer(view, case):
            yield from _blocked(view, case, "BANKRUPTCY", debts, "The person is bankrupt")
        elif _protects_codebtor(view, case):
            owed = [debt.id for debt in view.debts if debt.id in debts and debt.purpose != "commercial"]
            if owed:
                yield from _blocked(view, case, "CODEBTOR_STAY", owed, "Somebody who owes with the person is bankrupt")


def _passes(view: View) -> bool:
    if view.purpose in {"proof_of_claim", "optout_confirmation"}:
        return True
    return view.purpose == "legally_required" and view.intent.human_approved


def _is_released(view: View, case: Bankruptcy) -> bool:
    if case.status == "discharged":
        return False
    return case.released_at is not None and case.released_at <= view.now


def _protects_filer(view: View, case: Bankruptcy) -> bool:
    """Acts against the filer, and contact about the consumer's debt with anybody who does not owe it themselves."""
    if case.filer == view.intent.person_id:
        return True
    return case.filer == CONSUMER and view.relation != "co_debtor"


def _protects_codebtor(view: View, case: Bankruptcy) -> bool:
    if case.chapter not in {"12", "13"} or case.status != "filed" or view.relation not in {"consumer", "co_debtor"}:
        return False
    filer = view.facts.persons.get(case.filer)
    return case.filer == CONSUMER or (filer is not None and filer.relation == "co_debtor")


def _blocked(view: View, case: Bankruptcy, code: str, debts: list[str], who: str) -> Iterator[Reason]:
    names = ", ".join(debts)
    if not case.provisional:
        yield view.reason(
            "BK-01",
            code,
            f"{who}: a case filed on {case.filed_on} ({case.status.replace('_', ' ')}) protects debt {names}.",
            severity=Severity.LAW,
        )
        return
    until: date = case.filed_on + timedelta(days=view.figures.provisional_bankruptcy_days)
    if view.today < until:
        yield view.reason(
            "BK-01",
            code,
            f"{who}, by their own word of {case.filed_on}; debt {names} is held until {until} while the case is looked "
            "up.",
            severity=Severity.POLICY,
            retry_at=view.midnight(until),
        )
