"""A place for servers: pytest closes its own directory to others when a session starts, also to PostgreSQL's user."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from credira import embedded


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Path]:
    """A directory for embedded servers, which are stopped at the end."""
    directory = Path(tempfile.mkdtemp(prefix="credira-elsewhere-"))
    yield directory
    for local in directory.iterdir():
        embedded.stop(local)
    shutil.rmtree(directory, ignore_errors=True)
