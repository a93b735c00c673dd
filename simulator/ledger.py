"""The independent witness: every dial, mail and letter, under the name that the client gave it, and what came twice.

A call is named by our client's call id, found in the addresses it gave for callbacks; a mail by its metadata; a
letter by its reference.
"""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from simulator import printer
from simulator.store import Row
from simulator.timing import iso
from simulator.world import Workspace, World

CALL_ID = re.compile(r"call_[0-9a-z]{26}")
CALL_KEYS = ("call_id", "call", "c")
OPEN = ("queued", "ringing", "in-progress")
MESSAGE_KEYS = ("message_id", "message", "id")
# What a person may tell us, and the channels on which it binds.
BINDING = {
    "stop": ("call", "email"),
    "stop_calls": ("call",),
    "stop_email": ("email",),
    "attorney": ("call", "email"),
    "bankruptcy": ("call", "email"),
    "deceased": ("call", "email"),
    "wrong_number": ("call",),
}


def reference_of_call(url: str, status_callback: str) -> tuple[str, dict[str, Any] | None]:
    """The client's name for a call, and the readable payload of a signed token in its addresses."""
    payload = _token_payload(url) or _token_payload(status_callback)
    found = CALL_ID.search(url) or CALL_ID.search(status_callback)
    if found:
        return found.group(), payload
    for key in CALL_KEYS:
        if payload and payload.get(key):
            return str(payload[key]), payload
    for address in (url, status_callback):
        for key in CALL_KEYS:
            if given := parse_qs(urlsplit(address).query).get(key):
                return given[0], payload
    return urlsplit(status_callback or url).path, payload


def reference_of_message(metadata: Mapping[str, Any], recipient: str, body_hash: str) -> str:
    for key in MESSAGE_KEYS:
        if metadata.get(key):
            return str(metadata[key])
    return f"{recipient.lower()}:{body_hash[:16]}"


def read(
    world: World, workspace: Workspace, *, since: float | None = None, transcripts: bool = False
) -> dict[str, Any]:
    """The whole ledger of a workspace, or what was created at or after ``since``."""
    calls = _rows(world, workspace, "calls", "created_at", since)
    messages = _rows(world, workspace, "messages", "created_at", since)
    letters = _rows(world, workspace, "letters", "created_at", since)
    payments = _rows(world, workspace, "payments", "at", since)
    requests = _rows(world, workspace, "requests", "at", since)
    return {
        "calls": [call(world, row, transcript=transcripts) for row in calls],
        "messages": [message(world, row, bodies=False) for row in messages],
        "letters": [letter(row) for row in letters],
        "payments": [payment(row) for row in payments],
        "requests": [_request(row) for row in requests],
        "counts": {
            "calls": len(calls),
            "messages": len(messages),
            "letters": len(letters),
            "payments": len(payments),
            "open_calls": sum(row["status"] in OPEN for row in calls),
        },
        "twice": twice(world, workspace),
        "after_stop": after_stop(world, workspace),
    }


def call(world: World, row: Row, *, transcript: bool) -> dict[str, Any]:
    """One dial with its callbacks; with every word on request."""
    params = json.loads(row["params"])
    turns = world.store.all("SELECT * FROM turns WHERE call_sid = ? ORDER BY id", row["call_sid"])
    callbacks = world.store.all("SELECT * FROM callbacks WHERE object = ? ORDER BY id", row["call_sid"])
    shown = {
        "sid": row["call_sid"],
        "to": row["number_to"],
        "from": row["number_from"],
        "status": row["status"],
        "answered_by": row["answered_by"],
        "created_at": iso(row["created_at"]),
        "started_at": iso(row["started_at"]),
        "ended_at": iso(row["ended_at"]),
        "duration": row["duration"],
        "error_code": row["error_code"],
        "url": params.get("Url"),
        "status_callback": params.get("StatusCallback"),
        "ref": row["ref"],
        "payload": json.loads(row["payload"]) if row["payload"] else None,
        "person": row["person"],
        "persona": row["persona"],
        "turns": len(turns),
        "callbacks": [callback(one) for one in callbacks],
    }
    if transcript:
        shown["transcript"] = [
            {"offset": round(turn["offset"], 1), "speaker": turn["speaker"], "text": turn["text"]} for turn in turns
        ]
    return shown


def message(world: World, row: Row, *, bodies: bool) -> dict[str, Any]:
    body = json.loads(row["body"])
    events = world.store.all("SELECT * FROM message_events WHERE message = ? ORDER BY id", row["id"])
    shown = {
        "id": row["id"],
        "to": row["recipient"],
        "from": row["sender"],
        "subject": row["subject"],
        "metadata": json.loads(row["metadata"]),
        "tag": row["tag"],
        "ref": row["ref"],
        "status": row["status"],
        "created_at": iso(row["created_at"]),
        "body_sha256": row["body_sha256"],
        "attachments": [one.get("Name", "") for one in body.get("Attachments") or []],
        "headers": {one["Name"]: one["Value"] for one in body.get("Headers") or []},
        "person": row["person"],
        "events": [{"type": event["type"], "at": iso(event["at"])} for event in events],
    }
    if bodies:
        callbacks = world.store.all("SELECT * FROM callbacks WHERE object = ? ORDER BY id", row["id"])
        shown |= {
            "text": body.get("TextBody", ""),
            "html": body.get("HtmlBody", ""),
            "callbacks": [callback(one) for one in callbacks],
        }
    return shown


