"""Fixtures of all tests: a real PostgreSQL as credira_app, a real Valkey, and sockets on this machine only."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, connections

from credira.core.valkey import client
from credira.tenancy.roles import as_owner


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
