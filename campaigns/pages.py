"""What the portal's pages of campaigns show, gathered from rows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from accounts.models import Account
from campaigns.models import Call, Campaign, Enrollment
from campaigns.selectors import collected_by, collected_of, enrollments_of, progress_of
from campaigns.services.campaigns import recovery_rate
from campaigns.strategy import Strategy
from campaigns.timeline import ENDED_TEXTS, Moment, timeline_of
from compliance.models import ContactAttempt
from credira.core.formats import money

CHANNEL_ICONS = {"call": "phone", "email": "mail", "letter": "file-text", "notice": "file-text"}
WAITING_TEXTS = {
    "notice": "Waits for the validation notice",
    "promise": "Waits for the promise",
    "fact": "Not allowed now; asked again when a fact changes",
    "pause": "Paused",
}
TIMELINE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a bar."""

    label: str
    value: float
    fill: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step of a funnel."""

    label: str
    value: int
    note: str = ""
    url: str = ""
    shown: str = ""


FILLS = ("2", "1", "3")  # e-mails, calls, letters, as Day has them


@dataclass(frozen=True, slots=True)
class Day:
    """A column of stacked days: e-mails, calls, letters, and what is planned."""

    label: str
    values: Sequence[int]
    planned: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reason that holds contacts, and how many accounts it holds."""

    code: str
    severity: str
    cite: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class SequenceLine:
    """A step of the sequence with how far the accounts are."""

    icon: str
    title: str
    after: str
    done: int
    skipped: int


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in the list."""

    campaign: Campaign
    collected: Decimal
    rate: Decimal
    ended: int
    blocked: int
    next_at: dt.datetime | None


@dataclass(slots=True)
class CampaignFigures:
    """All of one campaign's overview."""

    campaign: Campaign
    strategy: Strategy
    collected: Decimal = Decimal(0)
    rate: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    progress: dict[str, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    funnel: list[FunnelStep] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    timeline: list[Moment] = field(default_factory=list)
    sequence: list[SequenceLine] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    promises: int = 0
    calls_placed: int = 0
    in_progress: int = 0

    @property
    def with_outcome(self) -> int:
        return sum(self.progress.get(key, 0) for key in ENDED_TEXTS) + self.progress.get("waiting_promise", 0)

    @property
    def held(self) -> int:
        return sum(each.count for each in self.waiting)

    @property
    def stopped(self) -> int:
        return self.progress.get("stopped", 0)

    @property
    def disputed(self) -> int:
        return self.progress.get("disputed", 0)


def campaign_rows(campaigns: Sequence[Campaign]) -> list[CampaignRow]:
    """The list's rows, in a constant number of queries."""
    ids = [campaign.id for campaign in campaigns]
    if not ids:
        return []
    rows = Enrollment.objects.filter(workspace_id=campaigns[0].workspace_id, campaign_id__in=ids)
    collected = collected_by(campaigns[0].workspace, campaigns)
    ended = _counts(rows.filter(status=Enrollment.Status.ENDED))
    blocked = _counts(rows.filter(status=Enrollment.Status.ACTIVE, waiting_for=Enrollment.Waiting.FACT))
    planned = rows.filter(planned_at__isnull=False).order_by("-planned_at").values_list("campaign_id", "planned_at")
    next_at = dict(planned)  # the earliest comes last and stays
    return [
        CampaignRow(
            campaign,
            collected[campaign.id],
            recovery_rate(collected[campaign.id], campaign.total_amount),
            ended.get(campaign.id, 0),
            blocked.get(campaign.id, 0),
            next_at.get(campaign.id),
        )
        for campaign in campaigns
    ]


def figures_of(campaign: Campaign) -> CampaignFigures:
    """The overview of a campaign."""
    strategy = Strategy.load(campaign.strategy)
    shown = CampaignFigures(campaign, strategy)
    shown.collected = collected_of(campaign)
    shown.rate = recovery_rate(shown.collected, campaign.total_amount)
    shown.progress = progress_of(campaign)
    calls = Call.objects.filter(workspace_id=campaign.workspace_id, campaign_id=campaign.id)
    shown.cost = calls.aggregate(total=Sum("cost"))["total"] or Decimal(0)
    shown.calls_placed = calls.exclude(reference="").count()
    shown.in_progress = calls.filter(status__in=("dialing", "ringing", "in_progress")).count()
    rows = list(enrollments_of(campaign))
    shown.promises = sum(row.promised for row in rows)
    shown.parts = _parts(shown.progress)
    shown.funnel = _funnel(campaign, rows)
    shown.days = _days(campaign, rows)
    shown.sequence = _sequence(strategy, rows)
    shown.waiting = _waiting(rows)
    shown.timeline = timeline_of(campaign, TIMELINE_SIZE)
    return shown


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of a campaign: where it stands, and its next contact."""

    enrollment: Enrollment
    name: str
    reference: str
    next: str
    icon: str
    reason: Mapping[str, Any] | None

    @property
    def status(self) -> str:
        return self.enrollment.ended_as if not self.enrollment.active else "active"


def account_rows(campaign: Campaign, enrollments: Sequence[Enrollment]) -> list[AccountRow]:
    """Rows of the tab "Accounts"."""
    strategy = Strategy.load(campaign.strategy)
    accounts = {
        account.id: account
        for account in Account.objects.filter(
            workspace_id=campaign.workspace_id, id__in=[each.account_id for each in enrollments]
        ).prefetch_related("person")
    }
    return [_account_row(strategy, each, accounts[each.account_id]) for each in enrollments]


def _account_row(strategy: Strategy, enrollment: Enrollment, account: Account) -> AccountRow:
    planned = enrollment.planned_step
    if planned is not None:
        step = strategy.steps[planned]
        text, icon = step.title, CHANNEL_ICONS[step.channel]
    else:
        text = WAITING_TEXTS.get(enrollment.waiting_for, "") if enrollment.active else ""
        icon = "clock" if enrollment.active else ""
    reason = enrollment.reasons[0] if enrollment.reasons else None
    return AccountRow(enrollment, account.person.name, account.creditor_reference, text, icon, reason)


# -- a campaign's parts ------------------------------------------------------------------------------------------------


def _parts(progress: Mapping[str, int]) -> list[Part]:
    def count(*keys: str) -> int:
        return sum(progress.get(key, 0) for key in keys)

    return [
        Part("Paid", count("paid"), "ok"),
        Part("Promise open", count("waiting_promise"), "2"),
        Part("Stopped or disputed", count("stopped", "disputed"), "stop"),
        Part("Ended without result", count("steps_done", "closed", "campaign_ended"), "4"),
        Part("Being worked", count("working", "waiting_notice", "waiting_pause"), "1"),
        Part("Not allowed now", count("waiting_fact"), "wait"),
    ]


def _funnel(campaign: Campaign, rows: Sequence[Enrollment]) -> list[FunnelStep]:
    attempted = sum(bool(row.done) or row.reached for row in rows)
    reached = sum(row.reached for row in rows)
    agreed = sum(row.promised for row in rows)
    paid = sum(row.collected > 0 for row in rows)
    in_full = sum(row.ended_as == Enrollment.End.PAID for row in rows)
    return [
        FunnelStep("Enrolled", len(rows), money(campaign.total_amount, campaign.currency)),
        FunnelStep(
            "Attempted", attempted, f"{len(rows) - attempted} {'not yet' if campaign.ended_at is None else 'never'}"
        ),
        FunnelStep("Reached", reached, _share(reached, attempted, "of attempted")),
        FunnelStep("Promised", agreed, _share(agreed, reached, "of reached")),
        FunnelStep("Paid", paid, f"{in_full} in full, {paid - in_full} in part"),
    ]


def _share(part: int, whole: int, of: str) -> str:
    return f"{part / whole:.1%} {of}" if whole else f"none {of}"


def _days(campaign: Campaign, rows: Sequence[Enrollment]) -> list[Day]:
    counted: Counter[tuple[dt.date, str]] = Counter()
    attempts = ContactAttempt.objects.filter(workspace_id=campaign.workspace_id, campaign_id=campaign.id).exclude(
        status=ContactAttempt.Status.GIVEN_UP
    )
    for row in attempts.values("count_local_date", "channel").annotate(count=Count("id")).order_by():
        counted[row["count_local_date"], row["channel"]] += row["count"]
    planned = Counter(row.planned_at.date() for row in rows if row.planned_at is not None)
    dates = sorted({day for day, _ in counted} | set(planned))
    if not dates:
        return []
    span = range(min((dates[-1] - dates[0]).days, 44) + 1)
    all_days = [dates[0] + dt.timedelta(days=n) for n in span]
    return [
        Day(str(day.day), [counted[day, "email"], counted[day, "call"], counted[day, "letter"]], planned[day])
        for day in all_days
    ]


def _sequence(strategy: Strategy, rows: Sequence[Enrollment]) -> list[SequenceLine]:
    done: Counter[int] = Counter(number for row in rows for number in row.done)
    skipped: Counter[int] = Counter(number for row in rows for number in row.skipped)
    waiting = sum(row.waiting_for == Enrollment.Waiting.NOTICE for row in rows)
    lines = []
    for number, step in enumerate(strategy.steps):
        after = "First" if number == 0 else f"{step.after_days} days later" if step.after_days else "Then"
        finished = len(rows) - waiting if step.channel == "notice" else done[number]
        lines.append(SequenceLine(CHANNEL_ICONS[step.channel], step.title, after, finished, skipped[number]))
    return lines


def _waiting(rows: Iterable[Enrollment]) -> list[Waiting]:
    counts: Counter[str] = Counter()
    known: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if not row.active:
            continue
        for code, reason in {str(reason["code"]): reason for reason in row.reasons}.items():
            counts[code] += 1
            known[code] = reason
    return [
        Waiting(code, str(known[code]["severity"]), known[code]["cite"], known[code]["message"], count)
        for code, count in counts.most_common()
    ]


def _counts(rows: "QuerySet[Enrollment]") -> dict[UUID, int]:
    return dict(rows.order_by().values_list("campaign_id").annotate(Count("id")))
