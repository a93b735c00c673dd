"""The next contact of an enrolment: planned when the gate allows it, moved, skipped, asked again, or the end of the
way.

Callers hold the enrolments' rows. What is planned here is asked for again at its time: a plan is no permission.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from audit.services import record
from campaigns import events
from campaigns.models import Call, Campaign, Enrollment
from campaigns.models.calls import OPEN
from campaigns.services import calls
from campaigns.services.rows import lock_enrollments
from campaigns.strategy import Step, Strategy
from compliance import gate
from compliance.gate import ContactIntent
from compliance.models import ValidationNotice
from credira.core import clock
from credira.core.ids import public_id
from credira.core.state import move
from credira.tenancy.models import Workspace
from messaging.models import Message
from messaging.services import cancel_message, queue_email

Waiting = Enrollment.Waiting
NOTICE_OWED = (
    ValidationNotice.Status.PENDING,
    ValidationNotice.Status.BLOCKED,
    ValidationNotice.Status.CLAIMED,
)
# The consumer's own word against a channel; only their new consent would open it.
STOP_CODES = frozenset({"MEDIUM_OPTOUT", "ENDPOINT_OPTOUT"})
Reasons = Sequence[Mapping[str, Any]]


def hold_notices(workspace: Workspace, account_ids: Sequence[UUID]) -> None:
    """Let no notice of these accounts be told as sent until this transaction ends.

    Else one sent between our look at it and our commit would find no enrolment that waits for it.
    """
    owed = ValidationNotice.objects.select_for_update(no_key=True).filter(
        workspace=workspace, account_id__in=account_ids, status__in=NOTICE_OWED
    )
    list(owed.order_by("id").values_list("id", flat=True))


def plan(campaign: Campaign, enrollments: Iterable[Enrollment]) -> None:
    """Plan the next contact of each enrolment that has none; the gate is asked once per moment, for all together."""
    strategy = Strategy.load(campaign.strategy)
    rows = list(enrollments)
    noticing = _before_their_notice(campaign, strategy, rows)
    asked: dict[dt.datetime, list[tuple[Enrollment, int]]] = defaultdict(list)
    for enrollment in rows:
        number = _next(campaign, strategy, enrollment, noticing)
        if number is not None:
            ready_at = enrollment.ready_at + strategy.refused_days(enrollment.done, number)
            asked[max(ready_at, clock.now())].append((enrollment, number))
    for at, wanted in sorted(asked.items(), key=lambda item: item[0]):
        _ask(campaign, strategy, at, wanted)


def step_done(call: Call) -> None:
    """A campaign's call was carried out (whatever came of it): the enrolment goes on from now."""
    if call.enrollment_id is None:
        return
    enrollment = lock_enrollments(call.workspace, [call.enrollment_id])[0]
    verified = bool(call.state.get("verified"))
    enrollment.reached = enrollment.reached or verified
    _done(enrollment, call.step)


def message_done(enrollment: Enrollment) -> None:
    """A campaign's e-mail was sent."""
    _done(enrollment, enrollment.planned_step)


def step_refused(call: Call, reasons: Reasons) -> None:
    """The gate refused a campaign's call at its time."""
    if call.enrollment_id is not None:
        refused(lock_enrollments(call.workspace, [call.enrollment_id])[0], call.step, reasons)


def refused(enrollment: Enrollment, step: int | None, reasons: Reasons) -> None:
    """Skip a step, and go on with the next; it is asked for again when a fact changes."""
    if not enrollment.active:
        return
    _skip(enrollment, step, reasons)
    _clear(enrollment)
    enrollment.save()
    plan(enrollment.campaign, [enrollment])


def moved(call: Call) -> None:
    """The gate moved a campaign's call."""
    if call.enrollment_id is not None:
        moved_to(lock_enrollments(call.workspace, [call.enrollment_id])[0], call.due_at, call.reasons)


def moved_to(enrollment: Enrollment, at: dt.datetime, reasons: Reasons) -> None:
    """The planned contact waits until ``at``."""
    enrollment.planned_at, enrollment.reasons = at, list(reasons)
    enrollment.save(update_fields=["planned_at", "reasons"])


def call_stopped(call: Call) -> None:
    """A campaign's call came to its time after the campaign was stopped."""
    if call.enrollment_id is not None:
        take_back(lock_enrollments(call.workspace, [call.enrollment_id])[0], "the campaign was stopped")


