"""What a person tells us by a page or a mail: a dispute, a question, a stop. It takes effect before it is answered."""

from collections.abc import Iterable, Sequence, Set
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.selectors import get_account
from compliance.models import AttorneyRep, Dispute, EndpointMark, Hold, IdentityTheft
from compliance.selectors import dispute_status, list_disputes
from compliance.services import (
    file_dispute,
    mark_endpoint,
    place_hold,
    record_attorney,
    record_bankruptcy,
    record_cease,
    record_contact,
    record_death,
    record_identity_theft,
    record_opt_out,
)
from compliance.vocabulary import Channel, ConnectStatus, VoiceMode
from credira.core import clock
from credira.tenancy.models import Workspace
from messaging.replies import DISPUTES, Meaning, disputed_reasons

STOPS = {
    "this_address": "E-mails to this address",
    "email": "All e-mails",
    "calls": "Phone calls",
    "sms": "Text messages",
    "mail": "Letters",
    "everything": "All contact",
}
STOPPING = {Meaning.STOP_ADDRESS: "this_address", Meaning.STOP_CALLS: "calls", Meaning.CEASE: "everything"}
EVIDENCE = "consumer page"


def note_contact(
    *,
    workspace: Workspace,
    person_id: UUID,
    account_id: UUID,
    channel: Channel,
    endpoint_id: UUID | None = None,
    by_somebody_else: bool = False,
    reference: str = "",
) -> None:
    """Keep that somebody wrote to us or used a page of ours: a contact like any, but one that they began.

    ``by_somebody_else``: they said that they aren't the person whom we wrote to. ``reference`` is the vendor's id.
    """
    record_contact(
        workspace=workspace,
        account_ids=[account_id],
        channel=channel,
        person_id=person_id,
        endpoint_id=endpoint_id,
        voice_mode=VoiceMode.NONE,
        connect_status=ConnectStatus.ANSWERED_WRONG_PARTY if by_somebody_else else ConnectStatus.ANSWERED_RPC,
        provider_reference=reference,
    )


@transaction.atomic
def respond(
    *,
    workspace: Workspace,
    account_id: UUID,
    dispute: bool,
    reasons: Sequence[str] = (),
    part: Decimal | None = None,
    original_creditor: bool = False,
    statement: str = "",
) -> list[Dispute]:
    """File what the notice's response form says, as written and received now (1006.38, comment 1).

    The same answer sent twice, be it at once, is one answer: an open one with the same words is returned instead.
    `part` None disputes the whole debt. Returns the disputes in the form's order, one at least when any was chosen.
    """
    get_account(workspace, account_id, lock=True)
    now = clock.now()
    kinds = [
        *([Dispute.Kind.DISPUTE] if dispute else []),
        *([Dispute.Kind.ORIGINAL_CREDITOR] if original_creditor else []),
    ]
    filed = []
    for kind in kinds:
        own = kind == Dispute.Kind.DISPUTE
        known = _same(workspace, account_id, kind, part if own else None, list(reasons) if own else [], statement)
        filed.append(
            known
            or file_dispute(
                workspace=workspace,
                account_id=account_id,
                channel=Dispute.Channel.PORTAL,
                written=True,
                kind=kind,
                amount=part if own else None,
                reasons=reasons if own else (),
                statement=statement,
                at=now,
                evidence=EVIDENCE,
            )
        )
    return filed


