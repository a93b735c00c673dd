"""What becomes of a message that was accepted: delivered, bounced, opened, answered; each told by webhook.

The payloads are Postmark's (postmarkapp.com/developer/webhooks). Who reads a message is up to ``people.mailbox``.
"""

import base64
import json
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

from simulator import callbacks
from simulator.people import directory
from simulator.store import Row
from simulator.timing import iso_postmark
from simulator.world import Workspace, World

SERVER_ID = 23
TYPE_CODES = {"HardBounce": 1, "SoftBounce": 4096, "SpamComplaint": 512}


def find(world: World, workspace: Workspace, message: str) -> Row | None:
    return world.store.one("SELECT * FROM messages WHERE sid = ? AND id = ?", workspace.sid, message)


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
