"""P1: one page of ``GET /v1/accounts``, through the whole WSGI application, beside a bare one and a textbook view.

The figure that counts is the processor time of a request: this process, PostgreSQL's backends and Valkey together. The
floor reads the same rows under the same row-level security by one prepared statement, with the key and its budget in
one script of Valkey, and writes them with orjson; it shows no standing, which ours derives from the facts. The peer is
Django REST framework as it is mostly written (ModelSerializer, ListAPIView, CursorPagination, the key read by the ORM),
called without any middleware.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from psycopg.types.string import TextLoader
from rest_framework import authentication, exceptions, generics, pagination, permissions, renderers, serializers

from accounts.models import Account, Person
from accounts.places import STATE_NAMES
from credira.core import json
from credira.core.crypto import digest
from credira.core.ids import public_id
from credira.core.valkey import client
from credira.tenancy.models import Workspace
from credira.tenancy.scope import across_workspaces, bind
from creditors.models import ApiKey
from creditors.services import mint_key
from tests.bench.import_ import run, write_file
from tests.placing import make_collector

ROWS = 20_000
REQUESTS = 150  # of each in one round: a key may ask a thousand times a minute
COLUMNS = (
    "a.id", "a.creditor_reference", "a.person_id", "p.first_name", "p.last_name", "p.state", "a.status", "a.phase",
    "a.collector_role", "a.account_type", "a.original_creditor", "a.current_creditor", "a.current_balance",
    "a.original_balance", "a.principal_balance", "a.currency", "a.dpd", "a.charge_off_date", "a.placement_date",
    "a.placement_id", "a.campaign_id", "a.created_at",
)  # fmt: skip
PAGE = f"""
SELECT {", ".join(COLUMNS)} FROM accounts_account a
LEFT JOIN accounts_person p ON p.workspace_id = a.workspace_id AND p.id = a.person_id
ORDER BY a.id DESC LIMIT 21
"""
# KEYS: the budget, the key's record. ARGV: requests a minute. One round trip finds the caller and counts the request.
FIND_AND_SPEND = b"""
local found = redis.call('GET', KEYS[2])
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], 60) end
if not found or count > tonumber(ARGV[1]) then return false end
return found
"""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Measured:
    """Milliseconds a request, of each round: processor time and time on the wall."""

    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)

    def times(self, name: str, other: str) -> float:
        """How many times the processor time of the other, of the medians."""
        return median(self.cpu[name]) / median(self.cpu[other])


def report(rounds: int) -> str:
    """Measure, and say it in lines."""
    found = measure(rounds)

    def line(name: str, text: str, note: str = "") -> str:
        cpu, wall = median(found.cpu[name]), median(found.wall[name])
        return f"  {text:<44}{cpu:8.2f} ms CPU {wall:8.2f} ms  {note}".rstrip()

    return "\n".join(
        (
            f"P1 list: 20 of {ROWS:,} accounts, {REQUESTS} requests each in turns; medians of {rounds}",
            line("floor", "floor: bare WSGI, one script, one statement"),
            line("ours", "ours: GET /v1/accounts", f"{found.times('ours', 'floor'):.1f} times the floor (goal 2.0)"),
            line("peer", "peer: textbook view, no middleware", f"{found.times('peer', 'ours'):.1f} times ours"),
        )
    )


def measure(rounds: int) -> Measured:
    """Fill a sandbox, let all three answer the same page, then measure them in turns."""
    from credira.wsgi import application

    workspace, token = _sandbox()
    with closing(Floor(workspace, token)) as floor:
        return _in_turns(rounds, token, {"floor": floor, "ours": application, "peer": Peer()})


def _in_turns(rounds: int, token: str, shown: dict[str, Application]) -> Measured:
    _require_same_rows(shown, token)
    meter, measured = Meter(), Measured()
    for turn in range(rounds + 1):
        for name, app in shown.items():
            client().flushdb()  # budgets; the first request afterwards finds the key anew
            if isinstance(app, Floor):
                app.remember()
            _ask(app, token)
            cpu, wall = meter.read(), time.perf_counter()
            for _ in range(REQUESTS):
                _ask(app, token)
            cpu, wall = meter.read() - cpu, time.perf_counter() - wall
            if turn:  # the first one warms caches and plans
                measured.cpu.setdefault(name, []).append(cpu / REQUESTS * 1_000)
                measured.wall.setdefault(name, []).append(wall / REQUESTS * 1_000)
    return measured


class Meter:
    """Seconds of processor time of this process, of this database's backends and of Valkey, as Linux counts them.

    Where servers run on another machine, this process alone.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            pids = [pid for (pid,) in cursor.fetchall()]
        info: Any = client().info("server")
        self.servers = [pid for pid in (*pids, info["process_id"]) if Path(f"/proc/{pid}/task").is_dir()]

    def read(self) -> float:
        """Since they began."""
        return time.process_time() + sum(self._of(pid) for pid in self.servers)

    @staticmethod
    def _of(pid: int) -> float:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


