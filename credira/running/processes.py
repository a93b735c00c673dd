"""The product's processes as one group: started together, watched, stopped together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

HERE = Path(__file__).resolve().parent.parent.parent
_STOP_S = 8.0
_RESTARTS, _RESTARTS_WITHIN_S = 5, 60.0
# This Python first: Dramatiq, when it reloads, starts itself again as plain "python".
_PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


class ProcessDied(RuntimeError):
    """A process ended by itself; the message names it and its log."""


@dataclass
class Member:
    """One process of a group, and when it was started anew (monotonic seconds)."""

    command: list[str]
    process: subprocess.Popen[bytes]
    supervised: bool
    restarts: list[float] = field(default_factory=list)

    def may_restart(self) -> bool:
        """Whether it may be started anew: supervised, and not ended again and again in the last minute."""
        since = time.monotonic() - _RESTARTS_WITHIN_S
        return self.supervised and sum(at > since for at in self.restarts) < _RESTARTS


@dataclass
class Group:
    """Processes with their logs under ``logs``; ``environment`` is added to this process's own."""

    logs: Path
    environment: Mapping[str, str]
    _running: dict[str, Member] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], *, supervised: bool = False) -> None:
        """Start one process, in a session of its own, so that a Ctrl-C reaches it through us alone.

        ``watch`` starts a supervised one anew when it ends.
        """
        self._running[name] = Member(list(command), self._popen(name, command), supervised)

    def _popen(self, name: str, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own commands
                list(command),
                cwd=HERE,
                env={**os.environ, "PATH": _PATH, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def watch(self) -> None:
        """Start supervised processes that have ended anew; raise ``ProcessDied`` for others, and for one that keeps
        ending.
        """
        for name, member in self._running.items():
            if member.process.poll() is None:
                continue
            if not member.may_restart():
                log = self.logs / f"{name}.log"
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise ProcessDied(f"{name} ended with status {member.process.returncode}; its log is {log}:\n{tail}")
            _signal(member.process, signal.SIGKILL)  # what is left of its session
            member.restarts.append(time.monotonic())
            member.process = self._popen(name, member.command)

    def stop(self) -> None:
        """Ask all to end, then make those that don't."""
        processes = [member.process for member in self._running.values()]
        for process in processes:
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + _STOP_S
        for process in processes:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait(5)
        self._running.clear()


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def web(port: int, *, reload: bool = False) -> list[str]:
    """gunicorn with threads. Its control socket is off: it leaks descriptors on reload."""
    return [
        *(sys.executable, "-m", "gunicorn", "credira.wsgi", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--keep-alive", "5"),
        *("--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"),
        *(["--reload"] if reload else []),
    ]


def workers(*, processes: int = 2, threads: int = 8, reload: bool = False) -> list[str]:
    """Dramatiq workers that do every queue."""
    return [
        *(sys.executable, "-m", "dramatiq", "credira.worker", "--processes", str(processes)),
        *("--threads", str(threads), "--worker-shutdown-timeout", "5000"),
        # Its own pattern, *.py, matches nothing below a directory since watchdog 7.
        *(["--watch", str(HERE), "--watch-include", "**/*.py"] if reload else []),
    ]


def scheduler(*, reload: bool = False) -> list[str]:
    """The one-second loop."""
    loop = [sys.executable, "manage.py", "scheduler"]
    watching = [sys.executable, "-m", "watchdog.watchmedo", "auto-restart", "--directory", str(HERE), "--recursive"]
    return [*watching, "--patterns", "**/*.py", "--signal", "SIGTERM", "--", *loop] if reload else loop


def simulator(port: int, database: Path) -> list[str]:
    """The sandboxes' world."""
    return [sys.executable, "-m", "simulator", "--host", "127.0.0.1", "--port", str(port), "--db", str(database)]


def wait_for(url: str, group: Group, seconds: float = 30.0) -> None:
    """Until the address answers. Raises ``ProcessDied`` when a process ends first, ``TimeoutError`` after all."""
    _until(lambda: _answers(url), group, seconds, f"{url} didn't answer within {seconds:g} s")


def _until(condition: Callable[[], bool], group: Group, seconds: float, message: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        group.watch()
        if time.monotonic() > end:
            raise TimeoutError(message)
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status < 500)
    except (URLError, OSError):
        return False
