"""The simulator's own pages: who lives here, what reached them, and whether anything came twice.

Server-rendered, without script and without assets of others. Nothing here is real, so the pages ask for no password;
the program listens on this machine unless told otherwise.
"""

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator import files, ledger, markup, sink
from simulator.people import directory
from simulator.people.personas import PERSONAS
from simulator.store import Row
from simulator.world import WORLD, Workspace, World

MOST_ROWS = 200
STYLE = (Path(__file__).parent / "page.css").read_bytes()
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

routes = web.RouteTableDef()


@routes.get("/page.css")
async def style(request: web.Request) -> web.Response:
    return web.Response(body=STYLE, content_type="text/css", headers={"Cache-Control": "max-age=3600"})


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    """The sandbox that was told something last; the others are a link away."""
    world = request.app[WORLD]
    if not world.workspaces:
        return markup.page(
            "Nobody lives here yet", "<p class=sub>A sandbox appears once it is told who lives there.</p>"
        )
    chosen = world.workspaces.get(request.query.get("w", "")) or _latest(world)
    return _overview(world, chosen)


@routes.get("/w/{sid}/{tab}")
async def tab(request: web.Request) -> web.Response:
    world, workspace = _workspace(request)
    name = request.match_info["tab"]
    if name == "overview":
        return _overview(world, workspace)
    if name not in LISTS:
        raise web.HTTPNotFound(text="There is no such page.")
    title, table = LISTS[name]
    content = markup.section(title, table(world, workspace))
    return markup.page(title, content, world=world, workspace=workspace, tab=name)


@routes.get("/w/{sid}/calls/{call}")
async def call(request: web.Request) -> web.Response:
    """One call: its transcript and its callbacks."""
    world, workspace = _workspace(request)
    row = world.store.one(
        "SELECT * FROM calls WHERE sid = ? AND call_sid = ?", workspace.sid, request.match_info["call"]
    )
    if row is None:
        raise web.HTTPNotFound(text="There is no such call.")
    shown = ledger.call(world, row, transcript=True)
    turns = "".join(
        f"<li class={escape(turn['speaker'])}>{escape(turn['text'])}<small>{escape(turn['speaker'])}, "
        f"{turn['offset']:.0f} s</small></li>"
        for turn in shown["transcript"]
    )
    facts = markup.facts(
        [
            ("To", shown["to"]), ("From", shown["from"]), ("Persona", markup.status(shown["persona"])),
            ("Status", markup.status(shown["status"])), ("Answered by", shown["answered_by"] or "nobody"),
            ("Placed", markup.when(row["created_at"])), ("Duration", f"{shown['duration'] or 0} s"),
            ("Client's name", markup.code(shown["ref"])), ("Error", shown["error_code"] or "none"),
        ]
    )  # fmt: skip
    return markup.page(
        f"Call to {shown['to']}",
        markup.section("Facts", facts),
        markup.section("What was said", f"<ol class=talk>{turns}</ol>" if turns else markup.empty("Nobody spoke.")),
        markup.section("Callbacks", _callbacks(shown["callbacks"])),
        world=world,
        workspace=workspace,
        tab="calls",
    )


@routes.get("/w/{sid}/messages/{message}")
async def message(request: web.Request) -> web.Response:
    """One mail: as it was sent, and what became of it."""
    world, workspace, row = _message(request)
    shown = ledger.message(world, row, bodies=True)
    headers = "".join(f"<code>{escape(name)}: {escape(value)}</code><br>" for name, value in shown["headers"].items())
    attachments = ", ".join(
        f'<a href="/w/{workspace.sid}/files/{row["id"]}/{number}">{escape(name)}</a>'
        for number, name in enumerate(shown["attachments"])
    )
    facts = markup.facts(
        [
            ("To", shown["to"]), ("From", shown["from"]), ("Sent", markup.when(row["created_at"])),
            ("Status", markup.status(shown["status"])),
            ("Headers", markup.Html(headers) if headers else "none of its own"),
            ("Metadata", markup.code(json.dumps(shown["metadata"]))),
            ("Attachments", markup.Html(attachments) if attachments else "none"),
            ("Events", ", ".join(f"{one['type']} {one['at']}" for one in shown["events"]) or "none yet"),
        ]
    )  # fmt: skip
    source = f"/w/{workspace.sid}/messages/{row['id']}/html"
    body = f'<iframe src="{source}" title="The message" sandbox></iframe>' if shown["html"] else ""
    text = f"<pre>{escape(shown['text'])}</pre>" if shown["text"] else ""
    return markup.page(
        shown["subject"] or "No subject",
        markup.section("Facts", facts),
        markup.section("As HTML", body) if body else "",
        markup.section("As text", text) if text else "",
        markup.section("Callbacks", _callbacks(shown["callbacks"])),
        world=world,
        workspace=workspace,
        tab="messages",
    )


