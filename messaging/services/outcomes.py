"""What became of a message, as the vendor tells it: in any order, late, or twice."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from compliance.attempts import correct_attempt
from compliance.services import mark_endpoint
from compliance.vocabulary import Channel
from credira.core import clock
from credira.core.state import move
from credira.providers.email.base import MailEvent, MailEventKind
from credira.providers.print.base import LetterEvent, LetterEventKind
from credira.tenancy.models import Workspace
from credira.work.due import schedule, unschedule
from messaging import events, replies, responses
from messaging.models import Message, MessageEvent
from messaging.selectors import find_message_by_reference, get_message
from messaging.services import notice_state
from messaging.services.queue import LETTER, record_message

Status = Message.Status
# Business time after which the print vendor is asked what became of a letter, should it not have told by itself.
PRINTED_WITHIN = dt.timedelta(days=1)
ON_ITS_WAY = dt.timedelta(days=14)


@transaction.atomic
def record_mail_event(*, workspace: Workspace, event: MailEvent, message_id: UUID | None) -> bool:
    """Record one event of the mail service. False for one that was recorded before, or of a mail that isn't ours."""
    message = _find(workspace, event.reference, message_id)
    if message is None or not _first_time(message, event.key, event.kind, event.at, event.detail, event.text):
        return False
    at = event.at or clock.now()
    match event.kind:
        case MailEventKind.DELIVERED:
            taken_by_vendor(message, event.reference)
            _delivered(message, at)
        case MailEventKind.OPENED:
            taken_by_vendor(message, event.reference)
            _opened(message, at)
        case MailEventKind.BOUNCED:
            taken_by_vendor(message, event.reference)
            _bounced(message, at, event.detail, permanent=event.permanent)
        case MailEventKind.COMPLAINED | MailEventKind.UNSUBSCRIBED:
            _stop_address(message, f"{event.kind} at the mail service")
        case MailEventKind.REPLIED:
            _replied(message, event)
        case _:
            pass
    return True


@transaction.atomic
def record_letter_event(*, workspace: Workspace, event: LetterEvent, message_id: UUID | None) -> bool:
    """Record one step of a letter. False for one that was recorded before, or of a letter that isn't ours."""
    message = _find(workspace, event.reference, message_id)
    if message is None or not _first_time(message, event.key, event.kind, event.at, event.detail):
        return False
    at = event.at or clock.now()
    if event.kind is LetterEventKind.MAILED:
        mailed(message, at)
    elif event.kind is LetterEventKind.DELIVERED:
        _arrived(message, at)
    elif event.kind is LetterEventKind.RETURNED:
        _returned(message, at, event.detail)
    return True


def taken_by_vendor(message: Message, reference: str) -> None:
    """The vendor has it: told by its answer, by a lookup, or by a callback that came before the answer."""
    if message.status != Status.SENDING:
        return
    if message.channel == Message.Channel.LETTER:
        move(message, Status.PRINTING, reference=reference)
        record_message(message, events.LETTER_PRINTED)
        schedule(message.workspace, LETTER, message.id, clock.now() + PRINTED_WITHIN)
        return
    move(message, Status.SENT, reference=reference, sent_at=clock.now())
    if message.notice_id:
        notice_state.sent(message, message.sent_at or clock.now())
    record_message(message, events.EMAIL_SENT, subject=message.subject)


def mailed(message: Message, at: dt.datetime) -> None:
    """A letter is in the post."""
    if message.status == Status.SENDING:
        move(message, Status.PRINTING)
    if message.status != Status.PRINTING:
        return
    move(message, Status.SENT, sent_at=at)
    record_message(message, events.LETTER_MAILED)
    if message.reference:  # a vendor has it, who tells when one comes back
        schedule(message.workspace, LETTER, message.id, at + ON_ITS_WAY)
    if message.notice_id:
        notice_state.mailed(message, at)


def _find(workspace: Workspace, reference: str, message_id: UUID | None) -> Message | None:
    """By our own id, which travels with it, else by the vendor's; locked, so that two callbacks take turns."""
    if message_id is not None:
        return get_message(workspace, message_id, lock=True)
    found = find_message_by_reference(workspace, reference)
    return get_message(workspace, found.id, lock=True) if found else None


