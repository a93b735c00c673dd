"""Disputes and original-creditor requests: filing holds at once, an answer that was sent releases (DISP-01, OC-01)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Account
from accounts.selectors import get_account
from audit.services import record
from compliance import events
from compliance.models import Dispute, DisputeAnswer, Fact
from compliance.selectors import dispute_status, list_disputes
from compliance.services.recording import business_date, effective, end_fact, get_fact, record_fact, told
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.ids import public_id
from credira.core.money import parse_amount
from credira.tenancy.models import Workspace


@transaction.atomic
def file_dispute(
    *,
    workspace: Workspace,
    account_id: UUID,
    channel: Dispute.Channel | str,
    written: bool,
    kind: Dispute.Kind | str = Dispute.Kind.DISPUTE,
    amount: Decimal | None = None,
    reasons: Iterable[str] = (),
    statement: str = "",
    postmarked_on: dt.date | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
) -> Dispute:
    """Record a dispute of a debt or of a part (``amount``), or a request for the original creditor.

    It holds from receipt (``at``; a time ahead of the clock is now): the gate reads it in the same transaction. A part
    as large as what is owed is the whole. The same one filed twice for one day, be it at once, is one while it is open:
    that one is returned. Raises ``NotFound`` and ``InvalidRequest`` for an amount that isn't positive,
    has more decimals than the account's currency or is more than is owed, and for a postmark in the future.
    """
    account = get_account(workspace, account_id, lock=True)  # whoever files an equal one waits, and then sees ours
    if amount is not None:
        amount = _part(account, amount)
    if postmarked_on is not None and postmarked_on > (today := business_date(workspace)):
        raise InvalidRequest(
            "A letter can't be postmarked in the future.",
            details=[{"field": "postmarked_on", "message": f"This day is after today, {today}."}],
        )
    dispute = Dispute(
        workspace=workspace,
        account_id=account.id,
        kind=kind,
        channel=channel,
        written=written,
        postmarked_on=postmarked_on,
        amount=amount,
        currency=account.currency if amount is not None else "",
        reasons=list(reasons),
        statement=statement,
        valid_from=effective(at),
        evidence=evidence,
    )
    if (same := _open_equal(dispute)) is not None:
        return same
    said = {
        **_named(dispute),
        "scope": "all" if amount is None else "part",
        "amount": amount,
        "reasons": dispute.reasons,
        "medium": dispute.channel,
        "written": written,
    }
    return record_fact(dispute, events.DISPUTE_FILED, data=said)


def _open_equal(dispute: Dispute) -> Dispute | None:
    """An open dispute with the same content and evidence that was received on the same day.

    Another day's is another: a late dispute holds from its own receipt.
    """
    day = business_date(dispute.workspace, dispute.valid_from)
    for row in list_disputes(dispute.workspace).filter(account_id=dispute.account_id):
        same = told(row) == told(dispute) and row.evidence == dispute.evidence
        if same and business_date(row.workspace, row.valid_from) == day and dispute_status(row) == "open":
            return row
    return None


def _part(account: Account, amount: Decimal) -> Decimal | None:
    """The disputed part, exact in the account's currency; None where it is all that is owed."""
    try:
        part = parse_amount(amount, account.currency)
    except InvalidRequest as error:
        raise _bad_part(error.message) from error
    if part <= 0:
        raise _bad_part("The disputed part must be more than 0.")
    if part > account.current_balance:
        raise _bad_part("The disputed part is more than is owed; leave it out to dispute the whole debt.")
    return part if part < account.current_balance else None


def _bad_part(message: str) -> InvalidRequest:
    return InvalidRequest(message, details=[{"field": "amount", "message": message}])


