"""One key over real HTTP: requests meet in several processes of gunicorn, and processes die in the middle."""

import os
import re
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import requests
from django.db import connection

from credira.api.models import IdempotencyRecord
from credira.running.processes import web
from credira.tenancy.scope import bind
from tests.api.client import Caller, make_caller, make_creditor
from webhooks.models import WebhookEndpoint

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
ROOT = Path(__file__).resolve().parents[2]
HOOK = {"url": "http://127.0.0.1:9/sink", "events": ["call.completed"]}
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def address(django_db_setup: None) -> Iterator[str]:
    """gunicorn as the demo runs it, two processes of eight threads, on the tests' database."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    name = connection.settings_dict["NAME"]
    server = subprocess.Popen(
        ["tests.api.dying" if word == "credira.wsgi" else word for word in web(port)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": re.sub(r"/\w+(?=\?|$)", f"/{name}", os.environ["DATABASE_URL"], count=1),
        },
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/v1/me")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(15)


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            assert requests.get(url, timeout=5).status_code == 401
        except requests.RequestException:  # not listening yet, or listening and still loading
            time.sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn didn't start")


@pytest.fixture
def caller(transactional_db: None, address: str) -> Caller:
    return make_caller(make_creditor())


def post(address: str, caller: Caller, body: Any = HOOK, **headers: str) -> requests.Response:
    named = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "k", **headers}
    return requests.post(f"{address}/v1/webhooks", json=body, headers=named, timeout=PATIENCE_S)


def at_once(address: str, caller: Caller, bodies: list[Any]) -> list[requests.Response]:
    """Each in a connection of its own, let go together."""
    together = Barrier(len(bodies))

    def send(body: Any) -> requests.Response:
        together.wait()
        return post(address, caller, body)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def count(caller: Caller) -> tuple[int, int]:
    """Endpoints, and kept answers."""
    assert caller.workspace is not None
    with bind(caller.workspace):
        return WebhookEndpoint.objects.count(), IdempotencyRecord.objects.count()


@pytest.mark.promise("D-4", "D-9")
def test_five_equal_posts_at_once_make_one_row_and_give_five_equal_answers(address: str, caller: Caller) -> None:
    answers = at_once(address, caller, [HOOK] * 5)

    assert [answer.status_code for answer in answers] == [201] * 5
    data = [answer.json()["data"] for answer in answers]
    assert data == [data[0]] * 5, "the secret, shown once, included"
    assert Counter(answer.headers.get("Idempotent-Replayed") for answer in answers) == {None: 1, "true": 4}
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 5
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert count(caller) == (1, 1)


def test_of_five_different_posts_with_one_key_at_once_one_is_done(address: str, caller: Caller) -> None:
    answers = at_once(address, caller, [{**HOOK, "url": f"http://127.0.0.1:9/{n}"} for n in range(5)])

    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 4}
    refused = {answer.json()["error"]["code"] for answer in answers if answer.status_code == 422}
    assert refused == {"IDEMPOTENCY_KEY_REUSED"}
    assert count(caller) == (1, 1)


def test_a_process_that_dies_before_commit_leaves_nothing_and_the_next_try_writes(address: str, caller: Caller) -> None:
    with pytest.raises(requests.ConnectionError):
        post(address, caller, **{"X-Test-Die": "written"})
    assert count(caller) == (0, 0)

    again = post(address, caller)

    assert (again.status_code, again.headers.get("Idempotent-Replayed")) == (201, None)
    assert count(caller) == (1, 1)


def test_an_answer_lost_after_commit_is_given_again_and_nothing_is_written_twice(address: str, caller: Caller) -> None:
    with pytest.raises(requests.ConnectionError):
        post(address, caller, **{"X-Test-Die": "committed"})
    assert count(caller) == (1, 1)

    again = post(address, caller)

    assert (again.status_code, again.headers.get("Idempotent-Replayed")) == (201, "true")
    assert again.json()["data"]["secret"].startswith("whsec_")
    assert count(caller) == (1, 1)
