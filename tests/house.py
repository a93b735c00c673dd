"""Who is who in the portal's tests: Alice owns, Bob collects and Carol reads at Acme; Charlie works next door."""

from dataclasses import dataclass

from django.test import Client

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import User
from creditors.services import add_member, create_creditor, enroll_totp

PASSWORD = "correct horse battery staple"
TOTP_SECRET = b"12345678901234567890"


@dataclass(frozen=True)
class House:
    """A creditor with members, and a stranger."""

    live: Workspace
    sandbox: Workspace
    alice: User
    bob: User
    carol: User
    charlie: User


def build_house() -> House:
    acme = create_creditor(name="Acme Federal Credit Union", slug="acme", time_zone="America/Chicago")
    other = create_creditor(name="Other Federal CU", slug="other")
    with bind(acme.live) as live:
        alice, bob, carol = (
            add_member(workspace=live, email=email, role=role, name=name, password=PASSWORD).user
            for email, role, name in (
                ("alice@acme.example", "owner", "Alice Moreno"),
                ("bob@acme.example", "collector", "Bob Tran"),
                ("carol@acme.example", "read_only", "Carol Diaz"),
            )
        )
    with bind(other.live) as live:
        charlie = add_member(workspace=live, email="charlie@other.example", role="owner", name="Charlie Fox").user
    return House(acme.live, acme.sandbox, alice, bob, carol, charlie)


def sign_in(user: User) -> Client:
    """A client that has given password and second factor."""
    device = enroll_totp(user=user, secret=TOTP_SECRET)
    client = Client()
    client.force_login(user)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()
    return client
