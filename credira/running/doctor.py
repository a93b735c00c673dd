"""What is missing on this machine or in these settings, and the line that mends it."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from credira.core import clock
from credira.core.valkey import client
from credira.running.ports import is_free


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do when it isn't right."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, one after the other; a check that fails doesn't stop the next."""
    for check in (_python, _pango, _chromium, _database, _role, _migrations, _valkey, _disk, _port, _scheduler):
        yield _guarded(check)


def _guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return Finding(
            check.__name__.strip("_"), False, str(error).splitlines()[0], "Start it, or see docs/operations.md."
        )


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")


def _pango() -> Finding:
    try:
        importlib.import_module("weasyprint")
    except OSError as error:
        return Finding(
            "pango",
            False,
            f"PDF letters are off: {str(error).splitlines()[0]}",
            "Debian, Ubuntu: apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. "
            "Fedora: dnf install pango. macOS: brew install pango.",
        )
    return Finding("pango", True, "WeasyPrint can make PDFs")


def _chromium() -> Finding:
    found = shutil.which("chromium") or ""
    return Finding("chromium", bool(found), found or "browser tests are skipped", "apt-get install -y chromium")


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(version(), ' ', 2)")
        row = cursor.fetchone()
    return Finding("database", True, f"PostgreSQL {row[0] if row else '?'}")


def _role() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        row = cursor.fetchone()
    name = row[0] if row else "?"
    return Finding("role", name == "credira_app", str(name), "DATABASE_URL must log in as credira_app.")


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding("migrations", not left, f"{len(left)} to apply", "python3 manage.py migrate")


def _valkey() -> Finding:
    info = client().info("server")
    version = info.get("valkey_version") or info.get("redis_version")
    return Finding("valkey", True, str(version))


def _disk() -> Finding:
    free = shutil.disk_usage(settings.BASE_DIR).free // 2**30
    return Finding("disk", free >= 2, f"{free} GiB free", "Make at least 2 GiB free.")


def _port() -> Finding:
    free = is_free(8000)
    return Finding("port", True, "8000 is free" if free else "8000 is in use: the demo takes the next free one")


def _scheduler() -> Finding:
    from credira.work.models import Heartbeat

    beat = Heartbeat.objects.filter(name="scheduler").values_list("beat_at", flat=True).first()
    age = int((clock.wall() - beat).total_seconds()) if beat else None
    alive = age is not None and age < 10
    detail = "never ran" if age is None else f"last alive {age} s ago"
    return Finding("scheduler", alive, detail, "python3 manage.py scheduler (the demo starts one)")
