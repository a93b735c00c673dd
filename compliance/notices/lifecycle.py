"""The life of a validation notice: made at placement, prepared when due, frozen for sending, sent, come back.

pending -> claimed -> sent, or blocked with what is missing; an undelivered one is replaced by a new row. Only
``messaging`` sends: it hears ``notice.ready``.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.models import Account
from accounts.selectors import get_account
from audit.services import record
from compliance import attempts, events
from compliance.gate import ContactIntent, Judgement, judge
from compliance.models import ContactAttempt, EndpointMark, ValidationNotice
from compliance.notice_rules import Problem
from compliance.notices import contents, placed
from compliance.progress import advance, fall_back
from compliance.rules import Outcome, dates
from compliance.selectors import get_attempt, get_notice, has_notice
from compliance.services.people import mark_endpoint
from credira.core import clock, json
from credira.core.errors import InvalidTransition
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.work.due import schedule, schedule_many

KIND = "compliance.notice"
RECHECK = "compliance.recheck"
Status = ValidationNotice.Status
Delivery = ValidationNotice.Delivery
NOTHING_OWED = "Nothing is owed any more, or the account was closed."
BATCH_AT = dt.time(9, 0)  # when a day's print batch is handed over, in the creditor's time zone
CHANNEL_OF = {Delivery.EMAIL: "email", Delivery.MAIL: "letter"}


def batch_at(workspace: Workspace, day: dt.date) -> dt.datetime:
    """When the letters of a day leave: at 9:00 in the creditor's time zone."""
    return dt.datetime.combine(day, BATCH_AT, ZoneInfo(workspace.creditor.time_zone)).astimezone(dt.UTC)


def create_for_placed(workspace: Workspace, account_ids: Sequence[UUID]) -> None:
    """A notice an account that was placed, in the transaction of the placement; those that are owed are due at once.
    The same few statements, however many accounts.
    """
    now = clock.now()
    schedule_many(workspace, KIND, [(notice, now) for notice in placed.create(workspace, account_ids)])


def account_moved(workspace: Workspace, account_id: UUID, *, before: str, after: str) -> None:
    """A debt that was paid or closed needs no notice any more (VN-01); one that is owed again needs one anew.

    What waits is looked at in a transaction of its own: who moves an account holds it, and a notice is held first.
    """
    over = after in contents.OWING_NOTHING
    if over == (before in contents.OWING_NOTHING):
        return
    if not over and not has_notice(workspace, account_id):
        create_for_placed(workspace, [account_id])
    if over:
        open_ones = ValidationNotice.objects.filter(
            workspace=workspace, account_id=account_id, status__in=[Status.PENDING, Status.BLOCKED, Status.CLAIMED]
        )
        now = clock.now()
        schedule_many(workspace, KIND, [(key, now) for key in open_ones.values_list("id", flat=True)])


def prepare(workspace: Workspace, notice_id: UUID) -> ValidationNotice:
    """Decide how a pending or blocked notice goes out, and record ``notice.ready``; or block it and say why.

    Call it bound. Does nothing for a notice that is on its way, sent or over.
    """
    notice = get_notice(workspace, notice_id, lock=True)
    if notice.status not in (Status.PENDING, Status.BLOCKED):
        return notice
    content = contents.load(workspace, notice)
    if content.nothing_owed:
        move(notice, Status.CANCELLED, reason=NOTHING_OWED)
        return notice
    if content.problems:
        return _block(notice, content.problems)
    if notice.problems:
        # The gate reads them as "incomplete", which is over.
        notice.problems = []
        notice.save(update_fields=["problems"])
    chosen = _choose(workspace, notice)
    if isinstance(chosen, Judgement):
        return _wait_or_block(notice, chosen)
    return _ready(workspace, notice, *chosen)


def cancel_if_needless(*, workspace: Workspace, notice_id: UUID) -> bool:
    """Cancel a notice that still waits and whose debt is no longer owed (VN-01); whether it did."""
    notice = get_notice(workspace, notice_id, lock=True)
    waits = notice.status in (Status.PENDING, Status.BLOCKED)
    if not waits or not contents.owes_nothing(get_account(workspace, notice.account_id)):
        return False
    move(notice, Status.CANCELLED, reason=NOTHING_OWED)
    return True


def call_back_if_needless(*, workspace: Workspace, notice_id: UUID) -> None:
    """Give up the attempt of a claimed notice whose debt is no longer owed, unless it is at the provider already.

    Its message then lets the notice go, which is prepared anew and cancelled.
    """
    notice = get_notice(workspace, notice_id)
    if notice.status != Status.CLAIMED or notice.attempt_id is None:
        return
    attempt = get_attempt(workspace, notice.attempt_id, lock=True)
    if attempt.status == ContactAttempt.Status.RESERVED and carries_needless(attempt):
        attempts.give_up(attempt, NOTHING_OWED)


