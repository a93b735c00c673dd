"""The simulator as a process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.simulator.sandbox import SECRET

ROOT = Path(__file__).parents[2]


@contextmanager
def running(db: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the address it says it listens on; ended in any case."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", "0", "--db", str(db)],
        cwd=ROOT,
        env={**os.environ, "SIMULATOR_SECRET": SECRET},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
