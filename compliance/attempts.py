"""What happens to an attempt after its reservation: given up, sent, concluded, corrected, or recorded as history."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Account
from audit.services import record
from compliance import events
from compliance.gate import local_date as day_of
from compliance.intents import ContactIntent
from compliance.models import AttemptCorrection, AttemptDebt, ContactAttempt, DebtMark
from compliance.progress import advance
from compliance.selectors import get_attempt
from compliance.sheets import load_sheets
from compliance.sheets.attempts import VOICE
from compliance.vocabulary import ConnectStatus
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.state import move
from credira.tenancy.models import Workspace

Status = ContactAttempt.Status
FULL = "MINI_MIRANDA_FULL"
WRITTEN = ("email", "letter", "sms", "portal")
# A contact with these purposes conveys no information about a debt.
SILENT_ON_DEBT = ("location_info", "optout_confirmation", "consent_request")
UNREACHED = (ConnectStatus.NOT_CONNECTED, ConnectStatus.ANSWERED_WRONG_PARTY)


def intent_of(attempt: ContactAttempt) -> ContactIntent:
    """The intent that was reserved, to be judged again."""
    options = dict(attempt.intent)
    return ContactIntent(
        account_ids=tuple(debts_of(attempt)),
        channel=attempt.channel,
        purpose=attempt.purpose,
        voice_mode=None if attempt.voice_mode == "none" else attempt.voice_mode,
        endpoint_id=attempt.endpoint_id,
        person_id=attempt.person_id,
        campaign_id=attempt.campaign_id,
        **{**options, "copy_to": tuple(UUID(each) for each in options.get("copy_to", ()))},
    )


def debts_of(attempt: ContactAttempt) -> list[UUID]:
    """The accounts that an attempt is about, in the order of their placement."""
    about = AttemptDebt.objects.filter(workspace_id=attempt.workspace_id, attempt_id=attempt.id, about=True)
    return list(about.order_by("account_id").values_list("account_id", flat=True))


def first_account(attempt: ContactAttempt) -> UUID | None:
    """The account on whose timeline the attempt shows."""
    return next(iter(debts_of(attempt)), None)


def give_up(attempt: ContactAttempt, why: str) -> None:
    """It was never placed: it counts toward nothing from now on. Call it bound."""
    now = clock.now()
    move(
        attempt,
        Status.GIVEN_UP,
        connect_status=ConnectStatus.NOT_CONNECTED,
        concluded_at=now,
        lease_until=None,
        hangup_cause=why[:80],
    )
    record(
        attempt.workspace,
        type=events.ATTEMPT_GIVEN_UP,
        object=attempt,
        account_id=first_account(attempt),
        data={
            "attempt_id": attempt.public_id,
            "channel": attempt.channel,
            "reference": attempt.provider_reference,
            "fence": attempt.fence,
            "reason": why,
        },
    )


def learn_reference(attempt: ContactAttempt, reference: str) -> None:
    """The provider's callback named its reference before its answer did. Call it bound; the first reference stays."""
    if attempt.provider_reference == "" and reference:
        rows = ContactAttempt.objects.filter(workspace_id=attempt.workspace_id, pk=attempt.pk, provider_reference="")
        rows.update(provider_reference=reference)


def after_dispatch(attempt: ContactAttempt) -> None:
    """Something written was sent: it may be the initial communication, and carry the full mini-Miranda (MM-01)."""
    if attempt.channel not in WRITTEN:
        return
    _remember_writing(attempt)
    move(attempt, Status.CONCLUDED, concluded_at=clock.now())