@routes.get("/w/{sid}/messages/{message}/html")
async def message_html(request: web.Request) -> web.Response:
    """The mail's own HTML, for the frame: no script, no request to anywhere."""
    _, _, row = _message(request)
    html = json.loads(row["body"]).get("HtmlBody") or ""
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": MAIL_POLICY})


@routes.get(r"/w/{sid}/files/{object}/{n:\d+}")
async def file(request: web.Request) -> web.Response:
    """An attachment, or a letter's PDF."""
    world, workspace = _workspace(request)
    return files.download(world, workspace, request.match_info["object"], int(request.match_info["n"]))


@routes.get("/sinks/{name}")
async def sink_page(request: web.Request) -> web.Response:
    """What arrived at one sink, newest first."""
    world, name = request.app[WORLD], request.match_info["name"]
    rows = world.store.all("SELECT * FROM sink_events WHERE sink = ? ORDER BY id DESC LIMIT ?", name, MOST_ROWS)
    twice = sink.twice(world, name)
    owner = world.store.one("SELECT sid FROM sinks WHERE name = ?", name)
    workspace = world.workspaces.get(owner["sid"]) if owner else None
    events = "".join(
        markup.section(
            f"{escape(row['type'] or row['method'])} {markup.status(row['standard'])}",
            markup.facts(
                [
                    ("Arrived", markup.when(row["wall"])), ("Webhook id", markup.code(row["webhook_id"] or "none")),
                    ("Standard Webhooks", markup.status(row["standard"])), ("Hex HMAC", markup.status(row["hex"])),
                    ("Answered", row["answered"] or "not yet"),
                ]
            ),
            f"<pre>{escape(markup.pretty(row['body']))}</pre>",
        )
        for row in rows
    )  # fmt: skip
    verdict = markup.verdict_box(
        not twice,
        "No event was accepted twice.",
        f"{len(twice)} events were accepted more than once.",
        [f"{one['webhook_id']} ({one['count']} times)" for one in twice],
    )
    count = f"<p class=sub>{sink.count(world, name)} arrived; the newest {len(rows)} are shown.</p>"
    return markup.page(
        f"Sink {name}",
        count,
        verdict,
        events or markup.empty("Nothing arrived."),
        world=world,
        workspace=workspace,
        tab="webhooks",
    )


def _overview(world: World, workspace: Workspace) -> web.Response:
    told = ledger.read(world, workspace)
    counts, twice, after = told["counts"], told["twice"], told["after_stop"]
    people = world.store.one("SELECT count(*) AS n FROM people WHERE sid = ?", workspace.sid)
    promises = world.store.all("SELECT state FROM promises WHERE sid = ?", workspace.sid)
    kept = sum(row["state"] == "kept" for row in promises)
    figures = markup.figures(
        [
            ("People", people["n"] if people else 0), ("Dials", counts["calls"]), ("E-mails", counts["messages"]),
            ("Letters", counts["letters"]), ("Promises kept", f"{kept} of {len(promises)}"),
            ("Payments", counts["payments"]),
        ]
    )  # fmt: skip
    return markup.page(
        workspace.config.label or "A sandbox",
        _twice_box(twice),
        _after_box(after),
        figures,
        markup.section("Newest calls", _calls(world, workspace, 12), more=markup.link(workspace, "calls")),
        markup.section("Newest e-mails", _messages(world, workspace, 12), more=markup.link(workspace, "messages")),
        markup.section("Personas", _personas(world, workspace), more=markup.link(workspace, "people")),
        world=world,
        workspace=workspace,
        tab="overview",
    )


