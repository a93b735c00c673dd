"""The simulator's own pages: who lives here, what reached them, and whether anything came twice.

Server-rendered, without script and without assets of others. Nothing here is real, so the pages ask for no password;
the program listens on this machine unless told otherwise.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator import files, ledger, markup, sink, tables
from simulator.store import Row
from simulator.tables import LISTS, Window
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
    title, listing = LISTS[name]
    start = request.query.get("start", "0")
    window = Window(int(start) if start.isdigit() else 0)
    shown = listing(world, workspace, window)
    content = markup.section(title, shown.html(), _pager(request.path, window, more=shown.more))
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
        markup.section("Callbacks", tables.callbacks(shown["callbacks"]).html()),
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
        markup.section("Callbacks", tables.callbacks(shown["callbacks"]).html()),
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
        *(
            markup.section(title, listing(world, workspace, Window(size=12)).html(), more=markup.link(workspace, name))
            for name, title, listing in (
                ("calls", "Newest calls", tables.calls),
                ("messages", "Newest e-mails", tables.messages),
                ("webhooks", "Webhook sinks", tables.sinks),
            )
        ),
        markup.section("Personas", tables.personas(world, workspace).html(), more=markup.link(workspace, "people")),
        world=world,
        workspace=workspace,
        tab="overview",
    )


def _pager(path: str, window: Window, *, more: bool) -> str:
    newer = f'<a href="{path}?start={max(window.start - window.size, 0)}">Newer</a>' if window.start else ""
    older = f'<a href="{path}?start={window.start + window.size}">Older</a>' if more else ""
    return f"<p class=pager>{newer} {older}</p>" if newer or older else ""


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
