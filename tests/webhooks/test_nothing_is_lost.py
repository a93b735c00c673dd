"""Real processes, killed: whatever dies between the fact and the receiver, the event arrives."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from credira import embedded

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
DEAD_VALKEY = "redis://127.0.0.1:1/0"
HEAD = """
import datetime as dt
from audit.registry import event_type
from audit.services import record
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import across_workspaces, bind
from webhooks import services
from webhooks.lanes import LANE
from webhooks.models import Delivery
FACT = event_type("example.received", "A public fact of these tests.", public=True)
def sandbox():
    with across_workspaces():
        return Workspace.objects.get(livemode=False)
"""


@dataclass
class House:
    """Servers of its own, and commands run against them."""

    local: Path
    env: dict[str, str] = field(default_factory=dict)

    def run(self, code: str, **env: str) -> str:
        """Run code in a process of its own and return what it printed."""
        done = subprocess.run(self.command(code), env={**self.env, **env}, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self, code: str) -> subprocess.Popen[bytes]:
        """Start it and don't wait."""
        return subprocess.Popen(self.command(code), env=self.env, cwd=ROOT)

    def command(self, code: str) -> list[str]:
        """`manage.py shell` with the names of HEAD."""
        return [sys.executable, "manage.py", "shell", "--no-imports", "-c", HEAD + code]

    def record_fact(self, **env: str) -> None:
        """In a process that ends with it."""
        self.run("with bind(sandbox()) as workspace: record(workspace, FACT, data={})", **env)

    def states(self) -> str:
        """Status and tries of each delivery."""
        return self.run("with bind(sandbox()): print([(d.status, d.tries) for d in Delivery.objects.order_by('id')])")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    local = tmp_path_factory.mktemp("house")
    taken = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    env = {name: value for name, value in os.environ.items() if name not in taken}
    built = House(local, {**env, "CREDIRA_LOCAL_DIR": str(local), "CREDIRA_NO_BOOTSTRAP": "1"})
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=built.env, cwd=ROOT, check=True)
    built.run("from creditors.services import create_creditor\ncreate_creditor(name='Acme', slug='acme')")
    yield built
    embedded.stop(local)


@pytest.fixture
def receiver(house: House) -> Iterator[HTTPServer]:
    """An endpoint of the sandbox, the only one while the test runs."""
    with HTTPServer(threaded=True) as server:
        house.run(
            "with bind(sandbox()) as workspace:\n"
            f"    services.create_endpoint(workspace=workspace, url={server.url_for('/hook')!r})"
        )
        yield server
        house.run(
            "with bind(sandbox()) as workspace:\n"
            "    from webhooks.selectors import list_endpoints\n"
            "    [services.delete_endpoint(workspace=workspace, endpoint_id=e.id) for e in list_endpoints(workspace)]"
        )


def test_a_worker_killed_in_the_middle_of_a_delivery(house: House, receiver: HTTPServer) -> None:
    arrived, release = threading.Event(), threading.Event()

    def hang(request: Request) -> Response:
        arrived.set()
        release.wait(20)
        return Response("too late")

    receiver.expect_ordered_request("/hook").respond_with_handler(hang)
    receiver.expect_ordered_request("/hook").respond_with_data("ok")
    house.record_fact()
    worker = house.start("LANE.run()")
    assert arrived.wait(20)

    worker.send_signal(signal.SIGKILL)
    worker.wait()
    release.set()
    house.run("LANE.run()")
    assert house.states() == "[('pending', 0)]"
    house.run(
        "with bind(sandbox()): Delivery.objects.update(lease_until=clock.wall() - dt.timedelta(seconds=1))\nLANE.run()"
    )

    assert house.states() == "[('delivered', 1)]"
    first, second = (request for request, _ in receiver.log)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.get_data() == second.get_data()


def test_postgresql_crashed_and_valkey_down_after_the_fact(house: House, receiver: HTTPServer) -> None:
    receiver.expect_request("/hook").respond_with_data("ok")
    house.record_fact(REDIS_URL=DEAD_VALKEY)

    postmaster = int((house.local / "pg" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGQUIT)  # no checkpoint: the next start recovers from the log
    while _runs(postmaster):
        time.sleep(0.05)
    house.run("from webhooks.due import wake_lane\nwake_lane()\nLANE.run()")

    assert house.states().endswith("('delivered', 1)]")
    assert len(receiver.log) == 1


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path(f"/proc/{pid}/stat").exists() else True
