"""The world's state while it runs: the sandboxes, what they do next, and the one loop that does it.

Whatever happens later is a row in ``acts``; the loop starts what is due on its sandbox's own clock. So a frozen
sandbox does what is due at its instant at once, and ``settle`` (the tick) only waits for that.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol
from uuid import UUID

import aiohttp
from aiohttp import web

from simulator.identity import Identity, derive, same, workspace_of
from simulator.store import Row, Store
from simulator.timing import Clock

log = logging.getLogger("simulator")

CONCURRENCY = 8  # acts in hand at once in one sandbox
IDLE_POLL = 1.0


@dataclass(frozen=True)
class Config:
    """What a sandbox told us by ``PUT /control/config``."""

    label: str = ""
    seed: str = "credira"
    speed: float = 20.0
    pace: str = "instant"
    error_rate: float = 0.0
    mail: dict[str, Any] = field(default_factory=dict)
    inbound: dict[str, Any] = field(default_factory=dict)
    print: dict[str, Any] = field(default_factory=dict)
    product: dict[str, Any] = field(default_factory=dict)

    def merged(self, changes: dict[str, Any]) -> "Config":
        """Raises ``ValueError`` for an unknown key or a value of the wrong kind."""
        kinds = {one.name: type(getattr(self, one.name)) for one in fields(self)}
        for name, value in changes.items():
            if name not in kinds:
                raise ValueError(f"Unknown setting {name!r}; known: {', '.join(kinds)}.")
            if kinds[name] is float and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise ValueError(f"{name} is a number.")
            if kinds[name] is not float and not isinstance(value, kinds[name]):
                raise ValueError(f"{name} is of the wrong kind.")
        if changes.get("pace", self.pace) not in ("instant", "stepwise"):
            raise ValueError("pace is instant or stepwise.")
        if changes.get("speed", self.speed) <= 0:
            raise ValueError("speed is above zero.")
        return replace(self, **changes)


class OpenLine(Protocol):
    """A call in progress, as the carrier's REST API sees it."""

    def interrupt(self, status: str) -> None: ...

    def redirect(self, url: str, method: str) -> None: ...


