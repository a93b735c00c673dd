"""The simulated world as a real process, for tests of whoever talks to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).parent.parent


@contextmanager
def simulator_process(folder: Path) -> Iterator[str]:
    """Start `python -m simulator` on a free port with the product's secret; its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", "--db", str(folder / "world.db")],
        cwd=ROOT,
        env={**os.environ, "SIMULATOR_SECRET": settings.SIMULATOR_SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().rsplit(" ", 1)[-1].strip()
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()
