"""Bankruptcies (BK-01): recorded as told or as looked up, then confirmed or dismissed by a person.

A case that somebody only told of holds for some days, while a person looks it up (PACER). Confirmed, it holds until it
is released; a discharge holds for good.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction

from accounts.selectors import get_person
from compliance import events
from compliance.models import Bankruptcy, Fact
from compliance.selectors import list_bankruptcies, unended
from compliance.services.recording import (
    business_date,
    effective,
    end_fact,
    find_equal,
    get_fact,
    known_debts,
    record_fact,
    wait_for_equals,
)
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.models import Workspace


@transaction.atomic
def record_bankruptcy(
    *,
    workspace: Workspace,
    person_id: UUID,
    filed_on: dt.date,
    chapter: str = "",
    provisional: bool = False,
    status: Bankruptcy.Status | str = Bankruptcy.Status.FILED,
    status_on: dt.date | None = None,
    debts: Iterable[UUID] | None = None,
    district: str = "",
    case_number: str = "",
    supersedes_id: UUID | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> Bankruptcy:
    """Record a case of the filer (BK-01); ``provisional``: the person said so, without a number.

    A new status of a known case names its row in ``supersedes_id``, which ends in the same transaction. The same case
    told twice, be it at once or by another, is one: what stands already is returned. A word without a number is the
    same on its day alone, for each holds from its own.
    """
    get_person(workspace, person_id)
    wait_for_equals(workspace, Bankruptcy, person_id)
    since = effective(at)
    if supersedes_id is not None:
        end_fact(
            get_fact(Bankruptcy, workspace, supersedes_id), reason=Fact.End.SUPERSEDED, at=since, evidence=evidence
        )
    case = Bankruptcy(
        workspace=workspace,
        person_id=person_id,
        filed_on=filed_on,
        chapter=chapter,
        provisional=provisional,
        status=status,
        status_on=status_on,
        debts=known_debts(workspace, debts),
        district=district,
        case_number=case_number,
        valid_from=since,
        evidence=evidence,
    )
    return find_equal(case) or record_fact(case, events.BANKRUPTCY_RECORDED, account_id=account_id)


def report_bankruptcy(
    *,
    workspace: Workspace,
    person_id: UUID,
    account_id: UUID,
    case_number: str = "",
    chapter: str = "",
    filed_on: dt.date | None = None,
    district: str = "",
    evidence: str = "",
) -> Bankruptcy:
    """Record what was told of a bankruptcy: a case with its number, chapter and day of filing, or the word alone.

    The word alone is provisional and counts from today. Raises ``NotFound``, and ``InvalidRequest`` for a case that is
    told in part or filed in the future.
    """
    told = {"case_number": case_number, "chapter": chapter, "filed_on": filed_on}
    known = any(told.values())
    if known:
        _require_whole(told)
        _require_past(workspace, filed_on)
    return record_bankruptcy(
        workspace=workspace,
        person_id=person_id,
        account_id=account_id,
        filed_on=filed_on or business_date(workspace),
        provisional=not known,
        case_number=case_number,
        chapter=chapter,
        district=district,
        evidence=evidence,
    )


def confirm_bankruptcy(
    *,
    workspace: Workspace,
    bankruptcy_id: UUID,
    case_number: str,
    chapter: Bankruptcy.Chapter | str,
    filed_on: dt.date,
    district: str = "",
    evidence: str = "",
    account_id: UUID | None = None,
) -> Bankruptcy:
    """A person found the case: it holds from now on until it is released, in place of what was told.

    Raises ``NotFound``, ``InvalidRequest`` for a case that is told in part or filed in the future, and ``Conflict``
    where a person has decided before.
    """
    told = get_fact(Bankruptcy, workspace, bankruptcy_id)
    _require_whole({"case_number": case_number, "chapter": chapter, "filed_on": filed_on})
    _require_past(workspace, filed_on)
    if not told.provisional:
        raise Conflict(f"{told.public_id} is confirmed already.")
    case = record_bankruptcy(
        workspace=workspace,
        person_id=told.person_id,
        filed_on=filed_on,
        chapter=chapter,
        district=district,
        case_number=case_number,
        debts=told.debts,
        supersedes_id=told.id,
        evidence=evidence,
        account_id=account_id,
    )
    for again in _told_again(told):
        end_fact(again, reason=Fact.End.SUPERSEDED, evidence=case.public_id, account_id=account_id)
    return case


def dismiss_bankruptcy(
    *, workspace: Workspace, bankruptcy_id: UUID, reason: str, account_id: UUID | None = None
) -> Bankruptcy:
    """A person found no case, or one that was dismissed, closed or reaffirmed: its hold ends; ``reason`` says why.

    Raises ``NotFound``, ``InvalidRequest`` without a reason, ``Conflict`` where it ended before, and for a discharge,
    which holds for good (11 USC 524(a)(2)).
    """
    case = get_fact(Bankruptcy, workspace, bankruptcy_id)
    if not reason.strip():
        raise InvalidRequest("Say why.", details=[{"field": "reason", "message": "A reason is needed."}])
    if case.status == Bankruptcy.Status.DISCHARGED:
        raise Conflict("A discharge holds for good.")
    release_bankruptcy(workspace=workspace, bankruptcy_id=case.id, evidence=reason, account_id=account_id)
    if case.provisional:
        for again in _told_again(case):
            release_bankruptcy(workspace=workspace, bankruptcy_id=again.id, evidence=reason, account_id=account_id)
    return case


def release_bankruptcy(
    *,
    workspace: Workspace,
    bankruptcy_id: UUID,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> Bankruptcy:
    """A person released the stop, with the order as evidence."""
    case = get_fact(Bankruptcy, workspace, bankruptcy_id)
    return end_fact(case, reason=Fact.End.RELEASED, at=at, evidence=evidence, account_id=account_id)


def _told_again(case: Bankruptcy) -> list[Bankruptcy]:
    """What else the same person told and nobody has decided; one decision answers it all."""
    told = unended(list_bankruptcies(case.workspace, case.person_id)).filter(provisional=True)
    return list(told.exclude(id=case.id))


def _require_whole(told: Mapping[str, object]) -> None:
    missing = [name for name, value in told.items() if not value]
    if missing:
        raise InvalidRequest(
            "A case is told with its number, its chapter and the day of filing.",
            details=[{"field": name, "message": f"Missing required parameter: {name}"} for name in missing],
        )


def _require_past(workspace: Workspace, filed_on: dt.date | None) -> None:
    if filed_on is not None and filed_on > (today := business_date(workspace)):
        raise InvalidRequest(
            "A case can't be filed in the future.",
            details=[{"field": "filed_on", "message": f"This day is after today, {today}."}],
        )
