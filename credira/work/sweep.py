"""The sweep: picks up what is due and not done, fairly between workspaces, and runs it."""

import datetime as dt
import logging
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from credira.core import clock
from credira.core.errors import Unavailable
from credira.tenancy.scope import across_workspaces, bind
from credira.work import due
from credira.work.enqueue import enqueue
from credira.work.models import Due

logger = logging.getLogger("credira.work")

PER_WORKSPACE = 50
MAX_ATTEMPTS = 8

# LATERAL with a limit for each workspace: fair between tenants, and a sandbox in another year is found as well.
_CLAIM = """
UPDATE work_due SET lease_until = %(lease)s, fence = fence + 1 WHERE id IN (
  SELECT id FROM work_due WHERE done_at IS NULL AND failed_at IS NULL
    AND (lease_until IS NULL OR lease_until <= %(wall)s) AND id IN (
      SELECT d.id FROM tenancy_workspace w CROSS JOIN LATERAL (
        SELECT c.id FROM work_due c
        WHERE c.workspace_id = w.id AND c.done_at IS NULL AND c.failed_at IS NULL
          AND (c.lease_until IS NULL OR c.lease_until <= %(wall)s)
          AND c.due_at <= CASE c.clock WHEN 'wall' THEN %(wall)s
                          ELSE coalesce(w.clock_frozen_at, %(wall)s + w.clock_offset) END
        ORDER BY c.due_at LIMIT %(limit)s) d
      WHERE %(only)s::uuid IS NULL OR w.id = %(only)s::uuid)
  FOR UPDATE SKIP LOCKED)
RETURNING id, workspace_id, kind, queue, fence
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A due row that this sweep leased."""

    due_id: UUID
    workspace_id: UUID
    kind: str
    queue: str
    fence: int


def claim(only: UUID | None = None, limit: int = PER_WORKSPACE) -> list[Claim]:
    """Lease what is due, of one workspace or of all. The lease covers the way through the broker."""
    now = clock.wall()
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {"wall": now, "lease": now + settings.WORK_LEASE, "limit": limit, "only": only},
        )
        return [Claim(*row) for row in cursor.fetchall()]


def sweep(only: UUID | None = None) -> int:
    """Claim what is due and hand it to the workers. Returns how many rows it handed on."""
    claims = claim(only)
    for item in claims:
        enqueue(f"work.run.{item.queue}", item.workspace_id, item.due_id, item.fence)
    return len(claims)


def run(workspace_id: UUID, due_id: UUID, fence: int) -> bool:
    """Do one claimed row; False when its lease went to somebody else meanwhile."""
    with bind(workspace_id) as workspace:
        mine = Due.objects.filter(pk=due_id, fence=fence, done_at=None, failed_at=None)
        if not mine.update(lease_until=clock.wall() + settings.WORK_LEASE):
            return False
        kind, object_id, attempts = mine.values_list("kind", "object_id", "attempts").get()
    try:
        due.kind(kind).handler(workspace, object_id)
    except Exception as error:  # whatever a handler raises, the row must say so and be tried again
        logger.exception("due row failed: %s %s", kind, object_id)
        if not _tried_again(workspace_id, due_id, fence, attempts + 1, error):
            _give_up(workspace_id, due.kind(kind), object_id)
        return True
    with bind(workspace_id):
        Due.objects.filter(pk=due_id, fence=fence).update(done_at=clock.wall(), lease_until=None)
    return True


def _tried_again(workspace_id: UUID, due_id: UUID, fence: int, attempts: int, error: Exception) -> bool:
    """Whether the row rests and is tried again; else it has failed for good."""
    now = clock.wall()
    # What isn't there (a renderer, a vendor) comes back: the row waits for it, however long.
    gone = attempts >= MAX_ATTEMPTS and not isinstance(error, Unavailable)
    last = {"failed_at": now} if gone else {"lease_until": now + pause(attempts)}
    with bind(workspace_id):
        mine = Due.objects.filter(pk=due_id, fence=fence)
        held = mine.update(attempts=attempts, last_error=f"{type(error).__name__}: {error}"[:500], **last)
    return not (gone and held)


def _give_up(workspace_id: UUID, kind: due.Kind, object_id: UUID) -> None:
    if kind.given_up is None:
        return
    try:
        with bind(workspace_id) as workspace:
            kind.given_up(workspace, object_id)
    except Exception:  # the row itself says already that it has failed
        logger.exception("giving up failed: %s %s", kind.name, object_id)


def pause(attempts: int) -> dt.timedelta:
    """How long a failed row rests: 1, 2, 4 … s, at most five minutes."""
    return dt.timedelta(seconds=min(2 ** min(attempts - 1, 9), 300))
