"""One handler turns every failure into the envelope (API) or a page (portal)."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response

from credira.core import clock, errors
from credira.core.json import dumps

logger = logging.getLogger("credira.api")


def handle(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Django REST framework's exception handler. What it doesn't know is 500 ``INTERNAL``, logged with its trace."""
    error = as_domain_error(exc)
    if error is None:
        logger.exception("unhandled error", exc_info=exc)
        return Response(body("INTERNAL", "Something failed on our side. It was recorded."), status=500)
    response = Response(error_body(error), status=error.status)
    for name, value in error.headers.items():
        response[name] = value
    return response


def error_body(error: errors.DomainError) -> dict[str, Any]:
    """The ``error`` object of an answer."""
    return body(error.code, error.message, error.details, error.extra)


def body(
    code: str, message: str, details: Sequence[errors.Detail] = (), extra: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The ``error`` object from its parts."""
    return {"code": code, "message": message, **({"details": list(details)} if details else {}), **(extra or {})}


def as_domain_error(exc: Exception) -> errors.DomainError | None:
    """A failure of Django or Django REST framework in our terms; None for a bug."""
    if isinstance(exc, errors.DomainError):
        return exc
    if isinstance(exc, exceptions.ValidationError):
        return _invalid(exc)
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return errors.Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    if isinstance(exc, Http404 | exceptions.NotFound):
        return errors.NotFound()
    if isinstance(exc, PermissionDenied | exceptions.PermissionDenied):
        return errors.Forbidden()
    if isinstance(exc, exceptions.MethodNotAllowed):
        return MethodNotAllowed(f"{exc.detail}")
    if isinstance(exc, exceptions.UnsupportedMediaType):
        return UnsupportedMediaType("Send application/json, or what the route's documentation names.")
    if isinstance(exc, RequestDataTooBig):
        return errors.TooLarge()
    if isinstance(exc, exceptions.ParseError | SuspiciousOperation):
        return errors.InvalidRequest("The body can't be read.")
    if isinstance(exc, OperationalError):
        logger.error("database error: %s", exc)
        return errors.Unavailable(headers={"Retry-After": "5"})
    return None


class MethodNotAllowed(errors.DomainError):
    status = 405
    code = "METHOD_NOT_ALLOWED"


class UnsupportedMediaType(errors.DomainError):
    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


def _invalid(exc: exceptions.ValidationError) -> errors.InvalidRequest:
    details = list(_flatten(exc.detail, ""))
    message = details[0]["message"] if len(details) == 1 else f"{len(details)} fields are not valid."
    return errors.InvalidRequest(message, details=details)


def _flatten(detail: Any, path: str) -> Sequence[errors.Detail]:
    """Django REST framework's nested errors as dotted paths: ``debtors.0.invoice_amount``."""
    found: list[errors.Detail] = []
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            own = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
            found += _flatten(value, own)
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping | list)
            found += _flatten(value, f"{path}.{index}".strip(".") if nested else path)
    else:
        required = getattr(detail, "code", "") == "required"
        found.append({"field": path, "message": f"Missing required parameter: {path}" if required else str(detail)})
    return found


def _envelope(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    meta = {"timestamp": clock.wall(), "request_id": getattr(request, "request_id", "")}
    text = dumps({"success": False, "error": body(code, message), "meta": meta})
    return HttpResponse(text, status=status, content_type="application/json")


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path_info.startswith("/v1") or request.path_info.startswith("/hooks"):
        return _envelope(request, status, code, message)
    return render(request, f"{status}.html", {"request_id": getattr(request, "request_id", "")}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return _answer(request, 404, "NOT_FOUND", errors.NotFound.default_message)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return _answer(request, 403, "FORBIDDEN", errors.Forbidden.default_message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return _envelope(request, 400, "INVALID_REQUEST", "The request can't be read.")


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return _answer(request, 500, "INTERNAL", "Something failed on our side. It was recorded.")
