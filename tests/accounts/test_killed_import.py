"""A worker process is killed in the middle of a file, or outlived by its lease: nothing is lost and nothing doubled."""

import datetime as dt
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from accounts.importer import run as importer
from accounts.ledger.models import Entry
from accounts.models import Account, Placement, PlacementRefusal
from accounts.places import STATE_NAMES
from accounts.services import placements, start_placement
from accounts.services.placements import IMPORT
from audit.models import Event
from compliance.models import ValidationNotice
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import sweep
from credira.work.models import Due
from tests.placing import make_collector

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = settings.BASE_DIR / "demo" / "accounts.csv"
ROWS, PART = 1_000, 250
# Takes up the file's due row as a worker does, and stops inside the second part's transaction, its rows written.
WORKER = """
import sys, uuid
import django; django.setup()
from accounts.importer import run as importer
from credira.work.sweep import claim, run
importer.ROWS_PER_PART = int(sys.argv[2])
count, parts = importer._count, []
def counting(placement, outcomes):
    parts.append(count(placement, outcomes))
    if len(parts) == 2:
        print("written", flush=True)
        sys.stdin.readline()
importer._count = counting
[mine] = [found for found in claim(only=uuid.UUID(sys.argv[1])) if found.kind == "accounts.import"]
run(mine.workspace_id, mine.due_id, mine.fence)
"""


@pytest.fixture
def workspace() -> Workspace:
    return make_collector(places=(*STATE_NAMES, "NY-NYC")).sandbox


@pytest.fixture
def placement(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Placement:
    """The sample file, waiting in four parts."""
    for module in (importer, placements):
        monkeypatch.setattr(module, "ROWS_PER_PART", PART)
    with SAMPLE.open("rb") as file, bind(workspace) as bound:
        return start_placement(workspace=bound, file=file, filename="accounts.csv")


def killed_in_the_second_part(workspace: Workspace) -> None:
    name = connection.settings_dict["NAME"]
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(workspace.pk), str(PART)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": re.sub(r"/\w+(?=\?|$)", f"/{name}", os.environ["DATABASE_URL"], count=1),
        },
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"written\n"
    worker.kill()
    worker.communicate(timeout=10)


def another_worker(workspace: Workspace) -> int:
    """Does the file's due row, if it may be taken; how many it took."""
    mine = [found for found in sweep.claim(only=workspace.pk) if found.kind == IMPORT]
    for found in mine:
        sweep.run(found.workspace_id, found.due_id, found.fence)
    return len(mine)


def read(placement: Placement) -> Placement:
    with bind(placement.workspace_id):
        return Placement.objects.get(pk=placement.pk)


def test_a_killed_worker_leaves_whole_parts_and_another_goes_on(workspace: Workspace, placement: Placement) -> None:
    killed_in_the_second_part(workspace)
    with bind(workspace):
        assert (read(placement).done, Account.objects.count()) == (PART, PART)
        assert Event.objects.filter(type="account.placed").count() == PART
    assert another_worker(workspace) == 0  # the dead one's lease lasts

    with bind(workspace):
        Due.objects.filter(kind=IMPORT).update(lease_until=clock.wall() - dt.timedelta(seconds=1))
    assert another_worker(workspace) == 1

    after = read(placement)
    assert (after.status, after.done, after.placed, after.refused) == ("completed", ROWS, ROWS, 0)
    with bind(workspace):
        assert Account.objects.count() == ROWS
        assert sorted(Account.objects.values_list("placement_row", flat=True)) == list(range(2, ROWS + 2))
        assert Entry.objects.filter(kind="placement").count() == ROWS
        assert Event.objects.filter(type="account.placed").count() == ROWS
        assert Event.objects.filter(type="placement.completed").count() == 1
        noticed = list(ValidationNotice.objects.values_list("account_id", flat=True))
        assert len(noticed) == len(set(noticed))
        assert Due.objects.get(kind=IMPORT).done_at is not None


def test_whoever_shares_a_file_returns_only_when_it_is_complete(workspace: Workspace, placement: Placement) -> None:
    """A lease may end before a large file does: the second worker must not report the due row done meanwhile."""
    seen: list[tuple[str, int]] = []

    def work() -> None:
        try:
            importer.run_placement(workspace, placement.pk)
            after = read(placement)
            seen.append((after.status, after.done))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert seen == [("completed", ROWS)] * 2
    with bind(workspace):
        assert (Account.objects.count(), PlacementRefusal.objects.count()) == (ROWS, 0)
        assert Event.objects.filter(type="placement.completed").count() == 1
