"""The simulated print-and-mail vendor: a small REST API of its own, since no vendor's is a standard.

A live workspace has no print vendor: its batches are printed by the creditor and confirmed by a member.
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credira.core.crypto import hmac_hex
from credira.providers import transport
from credira.providers.credentials import Credentials
from credira.providers.errors import NotPlaced
from credira.providers.print.base import FoundLetter, LetterEvent, LetterEventKind, LetterRequest, PostalAddress

KINDS = {
    "letter.mailed": LetterEventKind.MAILED,
    "letter.delivered": LetterEventKind.DELIVERED,
    "letter.returned_to_sender": LetterEventKind.RETURNED,
}
MOMENTS = {
    "mailed_at": LetterEventKind.MAILED,
    "delivered_at": LetterEventKind.DELIVERED,
    "returned_at": LetterEventKind.RETURNED,
}


class SimulatorPrint:
    """The `PrintService` port."""

    name = "simulator"
    timeout_s = 10.0

    def __init__(self, credentials: Credentials) -> None:
        if credentials.base_url is None:
            raise NotPlaced("A live workspace has no print vendor; a member confirms its batches.", retry=False)
        self._url = f"{credentials.base_url}/print/v1/letters"
        self._auth = (credentials.account_sid, credentials.auth_token)

    def submit(self, letter: LetterRequest) -> str:
        body = {
            "reference": letter.letter_id,
            "to": _address(letter.to),
            "from": _address(letter.sender),
            "file": base64.b64encode(letter.pdf).decode(),
        }
        answer = transport.write("POST", self._url, body, auth=self._auth)
        return str(answer["id"])

    def find(self, letter_id: str) -> list[FoundLetter]:
        answer = transport.read(self._url, params={"reference": letter_id}, auth=self._auth) or {"data": []}
        return [FoundLetter(reference=str(item["id"]), events=_events(item)) for item in answer["data"]]

    def verify(self, body: bytes, signature: str) -> bool:
        parts = dict(part.split("=", 1) for part in signature.split(",") if "=" in part)
        expected = hmac_hex(self._auth[1], parts.get("t", "").encode() + b"." + body)
        return hmac.compare_digest(expected, parts.get("v1", ""))

    def parse(self, payload: Mapping[str, Any]) -> LetterEvent:
        letter = payload.get("data") or {}
        return LetterEvent(
            key=str(payload.get("id") or ""),
            kind=KINDS.get(str(payload.get("type")), LetterEventKind.UNKNOWN),
            reference=str(letter.get("id") or ""),
            letter_id=str(letter.get("reference") or ""),
            at=_time(payload.get("created_at")),
            detail=str(letter.get("return_reason") or ""),
        )


def _address(address: PostalAddress) -> dict[str, str]:
    return {
        "name": address.name,
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "state": address.state,
        "zip": address.postal_code,
    }


def _events(item: Mapping[str, Any]) -> tuple[LetterEvent, ...]:
    reference = str(item["id"])
    return tuple(
        LetterEvent(
            key=f"{reference}:{kind}",
            kind=kind,
            reference=reference,
            letter_id=str(item.get("reference") or ""),
            at=at,
        )
        for moment, kind in MOMENTS.items()
        if (at := _time(item.get(moment))) is not None
    )


def _time(text: object) -> datetime | None:
    try:
        value = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return value if value is None or value.tzinfo else None
