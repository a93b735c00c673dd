"""What is due later in this room."""

from uuid import UUID

from credira.tenancy.models import Workspace
from credira.work.due import on_due
from messaging.services import letters, notices, sending
from messaging.services.queue import LETTER, NOTICE, SEND


@on_due(SEND, queue="emails")
def send_email(workspace: Workspace, message_id: UUID) -> None:
    sending.send_email(workspace, message_id)


@on_due(NOTICE, queue="documents")
def send_notice(workspace: Workspace, message_id: UUID) -> None:
    notices.send_notice(workspace, message_id)


@on_due(LETTER, queue="emails")
def ask_about_letter(workspace: Workspace, message_id: UUID) -> None:
    letters.ask(workspace, message_id)
