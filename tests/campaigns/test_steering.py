"""A campaign is paused and cancelled by the API while real workers call and write for it."""

import time
from uuid import UUID

import httpx
import pytest
from pytest_django import Settings

from campaigns.models import Call, Campaign, Enrollment
from campaigns.services.campaigns import Selection, create_campaign
from campaigns.strategy import STRATEGIES, Step, Strategy
from compliance.models import ContactAttempt
from credira.tenancy.scope import bind
from creditors.scopes import ALL
from creditors.services import mint_key
from messaging.models import Message
from tests.campaigns.town import Town, build_town

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PEOPLE = 30  # of each campaign
FOLLOWED_S = 60.0
FIRST = {
    "mails": Step("email", "E-mail", template="first_reminder"),
    "calls": Step("call", "AI call"),
}


@pytest.fixture
def strategies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sequences that begin at once with a mail, or with a call."""
    for key, step in FIRST.items():
        second = Step("email", "E-mail", after_days=3, template="follow_up")
        monkeypatch.setitem(STRATEGIES, key, Strategy(key, key, 1, 45, (step, second)))


def test_pause_and_cancel_while_it_sends(two_workers: None, strategies: None, settings: Settings) -> None:
    """Each is answered at once, and after the answer nothing is handed to a provider for the campaign."""
    town = build_town(["voicemail"] * PEOPLE * 4, notice=False)
    with bind(town.workspace) as bound:
        key = mint_key(workspace=bound, name="Steering", scopes=list(ALL)).token
    groups = [town.accounts[start : start + PEOPLE] for start in range(0, len(town.accounts), PEOPLE)]
    asked = [("mails", "pause"), ("calls", "cancel"), ("mails", "cancel"), ("calls", "pause")]
    for target in ("mail", "calls"):
        # The providers take their time, so that not all has left before the answer, however slow the machine.
        town.world.misbehave({"kind": "hang", "target": target, "seconds": 2, "rate": 1})

    for accounts, (strategy, action) in zip(groups, asked, strict=True):
        campaign = _start(town, accounts, strategy)
        _wait_for_the_first(town, campaign.id)

        answer = httpx.post(
            f"{settings.BASE_URL}/v1/campaigns/{campaign.public_id}/{action}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
        )

        handed_over = _handed_over(town, campaign.id)
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"]["status"] == {"pause": "paused", "cancel": "canceled"}[action]
        _wait_until_followed(town, campaign, action)
        assert _handed_over(town, campaign.id) == handed_over
        assert 0 < len(handed_over) < PEOPLE, "The test stopped nothing: it came too early or too late."

    ledger = town.world.ledger()
    assert ledger["twice"]["any"] is False


def _start(town: Town, accounts: tuple[UUID, ...], strategy: str) -> Campaign:
    with bind(town.workspace) as bound:
        return create_campaign(workspace=bound, selection=Selection(accounts=accounts), strategy_key=strategy)


def _handed_over(town: Town, campaign_id: UUID) -> set[UUID]:
    """The campaign's attempts that a worker took to a provider."""
    with bind(town.workspace) as bound:
        rows = ContactAttempt.objects.filter(workspace=bound, campaign_id=campaign_id, dispatched_at__isnull=False)
        return set(rows.values_list("id", flat=True))


def _wait_for_the_first(town: Town, campaign_id: UUID) -> None:
    deadline = time.monotonic() + FOLLOWED_S
    while not _handed_over(town, campaign_id):
        assert time.monotonic() < deadline, "Nothing is sent."
        time.sleep(0.05)


def _wait_until_followed(town: Town, campaign: Campaign, action: str) -> None:
    """Every account paused or gone, and nothing of the campaign waits for its time."""
    deadline = time.monotonic() + FOLLOWED_S
    while left := _left(town, campaign, action):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def _left(town: Town, campaign: Campaign, action: str) -> list[str]:
    with bind(town.workspace) as bound:
        town.world.tick()
        active = Enrollment.objects.filter(workspace=bound, campaign=campaign, status="active")
        if action == "pause":
            active = active.exclude(waiting_for="pause")
        waiting = Call.objects.filter(workspace=bound, campaign=campaign, status__in=["queued", "dialing"])
        mails = Message.objects.filter(workspace=bound, campaign_id=campaign.id, status__in=["queued", "sending"])
        return [
            *[f"account {each.id}" for each in active],
            *[f"call {each.id} {each.status}" for each in waiting],
            *[f"mail {each.id} {each.status}" for each in mails],
        ]
