"""What the portal's pages of this room show, gathered from rows."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from accounts.models import Account, Person
from audit.models import Event
from audit.selectors import list_events, with_data
from campaigns.dialogue.acts import DISCLOSURES
from campaigns.models import Call, CallTurn, Campaign, Enrollment
from campaigns.selectors import collected_by, collected_of, enrollments_of, progress_of, turns_of
from campaigns.services.campaigns import recovery_rate
from campaigns.services.outcomes import Cost, cost_of
from campaigns.strategy import Strategy
from compliance.models import ContactAttempt, GateDecision
from credira.core.formats import money
from credira.core.ids import public_id
from credira.tenancy.models import Workspace

CHANNEL_ICONS = {"call": "phone", "email": "mail", "letter": "file-text", "notice": "file-text"}
WAITING_TEXTS = {
    "notice": "Waits for the validation notice",
    "promise": "Waits for the promise",
    "fact": "Not allowed now; asked again when a fact changes",
    "pause": "Paused",
}
ENDED_TEXTS = {
    "paid": "Paid",
    "stopped": "Stopped",
    "disputed": "Disputed",
    "closed": "Closed",
    "steps_done": "Ended without result",
    "campaign_ended": "Campaign ended",
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
class Moment:
    """A line of a timeline: icon, kind (ok, stop, wait, or empty), text, where it leads, a second line."""

    icon: str
    kind: str
    text: str
    at: dt.datetime
    url: str = ""
    note: str = ""


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


def timeline_of(campaign: Campaign, size: int) -> list[Moment]:
    """The newest moments of a campaign's accounts since it began."""
    found = with_data(campaign.workspace, timeline_events(campaign, size))
    names = _names(campaign.workspace, [event.account_id for event in found if event.account_id])
    return [_moment(campaign.workspace, event, names) for event in found]


def timeline_events(campaign: Campaign, size: int) -> list[Event]:
    """The events behind those moments."""
    accounts = enrollments_of(campaign).values("account_id")
    events = list_events(campaign.workspace).filter(
        account_id__in=accounts, type__in=list(MOMENTS), recorded_at__gte=campaign.started_at
    )
    if campaign.ended_at is not None:
        events = events.filter(recorded_at__lte=campaign.ended_at)
    return list(events[:size])


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


# -- one call ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript: ``kind`` agent, consumer or event; ``sentences``: (disclosure's label, words)."""

    kind: str
    at_ms: int
    who: str
    text: str = ""
    sentences: Sequence[tuple[str, str]] = ()
    side: str = ""

    @property
    def clock(self) -> str:
        return clock_text(self.at_ms)


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """A disclosure that was spoken."""

    label: str
    rules: str
    version: str
    at_ms: int

    @property
    def clock(self) -> str:
        return clock_text(self.at_ms)


@dataclass(slots=True)
class CallFigures:
    """All of one call's page."""

    call: Call
    lines: list[Line]
    disclosures: list[DisclosureLine]
    facts: list[str]
    cost: Cost
    decisions: list[GateDecision]
    attempt: ContactAttempt | None
    verified: bool
    flagged: bool


def call_figures(call: Call) -> CallFigures:
    """One call with everything about it."""
    turns = turns_of(call)
    spoken = [turn for turn in turns if turn.speaker == CallTurn.Speaker.AGENT]
    disclosures = [each for turn in spoken for each in turn.disclosures]
    facts = [fact["text"] for turn in spoken for fact in turn.facts]
    return CallFigures(
        call=call,
        lines=_lines(call, turns),
        disclosures=[_disclosure(each) for each in disclosures],
        facts=facts,
        cost=cost_of(call.duration_s or 0),
        decisions=_decisions(call),
        attempt=call.attempt,
        verified=bool(call.state.get("verified")),
        flagged=any(turn.violations for turn in spoken),
    )


def clock_text(ms: int) -> str:
    """ "1:13": minutes and seconds since the answer."""
    return f"{ms // 60_000}:{ms // 1_000 % 60:02d}"


def _lines(call: Call, turns: Sequence[CallTurn]) -> list[Line]:
    lines: list[Line] = []
    if call.answered_at is not None:
        by = {"human": "a person", "machine": "a mailbox", "fax": "a fax machine"}.get(call.answered_by, "somebody")
        lines.append(Line("event", 0, "System", f"Answered by {by}. Gate asked again at dial time: allowed."))
    who = f"{call.agent_label.rsplit(' v', 1)[0]} (AI)"
    for turn in turns:
        if turn.speaker == CallTurn.Speaker.CONSUMER:
            lines.append(_consumer(turn))
            continue
        lines += [Line("event", turn.offset_ms, "System", fact["text"]) for fact in turn.facts]
        if turn.sentences:
            sentences = [(_label(each["disclosure"]), each["text"] or f"[{each['act']}]") for each in turn.sentences]
            side = "Guard stopped it" if turn.violations else f"{turn.standing}; guard passed"
            lines.append(Line("agent", turn.offset_ms, who, sentences=sentences, side=side))
    if call.ended_at is not None and turns:
        ended = {"agent": "the agent", "consumer": "the consumer"}.get(call.ended_by, "the carrier")
        lines.append(Line("event", (call.duration_s or 0) * 1000, "System", f"Ended by {ended}."))
    return lines