def carries_needless(attempt: ContactAttempt) -> bool:
    """Whether an attempt carries a validation notice about a debt that is no longer owed."""
    if attempt.purpose != "validation_notice":
        return False
    debts = attempts.debts_of(attempt)
    return all(contents.owes_nothing(get_account(attempt.workspace, account_id)) for account_id in debts)


def record_earlier(
    *,
    workspace: Workspace,
    account_id: UUID,
    sent_on: dt.date,
    period_end: dt.date | None = None,
    reason: str = "Sent before the account was placed with us.",
) -> ValidationNotice:
    """Record a notice that another system sent, so that the gate knows its period. Replaces an open one of ours."""
    for ours in ValidationNotice.objects.filter(
        workspace=workspace, account_id=account_id, status__in=[Status.PENDING, Status.BLOCKED]
    ):
        move(ours, Status.CANCELLED, reason=reason)
    account = get_account(workspace, account_id)
    notice = ValidationNotice.objects.create(
        workspace=workspace,
        account_id=account_id,
        person_id=account.person_id,
        entity_id=account.entity_id,
        currency=account.currency,
        status=Status.SENT,
        reason=reason,
        sent_on=sent_on,
        sent_at=dt.datetime.combine(sent_on, dt.time(12), dt.UTC),
        assumed_receipt_on=dates.assumed_receipt(sent_on),
        period_end=period_end or dates.validation_period_end(sent_on),
    )
    record(
        workspace,
        type=events.NOTICE_RECORDED,
        object=notice,
        account_id=account_id,
        data={**_named(notice), "sent_on": sent_on, "period_end": notice.period_end},
    )
    return notice


def recheck(workspace: Workspace, account_id: UUID | None = None) -> None:
    """What a notice needs may have changed: look again at the blocked ones of an account, or of the whole workspace.

    The whole workspace is looked at once, later: a thousand facts in a row must not each touch every notice.
    """
    if account_id is None:
        if ValidationNotice.objects.filter(workspace=workspace, status=Status.BLOCKED).exists():
            schedule(workspace, RECHECK, workspace.pk, clock.now())
        return
    _look_again(workspace, ValidationNotice.objects.filter(account_id=account_id))


def choose_again(workspace: Workspace, person_ids: Iterable[UUID]) -> None:
    """A letter that isn't printed yet may go by e-mail now: decide anew for these consumers."""
    letters = ValidationNotice.objects.filter(
        workspace=workspace, person_id__in=list(person_ids), status=Status.PENDING, delivery=Delivery.MAIL
    )
    now = clock.now()
    schedule_many(workspace, KIND, [(key, now) for key in letters.values_list("id", flat=True)])


def recheck_people(workspace: Workspace, person_ids: Iterable[UUID]) -> None:
    """These consumers have another address: look again at what was blocked, and where the letters go that wait."""
    people = list(person_ids)
    _look_again(workspace, ValidationNotice.objects.filter(person_id__in=people))
    choose_again(workspace, people)


def recheck_all(workspace: Workspace) -> None:
    """Look again at every blocked notice of the workspace."""
    _look_again(workspace, ValidationNotice.objects.all())


def _look_again(workspace: Workspace, notices: QuerySet[ValidationNotice]) -> None:
    blocked = notices.filter(workspace=workspace, status=Status.BLOCKED)
    now = clock.now()
    schedule_many(workspace, KIND, [(key, now) for key in blocked.values_list("id", flat=True)])


def freeze(
    *, workspace: Workspace, notice_id: UUID, sent_on: dt.date, attempt_id: UUID | None = None
) -> ValidationNotice:
    """Fix what will be sent on ``sent_on``: the figures of this moment, the end of the period, the content's hash.

    ``sent_on`` is the day of handing over the mail, or of the print batch. Raises ``InvalidTransition`` for a notice
    that isn't pending, ``NothingOwed`` for a debt that was paid, ``NoticeIncomplete`` when the data no longer adds up.
    """
    notice = get_notice(workspace, notice_id, lock=True)
    content = contents.load(workspace, notice)
    content.require_complete()
    end = dates.validation_period_end(sent_on)
    printed = content.printed(end=end)
    move(
        notice,
        Status.CLAIMED,
        claimed_at=clock.now(),
        sent_on=sent_on,
        assumed_receipt_on=dates.assumed_receipt(sent_on),
        period_end=end,
        attempt_id=attempt_id,
        content=printed,
        content_sha256=hashlib.sha256(json.dumps(printed, sort_keys=True)).hexdigest(),
        **content.frozen_columns(),
    )
    return notice


