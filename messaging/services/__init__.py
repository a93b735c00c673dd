"""Writes of this room."""

from messaging.services.letters import confirm_mailed, make_anew
from messaging.services.outcomes import record_letter_event, record_mail_event
from messaging.services.queue import cancel_message, queue_email, queue_notice
from messaging.services.sending import send_email
from messaging.services.templates import current_template, preview, save_template, take_in_shipped
from messaging.services.world import connect_world

__all__ = [
    "cancel_message",
    "confirm_mailed",
    "connect_world",
    "current_template",
    "make_anew",
    "preview",
    "queue_email",
    "queue_notice",
    "record_letter_event",
    "record_mail_event",
    "save_template",
    "send_email",
    "take_in_shipped",
]
