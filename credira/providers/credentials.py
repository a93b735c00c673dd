"""Which vendor account a workspace uses, and where it is.

A live workspace reaches the vendors with the operator's credentials. A sandbox reaches `settings.SIMULATOR_URL`,
always, with credentials that are derived from its id: nothing that a creditor or a member can set leads it elsewhere.
The simulator derives the same from the same secret.
"""

from dataclasses import dataclass, field

from django.conf import settings

from credira.core.crypto import hmac_hex
from credira.providers.errors import NotPlaced
from credira.tenancy.models import Workspace

TOKEN_LENGTH = 32


@dataclass(frozen=True)
class Credentials:
    """`base_url` is None where the vendors' own addresses apply (live). Secrets never show in a repr."""

    base_url: str | None
    account_sid: str
    auth_token: str = field(repr=False)
    mail_token: str = field(repr=False)

    @property
    def sandbox(self) -> bool:
        return self.base_url is not None


def credentials(workspace: Workspace) -> Credentials:
    """The vendor credentials of this workspace."""
    return _live() if workspace.livemode else _sandbox(workspace)


def require(value: str, what: str) -> str:
    """A live credential that must be set before anything can be sent."""
    if not value:
        raise NotPlaced(f"{what} is not configured for live use.", retry=False)
    return value


def _live() -> Credentials:
    return Credentials(
        base_url=None,
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        mail_token=settings.POSTMARK_SERVER_TOKEN,
    )


def _sandbox(workspace: Workspace) -> Credentials:
    return Credentials(
        base_url=settings.SIMULATOR_URL.rstrip("/"),
        account_sid=f"AC{workspace.id.hex}",
        auth_token=_derived(str(workspace.id)),
        mail_token=_derived(f"mail:{workspace.id}"),
    )


def _derived(text: str) -> str:
    return hmac_hex(settings.SIMULATOR_SECRET, text)[:TOKEN_LENGTH]
