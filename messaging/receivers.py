"""What this room does when others record something, in their transaction."""

from collections.abc import Callable
from typing import Any

from audit.models import Event
from compliance.notices import NOTHING_OWED
from compliance.selectors import get_attempt
from credira.core import clock
from credira.core.ids import parse_id
from credira.core.state import move
from credira.tenancy.models import Workspace
from messaging.events import LETTER_FAILED
from messaging.models import Message
from messaging.selectors import find_message_of_attempt, get_message
from messaging.services import notice_state, notices
from messaging.services.outcomes import taken_by_vendor
from messaging.services.queue import postpone, record_message
from messaging.services.sending import RETRY_AFTER


def on_events(workspace: Workspace, events: list[Event], **signal: Any) -> None:
    """The signal's receiver: only the few types of `HANDLERS` concern messages."""
    for event in events:
        handler = HANDLERS.get(event.type)
        if handler is not None:
            handler(workspace, event)


def _notice_ready(workspace: Workspace, event: Event) -> None:
    data = event.data
    notices.plan(
        workspace,
        notice_id=parse_id("vn", data["notice_id"]),
        channel=data["channel"],
        send_on=data["send_on"],
        not_before=data.get("not_before"),
    )


def _attempt_dispatched(workspace: Workspace, event: Event) -> None:
    message = _message_of(workspace, event)
    if message is not None:
        taken_by_vendor(message, str(event.data.get("reference") or ""))


def _attempt_given_up(workspace: Workspace, event: Event) -> None:
    """It was never sent: it waits again, and the gate is asked anew."""
    message = _message_of(workspace, event)
    if message is not None and message.status == Message.Status.PRINTING and event.data["reason"] == NOTHING_OWED:
        _not_to_be_posted(message)
        return
    if message is None or message.status != Message.Status.SENDING:
        return
    move(message, Message.Status.QUEUED, attempt_id=None)
    if message.notice_id:
        notice_state.not_sent(message)
    postpone(message, clock.now() + RETRY_AFTER)


def _not_to_be_posted(message: Message) -> None:
    """A letter that waits for a member to post it, about a debt that was paid since."""
    move(message, Message.Status.FAILED, failure="NOTHING_OWED", failure_detail=NOTHING_OWED)
    record_message(message, LETTER_FAILED, reason=NOTHING_OWED)
    notice_state.not_sent(message)


def _message_of(workspace: Workspace, event: Event) -> Message | None:
    if event.data.get("channel") not in ("email", "letter"):
        return None
    attempt = get_attempt(workspace, parse_id("att", event.data["attempt_id"]))
    message = find_message_of_attempt(workspace, attempt.id)
    return get_message(workspace, message.id, lock=True) if message else None


HANDLERS: dict[str, Callable[[Workspace, Event], None]] = {
    "notice.ready": _notice_ready,
    "attempt.dispatched": _attempt_dispatched,
    "attempt.given_up": _attempt_given_up,
}