def conclude(
    *,
    workspace: Workspace,
    attempt_id: UUID,
    connect_status: ConnectStatus | str,
    discussed: Iterable[UUID] = (),
    message_possible: bool | None = None,
    right_party: str = ContactAttempt.RightParty.UNVERIFIED,
    right_party_how: str = "",
    disclosures: Sequence[Mapping[str, Any]] = (),
    connected_at: dt.datetime | None = None,
    ended_at: dt.datetime | None = None,
    hangup_cause: str = "",
    recording_key: str = "",
    recording_notice_at: dt.datetime | None = None,
    transcript_key: str = "",
) -> ContactAttempt:
    """Record a call's outcome: whether it connected, which debts were talked about, which disclosures were heard.

    ``disclosures`` are ``{"code", "text_version", "at_ms"}``; a full mini-Miranda among them, and the debts discussed,
    are remembered per debt (MM-01, VN-01). Telling an outcome twice is safe: the first stays. Raises
    ``NotFound`` and, for an attempt that nobody placed, ``InvalidTransition``.
    """
    attempt = get_attempt(workspace, attempt_id, lock=True)
    if attempt.status == Status.CONCLUDED:
        return attempt
    talked = list(dict.fromkeys(discussed))
    about = debts_of(attempt)
    if connect_status == ConnectStatus.ANSWERED_RPC and not talked:
        # At least one debt was talked about, 12 CFR 1006.14(b)(2)(i)(B): the one it was placed for.
        talked = about
    move(
        attempt,
        Status.CONCLUDED,
        connect_status=connect_status,
        concluded_at=clock.now(),
        connected_at=connected_at,
        ended_at=ended_at,
        message_possible=message_possible,
        right_party=right_party,
        right_party_how=right_party_how,
        disclosures=[dict(each) for each in disclosures],
        hangup_cause=hangup_cause,
        recording_key=recording_key,
        recording_notice_at=recording_notice_at,
        transcript_key=transcript_key,
        lease_until=None,
    )
    _store_debts(attempt, about, talked)
    _remember_talk(attempt, talked)
    advance(workspace, talked, Account.Status.CONTACTED, "The consumer was spoken with.")
    record(
        workspace,
        type=events.ATTEMPT_CONCLUDED,
        object=attempt,
        account_id=next(iter(about), None),
        data={
            "attempt_id": attempt.public_id,
            "channel": attempt.channel,
            "connect_status": str(connect_status),
            "conversation": bool(talked),
        },
    )
    return attempt


def correct_attempt(
    *,
    workspace: Workspace,
    attempt_id: UUID,
    kind: AttemptCorrection.Kind | str,
    connect_status: ConnectStatus | str = "",
    on: dt.date | None = None,
    evidence: str = "",
) -> AttemptCorrection:
    """Append what was learned later: another connect status (a wrong number), a return, a gap in the monitoring.

    ``on`` is the local day of a return. The attempt's own row stays as it was; what came back, or reached a stranger,
    told the consumer nothing, and stops being the initial communication.
    """
    attempt = get_attempt(workspace, attempt_id)
    if kind == AttemptCorrection.Kind.CONNECT_STATUS and not connect_status:
        raise InvalidRequest("A corrected connect status must be named.")
    correction = AttemptCorrection.objects.create(
        workspace=workspace,
        attempt=attempt,
        kind=kind,
        connect_status=connect_status,
        on=on or (clock.now().date() if kind == AttemptCorrection.Kind.RETURNED else None),
        evidence=evidence,
    )
    if kind == AttemptCorrection.Kind.RETURNED or connect_status in UNREACHED:
        _unsay(attempt, evidence)
    record(
        workspace,
        type=events.ATTEMPT_CORRECTED,
        object=attempt,
        account_id=first_account(attempt),
        data={"attempt_id": attempt.public_id, "kind": str(kind), "connect_status": str(connect_status)},
    )
    return correction


