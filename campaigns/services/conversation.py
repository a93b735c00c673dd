"""A call as the carrier tells it: statuses, the opening, each turn, the end. Everything here is safe to be told twice.

All functions run bound, in the transaction of one callback: what was heard, what was said and what was recorded are
one.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import IntegrityError, transaction

from audit.services import record
from campaigns import callbacks, events
from campaigns.callbacks import Dial
from campaigns.dialogue import acts, obligations, states
from campaigns.dialogue.turn import State, Step
from campaigns.models import Call, CallEvent, CallTurn
from campaigns.services import calls, facts, outcomes, planning
from campaigns.services.briefs import brief_for, local_today
from campaigns.services.rows import is_stale, keep_stale, lock_call, take_reference
from compliance.attempts import conclude, learn_reference
from compliance.models import ContactAttempt
from compliance.selectors import get_attempt
from credira.core import clock
from credira.core.state import move
from credira.providers.ports import telephony
from credira.providers.telephony.base import (
    AnsweredBy,
    Callback,
    CallSnapshot,
    CallState,
    Listen,
    Reply,
    Spoken,
)
from credira.tenancy.models import Workspace
from credira.work.due import unschedule
from credira.work.incidents import record_incident

RANKS = {Call.Status.DIALING: 0, Call.Status.RINGING: 1, Call.Status.IN_PROGRESS: 2}
STATUS_OF = {
    CallState.INITIATED: Call.Status.DIALING,
    CallState.RINGING: Call.Status.RINGING,
    CallState.IN_PROGRESS: Call.Status.IN_PROGRESS,
}
LISTEN_S = 6
HINTS = ("yes", "no", "stop", "$OOV_CLASS_DIGIT_SEQUENCE", "balance", "payment", "lawyer", "dispute", "wrong number")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, as the carrier says. ``at`` is the carrier's time (a frozen sandbox's calls take time, too)."""

    state: CallState
    answered_by: AnsweredBy = AnsweredBy.UNKNOWN
    duration_s: int = 0
    at: dt.datetime | None = None
    code: str = ""

    @classmethod
    def from_callback(cls, callback: Callback) -> Self:
        code = callback.error_code or callback.sip_code
        return cls(callback.state, callback.answered_by, callback.duration_s or 0, callback.at, code)

    @classmethod
    def from_snapshot(cls, snapshot: CallSnapshot | None) -> Self:
        """None: the carrier knows no such call (any more)."""
        if snapshot is None:
            return cls(CallState.FAILED, code="unknown to the carrier")
        return cls(snapshot.state, snapshot.answered_by, snapshot.duration_s or 0, snapshot.ended_at)


def hear_status(workspace: Workspace, dial: Dial, callback: Callback) -> bool:
    """One status callback, stored once; only forward moves count, whatever order they come in. False: a stale dial."""
    call = _current(workspace, dial, callback.reference)
    if call is None:
        return False
    first = not CallEvent.objects.filter(workspace=workspace, call_id=call.id, reference=callback.reference).exists()
    if not _store(call, callback):
        return True
    if first:
        _started(call)
    if callback.state.ended and call.open:
        complete(call, Ended.from_callback(callback))
    elif (status := STATUS_OF.get(callback.state)) is not None:
        _forward(call, status)
    return True


def open_call(workspace: Workspace, dial: Dial, callback: Callback) -> str | None:
    """The phone was answered: the first words, or silence into a mailbox. The carrier's markup; None: a stale dial."""
    call = _current(workspace, dial, callback.reference)
    if call is None:
        return None
    if (told := _told_before(call, 0)) is not None:
        return told
    if not call.open:
        return _hang_up(workspace)
    _forward(call, Call.Status.IN_PROGRESS)
    call.answered_by = callback.answered_by.value
    call.save(update_fields=["answered_by"])
    brief = brief_for(workspace, call, voicemail=callback.answered_by == AnsweredBy.MACHINE)
    step = states.answered(brief, callback.answered_by.value, local_today(workspace, call))
    return _speak(call, dial, step, exchange=0, start_ms=0, heard="")


def take_turn(workspace: Workspace, dial: Dial, callback: Callback, exchange: int) -> str | None:
    """What was said or keyed in answer to our last words: our next ones. None: a stale dial."""
    call = _current(workspace, dial, callback.reference)
    if call is None:
        return None
    if (told := _told_before(call, exchange)) is not None:
        return told
    last = CallTurn.objects.filter(
        workspace=workspace, call_id=call.id, speaker=CallTurn.Speaker.AGENT, exchange=exchange - 1
    ).first()
    state = State.load(call.state) if call.state else None
    if not call.open or last is None or state is None or state.at == "closed":
        return _hang_up(workspace)
    brief = brief_for(workspace, call)
    step = states.hear(brief, state, callback.speech, keyed=callback.digits, today=local_today(workspace, call))
    said = states.mask(callback.speech, state, brief)
    heard_ms = _after(call, last)
    _keep_consumer(call, callback, step, exchange, heard_ms, said)
    start_ms = _measured(call, heard_ms + acts.speaking_ms(callback.speech or callback.digits))
    return _speak(call, dial, step, exchange=exchange, start_ms=start_ms, heard=callback.speech)


