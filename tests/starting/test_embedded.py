"""The embedded servers, as real processes in a folder of their own."""

import os
import signal
import time
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from credira import embedded

pytestmark = pytest.mark.processes
WHEEL_WAITS = 10  # seconds: the limit that the PostgreSQL wheel has of its own


def test_a_server_that_is_long_in_coming_up_after_a_crash_is_waited_for(elsewhere: Path) -> None:
    local = elsewhere / "slow"
    embedded.start(local)
    embedded.stop(local)
    pid_file = local / "pg" / "postmaster.pid"

    def hold_it_up() -> None:
        while not (pid_file.exists() and pid_file.read_text()):
            time.sleep(0.001)
        pid = int(pid_file.read_text().splitlines()[0])
        os.kill(pid, signal.SIGSTOP)
        time.sleep(WHEEL_WAITS + 2)
        os.kill(pid, signal.SIGCONT)

    holding = Thread(target=hold_it_up)
    holding.start()
    begun = time.monotonic()
    servers = embedded.start(local)
    took = time.monotonic() - begun
    holding.join()

    assert took > WHEEL_WAITS
    with psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
