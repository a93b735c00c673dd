"""What the ordinary run forgets, the night's finds."""

import datetime as dt

import dramatiq
import pytest
import time_machine

from audit import tasks
from audit.models import Seal
from audit.registry import event_type
from audit.seal import verify
from audit.services import Fact, record_many
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.working import working
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db(transaction=True)
FORGOTTEN = event_type("test.forgotten", "Something that no message told of happened in a test.")


def forget(workspace: Workspace, number: int) -> None:
    """Events of two hours ago, whose message was lost."""
    with time_machine.travel(clock.wall() - dt.timedelta(hours=2)), bind(workspace) as bound:
        record_many(bound, [Fact(FORGOTTEN, {"n": n}) for n in range(number)])


def unsealed(workspace: Workspace) -> int:
    with bind(workspace) as bound:
        return verify(bound).unsealed


def test_the_ordinary_run_leaves_what_is_older_than_an_hour() -> None:
    workspace = make_workspace()
    forget(workspace, 3)

    tasks.seal_workspace(str(workspace.pk))

    assert unsealed(workspace) == 3


def test_the_nights_run_seals_it_in_every_workspace() -> None:
    one, other = make_workspace(), make_workspace()
    forget(one, 3)
    forget(other, 1)

    with working():
        tasks.look_for_forgotten()
        dramatiq.get_broker().join("default")

    assert (unsealed(one), unsealed(other)) == (0, 0)
    with bind(one) as bound:
        assert Seal.objects.count() == 3
        assert verify(bound).faults == []
