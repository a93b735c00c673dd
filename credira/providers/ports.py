"""Which vendor a workspace uses for what."""

from collections.abc import Collection

from credira.providers.credentials import credentials
from credira.providers.email.base import MailService
from credira.providers.email.postmark import Postmark
from credira.providers.errors import VendorMissing
from credira.providers.print.base import PrintService
from credira.providers.print.simulator import SimulatorPrint
from credira.providers.telephony.base import Telephony
from credira.providers.telephony.twilio import Twilio
from credira.tenancy.models import Workspace

# The setting of each vendor, and what its absence forbids. Letters go live by a member's confirmation.
_NEEDED = {"call": ("TWILIO_ACCOUNT_SID", "Calls"), "email": ("POSTMARK_SERVER_TOKEN", "E-mails")}


def missing_vendors(workspace: Workspace) -> dict[str, str]:
    """What can't be done here for want of a vendor: ``{"call": "Calls can't be placed …"}``; empty in a sandbox."""
    known = credentials(workspace)
    given = {"call": known.account_sid and known.auth_token, "email": known.mail_token}
    return {
        channel: f"{what} can't go out of live workspaces: {setting} isn't set (docs/settings.md)."
        for channel, (setting, what) in _NEEDED.items()
        if not given[channel]
    }


def require_vendors(workspace: Workspace, channels: Collection[str]) -> None:
    """Raises VendorMissing when one of the channels has no vendor here."""
    missing = missing_vendors(workspace)
    if reasons := [missing[channel] for channel in sorted(channels) if channel in missing]:
        raise VendorMissing(" ".join(reasons))


def telephony(workspace: Workspace) -> Telephony:
    """The carrier of this workspace. Raises NotPlaced when a live one isn't configured."""
    return Twilio(credentials(workspace))


def mail_service(workspace: Workspace) -> MailService:
    """The mail service of this workspace. Raises NotPlaced when a live one isn't configured."""
    return Postmark(credentials(workspace))


def print_service(workspace: Workspace) -> PrintService:
    """The print vendor of this workspace. Raises NotPlaced for a live one: its letters are confirmed by a member."""
    return SimulatorPrint(credentials(workspace))
