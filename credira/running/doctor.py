"""What is missing on this machine or in these settings, and the line that mends it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import psycopg
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from psycopg.conninfo import make_conninfo

from credira.core import clock
from credira.core.valkey import client
from credira.documents.pdf import renderer_problem
from credira.running.browser import chromium
from credira.running.migrations import pending_migrations
from credira.running.ports import is_free

_PATIENCE_S = 3
_SERVERS = "Unset DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, so that manage.py starts its own, or start "


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do when it isn't right.

    Without what isn't ``needed`` a part is off (PDFs, browser tests) and the rest works.
    """

    name: str
    ok: bool
    detail: str
    mend: str = ""
    needed: bool = True


def examine() -> Iterator[Finding]:
    """Look at everything, one after the other; what can't be asked without the database isn't asked without it."""
    for check in (_python, _packages, _pango, _chromium, _disk, _port, _valkey):
        yield check()
    database = _database()
    yield database
    if database.ok:
        for check in (_role, _migrations, _scheduler):
            yield _guarded(check)


def _guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DatabaseError as error:
        return Finding(check.__name__.strip("_"), False, str(error).splitlines()[0], "python3 manage.py migrate")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")


def _packages() -> Finding:
    wrong = [pin for pin in _pins() if _installed(pin.partition("==")[0]) != pin.partition("==")[2]]
    detail = f"not as pinned: {', '.join(wrong[:5])}" if wrong else "as pinned in requirements.txt"
    return Finding("packages", not wrong, detail, "python3 tools/setup.py requirements.txt")


def _pins() -> list[str]:
    """`name==version` of each pin, without extras, markers' lines and comments."""
    lines = (settings.BASE_DIR / "requirements.txt").read_text().splitlines()
    pins = [line.partition("#")[0].partition(";")[0].strip() for line in lines]
    return [f"{pin.partition('==')[0].partition('[')[0]}=={pin.partition('==')[2]}" for pin in pins if "==" in pin]


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _pango() -> Finding:
    problem, _, mend = renderer_problem().partition(". ")
    return Finding("pango", not problem, problem or "WeasyPrint can make PDFs", mend, needed=False)


def _chromium() -> Finding:
    found = chromium()
    detail = found or "browser tests are skipped"
    return Finding("chromium", found is not None, detail, "apt-get install -y chromium", needed=False)


def _database() -> Finding:
    """A connection of its own: the pool would try for long."""
    try:
        with psycopg.connect(_login(), connect_timeout=_PATIENCE_S) as probe:
            row = probe.execute("SELECT split_part(version(), ' ', 2)").fetchone()
    except psycopg.Error as error:
        return Finding("database", False, str(error).splitlines()[0], f"{_SERVERS}the PostgreSQL of DATABASE_URL.")
    return Finding("database", True, f"PostgreSQL {row[0] if row else '?'}")


def _login() -> str:
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    values = {key: str(connection.settings_dict[name]) for key, name in named.items() if connection.settings_dict[name]}
    options = connection.settings_dict["OPTIONS"]
    values |= {key: str(value) for key, value in options.items() if key in ("host", "sslmode", "sslrootcert")}
    return make_conninfo(**values)


def _role() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        row = cursor.fetchone()
    name = row[0] if row else "?"
    return Finding("role", name == "credira_app", str(name), "DATABASE_URL must log in as credira_app.")


def _migrations() -> Finding:
    left = pending_migrations()
    return Finding("migrations", not left, f"{left} to apply", "python3 manage.py migrate")


def _valkey() -> Finding:
    try:
        info = client().info("server")
    except (redis.RedisError, OSError) as error:
        return Finding("valkey", False, str(error).splitlines()[0], f"{_SERVERS}the Valkey of REDIS_URL.")
    return Finding("valkey", True, str(info.get("valkey_version") or info.get("redis_version")))


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
    mend = "python3 manage.py scheduler (the demo starts one)"
    return Finding("scheduler", alive, detail, mend, needed=False)
