"""Idempotent writes: the record is claimed and filled in the transaction of the write itself."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable
from rest_framework.response import Response

from credira.api.models import IdempotencyRecord
from credira.core import clock
from credira.core.errors import Conflict, InvalidRequest, Unprocessable
from credira.core.ids import uuid7
from credira.core.json import dumps, loads
from credira.tenancy.models import Workspace

KEPT_FOR = dt.timedelta(hours=24)
MAX_KEY = 255


class KeyReused(Unprocessable):
    """The same key with another request."""

    code = "IDEMPOTENCY_KEY_REUSED"


def once(workspace: Workspace, request: Any, write: Callable[[], Response]) -> Response:
    """Do ``write`` once for this ``Idempotency-Key``; later and concurrent equals get its answer.

    A concurrent duplicate waits up to 5 s for the first one's commit, else ``Conflict`` with ``Retry-After``. Call it
    bound, outside of savepoints that may be rolled back alone.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return write()
    if not 0 < len(key) <= MAX_KEY or "\x00" in key:
        raise InvalidRequest(f"An Idempotency-Key has 1 to {MAX_KEY} characters.")
    fingerprint = _fingerprint(request)
    if not _claim(workspace, key, fingerprint):
        return _replay(workspace, key, fingerprint)
    response = write()
    IdempotencyRecord.objects.filter(workspace=workspace, key=key).update(
        status=response.status_code,
        answer=dumps(response.data).decode(),
        location=response.headers.get("Location", ""),
    )
    return response


def _claim(workspace: Workspace, key: str, fingerprint: bytes) -> bool:
    """True when the key is ours. Blocks while another transaction holds it."""
    now = clock.wall()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(
                """
                INSERT INTO api_idempotencyrecord
                  (id, workspace_id, key, fingerprint, status, answer, location, created_at)
                VALUES (%s, %s, %s, %s, 0, '', '', %s)
                ON CONFLICT (workspace_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, status = 0,
                  answer = '', location = '', created_at = excluded.created_at
                WHERE api_idempotencyrecord.created_at < %s
                RETURNING 1
                """,
                [uuid7(), workspace.pk, key, fingerprint, now, now - KEPT_FOR],
            )
            claimed = cursor.fetchone() is not None
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Conflict("The first request with this key still runs.", headers={"Retry-After": "1"}) from error
        raise
    return claimed


def _replay(workspace: Workspace, key: str, fingerprint: bytes) -> Response:
    found = IdempotencyRecord.objects.get(workspace=workspace, key=key)
    if bytes(found.fingerprint) != fingerprint:
        raise KeyReused("This Idempotency-Key was used for another request.")
    headers = {"Idempotent-Replayed": "true", **({"Location": found.location} if found.location else {})}
    data = loads(found.answer) if found.answer else None
    return Response(data, status=found.status, headers=headers)


def _fingerprint(request: Any) -> bytes:
    """Method, path with query, and content; files by their digest."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type.startswith(("multipart/", "text/csv")):
        for name in sorted(request.data):
            value = request.data[name]
            digest.update(name.encode() + b"\0")
            if hasattr(value, "chunks"):
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
            else:
                digest.update(str(value).encode())
    else:
        digest.update(request._request.body)
    return digest.digest()
