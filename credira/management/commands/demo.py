"""Run the whole product on this machine, with sample data and a simulated world."""

import base64
import contextlib
import os
import signal
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_otp.oath import TOTP

from credira.running import processes, seed
from credira.running.migrations import pending_migrations
from credira.running.ports import free_port
from credira.running.processes import Group, ProcessDied
from credira.running.state import DemoState, load, save
from credira.tenancy.scope import bind
from credira.work.models import Job

STATE = settings.LOCAL_DIR / "demo.json"
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REPORT_S = 3.0
_PATIENCE_S = 120.0  # a small machine reads thousands of files the first time


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, web, workers, scheduler and the simulated world; seed once; print where to look."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reload", action="store_true", help="restart what runs our code when a file changes")
        parser.add_argument("--port", type=int, default=8000, help="the web's port, or the next free one")
        parser.add_argument("--simulator-port", type=int, default=8100)
        parser.add_argument("--accounts", type=Path, default=seed.ACCOUNTS, help="what the first start places")
        parser.add_argument("--days", type=int, default=seed.DAYS, help="what the first start lets pass in the sandbox")
        parser.add_argument("--exit-after-run", action="store_true", help="stop when the campaign has run")

    def handle(self, *args: Any, **options: Any) -> None:
        # Of our own: a shell starts what it puts in the background with Ctrl-C ignored.
        for number in _ENDINGS:
            signal.signal(number, _interrupt)
        group = Group(settings.LOCAL_DIR / "log", {})
        try:
            self._run(group, options)
        except KeyboardInterrupt:
            self._say("\nStopping ...")
        except (ProcessDied, TimeoutError) as error:
            raise CommandError(str(error)) from error
        finally:
            for number in _ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            group.stop()

    def _run(self, group: Group, options: dict[str, Any]) -> None:
        state = self._state()
        port = self._port(options["port"])
        world_port = self._port(options["simulator_port"], taken=frozenset({port}))
        state.base_url, state.simulator_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{world_port}"
        state.sink_url = f"{state.simulator_url}/sink/{seed.SINK}"
        settings.SIMULATOR_URL, settings.BASE_URL = state.simulator_url, state.base_url
        group.environment = {
            "CREDIRA_BASE_URL": state.base_url,
            "SIMULATOR_URL": state.simulator_url,
            "SIMULATOR_SECRET": settings.SIMULATOR_SECRET,
        }
        self._start(group, port, world_port, reload=options["reload"])
        if state.creditors:
            seed.connect(state)
            seed.follow_sink(state, seed.sandbox_of(seed.SAMPLE))
        else:
            self._seed(state, options["accounts"], options["days"])
        save(state, STATE)
        self._work(group, reload=options["reload"])
        self._tell(state)
        self._watch(group, once=options["exit_after_run"])

    def _say(self, line: str) -> None:
        """Print at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()

    def _state(self) -> DemoState:
        """What an earlier start left, migrated; or an empty one over an empty database."""
        state = load(STATE)
        if state is None or pending_migrations():
            self._say("Migrating the database ...")
            call_command("migrate", verbosity=0)
        if seed.is_empty():
            state = None
        elif state is None:
            self._clear()
        elif not seed.holds(state):
            raise CommandError(f"The database holds other creditors than {STATE} names: move one of the two away.")
        if state is None:
            (settings.LOCAL_DIR / "simulator.sqlite").unlink(missing_ok=True)
        return state or DemoState()

    def _clear(self) -> None:
        """After a first start that was cut off nothing half-made is built upon."""
        if not os.environ.get("CREDIRA_EMBEDDED"):
            raise CommandError("The database holds data that this demo didn't finish: give it an empty one.")
        self._say("An earlier first start was cut off: beginning anew ...")
        call_command("flush", interactive=False, verbosity=0)

    def _port(self, wanted: int, taken: frozenset[int] = frozenset()) -> int:
        port = free_port(wanted, taken=taken)
        if port != wanted:
            self._say(f"Port {wanted} is in use; taking {port}.")
        return port

    def _start(self, group: Group, port: int, world_port: int, *, reload: bool) -> None:
        """The pages and the world; the workers follow when the facts stand, as with a creditor who begins."""
        group.start("simulator", processes.simulator(world_port, settings.LOCAL_DIR / "simulator.sqlite"))
        group.start("web", processes.web(port, reload=reload))
        processes.wait_for(f"http://127.0.0.1:{world_port}/healthz", group, _PATIENCE_S)
        processes.wait_for(f"http://127.0.0.1:{port}/login", group, _PATIENCE_S)

    def _work(self, group: Group, *, reload: bool) -> None:
        # Dramatiq ends as a whole when one of its processes is killed; what they were about is taken up again.
        group.start("workers", processes.workers(reload=reload), supervised=True)
        group.start("scheduler", processes.scheduler(reload=reload), supervised=True)

    def _seed(self, state: DemoState, accounts: Path, days: int) -> None:
        self._say(f"Seeding two creditors and {accounts.name} ...")
        state.creditors = seed.creditors()
        seed.connect(state)
        sandbox = seed.sandbox_of(seed.SAMPLE)
        seed.listen(state, sandbox)
        seed.place(sandbox, accounts, self._say)
        seed.document_facts(sandbox)
        seed.settle(sandbox)
        seed.campaign(sandbox)
        seed.let_it_run(sandbox, days)

    def _tell(self, state: DemoState) -> None:
        say = self._say
        say("")
        say(f"  Credira       {state.base_url}")
        for creditor in state.creditors:
            say(f"\n  {creditor.name}")
            for member in creditor.members:
                say(
                    f"    {member.role:<11} {member.email:<24} {member.password}   code now {_code(member.totp_secret)}"
                )
        key = state.creditors[0].keys["sandbox"]
        say(f"\n  Codes come from an authenticator; its secrets and all keys: {os.path.relpath(STATE)}")
        say(f"  Campaign      {state.base_url}{seed.campaign_page(seed.sandbox_of(seed.SAMPLE))}")
        say(f"  World         {state.simulator_url}   events: {state.simulator_url}/sinks/{seed.SINK}")
        say(f"  Sandbox key   {key}")
        say(f"\n  curl -H 'Authorization: Bearer {key}' '{state.base_url}/v1/accounts?limit=3'\n")
        say("  Ctrl-C stops everything.\n")

    def _watch(self, group: Group, *, once: bool) -> None:
        sandbox = seed.sandbox_of(seed.SAMPLE)
        running = True
        last = ""
        while True:
            group.watch()
            if running:
                with bind(sandbox) as bound:
                    job = Job.objects.filter(workspace=bound, kind="work.advance").order_by("-id").first()
                if job is not None and job.message != last:
                    last = job.message
                    share = 100 * job.done // (job.total or 1)
                    self._say(f"  The sandbox's clock: {last} ({share} %)")
                running = job is not None and job.status in ("queued", "running")
                if not running and once:
                    return
            with contextlib.suppress(InterruptedError):
                time.sleep(_REPORT_S)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Once: make sends Ctrl-C on to what it started, and a second one in the midst of stopping must not cut it off.
    for each in _ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _code(secret: str) -> str:
    return f"{TOTP(base64.b32decode(secret)).token():06d}"
