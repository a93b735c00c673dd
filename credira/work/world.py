"""The port to whatever lives in a sandbox: the advancing clock tells it the time and asks when it acts next."""

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from credira.tenancy.models import Workspace


@dataclass(frozen=True, slots=True)
class Tick:
    """What a tick brought: how many acts, and when the people act next (None: they have nothing planned).

    ``now`` is the world's own time (None: nobody lives there).
    """

    acted: int
    next_at: dt.datetime | None
    now: dt.datetime | None = None


class World(Protocol):
    """The simulated world of a sandbox."""

    def set_clock(self, workspace: Workspace, now: dt.datetime, *, frozen: bool) -> None: ...

    def tick(self, workspace: Workspace) -> Tick: ...


class EmptyWorld:
    """A sandbox in which nobody lives."""

    def set_clock(self, workspace: Workspace, now: dt.datetime, *, frozen: bool) -> None:
        return None

    def tick(self, workspace: Workspace) -> Tick:
        return Tick(0, None)


_world: World = EmptyWorld()


def set_world(world: World) -> None:
    """The composition root says who lives in sandboxes."""
    global _world
    _world = world


def world() -> World:
    """The world of sandboxes."""
    return _world
