"""Alice owns, Bob collects and Carol reads at Acme; Charlie works next door. `browser_of` signs one of them in."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import User
from creditors.services import add_member, create_creditor, enroll_totp

BrowserOf = Callable[[User], Client]


@dataclass(frozen=True)
class House:
    """A creditor with members, and a stranger."""

    live: Workspace
    sandbox: Workspace
    alice: User
    bob: User
    carol: User
    charlie: User


@pytest.fixture
def house(db: None) -> House:
    acme = create_creditor(name="Acme Federal Credit Union", slug="acme", time_zone="America/Chicago")
    other = create_creditor(name="Other Federal CU", slug="other")
    with bind(acme.live) as live:
        alice = add_member(workspace=live, email="alice@acme.example", role="owner", name="Alice Moreno").user
        bob = add_member(workspace=live, email="bob@acme.example", role="collector", name="Bob Tran").user
        carol = add_member(workspace=live, email="carol@acme.example", role="read_only", name="Carol Diaz").user
    with bind(other.live) as live:
        charlie = add_member(workspace=live, email="charlie@other.example", role="owner", name="Charlie Fox").user
    return House(acme.live, acme.sandbox, alice, bob, carol, charlie)


@pytest.fixture
def browser_of(db: None) -> BrowserOf:
    def sign_in(user: User) -> Client:
        device = enroll_totp(user=user, secret=b"12345678901234567890")
        client = Client()
        client.force_login(user)
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session.save()
        return client

    return sign_in
