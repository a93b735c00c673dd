"""Letters after they were made: asked about at the print vendor, or printed, mailed and confirmed by a member."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from compliance import dispatch
from compliance.attempts import give_up
from compliance.gate import Denial
from compliance.selectors import get_attempt
from credira.core import clock
from credira.core.context import acting_as
from credira.core.errors import InvalidRequest
from credira.core.state import move
from credira.providers import ports
from credira.providers.errors import LookupFailed, NotPlaced
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import schedule
from messaging import events
from messaging.errors import NotAwaitingPrint
from messaging.models import Message
from messaging.selectors import get_message
from messaging.services import notice_state
from messaging.services.outcomes import PRINTED_WITHIN, mailed, record_letter_event
from messaging.services.queue import LETTER, record_message

UNREACHABLE = dt.timedelta(hours=1)
PRINTING_AT_MOST = dt.timedelta(days=30)  # then it shows as printing, and people must look
UNDER_WAY = (Message.Status.PRINTING, Message.Status.SENT)
Status = Message.Status


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
        if message.status == Status.PRINTING and since < PRINTING_AT_MOST:
            schedule(bound, LETTER, message_id, clock.now() + PRINTED_WITHIN)


@transaction.atomic
def confirm_mailed(*, workspace: Workspace, message_id: UUID, mailed_on: dt.date) -> Message:
    """A member says that a live letter was printed and posted on that day. Call it bound.

    Posted later than the day that its end date counts from, it doesn't count and a new one is made (VN-05). One that
    the gate no longer allows comes back as failed, with the reason: it must not be posted. Raises NotAwaitingPrint for
    a letter that doesn't wait for it, InvalidRequest for a day in the future or before it was made.
    """
    message = _awaiting(workspace, message_id)
    zone = ZoneInfo(workspace.creditor.time_zone)
    made_at, now = message.claimed_at or clock.now(), clock.now()
    if not made_at.astimezone(zone).date() <= mailed_on <= now.astimezone(zone).date():
        raise InvalidRequest("A letter is mailed on the day that it was made or later, and not in the future.")
    assert message.attempt_id is not None
    try:
        answer = dispatch.record_mailed(workspace, message.attempt_id, f"member:{message.public_id}")
    except NotPlaced:  # the debt was paid since: the attempt's end failed the letter
        return get_message(workspace, message_id)
    if isinstance(answer, Denial):
        _fail(message, sorted(answer.codes), answer.reasons)
        return message
    noon = dt.datetime.combine(mailed_on, dt.time(12), zone).astimezone(dt.UTC)
    mailed(message, min(max(noon, made_at), now))
    return message


@transaction.atomic
def make_anew(*, workspace: Workspace, message_id: UUID) -> Message:
    """A live letter was not posted on its day: let it go, and its notice is made anew with a new end date.

    Call it bound. Raises NotAwaitingPrint for a letter that doesn't wait to be mailed.
    """
    message = _awaiting(workspace, message_id)
    assert message.attempt_id is not None
    give_up(get_attempt(workspace, message.attempt_id, lock=True), "The letter was not mailed.")
    move(message, Status.FAILED, failure="NOT_MAILED", failure_detail="It was not mailed on its day.")
    record_message(message, events.LETTER_FAILED, reason="It was not mailed on its day.")
    if message.notice_id:
        notice_state.not_sent(message)
    return message


def _awaiting(workspace: Workspace, message_id: UUID) -> Message:
    message = get_message(workspace, message_id, lock=True)
    if message.status != Status.PRINTING or message.reference or message.attempt_id is None:
        raise NotAwaitingPrint(f"{message.public_id} isn't waiting to be mailed.")
    return message


def _fail(message: Message, codes: Sequence[str], reasons: Sequence[Mapping[str, Any]]) -> None:
    detail = "; ".join(str(reason["message"]) for reason in reasons)
    move(message, Status.FAILED, failure=(codes[0] if codes else "DENIED")[:60], failure_detail=detail[:500])
    record_message(message, events.LETTER_FAILED, reason=detail)
    if message.notice_id:
        notice_state.refused(message, reasons)
