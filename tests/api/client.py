"""A caller of the API: real keys, the whole middleware, JSON in and out."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from credira.core.json import dumps, loads
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.scopes import ALL
from creditors.services import NewCreditor, create_creditor, mint_key


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and the body, parsed where it is JSON."""

    status: int
    headers: Any
    body: Any

    @property
    def data(self) -> Any:
        """The envelope's data."""
        return self.body["data"]

    @property
    def error(self) -> Any:
        """The envelope's error."""
        return self.body["error"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a key (or none)."""

    token: str | None = None
    workspace: Workspace | None = None

    def send(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Answer:
        """One request. Header names are given with underscores: ``idempotency_key``."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        content = raw if raw is not None else dumps(body) if body is not None else b""
        kind = named.pop("Content-Type", "application/json")
        response = Client(raise_request_exception=False).generic(method, path, content, kind, headers=named)
        content = response.getvalue()
        told = loads(content) if "json" in response.headers.get("Content-Type", "") else content
        return Answer(response.status_code, response.headers, told if content else None)

    def get(self, path: str, **headers: str) -> Answer:
        """GET."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST of JSON."""
        return self.send("POST", path, body, **headers)


def make_caller(
    creditor: NewCreditor, *, livemode: bool = False, scopes: tuple[str, ...] = ALL, plan: str | None = None
) -> Caller:
    """A caller with a fresh key of the creditor's sandbox, or of its live workspace."""
    workspace = creditor.live if livemode else creditor.sandbox
    with bind(workspace) as bound:
        minted = mint_key(workspace=bound, name="Test", scopes=list(scopes), plan=plan)
    return Caller(minted.token, workspace)


def make_creditor(slug: str = "sample") -> NewCreditor:
    """A creditor with a live workspace and a sandbox."""
    return create_creditor(name=f"{slug.title()} Federal Credit Union", slug=slug)
