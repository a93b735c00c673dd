"""Postmark through django-anymail, and its message search (postmarkapp.com/developer/api/messages-api)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import requests
from anymail.backends.postmark import EmailBackend
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from anymail.message import AnymailMessage
from django.core.mail.message import sanitize_address

from credira.core import json
from credira.providers import transport
from credira.providers.credentials import Credentials, require
from credira.providers.email.base import FoundMail, Mail, MailEvent, MailEventKind, SentMail
from credira.providers.errors import NotPlaced, OutcomeUnknown, raise_for_network, raise_for_status

VENDOR_URL = "https://api.postmarkapp.com"
TIMEOUT_S = 10.0
RECORD_TYPES = {
    "Delivery": MailEventKind.DELIVERED,
    "Open": MailEventKind.OPENED,
    "Click": MailEventKind.CLICKED,
    "Bounce": MailEventKind.BOUNCED,
    "SpamComplaint": MailEventKind.COMPLAINED,
    "SubscriptionChange": MailEventKind.UNSUBSCRIBED,
    "Inbound": MailEventKind.REPLIED,
    # as the events of a found message are named
    "Delivered": MailEventKind.DELIVERED,
    "Opened": MailEventKind.OPENED,
    "LinkClicked": MailEventKind.CLICKED,
    "Bounced": MailEventKind.BOUNCED,
    "Transient": MailEventKind.DEFERRED,
    "SubscriptionChanged": MailEventKind.UNSUBSCRIBED,
}
# Bounce types that a later try can't mend (postmarkapp.com/developer/api/bounce-api, bounce types).
PERMANENT_BOUNCES = frozenset({"HardBounce", "BadEmailAddress", "ManuallyDeactivated", "Blocked", "AddressChange"})
TRANSIENT_BOUNCES = frozenset({"Transient", "DnsError", "AutoResponder"})


class Postmark:
    """The `MailService` port."""

    name = "postmark"
    timeout_s = TIMEOUT_S

    def __init__(self, credentials: Credentials) -> None:
        self._token = require(credentials.mail_token, "Postmark")
        self._url = credentials.base_url or VENDOR_URL

    def send(self, mail: Mail) -> SentMail:
        backend = EmailBackend(
            server_token=self._token, api_url=self._url + "/", requests_timeout=TIMEOUT_S, fail_silently=False
        )
        message = _made(mail)
        try:
            backend.send_messages([message])
        except AnymailRecipientsRefused as error:
            raise NotPlaced("Postmark refused the recipient.", retry=False) from error
        except AnymailRequestsAPIError as error:
            _sort(error)
        except AnymailError as error:
            raise NotPlaced(f"The mail can't be sent as it is: {type(error).__name__}.", retry=False) from error
        return SentMail(reference=_reference(message))

    def find(self, message_id: str) -> list[FoundMail]:
        params: dict[str, str | int] = {"count": 50, "offset": 0, "metadata_message_id": message_id}
        answer = transport.read(f"{self._url}/messages/outbound", params=params, headers=self._headers())
        found = [self._found(item, message_id) for item in (answer or {}).get("Messages", [])]
        return sorted(found, key=lambda mail: (mail.received_at is None, mail.received_at, mail.reference))

    def parse(self, payload: Mapping[str, Any]) -> MailEvent:
        record = str(payload.get("RecordType") or "Inbound")
        kind = _bounce_kind(payload) if record == "Bounce" else RECORD_TYPES.get(record, MailEventKind.UNKNOWN)
        if kind is MailEventKind.REPLIED:
            return _reply(payload)
        return MailEvent(
            key=_key(payload, record),
            kind=kind,
            reference=str(payload.get("MessageID") or ""),
            message_id=str((payload.get("Metadata") or {}).get("message_id") or ""),
            at=_time(
                payload.get("DeliveredAt")
                or payload.get("BouncedAt")
                or payload.get("ReceivedAt")
                or payload.get("ChangedAt")
            ),
            recipient=str(payload.get("Recipient") or payload.get("Email") or ""),
            detail=str(payload.get("Description") or payload.get("Details") or ""),
            permanent=payload.get("Type") in PERMANENT_BOUNCES,
        )

    def _found(self, item: Mapping[str, Any], message_id: str) -> FoundMail:
        reference = str(item["MessageID"])
        details = transport.read(f"{self._url}/messages/outbound/{reference}/details", headers=self._headers()) or {}
        events = tuple(_found_event(event, reference, message_id) for event in details.get("MessageEvents", []))
        return FoundMail(reference=reference, received_at=_time(item.get("ReceivedAt")), events=events)

    def _headers(self) -> dict[str, str]:
        return {"X-Postmark-Server-Token": self._token}


def _made(mail: Mail) -> AnymailMessage:
    """The mail as the library takes it. Raises NotPlaced for one that can't be made (a line break in a header)."""
    try:
        message = _anymail(mail)
        message.message()  # sets every header, and refuses what none may hold
    except ValueError as error:
        raise NotPlaced("The mail can't be made: an address or a header isn't valid.", retry=False) from error
    return message


