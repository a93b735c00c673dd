"""A creditor whose sandbox's clock stands where a test puts it, and a key for its API."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import create_creditor, mint_key

SCOPES = ["accounts:read", "accounts:write", "compliance:read", "compliance:write"]


@dataclass
class Api:
    """The public API as one key sees it."""

    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Django's response."""
        options: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(), method)(path, **options, headers={"Authorization": f"Bearer {self.token}", **headers})

    def post(self, path: str, body: Any) -> Any:
        return self.ask("post", path, body)

    def get(self, path: str) -> Any:
        return self.ask("get", path)

    def check(self, body: dict[str, Any]) -> dict[str, Any]:
        """The data of a /check that must be answered."""
        answer = self.post("/v1/contact-gate/check", body)
        assert answer.status_code == 200, answer.content
        data: dict[str, Any] = answer.json()["data"]
        return data


@pytest.fixture
def sandbox(db: None) -> Workspace:
    return create_creditor(name="Lakeshore Credit Union", slug="lakeshore", own_names=["Lakeshore CU"]).sandbox


@pytest.fixture
def api(sandbox: Workspace) -> Api:
    with bind(sandbox) as bound:
        return Api(mint_key(workspace=bound, name="Tests", scopes=SCOPES).token)


def freeze(workspace: Workspace, at: dt.datetime) -> None:
    """Let the sandbox's business clock stand still at ``at``."""
    with bind(workspace):
        Workspace.objects.filter(pk=workspace.pk).update(clock_frozen_at=at)
