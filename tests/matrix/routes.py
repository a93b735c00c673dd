"""The table of the public API's routes: one row a route and method. A test holds it against the URL resolver.

``{names}`` in paths and bodies stand for ids of a ``Holdings``; a row that names an account with a notice says so by
``account="noticed_id"``. The status is the one that a key with exactly the row's scope gets in a sandbox that holds one
of everything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.api.client import Answer, Caller
from tests.compliance.gate_data import VECTORS, facts_of

METHODS = ("get", "post", "put", "patch", "delete")
HOOK = {"url": "http://127.0.0.1:9/sink", "events": ["call.completed"]}
CSV = b"consumer_email,original_balance\nnew@example.com,100.00\n"
FACTS = {
    "intent": VECTORS["FREQ01-1"]["intent"],
    "facts": facts_of("FREQ01-1"),
    "at": VECTORS["FREQ01-1"]["at"],
}
AUTHORIZATION = {
    "entity_id": "{entity_id}",
    "place": "OH",
    "role": "third_party",
    "basis": "LICENSE",
    "number": "OH-1",
    "valid_from": "2026-01-01",
}


@dataclass(frozen=True)
class Route:
    """One row. ``raw`` is a body that isn't JSON; ``sandbox_only`` is refused to live keys before anything is read."""

    method: str
    path: str
    scope: str
    status: int
    body: Any = None
    account: str = "account_id"
    raw: bytes | None = None
    sandbox_only: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def names(self) -> list[str]:
        """The ids that the path and the body name, each once."""
        return list(dict.fromkeys(_named(self.path) + _named(self.body)))

    def url(self, ids: dict[str, str]) -> str:
        """The address with these ids in it."""
        return "/v1/" + self.path.format(**self._own(ids))

    def content(self, ids: dict[str, str]) -> Any:
        """The body with these ids in it."""
        return _filled(self.body, self._own(ids))

    def _own(self, ids: dict[str, str]) -> dict[str, str]:
        return {**ids, "account_id": ids[self.account]} if ids else {}


PUBLIC = frozenset({"openapi.json"})
# Any key may ask who it is, and how its own work is coming on.
WITHOUT_SCOPE = frozenset({"me", "jobs/{job_id}"})

