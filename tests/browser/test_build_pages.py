"""API keys and webhooks in Chromium: the way to a key, and every page accessible with something on it."""

import re

import pytest
from pytest_httpserver import HTTPServer

from audit.registry import find_event_type
from audit.services import record
from credira.tenancy.scope import bind
from creditors.services import mint_key
from tests.browser.conftest import OpenAs
from tests.browser.test_accessibility import VIEWS, faults
from tests.house import House
from tests.portal import code
from tests.webhooks.conftest import run_lane
from webhooks.models import Delivery
from webhooks.services import create_endpoint


def test_a_key_is_made_after_a_fresh_code_and_shown_in_a_well_that_asks_before_it_is_left(
    house: House, open_as: OpenAs
) -> None:
    page = open_as(house.alice)
    page.goto("/w/acme-sandbox/keys")
    page.get_by_role("link", name="Make the first key").click()
    page.get_by_label("6-digit code").fill(code())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Core banking sync")
    page.get_by_label("Read accounts").check()

    page.get_by_role("button", name="Make the key").click()

    token = page.locator("#new-key").inner_text()
    assert re.fullmatch(r"sk_test_[0-9A-Za-z]{38}", token)
    assert faults(page) == {}
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="API keys").first.click()
    page.get_by_role("heading", name="API keys").wait_for()
    assert asked == ["beforeunload"]
    assert token not in page.content()


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_pages_of_keys_and_webhooks_are_accessible(
    house: House, open_as: OpenAs, httpserver: HTTPServer, width: int, scheme: str
) -> None:
    httpserver.expect_request("/good").respond_with_data("thanks")
    httpserver.expect_request("/bad").respond_with_data("db pool exhausted", status=500)
    fact = find_event_type("email.opened")
    assert fact is not None
    with bind(house.sandbox) as workspace:
        key = mint_key(workspace=workspace, name="Core banking sync", scopes=["accounts:read"]).key
        create_endpoint(workspace=workspace, url=httpserver.url_for("/good"))
        bad = create_endpoint(
            workspace=workspace,
            url=httpserver.url_for("/bad?an_address_that_is_longer_than_the_screen_of_a_phone_is_wide=1"),
            events=["email.*"],
        ).endpoint
        record(workspace, fact, data={"message_id": "msg_01m9x2k7e4"})
    run_lane()
    with bind(house.sandbox):
        Delivery.objects.filter(endpoint=bad).update(status="failed")
        failed = Delivery.objects.get(endpoint=bad)
    page = open_as(house.alice, width=width, scheme=scheme)
    page.goto("/login/confirm?next=/w/acme-sandbox/keys/new")
    page.get_by_label("6-digit code").fill(code())
    page.get_by_role("button", name="Confirm").click()

    found = {}
    for path in (
        "keys",
        "keys/new",
        f"keys/{key.public_id}/revoke",
        "webhooks",
        "webhooks/new",
        f"webhooks/{bad.public_id}",
        f"webhooks/deliveries/{failed.public_id}",
        "compliance/states/new",
    ):
        page.goto(f"/w/acme-sandbox/{path}")
        if wrong := faults(page):
            found[path] = wrong

    assert found == {}


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_the_steps_of_signing_in_are_accessible(house: House, open_as: OpenAs, width: int, scheme: str) -> None:
    page = open_as(None, width=width, scheme=scheme)
    page.goto("/login")
    page.get_by_label("E-mail").fill("bob@acme.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("E-mail or password is wrong.").wait_for()
    found = {"/login": faults(page)}

    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Setup key").wait_for()
    found["/login/enroll"] = faults(page)

    assert found == {"/login": {}, "/login/enroll": {}}
