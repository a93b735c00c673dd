"""One key, one write: replayed, refused for another body, waited for by a concurrent equal, gone with a rollback."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, connections, transaction

from credira.api.models import IdempotencyRecord
from credira.core import clock
from credira.tenancy.scope import bind
from tests.api.client import Answer, Caller, make_caller, make_creditor
from tests.placing import make_collector
from webhooks.models import WebhookEndpoint

pytestmark = pytest.mark.django_db(transaction=True)
HOOK = {"url": "http://127.0.0.1:9/sink", "events": ["call.completed"]}


@pytest.fixture
def caller() -> Caller:
    return make_caller(make_creditor())


def count(caller: Caller) -> int:
    with bind(caller.workspace):  # type: ignore[arg-type]
        return WebhookEndpoint.objects.count()


def test_the_same_request_again_is_replayed(caller: Caller) -> None:
    first = caller.post("/v1/webhooks", HOOK, idempotency_key="k")
    again = caller.post("/v1/webhooks", HOOK, idempotency_key="k")

    assert (first.status, again.status) == (201, 201)
    assert again.data == first.data
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.body["meta"]["request_id"] != first.body["meta"]["request_id"]
    assert count(caller) == 1


def test_the_same_key_with_another_body_is_refused(caller: Caller) -> None:
    caller.post("/v1/webhooks", HOOK, idempotency_key="k")

    answer = caller.post("/v1/webhooks", {**HOOK, "active": False}, idempotency_key="k")

    assert (answer.status, answer.error["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert count(caller) == 1


def test_the_same_key_on_another_route_or_with_another_query_is_refused(caller: Caller) -> None:
    webhook = caller.post("/v1/webhooks", HOOK, idempotency_key="k").data["webhook_id"]

    elsewhere = caller.post(f"/v1/webhooks/{webhook}/test", HOOK, idempotency_key="k")
    otherwise = caller.post("/v1/webhooks?dry_run=false", HOOK, idempotency_key="k")

    assert [answer.error["code"] for answer in (elsewhere, otherwise)] == ["IDEMPOTENCY_KEY_REUSED"] * 2


def test_the_same_key_with_another_file_is_refused() -> None:
    caller = make_caller(make_collector())
    header, sent = b"consumer_email,original_balance\n", {"content_type": "text/csv", "idempotency_key": "k"}

    first = caller.send("POST", "/v1/placements", raw=header + b"a@example.com,1\n", **sent)
    other = caller.send("POST", "/v1/placements", raw=header + b"b@example.com,1\n", **sent)

    assert (first.status, other.status, other.error["code"]) == (202, 422, "IDEMPOTENCY_KEY_REUSED")


def test_keys_of_two_workspaces_do_not_meet() -> None:
    creditor = make_creditor()
    sandbox, live = make_caller(creditor), make_caller(creditor, livemode=True)

    first = sandbox.post("/v1/webhooks", HOOK, idempotency_key="k")
    other = live.post("/v1/webhooks", {**HOOK, "active": False}, idempotency_key="k")

    assert (first.status, other.status) == (201, 201)


def test_a_failure_before_execution_is_not_kept(caller: Caller) -> None:
    refused = caller.post("/v1/webhooks", {}, idempotency_key="k")
    mended = caller.post("/v1/webhooks", HOOK, idempotency_key="k")

    assert (refused.status, mended.status) == (400, 201)


def test_a_key_is_remembered_for_a_day_and_then_forgotten(caller: Caller) -> None:
    caller.post("/v1/webhooks", HOOK, idempotency_key="k")
    with bind(caller.workspace):  # type: ignore[arg-type]
        IdempotencyRecord.objects.update(created_at=clock.wall() - dt.timedelta(hours=23, minutes=58))
    assert caller.post("/v1/webhooks", HOOK, idempotency_key="k").headers["Idempotent-Replayed"] == "true"
    with bind(caller.workspace):  # type: ignore[arg-type]
        IdempotencyRecord.objects.update(created_at=clock.wall() - dt.timedelta(hours=24, seconds=1))

    again = caller.post("/v1/webhooks", HOOK, idempotency_key="k")

    assert "Idempotent-Replayed" not in again.headers
    assert count(caller) == 2


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_empty_or_too_long_is_refused(caller: Caller, key: str) -> None:
    assert caller.post("/v1/webhooks", HOOK, idempotency_key=key).status == 400


def test_the_stored_answer_holds_no_readable_secret(caller: Caller) -> None:
    secret = caller.post("/v1/webhooks", HOOK, idempotency_key="k").data["secret"]

    with bind(caller.workspace), connection.cursor() as cursor:  # type: ignore[arg-type]
        cursor.execute("SELECT answer FROM api_idempotencyrecord")
        stored = cursor.fetchone()[0]

    assert stored
    assert secret not in stored


def test_five_equal_requests_at_once_make_one(caller: Caller) -> None:
    def post(_: int) -> Answer:
        try:
            return caller.post("/v1/webhooks", HOOK, idempotency_key="k")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(post, range(5)))

    assert [answer.status for answer in answers] == [201] * 5
    assert len({answer.data["webhook_id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 4
    assert count(caller) == 1


def test_a_first_request_that_takes_too_long_is_a_conflict_to_its_equal(caller: Caller) -> None:
    """The documented 409: whoever waited 5 s for the first one's commit is told to come back."""
    assert caller.workspace is not None
    running, go_on = Event(), Event()

    def run_slowly() -> None:
        assert caller.workspace is not None
        with bind(caller.workspace) as bound, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO api_idempotencyrecord "
                "(id, workspace_id, key, fingerprint, status, answer, location, created_at) "
                "VALUES (uuidv7(), %s, 'k', '', 0, '', '', now())",
                [bound.pk],
            )
            running.set()
            go_on.wait(20)
            transaction.set_rollback(True)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run_slowly)
        assert running.wait(10)
        refused = caller.post("/v1/webhooks", HOOK, idempotency_key="k")
        go_on.set()
        first.result(timeout=10)
    again = caller.post("/v1/webhooks", HOOK, idempotency_key="k")

    assert (refused.status, refused.error["code"], refused.headers["Retry-After"]) == (409, "CONFLICT", "1")
    assert (again.status, count(caller)) == (201, 1)
