"""Reads of this room. ``next_contact`` (what may come next, and why not sooner) lives in ``compliance.planning``."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import Account
from compliance.models import (
    AttemptCorrection,
    AttemptDebt,
    AttorneyRep,
    Bankruptcy,
    Consent,
    ContactAttempt,
    Dispute,
    DisputeAnswer,
    EmailBasis,
    Fact,
    GateDecision,
    Hold,
    ValidationNotice,
)
from compliance.sheets.facts import PROVISIONAL, Known, read_facts
from credira.core import clock
from credira.core.errors import NotFound
from credira.tenancy.models import Workspace

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class ContactSummary:
    """Contacts about one account: begun by us or by them, by channel, with a verified right party, and the last one."""

    outbound: int
    inbound: int
    by_channel: dict[str, int]
    right_party: int
    last: ContactAttempt | None


@dataclass(frozen=True)
class AroundAttempt:
    """The decision that allowed an attempt, the debts it was about, and what was learned of it later."""

    decision: GateDecision | None
    debts: list[AttemptDebt]
    corrections: list[AttemptCorrection]


def get_attempt(workspace: Workspace, attempt_id: UUID, *, lock: bool = False) -> ContactAttempt:
    """One attempt; ``lock`` holds its row until the transaction ends. Raises ``NotFound``."""
    found = ContactAttempt.objects.filter(workspace=workspace, id=attempt_id)
    attempt = (found.select_for_update(no_key=True) if lock else found).first()
    if attempt is None:
        raise NotFound
    return attempt


def known_references(workspace: Workspace, references: Sequence[str]) -> set[str]:
    """Which of these provider's references belong to an attempt already."""
    found = ContactAttempt.objects.filter(workspace=workspace, provider_reference__in=list(references))
    return set(found.values_list("provider_reference", flat=True))


def list_attempts(workspace: Workspace, account_id: UUID) -> QuerySet[ContactAttempt]:
    """The contacts about one account, newest first."""
    about = AttemptDebt.objects.filter(workspace=workspace, account_id=account_id).values_list("attempt_id", flat=True)
    return ContactAttempt.objects.filter(workspace=workspace, id__in=list(about)).order_by("-id")


def get_contact_summary(workspace: Workspace, account_id: UUID) -> ContactSummary:
    """How often and by what the people of one account were reached; a try that was never placed isn't counted."""
    placed = list_attempts(workspace, account_id).filter(dispatched_at__isnull=False)
    placed = placed.exclude(status=ContactAttempt.Status.GIVEN_UP)
    verified = Count("id", filter=Q(right_party=ContactAttempt.RightParty.VERIFIED))
    rows = placed.order_by().values("channel", "direction").annotate(count=Count("id"), verified=verified)
    by_channel: dict[str, int] = {}
    by_direction: dict[str, int] = {}
    right_party = 0
    for row in rows:
        by_channel[row["channel"]] = by_channel.get(row["channel"], 0) + row["count"]
        by_direction[row["direction"]] = by_direction.get(row["direction"], 0) + row["count"]
        right_party += row["verified"]
    return ContactSummary(
        outbound=by_direction.get(ContactAttempt.Direction.OUTBOUND, 0),
        inbound=by_direction.get(ContactAttempt.Direction.INBOUND, 0),
        by_channel=by_channel,
        right_party=right_party,
        last=placed.order_by("-dispatched_at", "-id").first(),
    )


def beside_attempts(workspace: Workspace, attempts: Sequence[ContactAttempt]) -> dict[UUID, AroundAttempt]:
    """What hangs on each of these attempts, in three queries."""
    ids = [attempt.id for attempt in attempts]
    decisions = GateDecision.objects.filter(workspace=workspace).in_bulk(
        [attempt.decision_id for attempt in attempts if attempt.decision_id is not None]
    )
    found = {each.id: AroundAttempt(decisions.get(each.decision_id), [], []) for each in attempts}
    for debt in AttemptDebt.objects.filter(workspace=workspace, attempt_id__in=ids).order_by("id"):
        found[debt.attempt_id].debts.append(debt)
    for correction in AttemptCorrection.objects.filter(workspace=workspace, attempt_id__in=ids).order_by("id"):
        found[correction.attempt_id].corrections.append(correction)
    return found


def list_consents(workspace: Workspace) -> QuerySet[Consent]:
    """Consents given, newest first, each with ``ended_at`` (null while it holds)."""
    given = Consent.objects.filter(workspace=workspace, ends__isnull=True)
    return given.annotate(ended_at=_ended(Consent)).order_by("-id")


