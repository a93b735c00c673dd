"""One debt of one consumer in a sandbox whose clock stands still at Tuesday 2026-11-24, 10:05 in New York."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytest_django import Settings

from accounts.models import Account, Endpoint, Person
from compliance.models import ContactAttempt
from compliance.services import record_email_basis
from credira.providers.world import World, world
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import sweep
from creditors.models import OperatingEntity
from creditors.services import AuthorizationRow, create_creditor, create_entity, put_state_authorizations
from messaging.models import Message, MessageEvent
from messaging.selectors import get_message
from messaging.services import queue_email
from tests.simulated import simulator_process

NOW = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Debt:
    """The ids of what a test is about."""

    workspace: Workspace
    account_id: UUID
    person_id: UUID
    email_id: UUID
    address_id: UUID

    def queue(self, template_key: str = "first_reminder", **options: Any) -> Message:
        with bind(self.workspace) as bound:
            return queue_email(workspace=bound, account_id=self.account_id, template_key=template_key, **options)

    def read(self, message: Message) -> Message:
        with bind(self.workspace) as bound:
            return get_message(bound, message.id)

    def inbound(self) -> list[tuple[str, str, UUID | None, str]]:
        """The contacts that they began: channel, initiator, endpoint and what is known of who it was."""
        with bind(self.workspace):
            found = ContactAttempt.objects.filter(direction="inbound", consumer_id=self.person_id).order_by("id")
            return list(found.values_list("channel", "initiator", "endpoint_id", "connect_status"))

    def events(self, message: Message) -> list[str]:
        """The kinds of what the vendor told, in the order of recording."""
        with bind(self.workspace):
            return list(
                MessageEvent.objects.filter(message_id=message.id).order_by("id").values_list("kind", flat=True)
            )


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with simulator_process(tmp_path_factory.mktemp("world")) as url:
        yield url


@pytest.fixture
def sandbox(db: None, settings: Settings, tmp_path: Path) -> Workspace:
    settings.MEDIA_ROOT = tmp_path
    found = create_creditor(name="Lakeshore Credit Union", slug="lakeshore", own_names=["Lakeshore CU"]).sandbox
    set_clock(found, NOW)
    return found


@pytest.fixture
def outside(sandbox: Workspace, simulator_url: str, settings: Settings) -> World:
    """The simulated world of the sandbox, at the same instant."""
    settings.SIMULATOR_URL = simulator_url
    found = world(sandbox)
    found.configure({"seed": "messaging"})
    found.set_clock(NOW, frozen=True)
    return found


@pytest.fixture
def debt(sandbox: Workspace) -> Debt:
    return a_debt(sandbox)


def a_debt(workspace: Workspace, **changes: Any) -> Debt:
    """A third party's debt in Ohio, to the cent; its e-mail address is consented to (i_B)."""
    with bind(workspace) as bound:
        entity = _collector(bound, changes.get("collector_role", "third_party"))
        person = Person.objects.create(workspace=bound, first_name="Renee", last_name="Calloway")
        email = Endpoint.objects.create(
            workspace=bound,
            person=person,
            kind="email",
            value="renee@example.com",
            value_norm="renee@example.com",
            source="consumer_provided",
        )
        address = Endpoint.objects.create(
            workspace=bound,
            person=person,
            kind="address",
            address_type="residence",
            source="creditor_provided",
            value="1412 Maple Street, Springfield, OH 45501",
            value_norm="1412 maple street springfield oh 45501",
            street="1412 Maple Street",
            city="Springfield",
            state="OH",
            zip="45501",
            zones=["America/New_York"],
        )
        record_email_basis(workspace=bound, endpoint_id=email.id, basis="i_B", since=dt.date(2026, 11, 1))
        values: dict[str, Any] = {
            "creditor_reference": "LCU-53-004417",
            "original_creditor": "Lakeshore Credit Union",
            "current_creditor": "Lakeshore Credit Union",
            "account_type": "credit_card",
            "collector_role": "third_party",
            "currency": "USD",
            "purpose": "consumer",
            "obligor": "natural_person",
            "content_hash": b"",
            "placement_date": NOW.date(),
            "current_balance": Decimal("2284.56"),
            "itemized_balance": Decimal("2284.56"),
            "original_balance": Decimal("2234.56"),
            "interest_since": Decimal("75.00"),
            "fees_since": Decimal("25.00"),
            "payments_since": Decimal("50.00"),
            "itemization_date_kind": "charge_off",
            "itemization_date": dt.date(2026, 6, 30),
            "time_barred_on": dt.date(2030, 1, 1),
            "dpd": 200,
            "charge_off_date": dt.date(2026, 6, 30),
        }
        account = Account.objects.create(workspace=bound, person=person, entity=entity, **{**values, **changes})
        return Debt(bound, account.id, person.id, email.id, address.id)


def _collector(workspace: Workspace, role: str) -> OperatingEntity:
    """The entity that collects in Ohio; a second debt of a workspace has the same one."""
    found = OperatingEntity.objects.filter(workspace=workspace).first()
    if found is not None:
        return found
    entity = create_entity(
        workspace=workspace,
        name="Northgate Account Services LLC",
        street="PO Box 5500",
        city="Columbus",
        state="OH",
        postal_code="43215",
        phone="+16145550123",
        email="help@northgate.example",
    )
    row = AuthorizationRow(entity=entity, place="OH", role=role, basis="LICENSE", valid_from=dt.date(2026, 1, 1))
    put_state_authorizations(workspace=workspace, rows=[row])
    return entity


def set_clock(workspace: Workspace, at: dt.datetime) -> None:
    """Let the sandbox's business clock stand still at `at`."""
    with bind(workspace):
        Workspace.objects.filter(pk=workspace.pk).update(clock_frozen_at=at)


def work(workspace: Workspace) -> int:
    """Do what is due in the sandbox, as the workers would, until nothing is; how many rows that were."""
    done = 0
    while claims := sweep.claim(workspace.id):
        for claim in claims:
            sweep.run(claim.workspace_id, claim.due_id, claim.fence)
            done += 1
    return done
