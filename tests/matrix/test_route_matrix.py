"""Each route of the API, asked by nobody, a stranger, the creditor's other side, a narrow key and the right one.

The rows are those of ``tests.matrix.routes``, which is held against the URL resolver: a route that it lacks fails here.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from credira.core.valkey import client
from creditors.scopes import ALL
from creditors.services import NewCreditor
from tests.api.client import Answer, Caller, make_caller
from tests.matrix.holdings import Holdings, hold_everything, nowhere, undone
from tests.matrix.routes import NAMING, PUBLIC, ROUTES, WITHOUT_SCOPE, Route, declared, send
from tests.placing import make_collector

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Stranger:
    """Someone with a key that is good elsewhere, and with things of their own there."""

    caller: Caller
    theirs: Holdings

    def refusal(self, route: Route) -> tuple[int, str]:
        """How a route answers ids that aren't theirs."""
        live = self.theirs.workspace.livemode
        return (403, "SANDBOX_ONLY") if route.sandbox_only and live else (404, "NOT_FOUND")


@pytest.fixture(params=["another creditor", "the same creditor's live side"])
def stranger(request: pytest.FixtureRequest, creditor: NewCreditor, ours: Holdings) -> Stranger:
    if request.param == "another creditor":
        other = make_collector(slug="other")
        return Stranger(make_caller(other), hold_everything(other.sandbox, "Fremder"))
    return Stranger(make_caller(creditor, livemode=True), hold_everything(creditor.live, "Fremder"))


def ask(caller: Caller, route: Route, ids: dict[str, str]) -> Answer:
    """One request; what every answer carries is looked at on the way."""
    answer = send(caller, route, ids)
    assert answer.headers["X-Request-Id"].startswith("req_"), route
    for name in ("Limit", "Remaining", "Reset"):
        assert int(answer.headers[f"X-RateLimit-{name}"]) >= 0, (route, name)
    if isinstance(answer.body, dict) and "openapi" not in answer.body:
        assert answer.body["success"] is (answer.status < 400), route
        assert answer.body["meta"]["request_id"] == answer.headers["X-Request-Id"], route
    return answer


def leaked(answer: Answer, holdings: Holdings) -> list[str]:
    """What of theirs stands in an answer."""
    text = f"{answer.body}{dict(answer.headers)}".lower()
    return [secret for secret in holdings.secrets() if secret.lower() in text]


def test_the_table_names_every_route_and_no_other() -> None:
    found = {(method, path) for method, path, _ in declared() if path not in PUBLIC}

    assert found == {(route.method, route.path) for route in ROUTES}


def test_every_view_asks_for_the_scope_that_the_table_names() -> None:
    asked = {(method, path): view.scopes.get(method, "") for method, path, view in declared() if path not in PUBLIC}

    assert asked == {(route.method, route.path): route.scope for route in ROUTES}
    assert {route.path for route in ROUTES if not route.scope} == WITHOUT_SCOPE
    assert set(asked.values()) - {""} <= set(ALL)


@pytest.mark.promise("C-9", "C-24", "C-36", "D-22", "K-14")
def test_without_a_credential_each_route_is_401(ours: Holdings) -> None:
    before, wrong = ours.digest(), {}
    for route in ROUTES:
        client().flushdb()  # an address may ask 60 times a minute
        answer = ask(Caller(), route, ours.ids)
        if (answer.status, answer.error["code"]) != (401, "UNAUTHENTICATED") or leaked(answer, ours):
            wrong[str(route)] = answer

    assert wrong == {}
    assert ours.digest() == before


@pytest.mark.promise("C-37", "D-24", "D-49")
def test_a_strangers_key_finds_none_of_our_ids(stranger: Stranger, ours: Holdings) -> None:
    before, wrong = (ours.digest(), stranger.theirs.digest()), {}
    for route in NAMING:
        answer = ask(stranger.caller, route, ours.ids)
        if (answer.status, answer.error["code"]) != stranger.refusal(route) or leaked(answer, ours):
            wrong[str(route)] = answer

    assert wrong == {}
    assert (ours.digest(), stranger.theirs.digest()) == before


@pytest.mark.promise("D-24", "D-49")
def test_one_foreign_id_among_ones_own_is_an_id_that_does_not_exist(stranger: Stranger, ours: Holdings) -> None:
    theirs = stranger.theirs
    before, wrong = (ours.digest(), theirs.digest()), {}
    for route in NAMING:
        kinds = (404, 400, stranger.refusal(route)[0])
        for name in route.names:
            actual = route.account if name == "account_id" else name
            foreign = ask(stranger.caller, route, {**theirs.ids, actual: ours.ids[actual]})
            missing = ask(stranger.caller, route, {**theirs.ids, actual: nowhere(ours.ids[actual])})
            same = (foreign.status, foreign.body.get("error")) == (missing.status, missing.body.get("error"))
            if foreign.status not in kinds or not same or leaked(foreign, ours):
                wrong[f"{route}: {name}"] = (foreign, missing)

    assert wrong == {}
    assert (ours.digest(), theirs.digest()) == before


