"""Assembly: routes, acts, start and stop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from simulator import calls, carrier, control, delivery, mail, page, printer, sink
from simulator.people import consequences, mailbox
from simulator.store import Store
from simulator.world import WORLD, Handler, World

LARGEST_BODY = 50 * 1024 * 1024

ACTS: dict[str, Handler] = {
    "call": calls.start,
    "deliver_mail": delivery.deliver,
    "read_mail": mailbox.read,
    "mail_letter": printer.mail_letter,
    "deliver_letter": printer.deliver_letter,
    "return_letter": printer.return_letter,
    "pay": consequences.pay,
}


def build(db: Path | str, secret: str) -> web.Application:
    """The whole program as one aiohttp application."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[WORLD] = World(Store(db), secret, ACTS)
    for part in (control, carrier, mail, printer, sink, page):
        app.add_routes(part.routes)
    app.router.add_get("/healthz", _health)
    app.cleanup_ctx.append(_loop)
    return app


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def _loop(app: web.Application) -> AsyncIterator[None]:
    world = app[WORLD]
    loop = asyncio.create_task(world.run())
    yield
    loop.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await loop
    await world.close()
