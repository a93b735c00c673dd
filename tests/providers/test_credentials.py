from uuid import UUID

import pytest
from pytest_django import Settings

from credira.core.errors import Conflict
from credira.providers.credentials import credentials
from credira.providers.errors import NotPlaced
from credira.providers.ports import mail_service, print_service, telephony
from credira.providers.world import world
from credira.tenancy.models import Workspace

SANDBOX = Workspace(id=UUID("01920000-0000-7000-8000-000000000001"), livemode=False)
OTHER = Workspace(id=UUID("01920000-0000-7000-8000-000000000002"), livemode=False)
LIVE = Workspace(id=UUID("01920000-0000-7000-8000-000000000003"), livemode=True)


def test_a_sandbox_reaches_the_simulator_whatever_the_live_credentials_are(settings: Settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:8100/"
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC" + "9" * 32, "live token"

    known = credentials(SANDBOX)

    assert known.base_url == "http://127.0.0.1:8100"
    assert known.account_sid == "AC01920000000070008000000000000001"
    assert len(known.auth_token) == len(known.mail_token) == 32
    assert "live token" not in (known.auth_token, known.mail_token)


def test_two_sandboxes_share_no_credential() -> None:
    one, other = credentials(SANDBOX), credentials(OTHER)

    assert one.auth_token != other.auth_token
    assert one.mail_token != other.mail_token
    assert one.auth_token != one.mail_token


def test_credentials_do_not_show_their_secrets() -> None:
    known = credentials(SANDBOX)

    assert known.auth_token not in repr(known)
    assert known.mail_token not in repr(known)


@pytest.mark.parametrize("port", [telephony, mail_service, print_service])
def test_a_live_workspace_without_a_vendor_sends_nothing(port: object, settings: Settings) -> None:
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = settings.POSTMARK_SERVER_TOKEN = ""

    with pytest.raises(NotPlaced) as caught:
        port(LIVE)  # type: ignore[operator]

    assert caught.value.retry is False


def test_a_live_workspace_has_no_simulated_world() -> None:
    with pytest.raises(Conflict):
        world(LIVE)
