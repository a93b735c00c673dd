"""Attachments and printed letters, kept apart from the rows that are listed."""

from aiohttp import web

from simulator.world import Workspace, World


def keep(
    world: World, workspace: Workspace, object_id: str, number: int, name: str, content_type: str, content: bytes
) -> None:
    """Store the nth file of a message or letter."""
    world.store.insert(
        "files",
        object=object_id,
        n=number,
        sid=workspace.sid,
        name=name,
        type=content_type,
        content=content,
    )


def download(world: World, workspace: Workspace, object_id: str, number: int) -> web.Response:
    """The nth file of a message or letter, as it came; 404 when there is none."""
    row = world.store.one(
        "SELECT * FROM files WHERE sid = ? AND object = ? AND n = ?", workspace.sid, object_id, number
    )
    if row is None:
        raise web.HTTPNotFound(text="There is no such file.")
    # Sandboxed: whoever opens it in a browser runs nothing of it.
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
    content_type = row["type"] if row["type"] in ("application/pdf", "text/plain") else "application/octet-stream"
    return web.Response(body=row["content"], content_type=content_type, headers=headers)
