"""A workspace, a receiver on this machine, and a lane that runs when a test says so."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from audit.models import Event
from audit.registry import event_type
from audit.services import record
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import NewCreditor, create_creditor
from webhooks import services
from webhooks.lanes import Lane
from webhooks.services import NewEndpoint

PAYMENT = event_type("example.received", "A public fact of these tests.", public=True)
SECRET_FACT = event_type("example.noted", "An internal fact of these tests.", public=False)


@pytest.fixture
def acme(db: None) -> NewCreditor:
    return create_creditor(name="Acme Federal Credit Union", slug="acme")


@pytest.fixture
def sandbox(acme: NewCreditor) -> Workspace:
    return acme.sandbox


@pytest.fixture
def add_endpoint(sandbox: Workspace, httpserver: HTTPServer) -> Callable[..., NewEndpoint]:
    def add(path: str = "/hook", **fields: Any) -> NewEndpoint:
        with bind(sandbox) as workspace:
            return services.create_endpoint(
                workspace=workspace, url=fields.pop("url", httpserver.url_for(path)), **fields
            )

    return add


@pytest.fixture
def record_fact(sandbox: Workspace) -> Callable[..., Event]:
    def fact(**data: Any) -> Event:
        with bind(sandbox) as workspace:
            return record(workspace, PAYMENT, data=data)

    return fact


def run_lane() -> None:
    """Send what is due now, without staying for retries."""
    Lane(patience=dt.timedelta(0)).run()
