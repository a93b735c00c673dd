"""The same fact told several times, be it at once, is one; one that ended, or that says something else, is another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import Account, Endpoint
from audit.models import Event
from compliance import services
from compliance.models import Bankruptcy, Dispute, EmailBasis, Fact
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.placing import make_collector, place
from tests.portal import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

Tell = Callable[[Workspace, Account], Fact]
CASE = {"case_number": "27-1", "chapter": "7", "filed_on": "2026-11-02", "evidence": "A letter"}


def dispute(workspace: Workspace, account: Account) -> Dispute:
    return services.file_dispute(
        workspace=workspace, account_id=account.id, channel="mail", written=True, statement="Not all of it is mine."
    )


def case(workspace: Workspace, account: Account) -> Bankruptcy:
    return services.report_bankruptcy(
        workspace=workspace,
        person_id=account.person_id,
        account_id=account.id,
        case_number="27-1",
        chapter="7",
        filed_on=dt.date(2026, 11, 2),
    )


def word(workspace: Workspace, account: Account) -> Bankruptcy:
    return services.report_bankruptcy(workspace=workspace, person_id=account.person_id, account_id=account.id)


def basis(workspace: Workspace, account: Account) -> EmailBasis:
    return services.record_email_basis(
        workspace=workspace, endpoint_id=email_of(account).id, basis="i_B", evidence="Page 3"
    )


def email_of(account: Account) -> Endpoint:
    return Endpoint.objects.get(workspace=account.workspace_id, person_id=account.person_id, kind="email")


@pytest.fixture
def placed() -> tuple[Any, Account]:
    collector = make_collector()
    return collector, place(collector.sandbox).account


@pytest.mark.parametrize(
    ("tell", "event"),
    [
        (dispute, "dispute.filed"),
        (case, "bankruptcy.recorded"),
        (word, "bankruptcy.recorded"),
        (basis, "email_basis.recorded"),
    ],
)
def test_the_same_fact_told_at_once_is_one(placed: tuple[Any, Account], tell: Tell, event: str) -> None:
    collector, account = placed
    barrier = Barrier(3)

    def told(_: int) -> Fact:
        try:
            barrier.wait(timeout=20)
            with bind(collector.sandbox) as bound:
                return tell(bound, account)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        keys = {each.id for each in pool.map(told, range(3))}

    assert len(keys) == 1
    with bind(collector.sandbox):
        assert Event.objects.filter(type=event).count() == 1


def test_a_form_submitted_thrice_records_once(placed: tuple[Any, Account]) -> None:
    collector, account = placed
    member = sign_in(collector, "admin", "ada@a.example")
    with bind(collector.sandbox):
        email = email_of(account).public_id
    here = f"/w/{collector.sandbox.slug}/accounts/{account.public_id}"

    for path, form, model in (
        ("dispute", {"kind": "dispute", "channel": "mail"}, Dispute),
        ("bankruptcy", CASE, Bankruptcy),
        ("email-basis", {"endpoint": email, "basis": "i_B", "evidence": "Page 3"}, EmailBasis),
    ):
        for _ in range(3):
            assert member.client.post(f"{here}/{path}", form).headers["Location"] == here
        with bind(collector.sandbox):
            assert model._default_manager.count() == 1


def test_what_says_something_else_is_another(placed: tuple[Any, Account]) -> None:
    collector, account = placed
    with bind(collector.sandbox) as bound:
        about: dict[str, Any] = {"workspace": bound, "account_id": account.id, "channel": "mail", "written": True}
        first = dispute(bound, account)
        others = [
            services.file_dispute(**about),
            services.file_dispute(**about, statement=first.statement, reasons=["other"]),
            services.file_dispute(**about, statement=first.statement, evidence="Scan 2"),
            services.file_dispute(**about, statement=first.statement, at=first.valid_from - dt.timedelta(days=1)),
        ]

        assert len({first.id, *(each.id for each in others)}) == 5
        assert word(bound, account).id != case(bound, account).id


def test_what_has_ended_is_told_anew(placed: tuple[Any, Account]) -> None:
    collector, account = placed
    with bind(collector.sandbox) as bound:
        filed, known, used = dispute(bound, account), case(bound, account), basis(bound, account)
        services.resolve_dispute(workspace=bound, dispute_id=filed.id, resolution="withdrawn")
        services.dismiss_bankruptcy(workspace=bound, bankruptcy_id=known.id, reason="Dismissed by order.")
        services.end_email_basis(workspace=bound, basis_id=used.id)

        assert dispute(bound, account).id != filed.id
        assert case(bound, account).id != known.id
        assert basis(bound, account).id != used.id
