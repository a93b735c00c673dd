"""A production installation of this directory's code: servers that aren't embedded, secrets of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psycopg

from credira import embedded

ROOT = Path(__file__).resolve().parents[2]
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OURS = ("CREDIRA_", "DATABASE_", "REDIS_", "DJANGO_", "SECRET_KEY", "SIMULATOR_", "ALLOWED_HOSTS", "DEBUG", "MEDIA_")


def clean_environment(**variables: str) -> dict[str, str]:
    """This process's environment without anything that the settings read, and these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "CREDIRA_NO_BOOTSTRAP": "1", "CREDIRA_ENV_FILE": os.devnull, **variables}


@dataclass(frozen=True)
class Installation:
    """Where its servers are, and what an operator would have set."""

    host: str
    environment: dict[str, str]

    def database_url(self, role: str) -> str:
        """The same database under another login."""
        return f"postgresql://{role}@/{embedded.DATABASE}?host={self.host}"

    def but(self, **variables: str) -> dict[str, str]:
        """Its environment with one thing changed; an empty value takes the variable away."""
        return {name: value for name, value in {**self.environment, **variables}.items() if value}


def install(directory: Path) -> Installation:
    """Start PostgreSQL and Valkey elsewhere and take away the mark by which an embedded PostgreSQL is known."""
    servers = embedded.start(directory / "servers")
    host = servers.database_url.partition("host=")[2]
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("ALTER ROLE credira_app RESET credira.embedded")
        connection.execute("CREATE ROLE careless LOGIN BYPASSRLS IN ROLE credira_app")
    return Installation(
        host,
        clean_environment(
            CREDIRA_ENVIRONMENT="production",
            CREDIRA_LOCAL_DIR=str(directory / "production"),
            CREDIRA_BASE_URL="https://credira.example.com",
            SECRET_KEY="a secret of fifty or more characters, with enough of them",
            CREDIRA_FIELD_KEYS=KEY,
            CREDIRA_INDEX_KEY=KEY,
            SIMULATOR_SECRET="another secret",
            DATABASE_URL=servers.database_url,
            REDIS_URL=servers.redis_url,
        ),
    )


def manage(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`manage.py` as an operator runs it."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def gunicorn(port: int, *, environment: dict[str, str]) -> "subprocess.Popen[str]":
    """The web server, as docs/operations.md starts it."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "credira.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--threads", "2", "--no-control-socket"),
        ],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, *, seconds: float = 60, **headers: str) -> tuple[int, str]:
    """Status and text of an address, asked until something answers."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except (ConnectionError, urllib.error.URLError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
