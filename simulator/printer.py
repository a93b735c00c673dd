"""The print-and-mail vendor: takes letters as PDF, mails them, tells when they left and when they came back."""

import base64
import binascii
import hashlib
import json
import re
import time
from typing import Any
from uuid import uuid4

from aiohttp import web

from simulator import callbacks, faults, files
from simulator.identity import basic_credentials
from simulator.people import directory
from simulator.signing import timestamped_signature
from simulator.store import Row
from simulator.timing import iso
from simulator.world import WORLD, Workspace, World

PRINTING = 4 * 3600.0
TRANSIT = 3 * 86_400.0
RETURN = 7 * 86_400.0
MOMENTS = {"mailed": "mailed_at", "delivered": "delivered_at", "returned_to_sender": "returned_at"}
PAGE = re.compile(rb"/Type\s*/Page(?!s)")
UNDELIVERABLE = ("wrong_number", "disconnected")  # whoever lived there has moved

routes = web.RouteTableDef()


def error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"status_code": status, "code": code, "message": message}}, status=status)


def _caller(request: web.Request) -> tuple[World, Workspace] | None:
    world = request.app[WORLD]
    credentials = basic_credentials(request.headers.get("Authorization", ""))
    workspace = world.authenticate(*credentials) if credentials else None
    return (world, workspace) if workspace else None


@routes.post("/print/v1/letters")
async def create_letter(request: web.Request) -> web.Response:
    """A letter by reference: the same one again is answered with the letter that exists."""
    caller = _caller(request)
    if caller is None:
        return error(401, "unauthorized", "These credentials are not known.")
    world, workspace = caller
    try:
        told, pdf = await _letter(request)
    except ValueError as problem:
        return error(422, "invalid", str(problem))
    digest = hashlib.sha256(pdf).hexdigest()
    known = _by_reference(world, workspace, told["reference"])
    if known is not None:
        if known["sha256"] != digest:
            return error(422, "reference_in_use", "This reference belongs to a letter with another content.")
        world.store.run("UPDATE letters SET posts = posts + 1 WHERE id = ?", known["id"])
        return web.json_response(represent(known))

    def place() -> tuple[str, web.Response]:
        row = _accept(world, workspace, told, pdf, digest)
        return row["id"], web.json_response(represent(row), status=201)

    return await faults.create(
        world,
        workspace,
        request,
        service="print",
        to=str(told["to"].get("name", "")),
        place=place,
        refuse=lambda status, message: error(status, "unavailable", message),
    )


@routes.get("/print/v1/letters")
async def list_letters(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, "unauthorized", "These credentials are not known.")
    world, workspace = caller
    reference = request.query.get("reference")
    rows = world.store.all(
        "SELECT * FROM letters WHERE sid = ? AND (? IS NULL OR reference = ?) ORDER BY n DESC LIMIT 500",
        workspace.sid,
        reference,
        reference,
    )
    return web.json_response({"data": [represent(row) for row in rows], "count": len(rows)})


@routes.get("/print/v1/letters/{id}")
async def get_letter(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, "unauthorized", "These credentials are not known.")
    row = find(*caller, request.match_info["id"])
    return web.json_response(represent(row)) if row else error(404, "not_found", "There is no such letter.")


@routes.get("/print/v1/letters/{id}/file")
async def get_file(request: web.Request) -> web.Response:
    caller = _caller(request)
    if caller is None:
        return error(401, "unauthorized", "These credentials are not known.")
    world, workspace = caller
    row = find(world, workspace, request.match_info["id"])
    if row is None:
        return error(404, "not_found", "There is no such letter.")
    return files.download(world, workspace, row["id"], 0)


def find(world: World, workspace: Workspace, letter: str) -> Row | None:
    return world.store.one("SELECT * FROM letters WHERE sid = ? AND id = ?", workspace.sid, letter)


def represent(row: Row) -> dict[str, Any]:
    data = json.loads(row["data"])
    return {
        "id": row["id"],
        "reference": row["reference"],
        "status": row["status"],
        "sha256": row["sha256"],
        "pages": data["pages"],
        "to": data["to"],
        "from": data["from"],
        "metadata": data["metadata"],
        "created_at": iso(row["created_at"]),
        "expected_delivery": iso(row["created_at"] + PRINTING + TRANSIT),
        **moments(row),
    }


def moments(row: Row) -> dict[str, str | None]:
    """When the letter was handed to the post, arrived or came back; None for what hasn't happened."""
    data = json.loads(row["data"])
    return {name: iso(data.get(name)) for name in MOMENTS.values()}


