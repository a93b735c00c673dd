"""Twilio's REST API and TwiML (twilio.com/docs/voice/api/call-resource), for live workspaces and, by another base
URL, for the simulator.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Gather, VoiceResponse

from credira.providers.credentials import Credentials, require
from credira.providers.errors import LookupFailed, NotPlaced, raise_for_network, raise_for_status
from credira.providers.telephony.base import (
    AnsweredBy,
    Callback,
    CallbackKind,
    CallRequest,
    CallSnapshot,
    CallState,
    Reply,
)

VENDOR_URL = "https://api.twilio.com"
TIMEOUT_S = 10.0
STATUS_EVENTS = ["initiated", "ringing", "answered", "completed"]
STATES = {
    "queued": CallState.QUEUED,
    "initiated": CallState.INITIATED,
    "ringing": CallState.RINGING,
    "in-progress": CallState.IN_PROGRESS,
    "completed": CallState.COMPLETED,
    "busy": CallState.BUSY,
    "no-answer": CallState.NO_ANSWER,
    "failed": CallState.FAILED,
    "canceled": CallState.CANCELED,
}
# How Twilio's machine detection names its findings; "Enable" ends with machine_start, "DetectMessageEnd" with the
# others.
ANSWERED_BY = {
    "human": AnsweredBy.HUMAN,
    "machine_start": AnsweredBy.MACHINE,
    "machine_end_beep": AnsweredBy.MACHINE,
    "machine_end_silence": AnsweredBy.MACHINE,
    "machine_end_other": AnsweredBy.MACHINE,
    "fax": AnsweredBy.FAX,
}
NOT_IN_PROGRESS = 21220  # Twilio: "Invalid call state": the call has ended already


class Twilio:
    """The `Telephony` port over the official client."""

    name = "twilio"
    timeout_s = TIMEOUT_S

    def __init__(self, credentials: Credentials) -> None:
        self._token = require(credentials.auth_token, "Twilio")
        http = RebasedHttpClient(credentials.base_url or VENDOR_URL, timeout=TIMEOUT_S)
        self._client = Client(require(credentials.account_sid, "Twilio"), self._token, http_client=http)

    def place_call(self, request: CallRequest) -> CallSnapshot:
        try:
            call = self._client.calls.create(**_creation(request))
        except TwilioRestException as error:
            raise_for_status(error.status, f"Twilio answered {error.status} (code {error.code}).")
        except requests.RequestException as error:
            raise_for_network(error)
        return _snapshot(call)

    def find_calls(self, to: str, since: datetime) -> list[CallSnapshot]:
        # Twilio's own filter is by start time, which a call that still waits in its queue doesn't have.
        found = [_snapshot(call) for call in self._read(lambda: self._client.calls.list(to=to, limit=50))]
        return [call for call in found if call.created_at is None or call.created_at >= since.replace(microsecond=0)]

    def fetch_call(self, reference: str) -> CallSnapshot | None:
        try:
            return _snapshot(self._read(lambda: self._client.calls(reference).fetch()))
        except LookupFailed as error:
            if isinstance(error.__cause__, TwilioRestException) and error.__cause__.status == 404:
                return None
            raise

    def cancel_call(self, reference: str) -> None:
        # "canceled" is refused once the phone was answered, "completed" ends a call in any state.
        try:
            self._client.calls(reference).update(status="completed")
        except TwilioRestException as error:
            if error.code == NOT_IN_PROGRESS:
                return
            raise_for_status(error.status, f"Twilio answered {error.status} (code {error.code}).")
        except requests.RequestException as error:
            raise_for_network(error)

    def verify(self, url: str, params: Mapping[str, str], signature: str) -> bool:
        return bool(RequestValidator(self._token).validate(url, dict(params), signature))

    def parse(self, params: Mapping[str, str]) -> Callback:
        if not params.get("CallSid"):
            raise NotPlaced("The callback names no call.", retry=False)
        return Callback(
            kind=_kind(params),
            reference=params["CallSid"],
            state=STATES.get(params.get("CallStatus", ""), CallState.UNKNOWN),
            answered_by=ANSWERED_BY.get(params.get("AnsweredBy", ""), AnsweredBy.UNKNOWN),
            sequence=_integer(params.get("SequenceNumber")),
            speech=params.get("SpeechResult", ""),
            confidence=_decimal(params.get("Confidence")),
            digits=params.get("Digits", ""),
            duration_s=_integer(params.get("CallDuration")),
            sip_code=params.get("SipResponseCode", ""),
            error_code=params.get("ErrorCode", ""),
            at=_rfc2822(params.get("Timestamp")),
        )

    def render(self, reply: Reply) -> str:
        markup = VoiceResponse()
        for spoken in reply.spoken:
            markup.say(spoken.text, language=spoken.language)
        if reply.listen:
            markup.append(_gather(reply))
        elif reply.transfer_to:
            markup.dial(reply.transfer_to)
        else:
            markup.hangup()
        return str(markup)

    def _read(self, ask: Any) -> Any:
        try:
            return ask()
        except (TwilioException, requests.RequestException) as error:
            raise LookupFailed(f"Twilio could not be asked: {type(error).__name__}.") from error


class RebasedHttpClient(TwilioHttpClient):  # type: ignore[misc]  # untyped package
    """Sends what the client addresses to Twilio to another base URL, unchanged otherwise."""

    def __init__(self, base_url: str, **options: Any) -> None:
        super().__init__(**options)
        self._base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        if not url.startswith(VENDOR_URL + "/"):
            raise NotPlaced("The client asked for an address that is not the carrier's.", retry=False)
        return super().request(method, self._base_url + url.removeprefix(VENDOR_URL), *args, **options)


def _creation(request: CallRequest) -> dict[str, Any]:
    values: dict[str, Any] = {
        "to": request.to,
        "from_": request.from_,
        "url": request.answer_url,
        "method": "POST",
        "status_callback": request.status_url,
        "status_callback_method": "POST",
        "status_callback_event": STATUS_EVENTS,
        "timeout": request.ring_timeout_s,
        "time_limit": request.max_duration_s,
    }
    if request.detect_machine:
        # Synchronous: no word is spoken before Twilio has decided, so none is spoken into a mailbox.
        values["machine_detection"] = "Enable"
    return values


def _gather(reply: Reply) -> Gather:
    listen = reply.listen
    assert listen is not None
    options: dict[str, Any] = {"num_digits": listen.digits} if listen.digits else {}
    return Gather(
        input="speech dtmf",
        action=listen.action_url,
        method="POST",
        timeout=listen.timeout_s,
        speech_timeout="auto",
        language=listen.language,
        hints=", ".join(listen.hints),
        action_on_empty_result=True,
        **options,
    )


def _kind(params: Mapping[str, str]) -> CallbackKind:
    if "CallbackSource" in params or "SequenceNumber" in params:
        return CallbackKind.STATUS
    if params.get("SpeechResult"):
        return CallbackKind.SPEECH
    if params.get("Digits"):
        return CallbackKind.DIGITS
    # Only a Gather posts these keys; without words in them nobody spoke.
    if "SpeechResult" in params or "Digits" in params or params.get("msg") == "Gather End":
        return CallbackKind.SILENCE
    return CallbackKind.ANSWERED


def _snapshot(call: Any) -> CallSnapshot:
    return CallSnapshot(
        reference=call.sid,
        to=call.to or "",
        state=STATES.get(str(call.status), CallState.UNKNOWN),
        answered_by=ANSWERED_BY.get(str(call.answered_by), AnsweredBy.UNKNOWN),
        created_at=_aware(call.date_created),
        started_at=_aware(call.start_time),
        ended_at=_aware(call.end_time),
        duration_s=_integer(call.duration),
    )


def _aware(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _rfc2822(text: str | None) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text)) if text else None
    except ValueError:
        return None


def _integer(text: str | None) -> int | None:
    return int(text) if text and str(text).isdecimal() else None


def _decimal(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
