"""Recording money: one payment, one ledger entry, one fact, in one transaction."""

import datetime as dt
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from accounts.models import Account
from accounts.selectors import get_account, get_person
from accounts.services import apply_payment, reverse_payment
from audit.services import record
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.ids import public_id
from credira.core.money import parse_amount
from credira.core.state import move
from credira.tenancy.models import Workspace
from payments import events
from payments.errors import CurrencyMismatch, NothingOwed, PaymentDateRefused, ReferenceUsed, SandboxOnly
from payments.models import Payment
from payments.services.promises import decide_kept


@transaction.atomic
def record_payment(
    *,
    workspace: Workspace,
    account_id: UUID,
    amount: Decimal,
    method: str,
    currency: str | None = None,
    reference: str = "",
    paid_on: dt.date | None = None,
    source: str = "api",
) -> Payment:
    """Record money received on an account and split it by the ledger's order (fees, penalties, interest, principal).

    A reference that was seen with the same account, amount, method and date answers the first payment; with anything
    else it raises ``ReferenceUsed``. Raises ``CurrencyMismatch``, ``InvalidRequest`` (amount) and
    ``PaymentDateRefused`` for a day that lies ahead or before the placement: what was paid until then is off the placed
    balance already (``payments_since``).
    """
    account = get_account(workspace, account_id)
    amount = _amount(amount, currency, account)
    today = clock.now().astimezone(ZoneInfo(workspace.creditor.time_zone)).date()
    paid_on = paid_on or today
    _require_plausible(paid_on, min(account.placement_date, today), today)
    if reference and (known := _by_reference(workspace, reference)):
        return _replayed(known, account, amount, method, paid_on)
    payment = Payment(
        workspace=workspace,
        account=account,
        amount=amount,
        currency=account.currency,
        method=method,
        reference=reference,
        source=source,
        paid_on=paid_on,
        campaign_id=account.campaign_id,
        enrolled_at=account.enrolled_at,
    )
    split = apply_payment(
        workspace=workspace,
        account_id=account.id,
        amount=amount,
        effective_on=paid_on,
        reference=reference,
        idempotency_key=payment.public_id,
    )
    for part in ("entry_id", "principal", "interest", "fees", "penalties", "unapplied"):
        setattr(payment, part, getattr(split, part))
    payment.save(force_insert=True)
    record(workspace, events.PAYMENT_RECEIVED, object=payment, account_id=account.id, data=_told(payment, account))
    decide_kept(workspace=workspace, account_id=account.id)
    return payment


@transaction.atomic
def return_payment(*, workspace: Workspace, payment: Payment, reason: str) -> Payment:
    """A payment came back: the mirror entry, the account owed again. Raises ``InvalidTransition`` the second time."""
    account = get_account(workspace, payment.account_id)
    move(payment, Payment.Status.RETURNED, returned_at=clock.now())
    assert payment.entry_id is not None  # a succeeded payment has its entry
    reverse_payment(workspace=workspace, entry_id=payment.entry_id, effective_on=clock.now().date(), reason=reason)
    record(
        workspace,
        events.PAYMENT_REVERSED,
        object=payment,
        account_id=account.id,
        data={
            "payment_id": payment.public_id,
            "account_id": account.public_id,
            "amount": payment.amount,
            "currency": payment.currency,
            "reason": reason,
        },
    )
    return payment


@transaction.atomic
def simulate_payment(
    *,
    workspace: Workspace,
    account_id: UUID,
    amount: Decimal | None = None,
    method: str = Payment.Method.CARD,
    outcome: str = "succeeded",
) -> Payment:
    """A sandbox's payment: succeeded, failed (nothing is posted) or returned (posted, then mirrored).

    Without an amount, what is owed. Raises ``SandboxOnly`` in a live workspace and ``NothingOwed``.
    """
    if workspace.livemode:
        raise SandboxOnly("Payments are simulated in sandboxes only.")
    account = get_account(workspace, account_id)
    owed = account.current_balance
    if amount is None and owed <= 0:
        raise NothingOwed("Nothing is owed on this account.")
    wanted = owed if amount is None else amount
    if outcome == "failed":
        return _failed(workspace, account, _amount(wanted, None, account), method)
    payment = record_payment(workspace=workspace, account_id=account.id, amount=wanted, method=method, source="sandbox")
    if outcome == "returned":
        return_payment(workspace=workspace, payment=payment, reason="Simulated return.")
    return payment


def _failed(workspace: Workspace, account: Account, amount: Decimal, method: str) -> Payment:
    payment = Payment.objects.create(
        workspace=workspace,
        account=account,
        amount=amount,
        currency=account.currency,
        method=method,
        source="sandbox",
        status=Payment.Status.FAILED,
        paid_on=clock.now().date(),
    )
    record(workspace, events.PAYMENT_FAILED, object=payment, account_id=account.id, data=_told(payment, account))
    return payment


def _amount(amount: Decimal, currency: str | None, account: Account) -> Decimal:
    if currency is not None and currency != account.currency:
        raise CurrencyMismatch(
            f"The account is in {account.currency}.",
            details=[{"field": "currency", "message": f"The account is in {account.currency}."}],
        )
    exact = parse_amount(amount, account.currency)
    if exact <= 0:
        raise InvalidRequest(
            "A payment is more than zero.", details=[{"field": "amount", "message": "Must be more than zero."}]
        )
    return exact


def _by_reference(workspace: Workspace, reference: str) -> Payment | None:
    # Two requests with one reference: the second waits here, then finds the first one's row.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"payment:{workspace.pk}:{reference}"])
    return Payment.objects.filter(workspace=workspace, reference=reference).first()


def _require_plausible(paid_on: dt.date, placed_on: dt.date, today: dt.date) -> None:
    if placed_on <= paid_on <= today:
        return
    message = (
        f"A payment can't be dated ahead: today is {today}."
        if paid_on > today
        else f"The account was placed on {placed_on}: its balance has earlier payments taken off already."
    )
    raise PaymentDateRefused(message, details=[{"field": "payment_date", "message": message}])


def _replayed(known: Payment, account: Account, amount: Decimal, method: str, paid_on: dt.date) -> Payment:
    if (known.account_id, known.amount, known.method, known.paid_on) != (account.id, amount, method, paid_on):
        raise ReferenceUsed("This payment_reference stands on another payment.", payment_id=public_id("pmt", known.id))
    return known


def _told(payment: Payment, account: Account) -> dict[str, object]:
    """What ``payment.received`` says."""
    now = clock.now()
    enrolled = payment.enrolled_at
    return {
        "payment_id": payment.public_id,
        "account_id": account.public_id,
        "campaign_id": public_id("cmp", payment.campaign_id) if payment.campaign_id else None,
        "debtor": get_person(payment.workspace, account.person_id).name,
        "invoice_number": account.creditor_reference,
        "amount_collected": payment.amount,
        "currency": payment.currency,
        "method": payment.method,
        "payment_reference": payment.reference,
        "days_to_collect": (now - enrolled).days if enrolled else None,
        "timestamp": now,
    }
