"""The main job in a browser: sign in, place a file, start a campaign, watch it, open a call."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django_otp.oath import TOTP
from playwright.sync_api import Page

from accounts.places import STATE_NAMES
from credira.running import seed
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.scopes import ALL
from creditors.services import enroll_totp, mint_key
from messaging.services import connect_world
from tests.browser.conftest import OpenAs
from tests.house import PASSWORD, TOTP_SECRET, House
from tests.placing import let_collect
from tests.simulated import simulator_process
from tests.working import working

HOME = "/w/acme-sandbox"
ROWS = 8
PATIENCE_MS = 120_000


@pytest.fixture
def sandbox(house: House, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Workspace]:
    """A creditor who may collect everywhere, on a Tuesday morning, with workers and the simulated world beside it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BASE_URL = live_server.url
    let_collect(house.sandbox, (*STATE_NAMES, "NY-NYC"))
    with simulator_process(tmp_path) as url, working():
        settings.SIMULATOR_URL = url
        seed.freeze(house.sandbox)
        with bind(house.sandbox) as bound:
            key = mint_key(workspace=bound, name="Simulated people", scopes=list(ALL)).token
        connect_world(house.sandbox, product_url=live_server.url, api_key=key)
        yield house.sandbox


def sample(folder: Path) -> Path:
    """The first rows of the demo's file."""
    path = folder / "november.csv"
    with (settings.BASE_DIR / "demo" / "accounts.csv").open(encoding="utf-8") as file:
        path.write_text("".join(islice(file, ROWS + 1)), encoding="utf-8")
    return path


def sign_in_by_hand(page: Page, house: House) -> None:
    enroll_totp(user=house.alice, secret=TOTP_SECRET)
    page.goto("/login")
    page.get_by_label("E-mail").fill(house.alice.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Code").fill(f"{TOTP(TOTP_SECRET).token():06d}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/w*")


def test_from_signing_in_to_an_opened_call(house: House, sandbox: Workspace, open_as: OpenAs, tmp_path: Path) -> None:
    page = open_as(None)
    page.set_default_timeout(PATIENCE_MS)
    sign_in_by_hand(page, house)

    page.goto(f"{HOME}/placements")
    page.get_by_label("CSV file").set_input_files(sample(tmp_path))
    page.get_by_role("button", name="Upload and place").click()
    page.get_by_text("Every row was placed.").wait_for()
    assert page.get_by_role("heading", name=f"{ROWS} of {ROWS} rows checked").is_visible()

    seed.document_facts(sandbox)
    seed.settle(sandbox)
    page.goto(f"{HOME}/campaigns/new")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("heading", name="Who can be contacted, and when").wait_for()
    page.get_by_role("button", name=f"Start with {ROWS} accounts").click()
    page.wait_for_url("**/campaigns/cmp_*")
    campaign = page.url
    assert page.get_by_text("Running", exact=True).first.is_visible()

    page.goto(f"{HOME}/clock")
    page.get_by_role("button", name="1 week").click()
    page.get_by_role("progressbar", name="Progress of the clock").wait_for(state="detached")

    page.goto(campaign)
    page.get_by_role("heading", name="Attempts by day").wait_for()
    page.goto(f"{HOME}/calls")
    page.get_by_role("row").filter(has_text="Promise").first.get_by_role("link").first.click()
    page.get_by_role("heading", name="Transcript").wait_for()
    assert page.get_by_text("an automated AI assistant calling from").is_visible()
    assert page.get_by_role("heading", name="Gate decision").is_visible()
