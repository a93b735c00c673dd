"""What a call learned, recorded through the rooms that own it, before the next word is spoken."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from campaigns.dialogue.acts import day, money
from campaigns.dialogue.turn import Fact
from campaigns.models import Call
from campaigns.services.briefs import local_today
from compliance import services as compliance
from payments.services import make_promise

REASONS = {"dispute_not_mine": "not_my_debt", "dispute_wrong_amount": "wrong_amount"}

# Why a person must call back, as staff read it.
CALL_BACK_WHY = {
    "crisis": "In distress: follow up first.",
    "inconvenient time, place or medium": "Named hours, a place or another way of contact: record it.",
    "not understood": "The AI did not understand.",
    "person": "Asked for a person.",
    "spanish": "Prefers Spanish.",
}

Recorder = Callable[[Call, Fact, str], str]


def apply(call: Call, found: Iterable[Fact], *, words: str) -> list[dict[str, Any]]:
    """Record each fact in the caller's transaction; what was recorded, in plain words, for the transcript.

    ``words`` are the consumer's own, kept with a dispute; empty when they may not be kept.
    """
    return [{"kind": fact.kind, "text": RECORDERS[fact.kind](call, fact, words)} for fact in found]


def _verified(call: Call, fact: Fact, words: str) -> str:
    return "Right party verified by name and a code on file. The code is not kept."


def _third_party(call: Call, fact: Fact, words: str) -> str:
    return "Another person answered. Nothing was said about a debt."


def _recording_refused(call: Call, fact: Fact, words: str) -> str:
    return "Recording refused: from here on no words are kept."


def _stop(call: Call, fact: Fact, words: str) -> str:
    """A stranger can stop the number; the consumer stops calls, or everything (12 CFR 1006.14(h), 1006.6(c))."""
    scope = fact.data["scope"]
    if scope == "number":
        compliance.record_opt_out(**_about(call), scope="endpoint", endpoint_id=_number(call))
        return "Stop recorded: this number is not called again."
    compliance.record_opt_out(**_about(call), scope="medium", medium="calls")
    if scope == "calls":
        return "Stop recorded: no more calls."
    compliance.record_cease(**_about(call), written=False)
    return "Stop recorded: no more contact."


def _dispute(call: Call, fact: Fact, words: str) -> str:
    reason = str(fact.data["reason"])
    compliance.file_dispute(
        workspace=call.workspace,
        account_id=call.account_id,
        channel="phone",
        written=False,
        reasons=[REASONS.get(reason, "other")],
        statement=words,
        evidence=call.public_id,
    )
    if reason == "dispute_fraud":
        compliance.record_identity_theft(**_about(call), kind="claim")
        return "Dispute recorded, with a claim of identity theft. Collection is paused."
    if reason == "request_validation":
        return "Request for proof recorded as a dispute. Collection is paused."
    return "Dispute recorded. Collection is paused."


def _attorney(call: Call, fact: Fact, words: str) -> str:
    compliance.record_attorney(**_about(call), identity="unknown")
    return "Lawyer recorded: contact goes to the lawyer."


def _counsel_scope(call: Call, fact: Fact, words: str) -> str:
    return "The consumer says that the lawyer doesn't represent them on this account."


def _bankruptcy(call: Call, fact: Fact, words: str) -> str:
    compliance.record_bankruptcy(**_about(call), filed_on=local_today(call.workspace, call), provisional=True)
    return "Bankruptcy recorded, to be checked. Collection stops."


def _deceased(call: Call, fact: Fact, words: str) -> str:
    compliance.record_death(**_about(call))
    return "Death recorded. Collection stops."


def _wrong_number(call: Call, fact: Fact, words: str) -> str:
    compliance.mark_endpoint(
        workspace=call.workspace,
        endpoint_id=_number(call),
        kind="wrong_party",
        evidence=call.public_id,
        account_id=call.account_id,
    )
    return "Wrong number recorded: it is not called again."


def _not_at_work(call: Call, fact: Fact, words: str) -> str:
    compliance.mark_person(**_about(call), kind="inconvenient_place", place="work")
    compliance.mark_endpoint(
        workspace=call.workspace,
        endpoint_id=_number(call),
        kind="work_prohibited",
        evidence=call.public_id,
        account_id=call.account_id,
    )
    return "Recorded: no calls at work."


def _at_work(call: Call, fact: Fact, words: str) -> str:
    """The employer forbids nothing, so the number stays; what is tied to the place of work is left alone (PLACE-01)."""
    compliance.mark_person(**_about(call), kind="inconvenient_place", place="work")
    return "Recorded: work is an inconvenient place."


def _call_later(call: Call, fact: Fact, words: str) -> str:
    """Days and hours that the person called inconvenient, for every medium but mail (TIME-02, 12 CFR 1006.6(b)(1))."""
    first, last = fact.data["first_day"], fact.data["last_day"]
    compliance.record_window(**_about(call), kind="block", first_day=first, last_day=last)
    told = f"no contact on {day(first)}" if first == last else f"no contact until {day(last)}"
    if from_time := fact.data.get("from_time"):
        then = last + dt.timedelta(days=1)
        compliance.record_window(**_about(call), kind="block", first_day=then, last_day=then, end=from_time)
        told += f", nor before {from_time} on {day(then)}"
    return f"Recorded: {told}."


def _human_requested(call: Call, fact: Fact, words: str) -> str:
    reason = CALL_BACK_WHY[str(fact.data["words"])]
    compliance.place_hold(**_about(call), kind="human_requested", reason=reason)
    return "A person is wanted: no AI call until a person has called."


def _crisis(call: Call, fact: Fact, words: str) -> str:
    compliance.place_hold(**_about(call), kind="manual", reason="crisis: a person must follow up")
    return "Distress recorded: all collection is on hold until a person has followed up."


def _promise(call: Call, fact: Fact, words: str) -> str:
    amount, due_on = fact.data["amount"], fact.data["due_on"]
    make_promise(
        workspace=call.workspace,
        account_id=call.account_id,
        amount=amount,
        due_on=due_on,
        source_id=call.id,
    )
    return f"Promise recorded: {money(amount, call.account.currency)} by {day(due_on)}."


def _number(call: Call) -> UUID:
    """The number that was dialled: the gate's choice at the reservation."""
    attempt = call.attempt
    assert attempt is not None, "an open call has its attempt"
    number: UUID | None = attempt.endpoint_id
    assert number is not None, "a call has a number"
    return number


def _about(call: Call) -> dict[str, Any]:
    return {
        "workspace": call.workspace,
        "person_id": call.person_id,
        "account_id": call.account_id,
        "evidence": call.public_id,
    }


RECORDERS: dict[str, Recorder] = {
    "right_party_verified": _verified,
    "third_party": _third_party,
    "recording_refused": _recording_refused,
    "stop": _stop,
    "dispute": _dispute,
    "attorney": _attorney,
    "counsel_scope": _counsel_scope,
    "bankruptcy": _bankruptcy,
    "deceased": _deceased,
    "wrong_number": _wrong_number,
    "not_at_work": _not_at_work,
    "at_work": _at_work,
    "call_later": _call_later,
    "human_requested": _human_requested,
    "crisis": _crisis,
    "promise": _promise,
}
