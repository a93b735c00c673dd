"""The dashboard's figures: exact numbers, each with the way to its rows."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Account, Person
from compliance.models import ContactAttempt, GateDecision
from credira.core import clock
from credira.core.ids import uuid7
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.web import figures
from credira.web.attention import matters
from credira.web.dashboard import compared
from credira.web.figures import Sums, period
from creditors.services import create_entity
from payments.models import Payment, Promise
from tests.house import House, sign_in
from webhooks.models import Delivery
from webhooks.services import create_endpoint, delete_endpoint, send_test

NOON = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)  # 12:00 in Chicago
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def sandbox(house: House) -> Iterator[Workspace]:
    """Acme's sandbox, bound, its clock standing at noon on Tuesday, November 24."""
    with bind(house.sandbox) as workspace:
        workspace.clock_frozen_at = NOON
        workspace.save()
    with bind(house.sandbox) as workspace:
        yield workspace


def place(workspace: Workspace, balance: str, status: str = "placed", currency: str = "USD") -> Account:
    entity = Account.objects.filter(workspace=workspace).values_list("entity_id", flat=True).first()
    if entity is None:
        entity = create_entity(workspace=workspace, name="Acme Federal Credit Union").pk
    return Account.objects.create(
        workspace=workspace,
        person=Person.objects.create(workspace=workspace, first_name="Renee", last_name="Calloway"),
        entity_id=entity,
        creditor_reference=f"ACME-{uuid7()}",
        content_hash=b"",
        collector_role="third_party",
        status=status,
        currency=currency,
        current_balance=Decimal(balance),
        placement_date=TODAY,
    )


def pay(account: Account, amount: str, days_ago: int = 0, **changes: Any) -> Payment:
    values = {"method": "ach", "source": "api", "paid_on": TODAY - dt.timedelta(days=days_ago)} | changes
    return Payment.objects.create(
        workspace=account.workspace, account=account, amount=Decimal(amount), currency=account.currency, **values
    )


def promise(account: Account, amount: str, due_in: int = 0, **changes: Any) -> Promise:
    values = {"due_on": TODAY + dt.timedelta(days=due_in), "channel": "call"} | changes
    return Promise.objects.create(
        workspace=account.workspace, account=account, amount=Decimal(amount), currency=account.currency, **values
    )


def attempt(account: Account, channel: str, connect_status: str = "in_flight", hours_ago: float = 1) -> ContactAttempt:
    at = NOON - dt.timedelta(hours=hours_ago)
    return ContactAttempt.objects.create(
        workspace=account.workspace,
        entity=account.entity,
        consumer=account.person,
        person=account.person,
        channel=channel,
        purpose="collect",
        connect_status=connect_status,
        reserved_at=at,
        dispatched_at=at,
        count_local_date=at.date(),
    )


def test_currencies_are_never_added_up(sandbox: Workspace) -> None:
    dollars, other = place(sandbox, "1000"), place(sandbox, "500", currency="CAD")
    pay(dollars, "100.10")
    pay(dollars, "20")
    pay(other, "70")

    today = figures.received(sandbox, period(sandbox, TODAY, TODAY))

    assert today == Sums(3, {"USD": Decimal("120.1000"), "CAD": Decimal("70.0000")})
    assert str(today) == "$120.10 and CAD\u00a070.00"


def test_returned_payments_and_other_days_do_not_count(sandbox: Workspace) -> None:
    account = place(sandbox, "1000")
    pay(account, "10")
    pay(account, "20", status="returned")
    pay(account, "40", days_ago=1)

    assert str(figures.received(sandbox, period(sandbox, TODAY, TODAY))) == "$10.00"


def test_receipts_by_day_are_of_one_currency(sandbox: Workspace) -> None:
    account = place(sandbox, "1000")
    pay(account, "10", days_ago=3)
    pay(account, "5", days_ago=3)
    pay(account, "7")
    pay(place(sandbox, "1", currency="CAD"), "99")

    by_day = figures.received_by_day(sandbox, period(sandbox, TODAY.replace(day=1), TODAY), "USD")

    assert by_day == {dt.date(2026, 11, 21): Decimal(15), TODAY: Decimal(7)}


def test_promises_count_on_the_day_they_fall_due_and_on_the_day_they_are_decided(sandbox: Workspace) -> None:
    account = place(sandbox, "1000")
    promise(account, "150")
    promise(account, "50", due_in=1)
    promise(account, "30", due_in=-4, status="broken", decided_at=NOON - dt.timedelta(days=1))
    today, yesterday = period(sandbox, TODAY, TODAY), period(sandbox, *[TODAY - dt.timedelta(days=1)] * 2)

    assert figures.promises_due(sandbox, today) == Sums(1, {"USD": Decimal(150)})
    assert figures.promises_decided(sandbox, yesterday, "broken") == Sums(1, {"USD": Decimal(30)})
    assert figures.promises_decided(sandbox, today, "broken") == Sums()


def test_a_day_is_the_creditors_not_utcs(sandbox: Workspace) -> None:
    account = place(sandbox, "1000")
    attempt(account, "call", hours_ago=12.5)  # 11:30 PM yesterday in Chicago, today in UTC
    attempt(account, "call", hours_ago=11.5)

    assert figures.contacts(sandbox, period(sandbox, TODAY, TODAY)).calls == 1