class Floor:
    """A WSGI application with nothing around what must be done."""

    def __init__(self, workspace: Workspace, token: str) -> None:
        self.orjson: Any = import_module("orjson")
        self.hiredis: Any = import_module("hiredis")
        self.key = hashlib.sha256(token.encode()).hexdigest()
        self.record = str(workspace.pk)
        self.valkey: Any = client().connection_pool.get_connection()
        self.reader = self.hiredis.Reader()
        self.script = client().script_load(FIND_AND_SPEND)
        parameters = connection.get_connection_params()
        for name in ("cursor_factory", "context"):
            parameters.pop(name, None)
        self.rows: Any = psycopg.connect(**{**parameters, "autocommit": True, "prepare_threshold": 0})
        for kind in ("numeric", "uuid", "date", "timestamptz"):
            self.rows.adapters.register_loader(kind, TextLoader)

    def remember(self) -> None:
        """Put the key's record where the script finds it."""
        client().set(f"floor:key:{self.key}", self.record)
        client().script_load(FIND_AND_SPEND)

    def close(self) -> None:
        """Leave the database, so that it can be dropped."""
        self.rows.close()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        key = hashlib.sha256(environ["HTTP_AUTHORIZATION"][7:].encode()).hexdigest()
        workspace = self._find(key)
        self.rows.pgconn.exec_(b"BEGIN; SET LOCAL app.workspace = '%s'" % workspace)
        try:
            rows = self.rows.execute(PAGE).fetchall()
        finally:
            self.rows.pgconn.exec_(b"COMMIT")
        names = [column.partition(".")[2] for column in COLUMNS]
        more = len(rows) > 20
        body = self.orjson.dumps(
            {
                "success": True,
                "data": [dict(zip(names, row, strict=True)) for row in rows[:20]],
                "meta": {"has_more": more, "next_cursor": rows[19][0] if more else None},
            }
        )
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _find(self, key: str) -> bytes:
        names = (f"floor:budget:{key}", f"floor:key:{key}")
        self.valkey._sock.sendall(self.hiredis.pack_command(("EVALSHA", self.script, 2, *names, 1_000)))
        while (answer := self.reader.gets()) is False:
            self.reader.feed(self.valkey._sock.recv(65_536))
        if not isinstance(answer, bytes):
            raise PermissionError(answer)
        return answer


class PersonShape(serializers.ModelSerializer[Person]):
    class Meta:
        model = Person
        fields = ["id", "first_name", "last_name", "state"]


class AccountShape(serializers.ModelSerializer[Account]):
    person = PersonShape()

    class Meta:
        model = Account
        fields = [
            "id", "person", "creditor_reference", "status", "phase", "collector_role", "account_type",
            "original_creditor", "current_creditor", "current_balance", "original_balance", "principal_balance",
            "currency", "dpd", "charge_off_date", "placement_date", "campaign_id", "created_at",
        ]  # fmt: skip


class KeyInTable(authentication.BaseAuthentication):
    """Reads the key's row each time."""

    def authenticate(self, request: Any) -> tuple[ApiKey, ApiKey]:
        token = request.headers["Authorization"].partition(" ")[2]
        with across_workspaces():
            columns = ("id", "workspace_id", "scopes", "plan", "expires_at")
            key = ApiKey.objects.filter(digest=digest(token), revoked_at=None).only(*columns).first()
        if key is None:
            raise exceptions.AuthenticationFailed
        return key, key


class ByCreation(pagination.CursorPagination):
    page_size = 20
    ordering = "-id"


class TextbookList(generics.ListAPIView[Account]):
    authentication_classes = [KeyInTable]
    permission_classes = [permissions.AllowAny]
    renderer_classes = [renderers.JSONRenderer]
    pagination_class = ByCreation
    serializer_class = AccountShape

    def get_queryset(self) -> Any:
        return Account.objects.prefetch_related("person")

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with bind(request.auth.workspace_id):
            return super().list(request, *args, **kwargs)


class Peer:
    """The textbook view as a WSGI application."""

    def __init__(self) -> None:
        self.view: Any = TextbookList.as_view()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        response = self.view(WSGIRequest(environ)).render()
        start_response(f"{response.status_code} OK", list(response.headers.items()))
        return [response.content]


def _sandbox() -> tuple[Workspace, str]:
    workspace = make_collector(slug="bench", places=(*STATE_NAMES, "NY-NYC")).sandbox
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "accounts.csv")
        write_file(path, ROWS)
        run(workspace, path)
    with bind(workspace) as bound:
        token = mint_key(workspace=bound, name="Bench", scopes=["accounts:read"], plan="enterprise").token
    return workspace, token


def _ask(app: Application, token: str) -> bytes:
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/v1/accounts", "QUERY_STRING": "", "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": f"Bearer {token}", "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": False,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    told: list[str] = []
    answer = app(environ, lambda status, headers, error=None: told.append(status))
    try:
        content = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    if not told[0].startswith("200"):
        raise RuntimeError(f"{told[0]}: {content[:500]!r}")
    return content


def _require_same_rows(shown: dict[str, Application], token: str) -> None:
    pages = {}
    for name, app in shown.items():
        if isinstance(app, Floor):
            app.remember()
        answer = json.loads(_ask(app, token))
        rows = answer["results"] if name == "peer" else answer["data"]
        pages[name] = [row["id"] if name == "ours" else public_id("acct", UUID(row["id"])) for row in rows]
    if not (len(pages["ours"]) == 20 and pages["floor"] == pages["ours"] == pages["peer"]):
        raise RuntimeError(f"They show different rows: {pages}")
