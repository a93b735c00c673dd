"""Pause, resume, cancel: one row changes at once, the accounts follow one by one.

A campaign's accounts are locked all day by those who call and write to them. Who steers it waits for none of them: the
campaign's row is changed and ``follow`` scheduled. From the commit on nothing leaves for it, because ``why_stopped`` is
asked in the transaction that claims an attempt (``compliance.dispatch``), under the brake's lock
(docs/decisions/0011).
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audit.registry import EventType
from audit.services import record
from campaigns import events
from campaigns.errors import CampaignEnded
from campaigns.models import Call, Campaign, Enrollment
from campaigns.models.calls import OPEN
from campaigns.selectors import enrollments_of, get_campaign
from campaigns.services import planning
from campaigns.services.campaigns import END, FOLLOW, summary_of
from campaigns.services.rows import lock_enrollments
from credira.core import clock
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import schedule, unschedule
from messaging.models import Message

Status = Campaign.Status
# What was at the provider's door when the campaign stopped comes back within seconds, or ends as a call or a mail.
LOOK_AGAIN = dt.timedelta(seconds=10)
TOGETHER = 100  # accounts for which the gate is asked at once when a campaign goes on


def pause(*, workspace: Workspace, campaign: Campaign) -> Campaign:
    """Nothing more leaves; calls in progress go on. Raises ``InvalidTransition`` and ``CampaignEnded``."""
    return _steer(workspace, campaign, Status.PAUSED, events.CAMPAIGN_PAUSED)


def resume(*, workspace: Workspace, campaign: Campaign) -> Campaign:
    """Go on: the gate is asked anew for each account. Raises ``InvalidTransition`` and ``CampaignEnded``."""
    return _steer(workspace, campaign, Status.RUNNING, events.CAMPAIGN_RESUMED)


@transaction.atomic
def cancel(*, workspace: Workspace, campaign: Campaign) -> Campaign:
    """Nothing more leaves, every account leaves the campaign; what was sent stays sent. Raises ``CampaignEnded``."""
    _steer(
        workspace,
        campaign,
        Status.CANCELED,
        events.CAMPAIGN_CANCELED,
        ended_at=clock.now(),
        summary=summary_of(campaign),
    )
    unschedule(workspace, END, campaign.id)
    return campaign


def why_stopped(workspace: Workspace, campaign_id: UUID) -> str:
    """The brake of ``compliance.dispatch``: whoever steers the campaign waits until the claim that asked is committed.

    Any number ask at once. The lock is one of its own, so that it never stands in a queue with the row's.
    """
    _hold("pg_advisory_xact_lock_shared", campaign_id)
    status = get_campaign(workspace, campaign_id).status
    return "" if status == Status.RUNNING else f"The campaign is {status}."


def follow(workspace: Workspace, campaign_id: UUID) -> None:
    """Bring the accounts to where their campaign stands. Runs unbound, each account in a transaction of its own; safe
    to run again at any point.
    """
    with bind(workspace) as bound:
        campaign = get_campaign(bound, campaign_id)
        behind = _behind(campaign)
    if campaign.status == Status.RUNNING:
        for start in range(0, len(behind), TOGETHER):
            _go_on(workspace, campaign_id, behind[start : start + TOGETHER])
        return
    for enrollment_id in behind:
        _stop(workspace, campaign_id, enrollment_id)
    with bind(workspace) as bound:
        if campaign.status == Status.CANCELED:
            Campaign.objects.filter(workspace=bound, id=campaign_id).update(summary=summary_of(campaign))
        if _under_way(campaign):
            schedule(bound, FOLLOW, campaign_id, clock.wall() + LOOK_AGAIN, clock="wall")


def _steer(workspace: Workspace, campaign: Campaign, to: Status, fact: EventType, **changes: Any) -> Campaign:
    if not campaign.open:
        raise CampaignEnded(f"The campaign is {campaign.status}.")
    with transaction.atomic():
        _hold("pg_advisory_xact_lock", campaign.id)
        move(campaign, to, **changes)
        schedule(workspace, FOLLOW, campaign.id, clock.now())
        record(workspace, type=fact, object=campaign, data={"campaign_id": campaign.public_id})
    return campaign


def _hold(function: str, campaign_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [f"brake:{campaign_id}"])


def _behind(campaign: Campaign) -> list[UUID]:
    """The enrolments that don't stand where their campaign does, or whose contact is under way."""
    rows = enrollments_of(campaign)
    active = rows.filter(status=Enrollment.Status.ACTIVE)
    if campaign.status == Status.RUNNING:
        found = active.filter(waiting_for=Enrollment.Waiting.PAUSE)
    elif campaign.status == Status.PAUSED:
        found = active.exclude(waiting_for=Enrollment.Waiting.PAUSE, planned_step__isnull=True)
    else:
        found = active | rows.filter(id__in=_under_way(campaign))
    return list(found.values_list("id", flat=True))


def _under_way(campaign: Campaign) -> set[UUID]:
    """The enrolments with a call or a message that waits, is being sent, or goes on."""
    of_campaign: dict[str, Any] = {"workspace_id": campaign.workspace_id, "campaign_id": campaign.id}
    calls = Call.objects.filter(**of_campaign, status__in=[Call.Status.QUEUED, *OPEN])
    mails = Message.objects.filter(**of_campaign, status__in=[Message.Status.QUEUED, Message.Status.SENDING])
    mailed = enrollments_of(campaign).filter(message_id__in=mails.values("id"))
    return {*calls.values_list("enrollment_id", flat=True), *mailed.values_list("id", flat=True)}


def _go_on(workspace: Workspace, campaign_id: UUID, ids: Sequence[UUID]) -> None:
    with bind(workspace) as bound:
        rows = [each for each in lock_enrollments(bound, list(ids)) if each.active]
        campaign = get_campaign(bound, campaign_id)
        if campaign.status == Status.RUNNING:  # else another follower is on its way
            planning.plan(campaign, rows)


def _stop(workspace: Workspace, campaign_id: UUID, enrollment_id: UUID) -> None:
    with bind(workspace) as bound:
        [enrollment] = lock_enrollments(bound, [enrollment_id])
        campaign = get_campaign(bound, campaign_id)
        why = f"the campaign was {campaign.status}"
        if campaign.status == Status.RUNNING:
            return
        if not enrollment.active:
            planning.take_back(enrollment, why)
        elif campaign.status == Status.PAUSED:
            planning.pause(enrollment, why)
        else:
            planning.end(enrollment, Enrollment.End.CAMPAIGN)