def list_email_bases(workspace: Workspace) -> QuerySet[EmailBasis]:
    """The reasons to use e-mail addresses, newest first, each with ``ended_at`` (null while it holds)."""
    recorded = EmailBasis.objects.filter(workspace=workspace, ends__isnull=True)
    return recorded.annotate(ended_at=_ended(EmailBasis)).order_by("-id")


def list_holds(workspace: Workspace, person_id: UUID, account_id: UUID) -> QuerySet[Hold]:
    """The holds that reach one account of a person, newest first, each with ``ended_at`` (null while it holds)."""
    reaching = Q(debts__isnull=True) | Q(debts__contains=[account_id])
    placed = Hold.objects.filter(reaching, workspace=workspace, person_id=person_id, ends__isnull=True)
    return placed.annotate(ended_at=_ended(Hold)).order_by("-id")


def get_hold(workspace: Workspace, account: Account, hold_id: UUID) -> Hold:
    """One hold that reaches the account. Raises ``NotFound``."""
    hold = list_holds(workspace, account.person_id, account.id).filter(id=hold_id).first()
    if hold is None:
        raise NotFound
    return hold


def list_call_backs(workspace: Workspace) -> QuerySet[Hold]:
    """Who waits for a person to call back, longest first: holds of artificial voices that nobody has released."""
    asked = Hold.objects.filter(workspace=workspace, kind=Hold.Kind.HUMAN_REQUESTED, ends__isnull=True)
    waiting = unended(asked.annotate(ended_at=_ended(Hold)))
    return waiting.exclude(until__lte=clock.now()).order_by("id")


def get_call_back(workspace: Workspace, hold_id: UUID) -> Hold:
    """One of those. Raises ``NotFound``."""
    return _one_of(list_call_backs(workspace), hold_id)


def list_attorneys(workspace: Workspace) -> QuerySet[AttorneyRep]:
    """Representations that stand, oldest first; one whose ``identity`` is unknown has no address to write to."""
    told = AttorneyRep.objects.filter(workspace=workspace, ends__isnull=True)
    return unended(told.annotate(ended_at=_ended(AttorneyRep))).order_by("id")


def list_unknown_attorneys(workspace: Workspace) -> QuerySet[AttorneyRep]:
    """Who told of a lawyer without an address, longest first."""
    return list_attorneys(workspace).filter(identity=AttorneyRep.Identity.UNKNOWN)


def get_unknown_attorney(workspace: Workspace, representation_id: UUID) -> AttorneyRep:
    """One of those. Raises ``NotFound``."""
    return _one_of(list_unknown_attorneys(workspace), representation_id)


def list_bankruptcies(workspace: Workspace, person_id: UUID | None = None) -> QuerySet[Bankruptcy]:
    """Cases, known and told, newest first, each with ``ended_at`` (released); of one person where it is named.

    What a later row took the place of isn't listed.
    """
    replaced = Bankruptcy.objects.filter(workspace=workspace, end_reason=Fact.End.SUPERSEDED).values("ends_id")
    found = Bankruptcy.objects.filter(workspace=workspace, ends__isnull=True).exclude(id__in=replaced)
    if person_id is not None:
        found = found.filter(person_id=person_id)
    return found.annotate(ended_at=_ended(Bankruptcy)).order_by("-id")


def get_bankruptcy(workspace: Workspace, bankruptcy_id: UUID) -> Bankruptcy:
    """One of those. Raises ``NotFound``."""
    return _one_of(list_bankruptcies(workspace), bankruptcy_id)


def bankruptcy_status(case: Any) -> str:
    """``to_check`` (told, and nobody has looked it up), ``confirmed`` or ``released``; of one of those lists."""
    if case.ended_at is not None:
        return "released"
    return "to_check" if case.provisional else "confirmed"


def check_by(case: Bankruptcy) -> dt.date | None:
    """The first day on which a case that was only told holds no contact any more: somebody must decide before."""
    return case.filed_on + PROVISIONAL if case.provisional else None


def standing_holds_for(workspace: Workspace, evidence: str) -> QuerySet[Hold]:
    """The holds of the workspace that were placed for one cause and weren't released, oldest first."""
    ended = Hold.objects.filter(workspace=workspace, ends__isnull=False).values("ends_id")
    placed = Hold.objects.filter(workspace=workspace, evidence=evidence, ends__isnull=True)
    return placed.exclude(id__in=ended).order_by("id")