def letter(row: Row) -> dict[str, Any]:
    data = json.loads(row["data"])
    return {
        "id": row["id"],
        "reference": row["reference"],
        "status": row["status"],
        "created_at": iso(row["created_at"]),
        "sha256": row["sha256"],
        "pages": data["pages"],
        "to": data["to"],
        "metadata": data["metadata"],
        "posts": row["posts"],
        "person": row["person"],
        **printer.moments(row),
    }


def payment(row: Row) -> dict[str, Any]:
    return {
        "account_id": row["account"],
        "person": row["person"],
        "amount": row["amount"],
        "at": iso(row["at"]),
        "status": row["status"],
        "answer": row["answer"],
    }


def callback(row: Row) -> dict[str, Any]:
    return {
        "event": row["event"],
        "url": row["url"],
        "at": iso(row["at"]),
        "status": row["status"],
        "error": row["error"] or None,
        "fault": row["fault"],
    }


def twice(world: World, workspace: Workspace) -> dict[str, Any]:
    """Whatever reached somebody more than once under one name, and calls to one number that overlapped."""
    calls = _all(world, workspace, "calls")
    messages = _all(world, workspace, "messages")
    letters = [(f"{row['recipient']}:{row['sha256']}", row["id"]) for row in _all(world, workspace, "letters")]
    found: dict[str, Any] = {
        "calls": _repeated(((row["ref"], row["call_sid"]) for row in calls), "sids"),
        "messages": _repeated(((row["ref"], row["id"]) for row in messages), "ids"),
        "letters": _repeated(letters, "ids"),
        "overlapping_calls": _overlapping(calls),
    }
    return {**found, "any": any(found.values())}


def after_stop(world: World, workspace: Workspace) -> list[dict[str, Any]]:
    """Contacts by a channel on which the person had told us to stop, however it was heard.

    An e-mail among them may be one that the law asks for: this is what to look at, not a verdict.
    """
    contacts = [
        ("call", row["call_sid"], row["person"], row["created_at"]) for row in _all(world, workspace, "calls")
    ] + [("email", row["id"], row["person"], row["created_at"]) for row in _all(world, workspace, "messages")]
    told: dict[tuple[str, str], Row] = {}
    for row in world.store.all("SELECT * FROM told WHERE sid = ? ORDER BY id", workspace.sid):
        for channel in BINDING.get(row["what"], ()):
            told.setdefault((row["person"], channel), row)
    return [
        {
            "person": person,
            "what": stop["what"],
            "told_by": stop["channel"],
            "told_at": iso(stop["at"]),
            "channel": channel,
            "id": identifier,
            "at": iso(at),
        }
        for channel, identifier, person, at in contacts
        if (stop := told.get((person, channel))) is not None and at > stop["at"]
    ]


def _all(world: World, workspace: Workspace, table: str) -> list[Row]:
    return world.store.all(f"SELECT * FROM {table} WHERE sid = ? ORDER BY n", workspace.sid)  # noqa: S608


def _rows(world: World, workspace: Workspace, table: str, column: str, since: float | None) -> list[Row]:
    sql = f"SELECT * FROM {table} WHERE sid = ? AND {column} >= ? ORDER BY rowid"  # noqa: S608
    return world.store.all(sql, workspace.sid, since or 0)


def _repeated(named: Iterable[tuple[str, str]], key: str) -> list[dict[str, Any]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, identifier in named:
        groups[name].append(identifier)
    return [{"ref": name, "count": len(ids), key: ids} for name, ids in groups.items() if len(ids) > 1]


def _overlapping(calls: Iterable[Row]) -> list[dict[str, Any]]:
    """Calls to one number that were open at the same wall time."""
    by_number: dict[str, list[Row]] = defaultdict(list)
    for row in calls:
        by_number[row["number_to"]].append(row)
    found = []
    for number, rows in by_number.items():
        for earlier, later in pairwise(rows):
            if earlier["wall_end"] is None or later["wall"] < earlier["wall_end"]:
                found.append({"to": number, "sids": [earlier["call_sid"], later["call_sid"]]})
    return found


def _request(row: Row) -> dict[str, Any]:
    return {
        "person": row["person"],
        "what": row["what"],
        "method": row["method"],
        "url": row["url"],
        "at": iso(row["at"]),
        "status": row["status"],
        "error": row["error"],
    }


def _token_payload(url: str) -> dict[str, Any] | None:
    """The JSON in a signed token (``base64url(JSON):timestamp:signature``) among the path's parts, if there is one."""
    for part in unquote(urlsplit(url).path).split("/"):
        head = part.split(":")[0]
        if len(head) < 8:
            continue
        try:
            payload = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        except ValueError:
            continue
        if isinstance(payload, dict):
            return payload
    return None
