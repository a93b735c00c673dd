"""Reads of the room `messaging`. The caller is bound to the workspace."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from compliance.models import StateText, ValidationNotice
from credira.core.errors import NotFound
from credira.tenancy.models import Workspace
from messaging.models import EmailTemplate, Message, MessageEvent

POSTED_AFTER = dt.timedelta(hours=4)  # what a print vendor takes from the batch to the post


def get_message(workspace: Workspace, message_id: UUID, *, lock: bool = False) -> Message:
    """Raises NotFound for a missing or foreign message. `lock` holds the row until the transaction ends."""
    rows = Message.objects.select_for_update(no_key=True) if lock else Message.objects
    try:
        message = rows.get(workspace=workspace, id=message_id)
    except Message.DoesNotExist:
        raise NotFound from None
    message.workspace = workspace  # read after the transaction, too, when its row can't be fetched any more
    return message


def find_message_by_reference(workspace: Workspace, reference: str) -> Message | None:
    """The message that the vendor knows by this id."""
    if not reference:
        return None
    return Message.objects.filter(workspace=workspace, reference=reference).first()


def find_message_of_attempt(workspace: Workspace, attempt_id: UUID) -> Message | None:
    """The message that a contact attempt carries."""
    return Message.objects.filter(workspace=workspace, attempt_id=attempt_id).first()


def list_messages(workspace: Workspace) -> QuerySet[Message]:
    """All messages, newest first."""
    return Message.objects.filter(workspace=workspace).order_by("-id")


def list_emails(workspace: Workspace) -> QuerySet[Message]:
    """All e-mails, newest first."""
    return list_messages(workspace).filter(channel=Message.Channel.EMAIL)


def list_awaiting_print(workspace: Workspace) -> QuerySet[Message]:
    """Letters that wait for a member to print and mail them, oldest first."""
    return Message.objects.filter(workspace=workspace, status=Message.Status.PRINTING, reference="").order_by("id")


def list_letters(workspace: Workspace) -> QuerySet[Message]:
    """All letters, newest first."""
    return list_messages(workspace).filter(channel=Message.Channel.LETTER)


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """How a validation notice goes out: when it leaves us, and when it counts as sent."""

    channel: str
    leaves_at: dt.datetime
    sent_at: dt.datetime


def notice_plans(workspace: Workspace, account_ids: Sequence[UUID]) -> dict[UUID, NoticePlan]:
    """The notice of each account that waits for its time or is on its way. A blocked one waits for nothing."""
    status = ValidationNotice.Status
    rows = Message.objects.filter(
        workspace=workspace,
        account_id__in=list(account_ids),
        status__in=(Message.Status.QUEUED, Message.Status.SENDING, Message.Status.PRINTING),
        notice__in=ValidationNotice.objects.filter(workspace=workspace, status__in=(status.PENDING, status.CLAIMED)),
    )
    return {
        account_id: NoticePlan(channel, at, at + POSTED_AFTER if channel == Message.Channel.LETTER else at)
        for account_id, channel, at in rows.values_list("account_id", "channel", "due_at")
    }


def list_events(workspace: Workspace, message_id: UUID) -> QuerySet[MessageEvent]:
    """What the vendor told us about a message, in the order of happening."""
    return MessageEvent.objects.filter(workspace=workspace, message_id=message_id).order_by("at", "id")


def list_templates(workspace: Workspace) -> QuerySet[EmailTemplate]:
    """The current version of each template, newest first."""
    return EmailTemplate.objects.filter(workspace=workspace, current=True).order_by("-id")


def get_template(workspace: Workspace, template_id: UUID) -> EmailTemplate:
    """Any version. Raises NotFound."""
    try:
        return EmailTemplate.objects.get(workspace=workspace, id=template_id)
    except EmailTemplate.DoesNotExist:
        raise NotFound from None


def approved_text(workspace: Workspace, code: str, place: str) -> str:
    """The text of a state that counsel approved and that still holds; empty where there is none."""
    rows = StateText.objects.filter(workspace=workspace, code=code, place=place)
    ended = rows.filter(ends__isnull=False).values("ends_id")
    found = rows.filter(approved=True, ends__isnull=True).exclude(id__in=ended).exclude(text="").order_by("-id").first()
    return found.text if found else ""
