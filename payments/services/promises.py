"""Promises: made, kept, broken."""

import datetime as dt
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.selectors import get_account
from accounts.services import move_status
from audit.services import record
from credira.core import clock
from credira.core.errors import Unprocessable
from credira.core.ids import public_id
from credira.core.money import parse_amount
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.work.due import schedule, unschedule
from payments import events
from payments.models import Promise
from payments.rules import is_kept, last_day
from payments.selectors import open_promises, received_between

DUE = "payments.promise"


@transaction.atomic
def make_promise(
    *,
    workspace: Workspace,
    account_id: UUID,
    amount: Decimal,
    due_on: dt.date,
    channel: str = "call",
    source_id: UUID | None = None,
) -> Promise:
    """Keep a consumer's word to pay ``amount`` by ``due_on``; the account is ``promised``.

    Raises ``Unprocessable`` for a day that has passed or an amount of nothing.
    """
    account = get_account(workspace, account_id)
    exact = parse_amount(amount, account.currency)
    today = clock.now().astimezone(ZoneInfo(workspace.creditor.time_zone)).date()
    if exact <= 0 or due_on < today:
        raise Unprocessable("A promise names an amount above zero and a day that hasn't passed.")
    promise = Promise.objects.create(
        workspace=workspace,
        account=account,
        amount=exact,
        currency=account.currency,
        due_on=due_on,
        channel=channel,
        source_id=source_id,
    )
    if account.status in ("placed", "notice_sent", "contacted"):
        move_status(workspace=workspace, account_id=account.id, to="promised", reason="promise")
    record(workspace, events.PROMISE_MADE, object=promise, account_id=account.id, data=_told(promise))
    schedule(workspace, DUE, promise.id, _decision_at(workspace, promise))
    return promise


@transaction.atomic
def decide_promise(*, workspace: Workspace, promise_id: UUID) -> None:
    """Kept or broken, now that the last day has passed. Safe to run twice."""
    promise = Promise.objects.select_for_update().get(workspace=workspace, pk=promise_id)
    if promise.status != Promise.Status.OPEN:
        return
    received = received_between(workspace, promise.account_id, promise.made_at, last_day(promise.due_on))
    if is_kept(promise.amount, received):
        _keep(workspace, promise)
        return
    move(promise, Promise.Status.BROKEN, decided_at=clock.now())
    record(
        workspace,
        events.PROMISE_BROKEN,
        object=promise,
        account_id=promise.account_id,
        data={**_told(promise), "received": received},
    )
    _none_left(workspace, promise.account_id, reason="promise broken")


def decide_kept(*, workspace: Workspace, account_id: UUID) -> None:
    """After a payment: what it fulfils is kept at once."""
    for promise in open_promises(workspace, [account_id]).select_for_update():
        received = received_between(workspace, account_id, promise.made_at, last_day(promise.due_on))
        if is_kept(promise.amount, received):
            _keep(workspace, promise)


def _keep(workspace: Workspace, promise: Promise) -> None:
    move(promise, Promise.Status.KEPT, decided_at=clock.now())
    record(workspace, events.PROMISE_KEPT, object=promise, account_id=promise.account_id, data=_told(promise))
    unschedule(workspace, DUE, promise.id)
    _none_left(workspace, promise.account_id, reason="promise kept")


def _none_left(workspace: Workspace, account_id: UUID, *, reason: str) -> None:
    """Without an open promise the account isn't promised any more."""
    account = get_account(workspace, account_id)
    if account.status == "promised" and not open_promises(workspace, [account_id]).exists():
        move_status(workspace=workspace, account_id=account_id, to="contacted", reason=reason)


def _decision_at(workspace: Workspace, promise: Promise) -> dt.datetime:
    """The first midnight, where the creditor is, after the last day that counts."""
    day = last_day(promise.due_on) + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), ZoneInfo(workspace.creditor.time_zone))


def _told(promise: Promise) -> dict[str, object]:
    account = get_account(promise.workspace, promise.account_id)
    return {
        "promise_id": promise.public_id,
        "account_id": account.public_id,
        "campaign_id": public_id("cmp", account.campaign_id) if account.campaign_id else None,
        "amount": promise.amount,
        "currency": promise.currency,
        "due_on": promise.due_on,
        "channel": promise.channel,
    }
