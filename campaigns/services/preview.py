"""Who could be contacted when, and what blocks the rest: the sequence walked ahead with the gate, nothing stored.

The walk is ``planning``'s: the same steps, the same questions, each at the time at which it would be asked. What people
do meanwhile isn't foreseen: they may pay, promise, dispute or stop, and then less happens than was told.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Account
from campaigns.models import VoiceAgent
from campaigns.services import calls
from campaigns.services.planning import NOTICE_OWED
from campaigns.strategy import STANDARD, Step, Strategy
from compliance import gate, packs
from compliance.gate import ContactIntent
from compliance.models import ValidationNotice
from credira.core import clock
from credira.tenancy.models import Workspace
from messaging.selectors import NoticePlan, notice_plans

SOON = dt.timedelta(days=7)
KINDS = ("soon", "later", "person", "never")
# From the mildest to what binds most.
SEVERITIES = ("POLICY", "STATE", "LAW")
# Codes whose second part names a fact or a rule, not an account: told apart.
NAMED = ("FACT_MISSING", "RULE_PENDING")
NO_NOTICE = "The validation notice can't be sent"


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
    """One reason, over all accounts that it holds, in words that are true of each.

    ``severity`` is the gravest among them. Until when at the earliest and the latest (None: no end known).
    """

    rule_id: str
    code: str
    severity: str
    cite: str
    message: str
    channel: str
    count: int = 0
    earliest: dt.datetime | None = None
    latest: dt.datetime | None = None

    def add(self, severity: str, retry_at: dt.datetime | None) -> None:
        self.count += 1
        self.severity = max(self.severity, severity, key=SEVERITIES.index)
        if retry_at is not None:
            self.earliest = min(self.earliest or retry_at, retry_at)
            self.latest = max(self.latest or retry_at, retry_at)


@dataclass(slots=True)
class Way:
    """One account's way ahead: what it would be asked next and when, and what came of it.

    ``contacts`` are the e-mails and calls in order; ``answers`` the gate's first answer for each channel.
    """

    account: Account
    ready_at: dt.datetime
    notice: NoticePlan | None = None
    done: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    contacts: list[tuple[dt.datetime, str]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Preview:
    """What a campaign over these accounts would do.

    ``groups``: first contacted soon (within 7 days) or later, else held for a person (REVIEW), or never. ``contacted``:
    the first e-mail or call of each account that gets one. ``days``: those by the creditor's day and by channel.
    ``by_channel``: accounts that get an e-mail, a call; ``contacts``: how many of them at most. ``first_contact_at``
    may be a notice's. ``notices_first`` go out before the sequence begins, ``notices_blocked`` don't go.
    """

    accounts: int
    amount: Decimal
    currency: str
    first_contact_at: dt.datetime | None = None
    notices_first: int = 0
    notices_blocked: int = 0
    contacted: dict[UUID, dt.datetime] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=lambda: {kind: Group() for kind in KINDS})
    days: dict[dt.date, Counter[str]] = field(default_factory=dict)
    by_channel: Counter[str] = field(default_factory=Counter)
    contacts: Counter[str] = field(default_factory=Counter)
    blockers: list[Blocker] = field(default_factory=list)


def preview(
    workspace: Workspace, accounts: Sequence[Account], agent: VoiceAgent, strategy: Strategy = STANDARD
) -> Preview:
    """Walk the sequence ahead for each account that may be enrolled now."""
    now = clock.now()
    owed = _notices_owed(workspace, strategy, accounts)
    plans = notice_plans(workspace, list(owed))
    ways, found = [], dict[tuple[str, str, str], Blocker]()
    result = Preview(
        accounts=len(accounts),
        amount=sum((account.current_balance for account in accounts), Decimal(0)),
        currency=accounts[0].currency if accounts else "USD",
    )
    for account in accounts:
        notice = owed.get(account.id)
        if notice is not None and notice.status == ValidationNotice.Status.BLOCKED:
            result.notices_blocked += 1
            result.groups["never"].add(account)
            _blame_notice(found, notice)
            continue
        # A notice without a plan was placed a moment ago: its plan is made in the next seconds.
        plan = plans.get(account.id, NoticePlan("email", now, now)) if notice is not None else None
        ways.append(Way(account, max(now, plan.sent_at) if plan else now, plan))
    _walk(workspace, strategy, agent, ways, ends_at=now + dt.timedelta(days=strategy.ends_after_days))
    for way in ways:
        _count(result, way, now, ZoneInfo(workspace.creditor.time_zone))
        _blame(found, way)
    result.blockers = sorted(found.values(), key=lambda each: -each.count)
    return result


def _notices_owed(
    workspace: Workspace, strategy: Strategy, accounts: Sequence[Account]
) -> dict[UUID, ValidationNotice]:
    """The notices for which the sequence waits, by account."""
    if strategy.steps[0].channel != "notice":
        return {}
    rows = ValidationNotice.objects.filter(
        workspace=workspace, account_id__in=[account.id for account in accounts], status__in=NOTICE_OWED
    )
    return {notice.account_id: notice for notice in rows}


def _walk(
    workspace: Workspace, strategy: Strategy, agent: VoiceAgent, ways: Sequence[Way], *, ends_at: dt.datetime
) -> None:
    zone = ZoneInfo(workspace.creditor.time_zone)
    noticed = {way.account.id: way.notice.leaves_at.astimezone(zone).date() for way in ways if way.notice is not None}
    while asked := _asked(strategy, ways, ends_at):
        for at, wanted in asked.items():
            intents = [_intent(way.account, strategy.steps[number], agent) for way, number in wanted]
            decisions = gate.decide(workspace, intents, at, noticed=noticed)
            for (way, number), decision in zip(wanted, decisions, strict=True):
                _hear(strategy, way, number, at, decision)


def _asked(strategy: Strategy, ways: Sequence[Way], ends_at: dt.datetime) -> dict[dt.datetime, list[tuple[Way, int]]]:
    """The next step of each way that has one, by the moment at which the gate is asked."""
    asked: dict[dt.datetime, list[tuple[Way, int]]] = defaultdict(list)
    for way in ways:
        number = strategy.next_step(way.done, way.skipped)
        if number is None:
            continue
        ready_at = way.ready_at + strategy.refused_days(way.done, number)
        if ready_at < ends_at:
            asked[ready_at].append((way, number))
    return asked


def _intent(account: Account, step: Step, agent: VoiceAgent) -> ContactIntent:
    if step.channel == "call":
        return calls.call_intent(account.id, agent)
    return ContactIntent(account_ids=(account.id,), channel="email", purpose="collect")


def _hear(strategy: Strategy, way: Way, number: int, at: dt.datetime, decision: gate.Decision) -> None:
    """Make the step when the gate allows it, or skip it."""
    channel = strategy.steps[number].channel
    way.answers.setdefault(channel, decision.as_dict())
    made_at = at if decision.outcome == gate.Outcome.ALLOW else decision.next_allowed_at
    if made_at is None:
        way.skipped.append(number)
        return
    way.done.append(number)
    way.contacts.append((made_at, channel))
    following = strategy.next_step(way.done, way.skipped)
    way.ready_at = made_at if following is None else strategy.earliest(following, made_at)


def _count(result: Preview, way: Way, now: dt.datetime, zone: ZoneInfo) -> None:
    times = [at for at, _ in way.contacts[:1]]
    if way.notice is not None:
        result.notices_first += 1
        times.append(max(now, way.notice.leaves_at))
    if times:
        result.first_contact_at = min([*times, *filter(None, [result.first_contact_at])])
    result.contacts.update(channel for _, channel in way.contacts)
    result.by_channel.update({channel for _, channel in way.contacts})
    if way.contacts:
        at, channel = way.contacts[0]
        result.contacted[way.account.id] = at
        result.groups["soon" if at <= now + SOON else "later"].add(way.account)
        result.days.setdefault(at.astimezone(zone).date(), Counter())[channel] += 1
        return
    needs_person = any(answer["outcome"] == "REVIEW" for answer in way.answers.values())
    result.groups["person" if needs_person else "never"].add(way.account)


def _blame(found: dict[tuple[str, str, str], Blocker], way: Way) -> None:
    for channel, answer in way.answers.items():
        reasons = {(str(reason["rule_id"]), _general(str(reason["code"]))): reason for reason in answer["reasons"]}
        for (rule_id, code), reason in reasons.items():
            blocker = found.setdefault((rule_id, code, channel), _blocker(rule_id, code, channel))
            blocker.add(str(reason["severity"]), _moment(reason.get("retry_at")))


def _blame_notice(found: dict[tuple[str, str, str], Blocker], notice: ValidationNotice) -> None:
    for code in {_general(problem["code"]) for problem in notice.problems}:
        found.setdefault(("VN-01", code, "notice"), _blocker("VN-01", code, "notice")).add("LAW", None)


def _blocker(rule_id: str, code: str, channel: str) -> Blocker:
    pack = packs.load()
    words = pack.codes.get(code.partition(":")[0], "")
    if channel == "notice":
        words = f"{NO_NOTICE}: {words[:1].lower()}{words[1:]}" if words else NO_NOTICE
    return Blocker(rule_id, code, SEVERITIES[0], pack.cite(rule_id), f"{words or pack.rules[rule_id].says}", channel)


def _general(code: str) -> str:
    """A code without the account that it names."""
    base = code.partition(":")[0]
    return code if base in NAMED else base


def _moment(value: Any) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
