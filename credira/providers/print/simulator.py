"""The simulated print-and-mail vendor: a small REST API of its own, since no vendor's is a standard.

A live workspace has no print vendor: its batches are printed by the creditor and confirmed by a member.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from credira.core import json
from credira.providers import transport
from credira.providers.credentials import Credentials
from credira.providers.errors import NotPlaced
from credira.providers.print.base import FoundLetter, LetterEvent, LetterEventKind, LetterRequest

KINDS = {
    "letter.mailed": LetterEventKind.MAILED,
    "letter.returned": LetterEventKind.RETURNED,
    "letter.missed": LetterEventKind.MISSED,
}


class SimulatorPrint:
    """The `PrintService` port."""

    name = "simulator"
    timeout_s = 10.0

    def __init__(self, credentials: Credentials) -> None:
        if credentials.base_url is None:
            raise NotPlaced("A live workspace has no print vendor; a member confirms its batches.", retry=False)
        self._url = f"{credentials.base_url}/print/v1/letters"
        self._auth = (credentials.account_sid, credentials.print_token)

    def submit(self, letter: LetterRequest) -> str:
        body = {
            "metadata": {"letter_id": letter.letter_id},
            "to": asdict(letter.to),
            "from": asdict(letter.sender),
            "send_on": letter.send_on.isoformat(),
            "pdf": base64.b64encode(letter.pdf).decode(),
        }
        answer = transport.write("POST", self._url, body, auth=self._auth)
        return str(answer["id"])

    def find(self, letter_id: str) -> list[FoundLetter]:
        answer = transport.read(self._url, params={"letter_id": letter_id}, auth=self._auth) or {"letters": []}
        return [
            FoundLetter(reference=str(item["id"]), events=tuple(self.parse(event) for event in item.get("events", [])))
            for item in answer["letters"]
        ]

    def parse(self, payload: Mapping[str, Any]) -> LetterEvent:
        return LetterEvent(
            key=str(payload.get("event_id") or hashlib.sha256(json.dumps(dict(sorted(payload.items())))).hexdigest()),
            kind=KINDS.get(str(payload.get("type")), LetterEventKind.UNKNOWN),
            reference=str(payload.get("id") or ""),
            letter_id=str((payload.get("metadata") or {}).get("letter_id") or ""),
            at=_time(payload.get("at")),
            detail=str(payload.get("detail") or ""),
        )


def _time(text: object) -> datetime | None:
    try:
        value = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return value if value is None or value.tzinfo else None
