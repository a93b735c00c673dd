"""The envelope, errors, request ids, lists, limits: the same on every route."""

import re
from typing import Any

import pytest

from audit.models import Event
from credira.api import limits
from credira.api.models import IdempotencyRecord
from credira.core.valkey import client
from credira.tenancy.scope import bind
from tests.api.client import Caller, make_caller, make_creditor
from webhooks.models import WebhookEndpoint

pytestmark = pytest.mark.django_db(transaction=True)
HOOK = {"url": "http://127.0.0.1:9/sink", "events": ["call.completed"]}


@pytest.fixture
def caller() -> Caller:
    return make_caller(make_creditor())


@pytest.mark.promise("C-20", "C-28", "C-29", "C-30", "C-34")
def test_success_is_enveloped_with_a_request_id(caller: Caller) -> None:
    answer = caller.get("/v1/me")

    assert answer.status == 200
    assert answer.body["success"] is True
    assert answer.body["meta"]["request_id"] == answer.headers["X-Request-Id"]
    assert answer.body["meta"]["request_id"].startswith("req_")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer.body["meta"]["timestamp"])
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.promise("A-40", "C-31", "C-33", "C-35", "C-37")
@pytest.mark.parametrize(
    ("method", "path", "raw", "status", "code"),
    [
        ("GET", "/v1/nothing", b"", 404, "NOT_FOUND"),
        ("POST", "/v1", b"", 404, "NOT_FOUND"),
        ("GET", "/v1/jobs/job_nonsense", b"", 404, "NOT_FOUND"),
        ("DELETE", "/v1/me", b"", 405, "METHOD_NOT_ALLOWED"),
        ("OPTIONS", "/v1/me", b"", 405, "METHOD_NOT_ALLOWED"),
        ("POST", "/v1/webhooks", b"{", 400, "INVALID_REQUEST"),
        ("POST", "/v1/webhooks", b"[1]", 400, "INVALID_REQUEST"),
        ("POST", "/v1/webhooks", b'{"url": "a", "url": "b"}', 400, "INVALID_REQUEST"),
        ("POST", "/v1/webhooks", b'{"url": NaN}', 400, "INVALID_REQUEST"),
        ("POST", "/v1/webhooks", b"{" + b" " * 1_100_000 + b"}", 413, "PAYLOAD_TOO_LARGE"),
        ("GET", "/v1/events?colour=red", b"", 400, "INVALID_REQUEST"),
        ("GET", "/v1/events?cursor=%00", b"", 400, "INVALID_REQUEST"),
        ("GET", "/v1/events?limit=0", b"", 400, "INVALID_REQUEST"),
        ("GET", "/v1/me?dry_run=true", b"", 400, "INVALID_REQUEST"),
        ("POST", "/v1/webhooks?dry_run=maybe", b"{}", 400, "INVALID_REQUEST"),
    ],
)
def test_every_failure_is_enveloped_with_its_code(
    caller: Caller, method: str, path: str, raw: bytes, status: int, code: str
) -> None:
    answer = caller.send(method, path, raw=raw)

    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.body["success"] is False
    assert answer.body["meta"]["request_id"] == answer.headers["X-Request-Id"]
    assert int(answer.headers["X-RateLimit-Limit"]) > 0


@pytest.mark.promise("A-40")
def test_another_media_type_is_415(caller: Caller) -> None:
    answer = caller.send("POST", "/v1/webhooks", raw=b"<a/>", content_type="text/xml")

    assert (answer.status, answer.error["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_missing_field_says_so_and_an_unknown_one_is_refused(caller: Caller) -> None:
    answer = caller.post("/v1/webhooks", {"colour": "red"})

    assert answer.status == 400
    assert answer.error["details"] == [{"field": "colour", "message": "Unknown field."}]
    answer = caller.post("/v1/webhooks", {})
    assert answer.error["message"] == "Missing required parameter: url"
    assert answer.error["details"] == [{"field": "url", "message": "Missing required parameter: url"}]


def test_problem_json_is_given_to_those_who_ask(caller: Caller) -> None:
    answer = caller.send("GET", "/v1/nothing", accept="application/problem+json")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.body["status"], answer.body["title"]) == (404, "NOT_FOUND")


def test_without_a_credential_the_answer_is_401_with_limits() -> None:
    answer = Caller().get("/v1/me")

    assert (answer.status, answer.error["code"]) == (401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == ("60", "59")


def test_the_61st_request_a_minute_without_a_credential_is_429() -> None:
    for _ in range(60):
        Caller().get("/v1/nothing")

    answer = Caller().get("/v1/nothing")

    assert (answer.status, answer.error["code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


@pytest.mark.promise("C-24")
def test_a_keys_budget_shrinks_by_one_on_every_answer(caller: Caller) -> None:
    first, second = caller.get("/v1/me"), caller.get("/v1/nothing")

    assert int(first.headers["X-RateLimit-Remaining"]) - int(second.headers["X-RateLimit-Remaining"]) == 1
    assert int(second.headers["X-RateLimit-Reset"]) > 0


def test_a_full_window_refuses_and_a_refusal_counts_towards_nothing() -> None:
    window = (limits.Window(2, 3_600),)
    limits.spend("someone", window)
    limits.spend("someone", window)

    for _ in range(2):
        with pytest.raises(limits.RateLimited) as refused:
            limits.spend("someone", window)
        assert refused.value.headers["X-RateLimit-Remaining"] == "0"
    assert client().keys("rl:someone:*") != []
    assert [client().get(key) for key in client().keys("rl:someone:*")] == [b"2"]


@pytest.mark.promise("A-42")
def test_a_list_is_newest_first_and_pages_by_cursor(caller: Caller) -> None:
    made = [caller.post("/v1/webhooks", HOOK).data["webhook_id"] for _ in range(3)]

    first = caller.get("/v1/webhooks?limit=2")
    second = caller.get(f"/v1/webhooks?limit=2&cursor={first.body['meta']['next_cursor']}")

    assert [row["webhook_id"] for row in first.data + second.data] == made[::-1]
    assert (first.body["meta"]["has_more"], second.body["meta"]["has_more"]) == (True, False)
    assert second.body["meta"]["next_cursor"] is None


def test_an_empty_list_is_an_empty_list(caller: Caller) -> None:
    assert caller.get("/v1/webhooks").data == []


def test_a_dry_run_answers_and_changes_nothing(caller: Caller) -> None:
    answer = caller.post("/v1/webhooks?dry_run=true", HOOK, idempotency_key="dry")

    assert answer.status == 201
    assert answer.headers["X-Dry-Run"] == "true"
    with bind(caller.workspace):  # type: ignore[arg-type]
        assert WebhookEndpoint.objects.count() == 0
        assert IdempotencyRecord.objects.count() == 0
        assert not Event.objects.filter(type__startswith="webhook").exists()


def test_a_missing_scope_is_403_and_named() -> None:
    caller = make_caller(make_creditor(), scopes=("webhooks:read",))

    answer: Any = caller.post("/v1/webhooks", HOOK)

    assert (answer.status, answer.error["code"]) == (403, "FORBIDDEN")
    assert answer.error["required_scope"] == "webhooks:write"
