"""A list of thirty rows costs as many queries as one of three: each list of the API, known by its answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.client import Caller, make_caller
from tests.matrix.growing import MORE, RECORDED, SHIPPED, grow
from tests.matrix.holdings import Holdings, hold_everything
from tests.matrix.routes import ROUTES, Route
from tests.placing import make_collector

pytestmark = pytest.mark.django_db
MOST = 16  # of any list, whatever it shows; finding the key and binding the workspace are among them


def test_no_list_asks_more_for_thirty_rows_than_for_three() -> None:
    creditor = make_collector()
    caller, ours = make_caller(creditor), hold_everything(creditor.sandbox, "Ourson")
    lists = [route for route in ROUTES if is_list(caller, route, ours)]
    assert {route.path for route in lists} == set(MORE) | RECORDED | SHIPPED

    grow(ours, range(3))
    few = {route.path: measure(caller, route, ours) for route in lists}
    grow(ours, range(3, 30))
    many = {route.path: measure(caller, route, ours) for route in lists}

    assert [path for path in many if not (3 <= few[path][0] < 30 <= many[path][0] or path in RECORDED | SHIPPED)] == []
    assert {path: queries for path, (_, queries) in many.items()} == {
        path: queries for path, (_, queries) in few.items()
    }
    assert {path: queries for path, (_, queries) in many.items() if queries > MOST} == {}


def is_list(caller: Caller, route: Route, ours: Holdings) -> bool:
    """Whether the answer comes in pages. Asking once also warms what a process reads once."""
    answer = caller.get(route.url(ours.ids)) if route.method == "GET" else None
    return answer is not None and isinstance(answer.body, dict) and "has_more" in answer.body["meta"]


def measure(caller: Caller, route: Route, ours: Holdings) -> tuple[int, int]:
    """Rows of a page, and the queries that it took. The key, remembered for half a minute, is asked for before."""
    caller.get("/v1/me")
    with CaptureQueriesContext(connection) as queries:
        answer = caller.get(f"{route.url(ours.ids)}?limit=100")
    return len(answer.data), len(queries)
