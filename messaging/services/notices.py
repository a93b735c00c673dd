"""Validation notices on their way: planned when ready, frozen and rendered when due, mailed or printed."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from accounts.selectors import get_endpoint
from compliance import dispatch
from compliance import notices as compliance_notices
from compliance.gate import Judgement, local_date
from compliance.selectors import get_notice
from credira.core import clock
from credira.core.state import move
from credira.documents import storage
from credira.documents.pdf import RendererMissing, html_to_pdf, renderer_problem
from credira.providers.email.base import Attachment
from credira.providers.print.base import LetterRequest, PostalAddress
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.models import OperatingEntity
from creditors.selectors import get_entity
from messaging import events, notices
from messaging.composing import Draft, Facts, compose, compose_letter, links_of, postal_address
from messaging.models import Message
from messaging.selectors import get_message
from messaging.services import sending
from messaging.services.queue import queue_notice, record_message

FILENAME = "validation-notice.pdf"
Status = Message.Status


def plan(
    workspace: Workspace, *, notice_id: UUID, channel: str, send_on: dt.date, not_before: dt.datetime | None = None
) -> Message:
    """A notice is ready: plan its sending, or refresh the plan that waits. Call it bound, in the fact's transaction."""
    notice = get_notice(workspace, notice_id)
    due_at = not_before or clock.now()
    if channel == Message.Channel.LETTER:
        due_at = max(due_at, compliance_notices.batch_at(workspace, send_on))
    return queue_notice(
        workspace=workspace,
        notice_id=notice.id,
        account_id=notice.account_id,
        person_id=notice.person_id,
        channel=channel,
        due_at=due_at,
    )


def send_notice(workspace: Workspace, message_id: UUID) -> None:
    """Send a planned notice that is due. Runs unbound; safe to run again at any point.

    Raises RendererMissing before anything is claimed, so that it is tried again once Pango is installed.
    """
    if problem := renderer_problem():
        raise RendererMissing(problem)
    claimed = sending.claim(workspace, message_id, draft_notice)
    if claimed is None:
        return
    message = claimed.message
    pdf = _document(workspace, message)
    if message.channel == Message.Channel.EMAIL:
        mail = sending.mail_of(message, (Attachment(FILENAME, pdf),))
        sending.hand_over(workspace, claimed, lambda: dispatch.send_email(workspace, claimed.attempt_id, mail))
    elif workspace.livemode:
        _await_member(workspace, message.id)
    else:
        letter = _letter(workspace, message, pdf)
        sending.hand_over(workspace, claimed, lambda: dispatch.send_letter(workspace, claimed.attempt_id, letter))


def draft_notice(facts: Facts, message: Message, judgement: Judgement) -> Draft:
    """Freeze the notice for today and make the mail, or the page, that carries it.

    The end date counts from the consumer's own day, on which the mail is handed over or the batch leaves.
    """
    assert message.notice_id is not None
    today = local_date(judgement.sheet, clock.now())
    frozen = compliance_notices.freeze(workspace=facts.workspace, notice_id=message.notice_id, sent_on=today)
    content, sandbox = frozen.content, not facts.workspace.livemode
    obligations = judgement.decision.obligations
    words = notices.statement(content)
    if message.channel == Message.Channel.EMAIL:
        links = links_of(facts)
        draft = compose(facts, links, notices.as_mail(content, links.respond), obligations, statement=words)
        return replace(draft, page=notices.as_page(content, links.respond, sandbox=sandbox))
    page = notices.as_page(content, sandbox=sandbox)
    return compose_letter(facts, notices.subject(content), page, obligations, statement=words)


def _document(workspace: Workspace, message: Message) -> bytes:
    """Render what was frozen, keep it, and name it in the message and the notice: evidence before it leaves."""
    pdf = html_to_pdf(message.page)
    kept = storage.store(workspace.id, folder="notices", content=pdf)
    with bind(workspace) as bound:
        Message.objects.filter(workspace=bound, id=message.id).update(
            document_key=kept.key, document_sha256=kept.sha256
        )
        assert message.notice_id is not None
        compliance_notices.attach_document(
            workspace=bound, notice_id=message.notice_id, document_key=kept.key, document_sha256=kept.sha256
        )
    return pdf


def _letter(workspace: Workspace, message: Message, pdf: bytes) -> LetterRequest:
    with bind(workspace) as bound:
        assert message.endpoint_id is not None
        entity = get_entity(bound, message.account.entity_id)
        endpoint = get_endpoint(bound, message.endpoint_id)
    return LetterRequest(
        letter_id=message.public_id, to=postal_address(message.to_name, endpoint), sender=_sender(entity), pdf=pdf
    )


def _sender(entity: OperatingEntity) -> PostalAddress:
    """The envelope's sender: a name that reveals collection stays inside (1006.22(f)(2))."""
    return PostalAddress(
        name="" if entity.name_reveals_collection else entity.name,
        line1=entity.street,
        city=entity.city,
        state=entity.state,
        postal_code=entity.postal_code,
    )


def _await_member(workspace: Workspace, message_id: UUID) -> None:
    """A live workspace has no print vendor: the letter waits for somebody to print, post and confirm it."""
    with bind(workspace) as bound:
        message = get_message(bound, message_id, lock=True)
        if message.status == Status.SENDING:
            move(message, Status.PRINTING)
            record_message(message, events.LETTER_PRINTED)