async def mail_letter(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    """The act ``mail_letter``: handed to the post."""
    row = _advance(world, workspace, data["letter"], "mailed")
    await _notify(world, workspace, row, "letter.mailed")
    person = directory.get(world, workspace, row["person"]) if row["person"] else None
    comes_back = person is not None and person.persona.key in UNDELIVERABLE
    world.schedule(
        workspace,
        "return_letter" if comes_back else "deliver_letter",
        workspace.after(RETURN if comes_back else TRANSIT),
        letter=row["id"],
    )


async def deliver_letter(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    row = _advance(world, workspace, data["letter"], "delivered")
    await _notify(world, workspace, row, "letter.delivered")


async def return_letter(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    row = _advance(world, workspace, data["letter"], "returned_to_sender")
    await _notify(world, workspace, row, "letter.returned_to_sender")


async def _letter(request: web.Request) -> tuple[dict[str, Any], bytes]:
    """What was told and the PDF, from JSON or multipart. Raises ``ValueError`` with a sentence."""
    if request.content_type == "multipart/form-data":
        form = await request.post()
        upload = form.get("file")
        pdf = upload.file.read() if isinstance(upload, web.FileField) else b""
        told = json.loads(str(form["letter"])) if "letter" in form else _fields(form)
    else:
        told = await request.json()
        try:
            pdf = base64.b64decode(str(told.get("file", "")), validate=True)
        except binascii.Error as problem:
            raise ValueError("file is the PDF in base64.") from problem
    if not isinstance(told.get("reference"), str) or not told["reference"]:
        raise ValueError("reference names the letter on your side; it is required.")
    if not isinstance(told.get("to"), dict) or not told["to"].get("line1"):
        raise ValueError("to holds name, line1, city, state and zip.")
    if not pdf.startswith(b"%PDF-"):
        raise ValueError("file is not a PDF.")
    return told, pdf


def _fields(form: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in ("reference", "to", "from", "metadata"):
        if name in form:
            text = str(form[name])
            told[name] = text if name == "reference" else json.loads(text)
    return told


def _accept(world: World, workspace: Workspace, told: dict[str, Any], pdf: bytes, digest: str) -> Row:
    letter = f"ltr_{uuid4().hex}"
    world.store.insert(
        "letters",
        id=letter,
        sid=workspace.sid,
        reference=told["reference"],
        status="accepted",
        recipient=str(told["to"].get("name", "")),
        data={
            "to": told["to"],
            "from": told.get("from") or {},
            "metadata": told.get("metadata") or {},
            "pages": len(PAGE.findall(pdf)) or 1,
        },
        sha256=digest,
        posts=1,
        person=directory.by_address(world, workspace, told["to"]),
        created_at=workspace.now(),
    )
    files.keep(world, workspace, letter, 0, "letter.pdf", "application/pdf", pdf)
    world.schedule(workspace, "mail_letter", workspace.after(PRINTING), letter=letter)
    row = find(world, workspace, letter)
    if row is None:
        raise LookupError(letter)
    return row


def _by_reference(world: World, workspace: Workspace, reference: str) -> Row | None:
    return world.store.one("SELECT * FROM letters WHERE sid = ? AND reference = ?", workspace.sid, reference)


def _advance(world: World, workspace: Workspace, letter: str, status: str) -> Row:
    known = find(world, workspace, letter)
    if known is None:
        raise LookupError(letter)
    data = {**json.loads(known["data"]), MOMENTS[status]: workspace.now()}
    world.store.update("letters", {"id": letter, "sid": workspace.sid}, status=status, data=data)
    row = find(world, workspace, letter)
    if row is None:
        raise LookupError(letter)
    return row


async def _notify(world: World, workspace: Workspace, row: Row, event: str) -> None:
    config = workspace.config.print
    url = config.get("url")
    if not url:
        return
    payload = {
        "id": f"evt_{uuid4().hex}",
        "type": event,
        "created_at": iso(workspace.now()),
        "data": represent(row),
    }
    body = json.dumps(payload).encode()
    secret = str(config.get("secret") or workspace.identity.token)
    await callbacks.deliver(
        world,
        workspace,
        callbacks.Callback(
            service="print",
            object=row["id"],
            event=event,
            url=url,
            body=body,
            headers={
                "Content-Type": "application/json",
                "Print-Signature": timestamped_signature(secret, int(time.time()), body),
            },
            to=row["recipient"],
            retries=callbacks.RETRIES,
            retries_errors=True,
        ),
    )
