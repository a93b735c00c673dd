"""A plan's windows, and the three headers that every answer carries."""

import re
import time

import pytest

from audit.registry import event_type
from audit.services import Fact, record_many
from credira.api import limits
from credira.api.pagination import decode_cursor, encode_cursor, page_of, parse_limit
from credira.core.errors import InvalidRequest
from credira.core.ids import uuid7
from credira.core.valkey import client
from credira.tenancy.scope import bind
from credira.work.models import Job
from tests.api.client import Caller, make_caller, make_creditor
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db
LISTED = event_type("test.listed", "Something that is listed happened in a test.", public=True)


def key_of(caller: Caller, seconds: int) -> str:
    """The counter of one window, by what the first request made."""
    caller.get("/v1/me")
    [found] = [name.decode() for name in client().keys("rl:*") if re.search(rf":{seconds}:\d+$", name.decode())]
    return found


@pytest.mark.promise("C-21", "C-22", "C-23", "C-25", "C-26")
@pytest.mark.parametrize(("plan", "hourly"), [("standard", 1_000), ("professional", 10_000), ("enterprise", 100_000)])
def test_a_plan_has_its_requests_an_hour_and_not_one_more(plan: str, hourly: int) -> None:
    caller = make_caller(make_creditor(), plan=plan)
    client().set(key_of(caller, 3_600), hourly - 1)

    last, refused = caller.get("/v1/me"), caller.get("/v1/me")

    assert (last.status, refused.status) == (200, 429)
    for answer in (last, refused):
        assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remaining"]) == (str(hourly), "0")


@pytest.mark.promise("A-44")
@pytest.mark.parametrize("plan", ["standard", "professional", "enterprise"])
def test_a_key_has_a_thousand_requests_a_minute_on_every_plan(plan: str) -> None:
    caller = make_caller(make_creditor(), plan=plan)
    client().set(key_of(caller, 60), 999)

    assert (caller.get("/v1/me").status, caller.get("/v1/me").status) == (200, 429)


@pytest.mark.promise("C-27", "A-48", "C-38", "D-27")
def test_a_refusal_tells_in_epoch_seconds_when_the_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = make_caller(make_creditor())
    monkeypatch.setattr(time, "time", lambda: 1_742_221_318.7)
    client().set(key_of(caller, 60), 1_000)

    refused = caller.get("/v1/me")

    assert (refused.status, refused.error["code"]) == (429, "RATE_LIMITED")
    assert refused.headers["X-RateLimit-Reset"] == "1742221320"
    assert refused.headers["Retry-After"] == "2"


def test_two_keys_of_one_creditor_have_budgets_of_their_own() -> None:
    creditor = make_creditor()
    first, second = make_caller(creditor), make_caller(creditor)
    client().set(key_of(first, 60), 1_000)

    assert (first.get("/v1/me").status, second.get("/v1/me").status) == (429, 200)


def test_an_address_without_a_key_has_sixty_a_minute_and_five_at_the_door() -> None:
    windows = (*limits.ANONYMOUS, *limits.AUTHENTICATION)

    assert [(window.limit, window.seconds) for window in windows] == [(60, 60), (5, 60)]


@pytest.mark.parametrize(("text", "limit"), [(None, 20), ("1", 1), ("100", 100), ("101", 100), ("100000", 100)])
def test_a_page_has_twenty_rows_unless_told_and_never_more_than_a_hundred(text: str | None, limit: int) -> None:
    assert parse_limit(text) == limit


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "ten", "", "٣"])
def test_a_limit_that_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest):
        parse_limit(text)


@pytest.mark.promise("D-33")
def test_a_list_asked_for_a_thousand_rows_gives_a_hundred_without_an_error() -> None:
    caller = make_caller(make_creditor())
    assert caller.workspace is not None
    with bind(caller.workspace) as workspace:
        record_many(workspace, [Fact(LISTED)] * 101)

    answer = caller.get("/v1/events?limit=1000")

    assert (answer.status, len(answer.data), answer.body["meta"]["has_more"]) == (200, 100, True)


def test_pages_by_keyset_show_each_row_once_whatever_comes_meanwhile() -> None:
    with bind(make_workspace()) as workspace:
        made = [Job.objects.create(workspace=workspace, kind="test").pk for _ in range(7)]
        seen, cursor = page_of(Job.objects.all(), None, 3)
        Job.objects.create(workspace=workspace, kind="newer")
        while cursor:
            rows, cursor = page_of(Job.objects.all(), cursor, 3)
            seen += rows

    assert [job.pk for job in seen] == made[::-1]


@pytest.mark.parametrize("text", ["x", "…", "AAAA", "\x00"])
def test_a_cursor_that_is_not_ours_is_refused(text: str) -> None:
    row = uuid7()
    assert decode_cursor(encode_cursor(row)) == row
    with pytest.raises(InvalidRequest):
        decode_cursor(text)