def carry(*, workspace: Workspace, notice_id: UUID, attempt_id: UUID) -> ValidationNotice:
    """Name the attempt that carries a claimed notice. Raises ``InvalidTransition`` for one that isn't claimed."""
    notice = get_notice(workspace, notice_id, lock=True)
    if notice.status != Status.CLAIMED:
        raise InvalidTransition(f"{notice.public_id} is {notice.status}; freeze it first.")
    notice.attempt_id = attempt_id
    notice.save(update_fields=["attempt"])
    return notice


def unfreeze(*, workspace: Workspace, notice_id: UUID) -> ValidationNotice:
    """It was certainly not sent, or its batch was missed: pending again, to be prepared anew with a new end date."""
    notice = get_notice(workspace, notice_id, lock=True)
    move(
        notice,
        Status.PENDING,
        claimed_at=None,
        sent_on=None,
        assumed_receipt_on=None,
        period_end=None,
        attempt_id=None,
        content={},
        content_sha256="",
    )
    schedule(workspace, KIND, notice.id, clock.now())
    return notice


def mark_sent(
    *,
    workspace: Workspace,
    notice_id: UUID,
    sent_at: dt.datetime | None = None,
    document_key: str = "",
    document_sha256: str = "",
) -> ValidationNotice:
    """It was handed over (mail) or posted (letter). Safe to tell twice. Records ``notice.sent``."""
    notice = get_notice(workspace, notice_id, lock=True)
    if notice.status == Status.SENT:
        return notice
    changes = {"document_key": document_key, "document_sha256": document_sha256}
    move(notice, Status.SENT, sent_at=sent_at or clock.now(), **{name: v for name, v in changes.items() if v})
    record(
        workspace,
        type=events.NOTICE_SENT,
        object=notice,
        account_id=notice.account_id,
        data={
            **_named(notice),
            "channel": CHANNEL_OF[Delivery(notice.delivery)],
            "sent_on": notice.sent_on,
            "period_end": notice.period_end,
        },
    )
    advance(workspace, [notice.account_id], Account.Status.NOTICE_SENT, "The validation notice was sent.")
    return notice


def mark_attempt_sent(attempt: ContactAttempt) -> None:
    """The mail that carries a notice was handed over: the notice is sent, in the same transaction."""
    notice = ValidationNotice.objects.filter(
        workspace_id=attempt.workspace_id, attempt_id=attempt.id, status=Status.CLAIMED, delivery=Delivery.EMAIL
    ).first()
    if notice is not None:
        mark_sent(workspace=attempt.workspace, notice_id=notice.id)


def attach_document(
    *, workspace: Workspace, notice_id: UUID, document_key: str, document_sha256: str
) -> ValidationNotice:
    """Keep where the PDF is stored, when it is made apart from the sending."""
    notice = get_notice(workspace, notice_id, lock=True)
    notice.document_key, notice.document_sha256 = document_key, document_sha256
    notice.save(update_fields=["document_key", "document_sha256"])
    return notice


def mark_undeliverable(
    *, workspace: Workspace, notice_id: UUID, reason: str, on: dt.date | None = None, came_back: bool = True
) -> ValidationNotice:
    """It came back: it counts as not sent, and a new one is made whose period starts anew (VN-05, VN-06).

    After a bounced mail the new one goes by post; an address that mail came back from isn't used again. ``came_back``
    False: it doesn't count for another reason, and its address is good. Safe to tell twice. Returns the new notice.
    """
    notice = get_notice(workspace, notice_id, lock=True)
    if notice.status == Status.UNDELIVERED:
        return ValidationNotice.objects.get(workspace=workspace, replaces_id=notice.id)
    move(
        notice,
        Status.UNDELIVERED,
        undelivered_at=clock.now(),
        undelivered_on=on or clock.now().date(),
        reason=reason,
    )
    if came_back and notice.delivery == Delivery.MAIL and notice.endpoint_id is not None:
        mark_endpoint(
            workspace=workspace,
            endpoint_id=notice.endpoint_id,
            kind=EndpointMark.Kind.BAD,
            account_id=notice.account_id,
            evidence=notice.public_id,
        )
    fall_back(workspace, notice.account_id, "The validation notice came back.")
    fresh = ValidationNotice.objects.create(
        workspace=workspace,
        account_id=notice.account_id,
        person_id=notice.person_id,
        entity_id=notice.entity_id,
        currency=notice.currency,
        replaces=notice,
        status=Status.PENDING,
        reason=f"In place of {notice.public_id}: {reason}",
    )
    record(
        workspace,
        type=events.NOTICE_UNDELIVERABLE,
        object=notice,
        account_id=notice.account_id,
        data={**_named(notice), "reason": reason, "replaced_by": fresh.public_id},
    )
    schedule(workspace, KIND, fresh.id, clock.now())
    return fresh