def complete(call: Call, ended: Ended) -> None:
    """The call is over: its outcome, the attempt's conclusion, and the next step of its campaign."""
    state = State.load(call.state) if call.state else State()
    result = outcomes.result_of(call, state, ended.state, ended.answered_by)
    at = ended.at or clock.now()
    move(
        call,
        Call.Status.FAILED if result.failed else Call.Status.COMPLETED,
        outcome=result.outcome,
        connect_status=result.connect_status,
        summary=result.summary,
        ended_by=result.ended_by,
        ended_at=at,
        duration_s=ended.duration_s,
        cost=outcomes.cost_of(ended.duration_s).total,
        answered_by=call.answered_by or ended.answered_by.value,
        error=ended.code[:200] if result.failed else "",
    )
    unschedule(call.workspace, "campaigns.reconcile", call.id)
    _conclude(call, state, ended, result)
    record(
        call.workspace,
        type=events.CALL_FAILED if result.failed else events.CALL_COMPLETED,
        object=call,
        account_id=call.account_id,
        data={
            **calls.subject(call),
            "status": call.status,
            "outcome": outcomes.PUBLIC.get(call.outcome, call.outcome),
            "duration": call.duration_s,
            "summary": call.summary,
            "right_party": state.verified,
        },
    )
    planning.step_done(call)


# -- statuses ----------------------------------------------------------------------------------------------------------


def _current(workspace: Workspace, dial: Dial, reference: str) -> Call | None:
    """The call under its lock, if this callback is of its own dial; else the stale dial is kept and None returned."""
    call = lock_call(workspace, dial.call_id)
    attempt = get_attempt(workspace, dial.attempt_id)
    if call is None or is_stale(call, attempt, reference) or attempt.fence != dial.fence:
        keep_stale(workspace, dial.call_id, reference)
        return None
    take_reference(call, reference)
    learn_reference(attempt, reference)
    return call


def _store(call: Call, callback: Callback) -> bool:
    """False when this callback was stored before."""
    if callback.sequence is None:
        return True
    try:
        with transaction.atomic():
            CallEvent.objects.create(
                workspace_id=call.workspace_id,
                call_id=call.id,
                reference=callback.reference,
                sequence=callback.sequence,
                state=callback.state.value,
                at=callback.at or clock.now(),
                data={"duration_s": callback.duration_s, "code": callback.error_code or callback.sip_code},
            )
    except IntegrityError:
        return False
    return True


def _forward(call: Call, status: Call.Status) -> None:
    if not call.open or RANKS[status] <= RANKS[Call.Status(call.status)]:
        return
    answered: dict[str, Any] = {}
    if status == Call.Status.IN_PROGRESS:
        answered = {"answered_at": clock.now(), "answered_wall": clock.wall()}
    move(call, status, **answered)


def _started(call: Call) -> None:
    record(
        call.workspace,
        type=events.CALL_STARTED,
        object=call,
        account_id=call.account_id,
        data={**calls.subject(call), "status": "in_progress", "started_at": call.dialed_at},
    )


# -- turns -------------------------------------------------------------------------------------------------------------


def _told_before(call: Call, exchange: int) -> str | None:
    turn = CallTurn.objects.filter(
        workspace_id=call.workspace_id, call_id=call.id, speaker=CallTurn.Speaker.AGENT, exchange=exchange
    ).first()
    return turn.markup if turn else None


def _keep_consumer(call: Call, callback: Callback, step: Step, exchange: int, offset_ms: int, said: str) -> None:
    """The consumer's turn. After a wish not to be recorded no words are kept, only what was understood (REC-01)."""
    CallTurn.objects.create(
        workspace_id=call.workspace_id,
        call_id=call.id,
        exchange=exchange,
        speaker=CallTurn.Speaker.CONSUMER,
        text=said if step.state.recording else "",
        offset_ms=offset_ms,
        intents=[str(intent) for intent in step.intents],
        confidence=callback.confidence,
        keyed=bool(callback.digits) and not callback.speech,
    )