ROUTES = (
    Route("GET", "me", "", 200),
    Route("GET", "jobs/{job_id}", "", 200),
    Route("GET", "metrics", "accounts:read", 200),
    Route("GET", "audit", "audit:read", 200),
    Route("GET", "accounts", "accounts:read", 200),
    Route("POST", "accounts", "accounts:write", 201, {"consumer_email": "new@example.com", "original_balance": 100}),
    Route("GET", "accounts/{account_id}", "accounts:read", 200),
    Route("PATCH", "accounts/{account_id}", "accounts:write", 200, {"current_balance": 90}),
    Route("POST", "accounts/{account_id}/status", "accounts:write", 200, {"status": "closed"}),
    Route("POST", "accounts/{account_id}/notes", "accounts:write", 201, {"body": "Asked for a letter."}),
    Route("GET", "accounts/{account_id}/notes", "accounts:read", 200),
    Route("GET", "accounts/{account_id}/contacts", "accounts:read", 200),
    Route("GET", "accounts/{account_id}/endpoints", "accounts:read", 200),
    Route(
        "POST",
        "accounts/{account_id}/endpoints",
        "accounts:write",
        201,
        {
            "kind": "phone",
            "value": "+16125550199",
            "source": "consumer_provided",
            "replaces_id": "{endpoint_id}",
        },
    ),
    Route("POST", "accounts/{account_id}/endpoints/{endpoint_id}/end", "accounts:write", 200),
    Route("GET", "accounts/{account_id}/timeline", "accounts:read", 200),
    Route("GET", "accounts/{account_id}/next-contact", "accounts:read", 200),
    Route("POST", "accounts/{account_id}/disputes", "accounts:write", 201, {"channel": "phone"}),
    Route("POST", "accounts/{account_id}/bankruptcies", "accounts:write", 201, {"evidence": "Said on the phone."}),
    Route("GET", "accounts/{account_id}/holds", "accounts:read", 200, account="noticed_id"),
    Route("POST", "accounts/{account_id}/holds", "accounts:write", 201, {"reason": "Asked for time."}),
    Route("POST", "accounts/{account_id}/holds/{hold_id}/release", "accounts:write", 200, account="noticed_id"),
    Route("GET", "accounts/{account_id}/notices", "accounts:read", 200, account="noticed_id"),
    Route("GET", "accounts/{account_id}/notices/{notice_id}/pdf", "accounts:read", 200, account="noticed_id"),
    Route("GET", "placements", "accounts:read", 200),
    Route("POST", "placements", "accounts:write", 202, raw=CSV),
    Route("GET", "placements/{placement_id}", "accounts:read", 200),
    Route("GET", "placements/{placement_id}/refused.csv", "accounts:read", 200),
    Route(
        "POST",
        "contact-gate/check",
        "compliance:read",
        200,
        {
            "account_id": "{account_id}",
            "channel": "call",
            "debts": ["{account_id}"],
            "endpoint_id": "{endpoint_id}",
            "person_id": "{person_id}",
            "copy_to": ["{person_id}"],
        },
    ),
    Route("POST", "contact-gate/evaluate", "compliance:read", 200, FACTS),
    Route("GET", "rule-packs", "compliance:read", 200),
    Route("GET", "consents", "compliance:read", 200),
    Route(
        "POST",
        "consents",
        "compliance:write",
        201,
        {"person_id": "{person_id}", "kind": "sms", "endpoint_id": "{endpoint_id}", "account_ids": ["{account_id}"]},
    ),
    Route("GET", "consents/{consent_id}", "compliance:read", 200),
    Route("POST", "consents/{consent_id}/revoke", "compliance:write", 200, {}),
    Route("GET", "email-bases", "compliance:read", 200),
    Route(
        "POST",
        "email-bases",
        "compliance:write",
        201,
        {"endpoint_id": "{email_endpoint_id}", "basis": "i_B", "evidence": "Wrote from it."},
    ),
    Route("POST", "email-bases/{basis_id}/end", "compliance:write", 200, {}),
    Route(
        "POST",
        "opt-outs",
        "compliance:write",
        201,
        {"account_id": "{account_id}", "scope": "endpoint", "endpoint_id": "{endpoint_id}"},
    ),
    Route("GET", "bankruptcies", "compliance:read", 200),
    Route("GET", "bankruptcies/{bankruptcy_id}", "compliance:read", 200),
    Route(
        "POST",
        "bankruptcies/{bankruptcy_id}/confirm",
        "compliance:write",
        200,
        {"case_number": "26-41234", "chapter": "13", "filed_on": "2026-11-20"},
    ),
    Route("POST", "bankruptcies/{bankruptcy_id}/dismiss", "compliance:write", 200, {"reason": "No case in PACER."}),
    Route("GET", "disputes", "compliance:read", 200),
    Route("GET", "disputes/{dispute_id}", "compliance:read", 200),
    Route(
        "POST",
        "disputes/{dispute_id}/resolve",
        "compliance:write",
        200,
        {"resolution": "verification", "medium": "mail"},
    ),
    Route("GET", "state-authorizations", "compliance:read", 200),
    Route("PUT", "state-authorizations", "compliance:write", 200, {"authorizations": [AUTHORIZATION]}),
    Route("GET", "campaigns", "campaigns:read", 200),
    Route(
        "POST",
        "campaigns",
        "campaigns:write",
        201,
        {"account_ids": ["{noticed_id}"], "voice_agent_id": "{agent_id}"},
    ),
    Route("GET", "campaigns/{campaign_id}", "campaigns:read", 200),
    Route("POST", "campaigns/{campaign_id}/pause", "campaigns:write", 200),
    Route("POST", "campaigns/{campaign_id}/resume", "campaigns:write", 409),
    Route("POST", "campaigns/{campaign_id}/cancel", "campaigns:write", 200),
    Route("GET", "calls", "calls:read", 200),
    Route("POST", "calls", "calls:write", 202, {"account_id": "{account_id}", "voice_agent_id": "{agent_id}"}),
    Route("GET", "calls/{call_id}", "calls:read", 200),
    Route("GET", "voice-agents", "calls:read", 200),
    Route("GET", "voice-agents/{agent_id}", "calls:read", 200),
    Route("GET", "emails", "emails:read", 200),
    Route("GET", "emails/{email_id}", "emails:read", 200),
    Route("GET", "email-templates", "emails:read", 200),
    Route("POST", "email-templates/{template_id}/preview", "emails:read", 200, {"variables": {}}),
    Route("GET", "payments", "payments:read", 200),
    Route(
        "POST",
        "payments",
        "payments:write",
        201,
        {"account_id": "{account_id}", "amount": 10, "payment_method": "check"},
    ),
    Route("GET", "payments/{payment_id}", "payments:read", 200),
    Route("GET", "promises", "payments:read", 200),
    Route("GET", "webhooks", "webhooks:read", 200),
    Route("POST", "webhooks", "webhooks:write", 201, HOOK),
    Route("GET", "webhooks/{webhook_id}", "webhooks:read", 200),
    Route("DELETE", "webhooks/{webhook_id}", "webhooks:write", 200),
    Route("POST", "webhooks/{webhook_id}/test", "webhooks:write", 202),
    Route("GET", "webhooks/{webhook_id}/deliveries", "webhooks:read", 200),
    Route("GET", "events", "webhooks:read", 200),
    Route("GET", "events/{event_id}", "webhooks:read", 200),
    Route("POST", "events/{event_id}/replay", "webhooks:write", 202, {"webhook_id": "{webhook_id}"}),
    Route("GET", "test-clock", "sandbox:read", 200),
    Route("POST", "test-clock", "sandbox:write", 409, {"now": "2026-12-01T00:00:00Z"}),
    Route("POST", "test-clock/advance", "sandbox:write", 202, {"by": "P1D"}),
    Route(
        "POST",
        "sandbox/payments",
        "sandbox:write",
        201,
        {"account_id": "{account_id}", "amount": 10},
        sandbox_only=True,
    ),
)


def declared() -> Iterator[tuple[str, str, Any]]:
    """Method, path and view class of everything that the URL resolver has under /v1/."""
    [api] = [found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "v1"]
    for found in api.url_patterns:
        assert isinstance(found, URLPattern), f"{found.pattern} is nested: the table can't see into it"
        path = re.sub(r"<\w+:(\w+)>", r"{\1}", str(found.pattern))
        view = getattr(found.callback, "view_class", None)
        for method in METHODS:
            if hasattr(view, method):
                yield method.upper(), path, view


def _named(value: Any) -> list[str]:
    if isinstance(value, str):
        return [name for _, name, _, _ in Formatter().parse(value) if name]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [name for part in parts for name in _named(part)]


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**ids) if _named(value) else value
    if isinstance(value, dict):
        return {name: _filled(part, ids) for name, part in value.items()}
    return [_filled(part, ids) for part in value] if isinstance(value, list) else value


NAMING = tuple(route for route in ROUTES if route.names)


def send(caller: Caller, route: Route, ids: dict[str, str], **headers: str) -> Answer:
    """One request of the table, with these ids in its address and body."""
    kind = {"content_type": "text/csv"} if route.raw else {}
    return caller.send(route.method, route.url(ids), route.content(ids), route.raw, **kind, **headers)
