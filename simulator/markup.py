"""The parts of which the pages are made: tables, facts, badges, the frame with its navigation."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from aiohttp import web

from simulator.timing import iso
from simulator.world import Workspace, World

POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'"
TABS = ("overview", "people", "calls", "messages", "letters", "payments", "webhooks")

KINDS = {
    "cooperative": "ok", "hardship": "wait", "negotiator": "wait", "promise_breaker": "wait", "callback": "wait",
    "disputer": "stop", "already_paid": "stop", "stopper": "stop", "attorney": "stop", "bankruptcy": "stop",
    "abusive": "stop",
    "refuser": "stop", "deceased": "stop", "injector": "look", "wrong_number": "look", "third_party": "look",
    "human_wanted": "look", "spanish": "look",
    "completed": "ok", "in-progress": "note", "ringing": "note", "queued": "idle", "canceled": "idle", "busy": "wait",
    "no-answer": "wait", "failed": "stop",
    "sent": "note", "delivered": "ok", "opened": "ok", "bounced": "stop", "accepted": "note", "mailed": "note",
    "returned_to_sender": "stop",
    "verified": "ok", "invalid": "stop", "absent": "idle", "no secret known": "wait",
    "kept": "ok", "open": "note", "partly": "wait",
    "stop": "stop", "stop_calls": "stop", "stop_email": "stop", "dispute": "stop",
}  # fmt: skip


class Html(str):
    """Text that is markup already: whatever came from outside was escaped when it was made."""


def page(
    title: str, *parts: str, world: World | None = None, workspace: Workspace | None = None, tab: str = ""
) -> web.Response:
    body = "\n".join(part for part in parts if part)
    html = (
        "<!doctype html><html lang=en><head><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)} · Simulated world</title><link rel=stylesheet href=/page.css></head><body>"
        f"<header><span class=sand>Simulated world: nobody here is real</span><h1>{escape(title)}</h1>"
        f"{_clock(workspace)}{_navigation(world, workspace, tab)}</header><main>{body}</main></body></html>"
    )
    return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def _clock(workspace: Workspace | None) -> str:
    if workspace is None:
        return ""
    state = "stands still" if workspace.clock.frozen else "is running"
    return f"<p class=sub>Its clock {state} at {when(workspace.now())}. {escape(workspace.sid)}</p>"


def _navigation(world: World | None, workspace: Workspace | None, tab: str) -> str:
    if world is None or workspace is None:
        return ""
    names = {"messages": "E-mails", "webhooks": "Webhooks"}
    tabs = "".join(
        f'<a href="/w/{workspace.sid}/{name}"{" aria-current=page" if name == tab else ""}>'
        f"{names.get(name, name.capitalize())}</a>"
        for name in TABS
    )
    others = "".join(
        f'<a href="/?w={other.sid}">{escape(other.config.label or other.sid[:10] + "…")}</a>'
        for other in world.workspaces.values()
        if other is not workspace
    )
    return f"<nav aria-label='This sandbox'>{tabs}</nav>" + (
        f"<nav aria-label='Other sandboxes'>{others}</nav>" if others else ""
    )


def figures(pairs: Sequence[tuple[str, Any]]) -> str:
    cells = "".join(f"<div class=figure><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f"<dl class=figures>{cells}</dl>"


def section(title: str, *content: str, more: str = "") -> str:
    return f"<section><header><h2>{title}</h2>{more}</header>{''.join(content)}</section>"


def link(workspace: Workspace, name: str) -> str:
    words = {"messages": "e-mails", "webhooks": "sinks"}.get(name, name)
    return f'<a href="/w/{workspace.sid}/{name}">All {words}</a>'


def facts(pairs: Sequence[tuple[str, Any]]) -> str:
    """Names and values; a value that isn't ``Html`` is text."""
    shown = [(name, value if isinstance(value, Html) else escape(str(value))) for name, value in pairs]
    return "<dl class=facts>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in shown) + "</dl>"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], nothing: str) -> str:
    """Heads that begin with ``#`` are columns of numbers."""
    if not rows:
        return empty(nothing)
    numeric = [" class=n" if head.startswith("#") else "" for head in heads]
    head = "".join(f"<th scope=col{mark}>{name.lstrip('#')}</th>" for mark, name in zip(numeric, heads, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{mark}>{cell}</td>" for mark, cell in zip(numeric, row, strict=True)) + "</tr>"
        for row in rows
    )
    return (
        f"<div class=scroll tabindex=0 role=region aria-label='Table'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def empty(sentence: str) -> str:
    return f"<p class=empty>{escape(sentence)}</p>"


def status(word: str) -> Html:
    return badge(KINDS.get(word, "idle"), word.replace("_", " ")) if word else Html("")


def badge(kind: str, word: str) -> Html:
    return Html(f"<span class='st {kind}'>{escape(word)}</span>")


def code(text: str) -> Html:
    return Html(f"<code>{escape(text)}</code>")


def when(moment: float | None) -> Html:
    if moment is None:
        return Html("not yet")
    shown = datetime.fromtimestamp(moment, UTC)
    return Html(f'<time datetime="{iso(moment)}">{shown:%b} {shown.day}, {shown:%H:%M} UTC</time>')


def pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body.decode(errors="replace")


def verdict_box(good: bool, praise: str, blame: str, found: Iterable[str]) -> str:
    if good:
        return f"<div class='verdict ok'><b>{escape(praise)}</b></div>"
    items = "".join(f"<li>{escape(one)}</li>" for one in found)
    return f"<div class='verdict stop' role=status><div><b>{escape(blame)}</b><ul>{items}</ul></div></div>"
