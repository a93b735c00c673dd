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
from credira.providers.errors import LookupFailed
from credira.tenancy.models import Workspace
from credira.work.world import Tick

TICK_S = 20  # seconds that one tick may take before it says that it isn't idle
BUSY_TICKS = 15
PEOPLE_PER_CALL = 5_000


@dataclass(frozen=True)
class World:
    """One sandbox's world. Shapes: the simulator's control API."""

    url: str
    auth: tuple[str, str]

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Merge top-level settings: `label`, `mail`, `inbound`, `print`, `product`, `pace`, `seed`."""
        transport.write("PUT", f"{self.url}/config", dict(settings), auth=self.auth)

    def settle(self, people: Sequence[Mapping[str, Any]]) -> None:
        """Add people, or change them by their `ref`."""
        for start in range(0, len(people), PEOPLE_PER_CALL):
            batch = [dict(person) for person in people[start : start + PEOPLE_PER_CALL]]
            transport.write("PUT", f"{self.url}/people", {"people": batch}, auth=self.auth)

    def set_clock(self, now: datetime, *, frozen: bool) -> None:
        """The world's time from here on: it stands still, or runs with the machine's from `now`."""
        transport.write("PUT", f"{self.url}/clock", {"now": now, "frozen": frozen}, auth=self.auth)

    def tick(self) -> Tick:
        """Let the people act up to the world's time; answers once their callbacks are answered.

        Raises LookupFailed when the world is still busy after `BUSY_TICKS` ticks.
        """
        acted = 0
        for _ in range(BUSY_TICKS):
            answer = transport.write(
                "POST", f"{self.url}/tick", {"timeout": TICK_S}, auth=self.auth, timeout_s=TICK_S + 10
            )
            acted += int(answer["acted"])
            if answer["idle"]:
                return Tick(acted=acted, next_at=_moment(answer["next_at"]), now=_moment(answer["now"]))
        raise LookupFailed("The simulated world is still busy.")

    def ledger(self) -> Mapping[str, Any]:
        """The world's own account of every dial, mail and letter, and of what came twice."""
        answer: Mapping[str, Any] = transport.read(f"{self.url}/ledger", auth=self.auth) or {}
        return answer

    def misbehave(self, fault: Mapping[str, Any]) -> None:
        """Ask for a fault: `{kind, count | rate, seconds, target, match}`."""
        transport.write("POST", f"{self.url}/faults", dict(fault), auth=self.auth)

    def tell_sink(self, name: str, secrets: Sequence[str]) -> None:
        """The secrets by which one webhook sink verifies what arrives."""
        transport.write("PUT", f"{self.url}/sinks/{name}", {"secrets": list(secrets)}, auth=self.auth)

    def wipe(self) -> None:
        """Forget the people, their plans and the ledger of this sandbox."""
        transport.write("DELETE", f"{self.url}/workspace", None, auth=self.auth)


def world(workspace: Workspace) -> World:
    """The simulated world of a sandbox. Raises Conflict for a live workspace, whose world is the real one."""
    known = credentials(workspace)
    if known.base_url is None:
        raise Conflict("A live workspace has no simulated world.")
    return World(url=f"{known.base_url}/control", auth=(known.account_sid, known.auth_token))


class SandboxWorlds:
    """The port of the advancing clock (`credira.work.world.World`) to the simulator."""

    def set_clock(self, workspace: Workspace, now: datetime, *, frozen: bool) -> None:
        world(workspace).set_clock(now, frozen=frozen)

    def tick(self, workspace: Workspace) -> Tick:
        return world(workspace).tick()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
