"""Dramatiq middleware: database connections go back to the pool, and each task has a request id in its logs."""

from contextlib import AbstractContextManager
from typing import Any

from django.db import close_old_connections, connections
from dramatiq import Middleware

from credira.core import context
from credira.core.ids import public_id, uuid7


class DatabaseConnections(Middleware):
    """Hand the thread's connection back before and after each message."""

    def before_process_message(self, broker: Any, message: Any) -> None:
        close_old_connections()

    def after_process_message(self, broker: Any, message: Any, *, result: Any = None, exception: Any = None) -> None:
        connections.close_all()

    after_skip_message = before_process_message


class Context(Middleware):
    """The request that enqueued a message is named in the logs and events of its work."""

    def __init__(self) -> None:
        self._open: dict[str, AbstractContextManager[None]] = {}

    def before_enqueue(self, broker: Any, message: Any, delay: Any) -> None:
        message.options.setdefault("request_id", context.request_id())

    def before_process_message(self, broker: Any, message: Any) -> None:
        handling = context.handling(message.options.get("request_id") or public_id("req", uuid7()))
        handling.__enter__()
        self._open[message.message_id] = handling

    def after_process_message(self, broker: Any, message: Any, *, result: Any = None, exception: Any = None) -> None:
        if handling := self._open.pop(message.message_id, None):
            handling.__exit__(None, None, None)
