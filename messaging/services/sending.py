"""Sending: claim (one transaction), hand over through compliance.dispatch (none), and what became of it.

A message is handed over at most once per contact attempt. A worker that dies in between leaves the attempt to be asked
about: the answer comes as `attempt.dispatched` or `attempt.given_up`, which `messaging.receivers` hears.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.selectors import get_account, get_endpoint, get_person
from compliance import dispatch, gate
from compliance.attempts import give_up
from compliance.gate import ContactIntent, Denial, Judgement
from compliance.models import ContactAttempt
from compliance.notices import NoticeIncomplete, carry
from compliance.selectors import get_attempt
from credira.core import clock
from credira.core.errors import Conflict
from credira.core.state import move
from credira.providers.email.base import Attachment, Mail
from credira.providers.errors import NotPlaced, OutcomeUnknown
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import unschedule
from creditors.selectors import get_entity
from messaging import events
from messaging.composing import Draft, Facts, compose, links_of, values_of
from messaging.errors import UNSENDABLE
from messaging.liquid import render
from messaging.models import Message
from messaging.selectors import get_message
from messaging.services import notice_state
from messaging.services.queue import due_kind, postpone, record_message
from messaging.services.templates import source_of

Status = Message.Status
Drafter = Callable[[Facts, Message, Judgement], Draft]
STALE_AFTER = dt.timedelta(hours=1)
RETRY_AFTER = dt.timedelta(minutes=5)  # business time; a provider that is down is asked again then
BLOCKED_EVENTS = {Message.Channel.EMAIL: events.EMAIL_BLOCKED, Message.Channel.LETTER: events.LETTER_BLOCKED}
FAILED_EVENTS = {Message.Channel.EMAIL: events.EMAIL_FAILED, Message.Channel.LETTER: events.LETTER_FAILED}


@dataclass(frozen=True)
class Claimed:
    """A message whose words are frozen, and the attempt that may carry it."""

    message: Message
    attempt_id: UUID


def send_email(workspace: Workspace, message_id: UUID) -> None:
    """Send a planned e-mail that is due. Runs unbound; safe to run again at any point."""
    claimed = claim(workspace, message_id, draft_email)
    if claimed is None:
        return
    mail = mail_of(claimed.message)
    hand_over(workspace, claimed, lambda: dispatch.send_email(workspace, claimed.attempt_id, mail))


def claim(workspace: Workspace, message_id: UUID, draft: Drafter) -> Claimed | None:
    """Freeze a waiting message's words and take the gate's slot for it, in one transaction.

    None when there is nothing to hand over: it was sent, blocked, postponed or taken back, or another worker's attempt
    is at the provider. A message that was claimed before by a worker that died is returned as it was frozen then.
    """
    with bind(workspace) as bound:
        message = get_message(bound, message_id, lock=True)
        if message.status == Status.SENDING:
            return _resume(bound, message)
        if message.status != Status.QUEUED:
            return None
        if message.notice_id and not notice_state.waits(message):
            move(message, Status.CANCELLED, failure="CANCELLED", failure_detail="The notice is no longer wanted.")
            return None
        try:
            with transaction.atomic():  # what was frozen for words that can't be made is let go
                return _claim(bound, message, draft)
        except (*UNSENDABLE, NoticeIncomplete) as error:
            block(message, code=error.code, detail=error.message)
            return None


def hand_over(workspace: Workspace, claimed: Claimed, send: Callable[[], Any]) -> None:
    """Let compliance.dispatch send it, and act on a refusal. Success is recorded by the receiver of its event."""
    try:
        answer = send()
    except NotPlaced as error:
        with bind(workspace) as bound:
            _not_placed(get_message(bound, claimed.message.id, lock=True), error)
        return
    except OutcomeUnknown:
        return  # compliance asks the vendor; the answer comes as an event
    if isinstance(answer, Denial):
        with bind(workspace) as bound:
            message = get_message(bound, claimed.message.id, lock=True)
            if message.status == Status.QUEUED:
                refused(message, answer)


def draft_email(facts: Facts, message: Message, judgement: Judgement) -> Draft:
    """A template's mail, with what the gate asks for."""
    assert message.template is not None
    links = links_of(facts)
    body = render(source_of(message.template), values_of(facts, links, message.variables))
    return compose(facts, links, body, judgement.decision.obligations)


def mail_of(message: Message, attachments: tuple[Attachment, ...] = ()) -> Mail:
    """The frozen message as the mail service takes it."""
    return Mail(
        to=message.to_address,
        to_name=message.to_name,
        from_name=message.from_name,
        from_email=message.from_address,
        reply_to=_reply_to(message),
        subject=message.subject,
        text=message.body_text,
        html=message.body_html,
        headers=message.headers,
        metadata={"message_id": message.public_id},
        attachments=attachments,
    )


def _reply_to(message: Message) -> str:
    """Replies name the message that they answer. Live ones go to the entity's own mailbox, which people read."""
    if message.workspace.livemode:
        return message.from_address
    local, _, domain = message.from_address.partition("@")
    return f"{local}+{message.public_id}@{domain}"


