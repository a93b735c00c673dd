"""On a machine without Pango everything but PDFs works: pages are served, a notice waits and says for what."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine

from credira.core import clock
from credira.providers.world import World
from credira.tenancy.scope import bind
from credira.work.models import Due
from messaging.services.queue import NOTICE
from tests.messaging.conftest import Debt, work
from tests.messaging.test_send_notice import message_of, place
from tests.processes import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
ROOT = Path(__file__).resolve().parents[2]
# A process that serves a page and does what is due, as web and worker do.
PROCESS = """
import sys, uuid
import django; django.setup()
from django.test import Client
from credira.work import sweep
print(Client().get("/login").status_code)
while claims := sweep.claim(uuid.UUID(sys.argv[1])):
    for claim in claims:
        sweep.run(claim.workspace_id, claim.due_id, claim.fence)
"""


def test_a_notice_waits_for_pango_and_nothing_else_does(debt: Debt, outside: World, tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_text("not a library")
    place(debt)

    without = subprocess.run(
        [sys.executable, "-c", PROCESS, str(debt.workspace.pk)],
        cwd=ROOT,
        env={**environment(), "LD_LIBRARY_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    with bind(debt.workspace):
        waiting = Due.objects.get(kind=NOTICE)

    assert "200" in without.stdout.splitlines()
    assert (waiting.done_at, waiting.failed_at, waiting.attempts) == (None, None, 1)
    assert waiting.last_error.startswith("RendererMissing: PDF letters are off: WeasyPrint needs Pango.")
    assert (message_of(debt).status, outside.ledger()["counts"]["messages"]) == ("queued", 0)

    with time_machine.travel(clock.wall() + dt.timedelta(minutes=6)):  # Pango is there: this process has it
        work(debt.workspace)

    assert (message_of(debt).status, outside.ledger()["counts"]["messages"]) == ("sent", 1)
