"""The figures of the dashboard. Days are the creditor's; amounts of different currencies are never added up."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from accounts.models import Account
from compliance.models import ContactAttempt, GateDecision
from compliance.vocabulary import Channel, ConnectStatus
from credira.core import clock, formats
from credira.tenancy.models import Workspace
from payments.models import Payment, Promise
from payments.selectors import list_payments

REACHED = (
    ConnectStatus.ANSWERED_RPC,
    ConnectStatus.ANSWERED_THIRD_PARTY,
    ConnectStatus.ANSWERED_WRONG_PARTY,
    ConnectStatus.DROPPED_AFTER_ANSWER,
)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many rows, and how much in each currency."""

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, Decimal]]) -> "Sums":
        """From (currency, count, sum) of each currency, the largest first."""
        found = sorted(rows, key=lambda row: row[2], reverse=True)
        return cls(sum(count for _, count, _ in found), {currency: amount for currency, _, amount in found})

    def text(self, default_currency: str = "USD") -> str:
        """$18,432.10, or $18,432.10 and CAD 20.00."""
        if not self.amounts:
            return formats.money(Decimal(0), default_currency)
        return " and ".join(formats.money(amount, currency) for currency, amount in self.amounts.items())

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the creditor, first and last included."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @property
    def begins(self) -> dt.datetime:
        return dt.datetime.combine(self.first, dt.time(), self.zone)

    @property
    def ends(self) -> dt.datetime:
        """The first instant after it."""
        return dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), self.zone)


def today_of(workspace: Workspace) -> dt.date:
    """The creditor's date, by the workspace's clock."""
    return clock.now().astimezone(ZoneInfo(workspace.creditor.time_zone)).date()


def period(workspace: Workspace, first: dt.date, last: dt.date) -> Period:
    return Period(first, last, ZoneInfo(workspace.creditor.time_zone))


# Money


def received(workspace: Workspace, within: Period) -> Sums:
    """Payments that count as received, by the day they were paid."""
    return _sums(_payments(workspace, within), "amount")


def received_by_day(workspace: Workspace, within: Period, currency: str) -> dict[dt.date, Decimal]:
    """Receipts in one currency, for the days that have any."""
    rows = _payments(workspace, within).filter(currency=currency)
    return dict(rows.values_list("paid_on").annotate(total=Sum("amount")).order_by("paid_on"))


def promises_due(workspace: Workspace, within: Period) -> Sums:
    """Promises whose day lies within the period, whatever became of them."""
    return _sums(Promise.objects.filter(workspace=workspace, due_on__range=(within.first, within.last)), "amount")


def promises_decided(workspace: Workspace, within: Period, status: str) -> Sums:
    """Promises that were found kept, or broken, within the period."""
    decided = Promise.objects.filter(workspace=workspace, status=status)
    return _sums(decided.filter(decided_at__gte=within.begins, decided_at__lt=within.ends), "amount")


def _payments(workspace: Workspace, within: Period) -> QuerySet[Payment]:
    paid = list_payments(workspace).filter(status=Payment.Status.SUCCEEDED)
    return paid.filter(paid_on__range=(within.first, within.last))


def _sums(rows: "QuerySet[Any]", amount: str) -> Sums:
    by_currency = rows.values("currency").annotate(number=Count("id"), total=Sum(amount)).order_by()
    return Sums.of((row["currency"], row["number"], row["total"]) for row in by_currency)


# Contacts


@dataclass(frozen=True, slots=True)
class Contacts:
    """From attempt to right party within a period."""

    calls: int
    emails: int
    letters: int
    reached: int
    right_party: int

    @property
    def attempts(self) -> int:
        return self.calls + self.emails + self.letters


def contacts(workspace: Workspace, within: Period) -> Contacts:
    """Attempts that went out, how many of them reached a person, and how many the right one."""
    sent = ContactAttempt.objects.filter(
        workspace=workspace, direction="outbound", dispatched_at__gte=within.begins, dispatched_at__lt=within.ends
    )
    counts = sent.aggregate(
        calls=Count("id", filter=Q(channel__in=[Channel.CALL, Channel.VOICEMAIL])),
        emails=Count("id", filter=Q(channel=Channel.EMAIL)),
        letters=Count("id", filter=Q(channel=Channel.LETTER)),
        reached=Count("id", filter=Q(connect_status__in=REACHED)),
        right_party=Count("id", filter=Q(connect_status=ConnectStatus.ANSWERED_RPC)),
    )
    return Contacts(**counts)


def promises_made(workspace: Workspace, within: Period) -> int:
    """Promises that were made within the period."""
    made = Promise.objects.filter(workspace=workspace, made_at__gte=within.begins, made_at__lt=within.ends)
    return made.count()


# Inventory


@dataclass(frozen=True, slots=True)
class Shelf:
    """The accounts of one status in one currency; `share` is that of the currency's whole balance, in percent."""

    status: str
    currency: str
    count: int
    balance: Decimal
    share: Decimal

    @property
    def spoken(self) -> str:
        """The share as a screen reader says it."""
        return f"{self.share:.1f} percent of the balance"


def inventory(workspace: Workspace) -> list[Shelf]:
    """Accounts by status, in the order of their life."""
    rows = list(
        Account.objects.filter(workspace=workspace)
        .values("status", "currency")
        .annotate(number=Count("id"), balance=Sum("current_balance"))
        .order_by()
    )
    whole: dict[str, Decimal] = {}
    for row in rows:
        whole[row["currency"]] = whole.get(row["currency"], Decimal(0)) + row["balance"]
    order = list(Account.Status.values)
    rows.sort(key=lambda row: (row["currency"], order.index(row["status"])))
    return [
        Shelf(
            row["status"],
            row["currency"],
            row["number"],
            row["balance"],
            _share(row["balance"], whole[row["currency"]]),
        )
        for row in rows
    ]


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part * 100 / whole if whole else Decimal(0)


# The gate


@dataclass(frozen=True, slots=True)
class Reason:
    """Why contacts waited or were refused, and how often."""

    code: str
    severity: str
    citation: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class GateDay:
    """What the gate answered to attempts within a period."""

    allowed: int
    deferred: int
    denied: int
    reviewed: int
    reasons: list[Reason]

    @property
    def asked(self) -> int:
        return self.allowed + self.deferred + self.denied + self.reviewed


REASONS_SHOWN = 5
REASONS_SQL = """
    SELECT reason ->> 'code', min(reason ->> 'severity'), min(reason ->> 'cite'), min(reason ->> 'message'), count(*)
    FROM compliance_gatedecision AS decision, jsonb_array_elements(decision.reasons) AS reason
    WHERE decision.workspace_id = %s AND decision.evaluated_at >= %s AND decision.evaluated_at < %s
      AND decision.outcome <> 'ALLOW'
    GROUP BY 1 ORDER BY 5 DESC, 1 LIMIT %s
"""


def gate(workspace: Workspace, within: Period) -> GateDay:
    """Decisions of the period by outcome, and the most frequent reasons of those that held a contact back."""
    decisions = GateDecision.objects.filter(
        workspace=workspace, evaluated_at__gte=within.begins, evaluated_at__lt=within.ends
    )
    counts = dict(decisions.values_list("outcome").annotate(number=Count("id")).order_by())
    with connection.cursor() as cursor:
        cursor.execute(REASONS_SQL, [workspace.pk, within.begins, within.ends, REASONS_SHOWN])
        reasons = [Reason(*row) for row in cursor.fetchall()]
    return GateDay(
        counts.get("ALLOW", 0), counts.get("DEFER", 0), counts.get("DENY", 0), counts.get("REVIEW", 0), reasons
    )