def _speak(call: Call, dial: Dial, step: Step, *, exchange: int, start_ms: int, heard: str) -> str:
    """Record the facts of the turn, keep what is said with its disclosures, and render it for the carrier."""
    recorded = facts.apply(call, step.facts, words=heard if step.state.recording else "")
    starts = acts.offsets(step.sentences, start_ms)
    reply = Reply(
        spoken=tuple(Spoken(each.text, _language(each)) for each in step.sentences),
        listen=None if step.end else _listen(dial, call, exchange + 1),
    )
    markup = telephony(call.workspace).render(reply)
    CallTurn.objects.create(
        workspace_id=call.workspace_id,
        call_id=call.id,
        exchange=exchange,
        speaker=CallTurn.Speaker.AGENT,
        text=" ".join(each.text for each in step.sentences) if step.state.recording else "",
        offset_ms=start_ms,
        sentences=[_sentence(each, keep=step.state.recording) for each in step.sentences],
        disclosures=_disclosed(step.sentences, starts),
        facts=recorded,
        violations=list(step.violations),
        standing=step.state.at,
        markup=markup,
    )
    call.state = step.state.dump()
    call.save(update_fields=["state"])
    return markup


def _sentence(sentence: acts.Sentence, *, keep: bool) -> dict[str, Any]:
    disclosure = sentence.act.disclosure
    return {
        "act": sentence.act.id,
        "version": sentence.act.version,
        "text": sentence.text if keep else "",
        "disclosure": disclosure.code if disclosure else "",
    }


def _disclosed(sentences: Sequence[acts.Sentence], starts: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {
            "code": sentence.act.disclosure.code,
            "text_version": f"{sentence.act.id} v{sentence.act.version}",
            "at_ms": start,
        }
        for sentence, start in zip(sentences, starts, strict=True)
        if sentence.act.disclosure is not None
    ]


def _listen(dial: Dial, call: Call, exchange: int) -> Listen:
    return Listen(
        action_url=callbacks.url(callbacks.token_of(dial), "turn", exchange),
        timeout_s=LISTEN_S,
        hints=HINTS,
        language=call.agent.language,
    )


def _language(sentence: acts.Sentence) -> str:
    return "es-US" if sentence.act.id == "spanish" else "en-US"


def _hang_up(workspace: Workspace) -> str:
    return telephony(workspace).render(Reply())


def _after(call: Call, last: CallTurn) -> int:
    """When the agent's last words ended, by the length of the words."""
    return last.offset_ms + sum(acts.speaking_ms(each["text"]) for each in last.sentences)


def _measured(call: Call, estimate_ms: int) -> int:
    """A live call's offsets are measured; a sandbox's calls run at the simulated carrier's pace and are estimated."""
    if not call.workspace.livemode or call.answered_wall is None:
        return estimate_ms
    return int((clock.wall() - call.answered_wall).total_seconds() * 1000)


# -- the end -----------------------------------------------------------------------------------------------------------


def _conclude(call: Call, state: State, ended: Ended, result: outcomes.Result) -> None:
    turns = CallTurn.objects.filter(workspace_id=call.workspace_id, call_id=call.id, speaker=CallTurn.Speaker.AGENT)
    disclosures = [each for turn in turns.order_by("exchange") for each in turn.disclosures]
    assert call.attempt_id is not None, "an open call has its attempt"
    if state.outcome == "guard":
        message = "The guard stopped a sentence and the call was ended; read its page."
        record_incident(call.workspace, "campaigns.guard", message, call.id)
    if state.verified:
        _hold_to_obligations(call, disclosures)
    conclude(
        workspace=call.workspace,
        attempt_id=call.attempt_id,
        connect_status=result.connect_status,
        discussed=[call.account_id] if result.discussed else [],
        message_possible=result.message_possible,
        right_party=_right_party(state),
        right_party_how="name and code on file" if state.verified else "",
        disclosures=disclosures,
        connected_at=call.answered_at,
        ended_at=call.ended_at,
        hangup_cause=ended.code,
        recording_notice_at=call.answered_at if disclosures else None,
    )


def _hold_to_obligations(call: Call, disclosures: Sequence[dict[str, Any]]) -> None:
    """The consumer was spoken with: whatever the gate asked this call to say was said, or somebody must know."""
    left = obligations.unmet(call.obligations, (each["code"] for each in disclosures))
    if left:
        record_incident(
            call.workspace,
            "campaigns.obligation_unmet",
            f"A call with the consumer ended without what it had to say: {', '.join(left)}.",
            call.id,
        )


def _right_party(state: State) -> str:
    if state.verified:
        return ContactAttempt.RightParty.VERIFIED
    failed = state.outcome in ("unverified", "third_party", "wrong_number")
    return ContactAttempt.RightParty.FAILED if failed else ContactAttempt.RightParty.UNVERIFIED
