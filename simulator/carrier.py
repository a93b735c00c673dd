"""The carrier's REST API, in Twilio's shape (twilio.com/docs/voice/api/call-resource).

The calls themselves run in ``calls.py``. Times are the sandbox's clock, to the second.
"""

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from aiohttp import web

from simulator import faults, ledger
from simulator.identity import basic_credentials
from simulator.people import directory
from simulator.store import Row
from simulator.timing import parse_iso, rfc2822
from simulator.world import WORLD, Workspace, World

API = "/2010-04-01"
E164 = re.compile(r"\+[1-9]\d{6,14}")
UNREACHABLE = {"+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}
UNANSWERED = ("queued", "ringing")
LIVE = (*UNANSWERED, "in-progress")
MESSAGES = {
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    20503: "Service Unavailable",
    21201: "No 'To' number is specified",
    21205: "Url parameter is required, and is an absolute http or https URL",
    21211: "The phone number you are attempting to call is not valid",
    21212: "The phone number you are calling from is not valid",
    21214: "The phone number you are attempting to call could not be reached",
    21215: "Your account isn't authorized to make international calls to this number",
    21216: "Your account is not allowed to call this number",
    21220: "Call is not in-progress. Cannot redirect.",
    20001: "Unsupported parameter value",
}

routes = web.RouteTableDef()


def error(status: int, code: int) -> web.Response:
    """The carrier's error document."""
    return web.json_response(
        {
            "code": code,
            "message": MESSAGES[code],
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        },
        status=status,
    )


def _caller(request: web.Request) -> tuple[World, Workspace] | None:
    world = request.app[WORLD]
    credentials = basic_credentials(request.headers.get("Authorization", ""))
    if credentials is None or credentials[0] != request.match_info["account"]:
        return None
    workspace = world.authenticate(*credentials)
    return (world, workspace) if workspace else None


@routes.post(API + "/Accounts/{account}/Calls.json")
async def create_call(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 20003)
    world, workspace = caller
    form = await request.post()
    params = {name: str(form[name]) for name in form if name != "StatusCallbackEvent"}
    events = [str(event) for event in form.getall("StatusCallbackEvent", [])]
    if refused := _refusal(params):
        return error(400, refused)

    def place() -> tuple[str, web.Response]:
        row = _place(world, workspace, params, events)
        return row["call_sid"], web.json_response(represent(row), status=201)

    codes = {429: 20429, 500: 20500, 503: 20503}
    return await faults.create(
        world,
        workspace,
        request,
        service="calls",
        to=params["To"],
        place=place,
        refuse=lambda status, _: error(status, codes[status]),
    )


@routes.get(API + "/Accounts/{account}/Calls.json")
async def list_calls(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 20003)
    world, workspace = caller
    query = request.query
    try:
        size = min(max(int(query.get("PageSize", "50")), 1), 1000)
        page = max(int(query.get("Page", "0")), 0)
        tests, values = _filters(query)
    except ValueError:
        return error(400, 20001)
    where = " AND ".join(["sid = ?", *tests])
    sql = f"SELECT * FROM calls WHERE {where} ORDER BY n DESC LIMIT ? OFFSET ?"  # noqa: S608
    rows = world.store.all(sql, workspace.sid, *values, size + 1, page * size)
    path = request.path
    shared = [(name, value) for name, value in query.items() if name not in ("Page", "PageToken", "PageSize")]

    def uri(number: int) -> str:
        return f"{path}?{urlencode([*shared, ('PageSize', size), ('Page', number)], quote_via=quote)}"

    return web.json_response(
        {
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if len(rows) > size else None,
            "uri": request.path_qs,
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(rows[:size]) - 1, 0),
            "calls": [represent(row) for row in rows[:size]],
        }
    )


@routes.get(API + "/Accounts/{account}/Calls/{call}.json")
async def get_call(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 20003)
    row = _find(*caller, request.match_info["call"])
    return web.json_response(represent(row)) if row else error(404, 20404)


@routes.post(API + "/Accounts/{account}/Calls/{call}.json")
async def update_call(request: web.Request) -> web.Response:
    """Hang up (canceled: only before it is answered; completed: always), or go on with another document."""
    caller = _caller(request)
    if caller is None:
        return error(401, 20003)
    world, workspace = caller
    row = _find(world, workspace, request.match_info["call"])
    if row is None:
        return error(404, 20404)
    form = await request.post()
    status, url = str(form.get("Status", "")), str(form.get("Url", ""))
    if status not in ("", "canceled", "completed"):
        return error(400, 20001)
    line = workspace.lines.get(row["call_sid"])
    if url:
        if row["status"] != "in-progress" or line is None:
            return error(400, 21220)
        line.redirect(url, str(form.get("Method", "POST")))
    elif (status == "canceled" and row["status"] in UNANSWERED) or (status == "completed" and row["status"] in LIVE):
        hung_up = "canceled" if row["status"] in UNANSWERED else "completed"
        world.store.update("calls", {"call_sid": row["call_sid"]}, status=hung_up, ended_at=workspace.now())
        if line is not None:
            line.interrupt(hung_up)
    changed = _find(world, workspace, row["call_sid"])
    return web.json_response(represent(changed or row))


@routes.post(API + "/Accounts/{account}/Calls/{call}/Recordings.json")
async def start_recording(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 20003)
    world, workspace = caller
    row = _find(world, workspace, request.match_info["call"])
    if row is None:
        return error(404, 20404)
    if row["status"] != "in-progress":
        return error(400, 21220)
    sid = f"RE{uuid4().hex}"
    world.store.insert(
        "recordings",
        recording_sid=sid,
        sid=workspace.sid,
        call_sid=row["call_sid"],
        status="in-progress",
        started_at=workspace.now(),
    )
    return web.json_response(_recording(world, workspace, sid), status=201)


