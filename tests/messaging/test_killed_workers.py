"""A worker process is killed, or stopped, around the sending of a mail: the simulator's ledger counts one."""

import datetime as dt
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.due import reconcile_all
from compliance.models import ContactAttempt
from credira.core import clock
from credira.providers import transport
from credira.providers.world import World
from credira.tenancy.scope import bind
from messaging.models import Message
from tests.messaging.conftest import Debt, work
from tests.processes import environment

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0
# Sends one message, but says so and waits for a word between the claim and the way to the provider.
WORKER = """
import sys, uuid
import django; django.setup()
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from messaging.services import sending
with bind(uuid.UUID(sys.argv[1])) as workspace: pass
go_on = sending.hand_over
def waiting(*args):
    print("claimed", flush=True)
    sys.stdin.readline()
    go_on(*args)
sending.hand_over = waiting
sending.send_email(workspace, uuid.UUID(sys.argv[2]))
"""


@pytest.fixture
def planned(transactional_db: None, debt: Debt, outside: World) -> Message:
    return debt.queue()


def start(debt: Debt, message: Message) -> subprocess.Popen[bytes]:
    """A worker process that has claimed the message and stands before the provider's door."""
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(debt.workspace.id), str(message.id)],
        env=environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"claimed\n"
    return worker


def go_on(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdin is not None
    worker.stdin.write(b"\n")
    worker.stdin.flush()


def kill(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate(timeout=10)


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def fault_met(outside: World) -> bool:
    return any(fault["hits"] for fault in transport.read(f"{outside.url}/faults", auth=outside.auth)["faults"])


def mails(outside: World) -> int:
    return int(outside.ledger()["counts"]["messages"])


def ask_about(debt: Debt) -> None:
    """What the due row does once the dead worker's lease and its margin are over."""
    with bind(debt.workspace):
        over = clock.wall() - dt.timedelta(minutes=1)
        assert ContactAttempt.objects.filter(status="claimed").update(lease_until=over) == 1
    reconcile_all(debt.workspace)
    work(debt.workspace)


def test_killed_before_the_provider_another_worker_sends_it(debt: Debt, outside: World, planned: Message) -> None:
    kill(start(debt, planned))
    assert (debt.read(planned).status, mails(outside)) == ("sending", 0)

    work(debt.workspace)

    assert (debt.read(planned).status, mails(outside)) == ("sent", 1)


def test_killed_while_the_provider_takes_it_the_provider_is_asked(debt: Debt, outside: World, planned: Message) -> None:
    outside.misbehave({"kind": "hang", "target": "mail", "count": 1, "seconds": 2})
    worker = start(debt, planned)
    go_on(worker)
    until(lambda: fault_met(outside))

    kill(worker)
    until(lambda: mails(outside) == 1)
    work(debt.workspace)
    assert debt.read(planned).status == "sending"
    ask_about(debt)

    assert (debt.read(planned).status, mails(outside)) == ("sent", 1)


def test_killed_before_the_answer_the_provider_is_asked(debt: Debt, outside: World, planned: Message) -> None:
    outside.misbehave({"kind": "timeout_after", "target": "mail", "count": 1, "seconds": 8})
    worker = start(debt, planned)
    go_on(worker)
    until(lambda: mails(outside) == 1)

    kill(worker)
    work(debt.workspace)
    assert debt.read(planned).status == "sending"
    ask_about(debt)

    [kept] = outside.ledger()["messages"]
    assert (debt.read(planned).status, debt.read(planned).reference) == ("sent", kept["id"])


def test_a_worker_that_was_frozen_finds_the_mail_sent(debt: Debt, outside: World, planned: Message) -> None:
    worker = start(debt, planned)
    worker.send_signal(signal.SIGSTOP)

    work(debt.workspace)
    assert (debt.read(planned).status, mails(outside)) == ("sent", 1)
    worker.send_signal(signal.SIGCONT)
    worker.communicate(b"\n", timeout=20)

    assert worker.returncode == 0
    assert (debt.read(planned).status, mails(outside)) == ("sent", 1)