def refused(message: Message, denial: Denial) -> None:
    """The gate said not now (it is tried again then) or no. Call it bound, with the message waiting."""
    if denial.outcome == "DEFER" and denial.next_allowed_at is not None:
        message.decision_id = denial.decision_id
        message.save(update_fields=["decision"])
        if message.notice_id:
            notice_state.not_sent(message)
        postpone(message, denial.next_allowed_at)
        if message.channel == Message.Channel.EMAIL:
            record_message(message, events.EMAIL_DEFERRED, due_at=message.due_at, reasons=denial.reasons)
        return
    codes = sorted(denial.codes)
    block(
        message,
        code=codes[0] if codes else denial.outcome,
        detail="; ".join(str(reason["message"]) for reason in denial.reasons),
        decision_id=denial.decision_id,
        reasons=denial.reasons,
    )


def block(message: Message, *, code: str, detail: str, decision_id: UUID | None = None, reasons: Any = None) -> None:
    """It may not leave. Recorded with the gate's reasons, for whoever planned it."""
    changes: dict[str, Any] = {"failure": code[:60], "failure_detail": detail[:500]}
    if decision_id is not None:
        changes["decision_id"] = decision_id
    move(message, Status.BLOCKED, **changes)
    record_message(
        message, BLOCKED_EVENTS[Message.Channel(message.channel)], code=code, reason=detail, reasons=reasons or []
    )
    if message.notice_id:
        notice_state.refused(message, reasons or [{"code": code, "message": detail, "cite": "content"}])


def intent_of(message: Message, **given: Any) -> ContactIntent:
    """What the gate is asked."""
    return ContactIntent(
        account_ids=(message.account_id,),
        channel=message.channel,
        purpose=message.purpose,
        person_id=message.person_id,
        campaign_id=message.campaign_id,
        **{"endpoint_id": message.endpoint_id, **given},
    )


def _claim(workspace: Workspace, message: Message, draft: Drafter) -> Claimed | None:
    # Asked twice in one transaction: what the mail must carry is known only by asking, and what it carries is judged.
    first = gate.judge(workspace, [intent_of(message)])[0]
    if not first.allowed or first.intent.endpoint_id is None:
        answer = gate.reserve(workspace=workspace, intent=intent_of(message))
        if not isinstance(answer, Denial):
            raise Conflict("The facts changed while the message was claimed.")
        refused(message, answer)
        return None
    made = draft(_facts(workspace, message, first.intent.endpoint_id), message, first)
    intent = intent_of(
        message,
        endpoint_id=first.intent.endpoint_id,
        from_name=made.from_name,
        content=dict(made.content),
        content_sha256=made.sha256,
        template=message.template.key if message.template else message.purpose,
        template_version=message.template.version if message.template else "",
    )
    answer = gate.reserve(workspace=workspace, intent=intent)
    if isinstance(answer, Denial):
        refused(message, answer)
        return None
    _freeze(message, made, answer)
    if message.notice_id:
        carry(workspace=workspace, notice_id=message.notice_id, attempt_id=answer.id)
    return Claimed(message, answer.id)


def _freeze(message: Message, made: Draft, attempt: ContactAttempt) -> None:
    move(
        message,
        Status.SENDING,
        attempt_id=attempt.id,
        decision_id=attempt.decision_id,
        endpoint_id=attempt.endpoint_id,
        claimed_at=clock.now(),
        to_name=made.to_name,
        to_address=made.to_address,
        from_name=made.from_name,
        from_address=made.from_address,
        subject=made.subject,
        body_text=made.text,
        body_html=made.html,
        page=made.page,
        headers=dict(made.headers),
        satisfies=list(made.satisfies),
        content_sha256=made.sha256,
    )


def _resume(workspace: Workspace, message: Message) -> Claimed | None:
    """A worker died after the claim. Only an attempt that nobody took to the provider may be handed over now.

    A notice that was frozen on an earlier day is made anew: its end date counts from the day of sending.
    """
    assert message.attempt_id is not None
    attempt = get_attempt(workspace, message.attempt_id, lock=True)
    if attempt.status != ContactAttempt.Status.RESERVED:
        return None
    if message.notice_id and clock.now() - (message.claimed_at or clock.now()) > STALE_AFTER:
        give_up(attempt, "The notice was frozen too long ago.")
        return None
    return Claimed(message, attempt.id)


def _not_placed(message: Message, error: NotPlaced) -> None:
    if message.status != Status.QUEUED:
        return  # its attempt was given up by somebody else, who acted on it
    if error.retry:
        postpone(message, clock.now() + RETRY_AFTER)
        return
    move(message, Status.FAILED, failure="NOT_PLACED", failure_detail=str(error)[:500])
    unschedule(message.workspace, due_kind(message), message.id)
    record_message(message, FAILED_EVENTS[Message.Channel(message.channel)], reason=str(error))
    if message.notice_id:
        notice_state.refused(message, [{"code": "NOT_PLACED", "message": str(error), "cite": "provider"}])


def _facts(workspace: Workspace, message: Message, endpoint_id: UUID) -> Facts:
    account = get_account(workspace, message.account_id)
    return Facts(
        workspace=workspace,
        account=account,
        person=get_person(workspace, message.person_id),
        entity=get_entity(workspace, account.entity_id),
        endpoint=get_endpoint(workspace, endpoint_id),
    )
