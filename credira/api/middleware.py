"""Middleware of the house: request ids for all, and a lean chain for the API and the vendors' hooks."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponseBase

from credira.core import context
from credira.core.ids import public_id, uuid7

logger = logging.getLogger("credira.request")
_LEAN = re.compile(r"^/(v1|hooks|health)(/|$)")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives each request an id (``req_…``), for the answer's header, the logs and the events it causes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = public_id("req", uuid7())  # type: ignore[attr-defined]
        started = time.monotonic()
        with context.handling(request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
            response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
            elapsed = int((time.monotonic() - started) * 1000)
            route = getattr(request.resolver_match, "route", "") or "-"
            logger.info("%s %s %s %s ms", request.method, route, response.status_code, elapsed)
        return response


class ApiGate:
    """The API and the hooks need no session, no CSRF, no messages: their requests leave the chain here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        handler: Any = BaseHandler()
        handler._view_middleware = handler._template_response_middleware = handler._exception_middleware = []
        self.direct: Any = convert_exception_to_response(handler._get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _LEAN.match(request.path_info):
            answer: HttpResponseBase = self.direct(request)
            return answer
        return self.get_response(request)
