"""Failures that a caller can act on. Services raise them; one handler in ``credira.api`` renders them."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypedDict


class Detail(TypedDict):
    """One field's fault: ``field`` is a dotted path (``debtors.0.invoice_amount``), ``message`` a sentence."""

    field: str
    message: str


class DomainError(Exception):
    """A refusal with a stable code.

    ``details`` name the fields at fault. Keyword arguments beyond it are rendered inside the error object beside the
    code (``reasons``, ``next_allowed_at``, …). ``headers`` go on the answer.
    """

    status: ClassVar[int] = 422
    code: ClassVar[str] = "UNPROCESSABLE"
    default_message: ClassVar[str] = "The request can't be carried out."
    keep: ClassVar[bool] = False  # what was written before it stays: the evidence of a refusal by the gate

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Sequence[Detail] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        self.message = message or self.default_message
        self.details = list(details)
        self.headers = headers or {}
        self.extra = extra
        super().__init__(self.message)


class InvalidRequest(DomainError):
    status = 400
    code = "INVALID_REQUEST"
    default_message = "The request isn't valid."


class Unauthenticated(DomainError):
    status = 401
    code = "UNAUTHENTICATED"
    default_message = "A valid API key or access token is needed."


class Forbidden(DomainError):
    status = 403
    code = "FORBIDDEN"
    default_message = "This key or member may not do that."


class NotFound(DomainError):
    """Missing, or not yours: the same answer, so that a stranger can't tell one from the other."""

    status = 404
    code = "NOT_FOUND"
    default_message = "There is no such object."


class Conflict(DomainError):
    status = 409
    code = "CONFLICT"
    default_message = "The object's state doesn't allow that."


class InvalidTransition(Conflict):
    """A status that can't become the one asked for, or that somebody else changed first."""


class Gone(DomainError):
    status = 410
    code = "GONE"
    default_message = "This is no longer available."


class TooLarge(DomainError):
    status = 413
    code = "PAYLOAD_TOO_LARGE"
    default_message = "The body is too large."


class Unprocessable(DomainError):
    """Well-formed, but a rule of the domain refuses it."""


class RateLimited(DomainError):
    status = 429
    code = "RATE_LIMITED"
    default_message = "Too many requests. Try again later."


class Unavailable(DomainError):
    status = 503
    code = "SERVICE_UNAVAILABLE"
    default_message = "A part of the service doesn't answer. Try again."
