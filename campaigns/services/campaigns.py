"""Campaigns: started, ended. (Paused, resumed and cancelled in ``steering``.)

Everybody locks enrolments first, then the campaign's row.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Account
from accounts.selectors import list_accounts
from accounts.services import attribute
from audit.services import record
from campaigns import events
from campaigns.errors import NothingToEnroll
from campaigns.models import Call, Campaign, Enrollment, VoiceAgent
from campaigns.selectors import collected_of, enrollments_of, get_agent, get_campaign, progress_of
from campaigns.services import planning
from campaigns.services.agents import default_agent
from campaigns.services.rows import lock_enrollments
from campaigns.strategy import STANDARD, STRATEGIES, Strategy
from credira.core import clock, context
from credira.core.errors import Conflict, InvalidRequest
from credira.core.state import move
from credira.providers.ports import require_vendors
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import schedule, unschedule
from messaging.selectors import notice_plans

END = "campaigns.end"
FOLLOW = "campaigns.follow"
MAX_ACCOUNTS = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which accounts: by id, or all that a queryset of the list's own filters finds. ``told`` is kept for the page."""

    accounts: Sequence[UUID] | None = None
    rows: Any = None
    told: Mapping[str, Any] | None = None


def choose(workspace: Workspace, selection: Selection) -> list[Account]:
    """The accounts of a selection that may join: open, owing, and in no other running campaign.

    Raises ``InvalidRequest`` for ids that the workspace doesn't have and for more than MAX_ACCOUNTS, ``Conflict`` while
    one of them hasn't left the campaign yet that was cancelled a moment ago.
    """
    rows = selection.rows if selection.rows is not None else list_accounts(workspace)
    if selection.accounts is not None:
        wanted = list(dict.fromkeys(selection.accounts))
        rows = rows.filter(id__in=wanted)
        if rows.count() != len(wanted):
            raise InvalidRequest(
                "An account isn't known.", details=[{"field": "account_ids", "message": "Unknown account."}]
            )
    active = Enrollment.objects.filter(workspace=workspace, status=Enrollment.Status.ACTIVE)
    busy = active.values("account_id")
    leaving = active.exclude(campaign__in=Campaign.objects.filter(workspace=workspace, status__in=Campaign.OPEN))
    if rows.filter(id__in=leaving.values("account_id")).exists():
        raise Conflict("Some of these accounts just leave a campaign that ended. Try again in a few seconds.")
    found = list(
        rows.filter(status__in=Account.OPEN, current_balance__gt=0)
        .exclude(id__in=busy)
        .order_by("id")[: MAX_ACCOUNTS + 1]
    )
    if len(found) > MAX_ACCOUNTS:
        raise InvalidRequest(f"A campaign holds at most {MAX_ACCOUNTS} accounts.")
    return found


@transaction.atomic
def create_campaign(
    *,
    workspace: Workspace,
    selection: Selection,
    name: str = "",
    strategy_key: str = STANDARD.key,
    agent_id: UUID | None = None,
) -> Campaign:
    """Enrol the accounts and start: the first contact of each is planned when the gate allows it.

    One campaign of a workspace starts at a time: of two equal requests at once the second finds its accounts taken.
    Raises ``NothingToEnroll``, ``InvalidRequest`` for an unknown strategy or mixed currencies, ``NotFound``,
    ``VendorMissing`` where a step's channel can't go out.
    """
    strategy = _strategy(strategy_key)
    require_vendors(workspace, {step.channel for step in strategy.steps if step.contacts})
    _start_alone(workspace)
    agent = get_agent(workspace, agent_id) if agent_id else default_agent(workspace)
    accounts = choose(workspace, selection)
    if not accounts:
        raise NothingToEnroll("None of these accounts can be enrolled.")
    # Before the accounts' rows: who tells a notice as sent holds it and then moves its account.
    planning.hold_notices(workspace, [account.id for account in accounts])
    campaign = _insert(workspace, name, strategy, agent, accounts, selection)
    enrollments = _enroll(campaign, accounts)
    planning.plan(campaign, enrollments)
    campaign.first_contact_at = first_contact_at(campaign)
    campaign.save(update_fields=["first_contact_at"])
    schedule(workspace, END, campaign.id, campaign.ends_at)
    record(
        workspace,
        type=events.CAMPAIGN_STARTED,
        object=campaign,
        data={
            "campaign_id": campaign.public_id,
            "name": campaign.name,
            "debtors_enrolled": campaign.accounts_enrolled,
            "total_amount": campaign.total_amount,
            "currency": campaign.currency,
            "first_contact_at": campaign.first_contact_at,
            "strategy": strategy.label,
        },
    )
    return campaign


