"""The control API: tells the world who lives there, where to call back, what time it is, and what to get wrong."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator import delivery, faults, ledger, sink
from simulator.identity import basic_credentials
from simulator.people import directory
from simulator.timing import iso, parse_iso
from simulator.told import number
from simulator.world import WORLD, Workspace, World

LONGEST_TICK = 300.0
TOLERANCE = 5.0  # seconds that a running clock may be ahead of its owner's, who spoke a moment ago

routes = web.RouteTableDef()

Handler = Callable[[web.Request, World, Workspace], Awaitable[web.Response]]


def error(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)


def controlled(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Authenticate by the workspace's Basic credentials; a ``ValueError`` is the caller's fault."""

    async def view(request: web.Request) -> web.Response:
        world = request.app[WORLD]
        credentials = basic_credentials(request.headers.get("Authorization", ""))
        workspace = world.authenticate(*credentials) if credentials else None
        if workspace is None:
            answer = error(401, "The account sid and auth token of a sandbox workspace are needed.")
            answer.headers["WWW-Authenticate"] = 'Basic realm="simulator"'
            return answer
        try:
            return await handler(request, world, workspace)
        except ValueError as problem:
            return error(400, str(problem))
        except PermissionError as problem:
            return error(403, str(problem))

    return view


@routes.get("/control/config")
@controlled
async def show_config(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response(vars(workspace.config))


@routes.put("/control/config")
@controlled
async def put_config(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    workspace.config = workspace.config.merged(await _object(request))
    world.save(workspace)
    return web.json_response(vars(workspace.config))


@routes.get("/control/people")
@controlled
async def list_people(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response({"people": directory.listing(world, workspace, request.query.get("ref"))})


@routes.put("/control/people")
@controlled
async def put_people(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    told = await _object(request)
    people = told.get("people")
    if not isinstance(people, list) or not all(isinstance(one, dict) for one in people):
        raise ValueError("people is a list of objects.")
    number = directory.put(world, workspace, people, replace=bool(told.get("replace", False)))
    return web.json_response({"people": number})


@routes.get("/control/clock")
@controlled
async def show_clock(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response({"now": iso(workspace.now()), "frozen": workspace.clock.frozen})


@routes.put("/control/clock")
@controlled
async def put_clock(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    told = await _object(request)
    if not _set_clock(world, workspace, str(told.get("now", "")), frozen=bool(told.get("frozen", True))):
        return error(409, "A sandbox's clock never runs back while somebody lives there.")
    return web.json_response({"now": iso(workspace.now()), "frozen": workspace.clock.frozen})


@routes.post("/control/tick")
@controlled
async def tick(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    """Answer once nothing is due at the sandbox's now and everything it caused has been answered."""
    told = await _object(request)
    if "now" in told and not _set_clock(world, workspace, str(told["now"]), frozen=True):
        return error(409, "A sandbox's clock never runs back while somebody lives there.")
    idle = await world.settle(workspace, min(number(told, "timeout", 20), LONGEST_TICK))
    acted, workspace.acted = workspace.acted, 0
    return web.json_response(
        {"idle": idle, "next_at": _ceiling(world.next_at(workspace)), "acted": acted, "now": iso(workspace.now())}
    )


@routes.get("/control/faults")
@controlled
async def list_faults(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response({"faults": faults.listing(world, workspace)})


@routes.post("/control/faults")
@controlled
async def add_fault(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response(faults.add(world, workspace, await _object(request)), status=201)


@routes.delete("/control/faults")
@controlled
async def clear_faults(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    world.store.run("DELETE FROM faults WHERE sid = ?", workspace.sid)
    return web.Response(status=204)


@routes.get("/control/ledger")
@controlled
async def show_ledger(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    since = parse_iso(request.query["since"]) if "since" in request.query else None
    transcripts = request.query.get("transcripts") == "1"
    return web.json_response(ledger.read(world, workspace, since=since, transcripts=transcripts))


@routes.get("/control/calls/{call}")
@controlled
async def show_call(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    sql = "SELECT * FROM calls WHERE sid = ? AND call_sid = ?"
    row = world.store.one(sql, workspace.sid, request.match_info["call"])
    return web.json_response(ledger.call(world, row, transcript=True)) if row else error(404, "No such call.")


@routes.get("/control/messages/{message}")
@controlled
async def show_message(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    row = delivery.find(world, workspace, request.match_info["message"])
    return web.json_response(ledger.message(world, row, bodies=True)) if row else error(404, "No such message.")


@routes.get("/control/sinks")
@controlled
async def list_sinks(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response({"sinks": sink.listing(world, workspace)})


@routes.put("/control/sinks/{name}")
@controlled
async def put_sink(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    return web.json_response(sink.put(world, workspace, request.match_info["name"], await _object(request)))


@routes.delete("/control/workspace")
@controlled
async def delete_workspace(request: web.Request, world: World, workspace: Workspace) -> web.Response:
    world.forget(workspace)
    return web.Response(status=204)


async def _object(request: web.Request) -> dict[str, Any]:
    if not await request.read():
        return {}
    told = await request.json()
    if not isinstance(told, dict):
        raise ValueError("A JSON object is expected.")
    return told


def _set_clock(world: World, workspace: Workspace, now: str, *, frozen: bool) -> bool:
    """Set the sandbox's clock; False when that would take it back over what has already happened."""
    moment = parse_iso(now) if now else workspace.now()
    if moment < workspace.now() - TOLERANCE and workspace.clock.told and _lived(world, workspace):
        return False
    workspace.clock.set(moment, frozen=frozen)
    world.save(workspace)
    world.wake()
    return True


def _lived(world: World, workspace: Workspace) -> bool:
    for table in ("calls", "messages", "letters"):
        if world.store.one(f"SELECT 1 FROM {table} WHERE sid = ? LIMIT 1", workspace.sid):  # noqa: S608
            return True
    return False


def _ceiling(moment: float | None) -> str | None:
    """``next_at`` to the second, rounded up: at that second the act is due."""
    return None if moment is None else iso(-(-moment // 1))
