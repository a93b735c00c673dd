"""What came of a call: for staff, for the frequency rules, for the bill."""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from campaigns.dialogue.acts import day, money
from campaigns.dialogue.turn import State
from campaigns.models import Call
from compliance.vocabulary import ConnectStatus
from credira.providers.telephony.base import AnsweredBy, CallState

# Our own tariff in US dollars; a live carrier's bill is reconciled apart.
CARRIER_MINUTE = Decimal("0.0140")
SPEECH_MINUTE = Decimal("0.0387")
TICK = Decimal("0.0001")

UNREACHED = {
    CallState.BUSY: ("busy", ConnectStatus.NOT_CONNECTED, "The line was busy."),
    CallState.NO_ANSWER: ("no_answer", ConnectStatus.RING_NO_ANSWER, "Nobody answered."),
    CallState.CANCELED: ("canceled", ConnectStatus.NOT_CONNECTED, "The call was canceled before an answer."),
    CallState.FAILED: ("failed", ConnectStatus.NOT_CONNECTED, "The carrier could not place the call."),
}
# The words of the public API and of events where they differ from ours.
PUBLIC = {"promise": "payment_scheduled"}
SUMMARIES = {
    "stopped": "{name} asked us to stop.",
    "attorney": "{name} is represented by a lawyer.",
    "bankruptcy": "{name} spoke of a bankruptcy.",
    "deceased": "We were told that {name} died.",
    "wrong_number": "The number isn't {name}'s.",
    "third_party": "Another person answered; nothing was said about a debt.",
    "dispute": "{name} disputes the debt.",
    "proof_wanted": "{name} wants proof of the debt in writing.",
    "human_wanted": "{name} wants to speak with a person.",
    "spanish": "{name} prefers Spanish; a person will call back.",
    "not_at_work": "{name} may not be called at work.",
    "inconvenient": "{name} named inconvenient hours or another way of contact; a person must look.",
    "crisis": "A person in distress was given the 988 line; a person must follow up.",
    "refused": "{name} refuses to pay.",
    "hardship": "{name} can't pay now.",
    "no_agreement": "No payment was agreed.",
    "nothing_due": "Nothing was asked for: what is owed is disputed or was paid.",
    "callback": "{name} can't talk now; try again another time.",
    "abusive": "The call was ended after repeated abuse.",
    "unverified": "The person could not be verified; nothing was said about a debt.",
    "silence": "Nobody spoke.",
    "voicemail": "A mailbox answered; nothing was said.",
    "voicemail_left": "A limited-content message was left.",
    "fax": "A fax machine answered.",
    "not_understood": "The agent did not understand; a person will call back.",
    "ended_by_consumer": "{name} ended the call.",
    "off_topic": "The call was ended: the talk was not about the account.",
    "too_long": "The call was ended at its longest length.",
    "guard": "The guard stopped a sentence and the call was ended; a person must look.",
    "hung_up": "The call ended before an agreement.",
}


@dataclass(frozen=True, slots=True)
class Result:
    """``discussed``: the debt was talked about. ``message_possible``: one could be left (state caps count it)."""

    outcome: str
    connect_status: ConnectStatus
    summary: str
    ended_by: str
    failed: bool = False
    discussed: bool = False
    message_possible: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost, in US dollars, by our own tariff."""

    carrier: Decimal
    speech: Decimal

    @property
    def total(self) -> Decimal:
        return self.carrier + self.speech


def result_of(call: Call, state: State, ended: CallState, answered_by: AnsweredBy) -> Result:
    """The call's result from where its dialogue stood and how the carrier says that it ended."""
    if ended in UNREACHED and not call.state:
        outcome, connect_status, summary = UNREACHED[ended]
        return Result(
            outcome, connect_status, summary, "carrier", failed=ended == CallState.FAILED, message_possible=False
        )
    if not call.state and answered_by == AnsweredBy.MACHINE:
        return Result("voicemail", ConnectStatus.VOICEMAIL_REACHED, SUMMARIES["voicemail"], "carrier")
    outcome = state.outcome or "hung_up"
    return Result(
        outcome,
        _connect_status(state, outcome),
        _summary(call, state, outcome),
        "agent" if state.outcome and state.outcome != "ended_by_consumer" else "consumer",
        discussed=state.verified,
    )


def cost_of(duration_s: int) -> Cost:
    """Started minutes of the carrier, and speech by the second."""
    minutes = (Decimal(duration_s) / 60).to_integral_value(rounding=ROUND_UP)
    speech = (SPEECH_MINUTE * duration_s / 60).quantize(TICK)
    return Cost(CARRIER_MINUTE * minutes, speech)


def _connect_status(state: State, outcome: str) -> ConnectStatus:
    if state.verified:
        return ConnectStatus.ANSWERED_RPC
    return {
        "voicemail": ConnectStatus.VOICEMAIL_REACHED,
        "voicemail_left": ConnectStatus.VOICEMAIL_LEFT,
        "wrong_number": ConnectStatus.ANSWERED_WRONG_PARTY,
        "third_party": ConnectStatus.ANSWERED_THIRD_PARTY,
    }.get(outcome, ConnectStatus.DROPPED_AFTER_ANSWER)


def _summary(call: Call, state: State, outcome: str) -> str:
    name = call.person.name
    if outcome == "promise" and state.amount is not None and state.on is not None:
        return f"{name} promises {money(state.amount, call.account.currency)} on {day(state.on)}."
    return SUMMARIES.get(outcome, SUMMARIES["hung_up"]).format(name=name)
