"""A sandbox with people in it: placed debts whose consumers may be called and written to, each with a temperament."""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import Account, Endpoint
from campaigns.models import Campaign
from campaigns.services.campaigns import Selection, create_campaign
from compliance.services import record_consent, record_email_basis
from credira.providers.world import World, world
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.advance import start_advance
from credira.work.jobs import get_job
from credira.work.models import Job
from creditors.models import OperatingEntity
from creditors.scopes import ALL
from creditors.services import mint_key
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

    def start(self, **options: Any) -> Campaign:
        """A campaign over everybody."""
        with bind(self.workspace) as bound:
            return create_campaign(workspace=bound, selection=Selection(accounts=self.accounts), **options)

    def advance(self, timeout_s: float = 120, **by: float) -> Job:
        """Let time pass, by the workers that run beside the test."""
        with bind(self.workspace) as bound:
            job = start_advance(workspace=bound, to=bound.clock.now() + dt.timedelta(**by))
        deadline = time.monotonic() + timeout_s
        while job.status in ("queued", "running"):
            assert time.monotonic() < deadline, f"The clock is still being advanced: {job.message}"
            time.sleep(0.1)
            with bind(self.workspace) as bound:
                job = get_job(bound, job.pk)
        return job


def build_town(personas: Sequence[str], *, notice: bool = True) -> Town:
    """Place one debt for each persona, with documented consent to AI calls and a basis for e-mail.

    ``notice`` False: the creditor collects its own debts (no validation notice).
    """
    workspace = _sandbox()
    phase = {"phase": "recovery"} if notice else {"phase": "intercept", "charge_off_date": None}
    accounts = []
    for number, _ in enumerate(personas):
        state, city, code, area = HOMES[number % len(HOMES)]
        accounts.append(
            place(
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
            ).account.id
        )
    with bind(workspace) as bound:
        people = [_resident(bound, account, persona) for account, persona in zip(accounts, personas, strict=True)]
    world(workspace).settle(people)
    return Town(workspace, tuple(accounts))


def _sandbox() -> Workspace:
    workspace = make_collector().sandbox
    with bind(workspace) as bound:
        Workspace.objects.filter(pk=bound.pk).update(clock_frozen_at=TEN_AM)
        OperatingEntity.objects.filter(workspace=bound).update(
            phone="+16155550123",
            email="accounts@sample.example",
            street="PO Box 5500",
            city="Nashville",
            state="TN",
            postal_code="37203",
        )
    with bind(workspace) as bound:
        token = mint_key(workspace=bound, name="Simulated people", scopes=list(ALL)).token
    connect_world(bound, product_url=settings.BASE_URL, api_key=token)
    outside = world(bound)
    outside.configure({"seed": "town"})
    outside.set_clock(TEN_AM, frozen=True)
    return bound


def _resident(workspace: Workspace, account_id: UUID, persona: str) -> dict[str, Any]:
    account = Account.objects.get(workspace=workspace, id=account_id)
    phone, email = (
        Endpoint.objects.get(workspace=workspace, person_id=account.person_id, kind=kind) for kind in ("phone", "email")
    )
    since = TEN_AM - dt.timedelta(days=100)
    record_consent(
        workspace=workspace,
        person_id=account.person_id,
        kind="tcpa",
        endpoint_id=phone.id,
        source="consumer_direct",
        written=True,
        at=since,
    )
    record_email_basis(workspace=workspace, endpoint_id=email.id, basis="i_B", since=since.date())
    person = account.person
    return {
        "ref": person.public_id,
        "name": person.name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "zip": person.zip,
        "last4": person.last4_ssn,
        "phones": [phone.value_norm],
        "emails": [email.value_norm],
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