# Tables


def _people(world: World, workspace: Workspace) -> str:
    shown = directory.listing(world, workspace)[:MOST_ROWS]
    contacts = _contact_counts(world, workspace)
    rows = [
        [
            f"{escape(one['name'] or one['ref'])}<small>{escape(', '.join(one['phones'] + one['emails']))}</small>",
            f"{markup.status(one['persona'])}<small>by {escape(one['persona_source'])}</small>",
            ", ".join(f"{markup.status(told['what'])} by {escape(told['channel'])}" for told in one["told_us"])
            or "nothing",
            "<br>".join(
                f"{escape(promise['amount'])} on {promise['due_on']} {markup.status(promise['state'])}"
                for promise in one["promises"]
            )
            or "none",
            f"{contacts.get(('call', one['ref']), 0)}",
            f"{contacts.get(('mail', one['ref']), 0)}",
        ]
        for one in shown
    ]
    heads = ["Person", "Persona", "Told us", "Promises", "#Calls", "#E-mails"]
    return markup.table(heads, rows, "Nobody was introduced yet.")


def _calls(world: World, workspace: Workspace, most: int = MOST_ROWS) -> str:
    rows = world.store.all(
        "SELECT calls.*, people.data FROM calls"
        " LEFT JOIN people ON people.sid = calls.sid AND people.ref = calls.person"
        " WHERE calls.sid = ? ORDER BY n DESC LIMIT ?",
        workspace.sid,
        most,
    )
    cells = [
        [
            f'<a href="/w/{workspace.sid}/calls/{row["call_sid"]}">{escape(_name(row["data"]) or row["number_to"])}'
            "</a>"
            f"<small>{escape(row['number_to'])} · {escape(row['ref'])}</small>",
            markup.status(row["persona"] or ""),
            markup.status(row["status"]),
            escape(row["answered_by"] or ""),
            markup.when(row["created_at"]),
            f"{row['duration'] or 0} s",
        ]
        for row in rows
    ]
    return markup.table(["To", "Persona", "Status", "Answered by", "Placed", "#Duration"], cells, "No call was placed.")


def _messages(world: World, workspace: Workspace, most: int = MOST_ROWS) -> str:
    rows = world.store.all("SELECT * FROM messages WHERE sid = ? ORDER BY n DESC LIMIT ?", workspace.sid, most)
    cells = [
        [
            f'<a href="/w/{workspace.sid}/messages/{row["id"]}">{escape(row["subject"] or "No subject")}</a>'
            f"<small>{escape(row['ref'])}</small>",
            escape(row["recipient"]),
            markup.status(row["status"]),
            markup.when(row["created_at"]),
        ]
        for row in rows
    ]
    return markup.table(["Subject", "To", "Status", "Sent"], cells, "No e-mail was sent.")


def _letters(world: World, workspace: Workspace) -> str:
    rows = world.store.all("SELECT * FROM letters WHERE sid = ? ORDER BY n DESC LIMIT ?", workspace.sid, MOST_ROWS)
    cells = [
        [
            f'<a href="/w/{workspace.sid}/files/{row["id"]}/0">{escape(row["recipient"])}</a>'
            f"<small>{escape(row['reference'])}</small>",
            markup.status(row["status"]),
            markup.when(row["created_at"]),
            f"{row['posts']}",
        ]
        for row in rows
    ]
    return markup.table(["To", "Status", "Accepted", "#Times asked for"], cells, "No letter was accepted.")


