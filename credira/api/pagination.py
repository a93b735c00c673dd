"""Lists: newest first, by keyset on the UUIDv7."""

import base64
import binascii
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from credira.core.errors import InvalidRequest

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


def parse_limit(text: str | None) -> int:
    """The page's size: 20 unless told, above 100 clamped. Raises ``InvalidRequest`` for no positive number."""
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise InvalidRequest("limit is a number from 1 to 100.", details=[{"field": "limit", "message": "Not valid."}])
    return min(int(text), MAX_LIMIT)


def encode_cursor(last: UUID) -> str:
    """An opaque cursor behind this row."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def decode_cursor(text: str) -> UUID:
    """Raises ``InvalidRequest`` for a cursor that we didn't make."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text + "=="))
    except (ValueError, binascii.Error):
        raise InvalidRequest(
            "The cursor isn't valid.", details=[{"field": "cursor", "message": "Not valid."}]
        ) from None


def page_of(queryset: "QuerySet[Any]", cursor: str | None, limit: int) -> tuple[list[Any], str | None]:
    """One page of rows, newest first, and the cursor of the next one (None: this was the last)."""
    ordered = queryset.order_by("-id")
    if cursor:
        ordered = ordered.filter(id__lt=decode_cursor(cursor))
    rows = list(ordered[: limit + 1])
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], encode_cursor(rows[limit - 1].pk)
