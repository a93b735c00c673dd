"""Creditors, their members and their second factors."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.services import record
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.models import Creditor, Workspace
from credira.tenancy.scope import across_workspaces, bind
from creditors import events, plans
from creditors.models import CreditorProfile, Member, User
from creditors.permissions import ROLES


@dataclass(frozen=True, slots=True)
class NewCreditor:
    """A creditor and its first two workspaces."""

    creditor: Creditor
    live: Workspace
    sandbox: Workspace


def create_creditor(
    *,
    name: str,
    slug: str,
    own_names: list[str] | None = None,
    state: str = "",
    time_zone: str = "America/New_York",
    plan: str = plans.PROFESSIONAL,
) -> NewCreditor:
    """Make a creditor with a live and a sandbox workspace (`<slug>`, `<slug>-sandbox`), each with a profile.

    Call it unbound. Raises Conflict when the slug is taken, InvalidRequest for an unknown plan.
    """
    if plan not in plans.PLANS:
        raise InvalidRequest(details=[{"field": "plan", "message": f"Unknown plan: {plan}"}])
    try:
        with across_workspaces():
            creditor = Creditor.objects.create(name=name, slug=slug, time_zone=time_zone, plan=plan)
            live = Workspace.objects.create(creditor=creditor, slug=slug, name="Live", livemode=True)
            sandbox = Workspace.objects.create(creditor=creditor, slug=f"{slug}-sandbox", name="Sandbox")
            for workspace in (live, sandbox):
                with bind(workspace):
                    CreditorProfile.objects.create(
                        workspace=workspace,
                        name=name,
                        own_names=list(dict.fromkeys([name, *(own_names or [])])),
                        state=state,
                    )
    except IntegrityError as error:
        raise Conflict(f"The address name {slug} is taken.") from error
    return NewCreditor(creditor, live, sandbox)


@transaction.atomic
def add_member(*, workspace: Workspace, email: str, role: str, name: str = "", password: str | None = None) -> Member:
    """Give a person a role at the creditor of this live workspace, whose chain holds the event.

    A user with this address keeps its own name and password; a new one without a password can't sign in.
    Raises InvalidRequest for an unknown role, Conflict for a sandbox and for somebody who is a member already.
    """
    if role not in ROLES:
        raise InvalidRequest(details=[{"field": "role", "message": f"Unknown role: {role}"}])
    if not workspace.livemode:
        raise Conflict("People are managed in the live workspace.")
    user = User.objects.filter(email=email.strip().lower()).first()
    user = user or User.objects.create_user(email, password, name=name)
    try:
        with transaction.atomic():
            member = Member.objects.create(creditor_id=workspace.creditor_id, user=user, role=role)
    except IntegrityError as error:
        raise Conflict("This person is a member already.") from error
    record(workspace, type=events.MEMBER_ADDED, object=member, data={"user_id": user.public_id, "role": role})
    return member


@transaction.atomic
def enroll_totp(*, user: User, secret: bytes) -> TOTPDevice:
    """Make `secret` (20 bytes) the user's one authenticator; a former one is gone."""
    TOTPDevice.objects.filter(user=user).delete()
    device: TOTPDevice = TOTPDevice.objects.create(user=user, name="Authenticator", key=secret.hex(), confirmed=True)
    return device


def set_theme(*, user_id: UUID, theme: str) -> None:
    """Light, dark, or as the device has it. Raises InvalidRequest for anything else."""
    if theme not in User.Theme.values:
        raise InvalidRequest(details=[{"field": "theme", "message": f"Unknown theme: {theme}"}])
    User.objects.filter(id=user_id).update(theme=theme)
