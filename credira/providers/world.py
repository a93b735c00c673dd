"""The control client of the simulated world: who lives there, what time it is, what it must do next.

Only sandboxes have a world. All errors are `LookupFailed` or those of a write (credira.providers.errors).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credira.core.errors import Conflict
from credira.providers import transport
from credira.providers.credentials import credentials
from credira.tenancy.models import Workspace


@dataclass(frozen=True)
class Tick:
    """The world after a tick:

    whether every callback is answered, and when its people act next (None: nobody plans to).
    """

    idle: bool
    next_at: datetime | None


@dataclass(frozen=True)
class World:
    """One sandbox's world."""

    url: str
    auth: tuple[str, str]

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Callback addresses and faults; what isn't named stays."""
        transport.write("PUT", f"{self.url}/config", dict(settings), auth=self.auth)

    def settle(self, people: Sequence[Mapping[str, Any]]) -> None:
        """Add people, or change them by their id."""
        transport.write("PUT", f"{self.url}/people", {"people": [dict(person) for person in people]}, auth=self.auth)

    def set_clock(self, now: datetime, *, frozen: bool) -> None:
        """The world's time from here on: it stands still, or runs with the machine's from `now`."""
        transport.write("PUT", f"{self.url}/clock", {"now": now.isoformat(), "frozen": frozen}, auth=self.auth)

    def tick(self, now: datetime) -> Tick:
        """Let the people act up to `now`; returns once their callbacks are answered."""
        answer = transport.write("POST", f"{self.url}/tick", {"now": now.isoformat()}, auth=self.auth)
        return _tick(answer)

    def state(self) -> Mapping[str, Any]:
        """The world's own ledger in short: counts of dials, messages, letters, and of what came twice."""
        answer: Mapping[str, Any] = transport.read(f"{self.url}/state", auth=self.auth) or {}
        return answer

    def wipe(self) -> None:
        """Forget the people, their plans and the ledger of this sandbox."""
        transport.write("DELETE", self.url, None, auth=self.auth)


def world(workspace: Workspace) -> World:
    """The simulated world of a sandbox. Raises Conflict for a live workspace, whose world is the real one."""
    known = credentials(workspace)
    if known.base_url is None:
        raise Conflict("A live workspace has no simulated world.")
    return World(url=f"{known.base_url}/control", auth=(known.account_sid, known.auth_token))


def _tick(answer: Mapping[str, Any]) -> Tick:
    next_at = answer.get("next_at")
    return Tick(idle=bool(answer.get("idle", True)), next_at=datetime.fromisoformat(next_at) if next_at else None)
