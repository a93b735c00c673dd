"""A campaign is started, paused, resumed, canceled; and what each does to its accounts' planned contacts."""

import datetime as dt
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from accounts.models import Account, Endpoint
from audit.models import Event
from audit.selectors import with_data
from campaigns.errors import CampaignEnded, NothingToEnroll
from campaigns.models import Call, Campaign, Enrollment
from campaigns.selectors import collected_of, get_campaign
from campaigns.services import campaigns, steering
from campaigns.services.campaigns import Selection, create_campaign
from compliance import notices
from compliance.models import ValidationNotice
from compliance.planning import next_contact
from compliance.services import mark_endpoint, record_cease, record_opt_out, release_hold
from credira.core.errors import Conflict, InvalidRequest
from credira.tenancy.scope import bind
from credira.work.models import Due
from messaging.models import Message
from payments.models import Payment
from payments.services import make_promise, record_payment, return_payment
from tests.campaigns.town import TEN_AM, Town, place_people

pytestmark = pytest.mark.django_db

NINE_TOMORROW = dt.datetime(2026, 11, 25, 14, tzinfo=dt.UTC)  # 9:00 in New York, where the creditor is


@pytest.fixture
def town() -> Town:
    return place_people(3)


def enrollments(town: Town) -> list[Enrollment]:
    with bind(town.workspace) as bound:
        return list(Enrollment.objects.filter(workspace=bound).order_by("id"))


def first(town: Town) -> Enrollment:
    return enrollments(town)[0]


def prepare_notices(town: Town) -> None:
    with bind(town.workspace) as bound:
        for notice in ValidationNotice.objects.filter(workspace=bound):
            notices.prepare(bound, notice.id)


def follow(town: Town) -> None:
    """Do what a worker does with the row that a steered campaign left."""
    with bind(town.workspace) as bound:
        [row] = Due.objects.filter(workspace=bound, kind="campaigns.follow", done_at=None)
    steering.follow(town.workspace, row.object_id)


@pytest.mark.promise("A-30")
def test_starting_enrolls_plans_and_tells(town: Town) -> None:
    campaign = town.start(name="November")

    assert (campaign.status, campaign.accounts_enrolled) == (Campaign.Status.RUNNING, 3)
    assert campaign.total_amount == Decimal("3255.82") * 3
    assert campaign.first_contact_at == TEN_AM
    assert campaign.ends_at == TEN_AM + dt.timedelta(days=45)
    assert [(each.planned_step, each.planned_at) for each in enrollments(town)] == [(1, TEN_AM)] * 3
    with bind(town.workspace) as bound:
        assert set(Message.objects.filter(workspace=bound).values_list("status", flat=True)) == {"queued"}
        assert set(Account.objects.filter(workspace=bound).values_list("campaign_id", flat=True)) == {campaign.id}
        [event] = with_data(bound, list(Event.objects.filter(workspace=bound, type="campaign.started")))
    assert event.data["debtors_enrolled"] == 3
    assert event.data["first_contact_at"] == "2026-11-24T15:05:00Z"


def test_an_account_is_in_one_running_campaign_at_most(town: Town) -> None:
    town.start()

    with pytest.raises(NothingToEnroll):
        town.start()


def test_an_unknown_account_is_a_fault(town: Town) -> None:
    unknown = Selection(accounts=[*town.accounts, town.workspace.id])

    with bind(town.workspace) as bound, pytest.raises(InvalidRequest, match="isn't known"):
        create_campaign(workspace=bound, selection=unknown)


