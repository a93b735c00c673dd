"""The only door to carriers, mailers and printers: claim, evaluate once more, call, record.

Everything here runs unbound. The claim is a compare-and-swap with a lease and a fence, so that one attempt reaches its
provider at most once; a crash between claim and record leaves an attempt that is asked about (``reconcile``), never
sent again.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from audit.services import record
from compliance import attempts, brakes, events, gate, notices
from compliance.gate import Denial
from compliance.models import ContactAttempt, GateDecision
from compliance.selectors import get_attempt, known_references
from credira.core import clock
from credira.core.state import move
from credira.providers import ports
from credira.providers.email.base import Mail, SentMail
from credira.providers.errors import NotPlaced, OutcomeUnknown
from credira.providers.print.base import LetterRequest
from credira.providers.telephony.base import CallRequest, CallSnapshot
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.due import schedule, unschedule
from credira.work.stillness import holding_clock

KIND = "compliance.reconcile"
LEASE = dt.timedelta(seconds=60)
MARGIN = dt.timedelta(seconds=5)
GIVE_UP_AFTER = 2  # lookups that found nothing


class Provider(Protocol):
    """What every port has: who it is, and how long one request to it may last."""

    @property
    def name(self) -> str: ...

    @property
    def timeout_s(self) -> float: ...


@dataclass(frozen=True)
class ByHand:
    """A member who printed and posted it: nothing is asked of anybody."""

    name: str = "member"
    timeout_s: float = 0.0


BY_HAND = ByHand()
P = TypeVar("P", bound=Provider)
T = TypeVar("T")
Status = ContactAttempt.Status


def send_email(workspace: Workspace, attempt_id: UUID, mail: Mail) -> SentMail | Denial:
    """Send one mail for a reserved attempt; ``mail.metadata["message_id"]`` is what a lost answer is looked up by.

    A ``Denial`` means that the gate no longer allows it: nothing was sent, the attempt is given up. Raises
    ``NotPlaced`` (given up as well; reserve anew) and ``OutcomeUnknown`` (never repeat:
    ``reconcile``), both after recording them.
    """
    return _send(
        workspace,
        attempt_id,
        ports.mail_service,
        lookup=lambda attempt: mail.metadata["message_id"],
        call=lambda service, attempt: service.send(mail),
        reference=lambda sent: sent.reference,
    )


def send_letter(workspace: Workspace, attempt_id: UUID, letter: LetterRequest) -> str | Denial:
    """Hand one letter to the print vendor; its reference. As ``send_email``."""
    return _send(
        workspace,
        attempt_id,
        ports.print_service,
        lookup=lambda attempt: letter.letter_id,
        call=lambda service, attempt: service.submit(letter),
        reference=lambda reference: reference,
    )


def record_mailed(workspace: Workspace, attempt_id: UUID, reference: str) -> str | Denial:
    """A member confirms that the creditor itself mails this letter: claimed and judged as any, without a vendor.

    ``reference`` names the printed batch.
    """
    return _send(
        workspace,
        attempt_id,
        lambda workspace: BY_HAND,
        lookup=lambda attempt: reference,
        call=lambda hand, attempt: reference,
        reference=lambda known: known,
    )


def place_call(
    workspace: Workspace, attempt_id: UUID, call: Callable[[ContactAttempt], CallRequest]
) -> CallSnapshot | Denial:
    """Place one call. ``call`` makes the request from the claimed attempt, whose id and fence its URLs carry.

    As ``send_email``; a lost answer is looked up among the calls to that number since the claim.
    """
    return _send(
        workspace,
        attempt_id,
        ports.telephony,
        lookup=lambda attempt: call(attempt).to,
        call=lambda carrier, attempt: carrier.place_call(call(attempt)),
        reference=lambda snapshot: snapshot.reference,
    )


def fetch_call(workspace: Workspace, reference: str) -> CallSnapshot | None:
    """A call as the carrier knows it. Raises ``LookupFailed``."""
    return ports.telephony(workspace).fetch_call(reference)


def cancel_call(workspace: Workspace, reference: str) -> None:
    """End a call at the carrier, whether it rings yet or not. Raises ``NotPlaced`` and ``OutcomeUnknown``."""
    ports.telephony(workspace).cancel_call(reference)


def reconcile(workspace: Workspace, attempt_id: UUID) -> ContactAttempt:
    """Ask the vendor about an attempt whose answer was lost, and record what it says.

    Found: dispatched. Not found twice: given up, so that the caller may reserve anew. Still leased, or known already:
    left as it is. Raises ``LookupFailed`` when the vendor doesn't answer.
    """
    with bind(workspace) as bound:
        attempt = get_attempt(bound, attempt_id)
    if attempt.status not in (Status.CLAIMED, Status.UNKNOWN) or _leased(attempt):
        return attempt
    reference = _look_up(workspace, attempt)
    with bind(workspace) as bound:
        attempt = get_attempt(bound, attempt_id, lock=True)
        if attempt.status not in (Status.CLAIMED, Status.UNKNOWN):
            return attempt
        if reference:
            _record_placed(attempt, reference)
        elif attempt.missed_lookups + 1 >= GIVE_UP_AFTER:
            attempts.give_up(attempt, "The provider knows nothing of it.")
        else:
            attempt.missed_lookups += 1
            attempt.save(update_fields=["missed_lookups"])
    return attempt


def watch(workspace: Workspace, attempt: ContactAttempt) -> None:
    """Have the vendor asked once the lease and its margin are gone, should nothing be heard. Call it bound."""
    after = max(attempt.lease_until or clock.wall(), clock.wall()) + MARGIN
    schedule(workspace, KIND, attempt.id, after, clock="wall")


def _send(
    workspace: Workspace,
    attempt_id: UUID,
    port: Callable[[Workspace], P],
    *,
    lookup: Callable[[ContactAttempt], str],
    call: Callable[[P, ContactAttempt], T],
    reference: Callable[[T], str],
) -> T | Denial:
    try:
        provider = port(workspace)
    except NotPlaced as error:  # none is configured
        _give_up_unclaimed(workspace, attempt_id, str(error))
        raise
    claimed = _claim(workspace, attempt_id, lookup=lookup, provider=provider.name)
    if isinstance(claimed, NotPlaced):
        raise claimed
    if isinstance(claimed, Denial):
        return claimed
    if _lease_left(claimed) <= dt.timedelta(seconds=provider.timeout_s):
        # Another worker may ask the vendor about it before our request would be through.
        _record_not_placed(workspace, claimed, "The lease left was shorter than the provider's timeout.")
        raise NotPlaced("The lease ran out before sending.", retry=True)
    try:
        answer = call(provider, claimed)
    except NotPlaced as error:
        _record_not_placed(workspace, claimed, str(error))
        raise
    except OutcomeUnknown:
        _record_unknown(workspace, claimed)
        raise
    with bind(workspace) as bound:
        current = get_attempt(bound, attempt_id, lock=True)
        if current.fence == claimed.fence and current.status in (Status.CLAIMED, Status.UNKNOWN):
            _record_placed(current, reference(answer))
    return answer


def _claim(
    workspace: Workspace, attempt_id: UUID, *, lookup: Callable[[ContactAttempt], str], provider: str
) -> ContactAttempt | Denial | NotPlaced:
    """Take the attempt and ask the gate once more, in one transaction, right before sending.

    ``NotPlaced`` comes as a value, so that the giving up stays: for a validation notice whose debt was paid since
    (VN-01), and for a contact whose campaign was stopped. Raises ``OutcomeUnknown`` for an attempt that a worker took
    before: it may be on its way.
    """
    with holding_clock(workspace) as bound:
        campaign_id = get_attempt(bound, attempt_id).campaign_id
        stopped = brakes.why_stopped(bound, campaign_id) if campaign_id is not None else ""
        attempt = get_attempt(bound, attempt_id, lock=True)
        if attempt.status == Status.GIVEN_UP:
            raise NotPlaced("The attempt was given up.", retry=True)
        if attempt.status != Status.RESERVED:
            raise OutcomeUnknown("The attempt was taken before.")
        if stopped:
            attempts.give_up(attempt, stopped)
            return NotPlaced(stopped, retry=True)
        if notices.carries_needless(attempt):
            attempts.give_up(attempt, notices.NOTHING_OWED)
            return NotPlaced(notices.NOTHING_OWED, retry=True)
        now = clock.now()
        intent = attempts.intent_of(attempt)
        judgement = gate.judge(bound, [intent], now, without=attempt.id)[0]
        if not judgement.allowed:
            decision = gate.store_decision(bound, judgement, GateDecision.Stage.DISPATCH, now)
            attempts.give_up(attempt, "The gate no longer allowed it.")
            return gate.denied(bound, judgement, decision)
        attempt.fence += 1
        move(
            attempt,
            Status.CLAIMED,
            fence=attempt.fence,
            lease_until=clock.wall() + LEASE,
            dispatched_at=now,
            count_local_date=gate.local_date(judgement.sheet, now),
            local_times=gate.local_times(judgement.decision.zones, now),
            zones=list(judgement.decision.zones),
            provider=provider,
            lookup_key=lookup(attempt),
        )
        watch(bound, attempt)
        return attempt


def _lease_left(attempt: ContactAttempt) -> dt.timedelta:
    return (attempt.lease_until or clock.wall()) - clock.wall()


def _leased(attempt: ContactAttempt) -> bool:
    return attempt.status == Status.CLAIMED and _lease_left(attempt) + MARGIN > dt.timedelta(0)


def _record_placed(attempt: ContactAttempt, reference: str) -> None:
    """The provider has it. A callback may have told us its reference before the answer did."""
    known = attempt.provider_reference or reference
    move(attempt, Status.DISPATCHED, provider_reference=known, lease_until=None)
    record(
        attempt.workspace,
        type=events.ATTEMPT_DISPATCHED,
        object=attempt,
        account_id=attempts.first_account(attempt),
        data={
            "attempt_id": attempt.public_id,
            "channel": attempt.channel,
            "reference": known,
            "fence": attempt.fence,
        },
    )
    notices.mark_attempt_sent(attempt)
    attempts.after_dispatch(attempt)
    unschedule(attempt.workspace, KIND, attempt.id)


def _give_up_unclaimed(workspace: Workspace, attempt_id: UUID, why: str) -> None:
    with bind(workspace) as bound:
        attempt = get_attempt(bound, attempt_id, lock=True)
        if attempt.status == Status.RESERVED:
            attempts.give_up(attempt, why)


def _record_not_placed(workspace: Workspace, claimed: ContactAttempt, why: str) -> None:
    with bind(workspace) as bound:
        current = get_attempt(bound, claimed.id, lock=True)
        if current.fence == claimed.fence and current.status in (Status.CLAIMED, Status.UNKNOWN):
            attempts.give_up(current, why)


def _record_unknown(workspace: Workspace, claimed: ContactAttempt) -> None:
    with bind(workspace) as bound:
        current = get_attempt(bound, claimed.id, lock=True)
        if current.fence == claimed.fence and current.status == Status.CLAIMED:
            move(current, Status.UNKNOWN, lease_until=None)
            watch(bound, current)


def _look_up(workspace: Workspace, attempt: ContactAttempt) -> str:
    """The vendor's reference of an attempt, or an empty string."""
    if attempt.provider_reference:
        return attempt.provider_reference
    if attempt.channel == "email":
        mails = ports.mail_service(workspace).find(attempt.lookup_key)
        return mails[0].reference if mails else ""
    if attempt.channel == "letter":
        letters = ports.print_service(workspace).find(attempt.lookup_key)
        return letters[0].reference if letters else ""
    since = attempt.dispatched_at or attempt.reserved_at
    calls = ports.telephony(workspace).find_calls(attempt.lookup_key, since)
    with bind(workspace) as bound:
        others = known_references(bound, [call.reference for call in calls])
    unclaimed = [call.reference for call in calls if call.reference not in others]
    return unclaimed[-1] if unclaimed else ""
