"""What holds on each route of the table: one spelling of time, one write for a key, one surface everywhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from creditors.services import NewCreditor
from tests.api.client import make_caller
from tests.matrix.holdings import Holdings, hold_everything, undone
from tests.matrix.routes import ROUTES, send

pytestmark = pytest.mark.django_db
WRITES = [route for route in ROUTES if route.method != "GET" and route.status < 300]
# They write nothing, so there is nothing to repeat.
ASKING = {"contact-gate/check", "contact-gate/evaluate", "email-templates/{template_id}/preview"}
UTC_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of an answer with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, f"{path}.{name}")
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, path)


@pytest.mark.promise("A-41")
def test_every_moment_is_iso_8601_in_utc_to_the_second(creditor: NewCreditor, ours: Holdings) -> None:
    """Only what is called local is told in the consumer's time, with its offset."""
    caller, seen, wrong = make_caller(creditor), 0, {}
    for route in ROUTES:
        with undone():
            answer = send(caller, route, ours.ids)
        for path, text in texts(answer.body):
            if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text) and "local" not in path:
                seen += 1
                if not UTC_SECONDS.fullmatch(text):
                    wrong[f"{route} {path}"] = text

    assert wrong == {}
    assert seen > 100


@pytest.mark.promise("D-4", "D-9")
def test_every_write_is_done_once_for_a_key(creditor: NewCreditor, ours: Holdings) -> None:
    caller, wrong = make_caller(creditor), {}
    for route in WRITES:
        with undone():
            first = send(caller, route, ours.ids, idempotency_key="k")
            between = ours.digest()
            again = send(caller, route, ours.ids, idempotency_key="k")
            replayed = again.headers.get("Idempotent-Replayed") == "true"
            same = (again.status, again.data, ours.digest()) == (first.status, first.data, between)
        if not same or replayed is (route.path in ASKING):
            wrong[str(route)] = (first, again)

    assert wrong == {}


@pytest.mark.promise("A-51", "A-54")
def test_a_live_key_finds_the_surface_that_the_sandbox_has(creditor: NewCreditor, ours: Holdings) -> None:
    """The same routes, statuses and fields; only what moves a sandbox's clock and simulates payments is refused."""
    theirs = hold_everything(creditor.live, "Ourson")
    sandbox, live, wrong = make_caller(creditor), make_caller(creditor, livemode=True), {}
    for route in ROUTES:
        with undone():
            here, there = send(sandbox, route, ours.ids), send(live, route, theirs.ids)
        if route.scope.startswith("sandbox:"):
            same = there.status == (200 if route.method == "GET" else 403 if route.sandbox_only else 409)
        else:
            same = (there.status, shape(there.body)) == (here.status, shape(here.body))
        if not same:
            wrong[str(route)] = (here.status, here.body, there.status, there.body)

    assert wrong == {}


def shape(body: Any) -> Any:
    """The names of an answer's fields, two levels deep: what lies below may be empty on either side."""
    data = body.get("data", body.get("error")) if isinstance(body, dict) else body
    row = data[0] if isinstance(data, list) and data else data
    return sorted(row) if isinstance(row, dict) else type(row).__name__
