"""A member's browser: Django's client, signed in through the real pages."""

import time
from dataclasses import dataclass, field

from django.test import Client
from django_otp.oath import totp

from creditors.models import Member, User
from creditors.services import NewCreditor, add_member, enroll_totp

PASSWORD = "correct horse battery staple"
SECRET = b"12345678901234567890"


def code(offset: int = 0, secret: bytes = SECRET) -> str:
    """What the authenticator shows now, or `offset` periods of 30 s later."""
    return f"{totp(secret, t0=-30 * offset):06d}"


@dataclass
class Browser:
    """A signed-in member and the client that holds its session."""

    member: Member
    client: Client = field(default_factory=Client)

    @property
    def user(self) -> User:
        """Who signed in."""
        return self.member.user


def make_member(creditor: NewCreditor, role: str, email: str = "") -> Member:
    """A member with a password and an authenticator."""
    from credira.tenancy.scope import bind

    with bind(creditor.live) as live:
        member = add_member(
            workspace=live,
            email=email or f"{role}@{creditor.creditor.slug}.example",
            role=role,
            name=role.title(),
            password=PASSWORD,
        )
    enroll_totp(user=member.user, secret=SECRET)
    return member


def sign_in(creditor: NewCreditor, role: str = "owner", email: str = "") -> Browser:
    """A new member of this role, signed in with password and code."""
    browser = Browser(make_member(creditor, role, email))
    give_password(browser.client, browser.user.email)
    answer = browser.client.post("/login/code", {"code": code()})
    assert answer.status_code == 302, answer.content
    return browser


def give_password(client: Client, email: str, password: str = PASSWORD) -> None:
    """The first of the two steps."""
    client.post("/login", {"email": email, "password": password})


def age_second_factor(client: Client, seconds: int) -> None:
    """Let the session's second factor be this old."""
    session = client.session
    session["second_factor_at"] = time.time() - seconds
    session.save()