def _start_alone(workspace: Workspace) -> None:
    """Hold off other starts of the workspace until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"campaign:{workspace.pk}"])


def first_contact_at(campaign: Campaign) -> dt.datetime | None:
    """The earliest contact that the gate allows: a planned one, or a validation notice that comes before it."""
    waiting = enrollments_of(campaign).filter(status=Enrollment.Status.ACTIVE)
    planned = waiting.order_by("planned_at").values_list("planned_at", flat=True)  # null comes last
    noticed = waiting.filter(waiting_for=Enrollment.Waiting.NOTICE).values_list("account_id", flat=True)
    notices = [plan.leaves_at for plan in notice_plans(campaign.workspace, list(noticed)).values()]
    times = [at for at in (*planned[:1], *notices) if at is not None]
    return max(clock.now(), min(times)) if times else None


def complete_if_done(workspace: Workspace, campaign_id: UUID) -> None:
    """Complete a campaign whose enrolments have all ended. Call it bound; safe to call at any time."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(workspace=workspace, id=campaign_id)
    active = enrollments_of(campaign).filter(status=Enrollment.Status.ACTIVE).exists()
    if campaign.open and not active:
        _complete(workspace, campaign)


def end_at_its_time(workspace: Workspace, campaign_id: UUID) -> None:
    """The campaign's last day is over: each account leaves it, and with the last one it completes. Runs unbound."""
    with bind(workspace) as bound:
        active = enrollments_of(get_campaign(bound, campaign_id)).filter(status=Enrollment.Status.ACTIVE)
        ids = list(active.values_list("id", flat=True))
    for enrollment_id in ids:
        with bind(workspace) as bound:
            planning.end(lock_enrollments(bound, [enrollment_id])[0], Enrollment.End.CAMPAIGN)


def summary_of(campaign: Campaign) -> dict[str, Any]:
    """The campaign's figures; ``recovery_rate`` is collected ÷ enrolled amount, to four decimals."""
    collected = collected_of(campaign)
    calls = Call.objects.filter(workspace_id=campaign.workspace_id, campaign_id=campaign.id)
    enrollments = enrollments_of(campaign)
    return {
        "debtors_enrolled": campaign.accounts_enrolled,
        "total_amount": str(campaign.total_amount),
        "collected_amount": str(collected),
        "recovery_rate": str(recovery_rate(collected, campaign.total_amount)),
        "reached": enrollments.filter(reached=True).count(),
        "promises": enrollments.filter(promised=True).count(),
        "calls_placed": calls.exclude(reference="").count(),
        "calls_blocked": calls.filter(status=Call.Status.BLOCKED).count(),
        "results": progress_of(campaign),
    }


def recovery_rate(collected: Decimal, enrolled: Decimal) -> Decimal:
    """Four decimals; 0 when nothing was owed."""
    return (collected / enrolled).quantize(Decimal("0.0001")) if enrolled else Decimal("0.0000")


def _complete(workspace: Workspace, campaign: Campaign) -> None:
    summary = summary_of(campaign)
    move(campaign, Campaign.Status.COMPLETED, ended_at=clock.now(), summary=summary)
    unschedule(workspace, END, campaign.id)
    schedule(workspace, FOLLOW, campaign.id, clock.now())
    record(
        workspace,
        type=events.CAMPAIGN_COMPLETED,
        object=campaign,
        data={
            "campaign_id": campaign.public_id,
            "name": campaign.name,
            "status": campaign.status,
            "debtors_enrolled": campaign.accounts_enrolled,
            "total_amount": campaign.total_amount,
            "collected_amount": Decimal(summary["collected_amount"]),
            "currency": campaign.currency,
            "recovery_rate": Decimal(summary["recovery_rate"]),
            "completed_at": campaign.ended_at,
            "summary": summary,
        },
    )


def _insert(
    workspace: Workspace,
    name: str,
    strategy: Strategy,
    agent: VoiceAgent,
    accounts: Sequence[Account],
    selection: Selection,
) -> Campaign:
    now, who = clock.now(), context.actor()
    currencies = {account.currency for account in accounts}
    if len(currencies) > 1:
        raise InvalidRequest("A campaign holds accounts of one currency; these have " + ", ".join(sorted(currencies)))
    return Campaign.objects.create(
        workspace=workspace,
        name=name or f"{strategy.name} {now:%B %-d}",
        strategy=strategy.dump(),
        selection=dict(selection.told or {"account_ids": len(accounts)}),
        agent=agent,
        accounts_enrolled=len(accounts),
        total_amount=sum((account.current_balance for account in accounts), Decimal(0)),
        currency=currencies.pop(),
        created_by_kind=who.kind,
        created_by_id=who.id,
        created_by_name=who.name,
        started_at=now,
        ends_at=now + dt.timedelta(days=strategy.ends_after_days),
    )


def _enroll(campaign: Campaign, accounts: Iterable[Account]) -> list[Enrollment]:
    enrollments = [
        Enrollment(
            workspace=campaign.workspace,
            campaign=campaign,
            account=account,
            person_id=account.person_id,
            amount=account.current_balance,
            currency=account.currency,
            enrolled_at=campaign.started_at,
            ready_at=campaign.started_at,
        )
        for account in accounts
    ]
    Enrollment.objects.bulk_create(enrollments, batch_size=1_000)
    for enrollment in enrollments:
        attribute(
            workspace=campaign.workspace,
            account_id=enrollment.account_id,
            campaign_id=campaign.id,
            enrolled_at=campaign.started_at,
        )
    return enrollments


def _strategy(key: str) -> Strategy:
    if key not in STRATEGIES:
        raise InvalidRequest("This strategy isn't known.", details=[{"field": "strategy", "message": "Not known."}])
    return STRATEGIES[key]