class Workspace:
    """One sandbox: its credentials, clock, configuration, and what it has in hand."""

    def __init__(self, identity: Identity, config: Config, clock: Clock) -> None:
        self.identity = identity
        self.config = config
        self.clock = clock
        self.lines: dict[str, OpenLine] = {}
        self.held: dict[str, list[Callable[[], Awaitable[None]]]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.busy: set[str] = set()
        self.waits: dict[int, float] = {}
        self.acted = 0
        self.asked = 0
        self._stirred = asyncio.Event()

    @property
    def sid(self) -> str:
        return self.identity.sid

    def now(self) -> float:
        return self.clock.now()

    def after(self, delay: float) -> float:
        return self.clock.after(delay, self.config.speed)

    def active(self) -> int:
        """How many tasks do something now, those apart that wait for a later simulated moment."""
        now = self.now()
        return len(self.tasks) - sum(moment > now for moment in self.waits.values())

    async def spend(self, moment: float, seconds: float) -> None:
        """Let ``seconds`` of a call pass until ``moment``, the way this sandbox's time passes."""
        if not self.clock.frozen:
            await asyncio.sleep(seconds / self.config.speed)
        elif self.config.pace == "stepwise":
            key = id(asyncio.current_task())
            self.waits[key] = moment
            self.stir()
            try:
                await self.clock.reach(moment)
            finally:
                del self.waits[key]

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something that a tick waits for."""
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self._finished)

    def stir(self) -> None:
        self._stirred.set()
        self._stirred = asyncio.Event()

    async def stirred(self, timeout: float) -> None:
        try:
            await asyncio.wait_for(self._stirred.wait(), timeout)
        except TimeoutError:
            return

    def _finished(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a task of %s failed", self.sid, exc_info=error)
        self.stir()


Handler = Callable[["World", Workspace, dict[str, Any]], Awaitable[None]]


class World:
    """Everything that the routes and the acts share."""

    def __init__(self, store: Store, secret: str, handlers: dict[str, Handler]) -> None:
        self.store = store
        self.secret = secret
        self.handlers = handlers
        self.workspaces: dict[str, Workspace] = {}
        self._wake = asyncio.Event()
        self._http: aiohttp.ClientSession | None = None
        self._load()

    @property
    def http(self) -> aiohttp.ClientSession:
        """The session for callbacks; people have sessions of their own, since they keep cookies."""
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=15), auto_decompress=True, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._http

    async def close(self) -> None:
        tasks = [task for workspace in self.workspaces.values() for task in workspace.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
        self.store.close()

    # Who

    def authenticate(self, sid: str, token: str) -> Workspace | None:
        """The workspace of a carrier's account sid, if the token is its own."""
        workspace_id = workspace_of(sid)
        if workspace_id is None or not same(derive(self.secret, workspace_id).token, token):
            return None
        return self._workspace(workspace_id)

    def authenticate_mail(self, token: str) -> Workspace | None:
        """The workspace of a mail server token, among those that have been seen."""
        for workspace in self.workspaces.values():
            full = workspace.identity.mail_token
            if same(full, token) or same(full[:32], token):
                return workspace
        return None

    def save(self, workspace: Workspace) -> None:
        clock = workspace.clock
        self.store.update(
            "workspaces",
            {"sid": workspace.sid},
            config={one.name: getattr(workspace.config, one.name) for one in fields(workspace.config)},
            base=clock.base,
            wall=clock.wall_base,
            frozen=int(clock.frozen),
        )

    def forget(self, workspace: Workspace) -> None:
        """Remove a sandbox with everything it holds; what is in hand is dropped."""
        for task in list(workspace.tasks):
            task.cancel()
        self.workspaces.pop(workspace.sid, None)
        self.store.forget(workspace.sid)

    def _workspace(self, workspace_id: UUID) -> Workspace:
        identity = derive(self.secret, workspace_id)
        known = self.workspaces.get(identity.sid)
        if known is None:
            known = self.workspaces[identity.sid] = Workspace(identity, Config(), Clock())
            self.store.insert(
                "workspaces",
                sid=identity.sid,
                config={},
                base=known.clock.base,
                wall=known.clock.wall_base,
                frozen=0,
                seen_at=time.time(),
            )
            self.save(known)
        return known

    def _load(self) -> None:
        for row in self.store.all("SELECT * FROM workspaces"):
            workspace_id = workspace_of(row["sid"])
            if workspace_id is None:
                continue
            clock = Clock(row["base"], row["wall"], frozen=bool(row["frozen"]))
            config = Config().merged(json.loads(row["config"]))
            self.workspaces[row["sid"]] = Workspace(derive(self.secret, workspace_id), config, clock)
        self.store.run("UPDATE acts SET state = 'pending' WHERE state = 'running'")

    # What next

    def schedule(self, workspace: Workspace, kind: str, at: float, subject: str = "", **data: Any) -> None:
        """Plan one act. Acts of one ``subject`` never run side by side."""
        self.store.insert("acts", sid=workspace.sid, at=at, kind=kind, subject=subject, data=data)
        self.wake()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """The loop: start what is due, sleep until the next thing is."""
        while True:
            self._wake.clear()
            pause = min((self._start_due(workspace) for workspace in self.workspaces.values()), default=IDLE_POLL)
            try:
                await asyncio.wait_for(self._wake.wait(), max(pause, 0.005))
            except TimeoutError:
                continue

    async def settle(self, workspace: Workspace, timeout: float) -> bool:
        """Wait until nothing is due and nothing in hand; False after ``timeout`` wall seconds."""
        deadline = time.monotonic() + timeout
        while not self._idle(workspace):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.wake()
            await workspace.stirred(min(left, 0.25))
        return True

    def next_at(self, workspace: Workspace) -> float | None:
        """When something happens next on this sandbox's clock."""
        now = workspace.now()
        row = self.store.one(
            "SELECT min(at) AS at FROM acts WHERE sid = ? AND state = 'pending' AND at > ?", workspace.sid, now
        )
        moments = [moment for moment in workspace.waits.values() if moment > now]
        if row and row["at"] is not None:
            moments.append(row["at"])
        return min(moments, default=None)

    def _idle(self, workspace: Workspace) -> bool:
        if workspace.active() > 0:
            return False
        due = "SELECT 1 FROM acts WHERE sid = ? AND state = 'pending' AND at <= ? LIMIT 1"
        return self.store.one(due, workspace.sid, workspace.now()) is None

    def _start_due(self, workspace: Workspace) -> float:
        """Start what is due as far as hands reach; return wall seconds until it is worth looking again."""
        now, room = workspace.now(), CONCURRENCY - workspace.active()
        rows = self.store.all(
            "SELECT * FROM acts WHERE sid = ? AND state = 'pending' ORDER BY at, id LIMIT ?",
            workspace.sid,
            CONCURRENCY * 4,
        )
        for row in rows:
            if row["at"] > now:
                return IDLE_POLL if workspace.clock.frozen else min(row["at"] - now, IDLE_POLL)
            if room <= 0:
                return IDLE_POLL  # a finished task wakes the loop
            if row["subject"] and row["subject"] in workspace.busy:
                continue
            room -= 1
            self.store.run("UPDATE acts SET state = 'running' WHERE id = ?", row["id"])
            if row["subject"]:
                workspace.busy.add(row["subject"])
            workspace.spawn(self._perform(workspace, row))
        return IDLE_POLL

    async def _perform(self, workspace: Workspace, row: Row) -> None:
        try:
            await self.handlers[row["kind"]](self, workspace, json.loads(row["data"]))
        except asyncio.CancelledError:
            raise  # stopping: the row stays, and the act is done after the next start
        except Exception:
            log.exception("act %s of %s failed", row["kind"], workspace.sid)
        self.store.run("DELETE FROM acts WHERE id = ?", row["id"])
        workspace.busy.discard(row["subject"])
        workspace.acted += 1
        self.wake()


WORLD = web.AppKey("world", World)
