"""A sandbox's clock is moved only while nothing is on its way to the outside world."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

import pytest
from django.db import connections

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import advance, flight, world
from credira.work.jobs import report
from credira.work.models import Due, Job
from credira.work.stillness import holding_clock, moving_clock
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db(transaction=True)

START = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
T = TypeVar("T")


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A sandbox in which nobody lives, at START."""
    monkeypatch.setattr(world, "_world", world.EmptyWorld())
    workspace = make_workspace()
    with bind(workspace):
        Workspace.objects.filter(pk=workspace.pk).update(clock_frozen_at=START)
    return workspace


def advancing(workspace: Workspace) -> Job:
    """An advance by a day that no worker has taken up."""
    with bind(workspace) as bound:
        job = advance.start_advance(workspace=bound, to=START + 24 * HOUR)
        Due.objects.filter(workspace=bound).delete()
    return job


def now(workspace: Workspace) -> dt.datetime:
    with bind(workspace) as bound:
        return bound.clock.now()


def apart(work: Callable[..., T], *args: object) -> T:
    """For a thread of its own: its connection goes back."""
    try:
        return work(*args)
    finally:
        connections.close_all()


def test_the_clock_waits_for_who_holds_it(sandbox: Workspace) -> None:
    job = advancing(sandbox)

    with ThreadPoolExecutor(1) as thread:
        with holding_clock(sandbox):
            moving = thread.submit(apart, advance._go_to, sandbox, job, START, START + HOUR)
            with pytest.raises(NotYet):
                moving.result(timeout=0.5)

        assert moving.result(timeout=20) == START + HOUR
    assert now(sandbox) == START + HOUR


def test_any_number_may_hold_it_at_once(sandbox: Workspace) -> None:
    with ThreadPoolExecutor(1) as thread, holding_clock(sandbox):
        assert thread.submit(apart, held_at, sandbox).result(timeout=20) == START


def test_who_waited_to_hold_it_reads_it_anew(sandbox: Workspace) -> None:
    with ThreadPoolExecutor(1) as thread:
        with moving_clock(sandbox):
            holding = thread.submit(apart, held_at, sandbox)
            with pytest.raises(NotYet):
                holding.result(timeout=0.5)
            Workspace.objects.filter(pk=sandbox.pk).update(clock_frozen_at=START + HOUR)

        assert holding.result(timeout=20) == START + HOUR


def held_at(workspace: Workspace) -> dt.datetime:
    with holding_clock(workspace) as bound:
        return bound.clock.now()


def test_the_clock_stands_while_a_contact_is_in_doubt(sandbox: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    doubt = flight.InFlight("example", count=lambda _: 1, unsure=lambda _: 1, reconcile=lambda _: None)
    monkeypatch.setitem(flight._registry, "example", doubt)
    job = advancing(sandbox)

    assert advance._go_to(sandbox, job, START, START + HOUR) == START
    assert now(sandbox) == START


def test_a_worker_that_lost_the_job_moves_nothing(sandbox: Workspace) -> None:
    job = advancing(sandbox)
    with bind(sandbox):
        Workspace.objects.filter(pk=sandbox.pk).update(clock_frozen_at=START + 2 * HOUR)

    assert advance._go_to(sandbox, job, START, START + HOUR) == START + 2 * HOUR
    assert now(sandbox) == START + 2 * HOUR


def test_workers_that_step_one_advance_at_once_end_it_once(sandbox: Workspace) -> None:
    job = advancing(sandbox)

    with ThreadPoolExecutor(4) as pool:
        for stepped in [pool.submit(apart, advance.step, sandbox, job.pk) for _ in range(4)]:
            stepped.result(timeout=30)  # raises what the worker raised

    with bind(sandbox):
        job.refresh_from_db()
    assert (job.status, job.done, job.message) == ("completed", job.total, "2026-11-25 15:05 UTC reached.")
    assert now(sandbox) == START + 24 * HOUR


def test_a_report_that_comes_late_leaves_an_ended_job_as_it_is(sandbox: Workspace) -> None:
    late = advancing(sandbox)
    advance.step(sandbox, late.pk)

    with bind(sandbox):
        report(late, done=1, message="On the way.")
        late.refresh_from_db()

    assert (late.status, late.done, late.message) == ("completed", late.total, "2026-11-25 15:05 UTC reached.")