def test_contacts_tell_who_was_reached_and_who_was_the_right_party(sandbox: Workspace) -> None:
    account = place(sandbox, "1000")
    for channel, outcome in [
        ("call", "answered_rpc"), ("call", "answered_third_party"), ("call", "ring_no_answer"),
        ("call", "voicemail_left"), ("email", "in_flight"), ("letter", "in_flight"),
    ]:  # fmt: skip
        attempt(account, channel, outcome)

    found = figures.contacts(sandbox, period(sandbox, TODAY, TODAY))

    assert found == figures.Contacts(calls=4, emails=1, letters=1, reached=2, right_party=1)
    assert found.attempts == 6


def test_the_inventory_is_in_the_order_of_an_accounts_life(sandbox: Workspace) -> None:
    place(sandbox, "30", "paid_in_full")
    place(sandbox, "60")
    place(sandbox, "10")

    rows = [(shelf.status, shelf.count, shelf.balance, round(shelf.share, 1)) for shelf in figures.inventory(sandbox)]

    assert rows == [("placed", 2, Decimal(70), Decimal("70.0")), ("paid_in_full", 1, Decimal(30), Decimal("30.0"))]


def decide(account: Account, outcome: str, *codes: str, days_ago: int = 0) -> None:
    GateDecision.objects.create(
        workspace=account.workspace,
        stage="reserve",
        debts=[account.id],
        person=account.person,
        intent={},
        outcome=outcome,
        reasons=[
            {"code": code, "severity": "LAW", "cite": "12 CFR 1006", "message": f"Because {code}."} for code in codes
        ],
        rule_pack="us-2026.11",
        facts_hash="0" * 64,
        evaluated_at=clock.now() - dt.timedelta(days=days_ago),
    )


def test_the_gates_day_counts_outcomes_and_the_reasons_that_held_contacts_back(sandbox: Workspace) -> None:
    account = place(sandbox, "1000")
    decide(account, "ALLOW", "FREQ_7_IN_7")
    decide(account, "DEFER", "TIME_WINDOW", "FREQ_7_IN_7")
    decide(account, "DENY", "TIME_WINDOW")
    decide(account, "DENY", "CEASE", days_ago=1)

    day = figures.gate(sandbox, period(sandbox, TODAY, TODAY))

    assert (day.allowed, day.deferred, day.denied, day.reviewed, day.asked) == (1, 1, 1, 0, 3)
    assert [(reason.code, reason.count) for reason in day.reasons] == [("TIME_WINDOW", 2), ("FREQ_7_IN_7", 1)]
    assert day.reasons[0] == figures.Reason("TIME_WINDOW", "LAW", "12 CFR 1006", "Because TIME_WINDOW.", 2)


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        ({"USD": Decimal(120)}, {"USD": Decimal(100)}, "20.0% over all of last Tuesday"),
        ({"USD": Decimal(75)}, {"USD": Decimal(100)}, "25.0% below all of last Tuesday"),
        ({}, {"USD": Decimal(100)}, "100.0% below all of last Tuesday"),
        ({"USD": Decimal(75)}, {}, "Nothing came in last Tuesday"),
    ],
)
def test_today_is_compared_with_the_same_weekday(
    now: dict[str, Decimal], before: dict[str, Decimal], text: str
) -> None:
    assert compared(Sums(1, now), Sums(1, before), "Tuesday") == text


def test_nothing_needs_attention_in_an_empty_workspace(sandbox: Workspace) -> None:
    assert matters(sandbox, TODAY) == []


def test_the_page_leads_from_each_figure_to_its_rows(house: House) -> None:
    with bind(house.live) as live:
        account = place(live, "1000", "promised")
        pay(account, "12.34", paid_on=figures.today_of(live))
        decide(account, "DEFER", "TIME_WINDOW")

    page = sign_in(house.alice).get("/w/acme/").content.decode()

    assert "$12.34" in page
    assert 'href="/w/acme/payments"' in page
    assert 'href="/w/acme/payments?show=promises"' in page
    assert 'href="/w/acme/accounts?status=promised"' in page
    assert 'href="/w/acme/calls"' in page
    assert "Because TIME_WINDOW." in page
    assert "12 CFR 1006" in page


def test_an_empty_workspace_says_how_to_begin(house: House) -> None:
    page = sign_in(house.alice).get("/w/acme/").content.decode()

    assert "Nothing placed yet." in page
    assert 'href="/w/acme/placements"' in page
    assert "Today in figures" not in page


def test_payments_and_promises_have_a_list(house: House) -> None:
    with bind(house.live) as live:
        account = place(live, "1000")
        pay(account, "12.34", paid_on=figures.today_of(live))
        promise(account, "150", status="kept")
        promise(account, "75")
    bob = sign_in(house.bob)

    payments, promises = bob.get("/w/acme/payments"), bob.get("/w/acme/payments?show=promises&status=kept")

    assert "$12.34" in payments.content.decode()
    assert "Renee Calloway" in payments.content.decode()
    assert "$150.00" in promises.content.decode()
    assert "$75.00" not in promises.content.decode()


def test_failed_deliveries_of_a_deleted_endpoint_need_nobody(sandbox: Workspace) -> None:
    endpoint = create_endpoint(workspace=sandbox, url="http://127.0.0.1:9/sink").endpoint
    delivery = send_test(workspace=sandbox, endpoint_id=endpoint.id)
    Delivery.objects.filter(pk=delivery.pk).update(status="failed", finished_at=clock.wall())
    before = [matter.title for matter in matters(sandbox, TODAY)]

    delete_endpoint(workspace=sandbox, endpoint_id=endpoint.id)

    assert before == ["1 webhook delivery failed"]
    assert matters(sandbox, TODAY) == []
