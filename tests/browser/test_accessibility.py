"""Every page in Chromium: axe finds nothing at A and AA, nothing overflows sideways, and no policy is broken."""

from dataclasses import asdict
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenAs
from tests.browser.scene import build_scene
from tests.house import House

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = [
    "/login",
    "/workspaces",
    "/nothing-here",
    "/w/acme/",
    "/w/acme/letters",
    "/w/acme/settings/members",
    "/w/acme-sandbox/",
    "/w/acme-sandbox/accounts",
    "/w/acme-sandbox/accounts?q=nobody",
    "/w/acme-sandbox/accounts/{account_id}",
    "/w/acme-sandbox/accounts/{account_id}/consent",
    "/w/acme-sandbox/accounts/{account_id}/dispute",
    "/w/acme-sandbox/accounts/{account_id}/stop",
    "/w/acme-sandbox/audit",
    "/w/acme-sandbox/clock",
    "/w/acme-sandbox/compliance/states",
    "/w/acme-sandbox/disputes",
    "/w/acme-sandbox/keys",
    "/w/acme-sandbox/letters",
    "/w/acme-sandbox/payments",
    "/w/acme-sandbox/payments?show=promises",
    "/w/acme-sandbox/placements",
    "/w/acme-sandbox/placements/{placement_id}",
]
VIEWS = [(1280, "light"), (1280, "dark"), (390, "light")]


def faults(page: Page) -> dict[str, Any]:
    """What axe finds, by rule; and by how many pixels the page is too wide."""
    answer = Axe().run(page, options={"runOnly": LEVELS}).response
    found = {rule["id"]: [node["html"] for node in rule["nodes"]] for rule in answer["violations"]}
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found | ({"overflow": wide} if wide > 0 else {})


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
def test_every_page_is_accessible(house: House, open_as: OpenAs, width: int, scheme: str) -> None:
    scene = build_scene(house.sandbox)
    page = open_as(house.alice, width=width, scheme=scheme)

    found = {}
    for path in PAGES:
        page.goto(path.format(**asdict(scene)))
        page.locator("[hx-trigger=load]").wait_for(state="detached")
        assert page.evaluate("document.documentElement.dataset.bsTheme") == scheme
        if wrong := faults(page):
            found[path] = wrong

    assert found == {}


def test_the_phones_navigation_opens_traps_focus_and_closes(house: House, open_as: OpenAs) -> None:
    page = open_as(house.alice, width=390)
    page.goto("/w/acme-sandbox/")
    side = page.locator("#side")

    assert not side.is_visible()
    page.get_by_role("button", name="Open navigation").click()
    side.get_by_role("link", name="Test clock").wait_for()
    assert faults(page) == {}
    page.keyboard.press("Escape")
    side.wait_for(state="hidden")


def test_a_choice_of_colors_is_kept(house: House, open_as: OpenAs) -> None:
    page = open_as(house.alice, scheme="light")
    page.goto("/w/acme/")

    page.get_by_role("button", name="Switch between light and dark").click()
    page.reload()

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert faults(page) == {}


def test_keys_go_places_and_can_be_switched_off(house: House, open_as: OpenAs) -> None:
    page = open_as(house.alice)
    page.goto("/w/acme-sandbox/audit")

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("?")
    assert not page.get_by_role("dialog").is_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    page.get_by_label("Switch single keys off in this browser").check()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("d")
    assert page.url.endswith("/w/acme-sandbox/audit")
    page.evaluate("localStorage.removeItem('keys')")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/w/acme-sandbox/")


def test_the_skip_link_comes_first(house: House, open_as: OpenAs) -> None:
    page = open_as(house.alice)
    page.goto("/w/acme/")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
