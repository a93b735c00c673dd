"""Planning and taking back messages."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.selectors import get_account, get_endpoint
from audit.services import record
from credira.core import clock, context
from credira.core.errors import InvalidRequest, InvalidTransition
from credira.core.ids import public_id
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.work.due import schedule, unschedule
from messaging import events
from messaging.errors import TemplateVariableMissing
from messaging.models import EmailTemplate, Message
from messaging.selectors import get_message, get_template
from messaging.services.templates import current_template

SEND = "messaging.send"
NOTICE = "messaging.notice"
LETTER = "messaging.letter"
OPEN = ("queued", "sending", "printing", "sent", "delivered")
CANCELLED_EVENTS = {Message.Channel.EMAIL: events.EMAIL_CANCELLED, Message.Channel.LETTER: events.LETTER_CANCELLED}


@transaction.atomic
def queue_email(
    *,
    workspace: Workspace,
    account_id: UUID,
    template_key: str = "",
    template_id: UUID | None = None,
    purpose: str = "",
    variables: Mapping[str, Any] | None = None,
    campaign_id: UUID | None = None,
    endpoint_id: UUID | None = None,
    due_at: dt.datetime | None = None,
    key: str = "",
) -> Message:
    """Plan one e-mail to the account's consumer. The gate is asked when it is due, and again when it leaves.

    Args:
        workspace: The bound workspace.
        account_id: What it is about; its consumer is whom it goes to.
        template_key: A template's key, the version current now; or
        template_id: one version of a template.
        purpose: The gate's purpose (collect, reminder, …); default: the template's.
        variables: Values that the template declares; text, or what str() makes of it.
        campaign_id: For whose count it is.
        endpoint_id: One address of the consumer; default: the gate chooses.
        due_at: Business time; default: now.
        key: Yours, to plan the same message once: a known key returns the message planned before.

    Raises:
        NotFound: No such account, template or endpoint.
        InvalidRequest: The endpoint isn't an e-mail address of this consumer, or no template is named.
        TemplateVariableMissing: A declared value isn't given.
    """
    if key and (known := Message.objects.filter(workspace=workspace, key=key).first()):
        return known
    account = get_account(workspace, account_id)
    template = _template(workspace, template_key, template_id)
    given = _given(template, variables or {})
    if endpoint_id is not None:
        _check_endpoint(workspace, endpoint_id, account.person_id)
    now = clock.now()
    message = Message.objects.create(
        workspace=workspace,
        channel=Message.Channel.EMAIL,
        account=account,
        person_id=account.person_id,
        endpoint_id=endpoint_id,
        campaign_id=campaign_id,
        purpose=purpose or template.purpose,
        template=template,
        variables=given,
        key=key,
        due_at=due_at or now,
        created_at=now,
        updated_at=clock.wall(),
        created_by=context.actor().id,
    )
    schedule(workspace, SEND, message.id, message.due_at)
    record_message(message, events.EMAIL_QUEUED)
    return message


@transaction.atomic
def queue_notice(
    *, workspace: Workspace, notice_id: UUID, account_id: UUID, person_id: UUID, channel: str, due_at: dt.datetime
) -> Message:
    """Plan the sending of a validation notice. A notice has one open message: one that waits takes the new plan."""
    known = Message.objects.filter(workspace=workspace, notice_id=notice_id, status__in=OPEN).first()
    if known is not None:
        if known.status == Message.Status.QUEUED:
            # Another channel has a day of its own; the same one isn't hurried.
            postponed = max(due_at, known.due_at) if known.channel == channel else due_at
            known.channel = channel
            known.save(update_fields=["channel"])
            postpone(known, postponed)
        return known
    message = Message.objects.create(
        workspace=workspace,
        channel=channel,
        account_id=account_id,
        person_id=person_id,
        purpose="validation_notice",
        notice_id=notice_id,
        due_at=due_at,
        created_at=clock.now(),
        updated_at=clock.wall(),
        created_by=context.actor().id,
    )
    schedule(workspace, NOTICE, message.id, due_at)
    return message


@transaction.atomic
def cancel_message(*, workspace: Workspace, message_id: UUID, reason: str) -> bool:
    """Take back a message that still waits. False when it is too late: it is being sent, or was."""
    message = get_message(workspace, message_id, lock=True)
    if message.status != Message.Status.QUEUED:
        return False
    move(message, Message.Status.CANCELLED, failure="CANCELLED", failure_detail=reason[:500])
    unschedule(workspace, due_kind(message), message.id)
    record_message(message, CANCELLED_EVENTS[Message.Channel(message.channel)], reason=reason)
    return True


@transaction.atomic
def postpone(message: Message, until: dt.datetime) -> None:
    """Let a waiting message be tried again at a later business time. Raises InvalidTransition if it waits no more."""
    changed = Message.objects.filter(pk=message.pk, status=Message.Status.QUEUED).update(
        due_at=until, updated_at=clock.wall()
    )
    if not changed:
        raise InvalidTransition(f"{message.public_id} isn't waiting any more.")
    message.due_at = until
    schedule(message.workspace, due_kind(message), message.id, until)


def due_kind(message: Message) -> str:
    """Which due row sends it: a notice's is rendered in the queue of documents."""
    return NOTICE if message.notice_id else SEND


def record_message(message: Message, event: Any, **data: Any) -> None:
    """Record a fact about a message with the ids that every such event carries."""
    record(
        message.workspace,
        type=event,
        object=message,
        account_id=message.account_id,
        data={
            "message_id": message.public_id,
            "account_id": public_id("acct", message.account_id),
            "campaign_id": public_id("cmp", message.campaign_id) if message.campaign_id else None,
            "template": message.template.key if message.template else "validation_notice",
            "purpose": message.purpose,
            "status": message.status,
            **data,
        },
    )


def _template(workspace: Workspace, key: str, template_id: UUID | None) -> EmailTemplate:
    if template_id is not None:
        return get_template(workspace, template_id)
    if not key:
        raise InvalidRequest("Missing required parameter: template_id")
    return current_template(workspace=workspace, key=key)


def _given(template: EmailTemplate, variables: Mapping[str, Any]) -> dict[str, str]:
    missing = [name for name in template.declared if variables.get(name) in (None, "")]
    if missing:
        raise TemplateVariableMissing(
            "The template needs values that were not given.",
            details=[
                {"field": f"variables.{name}", "message": f"Missing required parameter: {name}"} for name in missing
            ],
        )
    return {name: str(variables[name]) for name in template.declared}


def _check_endpoint(workspace: Workspace, endpoint_id: UUID, person_id: UUID) -> None:
    endpoint = get_endpoint(workspace, endpoint_id)
    if endpoint.kind != "email" or endpoint.person_id != person_id:
        raise InvalidRequest("The endpoint is not an e-mail address of this consumer.")
