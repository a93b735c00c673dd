"""Structured logs without personal data: request ids on every line; e-mails, numbers, keys and SSNs redacted."""

import re
from collections.abc import Mapping
from typing import Any

import structlog

from credira.core import context

_PATTERNS = (
    (re.compile(r"sk_(live|test)_[A-Za-z0-9]+"), r"sk_\1_…"),
    (re.compile(r"whsec_[A-Za-z0-9+/=_-]+"), "whsec_…"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<email>"),
    (re.compile(r"(?<![\w-])\+?\d[\d ().-]{8,}\d(?![\w-])"), "<number>"),
    (re.compile(r"\b\d{3}-\d{2}-\d{4}\b"), "<ssn>"),
)
_PRIVATE = frozenset(
    {"email", "phone", "name", "ssn", "last4ssn", "date_of_birth", "address", "password", "body", "token"}
)


def redact(text: str) -> str:
    """``text`` with what could be a person's data or a secret replaced."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def add_context(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Put the request id and the actor's id on the line."""
    if request_id := context.request_id():
        event.setdefault("request_id", request_id)
    if actor_id := context.actor().id:
        event.setdefault("actor", actor_id)
    return event


def remove_private(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The last step before printing."""
    for key, value in event.items():
        if key not in ("timestamp", "request_id", "level"):
            event[key] = _public(key, value)
    return event


def _public(key: str, value: Any) -> Any:
    """``value`` as it may be written under ``key``, however deep what it holds lies."""
    if key in _PRIVATE:
        return "<private>"
    if isinstance(value, Mapping):
        return {name: _public(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_public("", item) for item in value]
    if isinstance(value, str | BaseException):
        return redact(str(value))
    return value


SHARED: list[Any] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    add_context,
    structlog.processors.format_exc_info,
    remove_private,
]
PLAIN: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
]
JSON: list[Any] = [
    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
    structlog.processors.JSONRenderer(),
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
get_logger = structlog.stdlib.get_logger