def answer_dispute(
    *,
    workspace: Workspace,
    dispute_id: UUID,
    kind: DisputeAnswer.Kind | str,
    medium: DisputeAnswer.Medium | str,
    on: dt.date,
    at: dt.datetime | None = None,
    evidence: str = "",
) -> DisputeAnswer:
    """Record that an answer was sent on ``on``. An electronic one releases only with E-SIGN consent (VN-06)."""
    dispute = get_fact(Dispute, workspace, dispute_id)
    answer = DisputeAnswer(
        workspace=workspace,
        account_id=dispute.account_id,
        dispute=dispute,
        kind=kind,
        medium=medium,
        on=on,
        valid_from=at or clock.now(),
        evidence=evidence,
    )
    return record_fact(answer, events.DISPUTE_ANSWERED, data={"dispute_id": dispute.public_id})


def return_answer(
    *, workspace: Workspace, answer_id: UUID, on: dt.date, at: dt.datetime | None = None, evidence: str = ""
) -> DisputeAnswer:
    """An answer came back undeliverable: the debt is held again from that day."""
    answer = get_fact(DisputeAnswer, workspace, answer_id)
    answer.on = on  # the end row carries the day of the return
    return end_fact(answer, reason=Fact.End.ENDED, at=at, evidence=evidence)


def resolve_dispute(
    *,
    workspace: Workspace,
    dispute_id: UUID,
    resolution: str,
    medium: DisputeAnswer.Medium | str = DisputeAnswer.Medium.MAIL,
    on: dt.date | None = None,
    at: dt.datetime | None = None,
    evidence: str = "",
) -> Dispute:
    """Resolve by an answer that was sent (``DisputeAnswer.Kind``) or because the consumer withdrew (``withdrawn``).

    An answer is sent between the day of receipt and today, as the creditor's calendar counts them (default: today); the
    same one told twice is one. Raises ``NotFound`` and ``InvalidRequest`` for another resolution or day.
    """
    dispute = get_fact(Dispute, workspace, dispute_id)
    get_account(workspace, dispute.account_id, lock=True)
    now = at or clock.now()
    if resolution == Fact.End.WITHDRAWN:
        end_fact(dispute, reason=Fact.End.WITHDRAWN, at=now, evidence=evidence)
    elif resolution in DisputeAnswer.Kind.values:
        sent_on = _sent_on(workspace, dispute, on, now)
        if _answered(dispute, resolution, medium, sent_on):
            return dispute
        answer_dispute(
            workspace=workspace,
            dispute_id=dispute_id,
            kind=resolution,
            medium=medium,
            on=sent_on,
            at=now,
            evidence=evidence,
        )
    else:
        raise InvalidRequest(f"{resolution} is no resolution of a dispute.")
    record(
        workspace,
        type=events.DISPUTE_RESOLVED,
        object=dispute,
        account_id=dispute.account_id,
        data={**_named(dispute), "resolution": resolution},
    )
    return dispute


def _sent_on(workspace: Workspace, dispute: Dispute, on: dt.date | None, now: dt.datetime) -> dt.date:
    """The day on which an answer was sent: nobody answers before they are asked, or tomorrow."""
    received_on, today = business_date(workspace, dispute.valid_from), business_date(workspace, now)
    if on is not None and not received_on <= on <= today:
        raise InvalidRequest(
            "An answer is sent on the day of the dispute or later, and not in the future.",
            details=[{"field": "sent_on", "message": f"This day isn't between {received_on} and {today}."}],
        )
    return on or today


def _answered(dispute: Dispute, kind: str, medium: str, on: dt.date) -> bool:
    """Whether just this answer is known, and didn't come back."""
    same = DisputeAnswer.objects.filter(
        workspace_id=dispute.workspace_id, dispute=dispute, kind=kind, medium=medium, on=on, ends__isnull=True
    )
    ended = DisputeAnswer.objects.filter(workspace_id=dispute.workspace_id, ends__isnull=False).values("ends_id")
    return same.exclude(id__in=ended).exists()


def _named(dispute: Dispute) -> dict[str, Any]:
    return {
        "dispute_id": dispute.public_id,
        "account_id": public_id("acct", dispute.account_id),
        "kind": dispute.kind,
    }
