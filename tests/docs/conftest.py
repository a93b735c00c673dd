"""A real web server over the test's database, for what the documents say to type."""

import datetime as dt
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from credira.running import processes
from credira.running.processes import Group
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.api.client import make_caller
from tests.placing import make_collector
from tests.processes import any_port, environment

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 11, 24, 15, 5, tzinfo=dt.UTC)


@dataclass
class Served:
    """A shell in which ``BASE`` is the server's address and ``KEY`` a sandbox key, as the documents say."""

    base: str
    key: str
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> str:
        """What the command prints; it must succeed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=ROOT,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "BASE": self.base, "KEY": self.key, **self.variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stdout

    def ask(self, command: str) -> Any:
        """The JSON that a curl prints. An object's id is kept in a variable: ``acct_…`` in ``ACCOUNT``."""
        answer = json.loads(self.run(command))
        made = answer.get("data")
        if isinstance(made, dict) and str(made.get("id", "")).startswith("acct_"):
            self.variables["ACCOUNT"] = made["id"]
        return answer


@pytest.fixture
def served(transactional_db: None, tmp_path: Path) -> Iterator[Served]:
    """The web alone, over a creditor whose sandbox stands at Tuesday 2026-11-24, 10:05 in New York."""
    creditor = make_collector()
    with bind(creditor.sandbox):
        Workspace.objects.filter(pk=creditor.sandbox.pk).update(clock_frozen_at=NOW)
    key = make_caller(creditor).token
    assert key
    port = any_port()
    group = Group(tmp_path, environment())
    try:
        group.start("web", processes.web(port))
        processes.wait_for(f"http://127.0.0.1:{port}/login", group, seconds=90)
        yield Served(f"http://127.0.0.1:{port}", key)
    finally:
        group.stop()


def blocks(document: str, *languages: str) -> list[tuple[str, str]]:
    """The fenced blocks of a document in these languages, in order: language and text."""
    text = (ROOT / document).read_text()
    return [found for found in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S) if found[0] in languages]
