"""What a person tells us by a page or a mail:

a dispute, a question, a stop. It takes effect before the answer is shown.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from compliance.models import Dispute
from compliance.selectors import list_disputes
from compliance.services import file_dispute, record_cease, record_opt_out
from credira.core import clock
from credira.tenancy.models import Workspace

STOPS = {
    "this_address": "E-mails to this address",
    "email": "All e-mails",
    "calls": "Phone calls",
    "sms": "Text messages",
    "mail": "Letters",
    "everything": "All contact",
}
EVIDENCE = "consumer page"


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

    The same answer sent twice is one answer: an open one with the same words is returned instead. `part` None disputes
    the whole debt. Returns the disputes in the form's order, at least one when anything was chosen.
    """
    now = clock.now()
    kinds = [
        *([Dispute.Kind.DISPUTE] if dispute else []),
        *([Dispute.Kind.ORIGINAL_CREDITOR] if original_creditor else []),
    ]
    filed = []
    for kind in kinds:
        own = kind == Dispute.Kind.DISPUTE
        known = _same(workspace, account_id, kind, part if own else None, list(reasons) if own else [])
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


def _same(
    workspace: Workspace, account_id: UUID, kind: str, part: Decimal | None, reasons: list[str]
) -> Dispute | None:
    for row in list_disputes(workspace).filter(account_id=account_id, kind=kind, channel=Dispute.Channel.PORTAL):
        if row.amount == part and row.reasons == reasons:
            return row
    return None
