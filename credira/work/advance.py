"""Advancing a sandbox's clock: a job in steps, so that it survives any death.

Freeze; go to the next instant at which something is due or somebody acts; let the ordinary sweep do what is due there;
let the simulated people act; when all is quiet and something still counts as in flight, ask about it; go on.
"""

import datetime as dt
import time
from uuid import UUID

from django.db import transaction

from credira.core import clock
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import flight
from credira.work.due import next_due_at, on_due, schedule
from credira.work.jobs import create_job, fail, finish, get_job, report
from credira.work.models import Due, Job
from credira.work.sweep import sweep
from credira.work.world import world

KIND = "work.advance"
MAX_SPAN = dt.timedelta(days=800)
_BUDGET_S = 20.0  # a handler hands its row back in time, well within the lease
_QUIET_S = 90.0  # an instant that doesn't come to rest within this is left as it is, and the job says so
_POLL_S = 0.02
_PATIENCE = 3  # tries for which the clock waits at an instant; what fails longer goes on by itself


def start_advance(*, workspace: Workspace, to: dt.datetime) -> Job:
    """Begin to move the sandbox's clock to ``to``. Call it bound.

    Raises ``Conflict`` for a live workspace or while another advance runs, ``InvalidRequest`` for a time that isn't
    later or lies more than 800 days ahead.
    """
    locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
    if locked.livemode:
        raise Conflict("A live workspace keeps real time.")
    if running_advance(workspace) is not None:
        raise Conflict("The clock is being advanced already.")
    now = locked.clock.now()
    if not now < to <= now + MAX_SPAN:
        raise InvalidRequest(
            "The clock can go forward by up to 800 days.",
            details=[{"field": "to", "message": "Not later than now, or too far ahead."}],
        )
    job = create_job(
        workspace,
        KIND,
        total=max(1, int((to - now).total_seconds())),
        data={"to": to.isoformat(), "from": now.isoformat(), "was_frozen": locked.clock_frozen_at is not None},
    )
    _freeze(locked, now)
    schedule(workspace, KIND, job.pk, clock.wall(), clock="wall")
    return job


def running_advance(workspace: Workspace) -> Job | None:
    """The advance that is under way, or None. Call it bound."""
    return Job.objects.filter(workspace=workspace, kind=KIND, status__in=["queued", "running"]).first()


def set_clock(*, workspace: Workspace, now: dt.datetime, frozen: bool = False) -> None:
    """Set the sandbox's clock, running or standing still; only while the workspace is empty (else ``Conflict``).

    Call it bound; the simulated world is told after the commit.
    """
    locked = Workspace.objects.select_for_update().get(pk=workspace.pk)
    if locked.livemode:
        raise Conflict("A live workspace keeps real time.")
    if Due.objects.filter(workspace=workspace).exists():
        raise Conflict("The clock can only be set in an empty workspace; advance it instead.")
    locked.clock_frozen_at = now if frozen else None
    locked.clock_offset = dt.timedelta(0) if frozen else now - clock.wall()
    locked.save(update_fields=["clock_frozen_at", "clock_offset"])
    transaction.on_commit(lambda: world().set_clock(locked, now, frozen=frozen))


def _given_up(workspace: Workspace, job_id: UUID) -> None:
    fail(get_job(workspace, job_id), "The clock stands still: its work failed again and again. Advance it anew.")


@on_due(KIND, queue="clock", given_up=_given_up)
def step(workspace: Workspace, job_id: UUID) -> None:
    """Go on with an advance for some seconds, then hand the row back."""
    deadline = time.monotonic() + _BUDGET_S
    with bind(workspace):
        job = get_job(workspace, job_id)
    if job.status in (Job.Status.COMPLETED, Job.Status.FAILED):
        return
    target = dt.datetime.fromisoformat(job.data["to"])
    while time.monotonic() < deadline:
        now = _settle(workspace, job)
        if now >= target:
            _arrive(workspace, job, target)
            return
        _go_to(workspace, job, _next_stop(workspace, now, target))
    with bind(workspace):
        schedule(workspace, KIND, job_id, clock.wall(), clock="wall")


def _settle(workspace: Workspace, job: Job) -> dt.datetime:
    """Let everything that belongs to this instant happen. Returns the instant."""
    with bind(workspace) as bound:
        now = bound.clock.now()
    world().set_clock(workspace, now, frozen=True)
    deadline = time.monotonic() + _QUIET_S
    asked = False
    while time.monotonic() < deadline:
        sweep(workspace.pk)
        if _due_now(workspace, now):
            time.sleep(_POLL_S)
            continue
        tick = world().tick(workspace)
        if tick.acted or _due_now(workspace, now):
            continue
        if asked or not _in_flight(workspace):
            job.data["world_next_at"] = tick.next_at.isoformat() if tick.next_at else None
            return now
        for source in flight.sources():
            source.reconcile(workspace)
        asked = True
    with bind(workspace):
        report(job, message=f"Went on at {now:%Y-%m-%d %H:%M} with work unfinished.")
    return now


def _due_now(workspace: Workspace, now: dt.datetime) -> bool:
    """Whether something due at this instant isn't done yet (a row of the job itself doesn't count)."""
    with bind(workspace):
        pending = Due.objects.filter(workspace=workspace, done_at=None, failed_at=None).exclude(kind=KIND)
        return (
            pending.filter(clock="business", due_at__lte=now, attempts__lt=_PATIENCE).exists()
            or pending.filter(clock="wall", due_at__lte=clock.wall(), attempts=0).exists()
        )


def _in_flight(workspace: Workspace) -> bool:
    with bind(workspace) as bound:
        return any(source.count(bound) for source in flight.sources())


def _next_stop(workspace: Workspace, now: dt.datetime, target: dt.datetime) -> dt.datetime:
    with bind(workspace):
        due_at = next_due_at(workspace, after=now)
    acts_at = world().tick(workspace).next_at
    return min(at for at in (due_at, acts_at, target) if at is not None and at > now)


def _go_to(workspace: Workspace, job: Job, stop: dt.datetime) -> None:
    begun = dt.datetime.fromisoformat(job.data["from"])
    with bind(workspace):
        # Never back: a second worker that lost its lease must not undo the first one's progress.
        Workspace.objects.filter(pk=workspace.pk, clock_frozen_at__lt=stop).update(clock_frozen_at=stop)
        done = min(int((stop - begun).total_seconds()), job.total or 0)
        report(job, done=done, message=f"{stop:%Y-%m-%d %H:%M} UTC")


def _arrive(workspace: Workspace, job: Job, target: dt.datetime) -> None:
    with bind(workspace):
        if not job.data["was_frozen"]:
            Workspace.objects.filter(pk=workspace.pk).update(clock_frozen_at=None, clock_offset=target - clock.wall())
        job.refresh_from_db()
        if job.status not in (Job.Status.COMPLETED, Job.Status.FAILED):
            report(job, done=job.total)
            finish(job, f"{target:%Y-%m-%d %H:%M} UTC reached.")
    world().set_clock(workspace, target, frozen=bool(job.data["was_frozen"]))


def _freeze(workspace: Workspace, now: dt.datetime) -> None:
    workspace.clock_frozen_at = now
    workspace.save(update_fields=["clock_frozen_at"])
