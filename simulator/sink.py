"""A webhook sink: keeps what arrives as it arrived, says whether its signatures verify, misbehaves when told to."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from simulator import signing
from simulator.store import Row
from simulator.timing import iso
from simulator.world import WORLD, Workspace, World

BEHAVIOURS = ("ok", "status", "hang", "rate_limit", "gone")

routes = web.RouteTableDef()


@routes.get("/sink/{name}")
async def list_events(request: web.Request) -> web.Response:
    """Newest last. ``?after=<id>`` goes on from there, ``?limit=`` (500)."""
    world, name = request.app[WORLD], request.match_info["name"]
    try:
        after, limit = int(request.query.get("after", "0")), int(request.query.get("limit", "500"))
    except ValueError:
        return web.json_response({"error": "after and limit are numbers."}, status=400)
    rows = world.store.all(
        "SELECT * FROM sink_events WHERE sink = ? AND id > ? ORDER BY id LIMIT ?", name, after, limit
    )
    return web.json_response(
        {"events": [shown(row) for row in rows], "count": count(world, name), "twice": twice(world, name)}
    )


@routes.delete("/sink/{name}")
async def empty(request: web.Request) -> web.Response:
    request.app[WORLD].store.run("DELETE FROM sink_events WHERE sink = ?", request.match_info["name"])
    return web.Response(status=204)


@routes.route("*", "/sink/{name}")
async def receive(request: web.Request) -> web.Response:
    """Store first, then answer as told."""
    world, name = request.app[WORLD], request.match_info["name"]
    body = await request.read()
    headers = dict(request.headers)
    row = world.store.one("SELECT * FROM sinks WHERE name = ?", name)
    secrets = json.loads(row["secrets"]) if row else []
    number = world.store.insert(
        "sink_events",
        sink=name,
        wall=time.time(),
        method=request.method,
        headers=headers,
        body=body,
        webhook_id=request.headers.get("webhook-id", ""),
        type=_type(body),
        answered=None,
        standard=signing.standard_webhooks_verdict(secrets, headers, body),
        hex=signing.hex_verdict(secrets, headers, body),
    )
    status, answer_headers, seconds = _behave(world, row)
    if seconds:
        await asyncio.sleep(seconds)
    if request.transport is not None:  # else nobody waits for the answer any more
        world.store.update("sink_events", {"id": number}, answered=status)
    return web.json_response({"received": number}, status=status, headers=answer_headers)


def put(world: World, workspace: Workspace, name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Tell a sink its secrets and how to behave. What came before is judged again by the new secrets.

    Raises ``ValueError`` with a sentence, ``PermissionError`` when the name belongs to another workspace.
    """
    known = world.store.one("SELECT * FROM sinks WHERE name = ?", name)
    if known is not None and known["sid"] != workspace.sid:
        raise PermissionError("This sink belongs to another workspace.")
    secrets = told.get("secrets", json.loads(known["secrets"]) if known else [])
    behaviour = told.get("behaviour", json.loads(known["behaviour"]) if known else {"kind": "ok"})
    if not isinstance(secrets, list) or not all(isinstance(one, str) for one in secrets):
        raise ValueError("secrets is a list of strings.")
    if not isinstance(behaviour, dict) or behaviour.get("kind") not in BEHAVIOURS:
        raise ValueError(f"behaviour.kind is one of {', '.join(BEHAVIOURS)}.")
    world.store.run("DELETE FROM sinks WHERE name = ?", name)
    world.store.insert("sinks", name=name, sid=workspace.sid, secrets=secrets, behaviour=behaviour)
    for row in world.store.all("SELECT * FROM sink_events WHERE sink = ?", name):
        headers = json.loads(row["headers"])
        world.store.update(
            "sink_events",
            {"id": row["id"]},
            standard=signing.standard_webhooks_verdict(secrets, headers, row["body"]),
            hex=signing.hex_verdict(secrets, headers, row["body"]),
        )
    return {"name": name, "secrets": secrets, "behaviour": behaviour, "count": count(world, name)}


def listing(world: World, workspace: Workspace) -> list[dict[str, Any]]:
    rows = world.store.all("SELECT * FROM sinks WHERE sid = ? ORDER BY name", workspace.sid)
    return [
        {
            "name": row["name"],
            "secrets": json.loads(row["secrets"]),
            "behaviour": json.loads(row["behaviour"]),
            "count": count(world, row["name"]),
            "twice": twice(world, row["name"]),
        }
        for row in rows
    ]


def shown(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "at": iso(row["wall"]),
        "method": row["method"],
        "headers": json.loads(row["headers"]),
        "body": row["body"].decode(errors="replace"),
        "event": row["type"],
        "webhook_id": row["webhook_id"],
        "standard": row["standard"],
        "hex": row["hex"],
        "answered": row["answered"],
    }


def count(world: World, name: str) -> int:
    row = world.store.one("SELECT count(*) AS n FROM sink_events WHERE sink = ?", name)
    return row["n"] if row else 0


def twice(world: World, name: str) -> list[dict[str, Any]]:
    """Events that came again although an earlier delivery had been answered with success."""
    rows = world.store.all(
        "SELECT webhook_id FROM sink_events WHERE sink = ? AND webhook_id <> '' AND answered BETWEEN 200 AND 299", name
    )
    counted = Counter(row["webhook_id"] for row in rows)
    return [{"webhook_id": identifier, "count": number} for identifier, number in counted.items() if number > 1]


def _behave(world: World, row: Row | None) -> tuple[int, dict[str, str], float]:
    """Status, headers and wall seconds of the answer; a counted behaviour wears off."""
    behaviour = json.loads(row["behaviour"]) if row else {"kind": "ok"}
    if row is not None and "count" in behaviour:
        left = int(behaviour["count"]) - 1
        following = {**behaviour, "count": left} if left > 0 else {"kind": "ok"}
        world.store.update("sinks", {"name": row["name"]}, behaviour=following)
    match behaviour["kind"]:
        case "status":
            return int(behaviour.get("status", 500)), {}, 0
        case "gone":
            return 410, {}, 0
        case "rate_limit":
            return 429, {"Retry-After": str(behaviour.get("retry_after", 1))}, 0
        case "hang":
            return 200, {}, float(behaviour.get("seconds", 30))
        case _:
            return 200, {}, 0


def _type(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    return str(told.get("type") or told.get("event") or "")
