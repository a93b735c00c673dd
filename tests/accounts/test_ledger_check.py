"""A cached balance that isn't the sum of its lines is an incident, and the dashboard shows it."""

from decimal import Decimal

import dramatiq
import pytest

from accounts import tasks
from accounts.ledger.check import Difference, differences
from accounts.ledger.models import Balance
from accounts.models import Account
from accounts.services import apply_payment
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.web.attention import matters
from credira.work.models import Incident
from tests.placing import make_collector, place
from tests.working import working

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox() -> Workspace:
    return make_collector().sandbox


def pay(workspace: Workspace, account: Account, amount: str) -> None:
    with bind(workspace) as bound:
        apply_payment(
            workspace=bound,
            account_id=account.pk,
            amount=Decimal(amount),
            effective_on=clock.now().date(),
            reference="TRF-1",
            idempotency_key="TRF-1",
        )


def found(workspace: Workspace) -> list[Difference]:
    with bind(workspace) as bound:
        return differences(bound)


def test_placed_and_paid_accounts_agree_with_their_lines(sandbox: Workspace) -> None:
    pay(sandbox, place(sandbox).account, "100.50")

    assert found(sandbox) == []


@pytest.mark.parametrize(
    ("component", "shown"), [("principal", "3255.82"), ("interest", "3255.82"), ("unapplied", "3255.82")]
)
def test_a_component_that_was_changed_past_the_ledger_is_found(sandbox: Workspace, component: str, shown: str) -> None:
    account = place(sandbox).account
    with bind(sandbox):
        balance = Balance.objects.get(pk=account.pk)
        setattr(balance, component, getattr(balance, component) + 1)
        balance.save()

    assert found(sandbox) == [Difference(account.pk, Decimal(shown), Decimal("3255.82"))]


def test_the_accounts_own_copy_is_compared_too(sandbox: Workspace) -> None:
    account = place(sandbox).account
    with bind(sandbox):
        Account.objects.filter(pk=account.pk).update(current_balance=Decimal("3000.00"))

    assert found(sandbox) == [Difference(account.pk, Decimal("3000.00"), Decimal("3255.82"))]


def test_the_nights_run_records_an_incident_that_the_dashboard_shows(sandbox: Workspace) -> None:
    account = place(sandbox).account
    with bind(sandbox):
        Account.objects.filter(pk=account.pk).update(current_balance=Decimal("3000.00"))

    with working():
        tasks.look_over_the_ledgers()
        dramatiq.get_broker().join("default")

    with bind(sandbox) as bound:
        [incident] = Incident.objects.all()
        [shown] = [matter for matter in matters(bound, clock.now().date()) if "incident" in matter.title]
    assert (incident.kind, incident.object_id) == ("ledger.differs", account.pk)
    assert shown.title == "1 incident"
    assert shown.note == (
        f"Balances of 1 account aren't the sums of their ledger lines; the first is {account.public_id}: "
        "3000.00 is shown, 3255.82 was posted."
    )


def test_a_ledger_that_agrees_leaves_no_incident(sandbox: Workspace) -> None:
    place(sandbox)

    tasks.check_ledger(str(sandbox.pk))

    with bind(sandbox):
        assert Incident.objects.count() == 0
