"""Which tenant this transaction works for. PostgreSQL enforces it; this module only tells PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction

from credira.core import clock
from credira.core.errors import NotFound
from credira.tenancy.rules import STAFF, SYSTEM

if TYPE_CHECKING:
    from credira.tenancy.models import Workspace


@dataclass(frozen=True, slots=True)
class Scope:
    """``role`` ``none`` is the one that logged in, credira_app."""

    role: str = "none"
    workspace: str = ""
    creditor: str = ""


UNBOUND = Scope()
_workspace: "ContextVar[Workspace | None]" = ContextVar("workspace", default=None)


class ScopeError(RuntimeError):
    """A piece of work tried to leave its tenant, or needs one and has none."""


def scope() -> Scope:
    """What the current transaction may see."""
    found: Scope = getattr(connection, "credira_scope", UNBOUND)
    return found


def current_workspace() -> "Workspace":
    """The bound workspace. Raises ``ScopeError`` outside ``bind``."""
    workspace = _workspace.get()
    if workspace is None:
        raise ScopeError("no workspace is bound")
    return workspace


@contextmanager
def bind(workspace: "Workspace | UUID | str") -> "Iterator[Workspace]":
    """Work for one workspace, in one transaction: no row of another tenant can be seen or written.

    The workspace is read anew inside, so its clock is the one of this moment. Raises ``NotFound`` for a workspace that
    doesn't exist and ``ScopeError`` inside another tenant's block. Nested use for the same workspace is a savepoint.
    """
    wanted = UUID(str(getattr(workspace, "pk", workspace)))
    old = scope()
    if old.workspace:
        if old.workspace != str(wanted):
            raise ScopeError("already bound to another workspace")
        with transaction.atomic():
            yield current_workspace()
        return
    creditor = str(getattr(workspace, "creditor_id", "") or old.creditor)
    if old.creditor not in ("", creditor):
        raise ScopeError("already bound to another creditor")
    with _enter(Scope(workspace=str(wanted), creditor=creditor)):
        found = _read(wanted)
        if creditor not in ("", str(found.creditor_id)):
            raise ScopeError("already bound to another creditor")
        # Costs nothing when the caller named the creditor already. The block around it ends at once and restores.
        with _enter(Scope(workspace=str(wanted), creditor=str(found.creditor_id)), savepoint=False, restore=False):
            tokens = _workspace.set(found), clock.bound.set(found.clock)
            try:
                yield found
            finally:
                _workspace.reset(tokens[0])
                clock.bound.reset(tokens[1])


@contextmanager
def bind_creditor(creditor_id: UUID | str) -> Iterator[None]:
    """The portal before a workspace is chosen: the creditor's members and its list of workspaces."""
    if scope().workspace:
        raise ScopeError("already bound to a workspace")
    with _enter(Scope(creditor=str(creditor_id))):
        yield


@contextmanager
def across_workspaces() -> Iterator[None]:
    """Before a tenant is known, and for sweeps: the few tables and commands granted to credira_system.

    Its callers are listed in a test. A ``bind`` inside works; this inside a ``bind`` raises.
    """
    if scope().workspace or scope().creditor:
        raise ScopeError("a tenant's work may not widen its rights")
    with _enter(Scope(role=SYSTEM)):
        yield


@contextmanager
def staff_reading() -> Iterator[None]:
    """Our own staff in the admin: SELECT on every table, nothing else."""
    if scope() != UNBOUND:
        raise ScopeError("a tenant's work may not widen its rights")
    with _enter(Scope(role=STAFF)):
        yield


def _read(workspace_id: UUID) -> "Workspace":
    from credira.tenancy.models import Workspace

    try:
        return Workspace.objects.get(pk=workspace_id)
    except Workspace.DoesNotExist:
        raise NotFound from None


@contextmanager
def _enter(new: Scope, *, savepoint: bool = True, restore: bool = True) -> Iterator[None]:
    old, outermost = scope(), not connection.in_atomic_block
    with transaction.atomic(savepoint=savepoint):
        if new == old:
            yield
            return
        _tell(new)
        _remember(new)
        try:
            yield
        finally:
            _remember(old)
        # COMMIT forgets SET LOCAL and a rolled back savepoint restores it; a released savepoint doesn't.
        if restore and not outermost and not connection.needs_rollback:
            _tell(old)


def _remember(value: Scope) -> None:
    target: Any = connection
    target.credira_scope = value


def _tell(new: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('app.workspace', %s, true), "
            "set_config('app.creditor', %s, true)",
            [new.role, new.workspace, new.creditor],
        )
