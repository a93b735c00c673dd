"""The one gate: whether a contact may happen, asked of rows.

``decide`` answers for many intents and stores nothing. ``reserve`` takes the slot: under a lock of entity and person it
evaluates, stores the decision and inserts the attempt, which counts from then on. A denial is a value.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.selectors import get_account, get_endpoint
from audit.services import record
from compliance import events, facts_schema, packs, rules
from compliance.intents import ContactIntent
from compliance.models import AttemptDebt, ContactAttempt, GateDecision
from compliance.naming import Naming
from compliance.rules import Decision, Outcome
from compliance.rules.view import View
from compliance.sheets import COMMON, OPTIONS, Sheet, load_sheets
from compliance.vocabulary import ENDPOINT_KIND_OF_CHANNEL, Channel
from credira.core import clock, context, json
from credira.core.ids import uuid7
from credira.tenancy.models import Workspace

__all__ = [
    "ContactIntent",
    "Decision",
    "Denial",
    "Judgement",
    "Outcome",
    "decide",
    "judge",
    "judge_one",
    "refuse",
    "reserve",
]

# Which of several allowed endpoints is used: what the consumer gave us, then what the creditor had.
SOURCES = ("consumer_provided", "creditor_provided")
NUMBER_TYPES = ("mobile", "landline", "voip")
OUTCOMES = (Outcome.ALLOW, Outcome.DEFER, Outcome.REVIEW, Outcome.DENY)
NO_ENDPOINT = "none"


@dataclass(frozen=True)
class Judgement:
    """An intent with the endpoint that the gate chose, the sheet it read and what it said (ids as callers see them)."""

    intent: ContactIntent
    sheet: Sheet
    decision: Decision

    @property
    def allowed(self) -> bool:
        return self.decision.outcome == Outcome.ALLOW

    @cached_property
    def facts_hash(self) -> str:
        """SHA-256 of the sheet in canonical order: the same facts give the same hash."""
        sheet = {"intent": self.sheet.intent, "facts": self.sheet.facts}
        return hashlib.sha256(json.dumps(sheet, sort_keys=True)).hexdigest()


@dataclass(frozen=True, slots=True)
class Denial:
    """The gate said no, not now, or ask a person; ``reasons`` are its reasons as the API shows them."""

    outcome: str
    reasons: list[dict[str, Any]]
    next_allowed_at: dt.datetime | None
    obligations: list[str]
    decision_id: UUID
    endpoint_id: UUID | None

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(str(reason["code"]) for reason in self.reasons)


def decide(
    workspace: Workspace,
    intents: Sequence[ContactIntent],
    at: dt.datetime | None = None,
    *,
    noticed: Mapping[UUID, dt.date] | None = None,
) -> list[Decision]:
    """What the gate says to each intent at ``at`` (default: now), with the facts known then. Nothing is stored.

    ``noticed`` asks what it would say if the validation notices of these accounts had been sent on these days.
    """
    return [judgement.decision for judgement in judge(workspace, intents, at, noticed=noticed)]


def judge(
    workspace: Workspace,
    intents: Sequence[ContactIntent],
    at: dt.datetime | None = None,
    *,
    without: UUID | None = None,
    noticed: Mapping[UUID, dt.date] | None = None,
) -> list[Judgement]:
    """``decide``, with what was read and which endpoint was chosen. ``without`` leaves one attempt out."""
    at = at or clock.now()
    sheets = load_sheets(workspace, intents, at, without=without, noticed=noticed)
    common = rules.parse_shared({name: sheets[0].facts[name] for name in COMMON}) if sheets else {}
    parsed: dict[int, rules.FactSheet] = {}
    judgements = []
    for intent, sheet in zip(intents, sheets, strict=True):
        if id(sheet.facts) not in parsed:
            parsed[id(sheet.facts)] = rules.parse_facts({**sheet.facts, **common})
        facts = parsed[id(sheet.facts)]
        judgements.append(_best(_with_endpoint(intent, sheet), facts, at))
    return judgements


def judge_one(workspace: Workspace, intent: ContactIntent, at: dt.datetime | None = None) -> Judgement:
    """``judge`` for an intent that somebody else put together, which must make sense before an answer means anything.

    Raises ``InvalidRequest`` for one that the fact sheet's schema refuses, such as a call to furnish: no rule looks for
    what can't be, and would let it pass.
    """
    judgement = judge(workspace, [intent], at)[0]
    facts_schema.require_valid_intent(plain(judgement.sheet.intent))
    return judgement


def reserve(*, workspace: Workspace, intent: ContactIntent) -> ContactAttempt | Denial:
    """Take the slot for one contact, or say why not. Call it bound; the lock lasts until the transaction ends.

    The decision is stored either way. The attempt holds no lease yet: ``compliance.dispatch`` claims it. Raises
    ``InvalidRequest`` for an intent that makes no sense (``judge_one``).
    """
    _lock(workspace, intent)
    at = clock.now()
    judgement = judge_one(workspace, intent, at)
    decision = store_decision(workspace, judgement, GateDecision.Stage.RESERVE, at)
    if not judgement.allowed:
        return denied(workspace, judgement, decision)
    attempt = _insert(workspace, judgement, decision, at)
    record(
        workspace,
        type=events.ATTEMPT_RESERVED,
        object=attempt,
        account_id=intent.account_ids[0],
        data={"channel": attempt.channel, "purpose": attempt.purpose, "decision_id": decision.public_id},
    )
    return attempt


def refuse(*, workspace: Workspace, intent: ContactIntent, at: dt.datetime | None = None) -> Denial | None:
    """Ask for a request (POST /v1/calls) that means to act at ``at`` (default: now). Reserves nothing.

    None when it may go on; a refusal is stored as evidence. Raises ``InvalidRequest`` as ``reserve`` does.
    """
    moment = at or clock.now()
    judgement = judge_one(workspace, intent, moment)
    if judgement.allowed:
        return None
    return denied(workspace, judgement, store_decision(workspace, judgement, GateDecision.Stage.REQUEST, moment))


def store_decision(workspace: Workspace, judgement: Judgement, stage: str, at: dt.datetime) -> GateDecision:
    """Keep one answer of the gate with the hash of the facts it read."""
    sheet, decision = judgement.sheet, judgement.decision
    answer = decision.as_dict()
    return GateDecision.objects.create(
        workspace=workspace,
        stage=stage,
        entity_id=sheet.entity_id,
        person_id=sheet.person_id,
        debts=list(judgement.intent.account_ids),
        endpoint_id=judgement.intent.endpoint_id,
        intent=plain(sheet.intent),
        outcome=answer["outcome"],
        reasons=answer["reasons"],
        obligations=answer["obligations"],
        relied_on=answer["relied_on"],
        zones=answer["zones"],
        next_allowed_at=decision.next_allowed_at,
        rule_pack=decision.rule_pack,
        facts_hash=judgement.facts_hash,
        evaluated_at=at,
    )


def plain(value: Any) -> Any:
    """The value as a JSON column takes it: dates as text, exact numbers."""
    return json.loads(json.dumps(value))


def denied(workspace: Workspace, judgement: Judgement, decision: GateDecision) -> Denial:
    """Record the refusal beside its stored decision, and give it as the value that a caller acts on."""
    refusal = Denial(
        outcome=decision.outcome,
        reasons=decision.reasons,
        next_allowed_at=decision.next_allowed_at,
        obligations=decision.obligations,
        decision_id=decision.id,
        endpoint_id=judgement.intent.endpoint_id,
    )
    record(
        workspace,
        type=events.ATTEMPT_REFUSED,
        object=decision,
        account_id=judgement.intent.account_ids[0],
        data={
            "channel": judgement.intent.channel,
            "purpose": judgement.intent.purpose,
            "outcome": refusal.outcome,
            "codes": sorted(refusal.codes),
        },
    )
    return refusal


def _best(candidates: Iterable[tuple[ContactIntent, Sheet]], facts: rules.FactSheet, at: dt.datetime) -> Judgement:
    """The first candidate that is allowed; else the mildest answer, then the earliest, then the fewest reasons."""
    tried = []
    for candidate in candidates:
        judgement = _evaluate(candidate, facts, at)
        if judgement.allowed:
            return judgement
        tried.append(judgement)
    return min(tried, key=_preference)


def _evaluate(candidate: tuple[ContactIntent, Sheet], facts: rules.FactSheet, at: dt.datetime) -> Judgement:
    intent, sheet = candidate
    decision = rules.evaluate(rules.parse_intent(sheet.intent), facts, packs.load(), at)
    return Judgement(intent=intent, sheet=sheet, decision=Naming(sheet.facts).told(decision))


def _with_endpoint(intent: ContactIntent, sheet: Sheet) -> Iterator[tuple[ContactIntent, Sheet]]:
    """The intent once for each endpoint that it may use; an id that the facts lack when the person has none."""
    kind = ENDPOINT_KIND_OF_CHANNEL.get(Channel(intent.channel))
    if intent.endpoint_id is not None or kind is None or intent.initiator == "them":
        yield intent, sheet
        return
    person = sheet.intent["person_id"]
    usable = [each for each in sheet.facts["endpoints"] if each["kind"] == kind and each["person_id"] == person]
    if not usable:
        yield intent, replace(sheet, intent={**sheet.intent, "endpoint_id": NO_ENDPOINT})
    for endpoint in sorted(usable, key=_by_source):
        named = {**sheet.intent, "endpoint_id": endpoint["id"]}
        yield replace(intent, endpoint_id=UUID(endpoint["id"])), replace(sheet, intent=named)


def _by_source(endpoint: dict[str, Any]) -> tuple[int, int, bool, str]:
    """Best first; the newest (UUIDv7) last among equals, so that an address once used stays in use."""
    source, number_type = endpoint.get("source", ""), endpoint.get("number_type", "")
    return (
        SOURCES.index(source) if source in SOURCES else len(SOURCES),
        NUMBER_TYPES.index(number_type) if number_type in NUMBER_TYPES else len(NUMBER_TYPES),
        endpoint.get("place") == "work",
        endpoint["id"],
    )


def _preference(judgement: Judgement) -> tuple[int, float, int]:
    decision = judgement.decision
    soon = decision.next_allowed_at.timestamp() if decision.next_allowed_at else 0.0
    return OUTCOMES.index(decision.outcome), soon, len(decision.reasons)


def _lock(workspace: Workspace, intent: ContactIntent) -> None:
    """One reservation at a time for an entity and a person; others wait until this transaction ends."""
    account = get_account(workspace, intent.account_ids[0])
    entity_id, person_id = account.entity_id, intent.person_id or account.person_id
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"gate:{workspace.pk}:{entity_id}:{person_id}"]
        )


def _insert(workspace: Workspace, judgement: Judgement, decision: GateDecision, at: dt.datetime) -> ContactAttempt:
    intent, sheet = judgement.intent, judgement.sheet
    who = context.actor()
    endpoint: dict[str, Any] = next((e for e in sheet.facts["endpoints"] if e["id"] == str(intent.endpoint_id)), {})
    attempt = ContactAttempt(
        id=uuid7(),
        workspace=workspace,
        entity_id=sheet.entity_id,
        consumer_id=sheet.consumer_id,
        person_id=sheet.person_id,
        person_role=_role(sheet),
        campaign_id=intent.campaign_id,
        actor_kind=who.kind,
        actor_id=who.id,
        agent_version=intent.agent_version,
        initiator=intent.initiator,
        channel=intent.channel,
        purpose=intent.purpose,
        voice_mode=intent.voice or "none",
        cease_exception_kind=intent.cease_exception_kind or "",
        endpoint_id=intent.endpoint_id,
        endpoint_value=_value(workspace, intent.endpoint_id),
        number_type=endpoint.get("number_type", ""),
        endpoint_source=endpoint.get("source", ""),
        reply_to_message=str((intent.reply_to or {}).get("message_id", "")),
        intent=plain(intent_options(intent)),
        reserved_at=at,
        zones=list(judgement.decision.zones),
        local_times=local_times(judgement.decision.zones, at),
        count_local_date=local_date(sheet, at),
        decision=decision,
        obligations=decision.obligations,
        relied_on=decision.relied_on,
        counts_before=[budget.as_dict() for budget in judgement.decision.budgets],
        template=intent.template,
        template_version=intent.template_version,
        content_sha256=intent.content_sha256,
    )
    attempt.save(force_insert=True)
    AttemptDebt.objects.bulk_create(
        AttemptDebt(workspace=workspace, attempt=attempt, account_id=account_id) for account_id in intent.account_ids
    )
    return attempt


def local_date(sheet: Sheet, at: dt.datetime) -> dt.date:
    """The day on which a contact at ``at`` counts: the person's own (the zone of stated location, home, number)."""
    return View(rules.parse_intent(sheet.intent), rules.parse_facts(sheet.facts), packs.load(), at).today


def local_times(zones: Sequence[str], at: dt.datetime) -> dict[str, str]:
    """The local date and time in each zone that the person may be in."""
    return {zone: at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") for zone in zones}


def _role(sheet: Sheet) -> str:
    if sheet.person_id == sheet.consumer_id:
        return "consumer"
    return str(next(each["relation"] for each in sheet.facts["persons"] if each["id"] == str(sheet.person_id)))


def _value(workspace: Workspace, endpoint_id: UUID | None) -> str:
    return "" if endpoint_id is None else get_endpoint(workspace, endpoint_id).value


def intent_options(intent: ContactIntent) -> dict[str, Any]:
    """What ``dispatch`` needs to ask the same question again."""
    given = {name: getattr(intent, name) for name in OPTIONS}
    return {
        **{name: value for name, value in given.items() if value is not None},
        "copy_to": [str(each) for each in intent.copy_to],
    }
