"""A sandbox that was never saved: providers need its id alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pytest_django import Settings

from credira.providers.world import world
from credira.tenancy.models import Workspace
from tests.simulated import simulator_process

NOW = datetime(2026, 11, 24, 15, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with simulator_process(tmp_path_factory.mktemp("world")) as url:
        yield url


@pytest.fixture
def sandbox(simulator_url: str, settings: Settings) -> Workspace:
    settings.SIMULATOR_URL = simulator_url
    workspace = Workspace(id=uuid4(), slug="acme-sandbox", livemode=False)
    world(workspace).configure({"seed": "providers"})
    world(workspace).set_clock(NOW, frozen=True)
    return workspace