def record_contact(
    *,
    workspace: Workspace,
    account_ids: Sequence[UUID],
    channel: str,
    at: dt.datetime | None = None,
    direction: str = ContactAttempt.Direction.INBOUND,
    purpose: str = "collect",
    person_id: UUID | None = None,
    endpoint_id: UUID | None = None,
    voice_mode: str = "human",
    connect_status: ConnectStatus | str = ConnectStatus.ANSWERED_RPC,
    discussed: Iterable[UUID] = (),
    counts_toward: Iterable[UUID] | None = None,
    message_possible: bool | None = None,
    cease_exception_kind: str = "",
    local_date: dt.date | None = None,
    returned_on: dt.date | None = None,
    monitored: bool = True,
    provider_reference: str = "",
) -> ContactAttempt:
    """Record a contact that happened without the gate: an inbound call or message, or history of an earlier system.

    ``at`` is when it happened (default: now), ``local_date`` the consumer's day (default: by the zone of the sheet).
    ``account_ids`` name at least one account of the consumer; ``counts_toward`` overrides what FREQ-01 derives.
    """
    moment = at or clock.now()
    intent = ContactIntent(
        account_ids=tuple(account_ids),
        channel=channel,
        voice_mode=None if voice_mode == "none" else voice_mode,
        person_id=person_id,
        initiator="them",
    )
    sheet = load_sheets(workspace, [intent])[0]
    talked = list(discussed)
    counted = None if counts_toward is None else set(counts_toward)
    attempt = ContactAttempt.objects.create(
        workspace=workspace,
        status=Status.CONCLUDED,
        entity_id=sheet.entity_id,
        consumer_id=sheet.consumer_id,
        person_id=sheet.person_id,
        person_role="consumer" if sheet.person_id == sheet.consumer_id else "other",
        direction=direction,
        initiator="them" if direction == ContactAttempt.Direction.INBOUND else "us",
        channel=channel,
        purpose=purpose,
        voice_mode=voice_mode,
        cease_exception_kind=cease_exception_kind,
        endpoint_id=endpoint_id,
        reserved_at=moment,
        dispatched_at=moment,
        concluded_at=moment,
        count_local_date=local_date or day_of(sheet, moment),
        connect_status=connect_status,
        message_possible=message_possible,
        monitored=monitored,
        counts_given=counted is not None,
        provider_reference=provider_reference,
    )
    AttemptDebt.objects.bulk_create(
        AttemptDebt(
            workspace=workspace,
            attempt=attempt,
            account_id=each,
            about=each in account_ids,
            discussed=each in talked,
            counts=None if counted is None else each in counted,
        )
        for each in dict.fromkeys([*account_ids, *talked, *(counted or ())])
    )
    if returned_on is not None:
        AttemptCorrection.objects.create(
            workspace=workspace, attempt=attempt, kind=AttemptCorrection.Kind.RETURNED, on=returned_on
        )
    record(
        workspace,
        type=events.ATTEMPT_CONCLUDED,
        object=attempt,
        account_id=account_ids[0],
        data={
            "attempt_id": attempt.public_id,
            "channel": channel,
            "connect_status": str(connect_status),
            "conversation": bool(talked),
        },
    )
    return attempt


def _store_debts(attempt: ContactAttempt, about: Sequence[UUID], talked: Sequence[UUID]) -> None:
    """Keep per debt what was talked about and what the call counts toward (FREQ-01), for the evidence."""
    outbound = attempt.direction == ContactAttempt.Direction.OUTBOUND
    counts = outbound and attempt.channel in VOICE and attempt.connect_status not in UNREACHED
    rows = AttemptDebt.objects.filter(workspace_id=attempt.workspace_id, attempt_id=attempt.id)
    rows.update(counts=counts)
    rows.filter(account_id__in=talked).update(discussed=True)
    AttemptDebt.objects.bulk_create(
        AttemptDebt(
            workspace_id=attempt.workspace_id,
            attempt_id=attempt.id,
            account_id=each,
            about=False,
            discussed=True,
            counts=counts,
        )
        for each in talked
        if each not in about
    )


