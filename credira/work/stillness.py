"""A sandbox's clock isn't moved while somebody hands something to the outside world.

Who asks the gate and then calls a provider holds the clock still from before it is read until it is recorded that the
provider may have it; who moves the clock waits for them, and looks again at what is in doubt.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind


@contextmanager
def holding_clock(workspace: Workspace) -> Iterator[Workspace]:
    """As ``bind``, while the clock stands still for the whole transaction. Any number may hold it at once."""
    with _locked("pg_advisory_xact_lock_shared", workspace) as bound:
        yield bound


@contextmanager
def moving_clock(workspace: Workspace) -> Iterator[Workspace]:
    """As ``bind``, while nobody holds the clock; who wants to hold it waits and then reads it anew."""
    with _locked("pg_advisory_xact_lock", workspace) as bound:
        yield bound


@contextmanager
def _locked(function: str, workspace: Workspace) -> Iterator[Workspace]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"clock:{workspace.pk}"])
        # Bound after the lock is there: binding reads the clock.
        with bind(workspace) as bound:
            yield bound
