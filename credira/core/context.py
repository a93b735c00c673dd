"""Who acts, for which request: read by logs and events. Set at the edges (middleware, authentication, workers)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["member", "key", "system", "consumer", "vendor", "staff"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: ``kind`` and the public id of the member, key, … (empty for the system)."""

    kind: ActorKind
    id: str = ""
    name: str = ""


SYSTEM = Actor("system", name="Credira")

_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def actor() -> Actor:
    """Who acts now; the system when nobody said."""
    return _actor.get()


def request_id() -> str:
    """The id of the request or task that runs (``req_…``), or an empty string."""
    return _request_id.get()


@contextmanager
def acting_as(kind: ActorKind, id: str = "", name: str = "") -> Iterator[Actor]:
    """Within the block, facts are recorded in this actor's name."""
    who = Actor(kind, id, name)
    token = _actor.set(who)
    try:
        yield who
    finally:
        _actor.reset(token)


@contextmanager
def handling(request_id: str) -> Iterator[None]:
    """Within the block, logs and events carry this request id."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)
