"""What a message's fate means for the notice that it carries. Call these bound, in the transaction of the fate."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from compliance import notices
from compliance.models import ValidationNotice
from compliance.selectors import get_notice
from messaging.models import Message

Status = ValidationNotice.Status


def waits(message: Message) -> bool:
    """Whether the notice still wants to be sent; it may have been replaced meanwhile, or is cancelled as paid off."""
    notice = _notice(message)
    needless = notices.cancel_if_needless(workspace=message.workspace, notice_id=notice.id)
    return notice.status == Status.PENDING and not needless


def sent(message: Message, at: dt.datetime) -> None:
    """The mail service took it."""
    notices.mark_sent(
        workspace=message.workspace,
        notice_id=_notice(message).id,
        sent_at=at,
        document_key=message.document_key,
        document_sha256=message.document_sha256,
    )


def mailed(message: Message, at: dt.datetime) -> None:
    """It is in the post. If later than the day that its end date was counted from, the period printed is too short:
    it can't count, and a new one is made (VN-05).
    """
    notice = _notice(message)
    day = at.astimezone(ZoneInfo(message.workspace.creditor.time_zone)).date()
    if notice.sent_on is not None and day > notice.sent_on:
        _undeliverable(
            notice, f"Mailed on {day}, a batch later than the end date was counted from.", day, came_back=False
        )
        return
    sent(message, at)


def came_back(message: Message, at: dt.datetime, detail: str) -> None:
    """It bounced or was returned: it counts as not sent."""
    notice = _notice(message)
    if notice.status in (Status.CLAIMED, Status.SENT):
        _undeliverable(notice, detail or "It came back.", at.date())


def not_sent(message: Message) -> None:
    """It was certainly not sent: the figures and the end date are let go, to be made anew."""
    notice = _notice(message)
    if notice.status == Status.CLAIMED:
        notices.unfreeze(workspace=message.workspace, notice_id=notice.id)


def refused(message: Message, reasons: Sequence[Mapping[str, Any]]) -> None:
    """It may not go this way: by post instead of by mail, else the notice is blocked and says why."""
    if _notice(message).status in (Status.PENDING, Status.CLAIMED):
        notices.cannot_send(workspace=message.workspace, notice_id=_notice(message).id, reasons=reasons)


def _undeliverable(notice: ValidationNotice, reason: str, on: dt.date, *, came_back: bool = True) -> None:
    notices.mark_undeliverable(
        workspace=notice.workspace, notice_id=notice.id, reason=reason, on=on, came_back=came_back
    )


def _notice(message: Message) -> ValidationNotice:
    assert message.notice_id is not None
    return get_notice(message.workspace, message.notice_id)
