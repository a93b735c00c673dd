"""What the preview of a campaign says is what then happens in a sandbox."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest

from accounts.models import Account, Endpoint
from campaigns.services.agents import default_agent
from campaigns.services.campaigns import Selection, choose
from campaigns.services.preview import Preview, preview
from compliance import notices
from compliance.models import AttemptDebt, ContactAttempt, ValidationNotice
from compliance.services import mark_endpoint, place_hold
from credira.tenancy.scope import bind
from tests.campaigns.town import TEN_AM, Town, place_people, settle
from tests.placing import make_collector
from tests.portal import sign_in
from tests.working import working

HOMES = (
    ("MN", "Minneapolis", "55401", "612"),
    ("CA", "Los Angeles", "90012", "213"),
    ("TX", "Austin", "78701", "512"),
    ("NV", "Las Vegas", "89101", "702"),
    ("TN", "Nashville", "37203", "615"),
)
DAYS = 20


@pytest.fixture
def town(product: None) -> Iterator[Town]:
    """Sixty people of all kinds, whose notices are prepared; no work is done yet."""
    town = _sixty()
    _prepare(town)
    settle(town, ["busy"] * len(town.accounts))  # they read their mail and do nothing
    yield town
    town.world.wipe()


@pytest.mark.processes
def test_a_preview_is_what_happens(town: Town) -> None:
    before = _preview(town)
    campaign = town.start()
    assert before.first_contact_at == campaign.first_contact_at

    with working():
        job = town.advance(days=DAYS, timeout_s=400)

    assert job.status == "completed", job.message
    happened = _happened(town, campaign.id)
    first = {account: attempts[0][0] for account, attempts in happened.items()}
    assert 20 < len(first) < len(town.accounts)
    assert set(first) == set(before.contacted)
    assert first == before.contacted
    made = Counter(channel for attempts in happened.values() for _, channel in attempts)
    assert 0 < made["call"] <= before.contacts["call"]
    assert 0 < made["email"] <= before.contacts["email"]


@pytest.mark.django_db
def test_a_preview_groups_its_reasons_in_words_true_of_all() -> None:
    town = _sixty()
    _prepare(town)

    found = _preview(town)

    blockers = {(each.code, each.channel): each for each in found.blockers}
    assert (found.notices_first, found.notices_blocked) == (26, 6)
    assert (blockers["HOLD", "call"].count, blockers["HOLD", "call"].message) == (5, "On hold")
    returned = blockers["ADDRESS_BAD", "notice"]
    assert (returned.count, returned.earliest, returned.severity) == (6, None, "LAW")
    assert returned.message == "The validation notice can't be sent: mail came back"
    assert not [each for each in found.blockers if "acct_" in each.message + each.code]
    assert sum(group.count for group in found.groups.values()) == len(town.accounts)
    assert "VN_NOT_SENT" not in {code for code, _ in blockers}


@pytest.mark.django_db
def test_the_portal_shows_the_preview() -> None:
    creditor = make_collector()
    town = place_people(2, creditor=creditor, notice=True)
    _prepare(town)

    page = sign_in(creditor, "owner").client.get(f"/w/{town.workspace.slug}/campaigns/new", {"preview": "1"})

    text = " ".join(page.content.decode().split())
    assert "2 wait for their validation notice first." in text
    assert "<dt>AI calls</dt><dd>at most 4, to 2 of 2</dd>" in text


@pytest.mark.django_db
def test_a_preview_counts_days_where_the_creditor_is() -> None:
    """At 8:30 in the evening in New York it is tomorrow in Greenwich."""
    town = place_people(3, homes=HOMES[2:3])
    with bind(town.workspace) as bound:
        bound.__class__.objects.filter(pk=bound.pk).update(clock_frozen_at=TEN_AM.replace(day=25, hour=1, minute=30))

    found = _preview(town)

    assert found.first_contact_at == TEN_AM.replace(day=25, hour=1, minute=30)
    assert found.days == {dt.date(2026, 11, 24): Counter(email=3)}


def _sixty() -> Town:
    """Own debts and a collector's, by mail, by post and blocked, with and without consents, some held."""
    creditor = make_collector()
    parts = [
        place_people(12, creditor=creditor, homes=HOMES),
        place_people(6, creditor=creditor, homes=HOMES, first=12, agreed=()),
        place_people(16, creditor=creditor, homes=HOMES, first=18, notice=True),
        place_people(10, creditor=creditor, homes=HOMES, first=34, notice=True, agreed=("call",)),
        place_people(6, creditor=creditor, homes=HOMES, first=44, notice=True, agreed=("call",)),
        place_people(5, creditor=creditor, homes=HOMES, first=50, agreed=("call",)),
        place_people(5, creditor=creditor, homes=HOMES, first=55),
    ]
    town = Town(parts[-1].workspace, tuple(account for part in parts for account in part.accounts))
    with bind(town.workspace) as bound:
        for account in Account.objects.filter(workspace=bound, id__in=parts[4].accounts):
            address = Endpoint.objects.get(workspace=bound, person_id=account.person_id, kind="address")
            mark_endpoint(workspace=bound, endpoint_id=address.id, kind="bad", evidence="Mail came back.")
        for account in Account.objects.filter(workspace=bound, id__in=parts[6].accounts):
            place_hold(
                workspace=bound, person_id=account.person_id, account_id=account.id, kind="manual", reason="Review."
            )
    return town


def _prepare(town: Town) -> None:
    with bind(town.workspace) as bound:
        for notice in ValidationNotice.objects.filter(workspace=bound):
            notices.prepare(bound, notice.id)


def _preview(town: Town) -> Preview:
    with bind(town.workspace) as bound:
        accounts = choose(bound, Selection(accounts=town.accounts))
        return preview(bound, accounts, default_agent(bound))


def _happened(town: Town, campaign_id: UUID) -> dict[UUID, list[tuple[dt.datetime, str]]]:
    """What was handed to a provider for the campaign, by account, in order."""
    found: dict[UUID, list[tuple[dt.datetime, str]]] = {}
    with bind(town.workspace) as bound:
        attempts = ContactAttempt.objects.filter(workspace=bound, campaign_id=campaign_id, dispatched_at__isnull=False)
        account_of = dict(
            AttemptDebt.objects.filter(workspace=bound, attempt__in=attempts).values_list("attempt_id", "account_id")
        )
        for attempt in attempts.exclude(status="given_up").order_by("dispatched_at"):
            assert attempt.dispatched_at is not None
            found.setdefault(account_of[attempt.id], []).append((attempt.dispatched_at, attempt.channel))
    return found
