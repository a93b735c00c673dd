"""Who could be contacted when, and what blocks the rest: asked of the gate, nothing stored."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import Account
from campaigns.models import VoiceAgent
from campaigns.services import calls
from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import ValidationNotice
from credira.core import clock
from credira.tenancy.models import Workspace

SOON = dt.timedelta(days=7)
KINDS = ("soon", "later", "person", "never")


@dataclass(slots=True)
class Group:
    """Accounts that stand alike: how many and how much they owe."""

    count: int = 0
    amount: Decimal = Decimal(0)

    def add(self, account: Account) -> None:
        self.count += 1
        self.amount += account.current_balance


@dataclass(slots=True)
class Blocker:
    """One reason, over all accounts that it holds: until when at the earliest and the latest (None: no end known)."""

    rule_id: str
    code: str
    severity: str
    cite: str
    message: str
    channel: str
    count: int = 0
    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None

    def add(self, retry_at: dt.datetime | None) -> None:
        self.count += 1
        if retry_at is not None:
            self.earliest = min(self.earliest or retry_at, retry_at)
            self.latest = max(self.latest or retry_at, retry_at)


@dataclass(slots=True)
class Preview:
    """``groups``: soon (within 7 days), later, person (REVIEW), never (DENY on every channel). ``days``: first contacts
    by day and channel. ``by_channel``: accounts that a channel is open to, now or later."""

    accounts: int
    amount: Decimal
    currency: str
    first_contact_at: dt.datetime | None = None
    notices_first: int = 0
    groups: dict[str, Group] = field(default_factory=lambda: {kind: Group() for kind in KINDS})
    days: dict[dt.date, Counter[str]] = field(default_factory=dict)
    by_channel: Counter[str] = field(default_factory=Counter)
    blockers: list[Blocker] = field(default_factory=list)


def preview(workspace: Workspace, accounts: Sequence[Account], agent: VoiceAgent) -> Preview:
    """Ask the gate for an e-mail and an AI call to each account, now."""
    result = Preview(
        accounts=len(accounts),
        amount=sum((account.current_balance for account in accounts), Decimal(0)),
        currency=accounts[0].currency if accounts else "USD",
        notices_first=_notices_first(workspace, accounts),
    )
    emails = [ContactIntent(account_ids=(account.id,), channel="email", purpose="collect") for account in accounts]
    voices = [calls.call_intent(account.id, agent) for account in accounts]
    answers = [each.as_dict() for each in gate.decide(workspace, [*emails, *voices])]
    found: dict[tuple[str, str], Blocker] = {}
    now = clock.now()
    for account, email, call in zip(accounts, answers[: len(accounts)], answers[len(accounts) :], strict=True):
        _count(result, account, {"email": email, "call": call}, now)
        _blame(found, {"email": email, "call": call})
    result.blockers = sorted(found.values(), key=lambda each: -each.count)
    return result


def _count(result: Preview, account: Account, answers: dict[str, dict[str, Any]], now: dt.datetime) -> None:
    times = {channel: at for channel, answer in answers.items() if (at := _when(answer, now)) is not None}
    for channel in times:
        result.by_channel[channel] += 1
    if times:
        channel = min(times, key=lambda each: (times[each], each != "email"))
        at = times[channel]
        result.groups["soon" if at <= now + SOON else "later"].add(account)
        result.days.setdefault(at.date(), Counter())[channel] += 1
        result.first_contact_at = min(result.first_contact_at or at, at)
        return
    needs_person = any(answer["outcome"] == "REVIEW" for answer in answers.values())
    result.groups["person" if needs_person else "never"].add(account)


def _when(answer: dict[str, Any], now: dt.datetime) -> dt.datetime | None:
    if answer["outcome"] == "ALLOW":
        return now
    return _moment(answer["next_allowed_at"]) if answer["outcome"] == "DEFER" else None


def _blame(found: dict[tuple[str, str], Blocker], answers: dict[str, dict[str, Any]]) -> None:
    for channel, answer in answers.items():
        for code, reason in {str(reason["code"]): reason for reason in answer["reasons"]}.items():
            blocker = found.setdefault(
                (code, channel),
                Blocker(reason["rule_id"], code, str(reason["severity"]), reason["cite"], reason["message"], channel),
            )
            blocker.add(_moment(reason.get("retry_at")))


def _moment(value: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


def _notices_first(workspace: Workspace, accounts: Sequence[Account]) -> int:
    return ValidationNotice.objects.filter(
        workspace=workspace,
        account_id__in=[account.id for account in accounts],
        status__in=("pending", "blocked", "claimed"),
    ).count()
