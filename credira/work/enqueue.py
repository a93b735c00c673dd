"""Enqueueing by name, so that services never import tasks."""

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import dramatiq
from django.db import connection, transaction
from dramatiq.errors import ActorNotFound, BrokerConnectionError
from redis.exceptions import RedisError

logger = logging.getLogger("credira.work")


def enqueue(name: str, *args: Any) -> None:
    """Send a message to the actor ``name`` after the current transaction commits (at once outside of one).

    Arguments are ids; UUIDs travel as text. A broker that doesn't answer is logged, not raised: the due row stays and
    the sweep picks it up.
    """
    transaction.on_commit(_Sending(name, _plain(args)))


def enqueue_once(name: str, *args: Any) -> None:
    """``enqueue``, but one message a transaction however often it is asked for (nudges)."""
    sending = _Sending(name, _plain(args))
    if not any(waiting == sending for _, waiting, *_ in connection.run_on_commit):
        transaction.on_commit(sending)


@dataclass(frozen=True, slots=True)
class _Sending:
    """A message that waits for the commit."""

    name: str
    args: tuple[Any, ...]

    def __call__(self) -> None:
        _send(self.name, self.args)


def _plain(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(str(arg) if isinstance(arg, UUID) else arg for arg in args)


def _send(name: str, args: tuple[Any, ...]) -> None:
    broker = dramatiq.get_broker()
    try:
        actor = broker.get_actor(name)
    except ActorNotFound as error:
        raise LookupError(f"there is no actor {name}") from error
    try:
        actor.send(*args)
    except (BrokerConnectionError, RedisError, OSError) as error:
        logger.warning("broker unreachable; the sweep will do it: %s (%s)", name, error)
