"""Advancing a sandbox's clock in the browser."""

from pathlib import Path
from typing import Any

from credira.tenancy.scope import bind
from tests.browser.conftest import OpenAs
from tests.house import House
from tests.simulated import simulator_process
from tests.working import working


def test_the_clock_is_advanced_and_the_page_shows_where_it_arrived(
    house: House, open_as: OpenAs, tmp_path: Path, settings: Any
) -> None:
    with bind(house.sandbox) as sandbox:
        before = sandbox.clock.now()
    with simulator_process(tmp_path) as url, working():
        settings.SIMULATOR_URL = url
        page = open_as(house.alice)
        page.goto("/w/acme-sandbox/clock")

        page.get_by_role("button", name="1 day").click()
        page.get_by_role("progressbar", name="Progress of the clock").wait_for(state="detached", timeout=30_000)

        page.get_by_role("heading", name="Test clock").wait_for()
        assert page.get_by_role("button", name="1 day").is_enabled()
    with bind(house.sandbox) as sandbox:
        assert 0.99 < (sandbox.clock.now() - before).total_seconds() / 86_400 < 1.01