def _remember_writing(attempt: ContactAttempt) -> None:
    satisfied = (attempt.intent.get("content") or {}).get("satisfies", ())
    kinds = [] if attempt.purpose in SILENT_ON_DEBT else [DebtMark.Kind.INITIAL_WRITTEN]
    if FULL in satisfied:
        kinds.append(DebtMark.Kind.FULL_MM_WRITTEN)
    _mark_first(attempt, debts_of(attempt), kinds, attempt.count_local_date)


def _remember_talk(attempt: ContactAttempt, talked: Sequence[UUID]) -> None:
    if not talked:
        return
    heard = {each.get("code") for each in attempt.disclosures}
    kinds = [DebtMark.Kind.INITIAL_ORAL, *([DebtMark.Kind.FULL_MM_ORAL] if FULL in heard else [])]
    _mark_first(attempt, talked, kinds, attempt.count_local_date)


def _unsay(attempt: ContactAttempt, evidence: str) -> None:
    """End what was remembered of a contact that never reached the consumer; a later one takes its place (VN-06)."""
    marks = list(_marks_in_force(attempt).filter(evidence=attempt.public_id))
    DebtMark.objects.bulk_create(
        DebtMark(
            workspace_id=attempt.workspace_id,
            account_id=mark.account_id,
            kind=mark.kind,
            on=mark.on,
            valid_from=clock.now(),
            ends_id=mark.id,
            end_reason=DebtMark.End.WITHDRAWN,
            evidence=evidence,
        )
        for mark in marks
    )
    for later in _others_that_reached(attempt, {mark.account_id for mark in marks}):
        if later.channel in WRITTEN:
            _remember_writing(later)
        else:
            _remember_talk(later, _talked_about(later))


def _others_that_reached(attempt: ContactAttempt, accounts: Iterable[UUID]) -> QuerySet[ContactAttempt]:
    """The other contacts about these accounts that went through the gate and weren't taken back, oldest first."""
    mine = {"workspace_id": attempt.workspace_id}
    corrections = AttemptCorrection.objects.filter(**mine)
    void = corrections.filter(Q(kind=AttemptCorrection.Kind.RETURNED) | Q(connect_status__in=UNREACHED))
    about = AttemptDebt.objects.filter(**mine, account_id__in=list(accounts)).values("attempt_id")
    sent = ContactAttempt.objects.filter(**mine, id__in=about, status=Status.CONCLUDED, decision__isnull=False)
    return sent.exclude(id__in=[attempt.id]).exclude(id__in=void.values("attempt_id")).order_by("dispatched_at", "id")


def _talked_about(attempt: ContactAttempt) -> list[UUID]:
    talked = AttemptDebt.objects.filter(workspace_id=attempt.workspace_id, attempt_id=attempt.id, discussed=True)
    return list(talked.values_list("account_id", flat=True))


def _marks_in_force(attempt: ContactAttempt) -> QuerySet[DebtMark]:
    marks = DebtMark.objects.filter(workspace_id=attempt.workspace_id)
    ended = marks.filter(ends__isnull=False).values("ends_id")
    return marks.filter(ends__isnull=True).exclude(id__in=ended)


def _mark_first(
    attempt: ContactAttempt, accounts: Sequence[UUID], kinds: Sequence[DebtMark.Kind], day: dt.date
) -> None:
    """Mark what happened for the first time; the initial communication is one, oral or written."""
    initial = (DebtMark.Kind.INITIAL_ORAL, DebtMark.Kind.INITIAL_WRITTEN)
    known = set(_marks_in_force(attempt).filter(account_id__in=accounts).values_list("account_id", "kind"))
    DebtMark.objects.bulk_create(
        DebtMark(
            workspace_id=attempt.workspace_id,
            account_id=account,
            kind=kind,
            on=day,
            valid_from=clock.now(),
            evidence=attempt.public_id,
        )
        for account in accounts
        for kind in kinds
        if (account, kind) not in known and not (kind in initial and any((account, each) in known for each in initial))
    )
