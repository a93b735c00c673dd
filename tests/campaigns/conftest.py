"""The simulated world as a process, and the product's server and workers beside the test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import any_port, product_processes
from tests.simulated import simulator_process
from tests.working import working


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with simulator_process(tmp_path_factory.mktemp("world")) as url:
        yield url


@pytest.fixture
def product(transactional_db: None, live_server: Any, simulator_url: str, settings: Any, tmp_path: Path) -> None:
    """The product's server, which the simulated world calls back."""
    settings.MEDIA_ROOT = tmp_path
    settings.BASE_URL = live_server.url
    settings.SIMULATOR_URL = simulator_url


@pytest.fixture
def workers(product: None) -> Iterator[None]:
    """A scheduler and a worker beside the test."""
    with working():
        yield


@pytest.fixture
def two_workers(simulator_url: str, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Web, two worker processes, the scheduler and the simulated world, each a process of its own."""
    port = any_port()
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BASE_URL = f"http://127.0.0.1:{port}"
    settings.SIMULATOR_URL = simulator_url
    with product_processes(port, tmp_path / "log", workers=2):
        yield
