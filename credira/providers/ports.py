"""Which vendor a workspace uses for what."""

from credira.providers.credentials import credentials
from credira.providers.email.base import MailService
from credira.providers.email.postmark import Postmark
from credira.providers.print.base import PrintService
from credira.providers.print.simulator import SimulatorPrint
from credira.providers.telephony.base import Telephony
from credira.providers.telephony.twilio import Twilio
from credira.tenancy.models import Workspace


def telephony(workspace: Workspace) -> Telephony:
    """The carrier of this workspace. Raises NotPlaced when a live one isn't configured."""
    return Twilio(credentials(workspace))


def mail_service(workspace: Workspace) -> MailService:
    """The mail service of this workspace. Raises NotPlaced when a live one isn't configured."""
    return Postmark(credentials(workspace))


def print_service(workspace: Workspace) -> PrintService:
    """The print vendor of this workspace. Raises NotPlaced for a live one: its letters are confirmed by a member."""
    return SimulatorPrint(credentials(workspace))
