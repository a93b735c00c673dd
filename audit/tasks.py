"""Sealing in the background."""

import datetime as dt
from uuid import UUID

from django.db import connection

from audit.seal import BATCH, recent, seal
from credira.core import clock
from credira.tenancy.scope import across_workspaces, bind
from credira.work.actors import actor
from credira.work.enqueue import enqueue
from credira.work.periodic import enqueue_everywhere, every, nightly

_FRESH = """
SELECT w.id FROM tenancy_workspace w WHERE EXISTS (
  SELECT 1 FROM audit_event e WHERE e.workspace_id = w.id AND e.written_at > %s)
"""
_EVERY_S = 3.0


@every(_EVERY_S)
def look_for_unsealed() -> None:
    """Enqueue a seal for each workspace in which something was recorded since the last look (and a bit before)."""
    since = clock.wall() - dt.timedelta(minutes=1)
    with across_workspaces(), connection.cursor() as cursor:
        cursor.execute(_FRESH, [since])
        found: list[UUID] = [row[0] for row in cursor.fetchall()]
    for workspace_id in found:
        enqueue("audit.seal", workspace_id)


@nightly
def look_for_forgotten() -> None:
    """What the ordinary run missed for longer than it looks back: the workers were down, or a message was lost."""
    enqueue_everywhere("audit.seal_all")


@actor("audit.seal", max_retries=0)
def seal_workspace(workspace_id: str) -> None:
    """Chain what was recorded in the last hour, batch by batch."""
    while True:
        with bind(workspace_id) as workspace:
            if seal(workspace, since=recent()) < BATCH:
                return


@actor("audit.seal_all", max_retries=0, time_limit_ms=3_600_000)
def seal_everything(workspace_id: str) -> None:
    """Chain whatever isn't yet, however old."""
    while True:
        with bind(workspace_id) as workspace:
            if seal(workspace) < BATCH:
                return