def test_lists_show_a_stranger_nothing_of_ours(stranger: Stranger, ours: Holdings) -> None:
    shown = {}
    for route in ROUTES:
        if route.method == "GET" and not route.names:
            answer = ask(stranger.caller, route, {})
            shown[str(route)] = (answer.status, leaked(answer, ours))

    assert {route: seen for route, seen in shown.items() if seen != (200, [])} == {}


def test_filters_by_our_ids_find_a_stranger_nothing(stranger: Stranger, ours: Holdings) -> None:
    known = {text.partition("_")[0]: text for text in ours.ids.values()}
    known |= {"acct": ours.ids["account_id"], "inv": "inv_" + ours.ids["account_id"].partition("_")[2]}
    named = {"account_id": "acct", "campaign_id": "cmp", "object_id": "acct"}
    found = {}
    for method, path, view in declared():
        if method == "GET" and getattr(view, "filterset_class", None) is not None:
            for name, by in view.filterset_class.base_filters.items():
                if prefix := by.extra.get("prefix") or named.get(name):
                    query = f"/v1/{path.format(**stranger.theirs.ids)}?{name}={known[prefix]}"
                    found[query] = stranger.caller.get(query)

    assert len(found) > 8
    assert {query: answer for query, answer in found.items() if (answer.status, answer.data) != (200, [])} == {}


@pytest.mark.promise("D-19", "D-23")
def test_a_key_without_the_scope_is_403(creditor: NewCreditor, ours: Holdings) -> None:
    keys: dict[str, list[Caller]] = {}
    for scope in sorted({route.scope for route in ROUTES} - {""}):
        resource, access = scope.split(":")
        others = tuple(each for each in ALL if each.split(":")[0] != resource)
        readers = (f"{resource}:read",)
        keys[scope] = [make_caller(creditor, scopes=others)]
        if access == "write":
            keys[scope].append(make_caller(creditor, scopes=readers))
    before, wrong = ours.digest(), {}
    for route in ROUTES:
        for caller in keys.get(route.scope, []):
            answer = ask(caller, route, ours.ids)
            refusal = {"code": "FORBIDDEN", "message": f"This needs the scope {route.scope}.",
                       "required_scope": route.scope}  # fmt: skip
            if (answer.status, answer.error) != (403, refusal) or leaked(answer, ours):
                wrong[str(route)] = answer

    assert wrong == {}
    assert ours.digest() == before


@pytest.mark.promise("C-24", "C-30", "K-14")
def test_the_right_scope_alone_gets_the_answer(creditor: NewCreditor, ours: Holdings) -> None:
    keys = {
        scope: make_caller(creditor, scopes=(scope or "audit:read",)) for scope in {route.scope for route in ROUTES}
    }
    wrong = {}
    for route in ROUTES:
        with undone():
            answer = ask(keys[route.scope], route, ours.ids)
        if answer.status != route.status:
            wrong[str(route)] = (answer.status, answer.body)

    assert wrong == {}


def test_a_dry_run_of_each_write_answers_and_changes_nothing(creditor: NewCreditor, ours: Holdings) -> None:
    caller, before, wrong = make_caller(creditor), ours.digest(), {}
    for route in ROUTES:
        if route.method != "GET":
            dry = Route(**{**vars(route), "path": f"{route.path}?dry_run=true"})
            answer = ask(caller, dry, ours.ids)
            if answer.status != route.status:
                wrong[str(route)] = (answer.status, answer.body)

    assert wrong == {}
    assert ours.digest() == before


def test_a_method_that_a_route_lacks_is_405_in_the_envelope(creditor: NewCreditor, ours: Holdings) -> None:
    caller = make_caller(creditor)
    has = {path: {method for method, found, _ in declared() if found == path} for _, path, _ in declared()}
    wrong = {}
    for path, methods in has.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            answer = ask(caller, Route(method, path, "", 405), ours.ids)
            if (answer.status, answer.error["code"]) != (405, "METHOD_NOT_ALLOWED"):
                wrong[f"{method} {path}"] = answer

    assert wrong == {}


@pytest.mark.promise("A-63")
def test_the_description_of_the_api_is_open_to_all_and_limited() -> None:
    for path in PUBLIC:
        answer = ask(Caller(), Route("GET", path, "", 200), {})
        assert (answer.status, answer.body["openapi"][:4]) == (200, "3.1.")
        assert answer.headers["X-RateLimit-Limit"] == "60"


@pytest.mark.promise("C-24", "C-39")
def test_a_failure_of_ours_is_500_within_the_limits_and_tells_nothing(
    creditor: NewCreditor, ours: Holdings, tmp_path: Path
) -> None:
    [document] = (
        path for path in tmp_path.rglob("*") if path.suffix == ".pdf" and path.read_bytes().endswith(b"notice")
    )
    document.write_bytes(b"something else")
    [route] = (route for route in ROUTES if route.path.endswith("/pdf"))

    answer = ask(make_caller(creditor), route, ours.ids)

    assert (answer.status, answer.error["code"]) == (500, "INTERNAL")
    assert answer.error["message"] == "Something failed on our side. It was recorded."
    assert leaked(answer, ours) == []
