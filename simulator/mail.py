"""The mail service's API, in Postmark's shape (postmarkapp.com/developer): sending, searching.

What becomes of a message is in ``delivery.py``.
"""

import base64
import binascii
import hashlib
import json
import re
import time
from collections.abc import Mapping
from email.utils import getaddresses, parseaddr
from typing import Any
from uuid import uuid4

from aiohttp import web

from simulator import delivery, faults, files, ledger
from simulator.people import directory
from simulator.store import Row
from simulator.timing import iso_postmark
from simulator.world import WORLD, Workspace, World

DELIVERY_DELAY = 30.0
MOST_IN_BATCH = 500
METADATA_KEY = re.compile(r"metadata_[\w.-]+")

routes = web.RouteTableDef()


def error(status: int, code: int, message: str) -> web.Response:
    """The mail service's error document."""
    return web.json_response({"ErrorCode": code, "Message": message}, status=status)


def _caller(request: web.Request) -> tuple[World, Workspace] | None:
    world = request.app[WORLD]
    workspace = world.authenticate_mail(request.headers.get("X-Postmark-Server-Token", ""))
    return (world, workspace) if workspace else None


@routes.post("/email")
async def send_one(request: web.Request) -> web.Response:
    return await _send(request, batch=False)


@routes.post("/email/batch")
async def send_batch(request: web.Request) -> web.Response:
    return await _send(request, batch=True)


@routes.get("/messages/outbound")
async def search(request: web.Request) -> web.Response:
    """``metadata_<key>``, ``recipient``, ``tag``, ``subject``; newest first."""
    caller = _caller(request)
    if caller is None:
        return error(401, 10, "Bad or missing Server API token.")
    world, workspace = caller
    try:
        count, offset = int(request.query.get("count", "100")), int(request.query.get("offset", "0"))
    except ValueError:
        return error(422, 701, "count and offset are numbers.")
    where, values = _filters(request.query)
    total = world.store.one(f"SELECT count(*) AS n FROM messages WHERE sid = ?{where}", workspace.sid, *values)  # noqa: S608
    rows = world.store.all(
        f"SELECT * FROM messages WHERE sid = ?{where} ORDER BY n DESC LIMIT ? OFFSET ?",  # noqa: S608
        workspace.sid,
        *values,
        min(count, 500),
        offset,
    )
    found = {"TotalCount": total["n"] if total else 0, "Messages": [represent(row) for row in rows]}
    return web.json_response(found)


@routes.get("/messages/outbound/{id}/details")
async def details(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 10, "Bad or missing Server API token.")
    world, workspace = caller
    row = delivery.find(world, workspace, request.match_info["id"])
    if row is None:
        return error(404, 701, "This message was not found.")
    body = json.loads(row["body"])
    events = world.store.all("SELECT * FROM message_events WHERE message = ? ORDER BY id", row["id"])
    return web.json_response(
        {
            **represent(row),
            "TextBody": body.get("TextBody", ""),
            "HtmlBody": body.get("HtmlBody", ""),
            "Body": body.get("TextBody", "") or body.get("HtmlBody", ""),
            "MessageEvents": [
                {
                    "Recipient": row["recipient"],
                    "Type": "Bounced" if event["type"] == "Bounce" else event["type"],
                    "ReceivedAt": iso_postmark(event["at"]),
                    "Details": {},
                }
                for event in events
            ],
        }
    )


def represent(row: Row) -> dict[str, Any]:
    """One message, as the search lists it."""
    body = json.loads(row["body"])
    return {
        "MessageID": row["id"],
        "MessageStream": body.get("MessageStream") or "outbound",
        "Tag": row["tag"] or "",
        "To": [{"Email": email, "Name": name or None} for name, email in getaddresses([body.get("To", "")])],
        "Cc": [],
        "Bcc": [],
        "Recipients": [row["recipient"]],
        "ReceivedAt": iso_postmark(row["created_at"]),
        "From": row["sender"],
        "Subject": row["subject"],
        "Attachments": [one.get("Name", "") for one in body.get("Attachments") or []],
        "Status": "Sent",
        "TrackOpens": bool(body.get("TrackOpens", False)),
        "TrackLinks": body.get("TrackLinks") or "None",
        "Metadata": json.loads(row["metadata"]),
        "Sandboxed": False,
    }


async def _send(request: web.Request, *, batch: bool) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 10, "Bad or missing Server API token.")
    world, workspace = caller
    try:
        told = await request.json()
    except ValueError:
        return error(422, 402, "Invalid JSON.")
    messages = told if batch else [told]
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        return error(422, 403, "Incompatible JSON.")
    if len(messages) > MOST_IN_BATCH:
        return error(422, 300, f"Maximum batch size is {MOST_IN_BATCH}.")

    def place() -> tuple[str, web.Response]:
        answers = [_accept(world, workspace, one) for one in messages]
        if batch:
            return answers[0].get("MessageID", ""), web.json_response(answers)
        status = 200 if answers[0]["ErrorCode"] == 0 else 422
        return answers[0].get("MessageID", ""), web.json_response(answers[0], status=status)

    return await faults.create(
        world,
        workspace,
        request,
        service="mail",
        to=parseaddr(str(messages[0].get("To", "")))[1] if messages else "",
        place=place,
        refuse=lambda status, message: error(status, status, message),
    )