def take_back(enrollment: Enrollment, why: str) -> None:
    """Cancel what waits: the queued call or message. What is on its way goes on to its own end, and is waited for."""
    _withdraw(enrollment, why)
    enrollment.save()


def pause(enrollment: Enrollment, why: str) -> None:
    """``take_back``, until the campaign goes on."""
    _withdraw(enrollment, why)
    enrollment.waiting_for = Waiting.PAUSE
    enrollment.save()


def _withdraw(enrollment: Enrollment, why: str) -> None:
    workspace = enrollment.workspace
    mine = Call.objects.select_for_update(no_key=True).filter(workspace=workspace, enrollment=enrollment)
    for call in mine.filter(status=Call.Status.QUEUED):
        calls.cancel(call, why)
    on_its_way = mine.filter(status__in=OPEN).exists()
    if enrollment.message_id is not None:
        on_its_way = on_its_way or not _cancel_message(workspace, enrollment.message_id, why)
    if not on_its_way:
        _clear(enrollment)


def _cancel_message(workspace: Workspace, message_id: UUID, why: str) -> bool:
    """False when it is being sent, or was. A sender holds it and waits for our enrolment, so we never wait for it."""
    free = Message.objects.select_for_update(no_key=True, skip_locked=True).filter(workspace=workspace, id=message_id)
    return free.first() is not None and cancel_message(workspace=workspace, message_id=message_id, reason=why)


def end(enrollment: Enrollment, how: str) -> None:
    """The account leaves its campaign; the campaign ends with its last one."""
    if not enrollment.active:
        return
    take_back(enrollment, how)
    move(
        enrollment,
        Enrollment.Status.ENDED,
        ended_as=how,
        ended_at=clock.now(),
        waiting_for=Waiting.NOTHING,
        reasons=[],
    )
    record(
        enrollment.workspace,
        type=events.ENROLLMENT_ENDED,
        object=enrollment,
        account_id=enrollment.account_id,
        data={
            "campaign_id": public_id("cmp", enrollment.campaign_id),
            "account_id": public_id("acct", enrollment.account_id),
            "ended_as": how,
            "collected": enrollment.collected,
        },
    )


def ask_again(enrollment: Enrollment) -> None:
    """A fact changed: what waits is taken back and every step that was refused is asked for again."""
    take_back(enrollment, "a fact changed")
    enrollment.skipped = []
    enrollment.save(update_fields=["skipped"])
    plan(enrollment.campaign, [enrollment])


# -- the next step -----------------------------------------------------------------------------------------------------


def _before_their_notice(campaign: Campaign, strategy: Strategy, rows: Sequence[Enrollment]) -> set[UUID]:
    """The accounts whose validation notice is owed and not sent yet; the first step waits for it."""
    if strategy.steps[0].channel != "notice":
        return set()
    owed = ValidationNotice.objects.filter(
        workspace=campaign.workspace,
        account_id__in=[enrollment.account_id for enrollment in rows],
        status__in=NOTICE_OWED,
    )
    return set(owed.values_list("account_id", flat=True))


def _next(campaign: Campaign, strategy: Strategy, enrollment: Enrollment, noticing: set[UUID]) -> int | None:
    """The number of the step to ask for now; None: ended, or waiting, and the row says for what."""
    if not enrollment.active or enrollment.planned_step is not None:
        return None
    waiting = _waits_for(campaign, enrollment, noticing)
    if waiting:
        _wait(enrollment, waiting)
        return None
    number = strategy.next_step(enrollment.done, enrollment.skipped)
    if number is None:
        _no_step_left(campaign, strategy, enrollment)
    return number


def _no_step_left(campaign: Campaign, strategy: Strategy, enrollment: Enrollment) -> None:
    """The steps are done; or some were refused: for good, if the consumer closed their channels, else for now."""
    if not enrollment.skipped:
        end(enrollment, Enrollment.End.STEPS_DONE)
    elif _stopped(campaign, strategy, enrollment):
        end(enrollment, Enrollment.End.STOPPED)
    else:
        _wait(enrollment, Waiting.FACT)


