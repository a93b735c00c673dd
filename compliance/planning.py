"""What may come next for an account: per channel the gate's answer, and a sentence for people."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.selectors import get_account
from compliance.gate import Judgement, judge
from compliance.intents import ContactIntent
from compliance.models import ValidationNotice
from compliance.notices import batch_at
from compliance.rules import Outcome
from compliance.selectors import find_notice
from compliance.vocabulary import Channel
from credira.core import clock
from credira.tenancy.models import Workspace

CHANNELS = (Channel.CALL, Channel.EMAIL, Channel.SMS, Channel.LETTER)
BY = {Channel.CALL: "by phone", Channel.EMAIL: "by e-mail", Channel.SMS: "by text", Channel.LETTER: "by letter"}
NOT = {
    Channel.CALL: "not called",
    Channel.EMAIL: "no e-mail",
    Channel.SMS: "no text",
    Channel.LETTER: "no letter",
}


@dataclass(frozen=True)
class ChannelPlan:
    """One channel: allowed at once, at ``allowed_at``, or not (None), with the reasons that hold it back now."""

    channel: str
    outcome: str
    allowed_at: dt.datetime | None
    local_time: str | None
    endpoint_id: UUID | None
    reasons: list[dict[str, Any]]
    zone: str = ""  # IANA name where the person is; empty when nobody knows


@dataclass(frozen=True)
class NextContact:
    """The earliest lawful contact, and why every other channel waits or is closed."""

    account_id: UUID
    channel: str | None
    at: dt.datetime | None
    local_time: str | None
    summary: str
    channels: list[ChannelPlan]


def next_contact(workspace: Workspace, account_id: UUID, purpose: str = "collect") -> NextContact:
    """Ask the gate for each channel now. A call is asked for an AI voice. Raises ``NotFound``.

    The one letter that is ever sent is a validation notice: while one waits for its batch, a letter comes then; else
    none does, though the gate may allow one.
    """
    account = get_account(workspace, account_id)
    now = clock.now()
    intents = [ContactIntent(account_ids=(account.id,), channel=channel, purpose=purpose) for channel in CHANNELS]
    letter_at = _letter_at(workspace, account.id)
    plans = [_plan(judgement, now) for judgement in judge(workspace, intents, now)]
    coming = [_posted(plan, letter_at) if plan.channel == Channel.LETTER else plan for plan in plans]
    first = min(
        (plan for plan in coming if plan.allowed_at is not None), key=lambda p: p.allowed_at or now, default=None
    )
    return NextContact(
        account_id=account.id,
        channel=first.channel if first else None,
        at=first.allowed_at if first else None,
        local_time=first.local_time if first else None,
        summary=_summary(first, plans),
        channels=plans,
    )


def _letter_at(workspace: Workspace, account_id: UUID) -> dt.datetime | None:
    """When the account's validation notice leaves by post, if that is how it goes."""
    notice = find_notice(workspace, account_id)
    if notice is None or notice.send_on is None or notice.delivery != ValidationNotice.Delivery.MAIL:
        return None
    waits = notice.status == ValidationNotice.Status.PENDING
    return max(batch_at(workspace, notice.send_on), clock.now()) if waits else None


def _posted(letter: ChannelPlan, at: dt.datetime | None) -> ChannelPlan:
    zones = (letter.zone,) if letter.zone else ()
    return replace(letter, allowed_at=at, local_time=None if at is None else _local(at, zones))


def _plan(judgement: Judgement, now: dt.datetime) -> ChannelPlan:
    decision = judgement.decision
    allowed_at = now if decision.outcome == Outcome.ALLOW else decision.next_allowed_at
    return ChannelPlan(
        channel=str(judgement.intent.channel),
        outcome=decision.outcome.value,
        allowed_at=allowed_at,
        local_time=None if allowed_at is None else _local(allowed_at, decision.zones),
        endpoint_id=judgement.intent.endpoint_id,
        reasons=[reason.as_dict() for reason in decision.reasons],
        zone=decision.zones[0] if decision.zones else "",
    )


def _local(at: dt.datetime, zones: tuple[str, ...]) -> str:
    """``Tue 24 Nov 10:05`` where the person is; in UTC, said so, when nobody knows where that is."""
    zone = zones[0] if zones else "UTC"
    text = at.astimezone(ZoneInfo(zone)).strftime("%a %-d %b %H:%M")
    return text if zones else f"{text} UTC"


def _summary(first: ChannelPlan | None, plans: list[ChannelPlan]) -> str:
    parts = ["No contact is allowed now" if first is None else f"Next contact: {first.local_time} {_by(first)}"]
    for plan in plans:
        if (first is None or plan.channel != first.channel) and plan.reasons:
            why = plan.reasons[0]
            parts.append(f"{NOT[Channel(plan.channel)]} because {_sentence(why['message'])} ({why['cite']})")
    return "; ".join(parts) + "."


def _by(plan: ChannelPlan) -> str:
    return BY[Channel(plan.channel)]


def _sentence(message: str) -> str:
    """A reason's sentence as the tail of another one."""
    text = message.rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
