"""What is learned about people and their numbers and addresses."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from accounts.selectors import get_account, get_endpoint, get_person
from compliance import events
from compliance.models import (
    Approval,
    AttorneyRep,
    Death,
    DebtMark,
    EndpointMark,
    Fact,
    IdentityTheft,
    PersonMark,
    StateText,
)
from compliance.services.recording import effective, end_fact, get_fact, known_debts, record_fact
from credira.core import clock
from credira.tenancy.models import Workspace


def record_attorney(
    *,
    workspace: Workspace,
    person_id: UUID,
    identity: AttorneyRep.Identity | str = AttorneyRep.Identity.KNOWN,
    debts: Iterable[UUID] | None = None,
    attorney_name: str = "",
    attorney_contact: str = "",
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> AttorneyRep:
    """Record that a person is represented (ATTY-01), on some debts or on all."""
    get_person(workspace, person_id)
    representation = AttorneyRep(
        workspace=workspace,
        person_id=person_id,
        identity=identity,
        debts=known_debts(workspace, debts),
        attorney_name=attorney_name,
        attorney_contact=attorney_contact,
        valid_from=effective(at),
        evidence=evidence,
    )
    return record_fact(representation, events.ATTORNEY_RECORDED, account_id=account_id)


def end_attorney(
    *,
    workspace: Workspace,
    representation_id: UUID,
    released: bool = False,
    at: dt.datetime | None = None,
    evidence: str = "",
) -> AttorneyRep:
    """No longer represented, or the attorney consents; ``released``: compliance let go after no answer."""
    representation = get_fact(AttorneyRep, workspace, representation_id)
    reason = Fact.End.RELEASED if released else Fact.End.ENDED
    return end_fact(representation, reason=reason, at=at, evidence=evidence)


def record_death(
    *,
    workspace: Workspace,
    person_id: UUID,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> Death:
    """Record credible notice that a person died (DEC-01), received at ``at``."""
    get_person(workspace, person_id)
    death = Death(workspace=workspace, person_id=person_id, valid_from=effective(at), evidence=evidence)
    return record_fact(death, events.DEATH_RECORDED, account_id=account_id)


def record_identity_theft(
    *,
    workspace: Workspace,
    person_id: UUID,
    kind: IdentityTheft.Kind | str,
    debts: Iterable[UUID] | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> IdentityTheft:
    """Record a bureau's block, a report or a claim of identity theft (IDT-01)."""
    get_person(workspace, person_id)
    theft = IdentityTheft(
        workspace=workspace,
        person_id=person_id,
        kind=kind,
        debts=known_debts(workspace, debts),
        valid_from=effective(at),
        evidence=evidence,
    )
    return record_fact(theft, events.IDENTITY_THEFT_RECORDED, account_id=account_id)


def release_identity_theft(
    *, workspace: Workspace, theft_id: UUID, at: dt.datetime | None = None, evidence: str = ""
) -> IdentityTheft:
    """An investigation released the debt; ``evidence`` names it."""
    theft = get_fact(IdentityTheft, workspace, theft_id)
    return end_fact(theft, reason=Fact.End.RELEASED, at=at, evidence=evidence)


def mark_person(
    *,
    workspace: Workspace,
    person_id: UUID,
    kind: PersonMark.Kind | str,
    place: str = "",
    state: str = "",
    country: str = "US",
    zone: str = "",
    on: dt.date | None = None,
    until: dt.datetime | None = None,
    holds: bool = True,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> PersonMark:
    """Record where a person is, an inconvenient place, a military check … (``PersonMark.Kind``).

    ``on`` is the local day it was said, seen or checked; ``holds`` False records that it isn't so.
    """
    get_person(workspace, person_id)
    mark = PersonMark(
        workspace=workspace,
        person_id=person_id,
        kind=kind,
        place=place,
        state=state,
        country=country,
        zone=zone,
        on=on,
        until=until,
        holds=holds,
        valid_from=at or clock.now(),
        evidence=evidence,
    )
    return record_fact(mark, events.PERSON_MARKED, account_id=account_id)


def unmark_person(
    *, workspace: Workspace, mark_id: UUID, at: dt.datetime | None = None, evidence: str = ""
) -> PersonMark:
    """What was marked no longer holds."""
    return end_fact(get_fact(PersonMark, workspace, mark_id), reason=Fact.End.WITHDRAWN, at=at, evidence=evidence)


def mark_endpoint(
    *,
    workspace: Workspace,
    endpoint_id: UUID,
    kind: EndpointMark.Kind | str,
    on: dt.date | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> EndpointMark:
    """Record the standing of a number or address: a stranger's, forbidden at work, leaked, returned, reassigned …"""
    endpoint = get_endpoint(workspace, endpoint_id)
    mark = EndpointMark(
        workspace=workspace,
        person_id=endpoint.person_id,
        endpoint_id=endpoint.id,
        kind=kind,
        on=on,
        valid_from=at or clock.now(),
        evidence=evidence,
    )
    return record_fact(mark, events.ENDPOINT_MARKED, account_id=account_id)


def unmark_endpoint(
    *, workspace: Workspace, mark_id: UUID, at: dt.datetime | None = None, evidence: str = ""
) -> EndpointMark:
    """The mark was wrong, or no longer holds. A reported leak can't be taken back (EMAIL-01)."""
    return end_fact(get_fact(EndpointMark, workspace, mark_id), reason=Fact.End.WITHDRAWN, at=at, evidence=evidence)


def mark_debt(
    *,
    workspace: Workspace,
    account_id: UUID,
    kind: DebtMark.Kind | str,
    on: dt.date,
    at: dt.datetime | None = None,
    evidence: str = "",
) -> DebtMark:
    """Record what was said or is held about a debt, on the local day ``on``."""
    account = get_account(workspace, account_id)
    mark = DebtMark(
        workspace=workspace, account_id=account.id, kind=kind, on=on, valid_from=at or clock.now(), evidence=evidence
    )
    return record_fact(mark, events.DEBT_MARKED)


def record_state_text(
    *,
    workspace: Workspace,
    place: str,
    code: StateText.Code | str,
    approved: bool,
    media: Iterable[str] = (),
    text: str = "",
    at: dt.datetime | None = None,
    evidence: str = "",
) -> StateText:
    """Record a state's text and whether counsel approved it; the newest of a place and code counts."""
    row = StateText(
        workspace=workspace,
        place=place,
        code=code,
        media=list(media),
        approved=approved,
        text=text,
        valid_from=at or clock.now(),
        evidence=evidence,
    )
    return record_fact(row, events.COUNSEL_RECORDED)


def record_approval(
    *,
    workspace: Workspace,
    kind: Approval.Kind | str,
    place: str = "",
    at: dt.datetime | None = None,
    evidence: str = "",
) -> Approval:
    """Record what counsel allowed an artificial voice to do; ``place`` is the state of an adad approval."""
    row = Approval(workspace=workspace, kind=kind, place=place, valid_from=at or clock.now(), evidence=evidence)
    return record_fact(row, events.COUNSEL_RECORDED)


def withdraw_approval(
    *, workspace: Workspace, approval_id: UUID, at: dt.datetime | None = None, evidence: str = ""
) -> Approval:
    """Counsel no longer allows it."""
    return end_fact(get_fact(Approval, workspace, approval_id), reason=Fact.End.WITHDRAWN, at=at, evidence=evidence)
