"""Progress of work that goes on after a 202."""

from typing import Any
from uuid import UUID

from credira.core import clock
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.work.models import Job


def create_job(
    workspace: Workspace,
    kind: str,
    object_id: UUID | None = None,
    total: int | None = None,
    data: dict[str, Any] | None = None,
) -> Job:
    """A queued job. ``data`` is what its handler needs to go on after any death; JSON only."""
    return Job.objects.create(workspace=workspace, kind=kind, object_id=object_id, total=total, data=data or {})


def get_job(workspace: Workspace, job_id: str | UUID) -> Job:
    """By public id or uuid. Raises ``NotFound``."""
    key = parse_id("job", job_id) if isinstance(job_id, str) else job_id
    try:
        return Job.objects.get(workspace=workspace, pk=key)
    except Job.DoesNotExist:
        raise NotFound from None


def report(job: Job, *, done: int | None = None, total: int | None = None, message: str | None = None) -> None:
    """Tell how far the job is; the first report sets it running. One that has ended meanwhile stays as it ended."""
    changes: dict[str, Any] = {
        name: value for name, value in (("done", done), ("total", total), ("message", message)) if value is not None
    }
    open_one = Job.objects.filter(pk=job.pk, status__in=(Job.Status.QUEUED, Job.Status.RUNNING))
    # No compare-and-swap: a worker whose lease ran out may report beside the next one, and neither is at fault.
    changes["status"] = Job.Status.RUNNING
    if open_one.update(**changes, data=job.data, updated_at=clock.wall()):
        for name, value in changes.items():
            setattr(job, name, value)


def finish(job: Job, message: str = "") -> None:
    """The job is done."""
    move(job, Job.Status.COMPLETED, message=message or job.message)


def fail(job: Job, message: str) -> None:
    """The job can't go on; ``message`` tells the person who started it why."""
    move(job, Job.Status.FAILED, message=message[:300])
