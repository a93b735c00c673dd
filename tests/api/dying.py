"""The product's WSGI application in a process that dies where a request's ``X-Test-Die`` says; for gunicorn in tests.

``written``: inside the transaction, the row and its answer written, before COMMIT. ``committed``: after it, before the
first byte of the answer.
"""

import os
import signal
from collections.abc import Iterable
from typing import Any

from credira.wsgi import application as product  # before the rest: it sets Django up

# isort: split
from credira.api import views

HEADER = "HTTP_X_TEST_DIE"
_once = views.once


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying_once(workspace: Any, request: Any, write: Any) -> Any:
    answer = _once(workspace, request, write)
    if request.META.get(HEADER) == "written":
        _die()
    return answer


views.once = _dying_once


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    answer: Iterable[bytes] = product(environ, start_response)
    if environ.get(HEADER) == "committed":
        _die()
    return answer
