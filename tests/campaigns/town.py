"""A sandbox with people in it: placed debts whose consumers may be called and written to, each with a temperament."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import Account, Endpoint
from campaigns.models import Campaign
from campaigns.services.campaigns import Selection, create_campaign
from compliance.models import Hold
from compliance.services import place_hold, record_consent, record_email_basis
from credira.providers.world import World, world
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.advance import start_advance
from credira.work.jobs import get_job
from credira.work.models import Job
from creditors.models import OperatingEntity
from creditors.scopes import ALL
from creditors.services import NewCreditor, mint_key
from messaging.services import connect_world
from tests.placing import make_collector, place

TEN_AM = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)  # Tuesday, 10:05 in New York
HOMES = (("MN", "Minneapolis", "55401", "612"), ("TN", "Nashville", "37203", "615"), ("TX", "Austin", "78701", "512"))


@dataclass(frozen=True)
class Town:
    """A sandbox at Tuesday 2026-11-24 10:05 in New York, and the ids of the accounts in it, in order of placement."""

    workspace: Workspace
    accounts: tuple[UUID, ...]

    @property
    def world(self) -> World:
        return world(self.workspace)

    def hold_first(self) -> Hold:
        """A member's hold on the first account. Call it bound."""
        account = Account.objects.get(workspace=self.workspace, id=self.accounts[0])
        return place_hold(
            workspace=self.workspace,
            person_id=account.person_id,
            account_id=account.id,
            kind="manual",
            reason="Under review.",
        )

    def start(self, **options: Any) -> Campaign:
        """A campaign over everybody."""
        with bind(self.workspace) as bound:
            return create_campaign(workspace=bound, selection=Selection(accounts=self.accounts), **options)

    def advance(self, timeout_s: float = 120, **by: float) -> Job:
        """Let time pass, by the workers that run beside the test."""
        return self.wait_for(self.begin_advance(**by), timeout_s)

    def begin_advance(self, **by: float) -> Job:
        with bind(self.workspace) as bound:
            return start_advance(workspace=bound, to=bound.clock.now() + dt.timedelta(**by))

    def wait_for(self, job: Job, timeout_s: float = 120, meanwhile: Callable[[], object] = lambda: None) -> Job:
        """The job at its end; ``meanwhile`` is called again and again until then."""
        deadline = time.monotonic() + timeout_s
        while job.status in ("queued", "running"):
            assert time.monotonic() < deadline, f"The clock is still being advanced: {job.message}"
            meanwhile()
            time.sleep(0.1)
            with bind(self.workspace) as bound:
                job = get_job(bound, job.pk)
        return job

    def now(self) -> dt.datetime:
        """What the sandbox's clock says."""
        with bind(self.workspace) as bound:
            return bound.clock.now()


def build_town(personas: Sequence[str], *, notice: bool = True) -> Town:
    """Place one debt for each persona, and let them live in the simulated world, which must be there."""
    town = place_people(len(personas), notice=notice)
    settle(town, personas)
    return town


def settle(town: Town, personas: Sequence[str]) -> None:
    """Let the people of these debts live in the simulated world, which must be there."""
    with bind(town.workspace) as bound:
        token = mint_key(workspace=bound, name="Simulated people", scopes=list(ALL)).token
        people = [_resident(bound, account, persona) for account, persona in zip(town.accounts, personas, strict=True)]
    connect_world(town.workspace, product_url=settings.BASE_URL, api_key=token)
    town.world.configure({"seed": "town"})
    town.world.set_clock(TEN_AM, frozen=True)
    town.world.settle(people)


def place_people(
    count: int,
    *,
    notice: bool = False,
    creditor: NewCreditor | None = None,
    first: int = 0,
    agreed: Collection[str] = ("call", "email"),
    homes: Sequence[tuple[str, str, str, str]] = HOMES,
) -> Town:
    """Place debts whose consumers consented to AI calls and gave a basis for e-mail, or to what of it is in ``agreed``.

    ``notice`` True: third-party collection, which begins with a validation notice; else the creditor collects itself.
    ``first`` is the number of the first person.
    """
    workspace = _sandbox(creditor or make_collector())
    phase = {"phase": "recovery"} if notice else {"phase": "intercept", "charge_off_date": None}
    accounts = []
    for number in range(first, first + count):
        state, city, code, area = homes[number % len(homes)]
        account = place(
            workspace,
            creditor_reference=f"SFCU-{number:04d}",
            consumer_email=f"person{number}@example.com",
            first_name=f"Pat{chr(97 + number % 26)}",
            last_name=f"Sample{chr(97 + number // 26)}",
            phone=f"+1{area}555{1000 + number:04d}",
            address_street=f"{100 + number} Elm St",
            address_city=city,
            address_state=state,
            address_zip=code,
            last4ssn=f"{6000 + number}",
            **phase,
        ).account
        accounts.append(account.id)
        _document(workspace, account.person_id, agreed)
    return Town(workspace, tuple(accounts))


def _sandbox(creditor: NewCreditor) -> Workspace:
    with bind(creditor.sandbox) as bound:
        Workspace.objects.filter(pk=bound.pk).update(clock_frozen_at=TEN_AM)
        OperatingEntity.objects.filter(workspace=bound).update(
            phone="+16155550123",
            email="accounts@sample.example",
            street="PO Box 5500",
            city="Nashville",
            state="TN",
            postal_code="37203",
        )
    with bind(creditor.sandbox) as bound:
        return bound


def _document(workspace: Workspace, person_id: UUID, agreed: Collection[str]) -> None:
    since = TEN_AM - dt.timedelta(days=100)
    with bind(workspace) as bound:
        if "call" in agreed:
            record_consent(
                workspace=bound,
                person_id=person_id,
                kind="tcpa",
                endpoint_id=_endpoint(bound, person_id, "phone").id,
                source="consumer_direct",
                written=True,
                at=since,
            )
        if "email" in agreed:
            email = _endpoint(bound, person_id, "email")
            record_email_basis(workspace=bound, endpoint_id=email.id, basis="i_B", since=since.date())


def _endpoint(workspace: Workspace, person_id: UUID, kind: str) -> Endpoint:
    return Endpoint.objects.get(workspace=workspace, person_id=person_id, kind=kind)


def _resident(workspace: Workspace, account_id: UUID, persona: str) -> dict[str, Any]:
    account = Account.objects.get(workspace=workspace, id=account_id)
    person = account.person
    return {
        "ref": account.creditor_reference,  # what people do hangs on it: the same town behaves the same each time
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "zip": person.zip,
        "last4": person.last4_ssn,
        "phones": [_endpoint(workspace, person.id, "phone").value_norm],
        "emails": [_endpoint(workspace, person.id, "email").value_norm],
        "persona": persona,
        "accounts": [
            {
                "id": account.public_id,
                "reference": account.creditor_reference,
                "balance": str(account.current_balance),
                "currency": account.currency,
            }
        ],
    }
