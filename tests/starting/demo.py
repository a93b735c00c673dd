"""`make demo` and `make dev` as somebody types them, in a session of their own, with what they print."""

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.starting.installation import ROOT, clean_environment

BIN = Path(sys.executable).parent
READY = r"Ctrl-C stops everything\."


@dataclass
class Start:
    """One `make …`: its process, which leads the group that a terminal's Ctrl-C reaches, and its lines so far."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)
    reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Keep what it prints; for a thread of its own."""
        assert self.process.stdout is not None
        with self.process.stdout as printed:
            self.lines.extend(line.rstrip("\n") for line in printed)

    @property
    def said(self) -> str:
        """All lines."""
        return "\n".join(self.lines)

    def wait_for(self, pattern: str, seconds: float = 300) -> "re.Match[str]":
        """The first match in what it prints, as soon as it is printed."""
        end = time.monotonic() + seconds
        while (found := re.search(pattern, self.said)) is None:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.1)
        return found

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """What a terminal does on Ctrl-C, pressed twice; the exit code, when everything that it printed is read."""
        for _ in range(2):
            if self.process.poll() is None:
                os.killpg(self.process.pid, number)
            time.sleep(0.05)
        code = self.process.wait(60)
        self.reader.join(10)
        return code


def make(target: str, *words: object, directory: Path = ROOT, prefix: Sequence[str] = (), **variables: str) -> Start:
    """Type `make target ARGS="words"`, with this environment's packages in place of an installation."""
    # What an outer make gave on to its children isn't this one's. By way of env: make itself asks the system whether it
    # may run a program, and that answer doesn't count the right to read everything (test_ordinary_user.py).
    environment = {
        name: value for name, value in clean_environment(**variables).items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    return Start(
        subprocess.Popen(
            [
                *(*prefix, "make", target, f"PYTHON=env {sys.executable}", f"BIN={BIN}"),
                f"ARGS={shlex.join(str(word) for word in words)}",
            ],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    )


def processes_of(directory: Path) -> dict[int, str]:
    """Every process that works in the directory or was told of it, by its id: what it runs."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            told = command + (folder / "environ").read_bytes() + bytes((folder / "cwd").readlink())
        except OSError:  # it has ended meanwhile, or is another user's
            continue
        if bytes(directory) in told:
            found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


def servers_among(processes: dict[int, str]) -> list[str]:
    """Those that are PostgreSQL or Valkey."""
    return sorted(command for command in processes.values() if "postgres" in command or "valkey" in command)