@transaction.atomic
def stop(
    *,
    workspace: Workspace,
    person_id: UUID,
    account_id: UUID,
    endpoint_id: UUID | None,
    what: Iterable[str],
    evidence: str = EVIDENCE,
) -> None:
    """Stop contact as the person chose (keys of `STOPS`), effective now. "everything" is a written cease (CEASE-01)."""
    chosen = set(what)
    if "this_address" in chosen and endpoint_id is None:
        chosen = chosen - {"this_address"} | {"email"}  # a printed link knows no address
    if "this_address" in chosen:
        record_opt_out(
            workspace=workspace,
            person_id=person_id,
            scope="endpoint",
            endpoint_id=endpoint_id,
            account_id=account_id,
            evidence=evidence,
        )
    media = ("email", "calls", "sms", "mail")
    for medium in media if "everything" in chosen else [medium for medium in media if medium in chosen]:
        record_opt_out(
            workspace=workspace,
            person_id=person_id,
            scope="medium",
            medium=medium,
            account_id=account_id,
            evidence=evidence,
        )
    if "everything" in chosen:
        record_cease(workspace=workspace, person_id=person_id, written=True, account_id=account_id, evidence=evidence)


@transaction.atomic
def heard(
    *,
    workspace: Workspace,
    person_id: UUID,
    account_id: UUID,
    endpoint_id: UUID | None,
    meanings: Set[Meaning],
    words: str,
    evidence: str,
) -> None:
    """Give a reply the effects that its words have by law (`messaging.replies`). Nothing of it is cleared by a machine.

    What is said of bankruptcy is provisional, and of a lawyer without a name, until a member has asked.
    """
    about: dict[str, Any] = {
        "workspace": workspace,
        "person_id": person_id,
        "account_id": account_id,
        "evidence": evidence,
    }
    stopped = [what for meaning, what in STOPPING.items() if meaning in meanings]
    if stopped:
        stop(**about, endpoint_id=endpoint_id, what=stopped)
    if Meaning.ATTORNEY in meanings:
        record_attorney(**about, identity=AttorneyRep.Identity.UNKNOWN)
    if Meaning.BANKRUPTCY in meanings:
        record_bankruptcy(**about, filed_on=clock.now().date(), provisional=True)
    if Meaning.DEATH in meanings:
        record_death(**about)
    if Meaning.IDENTITY_THEFT in meanings:
        record_identity_theft(**about, kind=IdentityTheft.Kind.CLAIM)
    if Meaning.WRONG_PERSON in meanings and endpoint_id is not None:
        mark_endpoint(
            workspace=workspace,
            endpoint_id=endpoint_id,
            kind=EndpointMark.Kind.WRONG_PARTY,
            account_id=account_id,
            evidence=evidence,
        )
    if Meaning.HUMAN in meanings:
        place_hold(**about, kind=Hold.Kind.HUMAN_REQUESTED, reason="Asked for a person in a reply.")
    if Meaning.GRAVE in meanings:
        place_hold(**about, kind=Hold.Kind.MANUAL, reason="A reply waits to be read by a member.")
        place_hold(**about, kind=Hold.Kind.HUMAN_REQUESTED, reason="Wrote something that a person must read.")
    if meanings & DISPUTES:
        _dispute_by_mail(workspace, account_id, disputed_reasons(meanings), words, evidence)


def _dispute_by_mail(workspace: Workspace, account_id: UUID, reasons: list[str], words: str, evidence: str) -> None:
    """A mail is a written dispute (DISP-01). The same one said again in another mail is no second dispute."""
    get_account(workspace, account_id, lock=True)
    channel = Dispute.Channel.EMAIL
    if list_disputes(workspace).filter(account_id=account_id, channel=channel, reasons=reasons).exists():
        return
    file_dispute(
        workspace=workspace,
        account_id=account_id,
        channel=channel,
        written=True,
        reasons=reasons,
        statement=words,
        evidence=evidence,
    )


def _same(
    workspace: Workspace, account_id: UUID, kind: str, part: Decimal | None, reasons: list[str], statement: str
) -> Dispute | None:
    """The open answer of a page that says just this. What was answered may be asked anew."""
    said = (part, reasons, statement)
    for row in list_disputes(workspace).filter(account_id=account_id, kind=kind, channel=Dispute.Channel.PORTAL):
        if dispute_status(row) == "open" and (row.amount, row.reasons, row.statement) == said:
            return row
    return None
