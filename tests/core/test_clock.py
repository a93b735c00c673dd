"""Two clocks: business time that a sandbox may set, and the machine's, which nobody may."""

import datetime as dt

import pytest
from django.db import IntegrityError

from credira.core import clock
from credira.core.clock import Clock
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.workspaces import make_workspace

FROZEN = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)
A_MOMENT = dt.timedelta(seconds=5)


def set_clock(workspace: Workspace, **fields: object) -> None:
    with bind(workspace):
        Workspace.objects.filter(pk=workspace.pk).update(**fields)


def test_both_are_the_same_where_nothing_is_set() -> None:
    assert abs(Clock().now() - dt.datetime.now(dt.UTC)) < A_MOMENT
    assert clock.now().tzinfo is dt.UTC
    assert clock.wall().tzinfo is dt.UTC


def test_a_frozen_clock_stands_still() -> None:
    stopped = Clock(frozen_at=FROZEN)

    assert (stopped.now(), stopped.now()) == (FROZEN, FROZEN)


def test_a_shifted_clock_runs_on() -> None:
    shifted = Clock(offset=dt.timedelta(days=45))

    first = shifted.now()
    assert abs(first - clock.wall() - dt.timedelta(days=45)) < A_MOMENT
    assert shifted.now() > first


@pytest.mark.django_db
def test_business_time_is_the_bound_workspaces_and_ends_with_it() -> None:
    ahead, frozen = make_workspace(), make_workspace()
    set_clock(ahead, clock_offset=dt.timedelta(days=30))
    set_clock(frozen, clock_frozen_at=FROZEN)

    with bind(frozen):
        assert clock.now() == FROZEN
        assert abs(clock.wall() - dt.datetime.now(dt.UTC)) < A_MOMENT
    with bind(ahead):
        assert abs(clock.now() - clock.wall() - dt.timedelta(days=30)) < A_MOMENT
    assert abs(clock.now() - clock.wall()) < A_MOMENT


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"clock_frozen_at": FROZEN}, {"clock_offset": dt.timedelta(hours=1)}])
def test_the_database_refuses_a_live_clock_that_is_set(fields: dict[str, object]) -> None:
    live = make_workspace(livemode=True)

    with pytest.raises(IntegrityError, match="workspace_live_clock_is_real"):
        set_clock(live, **fields)
