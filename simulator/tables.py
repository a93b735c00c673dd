"""What the pages list: people, calls, e-mails, letters, payments, sinks, newest first and a screen at a time."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from simulator import markup, sink
from simulator.people import directory
from simulator.people.personas import PERSONAS
from simulator.store import Row
from simulator.world import Workspace, World

SCREEN = 100


@dataclass(frozen=True)
class Window:
    """Which rows are shown."""

    start: int = 0
    size: int = SCREEN


@dataclass(frozen=True)
class Listing:
    """Rows of cells (markup) under their heads; ``more`` if there are older ones."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    nothing: str
    more: bool = False

    def html(self) -> str:
        return markup.table(self.heads, self.rows, self.nothing)


def people(world: World, workspace: Workspace, window: Window) -> Listing:
    known = directory.listing(world, workspace)
    contacts = _contact_counts(world, workspace)
    rows = [_person(one, contacts) for one in known[window.start : window.start + window.size]]
    heads = ["Person", "Persona", "Told us", "Promises", "#Calls", "#E-mails"]
    return Listing(heads, rows, "Nobody was introduced yet.", len(known) > window.start + window.size)


def calls(world: World, workspace: Workspace, window: Window) -> Listing:
    rows, more = _rows(
        world,
        "SELECT calls.*, people.data FROM calls"
        " LEFT JOIN people ON people.sid = calls.sid AND people.ref = calls.person WHERE calls.sid = ? ORDER BY n DESC",
        workspace,
        window,
    )
    cells = [
        [
            _link(
                f"/w/{workspace.sid}/calls/{row['call_sid']}",
                _name(row["data"]) or row["number_to"],
                f"{row['number_to']} · {row['ref']}",
            ),
            markup.status(row["persona"] or ""),
            markup.status(row["status"]),
            escape(row["answered_by"] or ""),
            markup.when(row["created_at"]),
            f"{row['duration'] or 0} s",
        ]
        for row in rows
    ]
    heads = ["To", "Persona", "Status", "Answered by", "Placed", "#Duration"]
    return Listing(heads, cells, "No call was placed.", more)


def messages(world: World, workspace: Workspace, window: Window) -> Listing:
    rows, more = _rows(world, "SELECT * FROM messages WHERE sid = ? ORDER BY n DESC", workspace, window)
    cells = [
        [
            _link(f"/w/{workspace.sid}/messages/{row['id']}", row["subject"] or "No subject", row["ref"]),
            escape(row["recipient"]),
            markup.status(row["status"]),
            markup.when(row["created_at"]),
        ]
        for row in rows
    ]
    return Listing(["Subject", "To", "Status", "Sent"], cells, "No e-mail was sent.", more)


def letters(world: World, workspace: Workspace, window: Window) -> Listing:
    rows, more = _rows(world, "SELECT * FROM letters WHERE sid = ? ORDER BY n DESC", workspace, window)
    cells = [
        [
            _link(f"/w/{workspace.sid}/files/{row['id']}/0", row["recipient"] or "No name", row["reference"]),
            markup.status(row["status"]),
            markup.when(row["created_at"]),
            f"{row['posts']}",
        ]
        for row in rows
    ]
    return Listing(["To", "Status", "Accepted", "#Times asked for"], cells, "No letter was accepted.", more)


def payments(world: World, workspace: Workspace, window: Window) -> Listing:
    rows, more = _rows(world, "SELECT * FROM payments WHERE sid = ? ORDER BY id DESC", workspace, window)
    cells = [
        [
            f"{markup.code(row['account'])}<small>{escape(row['person'])}</small>",
            markup.when(row["at"]),
            markup.badge("ok" if (row["status"] or 0) // 100 == 2 else "stop", str(row["status"] or "no answer")),
            escape(row["amount"]),
        ]
        for row in rows
    ]
    return Listing(["Account", "Paid", "Product answered", "#Amount"], cells, "Nobody paid yet.", more)


def sinks(world: World, workspace: Workspace, window: Window) -> Listing:
    cells = [
        [
            _link(f"/sinks/{one['name']}", one["name"]),
            escape(one["behaviour"]["kind"]),
            f"{len(one['secrets'])}",
            f"{one['count']}",
            f"{len(one['twice'])}",
        ]
        for one in sink.listing(world, workspace)
    ]
    heads = ["Sink", "Behaves", "#Secrets known", "#Arrived", "#Accepted twice"]
    return Listing(heads, cells, "No sink was told a secret.")


def personas(world: World, workspace: Workspace) -> Listing:
    rows = world.store.all(
        "SELECT persona, count(*) AS n FROM people WHERE sid = ? GROUP BY persona ORDER BY n DESC", workspace.sid
    )
    cells = [[markup.status(row["persona"]), escape(PERSONAS[row["persona"]].title), f"{row['n']}"] for row in rows]
    return Listing(["Persona", "What they do", "#People"], cells, "Nobody was introduced yet.")


def callbacks(sent: Sequence[dict[str, Any]]) -> Listing:
    cells = [
        [
            f"{escape(one['event'])}<small>{escape(one['url'])}</small>",
            escape(one["at"] or ""),
            escape(one["fault"] or ""),
            escape(str(one["status"] or one["error"] or "not sent")),
        ]
        for one in sent
    ]
    return Listing(["Event", "Sent", "Disturbed by", "#Answered"], cells, "None was sent.")


LISTS: dict[str, tuple[str, Callable[[World, Workspace, Window], Listing]]] = {
    "people": ("People", people),
    "calls": ("Calls", calls),
    "messages": ("E-mails", messages),
    "letters": ("Letters", letters),
    "payments": ("Payments", payments),
    "webhooks": ("Webhook sinks", sinks),
}


def _person(one: dict[str, Any], contacts: dict[tuple[str, str], int]) -> list[str]:
    told = [f"{markup.status(told['what'])} by {escape(told['channel'])}" for told in one["told_us"]]
    promises = [
        f"{escape(promise['amount'])} on {promise['due_on']} {markup.status(promise['state'])}"
        for promise in one["promises"]
    ]
    return [
        f"{escape(one['name'] or one['ref'])}<small>{escape(', '.join(one['phones'] + one['emails']))}</small>",
        f"{markup.status(one['persona'])}<small>by {escape(one['persona_source'])}</small>",
        "<br>".join(told) or "nothing",
        "<br>".join(promises) or "none",
        f"{contacts.get(('call', one['ref']), 0)}",
        f"{contacts.get(('mail', one['ref']), 0)}",
    ]


def _rows(world: World, sql: str, workspace: Workspace, window: Window) -> tuple[list[Row], bool]:
    """The window's rows, and whether older ones follow."""
    rows = world.store.all(f"{sql} LIMIT ? OFFSET ?", workspace.sid, window.size + 1, window.start)
    return rows[: window.size], len(rows) > window.size


def _link(address: str, words: str, below: str = "") -> str:
    small = f"<small>{escape(below)}</small>" if below else ""
    return f'<a href="{escape(address)}">{escape(words)}</a>{small}'


def _name(data: str | None) -> str:
    return str(json.loads(data)["name"]) if data else ""


def _contact_counts(world: World, workspace: Workspace) -> dict[tuple[str, str], int]:
    counts = {}
    for kind, table in (("call", "calls"), ("mail", "messages")):
        sql = f"SELECT person, count(*) AS n FROM {table} WHERE sid = ? GROUP BY person"  # noqa: S608
        counts.update({(kind, row["person"]): row["n"] for row in world.store.all(sql, workspace.sid)})
    return counts