def cannot_send(*, workspace: Workspace, notice_id: UUID, reasons: Sequence[Mapping[str, Any]]) -> ValidationNotice:
    """The gate refused the chosen channel at the moment of sending: by post instead of by mail, else blocked."""
    notice = get_notice(workspace, notice_id, lock=True)
    if notice.status == Status.CLAIMED:
        notice = unfreeze(workspace=workspace, notice_id=notice_id)
    if notice.delivery == Delivery.EMAIL:
        judgement = _judge(workspace, notice, Delivery.MAIL)
        if _goes(judgement):
            return _ready(workspace, notice, Delivery.MAIL, judgement)
    return _block(notice, _as_problems(reasons))


def _choose(workspace: Workspace, notice: ValidationNotice) -> tuple[str, Judgement] | Judgement:
    """The delivery that the gate lets through, e-mail first; or the answer for the letter, when neither goes."""
    bounced = notice.replaces is not None and notice.replaces.delivery == Delivery.EMAIL
    judgement = None
    for delivery in [Delivery.MAIL] if bounced else [Delivery.EMAIL, Delivery.MAIL]:
        judgement = _judge(workspace, notice, delivery)
        if _goes(judgement):
            return delivery, judgement
    assert judgement is not None
    return judgement


def _judge(workspace: Workspace, notice: ValidationNotice, delivery: str) -> Judgement:
    intent = ContactIntent(
        account_ids=(notice.account_id,), channel=CHANNEL_OF[Delivery(delivery)], purpose="validation_notice"
    )
    return judge(workspace, [intent])[0]


def _goes(judgement: Judgement) -> bool:
    return judgement.allowed or judgement.decision.next_allowed_at is not None


def _ready(workspace: Workspace, notice: ValidationNotice, delivery: str, judgement: Judgement) -> ValidationNotice:
    at = judgement.decision.next_allowed_at or clock.now()
    send_on = contents.local_day(judgement, at)
    if delivery == Delivery.MAIL:
        # The batch of the next business day: letters are printed the day before they are posted.
        send_on = dates.add_business_days(send_on, 1)
    notice.delivery, notice.endpoint_id, notice.send_on = delivery, judgement.intent.endpoint_id, send_on
    if notice.status == Status.BLOCKED:
        move(notice, Status.PENDING)
    notice.save(update_fields=["delivery", "endpoint", "send_on"])
    record(
        workspace,
        type=events.NOTICE_READY,
        object=notice,
        account_id=notice.account_id,
        data={
            **_named(notice),
            "channel": CHANNEL_OF[Delivery(delivery)],
            "send_on": send_on,
            "not_before": judgement.decision.next_allowed_at,
        },
    )
    return notice


def _wait_or_block(notice: ValidationNotice, judgement: Judgement) -> ValidationNotice:
    """Neither channel goes: try again when a hold of known length ends, else say what is in the way."""
    reasons = [reason.as_dict() for reason in judgement.decision.reasons]
    blocked = _block(notice, _as_problems(reasons))
    if judgement.decision.outcome == Outcome.DEFER and judgement.decision.next_allowed_at:
        schedule(notice.workspace, KIND, notice.id, judgement.decision.next_allowed_at)
    return blocked


def _block(notice: ValidationNotice, problems: Iterable[Problem]) -> ValidationNotice:
    found = list(problems)
    if notice.status == Status.PENDING:
        move(notice, Status.BLOCKED, problems=found)
    else:
        notice.problems = found
        notice.save(update_fields=["problems"])
    record(
        notice.workspace,
        type=events.NOTICE_BLOCKED,
        object=notice,
        account_id=notice.account_id,
        data={**_named(notice), "problems": found},
    )
    return notice


def _as_problems(reasons: Sequence[Mapping[str, Any]]) -> list[Problem]:
    return [
        {"code": str(reason["code"]), "field": "", "message": f"{reason['message']} ({reason['cite']})"}
        for reason in reasons
    ]


def _named(notice: ValidationNotice) -> dict[str, Any]:
    return {"notice_id": notice.public_id, "account_id": contents.account_name(notice.account_id)}
