"""Dialling in a process of its own, which a test may stop or kill at a named point."""

import datetime as dt
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db.models import F

from campaigns.models import Call
from campaigns.services.calls import schedule_call
from compliance.models import ContactAttempt
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import sweep
from credira.work.advance import KIND as ADVANCE
from credira.work.models import Due
from tests.campaigns.town import Town
from tests.processes import environment

FIVE_MINUTES = dt.timedelta(minutes=5)
# The process says that it is there, and waits for a line before it goes on.
CHILD = """
import sys
import django
django.setup()
from uuid import UUID
from campaigns.services import dialing
from compliance import dispatch
from credira.providers.telephony.twilio import Twilio
from credira.tenancy.scope import across_workspaces
from credira.tenancy.models import Workspace

def stop_before(owner, name):
    original = getattr(owner, name)
    def stopped(*args, **kwargs):
        print("there", flush=True)
        sys.stdin.readline()
        return original(*args, **kwargs)
    setattr(owner, name, stopped)

where = sys.argv[3]
if where == "reserved":
    stop_before(dispatch, "place_call")
if where == "claimed":
    stop_before(Twilio, "place_call")
if where == "answered":
    stop_before(dialing, "_placed")
with across_workspaces():
    workspace = Workspace.objects.get(id=UUID(sys.argv[1]))
dialing.dial(workspace, UUID(sys.argv[2]))
print("done", flush=True)
"""


class Dialer:
    """One worker process with one call to dial."""

    def __init__(self, workspace: Workspace, call_id: UUID, stop_at: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(workspace.pk), str(call_id), stop_at],
            env=environment(),
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """At once, as kill -9 does; harmless when it has ended."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def dialer(town: Town, call: Call, stop_at: str) -> Iterator[Dialer]:
    """A worker that stops at ``reserved``, ``claimed`` (the next thing is the socket) or ``answered``."""
    worker = Dialer(town.workspace, call.id, stop_at)
    try:
        worker.wait_for("there")
        yield worker
    finally:
        worker.kill()


def plan(town: Town) -> Call:
    """A call to the first of the town's people, now."""
    with bind(town.workspace) as bound:
        return schedule_call(workspace=bound, account_id=town.accounts[0])


def read(town: Town, call: Call) -> Call:
    with bind(town.workspace) as bound:
        return Call.objects.get(workspace=bound, id=call.id)


def work(town: Town) -> None:
    """Do what is due in the sandbox, as the workers would, and let its people act."""
    while claims := sweep.claim(town.workspace.id):
        for claim in claims:
            sweep.run(claim.workspace_id, claim.due_id, claim.fence)
    town.world.tick()


def let_pass(town: Town, times: int = 3) -> None:
    """Let five of the machine's minutes go by, some times over: leases end, what waits for that clock is due."""
    for _ in range(times):
        age(town)
        work(town)


def age(town: Town) -> None:
    """Five of the machine's minutes are over."""
    with bind(town.workspace) as bound:
        ContactAttempt.objects.filter(workspace=bound, lease_until__isnull=False).update(
            lease_until=F("lease_until") - FIVE_MINUTES
        )
        Call.objects.filter(workspace=bound, dialed_wall__isnull=False).update(
            dialed_wall=F("dialed_wall") - FIVE_MINUTES
        )
        waiting = Due.objects.filter(workspace=bound, clock="wall", done_at=None).exclude(kind=ADVANCE)
        waiting.update(due_at=F("due_at") - FIVE_MINUTES, lease_until=None)


def in_flight(town: Town) -> int:
    """Calls and attempts whose end isn't known."""
    with bind(town.workspace) as bound:
        open_calls = Call.objects.filter(workspace=bound, status__in=("dialing", "ringing", "in_progress")).count()
        return (
            open_calls
            + ContactAttempt.objects.filter(
                workspace=bound, status__in=("reserved", "claimed", "unknown", "dispatched")
            ).count()
        )
