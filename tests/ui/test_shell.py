"""What every page of the portal has around it."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.house import House, sign_in


def test_a_stranger_a_foreign_and_a_missing_workspace_are_the_same_404(house: House) -> None:
    charlie = sign_in(house.charlie)

    foreign, missing = charlie.get("/w/acme/"), charlie.get("/w/no-such/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert b"There is nothing here" in foreign.content


def test_the_sandbox_is_unmistakable_and_live_has_no_band(house: House) -> None:
    alice = sign_in(house.alice)

    sandbox, live = alice.get("/w/acme-sandbox/").content.decode(), alice.get("/w/acme/").content.decode()

    assert "<title>[Sandbox] Dashboard · Credira</title>" in sandbox
    assert "Nobody real is contacted and no money moves." in sandbox
    assert "favicon-sandbox" in sandbox
    assert "<title>Dashboard · Credira</title>" in live
    assert "Nobody real is contacted" not in live
    assert "c-is-sandbox" not in live


def test_the_policy_allows_no_inline_script_or_style(house: House) -> None:
    page = sign_in(house.alice).get("/w/acme-sandbox/")

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert " style=" not in page.content.decode()


def test_the_navigation_has_what_the_role_may_see(house: House) -> None:
    alice, bob = sign_in(house.alice).get("/w/acme/"), sign_in(house.bob).get("/w/acme/")

    assert b"API keys" in alice.content
    assert b"API keys" not in bob.content
    assert b"Audit log" not in bob.content


def test_a_refused_role_reads_who_may(house: House) -> None:
    page = sign_in(house.bob).get("/w/acme/audit")

    assert page.status_code == 403
    assert "This page is open to: Owner, Admin, Compliance officer, Read only." in page.content.decode()


def test_a_form_without_its_token_is_refused_on_a_page_of_ours(house: House) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/login", {"email": "alice@acme.example", "password": "x"})

    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()


def test_error_pages_need_no_request() -> None:
    for name in ("403.html", "404.html", "500.html"):
        assert "<h1>" in render_to_string(name)


@pytest.mark.parametrize(
    ("term", "path"),
    [
        ("acct_01m9x2k7e4efptd6cv0b1grqpx", "accounts/acct_01m9x2k7e4efptd6cv0b1grqpx"),
        ("call_01m9x2k7e4efptd6cv0b1grqpx", "calls/call_01m9x2k7e4efptd6cv0b1grqpx"),
        ("req_01m9x2k7e4efptd6cv0b1grqpx", "audit?request_id=req_01m9x2k7e4efptd6cv0b1grqpx"),
        (" Miller & Sons ", "accounts?q=Miller+%26+Sons"),
        ("acct_", "accounts?q=acct_"),
        ("", "accounts"),
    ],
)
def test_search_goes_straight_to_an_exact_id(house: House, term: str, path: str) -> None:
    answer = sign_in(house.bob).get("/w/acme/search", {"q": term})

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/w/acme/{path}"


def test_the_landing_page_asks_to_sign_in_then_offers_the_workspaces(house: House) -> None:
    alice = sign_in(house.alice)

    assert alice.get("/").headers["Location"] == "/workspaces"
    alice.logout()
    assert alice.get("/").headers["Location"] == "/login"
