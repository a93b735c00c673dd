"""The ledger of an account: opened, paid, reversed, corrected, and guarded by the database."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from accounts.errors import AccountOver, PrincipalAboveOriginal
from accounts.ledger.allocation import split
from accounts.ledger.models import Balance, Entry, Gl, Line
from accounts.models import Account
from accounts.selectors import get_account
from accounts.services import adjust_balance, apply_payment, reverse_payment, set_status
from audit.models import Event
from compliance.notice_rules import itemization_of
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


@pytest.mark.parametrize("wanted", ["3000.00", "0.00"])
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


def test_a_correction_to_nothing_closes(workspace: Workspace) -> None:
    account = place(workspace).account

    with bind(workspace) as bound:
        after = adjust_balance(workspace=bound, account_id=account.pk, balance=Decimal(0))

    assert (after.status, after.current_balance) == ("closed", Decimal(0))


@pytest.mark.parametrize("added_as", ["interest", "fees"])
def test_what_is_added_says_as_what_and_the_itemization_adds_up(workspace: Workspace, added_as: str) -> None:
    account = place(workspace).account

    with bind(workspace) as bound:
        before = components(account)
        after = adjust_balance(
            workspace=bound,
            account_id=account.pk,
            balance=Decimal("3300.00"),
            reason="Contract interest to November",
            added_as=added_as,
        )
        moved = {name: value - before[name] for name, value in components(account).items() if value != before[name]}
        lines, entry = itemization_of(after), Entry.objects.get(kind="adjustment")

    assert moved == {added_as: Decimal("44.18")}
    assert (after.current_balance, lines.total, lines.difference) == (Decimal("3300.00"), Decimal("3300.00"), 0)
    assert entry.reason == "Contract interest to November"


def test_principal_comes_back_up_to_what_was_placed(workspace: Workspace) -> None:
    account = place(workspace).account

    def correct(bound: Workspace, balance: str) -> Account:
        return adjust_balance(
            workspace=bound,
            account_id=account.pk,
            balance=Decimal(balance),
            reason="Posted to another account by mistake",
            added_as="principal",
        )

    with bind(workspace) as bound:
        correct(bound, "3000.00")
        back = correct(bound, "3141.46")
        with pytest.raises(PrincipalAboveOriginal):
            correct(bound, "3141.47")

    assert (back.current_balance, itemization_of(back).difference) == (Decimal("3141.46"), 0)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["reason", "added_as"]),
        ({"reason": "Late fee"}, ["added_as"]),
        ({"added_as": "fees", "reason": "  "}, ["reason"]),
    ],
)
def test_a_rise_without_its_reason_is_refused(workspace: Workspace, given: dict[str, str], missing: list[str]) -> None:
    account = place(workspace).account

    with bind(workspace) as bound, pytest.raises(InvalidRequest) as refused:
        adjust_balance(workspace=bound, account_id=account.pk, balance=Decimal("32558.20"), **given)

    assert [detail["field"] for detail in refused.value.details] == missing


@pytest.mark.parametrize("over", ["paid_in_full", "closed"])
def test_an_account_that_is_over_is_not_corrected(workspace: Workspace, over: str) -> None:
    account = place(workspace).account
    with bind(workspace) as bound:
        if over == "closed":
            set_status(workspace=bound, account_id=account.pk, to="closed")
        else:
            apply_payment(workspace=bound, account_id=account.pk, amount=account.current_balance, effective_on=TODAY)
        with pytest.raises(AccountOver):
            adjust_balance(
                workspace=bound, account_id=account.pk, balance=Decimal("99"), reason="Late fee", added_as="fees"
            )
        after = get_account(bound, account.pk)

    assert after.status == over