def _first_time(message: Message, key: str, kind: str, at: dt.datetime | None, detail: str, words: str = "") -> bool:
    new = MessageEvent(
        workspace=message.workspace,
        message=message,
        key=key[:160],
        kind=kind,
        at=at or clock.now(),
        recorded_at=clock.now(),
        detail=detail[:500],
        words=words,
    )
    known = MessageEvent.objects.filter(workspace=message.workspace, key=new.key).exists()
    if not known:
        new.save(force_insert=True)
    return not known


def _delivered(message: Message, at: dt.datetime) -> None:
    if message.status == Status.SENT:
        move(message, Status.DELIVERED, delivered_at=at)
        record_message(message, events.EMAIL_DELIVERED)


def _opened(message: Message, at: dt.datetime) -> None:
    if message.opened_at is None:
        message.opened_at = at
        message.save(update_fields=["opened_at"])
        record_message(message, events.EMAIL_OPENED)


def _bounced(message: Message, at: dt.datetime, detail: str, *, permanent: bool) -> None:
    if Status.BOUNCED not in Message.TRANSITIONS[message.status]:
        return
    move(message, Status.BOUNCED, bounced_at=at, failure="BOUNCED", failure_detail=detail[:500])
    _undelivered(message, at, detail, bad=permanent)
    record_message(message, events.EMAIL_BOUNCED, permanent=permanent, reason=detail)


def _arrived(message: Message, at: dt.datetime) -> None:
    if message.status == Status.PRINTING:
        mailed(message, at)  # its posting wasn't told
    if message.status == Status.SENT:
        move(message, Status.DELIVERED, delivered_at=at)
        unschedule(message.workspace, LETTER, message.id)


def _returned(message: Message, at: dt.datetime, detail: str) -> None:
    if message.status == Status.PRINTING:
        mailed(message, at)
    if Status.BOUNCED not in Message.TRANSITIONS[message.status]:
        return
    move(message, Status.BOUNCED, bounced_at=at, failure="RETURNED", failure_detail=detail[:500])
    unschedule(message.workspace, LETTER, message.id)
    _undelivered(message, at, detail, bad=True)
    record_message(message, events.LETTER_RETURNED, reason=detail)


def _undelivered(message: Message, at: dt.datetime, detail: str, *, bad: bool) -> None:
    """What came back was not communicated: the attempt says so, the address is marked, a notice begins anew."""
    if message.attempt_id is not None:
        correct_attempt(
            workspace=message.workspace, attempt_id=message.attempt_id, kind="returned", on=at.date(), evidence=detail
        )
    if bad and message.endpoint_id is not None:
        mark_endpoint(workspace=message.workspace, endpoint_id=message.endpoint_id, kind="bad", evidence=detail)
    if message.notice_id:
        notice_state.came_back(message, at, detail)


def _stop_address(message: Message, evidence: str) -> None:
    responses.stop(
        workspace=message.workspace,
        person_id=message.person_id,
        account_id=message.account_id,
        endpoint_id=message.endpoint_id,
        what=["this_address"],
        evidence=evidence,
    )


def _replied(message: Message, event: MailEvent) -> None:
    """A person wrote back. What binds us takes effect before anything else is thought of."""
    meanings = replies.read(event.subject, event.text)
    responses.note_contact(
        workspace=message.workspace,
        person_id=message.person_id,
        account_id=message.account_id,
        channel=Channel.EMAIL,
        endpoint_id=message.endpoint_id,
        by_somebody_else=replies.Meaning.WRONG_PERSON in meanings,
        reference=event.reference,
    )
    responses.heard(
        workspace=message.workspace,
        person_id=message.person_id,
        account_id=message.account_id,
        endpoint_id=message.endpoint_id,
        meanings=meanings,
        words=replies.own_words(event.text).strip(),
        evidence=f"reply {event.reference}",
    )
    record_message(message, events.EMAIL_REPLIED, meanings=sorted(meanings), reply_id=event.reference)