@routes.post(API + "/Accounts/{account}/Calls/{call}/Recordings/{recording}.json")
async def update_recording(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 20003)
    world, workspace = caller
    form = await request.post()
    status = str(form.get("Status", ""))
    if status not in ("stopped", "paused", "in-progress"):
        return error(400, 20001)
    sid = request.match_info["recording"]
    if sid == "Twilio.CURRENT":
        sql = "SELECT recording_sid FROM recordings WHERE sid = ? AND call_sid = ? ORDER BY started_at DESC LIMIT 1"
        current = world.store.one(sql, workspace.sid, request.match_info["call"])
        sid = current["recording_sid"] if current else sid
    if not world.store.update("recordings", {"recording_sid": sid, "sid": workspace.sid}, status=status):
        return error(404, 20404)
    return web.json_response(_recording(world, workspace, sid))


def represent(row: Row) -> dict[str, Any]:
    """One call, as the carrier writes it."""
    uri = f"{API}/Accounts/{row['sid']}/Calls/{row['call_sid']}"
    answered = row["started_at"] is not None
    return {
        "sid": row["call_sid"],
        "account_sid": row["sid"],
        "parent_call_sid": None,
        "phone_number_sid": None,
        "to": row["number_to"],
        "to_formatted": row["number_to"],
        "from": row["number_from"],
        "from_formatted": row["number_from"],
        "status": row["status"],
        "direction": "outbound-api",
        "answered_by": row["answered_by"],
        "date_created": rfc2822(row["created_at"]),
        "date_updated": rfc2822(row["ended_at"] or row["started_at"] or row["created_at"]),
        "start_time": rfc2822(row["started_at"] or row["created_at"]),
        "end_time": rfc2822(row["ended_at"]),
        "duration": str(row["duration"] or 0) if answered or row["ended_at"] else None,
        "price": None,
        "price_unit": "USD",
        "annotation": None,
        "api_version": API.strip("/"),
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
    }


def _refusal(params: Mapping[str, str]) -> int | None:
    to, sender = params.get("To", ""), params.get("From", "")
    if not to:
        return 21201
    if not E164.fullmatch(to):
        return 21211
    if not E164.fullmatch(sender):
        return 21212
    if to in UNREACHABLE:
        return UNREACHABLE[to]
    url = urlsplit(params.get("Url", ""))
    if "Twiml" not in params and (url.scheme not in ("http", "https") or not url.netloc):
        return 21205
    return None


def _place(world: World, workspace: Workspace, params: dict[str, str], events: list[str]) -> Row:
    sid = f"CA{uuid4().hex}"
    ref, payload = ledger.reference_of_call(params.get("Url", ""), params.get("StatusCallback", ""))
    person = directory.at_number(world, workspace, params["To"])
    now = workspace.now()
    world.store.insert(
        "calls",
        call_sid=sid,
        sid=workspace.sid,
        number_to=params["To"],
        number_from=params["From"],
        params={**params, "StatusCallbackEvent": events or ["completed"]},
        ref=ref,
        payload=json.dumps(payload) if payload else None,
        person=person.ref,
        persona=person.persona.key,
        status="queued",
        created_at=now,
        wall=time.time(),
    )
    world.schedule(workspace, "call", now, call=sid)
    row = _find(world, workspace, sid)
    if row is None:
        raise LookupError(sid)
    return row


def _find(world: World, workspace: Workspace, call: str) -> Row | None:
    return world.store.one("SELECT * FROM calls WHERE sid = ? AND call_sid = ?", workspace.sid, call)


def _filters(query: Mapping[str, str]) -> tuple[list[str], list[Any]]:
    columns = {
        "To": "number_to = ?",
        "From": "number_from = ?",
        "Status": "status = ?",
        "StartTime>": "CAST(coalesce(started_at, created_at) AS INTEGER) >= ?",
        "StartTime<": "CAST(coalesce(started_at, created_at) AS INTEGER) <= ?",
        "EndTime>": "CAST(ended_at AS INTEGER) >= ?",
        "EndTime<": "CAST(ended_at AS INTEGER) <= ?",
    }
    tests: list[str] = []
    values: list[Any] = []
    for name, test in columns.items():
        if name in query:
            tests.append(test)
            values.append(int(parse_iso(query[name])) if "Time" in name else query[name])
    if "StartTime" in query:  # without a sign it names a day
        day = int(parse_iso(query["StartTime"][:10]))
        tests.append("coalesce(started_at, created_at) BETWEEN ? AND ?")
        values += [day, day + 86_399.999]
    return tests, values


def _recording(world: World, workspace: Workspace, sid: str) -> dict[str, Any]:
    row = world.store.one("SELECT * FROM recordings WHERE recording_sid = ?", sid)
    if row is None:
        raise LookupError(sid)
    return {
        "sid": sid,
        "account_sid": workspace.sid,
        "call_sid": row["call_sid"],
        "status": row["status"],
        "start_time": rfc2822(row["started_at"]),
        "date_created": rfc2822(row["started_at"]),
        "date_updated": rfc2822(row["started_at"]),
        "duration": None,
        "channels": 1,
        "source": "StartCallRecordingAPI",
        "error_code": None,
        "uri": f"{API}/Accounts/{workspace.sid}/Calls/{row['call_sid']}/Recordings/{sid}.json",
        "price": None,
        "price_unit": "USD",
        "conference_sid": None,
        "encryption_details": None,
        "track": "both",
        "api_version": API.strip("/"),
    }
