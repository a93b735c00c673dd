"""Enqueueing by name, so that services never import tasks."""

import logging
from typing import Any
from uuid import UUID

import dramatiq
from django.db import transaction
from dramatiq.errors import ActorNotFound, BrokerConnectionError
from redis.exceptions import RedisError

logger = logging.getLogger("credira.work")


def enqueue(name: str, *args: Any) -> None:
    """Send a message to the actor ``name`` after the current transaction commits (at once outside of one).

    Arguments are ids; UUIDs travel as text. A broker that doesn't answer is logged, not raised: the due row stays and
    the sweep picks it up.
    """
    plain = tuple(str(arg) if isinstance(arg, UUID) else arg for arg in args)
    transaction.on_commit(lambda: _send(name, plain))


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
