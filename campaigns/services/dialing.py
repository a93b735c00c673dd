"""One outbound call: claim, call, record; and asking the carrier when an answer or a callback was lost.

Nothing here dials twice: a call leaves ``queued`` by compare-and-swap with a reserved attempt, an attempt reaches the
carrier once (``compliance.dispatch``), and a lost answer is looked up, never repeated.
"""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.selectors import get_account, get_endpoint
from campaigns import callbacks
from campaigns.models import Call, Campaign
from campaigns.models.calls import OPEN
from campaigns.services import calls, conversation, planning
from campaigns.services.briefs import caller_number
from campaigns.services.rows import is_stale, keep_stale, lock_call, take_reference
from compliance import attempts, dispatch, gate
from compliance.gate import Denial
from compliance.models import ContactAttempt
from compliance.selectors import get_attempt
from credira.core import clock
from credira.core.crypto import blind_index
from credira.core.state import move
from credira.providers.errors import LookupFailed, NotPlaced, OutcomeUnknown
from credira.providers.telephony.base import CallRequest, CallSnapshot
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import schedule, unschedule

RECONCILE = "campaigns.reconcile"
RING_S = 25
MAX_CALL_S = 480
FIRST_LOOK = dt.timedelta(seconds=15)
NEXT_LOOK = dt.timedelta(seconds=20)
# A worker goes from its claim to the carrier without pause; giving up what never got there is safe at any time.
NEVER_SENT = dt.timedelta(seconds=10)
LONGEST = dt.timedelta(seconds=RING_S + MAX_CALL_S + 120)
MAX_DIALS = 5
NUMBER_BUSY = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call taken for dialling: everything that the request needs, read inside the claim."""

    call: Call
    attempt_id: UUID
    number: str
    from_number: str


class NumberInUse(Exception):
    """Another open call rings this number; ours waits, and what it reserved is rolled back."""


def dial(workspace: Workspace, call_id: UUID) -> None:
    """Dial one planned call that is due. Runs unbound, at least once: a call that was taken before is asked about."""
    claimed = _claim(workspace, call_id)
    if claimed is None:
        return
    try:
        answer = dispatch.place_call(workspace, claimed.attempt_id, partial(_request, claimed))
    except NotPlaced as error:
        _not_placed(workspace, claimed, error)
    except OutcomeUnknown:
        _look_soon(workspace, call_id)
    else:
        if isinstance(answer, Denial):
            _refused(workspace, claimed, answer)
        else:
            _placed(workspace, claimed, answer)


def reconcile(workspace: Workspace, call_id: UUID, *, at_once: bool = False) -> None:
    """Ask the carrier about an open call and go on as told. Runs unbound; harmless at any time.

    The dial's answer was lost: look it up; not found twice, the call is planned anew under a new reservation. The call
    is open longer than it can last (its last callback was lost), or ``at_once``: ask for its state. Raises
    ``LookupFailed``.
    """
    with bind(workspace) as bound:
        call = Call.objects.filter(workspace=bound, id=call_id, status__in=OPEN).first()
        if call is None or call.attempt_id is None or call.dialed_wall is None:
            return
        overdue_at = call.dialed_wall + LONGEST
        if call.reference and not at_once and clock.wall() < overdue_at:
            schedule(bound, RECONCILE, call.id, overdue_at, clock="wall")
            return
    reference = call.reference or _look_up(workspace, call)
    if reference:
        _ask(workspace, call_id, reference, overdue=clock.wall() >= overdue_at)


def reconcile_all(workspace: Workspace) -> None:
    """Every open call of the workspace, now: the advancing clock waits for nothing else."""
    with bind(workspace) as bound:
        open_calls = list(Call.objects.filter(workspace=bound, status__in=OPEN).values_list("id", flat=True))
    for call_id in open_calls:
        try:
            reconcile(workspace, call_id, at_once=True)
        except LookupFailed:
            continue


def count_open(workspace: Workspace) -> int:
    """Calls at the carrier, or on their way. Call it bound."""
    return Call.objects.filter(workspace=workspace, status__in=OPEN).count()


def count_unsure(workspace: Workspace) -> int:
    """Those of them that the carrier may not have. Call it bound."""
    return Call.objects.filter(workspace=workspace, status__in=OPEN, reference="").count()


# -- claim -------------------------------------------------------------------------------------------------------------


def _claim(workspace: Workspace, call_id: UUID) -> Claimed | None:
    """Reserve and take the call in one transaction. None: nothing to dial (refused, moved, taken or ended before)."""
    with bind(workspace) as bound:
        call = lock_call(bound, call_id)
        if call is None or call.status != Call.Status.QUEUED:
            return None
        if call.campaign is not None and call.campaign.status != Campaign.Status.RUNNING:
            planning.call_stopped(call)
            return None
        try:
            with transaction.atomic():
                return _reserve(bound, call)
        except (NumberInUse, IntegrityError):
            calls.defer(call, clock.now() + NUMBER_BUSY)
            return None


def _reserve(workspace: Workspace, call: Call) -> Claimed | None:
    intent = calls.call_intent(
        call.account_id,
        call.agent,
        purpose=call.purpose,
        endpoint_id=call.endpoint_id,
        campaign_id=call.campaign_id,
    )
    reserved = gate.reserve(workspace=workspace, intent=intent)
    if isinstance(reserved, Denial):
        _denied(call, reserved)
        return None
    assert reserved.endpoint_id is not None, "the gate allows no call without a number"
    number = get_endpoint(workspace, reserved.endpoint_id).value_norm
    key = blind_index(workspace.id, number)
    if Call.objects.filter(workspace=workspace, number_key=key, status__in=OPEN).exists():
        raise NumberInUse
    wall = clock.wall()
    move(
        call,
        Call.Status.DIALING,
        attempt=reserved,
        number=number,
        number_key=key,
        reference="",
        dials=call.dials + 1,
        dialed_at=clock.now(),
        dialed_wall=wall,
        obligations=list(reserved.obligations),
        reasons=[],
    )
    schedule(workspace, RECONCILE, call.id, wall + FIRST_LOOK, clock="wall")
    account = get_account(workspace, call.account_id)
    return Claimed(call, reserved.id, number, caller_number(workspace, account, call.agent))


def _denied(call: Call, denial: Denial) -> None:
    """Not now: move it. Not at all: the call ends, and its campaign skips the step."""
    if denial.outcome == "DEFER" and denial.next_allowed_at is not None:
        calls.defer(call, denial.next_allowed_at, denial.reasons)
        planning.moved(call)
        return
    calls.block(call, denial)
    planning.step_refused(call, denial.reasons)


# -- call and record ---------------------------------------------------------------------------------------------------


def _request(claimed: Claimed, attempt: ContactAttempt) -> CallRequest:
    token = callbacks.token_of(callbacks.dial_of(claimed.call, attempt))
    return CallRequest(
        to=claimed.number,
        from_=claimed.from_number,
        answer_url=callbacks.url(token, "voice"),
        status_url=callbacks.url(token, "status"),
        ring_timeout_s=RING_S,
        max_duration_s=MAX_CALL_S,
    )


def _placed(workspace: Workspace, claimed: Claimed, snapshot: CallSnapshot) -> None:
    """The answer came. If our dial was given up meanwhile, what it placed must not ring on."""
    with bind(workspace) as bound:
        call = lock_call(bound, claimed.call.id)
        attempt = get_attempt(bound, claimed.attempt_id)
        if call is not None and not is_stale(call, attempt, snapshot.reference):
            take_reference(call, snapshot.reference)
            return
        keep_stale(bound, claimed.call.id, snapshot.reference)
    cancel_stale(workspace, snapshot.reference)


def _not_placed(workspace: Workspace, claimed: Claimed, error: NotPlaced) -> None:
    with bind(workspace) as bound:
        call = lock_call(bound, claimed.call.id)
        if call is None or call.status != Call.Status.DIALING or call.attempt_id != claimed.attempt_id:
            return
        unschedule(bound, RECONCILE, call.id)
        if error.retry and call.dials < MAX_DIALS:
            back_to_queue(call)
            schedule(bound, calls.DIAL, call.id, clock.wall() + pause(call.dials), clock="wall")
            return
        calls.fail(call, str(error))
        planning.step_done(call)


def _refused(workspace: Workspace, claimed: Claimed, denial: Denial) -> None:
    """A fact changed between reserve and dispatch: nothing was sent."""
    with bind(workspace) as bound:
        call = lock_call(bound, claimed.call.id)
        if call is None or call.status != Call.Status.DIALING or call.attempt_id != claimed.attempt_id:
            return
        unschedule(bound, RECONCILE, call.id)
        back_to_queue(call)
        _denied(call, denial)


def _look_soon(workspace: Workspace, call_id: UUID) -> None:
    with bind(workspace) as bound:
        schedule(bound, RECONCILE, call_id, clock.wall() + dt.timedelta(seconds=2), clock="wall")


def back_to_queue(call: Call) -> None:
    """What was reserved is given up; the call is planned again and will reserve anew."""
    move(
        call,
        Call.Status.QUEUED,
        attempt=None,
        number_key=None,
        number="",
        reference="",
        dialed_at=None,
        dialed_wall=None,
        state={},
    )


def pause(dials: int) -> dt.timedelta:
    """How long a dial that the carrier didn't take rests: 5, 10, 20 … s."""
    return dt.timedelta(seconds=5 * 2 ** (dials - 1))