def _payments(world: World, workspace: Workspace) -> str:
    rows = world.store.all("SELECT * FROM payments WHERE sid = ? ORDER BY id DESC LIMIT ?", workspace.sid, MOST_ROWS)
    cells = [
        [
            f"<code>{escape(row['account'])}</code><small>{escape(row['person'])}</small>",
            markup.when(row["at"]),
            markup.badge("ok" if (row["status"] or 0) // 100 == 2 else "stop", str(row["status"] or "no answer")),
            escape(row["amount"]),
        ]
        for row in rows
    ]
    return markup.table(["Account", "Paid", "Product answered", "#Amount"], cells, "Nobody paid yet.")


def _sinks(world: World, workspace: Workspace) -> str:
    cells = [
        [
            f'<a href="/sinks/{escape(one["name"])}">{escape(one["name"])}</a>',
            escape(one["behaviour"]["kind"]),
            f"{len(one['secrets'])}",
            f"{one['count']}",
            f"{len(one['twice'])}",
        ]
        for one in sink.listing(world, workspace)
    ]
    return markup.table(
        ["Sink", "Behaves", "#Secrets known", "#Arrived", "#Twice"], cells, "No sink was told a secret."
    )


def _personas(world: World, workspace: Workspace) -> str:
    rows = world.store.all(
        "SELECT persona, count(*) AS n FROM people WHERE sid = ? GROUP BY persona ORDER BY n DESC", workspace.sid
    )
    cells = [[markup.status(row["persona"]), escape(PERSONAS[row["persona"]].title), f"{row['n']}"] for row in rows]
    return markup.table(["Persona", "What they do", "#People"], cells, "Nobody was introduced yet.")


def _callbacks(callbacks: Sequence[dict[str, Any]]) -> str:
    cells = [
        [
            f"{escape(one['event'])}<small>{escape(one['url'])}</small>",
            escape(one["at"] or ""),
            escape(one["fault"] or ""),
            f"{one['status'] or escape(one['error'] or 'not sent')}",
        ]
        for one in callbacks
    ]
    return markup.table(["Event", "Sent", "Disturbed by", "#Answered"], cells, "None was sent.")


def _name(data: str | None) -> str:
    return str(json.loads(data)["name"]) if data else ""


def _contact_counts(world: World, workspace: Workspace) -> dict[tuple[str, str], int]:
    counts = {}
    for kind, table in (("call", "calls"), ("mail", "messages")):
        sql = f"SELECT person, count(*) AS n FROM {table} WHERE sid = ? GROUP BY person"  # noqa: S608
        counts.update({(kind, row["person"]): row["n"] for row in world.store.all(sql, workspace.sid)})
    return counts


LISTS: dict[str, tuple[str, Callable[[World, Workspace], str]]] = {
    "people": ("People", _people),
    "calls": ("Calls", _calls),
    "messages": ("E-mails", _messages),
    "letters": ("Letters", _letters),
    "payments": ("Payments", _payments),
    "webhooks": ("Webhook sinks", _sinks),
}


# Verdicts


def _twice_box(twice: dict[str, Any]) -> str:
    found = [
        f"{kind.replace('_', ' ')}: {one.get('ref') or one.get('to')} ({len(one.get('sids') or one.get('ids'))} times)"
        for kind in ("calls", "messages", "letters", "overlapping_calls")
        for one in twice[kind]
    ]
    return markup.verdict_box(not found, "Nothing came twice.", "Something came twice.", found)


def _after_box(after: Sequence[dict[str, Any]]) -> str:
    if not after:
        return ""
    found = [f"{one['person']} was sent a {one['channel']} after telling us: {one['what']}" for one in after]
    return markup.verdict_box(False, "", "Somebody was contacted after telling us not to.", found[:20])


def _workspace(request: web.Request) -> tuple[World, Workspace]:
    world = request.app[WORLD]
    workspace = world.workspaces.get(request.match_info["sid"])
    if workspace is None:
        raise web.HTTPNotFound(text="There is no such sandbox.")
    return world, workspace


def _message(request: web.Request) -> tuple[World, Workspace, Row]:
    world, workspace = _workspace(request)
    sql = "SELECT * FROM messages WHERE sid = ? AND id = ?"
    row = world.store.one(sql, workspace.sid, request.match_info["message"])
    if row is None:
        raise web.HTTPNotFound(text="There is no such message.")
    return world, workspace, row


def _latest(world: World) -> Workspace:
    """The sandbox in which something happened last."""
    row = world.store.one(
        "SELECT sid FROM (SELECT sid, wall FROM calls UNION ALL SELECT sid, wall FROM messages)"
        " ORDER BY wall DESC LIMIT 1"
    )
    known = world.workspaces.get(row["sid"]) if row else None
    return known or list(world.workspaces.values())[-1]
