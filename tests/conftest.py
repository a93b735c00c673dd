"""Fixtures of all tests: a real PostgreSQL as credira_app, a real Valkey, and sockets on this machine only."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings

from audit.signals import events_recorded
from credira.core.valkey import client
from credira.documents import pdf
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests whose processes make PDFs need Pango."""
    needing = [item for item in items if item.get_closest_marker("pdf")]
    if needing and (problem := pdf.renderer_problem()):
        for item in needing:
            item.add_marker(pytest.mark.skip(problem))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Without Pango a test that asked for a PDF in vain can't tell anything: it is skipped, whatever else it found."""
    asked = pdf.asked_in_vain()
    try:
        yield
    except Exception:
        if pdf.asked_in_vain() > asked:
            pytest.skip(pdf.renderer_problem())
        raise


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was skipped is said aloud, with the reason: nobody should take a part for the whole."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")
    )
    for reason, number in reasons.items():
        terminalreporter.write_line(f"WARNING: {number} skipped: {reason}", yellow=True)
