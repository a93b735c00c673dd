"""One creditor whose sandbox holds something of each kind that the API and the portal can name."""

from pathlib import Path
from typing import Any

import pytest

from creditors.services import NewCreditor
from tests.matrix.holdings import Holdings, hold_everything
from tests.placing import make_collector


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _vendors(settings: Any) -> None:
    """The live side may plan what the sandbox may; no worker runs that would carry it out."""
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = settings.POSTMARK_SERVER_TOKEN = "given"


@pytest.fixture
def creditor() -> NewCreditor:
    return make_collector()


@pytest.fixture
def ours(creditor: NewCreditor) -> Holdings:
    """What the sandbox holds."""
    return hold_everything(creditor.sandbox, "Ourson")