def list_disputes(workspace: Workspace) -> QuerySet[Dispute]:
    """Disputes and original-creditor requests, newest first, each with ``ended_at`` (withdrawn) and its ``answers``."""
    answers = DisputeAnswer.objects.filter(workspace=workspace, ends__isnull=True)
    answers = answers.annotate(returned_on=_ended(DisputeAnswer, "on")).order_by("id")
    filed = Dispute.objects.filter(workspace=workspace, ends__isnull=True).annotate(ended_at=_ended(Dispute))
    return filed.prefetch_related(Prefetch("answers", queryset=answers)).order_by("-id")


def get_dispute(workspace: Workspace, dispute_id: UUID) -> Dispute:
    """One of those. Raises ``NotFound``."""
    dispute = list_disputes(workspace).filter(id=dispute_id).first()
    if dispute is None:
        raise NotFound
    return dispute


def list_notices(workspace: Workspace, account_id: UUID) -> QuerySet[ValidationNotice]:
    """The validation notices of one account, newest first."""
    return ValidationNotice.objects.filter(workspace=workspace, account_id=account_id).order_by("-id")


def find_notice(workspace: Workspace, account_id: UUID) -> ValidationNotice | None:
    """The newest validation notice of an account."""
    return list_notices(workspace, account_id).first()


def has_notice(workspace: Workspace, account_id: UUID) -> bool:
    """Whether the account's validation notice is on its way or was sent, or none is owed."""
    return list_notices(workspace, account_id).exclude(status=ValidationNotice.Status.CANCELLED).exists()


def get_notice(workspace: Workspace, notice_id: UUID, *, lock: bool = False) -> ValidationNotice:
    """One notice; ``lock`` holds its row until the transaction ends. Raises ``NotFound``."""
    found = ValidationNotice.objects.filter(workspace=workspace, id=notice_id)
    notice = (found.select_for_update(no_key=True) if lock else found).first()
    if notice is None:
        raise NotFound
    return notice


def open_disputes(workspace: Workspace, account_ids: Sequence[UUID]) -> dict[UUID, Decimal | None]:
    """The accounts with a dispute that isn't answered or withdrawn, and the disputed part (None: the whole)."""
    found = list_disputes(workspace).filter(account_id__in=list(account_ids))
    return {dispute.account_id: dispute.amount for dispute in found if dispute_status(dispute) == "open"}


def standing(workspace: Workspace, accounts: Sequence[Account]) -> dict[UUID, str]:
    """What is shown instead of an account's status, in one query: ``disputed``, ``paused`` (another hold), or nothing.

    Derived from the facts of now and never stored.
    """
    now = clock.now()
    people = {account.person_id for account in accounts}
    by_person, by_account, everywhere = read_facts(workspace, people, [account.id for account in accounts], now)
    killed = any(known.label == "hold" and known.in_force(now) for known in everywhere)
    shown: dict[UUID, str] = {}
    for account in accounts:
        key = str(account.id)
        if _has_open_dispute(by_account.get(key, ()), now):
            shown[account.id] = "disputed"
        elif killed or any(known.stops(key, now) for known in by_person.get(str(account.person_id), ())):
            shown[account.id] = "paused"
    return shown


def _has_open_dispute(facts: Sequence[Known], at: dt.datetime) -> bool:
    answered = {each.row["dispute_id"] for each in facts if each.label == "disputeanswer" and not each.over(at)}
    return any(each.label == "dispute" and each.in_force(at) and each.row["id"] not in answered for each in facts)


def dispute_status(dispute: Any) -> str:
    """``open``, ``answered`` (an answer was sent and stayed) or ``withdrawn``; of a dispute from ``list_disputes``."""
    if dispute.ended_at is not None:
        return "withdrawn"
    return "answered" if any(answer.returned_on is None for answer in dispute.answers.all()) else "open"


def _one_of(rows: QuerySet[F], key: UUID) -> F:
    """The row of that id. Raises ``NotFound``."""
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def unended(facts: "QuerySet[F]") -> "QuerySet[F]":
    """Those of a ``list_…`` of facts that nobody ended."""
    return facts.filter(ended_at=None)


def _ended(model: type[Fact], column: str = "valid_from") -> Subquery:
    """A column of the row that ended a fact; null while it holds."""
    end = model._default_manager.filter(workspace_id=OuterRef("workspace_id"), ends_id=OuterRef("id"))
    return Subquery(end.values(column)[:1])
