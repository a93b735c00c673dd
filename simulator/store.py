"""The simulator's own file: SQLite in WAL mode, one connection, statements of a few microseconds each.

JSON columns are text; ``Store.json`` fields are encoded on the way in by the callers that own them.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

VERSION = 1  # raise it with any change of a table
SCHEMA = """
CREATE TABLE IF NOT EXISTS workspaces (
    sid TEXT PRIMARY KEY, config TEXT NOT NULL, base REAL NOT NULL, wall REAL NOT NULL, frozen INTEGER NOT NULL,
    seen_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS people (
    sid TEXT NOT NULL, ref TEXT NOT NULL, persona TEXT NOT NULL, persona_source TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (sid, ref));
CREATE TABLE IF NOT EXISTS contacts (
    sid TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (sid, kind, value));
CREATE TABLE IF NOT EXISTS told (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, channel TEXT NOT NULL,
    at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS promises (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, person TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL,
    due_on TEXT NOT NULL, made_at REAL NOT NULL, intent TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS acts (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
    data TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending');
CREATE INDEX IF NOT EXISTS acts_pending ON acts (sid, state, at, id);
CREATE TABLE IF NOT EXISTS calls (
    n INTEGER PRIMARY KEY, call_sid TEXT NOT NULL UNIQUE, sid TEXT NOT NULL, number_to TEXT NOT NULL,
    number_from TEXT NOT NULL, params TEXT NOT NULL, ref TEXT NOT NULL, payload TEXT, person TEXT, persona TEXT,
    status TEXT NOT NULL, answered_by TEXT, created_at REAL NOT NULL, started_at REAL, ended_at REAL, duration INTEGER,
    error_code INTEGER, wall REAL NOT NULL, wall_end REAL);
CREATE INDEX IF NOT EXISTS calls_by_number ON calls (sid, number_to);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY, call_sid TEXT NOT NULL, offset REAL NOT NULL, speaker TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS turns_by_call ON turns (call_sid);
CREATE TABLE IF NOT EXISTS recordings (
    recording_sid TEXT PRIMARY KEY, sid TEXT NOT NULL, call_sid TEXT NOT NULL, status TEXT NOT NULL,
    started_at REAL NOT NULL, ended_at REAL);
CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, object TEXT NOT NULL, event TEXT NOT NULL, url TEXT NOT NULL,
    at REAL NOT NULL, wall REAL NOT NULL, status INTEGER, error TEXT, fault TEXT);
CREATE INDEX IF NOT EXISTS callbacks_by_object ON callbacks (object);
CREATE TABLE IF NOT EXISTS messages (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sid TEXT NOT NULL, recipient TEXT NOT NULL, sender TEXT NOT NULL,
    subject TEXT NOT NULL, tag TEXT, metadata TEXT NOT NULL, ref TEXT NOT NULL, body TEXT NOT NULL,
    body_sha256 TEXT NOT NULL, person TEXT, status TEXT NOT NULL, created_at REAL NOT NULL, wall REAL NOT NULL);
CREATE INDEX IF NOT EXISTS messages_by_workspace ON messages (sid, n);
CREATE TABLE IF NOT EXISTS message_events (
    id INTEGER PRIMARY KEY, message TEXT NOT NULL, type TEXT NOT NULL, at REAL NOT NULL, details TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS message_events_by_message ON message_events (message);
CREATE TABLE IF NOT EXISTS files (
    object TEXT NOT NULL, n INTEGER NOT NULL, sid TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
    content BLOB NOT NULL, PRIMARY KEY (object, n));
CREATE TABLE IF NOT EXISTS inactive (sid TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (sid, email));
CREATE TABLE IF NOT EXISTS letters (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sid TEXT NOT NULL, reference TEXT NOT NULL, status TEXT NOT NULL,
    recipient TEXT NOT NULL, data TEXT NOT NULL, sha256 TEXT NOT NULL, posts INTEGER NOT NULL,
    person TEXT, created_at REAL NOT NULL, UNIQUE (sid, reference));
CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, person TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL,
    at REAL NOT NULL, status INTEGER, answer TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, method TEXT NOT NULL,
    url TEXT NOT NULL, at REAL NOT NULL, status INTEGER, error TEXT);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, sid TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, remaining INTEGER, rate REAL,
    seconds REAL NOT NULL, match TEXT NOT NULL, seed TEXT NOT NULL, asked INTEGER NOT NULL DEFAULT 0,
    hits INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS sinks (
    name TEXT PRIMARY KEY, sid TEXT NOT NULL, secrets TEXT NOT NULL, behaviour TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sink_events (
    id INTEGER PRIMARY KEY, sink TEXT NOT NULL, wall REAL NOT NULL, method TEXT NOT NULL, headers TEXT NOT NULL,
    body BLOB NOT NULL, webhook_id TEXT NOT NULL, type TEXT NOT NULL, answered INTEGER, standard TEXT NOT NULL,
    hex TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sink_events_by_sink ON sink_events (sink, id);
"""

# Everything that belongs to one workspace, for its deletion. turns and message_events go with their parents.
OWNED = (
    "people",
    "contacts",
    "told",
    "promises",
    "acts",
    "calls",
    "recordings",
    "callbacks",
    "messages",
    "inactive",
    "letters",
    "files",
    "payments",
    "requests",
    "faults",
    "sinks",
    "workspaces",
)

Row = sqlite3.Row


class Store:
    """Thin helpers over one SQLite connection in autocommit mode."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._prepare()

    def _prepare(self) -> None:
        """Make the tables; those of an older version are dropped, since a simulated past is worth no migration."""
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            names = self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for row in names:
                self._db.execute(f"DROP TABLE {row['name']}")
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def all(self, sql: str, *values: Any) -> list[Row]:
        return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        row: Row | None = self._db.execute(sql, values).fetchone()
        return row

    def run(self, sql: str, *values: Any) -> int:
        """Execute and say how many rows changed."""
        return self._db.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._db.execute("BEGIN")
        self._db.executemany(sql, rows)
        self._db.execute("COMMIT")

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row and return its rowid. Dicts and lists become JSON."""
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        cursor = self._db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608  names come from the code
            [_plain(value) for value in values.values()],
        )
        return cursor.lastrowid or 0

    def update(self, table: str, where: Mapping[str, Any], **changes: Any) -> int:
        sets = ", ".join(f"{name} = ?" for name in changes)
        tests = " AND ".join(f"{name} = ?" for name in where)
        return self._db.execute(
            f"UPDATE {table} SET {sets} WHERE {tests}",  # noqa: S608  names come from the code
            [_plain(value) for value in (*changes.values(), *where.values())],
        ).rowcount

    def forget(self, sid: str) -> None:
        """Remove everything of one workspace."""
        self._db.execute("BEGIN")
        for statement in (
            "DELETE FROM turns WHERE call_sid IN (SELECT call_sid FROM calls WHERE sid = ?)",
            "DELETE FROM message_events WHERE message IN (SELECT id FROM messages WHERE sid = ?)",
            "DELETE FROM sink_events WHERE sink IN (SELECT name FROM sinks WHERE sid = ?)",
            *(f"DELETE FROM {table} WHERE sid = ?" for table in OWNED),  # noqa: S608
        ):
            self._db.execute(statement, (sid,))
        self._db.execute("COMMIT")


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