def _accept(world: World, workspace: Workspace, told: dict[str, Any]) -> dict[str, Any]:
    """Take one message in. Returns Postmark's answer for it, refusals included."""
    recipients = [email for _, email in getaddresses([str(told.get("To", ""))]) if email]
    sender = parseaddr(str(told.get("From", "")))[1]
    refused = _refusal(told, recipients, sender)
    if refused:
        return {"ErrorCode": 300, "Message": refused}
    inactive = [email for email in recipients if _is_inactive(world, workspace, email)]
    if len(inactive) == len(recipients):
        return {
            "ErrorCode": 406,
            "Message": "You tried to send to recipient(s) that have been marked as inactive. Found inactive addresses: "
            f"{', '.join(inactive)}. Inactive recipients are ones that have generated a hard bounce, a spam complaint, "
            "or a manual suppression.",
        }
    now, message = workspace.now(), str(uuid4())
    metadata = told.get("Metadata") or {}
    recipient = next(email for email in recipients if email not in inactive)
    person = directory.at_address(world, workspace, recipient)
    body_hash = hashlib.sha256(
        f"{told.get('Subject', '')}\0{told.get('TextBody', '')}\0{told.get('HtmlBody', '')}".encode()
    ).hexdigest()
    world.store.insert(
        "messages",
        id=message,
        sid=workspace.sid,
        recipient=recipient,
        sender=sender,
        subject=str(told.get("Subject", "")),
        tag=told.get("Tag"),
        metadata=metadata,
        ref=ledger.reference_of_message(metadata, recipient, body_hash),
        body=_without_contents(told),
        body_sha256=body_hash,
        person=person.ref,
        status="sent",
        created_at=now,
        wall=time.time(),
    )
    _keep_attachments(world, workspace, message, told)
    world.schedule(workspace, "deliver_mail", workspace.after(DELIVERY_DELAY), message=message)
    return {
        "To": str(told["To"]),
        "SubmittedAt": iso_postmark(now),
        "MessageID": message,
        "ErrorCode": 0,
        "Message": "OK",
    }


def _refusal(told: Mapping[str, Any], recipients: list[str], sender: str) -> str:
    if "@" not in sender:
        return f"Invalid 'From' address: '{told.get('From', '')}'."
    if not recipients:
        return "Zero recipients specified"
    bad = next((email for email in recipients if "@" not in email or email.endswith("@")), None)
    if bad is not None:
        return f"Invalid 'To' address: '{bad}'."
    if not told.get("TextBody") and not told.get("HtmlBody"):
        return "Provide either email TextBody or HtmlBody or both."
    if not all(_is_base64(one.get("Content")) for one in told.get("Attachments") or []):
        return "Invalid attachment content. It is base64."
    metadata = told.get("Metadata") or {}
    if any(not isinstance(value, str) or len(value) > 80 for value in metadata.values()):
        return "Invalid metadata content. Field values are strings of at most 80 characters."
    return ""


def _is_base64(content: Any) -> bool:
    try:
        base64.b64decode(str(content or ""), validate=True)
    except binascii.Error:
        return False
    return True


def _filters(query: Mapping[str, str]) -> tuple[str, list[str]]:
    """The search's conditions as SQL and values."""
    tests: list[str] = []
    values: list[str] = []
    for name, value in query.items():
        if name.startswith("metadata_") and not METADATA_KEY.fullmatch(name):
            tests.append("FALSE")
        elif name.startswith("metadata_"):
            tests.append("json_extract(metadata, ?) = ?")
            values += [f'$."{name.removeprefix("metadata_")}"', value]
        elif name == "recipient":
            tests.append("lower(recipient) = ?")
            values.append(value.lower())
        elif name in ("tag", "subject"):
            tests.append(f"coalesce({name}, '') = ?")
            values.append(value)
    return "".join(f" AND {test}" for test in tests), values


def _keep_attachments(world: World, workspace: Workspace, message: str, told: Mapping[str, Any]) -> None:
    for number, one in enumerate(told.get("Attachments") or []):
        content = base64.b64decode(str(one.get("Content", "")))
        content_type = str(one.get("ContentType", ""))
        files.keep(world, workspace, message, number, str(one.get("Name", "")), content_type, content)


def _without_contents(told: Mapping[str, Any]) -> dict[str, Any]:
    """The message as it came, its attachments by name and type alone."""
    attachments = [
        {name: value for name, value in one.items() if name != "Content"} for one in told.get("Attachments") or []
    ]
    return {**told, "Attachments": attachments}


def _is_inactive(world: World, workspace: Workspace, email: str) -> bool:
    return bool(world.store.one("SELECT 1 FROM inactive WHERE sid = ? AND email = ?", workspace.sid, email.lower()))
