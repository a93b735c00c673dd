"""Money on an account: payments, their reversal, the creditor's corrections."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from accounts import events
from accounts.errors import AccountOver, PrincipalAboveOriginal
from accounts.ledger.allocation import Split, split
from accounts.ledger.models import Balance, Entry, Gl, Line
from accounts.ledger.posting import lock_balance, post
from accounts.models import Account
from accounts.selectors import get_account
from accounts.services.status import move_status
from audit.services import record
from credira.core import clock
from credira.core.errors import Conflict, Detail, InvalidRequest, NotFound
from credira.core.money import parse_amount
from credira.tenancy.models import Workspace

# What a creditor may add to a balance, and where it stands in the ledger.
ADDED: dict[str, str] = {"interest": Gl.INTEREST, "fees": Gl.FEES, "principal": Gl.PRINCIPAL}
CORRECTION = "creditor_correction"
OPEN_AGAIN = {Account.Status.PAID_IN_FULL: Account.Status.CONTACTED}


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a payment did: its entry, the split, and what is owed afterwards."""

    entry_id: UUID
    principal: Decimal
    interest: Decimal
    fees: Decimal
    penalties: Decimal
    unapplied: Decimal
    balance_after: Decimal


@transaction.atomic
def apply_payment(
    *,
    workspace: Workspace,
    account_id: UUID,
    amount: Decimal,
    effective_on: dt.date,
    reference: str = "",
    idempotency_key: str | None = None,
) -> Allocation:
    """Post a payment: fees, penalties, interest, principal, the rest unapplied. Paid in full when nothing is left."""
    balance = lock_balance(workspace, account_id)
    parts = split(amount, _owed(balance))
    entry = post(
        workspace=workspace,
        balance=balance,
        kind=Entry.Kind.PAYMENT,
        lines={
            Gl.TRUST: amount,
            Gl.FEES: -parts.fees,
            Gl.PENALTIES: -parts.penalties,
            Gl.INTEREST: -parts.interest,
            Gl.PRINCIPAL: -parts.principal,
            Gl.UNAPPLIED: -parts.unapplied,
        },
        effective_on=effective_on,
        reference=reference,
        idempotency_key=idempotency_key,
    )
    if balance.total == 0:
        _paid(workspace, account_id)
    return _allocation(entry, parts, balance)


@transaction.atomic
def reverse_payment(*, workspace: Workspace, entry_id: UUID, effective_on: dt.date, reason: str) -> Entry:
    """Post the mirror of a payment's entry; an account that was paid in full is owed again.

    Raises ``NotFound`` and, the second time, ``Conflict``.
    """
    paid = Entry.objects.filter(workspace=workspace, pk=entry_id, kind=Entry.Kind.PAYMENT).first()
    if paid is None:
        raise NotFound
    balance = lock_balance(workspace, paid.account_id)
    if Entry.objects.filter(workspace=workspace, reverses=paid).exists():
        raise Conflict("This payment is reversed already.")
    lines = Line.objects.filter(workspace=workspace, entry=paid).values_list("gl", "amount")
    entry = post(
        workspace=workspace,
        balance=balance,
        kind=Entry.Kind.REVERSAL,
        lines={gl: -amount for gl, amount in lines},
        effective_on=effective_on,
        reason=reason,
        reverses_id=paid.pk,
    )
    account = get_account(workspace, paid.account_id)
    if (again := OPEN_AGAIN.get(Account.Status(account.status))) and balance.total > 0:
        move_status(workspace=workspace, account_id=account.pk, to=again, reason="payment reversed")
    return entry


