"""Actors of the sweep. One per queue, so that a burst of documents never delays a call."""

from uuid import UUID

from credira.work.actors import actor
from credira.work.sweep import run, sweep

QUEUES = ("default", "calls", "emails", "documents", "webhooks", "clock")


@actor("work.nudge", max_retries=0)
def nudge(workspace_id: str) -> None:
    """Something became due: look at the workspace now instead of at the scheduler's next second."""
    sweep(UUID(workspace_id))


def _declare(queue: str) -> None:
    @actor(f"work.run.{queue}", queue=queue, max_retries=0, time_limit_ms=600_000)
    def work_run(workspace_id: str, due_id: str, fence: int) -> None:
        """Do one claimed due row."""
        run(UUID(workspace_id), UUID(due_id), fence)


for _queue in QUEUES:
    _declare(_queue)
