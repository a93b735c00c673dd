"""The ledger of an account: opened, paid, reversed, corrected, and guarded by the database."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from accounts.ledger.allocation import split
from accounts.ledger.models import Balance, Entry, Gl, Line
from accounts.models import Account
from accounts.services import adjust_balance, apply_payment, reverse_payment
from audit.models import Event
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.placing import make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def workspace() -> Workspace:
    return make_collector().sandbox


def components(account: Account) -> dict[str, Decimal]:
    row = Balance.objects.get(pk=account.pk)
    return {name: getattr(row, name) for name in ("principal", "interest", "fees", "penalties", "unapplied")}


def test_a_placement_opens_the_ledger_with_the_claim_as_asserted(workspace: Workspace) -> None:
    account = place(workspace).account

    with bind(workspace):
        lines = {line.gl: line.amount for line in Line.objects.filter(entry__account=account)}
        assert components(account) == {
            "principal": Decimal("3141.46"),
            "interest": Decimal("79.36"),
            "fees": Decimal("35.00"),
            "penalties": 0,
            "unapplied": 0,
        }
    assert lines == {
        Gl.PRINCIPAL: Decimal("3141.46"),
        Gl.INTEREST: Decimal("79.36"),
        Gl.FEES: Decimal("35.00"),
        Gl.OPENING: Decimal("-3255.82"),
    }


def test_a_payment_fills_fees_then_interest_then_principal(workspace: Workspace) -> None:
    account = place(workspace).account

    with bind(workspace) as bound:
        paid = apply_payment(workspace=bound, account_id=account.pk, amount=Decimal("100.00"), effective_on=TODAY)

    assert (paid.fees, paid.interest, paid.principal, paid.unapplied) == (
        Decimal("35.00"),
        Decimal("65.00"),
        Decimal("0.00"),
        Decimal("0.00"),
    )
    assert paid.balance_after == Decimal("3155.82")


def test_paying_all_closes_the_account_and_paying_more_is_kept_unapplied(workspace: Workspace) -> None:
    account = place(workspace).account

    with bind(workspace) as bound:
        paid = apply_payment(workspace=bound, account_id=account.pk, amount=Decimal("3300.00"), effective_on=TODAY)
        account.refresh_from_db()

    assert paid.unapplied == Decimal("44.18")
    assert (account.status, account.current_balance) == ("paid_in_full", 0)


def test_a_reversal_is_the_exact_mirror_and_opens_the_account_again(workspace: Workspace) -> None:
    account = place(workspace).account
    with bind(workspace) as bound:
        before = components(account)
        paid = apply_payment(workspace=bound, account_id=account.pk, amount=Decimal("3300.00"), effective_on=TODAY)

        reverse_payment(workspace=bound, entry_id=paid.entry_id, effective_on=TODAY, reason="returned")

        account.refresh_from_db()
        assert components(account) == before
        with pytest.raises(Conflict):
            reverse_payment(workspace=bound, entry_id=paid.entry_id, effective_on=TODAY, reason="again")
    assert (account.status, account.current_balance) == ("contacted", Decimal("3255.82"))


@pytest.mark.parametrize(
    ("wanted", "fees", "interest", "principal"),
    [
        ("3300.00", "35.00", "79.36", "3185.64"),  # more is principal
        ("3230.82", "10.00", "79.36", "3141.46"),  # less comes off the fees first,
        ("3200.00", "0", "58.54", "3141.46"),  # then off the interest,
        ("3000.00", "0", "0", "3000.00"),  # then off the principal
    ],
)
def test_a_correction_falls_on_the_components_in_the_order_of_payments(
    workspace: Workspace, wanted: str, fees: str, interest: str, principal: str
) -> None:
    account = place(workspace).account

    with bind(workspace) as bound:
        adjust_balance(workspace=bound, account_id=account.pk, balance=Decimal(wanted))
        after = components(account)

    assert (after["fees"], after["interest"], after["principal"]) == (
        Decimal(fees),
        Decimal(interest),
        Decimal(principal),
    )


@pytest.mark.parametrize("wanted", ["4000.00", "3000.00", "0.00"])
def test_a_correction_sets_the_balance_with_its_reason(workspace: Workspace, wanted: str) -> None:
    account = place(workspace).account

    with bind(workspace) as bound:
        adjusted = adjust_balance(workspace=bound, account_id=account.pk, balance=Decimal(wanted))
        entry = Entry.objects.get(kind="adjustment")
        told = Event.objects.filter(type="account.adjusted").count()

    assert adjusted.current_balance == Decimal(wanted)
    assert (entry.reason, told) == ("creditor_correction", 1)


def test_a_correction_to_less_than_nothing_is_refused(workspace: Workspace) -> None:
    account = place(workspace).account

    with bind(workspace) as bound, pytest.raises(InvalidRequest):
        adjust_balance(workspace=bound, account_id=account.pk, balance=Decimal("-1"))


@pytest.mark.parametrize(
    ("amounts", "why"), [([10, -9], "line_balanced"), ([10], "line_balanced"), ([10, -10], "line_once")]
)
def test_the_database_refuses_an_entry_that_does_not_balance(
    workspace: Workspace, amounts: list[int], why: str
) -> None:
    account = place(workspace).account
    with bind(workspace) as bound:
        entry = (
            Entry.objects.get(account=account)
            if why == "line_once"
            else Entry.objects.create(workspace=bound, account=account, kind="adjustment", effective_on=TODAY)
        )

    with pytest.raises(IntegrityError) as refused, bind(workspace) as bound:
        Line.objects.bulk_create(
            Line(workspace=bound, entry=entry, gl=gl, amount=amount, currency="USD")
            for gl, amount in zip((Gl.PRINCIPAL, Gl.ADJUSTMENT), amounts, strict=False)
        )

    assert refused.value.__cause__.diag.constraint_name == why  # type: ignore[union-attr]


def test_the_cached_balance_is_the_sum_of_the_lines(workspace: Workspace) -> None:
    account = place(workspace).account
    with bind(workspace) as bound:
        for amount in ("12.34", "500.00", "99.99"):
            apply_payment(workspace=bound, account_id=account.pk, amount=Decimal(amount), effective_on=TODAY)
        adjust_balance(workspace=bound, account_id=account.pk, balance=Decimal("2000.00"))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(l.amount) FROM accounts_line l JOIN accounts_entry e ON e.id = l.entry_id "
                "WHERE e.account_id = %s AND l.gl LIKE 'claim.%%'",
                [account.pk],
            )
            total = cursor.fetchone()[0]
        account.refresh_from_db()

    assert account.current_balance == total == Decimal("2000.00")


def test_split_loses_nothing() -> None:
    owed = {"fees": Decimal(5), "penalties": Decimal(0), "interest": Decimal(3), "principal": Decimal(10)}

    parts = split(Decimal("20"), owed)

    assert (parts.fees, parts.interest, parts.principal, parts.unapplied) == (5, 3, 10, 2)


def test_a_correction_to_nothing_closes_and_one_above_a_paid_debt_opens_it(workspace: Workspace) -> None:
    written_off, paid = place(workspace).account, place(workspace, creditor_reference="P").account

    with bind(workspace) as bound:
        apply_payment(workspace=bound, account_id=paid.pk, amount=paid.current_balance, effective_on=TODAY)
        found = [
            adjust_balance(workspace=bound, account_id=written_off.pk, balance=Decimal(0)),
            adjust_balance(workspace=bound, account_id=paid.pk, balance=Decimal(30)),
        ]

    assert [(account.status, account.current_balance) for account in found] == [
        ("closed", Decimal(0)),
        ("contacted", Decimal(30)),
    ]
