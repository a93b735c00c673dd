"""Advancing a sandbox's clock: a job in steps, so that it survives any death.

Freeze; go to the next instant at which something is due or somebody acts; let the ordinary sweep do what is due there;
let the simulated people act; when all is quiet and something still counts as in flight, ask about it; wait for what
nobody can say anything of yet (a worker died over it); go on.
"""

import datetime as dt
import time
from typing import Literal
from uuid import UUID

from django.db import transaction

from credira.core import clock
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work import flight
from credira.work.due import next_due_at, on_due, schedule
from credira.work.incidents import record_incident
from credira.work.jobs import create_job, fail, finish, get_job, report
from credira.work.models import Due, Job
from credira.work.stillness import moving_clock
from credira.work.sweep import sweep
from credira.work.world import world

KIND = "work.advance"
MAX_SPAN = dt.timedelta(days=800)
_BUDGET_S = 20.0  # a handler hands its row back in time, well within the lease
# An instant that doesn't come to rest within this is left as it is, and the job says so: the lease of a dead worker's
# contact (60 s), and two looks at the vendor.
_QUIET = dt.timedelta(seconds=150)
_POLL_S = 0.02
_PATIENCE = 3  # tries for which the clock waits at an instant; what fails longer goes on by itself
_DOUBT_S = 0.25


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
    with bind(workspace) as bound:
        job = get_job(workspace, job_id)
        now = bound.clock.now()
    if job.status in (Job.Status.COMPLETED, Job.Status.FAILED):
        return
    if job.status == Job.Status.QUEUED:
        world().set_clock(workspace, now, frozen=True)
    target = dt.datetime.fromisoformat(job.data["to"])
    while _settle(workspace, job, now, deadline):
        if now >= target:
            _arrive(workspace, job, target)
            return
        now = _go_to(workspace, job, now, _next_stop(workspace, now, target))
    with bind(workspace):
        schedule(workspace, KIND, job_id, clock.wall(), clock="wall")


def _settle(workspace: Workspace, job: Job, now: dt.datetime, deadline: float) -> bool:
    """Let everything that belongs to this instant happen. False: the deadline came first."""
    asked = False
    while time.monotonic() < deadline:
        sweep(workspace.pk)
        if _due_now(workspace, now):
            time.sleep(_POLL_S)
        elif world().tick(workspace).acted or _due_now(workspace, now):
            continue
        elif not _any(workspace, "count") or (asked and not _any(workspace, "unsure")):
            return True
        elif asked:
            # Their own due rows ask again; asking more often might find nothing of what a slow vendor still places.
            time.sleep(_DOUBT_S)
        else:
            for source in flight.sources():
                source.reconcile(workspace)
            asked = True
    return _has_waited_long(workspace, job, now)


def _has_waited_long(workspace: Workspace, job: Job, now: dt.datetime) -> bool:
    """Whether this instant is to be left as it is. The job remembers between its turns since when it stands there."""
    wall, waiting = clock.wall(), job.data.get("waiting", {})
    if waiting.get("at") != now.isoformat():
        job.data["waiting"] = {"at": now.isoformat(), "since": wall.isoformat()}
        with bind(workspace):
            report(job, message=f"{now:%Y-%m-%d %H:%M} UTC, waiting for what is in flight")
        return False
    if wall - dt.datetime.fromisoformat(waiting["since"]) <= _QUIET:
        return False
    if not waiting.get("left"):
        job.data["waiting"]["left"] = True
        message = f"The clock went on at {now:%Y-%m-%d %H:%M} UTC with work unfinished."
        with bind(workspace) as bound:
            record_incident(bound, KIND, message, job.pk)
            report(job)
    return True


def _due_now(workspace: Workspace, now: dt.datetime) -> bool:
    """Whether something due at this instant isn't done yet (a row of the job itself doesn't count)."""
    with bind(workspace):
        pending = Due.objects.filter(workspace=workspace, done_at=None, failed_at=None).exclude(kind=KIND)
        return (
            pending.filter(clock="business", due_at__lte=now, attempts__lt=_PATIENCE).exists()
            or pending.filter(clock="wall", due_at__lte=clock.wall(), attempts=0).exists()
        )


def _any(workspace: Workspace, what: Literal["count", "unsure"]) -> bool:
    """Whether something is in flight, or in doubt."""
    with bind(workspace) as bound:
        return any(getattr(source, what)(bound) for source in flight.sources())


def _next_stop(workspace: Workspace, now: dt.datetime, target: dt.datetime) -> dt.datetime:
    with bind(workspace):
        due_at = next_due_at(workspace, after=now)
    tick = world().tick(workspace)
    stop = min(at for at in (due_at, tick.next_at, target) if at is not None and at > now)
    # A worker that died between the two clocks left the world ahead, and it never runs back.
    return stop if tick.now is None else max(stop, tick.now)


def _go_to(workspace: Workspace, job: Job, now: dt.datetime, stop: dt.datetime) -> dt.datetime:
    """Move both clocks to ``stop``. Returns the instant at which they stand: ``now`` when something began meanwhile.

    The world's first: nobody reaches a provider before ours is there too, and it never runs back.
    """
    waiting = job.data.get("waiting", {})
    left = waiting.get("at") == now.isoformat() and waiting.get("left", False)
    with moving_clock(workspace) as bound:
        if bound.clock.now() != now:
            return bound.clock.now()  # another worker took the job, whose lease we lost
        if not left and (_due_now(bound, now) or _any(bound, "unsure")):
            return now
        world().set_clock(bound, stop, frozen=True)
        Workspace.objects.filter(pk=bound.pk).update(clock_frozen_at=stop)
        begun = dt.datetime.fromisoformat(job.data["from"])
        report(job, done=min(int((stop - begun).total_seconds()), job.total or 0), message=f"{stop:%Y-%m-%d %H:%M} UTC")
    return stop


def _arrive(workspace: Workspace, job: Job, target: dt.datetime) -> None:
    with bind(workspace):
        # Two workers may arrive at once, when one lost its lease: the second finds the job done, and the clock let go.
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.status in (Job.Status.COMPLETED, Job.Status.FAILED):
            return
        if not job.data["was_frozen"]:
            Workspace.objects.filter(pk=workspace.pk).update(clock_frozen_at=None, clock_offset=target - clock.wall())
        report(job, done=job.total)
        finish(job, f"{target:%Y-%m-%d %H:%M} UTC reached.")
    world().set_clock(workspace, target, frozen=bool(job.data["was_frozen"]))


def _freeze(workspace: Workspace, now: dt.datetime) -> None:
    workspace.clock_frozen_at = now
    workspace.save(update_fields=["clock_frozen_at"])
