"""`make dev` in a copy of this directory, with servers that an operator named: nothing embedded, and it reloads."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis
import requests

from credira import embedded
from credira.embedded import Servers
from tests.starting.conftest import Sample
from tests.starting.demo import READY, Start, make, processes_of, servers_among
from tests.starting.installation import ROOT, free_port

pytestmark = pytest.mark.processes
NOT_THE_CODE = shutil.ignore_patterns(".git", ".venv", ".local", ".*_cache", "__pycache__", ".hypothesis", "tests")


@dataclass
class Dev:
    """A running `make dev`, the copy that it runs from, its address, and the servers that it was told of."""

    start: Start
    copy: Path
    base_url: str
    servers: Servers

    def log(self, name: str) -> str:
        """What a process has written."""
        return (self.copy / ".local" / "log" / f"{name}.log").read_text()


@pytest.fixture(scope="module")
def dev(elsewhere: Path, sample: Sample) -> Iterator[Dev]:
    servers = embedded.start(elsewhere / "servers")
    copy = elsewhere / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_THE_CODE)
    start = make(
        *("dev", "--port", free_port(), "--simulator-port", free_port(), "--accounts", sample(12), "--days", 1),
        directory=copy,
        DATABASE_URL=servers.database_url,
        DATABASE_OWNER_URL=servers.database_owner_url,
        REDIS_URL=servers.redis_url,
    )
    try:
        address = start.wait_for(r"Credira +(http://\S+)").group(1)
        start.wait_for(READY)
        yield Dev(start, copy, address, servers)
    finally:
        start.end()


def test_with_all_three_servers_named_the_demo_starts_none(dev: Dev) -> None:
    running = processes_of(dev.copy)

    assert "Placed 12 accounts" in dev.start.said
    assert len(running) >= 6
    assert servers_among(running) == []
    assert {"pg", "valkey"} & {path.name for path in (dev.copy / ".local").iterdir()} == set()


def test_a_change_of_a_python_file_reloads_web_workers_and_scheduler(dev: Dev) -> None:
    until(lambda: "Worker process is ready" in dev.log("workers"))
    assert asked(dev) == "There is no such route."

    edit(dev.copy / "credira" / "api" / "views.py", '"There is no such route."', '"New code answers."')
    edit(dev.copy / "credira" / "worker.py", "look_at_role()\n", "look_at_role()\nprint('new code in a worker')\n")

    edit(
        dev.copy / "credira" / "work" / "management" / "commands" / "scheduler.py",
        "self.stopping = False\n",
        "self.stopping = False\n        self.stdout.write('new code in the scheduler')\n",
    )

    until(lambda: asked(dev) == "New code answers.")
    until(lambda: "new code in a worker" in dev.log("workers"))
    until(lambda: "new code in the scheduler" in dev.log("scheduler"))
    assert "Traceback" not in dev.log("workers")
    assert dev.start.process.poll() is None


def test_ctrl_c_leaves_the_servers_that_it_did_not_start(dev: Dev) -> None:
    dev.start.end()

    assert processes_of(dev.copy) == {}
    with psycopg.connect(dev.servers.database_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("credira_app",)
    with redis.Redis.from_url(dev.servers.redis_url) as valkey:
        assert valkey.ping()


def edit(file: Path, old: str, new: str) -> None:
    source = file.read_text()
    assert old in source
    file.write_text(source.replace(old, new))


def asked(dev: Dev) -> str:
    """What the API says of an unknown route; nothing while the web reloads."""
    try:
        answer = requests.get(f"{dev.base_url}/v1/nothing-here", timeout=30)
    except requests.ConnectionError:
        return ""
    return str(answer.json()["error"]["message"])


def until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)
