"""The product's processes as one group: workers that are killed come back, and nothing else is papered over."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from credira.running import processes
from credira.running.processes import Group, ProcessDied
from tests.processes import environment

SLEEPING = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
ENDING = [sys.executable, "-c", "print('no database'); raise SystemExit(3)"]


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    built = Group(tmp_path, {})
    yield built
    built.stop()


def pid(group: Group, name: str) -> int:
    return group._running[name].process.pid


def ended(group: Group, name: str) -> None:
    group._running[name].process.wait(30)


def test_a_supervised_process_that_is_killed_comes_back(group: Group) -> None:
    group.start("workers", SLEEPING, supervised=True)
    first = pid(group, "workers")
    os.kill(first, signal.SIGKILL)
    ended(group, "workers")

    group.watch()

    assert pid(group, "workers") != first
    assert group._running["workers"].process.poll() is None
    group.watch()  # and stays


@pytest.mark.django_db(transaction=True)
def test_workers_of_which_one_process_is_killed_come_back_as_a_whole(tmp_path: Path) -> None:
    group = Group(tmp_path, {**environment(), "LOG_LEVEL": "INFO"})
    try:
        group.start("workers", processes.workers(processes=2, threads=1), supervised=True)
        first = pid(group, "workers")
        wait_for_workers(tmp_path / "workers.log", 2)

        os.kill(worker_processes(first)[0], signal.SIGKILL)
        ended(group, "workers")
        group.watch()

        assert pid(group, "workers") != first
        wait_for_workers(tmp_path / "workers.log", 4)
    finally:
        group.stop()


def worker_processes(parent: int) -> list[int]:
    """Dramatiq's own processes, without the helper that Python starts beside them."""
    task = Path(f"/proc/{parent}/task/{parent}/children")
    found = [int(each) for each in task.read_text().split()] if task.exists() else []
    return [each for each in found if b"resource_tracker" not in Path(f"/proc/{each}/cmdline").read_bytes()]


def wait_for_workers(log: Path, number: int) -> None:
    end = time.monotonic() + 90
    while log.read_text().count("Worker process is ready") < number:
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)


def test_one_that_keeps_ending_is_told_with_its_log(group: Group) -> None:
    group.start("workers", ENDING, supervised=True)

    for _ in range(5):
        ended(group, "workers")
        group.watch()
    ended(group, "workers")

    with pytest.raises(ProcessDied, match=r"workers ended with status 3(.|\n)*no database"):
        group.watch()


def test_another_process_that_ends_is_told_at_once(group: Group) -> None:
    group.start("web", ENDING)
    ended(group, "web")

    with pytest.raises(ProcessDied, match="web ended with status 3"):
        group.watch()


def test_stopping_ends_what_was_started_anew(group: Group) -> None:
    group.start("workers", SLEEPING, supervised=True)
    os.kill(pid(group, "workers"), signal.SIGKILL)
    ended(group, "workers")
    group.watch()
    again = group._running["workers"].process

    started = time.monotonic()
    group.stop()

    assert again.poll() is not None
    assert time.monotonic() - started < 8
