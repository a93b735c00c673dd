"""The envelope. It must not import ``rest_framework.views``: the settings name this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer

from credira.core import clock
from credira.core.json import dumps


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    items: list[Any]
    has_more: bool
    next_cursor: str | None


class AlwaysJson(BaseContentNegotiation):
    """Whatever a caller accepts, the answer is JSON: errors too."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        from rest_framework.utils.mediatypes import media_type_matches

        return next((p for p in parsers if media_type_matches(p.media_type, request.content_type)), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class EnvelopeRenderer(BaseRenderer):
    """``{"success", "data" | "error", "meta"}``; RFC 9457 for errors when the caller asks for problem+json."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        known = renderer_context or {}
        response, request = known.get("response"), known.get("request")
        if response is not None and response.status_code == 204:
            return b""
        meta: dict[str, Any] = {"timestamp": clock.wall(), "request_id": getattr(request, "request_id", "")}
        if response is not None and response.status_code >= 400:
            if "application/problem+json" in _accept(request):
                response["Content-Type"] = "application/problem+json"
                return dumps(_problem(data, response.status_code, meta["request_id"]))
            return dumps({"success": False, "error": data, "meta": meta})
        if isinstance(data, Page):
            meta |= {"has_more": data.has_more, "next_cursor": data.next_cursor}
            data = data.items
        return dumps({"success": True, "data": data, "meta": meta})


def _accept(request: Any) -> str:
    return str(request.headers.get("Accept", "")) if request is not None else ""


def _problem(error: Mapping[str, Any], status: int, request_id: str) -> dict[str, Any]:
    rest = {key: value for key, value in error.items() if key not in ("code", "message")}
    return {
        "type": "about:blank",
        "title": error["code"],
        "status": status,
        "detail": error["message"],
        "instance": request_id,
        "code": error["code"],
        **rest,
    }
