"""The product as real processes beside a test: web, workers and scheduler on the test's own database and Valkey."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from credira.running import processes
from credira.running.processes import Group


def environment() -> dict[str, str]:
    """What a process needs to be the product that the test looks at."""
    database = connection.settings_dict["NAME"]
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "credira.settings",
        "DATABASE_URL": re.sub(r"/\w+(?=\?|$)", f"/{database}", os.environ["DATABASE_URL"], count=1),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "CREDIRA_BASE_URL": settings.BASE_URL,
        "SIMULATOR_URL": settings.SIMULATOR_URL,
        "SIMULATOR_SECRET": settings.SIMULATOR_SECRET,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "LOG_LEVEL": "WARNING",
    }


def any_port() -> int:
    """A port that nobody listens on, of the system's choice."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product_processes(port: int, logs: Path, *, workers: int = 2) -> Iterator[Group]:
    """Web on ``port``, worker processes and the scheduler, all ended with the block."""
    group = Group(logs, environment())
    try:
        group.start("web", processes.web(port))
        processes.wait_for(f"http://127.0.0.1:{port}/login", group, seconds=120)
        group.start("workers", processes.workers(processes=workers))
        group.start("scheduler", processes.scheduler())
        yield group
    finally:
        group.stop()
