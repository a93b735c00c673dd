"""The mail service, in Postmark's shape (postmarkapp.com/developer): sending, searching, webhooks.

A message is delivered half a minute later, or bounces; who reads it is up to ``people.mailbox``.
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from email.utils import getaddresses, parseaddr
from typing import Any
from uuid import uuid4

from aiohttp import web

from simulator import callbacks, faults, ledger
from simulator.people import directory
from simulator.store import Row
from simulator.timing import iso_postmark
from simulator.world import WORLD, Workspace, World

SERVER_ID = 23
DELIVERY_DELAY = 30.0
MOST_IN_BATCH = 500
TYPE_CODES = {"HardBounce": 1, "SoftBounce": 4096, "SpamComplaint": 512}

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
    rows = [row for row in _all(world, workspace) if _matches(row, request.query)]
    found = rows[offset : offset + min(count, 500)]
    return web.json_response({"TotalCount": len(rows), "Messages": [represent(row) for row in found]})


@routes.get("/messages/outbound/{id}/details")
async def details(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, 10, "Bad or missing Server API token.")
    world, workspace = caller
    row = find(world, workspace, request.match_info["id"])
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


def find(world: World, workspace: Workspace, message: str) -> Row | None:
    return world.store.one("SELECT * FROM messages WHERE sid = ? AND id = ?", workspace.sid, message)


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


async def deliver(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    """The act ``deliver_mail``: into the mailbox, or back as a bounce."""
    row = find(world, workspace, data["message"])
    if row is None:
        return
    person = directory.at_address(world, workspace, row["recipient"])
    habits = directory.mail_habits(person, row["recipient"])
    if habits.delivery != "delivered":
        await bounce(world, workspace, row, hard=habits.delivery == "bounced")
        return
    world.store.update("messages", {"id": row["id"]}, status="delivered")
    facts = {"DeliveredAt": iso_postmark(workspace.now()), "Details": "smtp;250 2.0.0 OK"}
    await notify(world, workspace, row, "Delivery", facts)
    delay = directory.reading_delay(workspace, person, row["n"])
    world.schedule(workspace, "read_mail", workspace.after(delay), subject=person.ref, message=row["id"])


async def bounce(world: World, workspace: Workspace, row: Row, *, hard: bool) -> None:
    kind = "HardBounce" if hard else "SoftBounce"
    world.store.update("messages", {"id": row["id"]}, status="bounced")
    if hard:
        _deactivate(world, workspace, row["recipient"])
    await notify(
        world,
        workspace,
        row,
        "Bounce",
        {
            **_complaint(workspace, row, kind, "Hard bounce" if hard else "Soft bounce", inactive=hard),
            "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found)."
            if hard
            else "Unable to temporarily deliver message (i.e. mailbox full, account disabled, etc.)",
            "Details": "smtp;550 5.1.1 unknown user" if hard else "smtp;452 4.2.2 mailbox full",
        },
    )


async def complain(world: World, workspace: Workspace, row: Row) -> None:
    """The reader marks it as spam; the address is inactive from now on."""
    _deactivate(world, workspace, row["recipient"])
    facts = _complaint(workspace, row, "SpamComplaint", "Spam complaint", inactive=True)
    text = "The subscriber explicitly marked this message as spam."
    await notify(world, workspace, row, "SpamComplaint", {**facts, "Description": text, "Details": ""})


async def unsubscribe(world: World, workspace: Workspace, row: Row) -> None:
    """The reader unsubscribes by the mail service's own link."""
    _deactivate(world, workspace, row["recipient"])
    await notify(
        world,
        workspace,
        row,
        "SubscriptionChange",
        {
            "ChangedAt": iso_postmark(workspace.now()),
            "Origin": "Recipient",
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
        },
    )


async def opened(world: World, workspace: Workspace, row: Row) -> None:
    """The reader opens it: told where opens are tracked."""
    body = json.loads(row["body"])
    tracked = body.get("TrackOpens")
    if tracked is None:
        tracked = workspace.config.mail.get("track_opens", True)
    world.store.update("messages", {"id": row["id"]}, status="opened")
    facts = {
        "FirstOpen": True,
        "ReceivedAt": iso_postmark(workspace.now()),
        "Platform": "Desktop",
        "ReadSeconds": 12,
        "UserAgent": "Mozilla/5.0 (X11; Linux x86_64)",
        "OS": {"Name": "Linux", "Family": "Linux", "Company": ""},
        "Client": {"Name": "Thunderbird", "Family": "Thunderbird", "Company": "Mozilla"},
        "Geo": {},
    }
    if tracked:
        await notify(world, workspace, row, "Open", facts)
    else:
        _note(world, workspace, row, "Open", {"tracked": False})


async def clicked(world: World, workspace: Workspace, row: Row, url: str) -> None:
    """The reader follows a link: told where links are tracked."""
    facts = {
        "ClickLocation": "HTML",
        "OriginalLink": url,
        "ReceivedAt": iso_postmark(workspace.now()),
        "Platform": "Desktop",
        "UserAgent": "Mozilla/5.0 (X11; Linux x86_64)",
        "OS": {},
        "Client": {},
        "Geo": {},
    }
    if json.loads(row["body"]).get("TrackLinks") not in (None, "None", ""):
        await notify(world, workspace, row, "Click", facts)
    else:
        _note(world, workspace, row, "Click", {"tracked": False, "OriginalLink": url})