# -- reconcile ---------------------------------------------------------------------------------------------------------


def _look_up(workspace: Workspace, call: Call) -> str:
    """The carrier's reference of a dial whose answer was lost; empty when it isn't known (yet) or was never placed."""
    assert call.attempt_id is not None
    attempt = dispatch.reconcile(workspace, call.attempt_id)
    with bind(workspace) as bound:
        locked = lock_call(bound, call.id)
        if locked is None or not locked.open or locked.attempt_id != call.attempt_id:
            return ""
        attempt = get_attempt(bound, call.attempt_id, lock=True)
        if _never_sent(locked, attempt):
            attempts.give_up(attempt, "The worker died before it reached the carrier.")
        if attempt.status == ContactAttempt.Status.GIVEN_UP:
            back_to_queue(locked)
            schedule(bound, calls.DIAL, locked.id, clock.now())
            return ""
        if attempt.provider_reference:
            take_reference(locked, attempt.provider_reference)
            return attempt.provider_reference
        schedule(bound, RECONCILE, locked.id, clock.wall() + NEXT_LOOK, clock="wall")
        return ""


def _never_sent(call: Call, attempt: ContactAttempt) -> bool:
    waited = call.dialed_wall is not None and clock.wall() - call.dialed_wall > NEVER_SENT
    return attempt.status == ContactAttempt.Status.RESERVED and waited


def _ask(workspace: Workspace, call_id: UUID, reference: str, *, overdue: bool) -> None:
    snapshot = dispatch.fetch_call(workspace, reference)
    with bind(workspace) as bound:
        call = lock_call(bound, call_id)
        if call is None or not call.open:
            return
        if snapshot is None or snapshot.state.ended:
            conversation.complete(call, conversation.Ended.from_snapshot(snapshot))
            return
        schedule(bound, RECONCILE, call.id, clock.wall() + NEXT_LOOK, clock="wall")
    if overdue:
        dispatch.cancel_call(workspace, reference)


def cancel_stale(workspace: Workspace, reference: str) -> None:
    """End it before it rings, mostly. Runs unbound; where the carrier doesn't answer, its next callback asks again."""
    try:
        dispatch.cancel_call(workspace, reference)
    except (NotPlaced, OutcomeUnknown, LookupFailed):
        return
