"""What the portal's page of one call shows, gathered from rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.dialogue import obligations
from campaigns.dialogue.acts import DISCLOSURES
from campaigns.models import Call, CallTurn
from campaigns.selectors import turns_of
from campaigns.services.outcomes import Cost, cost_of
from compliance.models import ContactAttempt, GateDecision


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


@dataclass(frozen=True, slots=True)
class Duty:
    """What the gate asked this call to carry. ``standing``: ``said``, ``unsaid``, or nothing where no word was due."""

    obligation: str
    standing: str


@dataclass(slots=True)
class CallFigures:
    """All of one call's page."""

    call: Call
    lines: list[Line]
    disclosures: list[DisclosureLine]
    duties: list[Duty]
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
        duties=_duties(call, [each["code"] for each in disclosures]),
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


def _duties(call: Call, spoken: Sequence[str]) -> list[Duty]:
    """Said or not, once the consumer was spoken with; before that none but the first words are due."""
    unsaid = "unsaid" if call.state.get("verified") and not call.open else ""

    def standing(obligation: str) -> str:
        if obligations.kind_of(obligation) in obligations.KEPT_ELSEWHERE:
            return ""
        return unsaid if obligations.unmet([obligation], spoken) else "said"

    return [Duty(each, standing(each)) for each in call.obligations]


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