def _anymail(mail: Mail) -> AnymailMessage:
    message = AnymailMessage(
        subject=mail.subject,
        body=mail.text,
        from_email=sanitize_address((mail.from_name, mail.from_email), "utf-8"),
        to=[sanitize_address((mail.to_name, mail.to), "utf-8") if mail.to_name else mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=dict(mail.headers),
        metadata=dict(mail.metadata),
        track_opens=True,
    )
    message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        message.attach(attachment.filename, attachment.content, attachment.content_type)
    return message


def _sort(error: AnymailRequestsAPIError) -> None:
    if isinstance(error.__cause__, requests.RequestException):
        raise_for_network(error.__cause__)  # anymail's own error hides how far the request came
    if error.status_code is None:
        raise OutcomeUnknown("Postmark's answer could not be read.") from error
    if error.status_code == 200:
        # An error code inside a 200 is Postmark's refusal of this one mail.
        raise NotPlaced("Postmark refused the mail.", retry=False) from error
    raise_for_status(error.status_code, f"Postmark answered {error.status_code}.")


def _reference(message: AnymailMessage) -> str:
    status = message.anymail_status
    if not status.message_id:
        raise NotPlaced(f"Postmark did not take the mail: {status.status}.", retry=False)
    return str(status.message_id)


def _bounce_kind(payload: Mapping[str, Any]) -> MailEventKind:
    return MailEventKind.DEFERRED if payload.get("Type") in TRANSIENT_BOUNCES else MailEventKind.BOUNCED


def _reply(payload: Mapping[str, Any]) -> MailEvent:
    metadata = payload.get("Metadata") or {}
    return MailEvent(
        key=f"inbound:{payload.get('MessageID')}",
        kind=MailEventKind.REPLIED,
        reference=str(payload.get("MessageID") or ""),
        message_id=str(metadata.get("message_id") or payload.get("MailboxHash") or ""),
        at=_time(payload.get("Date")),
        recipient=str((payload.get("FromFull") or {}).get("Email") or payload.get("From") or ""),
        subject=str(payload.get("Subject") or ""),
        text=str(payload.get("StrippedTextReply") or payload.get("TextBody") or ""),
    )


def _found_event(event: Mapping[str, Any], reference: str, message_id: str) -> MailEvent:
    details = event.get("Details") or {}
    kind = RECORD_TYPES.get(str(event.get("Type")), MailEventKind.UNKNOWN)
    return MailEvent(
        key=f"{reference}:{kind}",
        kind=kind,
        reference=reference,
        message_id=message_id,
        at=_time(event.get("ReceivedAt")),
        recipient=str(event.get("Recipient") or ""),
        detail=str(details.get("Summary") or details.get("DeliveryMessage") or ""),
        permanent=kind is MailEventKind.BOUNCED,
    )


def _key(payload: Mapping[str, Any], record: str) -> str:
    """Bounces have an id of their own;

    the rest is told apart by its own bytes, so that a second open is a second event.
    """
    if payload.get("ID"):
        return f"{record}:{payload['ID']}"
    return f"{record}:{hashlib.sha256(json.dumps(dict(sorted(payload.items())))).hexdigest()}"


def _time(text: object) -> datetime | None:
    try:
        value = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return value if value is None or value.tzinfo else None
