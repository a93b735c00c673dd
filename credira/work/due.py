"""Scheduling: the one table of what is due, and the handlers that do it."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import connection

from credira.core import clock as clocks
from credira.core.ids import uuid7
from credira.tenancy.models import Workspace
from credira.work.enqueue import enqueue_once
from credira.work.models import Due

ClockName = Literal["business", "wall"]
Handler = Callable[[Workspace, UUID], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of due row is handled: by whom and in which queue."""

    name: str
    handler: Handler
    queue: str
    given_up: Handler | None = None


_kinds: dict[str, Kind] = {}


def on_due(name: str, *, queue: str = "default", given_up: Handler | None = None) -> Callable[[Handler], Handler]:
    """Register the handler of a kind (``"compliance.notice"``).

    It is called with the workspace and the object's id, outside any transaction and bound to nothing, at least once: it
    binds for itself and must be safe to run twice. Raising tries again with growing pauses, eight times in all; then
    ``given_up`` is called bound, to say so where people look. Scheduling its own object
    again arms the row anew.
    """

    def register(handler: Handler) -> Handler:
        if name in _kinds:
            raise RuntimeError(f"the due kind {name} has a handler already")
        _kinds[name] = Kind(name, handler, queue, given_up)
        return handler

    return register


def kind(name: str) -> Kind:
    """The registered kind. Raises ``LookupError`` for one that nobody handles."""
    return _kinds[name]


def kinds() -> list[str]:
    """All registered kinds."""
    return sorted(_kinds)


def schedule(
    workspace: Workspace, kind: str, object_id: UUID, at: dt.datetime, *, clock: ClockName = "business"
) -> None:
    """Let ``kind`` be done for ``object_id`` at ``at``, replacing what was scheduled for it before. Call it bound."""
    schedule_many(workspace, kind, [(object_id, at)], clock=clock)


def schedule_many(
    workspace: Workspace, kind: str, items: Iterable[tuple[UUID, dt.datetime]], *, clock: ClockName = "business"
) -> None:
    """``schedule`` for many objects in one statement."""
    queue = _kinds[kind].queue
    rows = list(items)
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO work_due (id, workspace_id, kind, object_id, clock, queue, due_at, fence, attempts, last_error)
            SELECT id, %s, %s, object_id, %s, %s, due_at, 0, 0, ''
            FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS new(id, object_id, due_at)
            ON CONFLICT (workspace_id, kind, object_id) DO UPDATE SET due_at = excluded.due_at, clock = excluded.clock,
              queue = excluded.queue, done_at = NULL, failed_at = NULL, lease_until = NULL, attempts = 0,
              last_error = '', fence = work_due.fence + 1
            """,
            [workspace.pk, kind, clock, queue, [uuid7() for _ in rows], [r[0] for r in rows], [r[1] for r in rows]],
        )
    now = clocks.now() if clock == "business" else clocks.wall()
    if any(at <= now for _, at in rows):
        enqueue_once("work.nudge", workspace.pk)


def unschedule(workspace: Workspace, kind: str, object_id: UUID) -> None:
    """Take back what isn't done yet. A worker that has the row already finds its fence gone when it ends."""
    Due.objects.filter(workspace=workspace, kind=kind, object_id=object_id, done_at=None, failed_at=None).delete()


def next_due_at(workspace: Workspace, after: dt.datetime | None = None) -> dt.datetime | None:
    """When the next business row of the workspace is due (later than ``after``), or None. Call it bound."""
    pending = Due.objects.filter(workspace=workspace, clock="business", done_at=None, failed_at=None)
    if after is not None:
        pending = pending.filter(due_at__gt=after)
    return pending.order_by("due_at").values_list("due_at", flat=True).first()
