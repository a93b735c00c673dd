"""The simulator as a real process, a sandbox of its own for each test, and a tiny product that answers it."""

from collections.abc import Iterator

import pytest

from tests.simulator.process import running
from tests.simulator.product import Product, run
from tests.simulator.sandbox import Sandbox


@pytest.fixture(autouse=True)
def _clean_valkey() -> None:
    """These tests need neither Valkey nor PostgreSQL."""


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a simulator that runs for the session."""
    with running(tmp_path_factory.mktemp("simulator") / "world.db") as (_, base):
        yield base


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()
    stop = run(product)
    yield product
    stop()


@pytest.fixture
def sandbox(simulator: str, product: Product) -> Iterator[Sandbox]:
    """A fresh sandbox, frozen at Tuesday 2026-11-24 10:05 in New York, whose callbacks reach ``product``."""
    sandbox = Sandbox(simulator, product)
    product.token = sandbox.token
    sandbox.configure()
    sandbox.set_clock("2026-11-24T15:05:00Z")
    yield sandbox
    sandbox.control("DELETE", "workspace")
