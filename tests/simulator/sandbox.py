"""One sandbox, as the product would talk to the simulator for it: official clients and plain HTTP."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.simulator.product import Product

SECRET = "a secret of tests"
CALLER = "+12125550199"
EVENTS = ["initiated", "ringing", "answered", "completed"]


class ToSimulator(TwilioHttpClient):
    """The official client's own HTTP client, with another base URL."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=10)
        self.base = base

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self.base), *args, **kwargs)


def hmac_hex(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


class Sandbox:
    def __init__(self, base: str, product: Product, workspace_id: UUID | None = None) -> None:
        self.base = base
        self.product = product
        self.workspace_id = workspace_id or uuid4()
        self.sid = f"AC{self.workspace_id.hex}"
        self.token = hmac_hex(SECRET, str(self.workspace_id))[:32]
        self.mail_token = hmac_hex(SECRET, f"mail:{self.workspace_id}")

    @property
    def twilio(self) -> Client:
        return Client(self.sid, self.token, http_client=ToSimulator(self.base))

    # Control

    def control(self, method: str, path: str, json: Any = None, **params: str) -> Any:
        answer = requests.request(
            method, f"{self.base}/control/{path}", json=json, params=params, auth=(self.sid, self.token), timeout=60
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def configure(self, **changes: Any) -> None:
        hook = f"{self.product.base}/hooks"
        self.control(
            "PUT",
            "config",
            {
                "seed": "tests",
                "mail": {"url": f"{hook}/mail", "username": "postmark", "password": "hook-password"},
                "inbound": {"url": f"{hook}/inbound", "username": "postmark", "password": "hook-password"},
                "print": {"url": f"{hook}/print", "secret": "print-secret"},
                "product": {"base_url": self.product.base, "api_key": "sk_test_people"},
                **changes,
            },
        )

    def set_clock(self, now: str, *, frozen: bool = True) -> None:
        self.control("PUT", "clock", {"now": now, "frozen": frozen})

    def tick(self, now: str | None = None) -> dict[str, Any]:
        told: dict[str, Any] = {"timeout": 30, **({"now": now} if now else {})}
        answer: dict[str, Any] = self.control("POST", "tick", told)
        return answer

    def run_until(self, until: str, most: int = 200) -> None:
        """Advance from one act to the next, as an advancing test clock does."""
        for _ in range(most):
            answer = self.tick()
            assert answer["idle"]
            if answer["next_at"] is None or answer["next_at"] > until:
                self.tick(until)
                return
            self.set_clock(answer["next_at"])
        raise AssertionError("the simulated people never come to rest")

    def ledger(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.control("GET", "ledger", transcripts="1")
        return answer

    def fault(self, kind: str, **told: Any) -> None:
        self.control("POST", "faults", {"kind": kind, **told})

    def person(self, persona: str, ref: str = "cons_1", **changes: Any) -> dict[str, Any]:
        """Jane Doe, with a number, an address and a debt."""
        jane: dict[str, Any] = {
            "ref": ref,
            "name": "Jane Doe",
            "first_name": "Jane",
            "last_name": "Doe",
            "zip": "55401",
            "last4": "6530",
            "date_of_birth": "1984-03-09",
            "phones": ["+16125550100"],
            "emails": ["jane@example.com"],
            "persona": persona,
            "accounts": [{"id": "acct_1", "reference": "SFCU-1", "balance": "3255.82", "currency": "USD"}],
            **changes,
        }
        self.control("PUT", "people", {"people": [jane]})
        return jane

    # Vendors

    def dial(self, to: str = "+16125550100", call: str = "call_1", **changes: Any) -> str:
        options: dict[str, Any] = {
            "to": to,
            "from_": CALLER,
            "url": self.product.voice_url(call),
            "status_callback": self.product.status_url(call),
            "status_callback_event": EVENTS,
            "machine_detection": "DetectMessageEnd",
            "timeout": 25,
            **changes,
        }
        sid = self.twilio.calls.create(**options).sid
        assert sid is not None
        return sid

    def call(self, sid: str) -> dict[str, Any]:
        shown: dict[str, Any] = self.control("GET", f"calls/{sid}")
        return shown

    def mail(self, to: str = "jane@example.com", **changes: Any) -> requests.Response:
        message = {
            "From": "Sample Federal CU <ar@mail.example>",
            "To": to,
            "Subject": "About your account",
            "TextBody": f"Stop: {self.product.base}/c/stop\nDispute: {self.product.base}/c/notice\n",
            "HtmlBody": "".join(
                f'<a href="{self.product.base}/c/{page}">{word}</a>'
                for page, word in (("stop", "Stop"), ("notice", "Dispute"))
            ),
            "Metadata": {"message_id": "msg_1"},
            "TrackOpens": True,
            **changes,
        }
        return self.post_mail("/email", message)

    def post_mail(self, path: str, body: Any, token: str | None = None) -> requests.Response:
        headers = {"X-Postmark-Server-Token": token or self.mail_token, "Accept": "application/json"}
        return requests.post(f"{self.base}{path}", json=body, headers=headers, timeout=20)

    def get(self, path: str, **params: str) -> Any:
        headers = {"X-Postmark-Server-Token": self.mail_token}
        answer = requests.get(f"{self.base}{path}", params=params, headers=headers, timeout=20)
        answer.raise_for_status()
        return answer.json()


def transcript(call: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(turn["speaker"], turn["text"]) for turn in call["transcript"]]
