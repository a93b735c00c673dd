"""Fixtures of all tests: a real PostgreSQL as credira_app, a real Valkey, and sockets on this machine only."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings

from audit.signals import events_recorded
from credira.core.valkey import client
from credira.tenancy.roles import as_owner
from tests.documented_events import undocumented

# A busy machine is no fault of the code: how long an example takes to make or to run says nothing here.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: Any) -> Iterator[ExitStack]:
    """The owner makes and migrates the test database."""
    with ExitStack() as stack:
        stack.enter_context(as_owner())
        yield stack


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings: ExitStack, django_db_setup: Any) -> Iterator[None]:
    """From here on tests are the app."""
    django_db_modify_db_settings.close()
    yield
    for alias in connections:
        connections[alias].close()
    connection.close_pool()


@pytest.fixture(autouse=True)
def _clean_valkey() -> None:
    client().flushdb()


@pytest.fixture(autouse=True)
def _events_are_documented() -> Iterator[None]:
    """A public event with a key that docs/webhooks.md doesn't name fails the test that recorded it."""
    found: list[str] = []

    def look(sender: Any, *, events: list[Any], **kwargs: Any) -> None:
        found.extend(f"{e.type}: {key}" for e in events if e.public for key in undocumented(e.type, e.data))

    events_recorded.connect(look, weak=False)
    yield
    events_recorded.disconnect(look)
    assert sorted(set(found)) == [], "docs/webhooks.md doesn't name these keys"