def _consumer(turn: CallTurn) -> Line:
    understood = ", ".join(intent.replace("_", " ") for intent in turn.intents)
    if turn.confidence is not None and understood:
        understood += f"; heard {turn.confidence:.0%}"
    text = turn.text or ("Keyed in a digit." if turn.keyed else "[silence]" if not turn.intents else "[not kept]")
    return Line("consumer", turn.offset_ms, "Consumer", text, side=understood)


def _label(code: str) -> str:
    return DISCLOSURES[code].label if code else ""


def _disclosure(raw: Mapping[str, Any]) -> DisclosureLine:
    known = DISCLOSURES[raw["code"]]
    return DisclosureLine(known.label, known.rules, raw["text_version"], raw["at_ms"])


def _decisions(call: Call) -> list[GateDecision]:
    if call.attempt is None or call.attempt.decision_id is None:
        return []
    return list(GateDecision.objects.filter(workspace_id=call.workspace_id, id=call.attempt.decision_id))


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
        FunnelStep("Attempted", attempted, f"{len(rows) - attempted} not yet"),
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


def _names(workspace: Workspace, accounts: Iterable[UUID]) -> dict[UUID, str]:
    people = dict(Account.objects.filter(workspace=workspace, id__in=set(accounts)).values_list("id", "person_id"))
    names = {person.id: person.name for person in Person.objects.filter(workspace=workspace, id__in=people.values())}
    return {account: names.get(person, "") for account, person in people.items()}


# What a timeline says of each event: icon, kind, text. "{name}" is the consumer, other slots are the event's data.
MOMENTS = {
    "call.started": ("phone", "", "Call to {name}"),
    "call.completed": ("phone", "ok", "Call with {name} ended"),
    "call.failed": ("phone-off", "stop", "Call to {name} could not be placed"),
    "call.blocked": ("phone-off", "stop", "Call to {name} not allowed"),
    "call.deferred": ("clock", "wait", "Call to {name} moved"),
    "email.sent": ("mail", "", "E-mail sent to {name}"),
    "email.opened": ("mail-opened", "", "E-mail opened by {name}"),
    "email.bounced": ("mail-off", "stop", "E-mail to {name} bounced"),
    "email.blocked": ("mail-off", "stop", "E-mail to {name} not allowed"),
    "notice.sent": ("file-text", "", "Validation notice sent to {name}"),
    "promise.made": ("heart-handshake", "ok", "{name} promised {amount}"),
    "promise.kept": ("circle-check", "ok", "{name} kept a promise"),
    "promise.broken": ("circle-x", "stop", "{name} broke a promise"),
    "payment.received": ("cash", "ok", "{amount_collected} received from {name}"),
    "dispute.filed": ("message-report", "stop", "{name} disputes the debt"),
    "consumer.opted_out": ("ban", "stop", "{name} asked not to be contacted this way"),
    "cease.recorded": ("ban", "stop", "{name} asked us to stop"),
    "attorney.recorded": ("scale", "stop", "{name} is represented by a lawyer"),
    "bankruptcy.recorded": ("scale", "stop", "{name} spoke of a bankruptcy"),
    "death.recorded": ("user", "stop", "We were told that {name} died"),
    "campaign.step_skipped": ("player-skip-forward", "wait", "A step for {name} was skipped"),
    "enrollment.ended": ("flag", "", "{name} left the campaign"),
}


def _moment(workspace: Workspace, event: Event, names: Mapping[UUID, str]) -> Moment:
    icon, kind, text = MOMENTS[event.type]
    data = event.data
    slots = {"name": names.get(event.account_id, "a consumer") if event.account_id else "a consumer"}
    for key in ("amount", "amount_collected"):
        if data.get(key) is not None:
            slots[key] = money(Decimal(data[key]), data.get("currency") or "USD")
    base = f"/w/{workspace.slug}"
    url = ""
    if event.object_prefix == "call" and event.object_id:
        url = f"{base}/calls/{public_id('call', event.object_id)}"
    elif event.account_id:
        url = f"{base}/accounts/{public_id('acct', event.account_id)}"
    return Moment(icon, kind, text.format_map(_Gaps(slots)), event.recorded_at, url, _note(event))


def _note(event: Event) -> str:
    data = event.data
    if event.type == "call.completed":
        return str(data.get("summary") or "")
    if event.type in ("call.blocked", "email.blocked"):
        reasons = data.get("reasons") or []
        return str(reasons[0]["message"]) if reasons else ""
    if event.type == "campaign.step_skipped":
        return ", ".join(data.get("codes", ()))
    if event.type == "enrollment.ended":
        return ENDED_TEXTS.get(str(data.get("ended_as")), "")
    return ""


class _Gaps(dict[str, str]):
    """A slot that an event doesn't fill is left out, not an error."""

    def __missing__(self, key: str) -> str:
        return ""
