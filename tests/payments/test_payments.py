"""Payments and promises through the API and the clock."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Account
from audit.models import Event
from audit.selectors import with_data
from credira.core import clock
from credira.core.errors import Unprocessable
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import sweep
from creditors.services import NewCreditor
from payments.models import Payment, Promise
from payments.services import make_promise, record_payment
from tests.api.client import Caller, make_caller
from tests.placing import make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creditor() -> NewCreditor:
    return make_collector()


@pytest.fixture
def caller(creditor: NewCreditor) -> Caller:
    return make_caller(creditor)


def facts(workspace: Workspace, kind: str) -> list[Event]:
    with bind(workspace) as bound:
        return with_data(bound, list(Event.objects.filter(type=kind)))


def pay(account: Account, **changes: object) -> dict[str, object]:
    return {"account_id": account.public_id, "amount": Decimal("100.50"), "payment_method": "ach", **changes}


@pytest.mark.promise("A-25", "A-26")
def test_a_recorded_payment_tells_its_allocation(creditor: NewCreditor, caller: Caller) -> None:
    account = place(creditor.sandbox).account

    answer = caller.post("/v1/payments", pay(account, payment_reference="TRF-1"))

    assert answer.status == 201
    assert (answer.data["amount"], answer.data["payment_method"]) == (Decimal("100.5"), "ach")
    assert answer.data["allocation"] == {
        "principal": 0,
        "interest": Decimal("65.5"),
        "fees": 35,
        "penalties": 0,
        "unapplied": 0,
    }
    assert caller.get(f"/v1/payments/{answer.data['id']}").data == answer.data
    assert [row["id"] for row in caller.get(f"/v1/payments?account_id={account.public_id}").data] == [answer.data["id"]]
    assert len(facts(creditor.sandbox, "payment.received")) == 1


@pytest.mark.promise("A-27")
def test_a_bank_transfer_is_a_method(creditor: NewCreditor, caller: Caller) -> None:
    account = place(creditor.sandbox).account

    answer = caller.post("/v1/payments", pay(account, payment_method="bank_transfer"))

    assert (answer.status, answer.data["payment_method"]) == (201, "bank_transfer")
    [told] = facts(creditor.sandbox, "payment.received")
    assert told.data["method"] == "bank_transfer"


def test_an_invoice_is_paid_under_its_own_prefix(creditor: NewCreditor, caller: Caller) -> None:
    account = place(creditor.sandbox).account
    invoice = public_id("inv", account.pk)

    answer = caller.post("/v1/payments", {"invoice_id": invoice, "amount": 10, "payment_method": "check"})

    assert (answer.status, answer.data["account_id"]) == (201, account.public_id)
    both = {**pay(account), "invoice_id": invoice}
    assert caller.post("/v1/payments", both).error["details"][0]["field"] == "account_id"


@pytest.mark.promise("K-37")
def test_a_reference_twice_replays_or_conflicts(creditor: NewCreditor, caller: Caller) -> None:
    account = place(creditor.sandbox).account
    first = caller.post("/v1/payments", pay(account, payment_reference="TRF-1"))

    again = caller.post("/v1/payments", pay(account, payment_reference="TRF-1"))
    other = caller.post("/v1/payments", pay(account, payment_reference="TRF-1", amount=1))

    assert again.data["id"] == first.data["id"]
    assert (other.status, other.error["code"]) == (409, "PAYMENT_REFERENCE_EXISTS")
    with bind(creditor.sandbox):
        assert Payment.objects.count() == 1


@pytest.mark.promise("K-37")
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": 0}, 400, "INVALID_REQUEST"),
        ({"amount": -5}, 400, "INVALID_REQUEST"),
        ({"amount": Decimal("1.005")}, 400, "INVALID_REQUEST"),
        ({"amount": "5"}, 400, "INVALID_REQUEST"),
        ({"currency": "EUR"}, 400, "CURRENCY_MISMATCH"),
        ({"payment_method": "gold"}, 400, "INVALID_REQUEST"),
        ({"payment_date": "2099-01-01"}, 422, "PAYMENT_DATE_REFUSED"),
        ({"payment_date": "1999-01-01"}, 422, "PAYMENT_DATE_REFUSED"),
        ({"account_id": "acct_01h455vb4pex5vsknk084sn02q"}, 404, "NOT_FOUND"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_nothing_is_posted(
    creditor: NewCreditor, caller: Caller, changes: dict[str, object], status: int, code: str
) -> None:
    account = place(creditor.sandbox).account

    answer = caller.post("/v1/payments", pay(account, **changes))

    assert (answer.status, answer.error["code"]) == (status, code)
    with bind(creditor.sandbox):
        assert Payment.objects.count() == 0
        assert Account.objects.get().current_balance == Decimal("3255.82")


def test_a_payment_of_the_day_before_the_placement_is_off_the_balance_already(
    creditor: NewCreditor, caller: Caller
) -> None:
    account = place(creditor.sandbox).account
    eve = account.placement_date - dt.timedelta(days=1)

    refused = caller.post("/v1/payments", pay(account, payment_date=eve.isoformat()))
    taken = caller.post("/v1/payments", pay(account, payment_date=account.placement_date.isoformat()))

    assert (refused.status, refused.error["details"][0]["field"]) == (422, "payment_date")
    assert f"placed on {account.placement_date}" in refused.error["message"]
    assert taken.status == 201


@pytest.mark.promise("K-37")
def test_an_overpayment_is_never_lost(creditor: NewCreditor, caller: Caller) -> None:
    account = place(creditor.sandbox).account

    answer = caller.post("/v1/payments", pay(account, amount=4000))

    assert answer.data["allocation"]["unapplied"] == Decimal("744.18")


@pytest.mark.promise("A-53")
@pytest.mark.parametrize(
    ("outcome", "status", "balance", "events"),
    [
        ("succeeded", "succeeded", "0", {"payment.received": 1, "payment.reversed": 0}),
        ("failed", "failed", "3255.82", {"payment.received": 0, "payment.reversed": 0}),
        ("returned", "returned", "3255.82", {"payment.received": 1, "payment.reversed": 1}),
    ],
)
def test_a_sandbox_simulates_payments(
    creditor: NewCreditor, caller: Caller, outcome: str, status: str, balance: str, events: dict[str, int]
) -> None:
    account = place(creditor.sandbox).account

    answer = caller.post("/v1/sandbox/payments", {"account_id": account.public_id, "outcome": outcome})

    assert (answer.status, answer.data["status"]) == (201, status)
    with bind(creditor.sandbox):
        assert Account.objects.get().current_balance == Decimal(balance)
    assert {kind: len(facts(creditor.sandbox, kind)) for kind in events} == events


def test_a_live_workspace_simulates_nothing(creditor: NewCreditor) -> None:
    account = place(creditor.live).account

    answer = make_caller(creditor, livemode=True).post("/v1/sandbox/payments", {"account_id": account.public_id})

    assert (answer.status, answer.error["code"]) == (403, "SANDBOX_ONLY")


def promise(workspace: Workspace, account: Account, days: int = 5) -> Promise:
    with bind(workspace) as bound:
        return make_promise(
            workspace=bound,
            account_id=account.pk,
            amount=Decimal("200.00"),
            due_on=clock.now().date() + dt.timedelta(days=days),
        )


def mature(workspace: Workspace) -> None:
    with bind(workspace) as bound:
        Workspace.objects.filter(pk=bound.pk).update(clock_offset=dt.timedelta(days=15))
    for claim in sweep.claim(workspace.pk):
        sweep.run(claim.workspace_id, claim.due_id, claim.fence)


def test_a_promise_moves_the_account_and_a_payment_keeps_it(creditor: NewCreditor) -> None:
    account = place(creditor.sandbox).account
    made = promise(creditor.sandbox, account)

    with bind(creditor.sandbox) as bound:
        assert Account.objects.get().status == "promised"
        record_payment(workspace=bound, account_id=account.pk, amount=Decimal("190.00"), method="card")  # 95 %

        made.refresh_from_db()
    assert made.status == "kept"
    assert len(facts(creditor.sandbox, "promise.kept")) == 1


def test_a_promise_that_nobody_keeps_is_broken_after_three_days_of_grace(creditor: NewCreditor) -> None:
    account = place(creditor.sandbox).account
    made = promise(creditor.sandbox, account)
    with bind(creditor.sandbox) as bound:
        record_payment(workspace=bound, account_id=account.pk, amount=Decimal("189.99"), method="card")

    mature(creditor.sandbox)
    mature(creditor.sandbox)

    with bind(creditor.sandbox):
        made.refresh_from_db()
        assert (made.status, Account.objects.get().status) == ("broken", "contacted")
    assert len(facts(creditor.sandbox, "promise.broken")) == 1


def test_a_promise_may_be_for_today(creditor: NewCreditor) -> None:
    account = place(creditor.sandbox).account
    with bind(creditor.sandbox) as bound:
        today = clock.now().astimezone(ZoneInfo(bound.creditor.time_zone)).date()

        made = make_promise(workspace=bound, account_id=account.pk, amount=Decimal(200), due_on=today)

    assert (made.status, made.due_on) == ("open", today)


def test_a_promise_for_yesterday_is_refused(creditor: NewCreditor) -> None:
    account = place(creditor.sandbox).account

    with pytest.raises(Unprocessable):
        promise(creditor.sandbox, account, days=-2)
