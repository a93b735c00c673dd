"""Posting to the ledger: one entry, its lines in one statement, the cached balance in the same transaction."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from accounts.ledger.models import Balance, Entry, Gl, Line
from accounts.models import Account
from credira.core import clock
from credira.tenancy.models import Workspace

# Where each component of the balance stands in the general ledger, with the sign that a debit gives it.
_COMPONENTS: dict[str, tuple[str, int]] = {
    Gl.PRINCIPAL: ("principal", 1),
    Gl.INTEREST: ("interest", 1),
    Gl.FEES: ("fees", 1),
    Gl.PENALTIES: ("penalties", 1),
    Gl.UNAPPLIED: ("unapplied", -1),
}


def lock_balance(workspace: Workspace, account_id: UUID) -> Balance:
    """The account's balance, held until the transaction ends: postings to one account come one after the other."""
    return Balance.objects.select_for_update().get(workspace=workspace, pk=account_id)


def post(
    *,
    workspace: Workspace,
    balance: Balance,
    kind: str,
    lines: Mapping[str, Decimal],
    effective_on: dt.date,
    reason: str = "",
    reference: str = "",
    reverses_id: UUID | None = None,
    idempotency_key: str | None = None,
) -> Entry:
    """Post one entry on a locked balance. ``lines`` maps general ledger accounts to debits (+) and credits (−).

    The database refuses lines that don't sum to zero.
    """
    entry = Entry.objects.create(
        workspace=workspace,
        account_id=balance.pk,
        kind=kind,
        effective_on=effective_on,
        reason=reason,
        reference=reference,
        reverses_id=reverses_id,
        idempotency_key=idempotency_key,
    )
    Line.objects.bulk_create(
        Line(workspace=workspace, entry=entry, gl=gl, amount=amount, currency=balance.currency)
        for gl, amount in lines.items()
        if amount
    )
    _carry(workspace, balance, lines)
    return entry


def _carry(workspace: Workspace, balance: Balance, lines: Mapping[str, Decimal]) -> None:
    """Move the cached components, and the account's own copy of their sum."""
    for gl, amount in lines.items():
        if gl in _COMPONENTS:
            name, sign = _COMPONENTS[gl]
            setattr(balance, name, getattr(balance, name) + sign * amount)
    balance.version += 1
    balance.save()
    Account.objects.filter(workspace=workspace, pk=balance.pk).update(
        current_balance=balance.total, updated_at=clock.wall()
    )
