"""Due rows: done once, tried again, fenced, fair, by two clocks."""

import datetime as dt
from uuid import UUID

import pytest
import time_machine

from credira.core import clock
from credira.core.errors import Unavailable
from credira.core.ids import uuid7
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import sweep
from credira.work.due import on_due, schedule, unschedule
from credira.work.models import Due
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db(transaction=True)
done: list[UUID] = []
broken: set[UUID] = set()
absent: set[UUID] = set()
given_up: list[UUID] = []


def told(workspace: Workspace, object_id: UUID) -> None:
    given_up.append(object_id)


@on_due("test.work", given_up=told)
def do(workspace: Workspace, object_id: UUID) -> None:
    if object_id in broken:
        raise RuntimeError("not today")
    if object_id in absent:
        raise Unavailable("not here yet")
    done.append(object_id)


@pytest.fixture(autouse=True)
def _forget() -> None:
    done.clear()
    given_up.clear()
    broken.clear()
    absent.clear()


def put(workspace: Workspace, at: dt.datetime, *, wall: bool = False) -> UUID:
    object_id = uuid7()
    with bind(workspace) as bound:
        schedule(bound, "test.work", object_id, at, clock="wall" if wall else "business")
    return object_id


def run_all() -> None:
    for claim in sweep.claim():
        sweep.run(claim.workspace_id, claim.due_id, claim.fence)


def test_what_is_due_is_done_once_and_what_is_not_waits() -> None:
    workspace = make_workspace()
    now = clock.wall()
    due, later = put(workspace, now), put(workspace, now + dt.timedelta(hours=1))

    run_all()
    run_all()

    assert done == [due]
    with bind(workspace):
        assert Due.objects.get(object_id=later).done_at is None


def test_a_failed_row_rests_and_is_tried_again() -> None:
    workspace = make_workspace()
    object_id = put(workspace, clock.wall())
    broken.add(object_id)

    run_all()
    assert sweep.claim() == []  # it rests

    broken.clear()
    absent.clear()
    with time_machine.travel(clock.wall() + dt.timedelta(seconds=2)):
        run_all()
    assert done == [object_id]


def test_a_failed_row_rests_twice_as_long_each_time_and_five_minutes_at_most() -> None:
    pauses = [sweep.pause(attempts).total_seconds() for attempts in range(1, 12)]

    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_row_that_keeps_failing_is_given_up_and_says_why() -> None:
    workspace = make_workspace()
    object_id = put(workspace, clock.wall())
    broken.add(object_id)

    at = clock.wall()
    for _ in range(sweep.MAX_ATTEMPTS):
        at += dt.timedelta(minutes=6)
        with time_machine.travel(at):
            run_all()

    with bind(workspace):
        row = Due.objects.get(object_id=object_id)
    assert row.failed_at is not None
    assert row.attempts == sweep.MAX_ATTEMPTS
    assert row.last_error == "RuntimeError: not today"


def test_what_waits_for_something_that_is_not_there_is_never_given_up() -> None:
    workspace = make_workspace()
    object_id = put(workspace, clock.wall())
    absent.add(object_id)

    tries = sweep.MAX_ATTEMPTS + 2
    for number in range(tries):
        with time_machine.travel(clock.wall() + dt.timedelta(minutes=10 * number)):
            [claim] = sweep.claim()
            sweep.run(claim.workspace_id, claim.due_id, claim.fence)
    with bind(workspace):
        row = Due.objects.get(object_id=object_id)
    absent.clear()
    with time_machine.travel(clock.wall() + dt.timedelta(minutes=10 * tries)):
        [claim] = sweep.claim()
        sweep.run(claim.workspace_id, claim.due_id, claim.fence)

    assert (row.failed_at, row.attempts, row.last_error) == (None, tries, "Unavailable: not here yet")
    assert done == [object_id]


def test_a_worker_that_died_loses_its_lease_to_the_next() -> None:
    workspace = make_workspace()
    object_id = put(workspace, clock.wall())
    first = sweep.claim()[0]  # and dies here

    with time_machine.travel(clock.wall() + dt.timedelta(minutes=2)):
        second = sweep.claim()[0]
        assert not sweep.run(first.workspace_id, first.due_id, first.fence)  # the late one finds its fence gone
        assert sweep.run(second.workspace_id, second.due_id, second.fence)

    assert done == [object_id]


def test_scheduling_again_replaces_and_unscheduling_takes_back() -> None:
    workspace = make_workspace()
    kept, gone = put(workspace, clock.wall()), put(workspace, clock.wall())
    with bind(workspace) as bound:
        schedule(bound, "test.work", kept, clock.wall() + dt.timedelta(days=1))
        unschedule(bound, "test.work", gone)

    run_all()

    assert done == []


def test_what_is_done_cannot_be_taken_back() -> None:
    workspace = make_workspace()
    object_id = put(workspace, clock.wall())
    run_all()

    with bind(workspace) as bound:
        unschedule(bound, "test.work", object_id)
        assert Due.objects.get(object_id=object_id).done_at is not None


def test_a_sandbox_is_swept_by_its_own_clock() -> None:
    ahead, real = make_workspace(), make_workspace()
    tomorrow = clock.wall() + dt.timedelta(days=1)
    with bind(ahead) as bound:
        Workspace.objects.filter(pk=bound.pk).update(clock_offset=dt.timedelta(days=2))
    early = put(ahead, tomorrow)
    put(real, tomorrow)
    wall = put(ahead, tomorrow, wall=True)

    run_all()

    assert done == [early]
    assert wall not in done


def test_a_full_tenant_does_not_starve_another(monkeypatch: pytest.MonkeyPatch) -> None:
    busy, quiet = make_workspace(), make_workspace()
    for _ in range(5):
        put(busy, clock.wall() - dt.timedelta(days=1))
    mine = put(quiet, clock.wall())

    claimed = sweep.claim(limit=2)

    with bind(quiet):
        wanted = Due.objects.get(object_id=mine).pk
    assert len(claimed) == 3
    assert wanted in {claim.due_id for claim in claimed}


def test_after_eight_failures_a_row_is_given_up_once_and_its_owner_told() -> None:
    workspace = make_workspace()
    object_id = put(workspace, clock.wall())
    broken.add(object_id)

    for _ in range(10):
        with time_machine.travel(clock.wall() + dt.timedelta(minutes=10), tick=False):
            run_all()
        with bind(workspace):
            Due.objects.filter(lease_until__isnull=False).update(lease_until=clock.wall())

    with bind(workspace):
        row = Due.objects.get(object_id=object_id)
    assert (row.attempts, row.last_error) == (8, "RuntimeError: not today")
    assert row.failed_at is not None
    assert given_up == [object_id]
