"""Chromium against a real server. Without a browser these tests are skipped, and the run says so at its end."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from credira.running.browser import chromium as chromium_path
from creditors.models import User
from tests.house import House, build_house, sign_in

CHROMIUM = chromium_path()
MISSING = "no Chromium on this machine (Debian: apt-get install -y chromium): browser tests were skipped"

OpenAs = Callable[..., Page]

# Playwright's synchronous interface runs an event loop in this thread; the tests' own queries are not inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(MISSING))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium refuses its own sandbox as root, which a container's tests mostly are.
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def house(transactional_db: None) -> House:
    return build_house()


@pytest.fixture
def open_as(chromium: Browser, live_server: Any) -> Iterator[OpenAs]:
    """Open a page as a signed-in user, or as nobody: a new browser context with the wanted size and colors.

    Whatever the console complains about, a refused inline style or a missing file, fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(page: Page, message: ConsoleMessage) -> None:
        # A page that is itself a 403 or 404 may be what the test wants to see.
        is_the_page = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type == "error" and not is_the_page:
            complaints.append(f"{message.text} ({message.location['url']})")

    def open_page(user: User | None, width: int = 1280, scheme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        contexts.append(context)
        if user is not None:
            cookie = sign_in(user).cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complain(page, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
