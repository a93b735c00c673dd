"""Sending to the product: signed by the caller, recorded here, disturbed by faults."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from simulator import faults
from simulator.world import Workspace, World

RETRIES = (0.3, 1.0)  # wall seconds; what vendors do over minutes


@dataclass(frozen=True)
class Answer:
    """What the product answered; status None when it couldn't be reached."""

    status: int | None
    body: bytes = b""
    error: str = ""

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class Callback:
    """One request to the product. ``object`` is the call, message or letter that it speaks of."""

    service: str
    object: str
    event: str
    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"
    to: str = ""
    retries: tuple[float, ...] = ()
    retries_errors: bool = False  # whether an answer that isn't a success is tried again too


async def deliver(world: World, workspace: Workspace, callback: Callback) -> None:
    """Send a notification, or what a fault makes of it."""

    async def send(fault: str | None) -> None:
        await _with_retries(world, workspace, callback, fault)

    def note_lost() -> None:
        _record(world, workspace, callback, Answer(None), "lose_callback")

    fault = faults.take(world, workspace, faults.CALLBACK_KINDS, callback.service, to=callback.to, event=callback.event)
    await faults.meet_callback(world, workspace, fault, callback.object, send, note_lost)


async def ask(world: World, workspace: Workspace, callback: Callback) -> Answer:
    """Send a request whose answer matters (a TwiML document). Only duplication can disturb it."""
    answer = await _attempt(world, workspace, callback, None)
    if faults.take(world, workspace, ("duplicate_callback",), callback.service, to=callback.to, event=callback.event):
        await _attempt(world, workspace, callback, "duplicate_callback")
    return answer


async def _with_retries(world: World, workspace: Workspace, callback: Callback, fault: str | None) -> None:
    for pause in (*callback.retries, None):
        answer = await _attempt(world, workspace, callback, fault)
        final = answer.ok or answer.status == 403  # 403 tells the mail service to stop trying
        if pause is None or final or (answer.status is not None and not callback.retries_errors):
            return
        await asyncio.sleep(pause)


async def _attempt(world: World, workspace: Workspace, callback: Callback, fault: str | None) -> Answer:
    answer = await _request(world, callback)
    _record(world, workspace, callback, answer, fault)
    return answer


async def _request(world: World, callback: Callback) -> Answer:
    try:
        async with world.http.request(
            callback.method,
            URL(callback.url, encoded=True),  # signed as given, so sent as given
            data=callback.body or None,
            headers=callback.headers,
            allow_redirects=False,
        ) as response:
            return Answer(response.status, await response.read())
    except TimeoutError:
        return Answer(None, error="timeout")
    except (aiohttp.ClientError, ValueError, OSError) as error:
        return Answer(None, error=type(error).__name__)


def _record(world: World, workspace: Workspace, callback: Callback, answer: Answer, fault: str | None) -> None:
    world.store.insert(
        "callbacks",
        sid=workspace.sid,
        object=callback.object,
        event=callback.event,
        url=callback.url,
        at=workspace.now(),
        wall=time.time(),
        status=answer.status,
        error=answer.error,
        fault=fault,
    )