def test_accounts_of_a_collector_wait_for_their_notice(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    town = place_people(2, notice=True)
    campaign = town.start()

    assert [(each.planned_step, each.waiting_for) for each in enrollments(town)] == [(None, "notice")] * 2
    prepare_notices(town)

    with bind(town.workspace) as bound:
        assert get_campaign(bound, campaign.id).first_contact_at == TEN_AM
        assert not Message.objects.filter(workspace=bound, campaign_id=campaign.id).exists()


def test_the_first_contact_is_the_letter_that_leaves_with_its_batch() -> None:
    town = place_people(1, notice=True)
    with bind(town.workspace) as bound:
        email = Endpoint.objects.get(workspace=bound, kind="email")
        mark_endpoint(workspace=bound, endpoint_id=email.id, kind="bad", evidence="It bounced.")
    prepare_notices(town)
    campaign = town.start()

    with bind(town.workspace) as bound:
        letter = Message.objects.get(workspace=bound, channel="letter")
        planned = next_contact(bound, town.accounts[0])
    assert letter.due_at == NINE_TOMORROW
    assert campaign.first_contact_at == NINE_TOMORROW
    assert (planned.channel, planned.at) == ("letter", NINE_TOMORROW)


def test_no_letter_is_named_where_none_is_planned(town: Town) -> None:
    with bind(town.workspace) as bound:
        person = Account.objects.get(workspace=bound, id=town.accounts[0]).person_id
        for medium in ("calls", "email"):
            record_opt_out(workspace=bound, person_id=person, scope="medium", medium=medium)
        planned = next_contact(bound, town.accounts[0])

    assert {each.channel: each.outcome for each in planned.channels}["letter"] == "ALLOW"
    assert (planned.channel, planned.at) == (None, None)


def test_a_sent_notice_begins_the_sequence() -> None:
    town = place_people(2, notice=True)
    town.start()
    prepare_notices(town)

    with bind(town.workspace) as bound:
        notice = ValidationNotice.objects.get(workspace=bound, account_id=town.accounts[0])
        notices.freeze(workspace=bound, notice_id=notice.id, sent_on=TEN_AM.date())
        notices.mark_sent(workspace=bound, notice_id=notice.id)

    assert [each.planned_step for each in enrollments(town)] == [1, None]


def test_a_notice_sent_while_the_campaign_starts_is_not_missed(transactional_db: None) -> None:
    town = place_people(1, notice=True)
    prepare_notices(town)
    looked, told = threading.Event(), threading.Event()

    def tell() -> None:
        with bind(town.workspace) as bound:
            notice = ValidationNotice.objects.get(workspace=bound)
            notices.freeze(workspace=bound, notice_id=notice.id, sent_on=TEN_AM.date())
        looked.wait(10)
        with bind(town.workspace) as bound:
            notices.mark_sent(workspace=bound, notice_id=notice.id)
        told.set()
        connections.close_all()

    teller = threading.Thread(target=tell)
    teller.start()
    with bind(town.workspace) as bound:
        create_campaign(workspace=bound, selection=Selection(accounts=town.accounts))
        looked.set()
        assert not told.wait(0.5)
    teller.join(10)

    assert [(each.planned_step, each.waiting_for) for each in enrollments(town)] == [(1, "")]


def test_pausing_takes_back_what_waits_and_resuming_asks_anew(town: Town) -> None:
    campaign = town.start()

    with bind(town.workspace) as bound:
        steering.pause(workspace=bound, campaign=get_campaign(bound, campaign.id))
    follow(town)
    with bind(town.workspace) as bound:
        assert set(Message.objects.filter(workspace=bound).values_list("status", flat=True)) == {"cancelled"}
    assert [(each.planned_step, each.waiting_for) for each in enrollments(town)] == [(None, "pause")] * 3

    with bind(town.workspace) as bound:
        steering.resume(workspace=bound, campaign=get_campaign(bound, campaign.id))
    follow(town)
    assert [(each.planned_step, each.waiting_for) for each in enrollments(town)] == [(1, "")] * 3


def test_canceling_ends_everybody_and_cannot_be_undone(town: Town) -> None:
    campaign = town.start()

    with bind(town.workspace) as bound:
        steering.cancel(workspace=bound, campaign=get_campaign(bound, campaign.id))
        with pytest.raises(Conflict, match="just leave a campaign"):
            create_campaign(workspace=bound, selection=Selection(accounts=town.accounts))
    follow(town)

    assert {(each.status, each.ended_as) for each in enrollments(town)} == {("ended", "campaign_ended")}
    with bind(town.workspace) as bound, pytest.raises(CampaignEnded):
        steering.resume(workspace=bound, campaign=get_campaign(bound, campaign.id))


def test_a_payment_in_full_ends_the_enrollment(town: Town) -> None:
    town.start()

    with bind(town.workspace) as bound:
        record_payment(workspace=bound, account_id=town.accounts[0], amount=Decimal("3255.82"), method="check")

    assert (first(town).ended_as, first(town).collected) == ("paid", Decimal("3255.82"))
    assert [each.status for each in enrollments(town)[1:]] == ["active", "active"]


def test_a_part_payment_takes_back_what_waits_and_gives_a_day_of_rest(town: Town) -> None:
    town.start()

    with bind(town.workspace) as bound:
        record_payment(workspace=bound, account_id=town.accounts[0], amount=Decimal(100), method="check")

    assert (first(town).status, first(town).collected) == ("active", Decimal(100))
    assert (first(town).planned_step, first(town).planned_at) == (1, TEN_AM + dt.timedelta(days=1))


def test_a_part_payment_never_brings_the_next_contact_forward(town: Town) -> None:
    town.start()
    in_five_days = TEN_AM + dt.timedelta(days=5)
    with bind(town.workspace) as bound:
        Enrollment.objects.filter(workspace=bound).update(ready_at=in_five_days)

    with bind(town.workspace) as bound:
        record_payment(workspace=bound, account_id=town.accounts[0], amount=Decimal(10), method="check")

    assert first(town).ready_at == in_five_days
    assert first(town).planned_at == in_five_days


def test_money_is_counted_after_the_account_left_and_taken_off_when_it_goes_back(town: Town) -> None:
    town.start()

    with bind(town.workspace) as bound:
        record_cease(workspace=bound, person_id=first(town).person_id, account_id=town.accounts[0], written=True)
        payment = record_payment(workspace=bound, account_id=town.accounts[0], amount=Decimal(100), method="check")
    assert (first(town).ended_as, first(town).collected) == ("stopped", Decimal(100))

    with bind(town.workspace) as bound:
        return_payment(workspace=bound, payment=payment, reason="Insufficient funds.")
    assert first(town).collected == Decimal(0)


def test_a_campaign_collected_what_its_list_of_payments_says(town: Town) -> None:
    campaign = town.start()

    with bind(town.workspace) as bound:
        record_payment(workspace=bound, account_id=town.accounts[0], amount=Decimal(100), method="check")
        steering.cancel(workspace=bound, campaign=get_campaign(bound, campaign.id))
        record_payment(workspace=bound, account_id=town.accounts[1], amount=Decimal(50), method="check")
        back = record_payment(workspace=bound, account_id=town.accounts[1], amount=Decimal(25), method="check")
        return_payment(workspace=bound, payment=back, reason="Insufficient funds.")

    with bind(town.workspace) as bound:
        listed = Payment.objects.filter(workspace=bound, campaign_id=campaign.id, status="succeeded")
        assert sum(payment.amount for payment in listed) == Decimal(150)
        assert collected_of(get_campaign(bound, campaign.id)) == Decimal(150)
    assert sum(each.collected for each in enrollments(town)) == Decimal(150)


def test_a_promise_is_waited_for(town: Town) -> None:
    town.start()

    with bind(town.workspace) as bound:
        due_on = TEN_AM.date() + dt.timedelta(days=7)
        make_promise(workspace=bound, account_id=town.accounts[0], amount=Decimal(100), due_on=due_on)

    assert (first(town).waiting_for, first(town).planned_step, first(town).promised_until) == ("promise", None, due_on)


def test_a_hold_stops_what_waits_and_its_release_lets_it_be_asked_for_again(town: Town) -> None:
    town.start()

    with bind(town.workspace) as bound:
        hold = town.hold_first()
    assert (first(town).waiting_for, first(town).skipped) == ("fact", [1, 2, 3, 4])
    assert "HOLD" in " ".join(reason["code"] for reason in first(town).reasons)

    with bind(town.workspace) as bound:
        release_hold(workspace=bound, hold_id=hold.id)
    assert (first(town).waiting_for, first(town).skipped, first(town).planned_step) == ("", [], 1)


def test_an_opt_out_of_calls_leaves_the_emails(town: Town) -> None:
    town.start()
    enrollment = first(town)

    with bind(town.workspace) as bound:
        record_opt_out(workspace=bound, person_id=enrollment.person_id, scope="medium", medium="calls")

    assert (first(town).status, first(town).planned_step) == ("active", 1)


def test_an_opt_out_of_everything_ends_the_enrollment(town: Town) -> None:
    town.start()
    enrollment = first(town)

    with bind(town.workspace) as bound:
        for medium in ("calls", "email"):
            record_opt_out(workspace=bound, person_id=enrollment.person_id, scope="medium", medium=medium)

    assert (first(town).status, first(town).ended_as) == ("ended", "stopped")
    with bind(town.workspace) as bound:
        assert not Call.objects.filter(workspace=bound, enrollment=enrollment, status="queued").exists()


def test_the_last_one_to_leave_completes_the_campaign(town: Town) -> None:
    campaign = town.start()

    with bind(town.workspace) as bound:
        for account_id in town.accounts:
            record_payment(workspace=bound, account_id=account_id, amount=Decimal("3255.82"), method="check")

    with bind(town.workspace) as bound:
        found = get_campaign(bound, campaign.id)
        [event] = with_data(bound, list(Event.objects.filter(workspace=bound, type="campaign.completed")))
    assert found.status == Campaign.Status.COMPLETED
    assert Decimal(str(event.data["recovery_rate"])) == Decimal(1)
    assert Decimal(str(event.data["collected_amount"])) == Decimal("3255.82") * 3


def test_it_ends_at_its_time_whoever_is_left(town: Town) -> None:
    campaign = town.start()
    with bind(town.workspace):
        town.hold_first()

    campaigns.end_at_its_time(town.workspace, campaign.id)

    assert {each.ended_as for each in enrollments(town)} == {"campaign_ended"}
    with bind(town.workspace) as bound:
        assert get_campaign(bound, campaign.id).status == Campaign.Status.COMPLETED
