"""Reading bodies: JSON exactly, and files on the few views that take them."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from credira.core.errors import InvalidRequest, TooLarge
from credira.core.json import InvalidJson, loads


class ExactJSONParser(BaseParser):
    """JSON by ``credira.core.json``: Decimals, no NaN, no key twice. An empty body is an empty object."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(settings.JSON_MAX_BYTES + 1)
        if len(raw) > settings.JSON_MAX_BYTES:
            raise TooLarge(f"A JSON body may have {settings.JSON_MAX_BYTES} bytes.")
        if not raw.strip():
            return {}
        try:
            return loads(raw)
        except InvalidJson as error:
            raise InvalidRequest(str(error)) from error
