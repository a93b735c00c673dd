"""Letters at the print vendor whose way isn't told to its end: the vendor is asked, since a callback may be lost."""

import datetime as dt
from uuid import UUID

from credira.core import clock
from credira.core.context import acting_as
from credira.providers import ports
from credira.providers.errors import LookupFailed
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import schedule
from messaging.models import Message
from messaging.selectors import get_message
from messaging.services.outcomes import PRINTED_WITHIN, record_letter_event
from messaging.services.queue import LETTER

UNREACHABLE = dt.timedelta(hours=1)
PRINTING_AT_MOST = dt.timedelta(days=30)  # then it shows as printing, and people must look
UNDER_WAY = (Message.Status.PRINTING, Message.Status.SENT)


def ask(workspace: Workspace, message_id: UUID) -> None:
    """Ask the vendor about one letter and record every step of it that we don't know. Runs unbound; safe to repeat.

    Asked again while it isn't mailed; a mailed one of which nothing more is known is taken to have arrived.
    """
    with bind(workspace) as bound:
        message = get_message(bound, message_id)
        if message.status not in UNDER_WAY or not message.reference:
            return
        vendor = ports.print_service(bound)
    try:
        found = vendor.find(message.public_id)
    except LookupFailed:
        with bind(workspace) as bound:
            schedule(bound, LETTER, message_id, clock.now() + UNREACHABLE)
        return
    with bind(workspace) as bound, acting_as("vendor", "print"):
        for event in (event for letter in found for event in letter.events):
            record_letter_event(workspace=bound, event=event, message_id=message_id)
        message = get_message(bound, message_id)
        since = clock.now() - (message.claimed_at or clock.now())
        if message.status == Message.Status.PRINTING and since < PRINTING_AT_MOST:
            schedule(bound, LETTER, message_id, clock.now() + PRINTED_WITHIN)