@transaction.atomic
def adjust_balance(
    *, workspace: Workspace, account_id: UUID, balance: Decimal, reason: str = "", added_as: str = ""
) -> Account:
    """Set what is owed to what the creditor says, by an adjustment with its reason (credit.md 1.8).

    Less is taken off fees, penalties, interest and principal in that order. More says why, and as what it was added
    (a key of ``ADDED``): interest and fees join the itemization, which so keeps adding up; principal only comes back,
    up to what was placed. Raises ``AccountOver``, ``PrincipalAboveOriginal``, and ``InvalidRequest`` for a negative or
    inexact amount and for a rise without its reason.
    """
    held = lock_balance(workspace, get_account(workspace, account_id).pk)
    account = get_account(workspace, account_id)
    wanted = parse_amount(balance, account.currency)
    if wanted < 0:
        raise InvalidRequest(
            "A balance isn't negative.", details=[{"field": "current_balance", "message": "Must not be negative."}]
        )
    if not account.is_open:
        raise AccountOver(f"The account is {account.get_status_display().lower()}: nothing is collected on it.")
    before, difference = held.total, wanted - held.total
    if not difference:
        return account
    if difference > 0:
        _require_explained(reason, added_as)
        _add(workspace, held, difference, added_as)
    why = reason or CORRECTION
    post(
        workspace=workspace,
        balance=held,
        kind=Entry.Kind.ADJUSTMENT,
        lines=_adjustment(difference, held, added_as),
        effective_on=clock.now().date(),
        reason=why,
    )
    told = {"account_id": account.public_id, "before": before, "after": wanted, "reason": why}
    record(
        workspace,
        events.ACCOUNT_ADJUSTED,
        object=account,
        account_id=account.pk,
        data={**told, "added_as": added_as} if difference > 0 else told,
    )
    if wanted == 0:
        # It wasn't paid: the creditor took it back.
        move_status(workspace=workspace, account_id=account.pk, to=Account.Status.CLOSED, reason=why)
    return get_account(workspace, account_id)


def _require_explained(reason: str, added_as: str) -> None:
    """A rise names its reason and what was added. Raises ``InvalidRequest`` with every missing field."""
    names = ", ".join(ADDED)
    missing: list[Detail] = []
    if not reason.strip():
        missing.append({"field": "reason", "message": "A higher balance needs its reason."})
    if added_as not in ADDED:
        missing.append({"field": "added_as", "message": f"Say what was added: {names}."})
    if missing:
        raise InvalidRequest("A higher balance says why, and what was added.", details=missing)


def _add(workspace: Workspace, held: Balance, amount: Decimal, added_as: str) -> None:
    """Let the itemization carry what is added, so that its lines go on adding up (VN-04)."""
    if added_as == "principal":
        placed = Line.objects.filter(
            workspace=workspace, entry__account_id=held.pk, entry__kind=Entry.Kind.PLACEMENT, gl=Gl.PRINCIPAL
        ).aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
        if held.principal + amount > placed:
            message = f"The principal was {placed:.2f} {held.currency} when placed, and can't become more."
            raise PrincipalAboveOriginal(message, details=[{"field": "current_balance", "message": message}])
        return
    line = f"{added_as}_since"
    Account.objects.filter(workspace=workspace, pk=held.pk).update(
        **{line: F(line) + amount, "itemized_balance": F("itemized_balance") + amount}
    )


def _adjustment(difference: Decimal, balance: Balance, added_as: str) -> dict[str, Decimal]:
    if difference > 0:
        return {ADDED[added_as]: difference, Gl.ADJUSTMENT: -difference}
    parts = split(-difference, _owed(balance))
    return {
        Gl.FEES: -parts.fees,
        Gl.PENALTIES: -parts.penalties,
        Gl.INTEREST: -parts.interest,
        Gl.PRINCIPAL: -parts.principal,
        Gl.ADJUSTMENT: -difference,
    }


def _paid(workspace: Workspace, account_id: UUID) -> None:
    account = get_account(workspace, account_id)
    if account.is_open:
        move_status(workspace=workspace, account_id=account_id, to=Account.Status.PAID_IN_FULL, reason="paid")
        record(workspace, events.ACCOUNT_PAID, object=account, account_id=account.pk)


def _owed(balance: Balance) -> dict[str, Decimal]:
    return {name: getattr(balance, name) for name in ("fees", "penalties", "interest", "principal")}


def _allocation(entry: Entry, parts: Split, balance: Balance) -> Allocation:
    return Allocation(
        entry_id=entry.pk,
        principal=parts.principal,
        interest=parts.interest,
        fees=parts.fees,
        penalties=parts.penalties,
        unapplied=parts.unapplied,
        balance_after=balance.total,
    )
