"""A live workspace without a carrier or a mail service: nothing is planned that can't be done."""

from typing import Any

import pytest

from campaigns.models import Call, Campaign
from campaigns.services.calls import schedule_call
from campaigns.services.campaigns import Selection, create_campaign
from credira.core import clock
from credira.providers.errors import VendorMissing
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.web.attention import matters
from tests.placing import make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)
NO_CARRIER = "Calls can't go out of live workspaces: TWILIO_ACCOUNT_SID isn't set (docs/settings.md)."
NO_MAIL = "E-mails can't go out of live workspaces: POSTMARK_SERVER_TOKEN isn't set (docs/settings.md)."


@pytest.fixture
def live(settings: Any) -> Workspace:
    settings.TWILIO_ACCOUNT_SID = settings.TWILIO_AUTH_TOKEN = settings.POSTMARK_SERVER_TOKEN = ""
    return make_collector().live


def test_no_call_is_planned_without_a_carrier(live: Workspace) -> None:
    debt = place(live)

    with bind(live) as bound, pytest.raises(VendorMissing, match="TWILIO_ACCOUNT_SID") as refused:
        schedule_call(workspace=bound, account_id=debt.account.pk)

    assert (refused.value.status, refused.value.code, refused.value.message) == (
        503,
        "VENDOR_NOT_CONFIGURED",
        NO_CARRIER,
    )
    with bind(live):
        assert not Call.objects.exists()


def test_no_campaign_starts_whose_steps_cannot_go_out(live: Workspace, settings: Any) -> None:
    debt = place(live)
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "token"

    with bind(live) as bound, pytest.raises(VendorMissing) as refused:
        create_campaign(workspace=bound, selection=Selection(accounts=[debt.account.pk]))

    assert refused.value.message == NO_MAIL
    with bind(live):
        assert not Campaign.objects.exists()


def test_the_dashboard_says_what_is_missing_and_nothing_of_it_in_a_sandbox(live: Workspace) -> None:
    with bind(live) as bound:
        assert [matter.note for matter in matters(bound, clock.now().date())] == [NO_CARRIER, NO_MAIL]
    with bind(make_collector("other").sandbox) as sandbox:
        assert matters(sandbox, clock.now().date()) == []
