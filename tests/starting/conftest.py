"""A place for servers: pytest closes its own directory to others when a session starts, also to PostgreSQL's user."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from credira import embedded
from tests.starting.installation import ROOT

Sample = Callable[[int], Path]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Path]:
    """A directory for embedded servers, which are stopped at the end."""
    directory = Path(tempfile.mkdtemp(prefix="credira-elsewhere-"))
    yield directory
    for local in directory.iterdir():
        embedded.stop(local)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def sample() -> Iterator[Sample]:
    """Makes a file of the first so many accounts of the demo's, where any user may read it."""
    directory = Path(tempfile.mkdtemp(prefix="credira-sample-"))
    directory.chmod(0o755)
    rows = (ROOT / "demo" / "accounts.csv").read_text(encoding="utf-8").splitlines(keepends=True)

    def first(accounts: int) -> Path:
        file = directory / f"first-{accounts}.csv"
        file.write_text("".join(rows[: accounts + 1]), encoding="utf-8")
        return file

    yield first
    shutil.rmtree(directory)
