"""Misbehaviour on request, and at a small seeded rate.

A fault is told by the control API: a kind, how often (a count, or a seeded rate), and whom it meets.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from simulator.told import number
from simulator.world import Workspace, World

CREATE_KINDS = (
    "error_before",
    "rate_limited",
    "lose_answer",
    "timeout_after",
    "error_after",
    "hang",
    "callback_before_answer",
)
CALLBACK_KINDS = ("duplicate_callback", "reorder_callbacks", "lose_callback", "late_callback")
TARGETS = ("calls", "mail", "print", "callbacks")
MATCHES = ("to", "event")

# What a world that is only a little unreliable does by itself (config.error_rate).
USUAL_CREATE = ("error_before", "lose_answer", "error_after")
USUAL_CALLBACK = ("duplicate_callback", "reorder_callbacks", "late_callback", "lose_callback")


@dataclass(frozen=True)
class Fault:
    kind: str
    seconds: float


def add(world: World, workspace: Workspace, told: Mapping[str, Any]) -> dict[str, Any]:
    """Store one fault. Raises ``ValueError`` with a sentence when it makes no sense."""
    kind = told.get("kind")
    if kind not in CREATE_KINDS + CALLBACK_KINDS:
        raise ValueError(f"kind is one of {', '.join(CREATE_KINDS + CALLBACK_KINDS)}.")
    target = told.get("target", "calls" if kind in CREATE_KINDS else "callbacks")
    if target not in TARGETS:
        raise ValueError(f"target is one of {', '.join(TARGETS)}.")
    match = told.get("match", {})
    if not isinstance(match, dict) or any(name not in MATCHES for name in match):
        raise ValueError("match holds to and event.")
    rate = number(told, "rate", 1) if "rate" in told else None
    if rate is not None and not 0 < rate <= 1:
        raise ValueError("rate is above 0 and at most 1.")
    count = None if rate is not None else int(number(told, "count", 1))
    added = world.store.insert(
        "faults",
        sid=workspace.sid,
        kind=kind,
        target=target,
        remaining=count,
        rate=rate,
        seconds=number(told, "seconds", 5),
        match=match,
        seed=str(told.get("seed", workspace.config.seed)),
    )
    return next(one for one in listing(world, workspace) if one["id"] == added)


def listing(world: World, workspace: Workspace) -> list[dict[str, Any]]:
    rows = world.store.all("SELECT * FROM faults WHERE sid = ? ORDER BY id", workspace.sid)
    return [
        {
            "id": row["id"],
            "kind": row["kind"],
            "target": row["target"],
            "left": row["remaining"],
            "rate": row["rate"],
            "seconds": row["seconds"],
            "match": json.loads(row["match"]),
            "hits": row["hits"],
        }
        for row in rows
    ]


def take(world: World, workspace: Workspace, kinds: tuple[str, ...], service: str, **facts: str) -> Fault | None:
    """The fault that meets this request or callback, used up by one."""
    targets = {service} if kinds is CREATE_KINDS else {service, "callbacks"}
    for row in world.store.all("SELECT * FROM faults WHERE sid = ? ORDER BY id", workspace.sid):
        matches = all(facts.get(name) == value for name, value in json.loads(row["match"]).items())
        if row["kind"] not in kinds or row["target"] not in targets or not matches or not _strikes(world, row):
            continue
        world.store.run(
            "UPDATE faults SET hits = hits + 1, remaining = remaining - 1 WHERE id = ?",
            row["id"],
        )
        return Fault(row["kind"], row["seconds"])
    return _usual(workspace, kinds)


async def create(
    world: World,
    workspace: Workspace,
    request: web.Request,
    *,
    service: str,
    to: str,
    place: Callable[[], tuple[str, web.Response]],
    refuse: Callable[[int, str], web.Response],
) -> web.Response:
    """Answer a create request, with whatever fault meets it.

    ``place`` does the deed and returns the new object's id and the answer; ``refuse`` writes the vendor's error.
    """
    fault = take(world, workspace, CREATE_KINDS, service, to=to)
    kind = fault.kind if fault else ""
    if kind == "error_before":
        return refuse(503, "Service unavailable")
    if kind == "rate_limited":
        answer = refuse(429, "Too many requests")
        answer.headers["Retry-After"] = str(int(fault.seconds if fault else 1))
        return answer
    if fault and kind == "hang":
        await asyncio.sleep(fault.seconds)
    placed, answer = place()
    if fault and kind == "timeout_after":
        await asyncio.sleep(fault.seconds)
    if kind == "callback_before_answer":
        await _first_callback(world, placed)
    if kind == "error_after":
        return refuse(500, "Internal server error")
    if kind == "lose_answer" and request.transport is not None:
        request.transport.abort()
    return answer


async def meet_callback(
    world: World,
    workspace: Workspace,
    fault: Fault | None,
    object_id: str,
    send: Callable[[str | None], Awaitable[None]],
    note_lost: Callable[[], None],
) -> None:
    """Send one callback, or do with it what the fault says. Held ones follow the next of the same object."""
    kind = fault.kind if fault else None
    if kind == "lose_callback":
        note_lost()
        return
    if fault and kind == "late_callback":
        workspace.spawn(_later(fault.seconds, send))
        return
    if kind == "reorder_callbacks":
        workspace.held.setdefault(object_id, []).append(lambda: send(kind))
        return
    await send(kind)
    if kind == "duplicate_callback":
        await send(kind)
    await release(workspace, object_id)


async def release(workspace: Workspace, object_id: str) -> None:
    """Send what was held back of one object."""
    for held in workspace.held.pop(object_id, []):
        await held()


async def _later(seconds: float, send: Callable[[str | None], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await send("late_callback")


async def _first_callback(world: World, object_id: str) -> None:
    for _ in range(200):
        if world.store.one("SELECT 1 FROM callbacks WHERE object = ?", object_id):
            return
        await asyncio.sleep(0.01)


def _strikes(world: World, row: Any) -> bool:
    if row["rate"] is None:
        return bool(row["remaining"] > 0)
    world.store.run("UPDATE faults SET asked = asked + 1 WHERE id = ?", row["id"])
    return random.Random(f"{row['seed']}|{row['id']}|{row['asked']}").random() < float(row["rate"])


def _usual(workspace: Workspace, kinds: tuple[str, ...]) -> Fault | None:
    if workspace.config.error_rate <= 0:
        return None
    workspace.asked += 1
    chance = random.Random(f"{workspace.config.seed}|usual|{workspace.asked}")
    if chance.random() >= workspace.config.error_rate:
        return None
    usual = [kind for kind in USUAL_CREATE + USUAL_CALLBACK if kind in kinds]
    return Fault(chance.choice(usual), 0.3)