def _stopped(campaign: Campaign, strategy: Strategy, enrollment: Enrollment) -> bool:
    channels = {strategy.steps[number].channel: strategy.steps[number] for number in enrollment.skipped}
    intents = [_intent(campaign, step, enrollment) for step in channels.values()]
    answers = [decision.as_dict() for decision in gate.decide(campaign.workspace, intents)]
    return all(any(reason["code"] in STOP_CODES for reason in answer["reasons"]) for answer in answers)


def _waits_for(campaign: Campaign, enrollment: Enrollment, noticing: set[UUID]) -> str:
    if campaign.status != Campaign.Status.RUNNING:  # an ended one's accounts leave it in a moment
        return Waiting.PAUSE
    if enrollment.promised_until is not None:
        return Waiting.PROMISE
    return Waiting.NOTICE if enrollment.account_id in noticing else Waiting.NOTHING


def _ask(campaign: Campaign, strategy: Strategy, at: dt.datetime, wanted: Sequence[tuple[Enrollment, int]]) -> None:
    intents = [_intent(campaign, strategy.steps[number], enrollment) for enrollment, number in wanted]
    decisions = gate.decide(campaign.workspace, intents, at)
    refused_ones = []
    for (enrollment, number), decision in zip(wanted, decisions, strict=True):
        answer = decision.as_dict()
        if answer["outcome"] == "ALLOW":
            _place(campaign, strategy.steps[number], enrollment, number, at, [])
        elif answer["outcome"] == "DEFER" and decision.next_allowed_at is not None:
            _place(campaign, strategy.steps[number], enrollment, number, decision.next_allowed_at, answer["reasons"])
        else:
            _skip(enrollment, number, answer["reasons"])
            enrollment.save()
            refused_ones.append(enrollment)
    plan(campaign, refused_ones)


def _intent(campaign: Campaign, step: Step, enrollment: Enrollment) -> ContactIntent:
    if step.channel == "call":
        return calls.call_intent(enrollment.account_id, campaign.agent, campaign_id=campaign.id)
    # What a mail must carry is checked by messaging against the rendered mail; the plan asks for time and permission.
    return ContactIntent(
        account_ids=(enrollment.account_id,), channel="email", purpose="collect", campaign_id=campaign.id
    )


def _place(
    campaign: Campaign, step: Step, enrollment: Enrollment, number: int, at: dt.datetime, reasons: Reasons
) -> None:
    enrollment.planned_step, enrollment.planned_at = number, at
    enrollment.waiting_for, enrollment.reasons = Waiting.NOTHING, list(reasons)
    if step.channel == "call":
        calls.plan_call(enrollment, campaign, number, at, reasons)
    else:
        message = queue_email(
            workspace=enrollment.workspace,
            account_id=enrollment.account_id,
            template_key=step.template,
            purpose="collect",
            variables={},
            campaign_id=campaign.id,
            due_at=at,
        )
        enrollment.message_id = message.id
    enrollment.save()


def _done(enrollment: Enrollment, step: int | None) -> None:
    if step is not None and step not in enrollment.done:
        enrollment.done = sorted({*enrollment.done, step})
    _clear(enrollment)
    strategy = Strategy.load(enrollment.campaign.strategy)
    number = strategy.next_step(enrollment.done, enrollment.skipped)
    if number is not None:
        enrollment.ready_at = strategy.earliest(number, clock.now())
    enrollment.save()
    if enrollment.active:
        plan(enrollment.campaign, [enrollment])


def _skip(enrollment: Enrollment, step: int | None, reasons: Reasons) -> None:
    if step is None:
        return
    enrollment.skipped = sorted({*enrollment.skipped, step})
    enrollment.reasons = list(reasons)
    record(
        enrollment.workspace,
        type=events.STEP_SKIPPED,
        object=enrollment,
        account_id=enrollment.account_id,
        data={
            "campaign_id": public_id("cmp", enrollment.campaign_id),
            "step": step,
            "codes": sorted({str(reason["code"]) for reason in reasons}),
        },
    )


def _wait(enrollment: Enrollment, what: str) -> None:
    if enrollment.waiting_for != what:
        enrollment.waiting_for = what
        enrollment.save(update_fields=["waiting_for"])


def _clear(enrollment: Enrollment) -> None:
    enrollment.planned_step = enrollment.planned_at = enrollment.message_id = None