async def reply(world: World, workspace: Workspace, row: Row, text: str) -> None:
    """The reader answers by e-mail: Postmark's inbound webhook."""
    config, body = workspace.config.inbound, json.loads(row["body"])
    address = parseaddr(body.get("ReplyTo") or config.get("address") or row["sender"])[1]
    person = directory.at_address(world, workspace, row["recipient"])
    _note(world, workspace, row, "Reply", {"text": text})
    url = config.get("url")
    if not url:
        return
    mailbox_hash = address.partition("@")[0].partition("+")[2]
    to = {"Email": address, "Name": "", "MailboxHash": mailbox_hash}
    payload = {
        "FromName": person.name,
        "MessageStream": "inbound",
        "From": row["recipient"],
        "FromFull": {"Email": row["recipient"], "Name": person.name, "MailboxHash": ""},
        "To": address,
        "ToFull": [to],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": address,
        "Subject": f"Re: {row['subject']}",
        "MessageID": str(uuid4()),
        "ReplyTo": "",
        "MailboxHash": mailbox_hash,
        "Date": iso_postmark(workspace.now()),
        "TextBody": f"{text}\n\n> {row['subject']}\n",
        "HtmlBody": "",
        "StrippedTextReply": text,
        "Tag": "",
        "Headers": [
            {"Name": "Message-ID", "Value": f"<{uuid4()}@people.example>"},
            {"Name": "In-Reply-To", "Value": f"<{row['id']}@mtasv.net>"},
            {"Name": "X-Spam-Status", "Value": "No"},
        ],
        "Attachments": [],
    }
    await _post(world, workspace, row, "Inbound", config, payload)


async def notify(world: World, workspace: Workspace, row: Row, record_type: str, facts: Mapping[str, Any]) -> None:
    """Note an event of a message and tell the product's webhook."""
    _note(world, workspace, row, record_type, facts)
    payload = {
        "RecordType": record_type,
        "ServerID": SERVER_ID,
        "MessageStream": json.loads(row["body"]).get("MessageStream") or "outbound",
        "MessageID": row["id"],
        "Recipient": row["recipient"],
        "Tag": row["tag"] or "",
        "Metadata": json.loads(row["metadata"]),
        **facts,
    }
    await _post(world, workspace, row, record_type, workspace.config.mail, payload)


async def _post(
    world: World,
    workspace: Workspace,
    row: Row,
    event: str,
    config: Mapping[str, Any],
    payload: Mapping[str, Any],
) -> None:
    url = config.get("url")
    if not url:
        return
    headers = {"Content-Type": "application/json", "User-Agent": "Postmark"}
    if config.get("username"):
        pair = f"{config['username']}:{config.get('password', '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    await callbacks.deliver(
        world,
        workspace,
        callbacks.Callback(
            service="mail",
            object=row["id"],
            event=event,
            url=url,
            body=json.dumps(payload).encode(),
            headers=headers,
            to=row["recipient"],
            retries=callbacks.RETRIES,
            retries_errors=True,
        ),
    )


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
        body=told,
        body_sha256=body_hash,
        person=person.ref,
        status="sent",
        created_at=now,
        wall=time.time(),
    )
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
    metadata = told.get("Metadata") or {}
    if any(not isinstance(value, str) or len(value) > 80 for value in metadata.values()):
        return "Invalid metadata content. Field values are strings of at most 80 characters."
    return ""


def _all(world: World, workspace: Workspace) -> list[Row]:
    return world.store.all("SELECT * FROM messages WHERE sid = ? ORDER BY n DESC", workspace.sid)


def _matches(row: Row, query: Mapping[str, str]) -> bool:
    metadata = json.loads(row["metadata"])
    for name, value in query.items():
        if name.startswith("metadata_") and metadata.get(name.removeprefix("metadata_")) != value:
            return False
        if name == "recipient" and row["recipient"].lower() != value.lower():
            return False
        if name in ("tag", "subject") and (row[name] or "") != value:
            return False
    return True


def _note(world: World, workspace: Workspace, row: Row, kind: str, facts: Mapping[str, Any]) -> None:
    world.store.insert("message_events", message=row["id"], type=kind, at=workspace.now(), details=dict(facts))


def _complaint(workspace: Workspace, row: Row, kind: str, name: str, *, inactive: bool) -> dict[str, Any]:
    return {
        "ID": row["n"],
        "Type": kind,
        "TypeCode": TYPE_CODES[kind],
        "Name": name,
        "Email": row["recipient"],
        "From": row["sender"],
        "BouncedAt": iso_postmark(workspace.now()),
        "DumpAvailable": False,
        "Inactive": inactive,
        "CanActivate": kind != "SpamComplaint",
        "Subject": row["subject"],
        "Content": "",
    }


def _deactivate(world: World, workspace: Workspace, email: str) -> None:
    world.store.run("INSERT OR IGNORE INTO inactive (sid, email) VALUES (?, ?)", workspace.sid, email.lower())


def _is_inactive(world: World, workspace: Workspace, email: str) -> bool:
    return bool(world.store.one("SELECT 1 FROM inactive WHERE sid = ? AND email = ?", workspace.sid, email.lower()))
