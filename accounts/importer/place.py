"""Placing rows: what is there already, who is meant, whether the entity may act there, then one write and its facts.

The API's single debt, the bulk endpoint and the file all come through ``place_rows``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts import events
from accounts.importer import stage
from accounts.importer.cells import cells_of
from accounts.importer.draft import Blind, Draft, Warned, draft
from accounts.importer.validator import Checked, Fault
from accounts.matching import Candidate, Identity, match
from accounts.models import Account, Person, Placement
from audit.models import Event
from audit.services import Fact, Prepared, prepare, record_prepared
from credira.core import clock, crypto
from credira.core.ids import public_id, uuid7
from credira.tenancy.models import Workspace
from creditors import selectors as creditors
from creditors.models import OperatingEntity

Answer = Literal["placed", "unchanged", "refused"]
# Takes what may be done meanwhile, returns what waits for its result.
Aside = Callable[[Callable[[], Prepared]], Callable[[], Prepared]]
OTHER_VALUES = "This reference is placed already, with other values. Change the account instead."
CLOSED = "This reference was closed. Set its account's status to placed, and its balance, to take it up again."
SAME_EMAIL = "same_email_other_identity"


@dataclass(slots=True)
class Outcome:
    """What became of one row; ``account_id`` is the new one's, or of the one that was there already."""

    number: int
    answer: Answer
    account_id: UUID | None = None
    person_id: UUID | None = None
    reference: str = ""
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """An account that the workspace has already."""

    id: UUID
    content_hash: bytes
    placement_id: UUID | None
    row: int | None
    status: str


def business_date(workspace: Workspace) -> dt.date:
    """Today, where the creditor is."""
    return clock.now().astimezone(ZoneInfo(workspace.creditor.time_zone)).date()


@dataclass(frozen=True, slots=True)
class Ready:
    """A row without faults: its draft, and the cells that don't hang on who is known already."""

    draft: Draft
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What can be done with rows before the database is asked: in the rows' order, each refused or ready."""

    rows: Sequence[Checked]
    ready: Mapping[int, Ready]


def read_rows(workspace_id: UUID, rows: Sequence[Checked], today: dt.date) -> Read:
    """Draft the rows without faults. Touches no database."""
    blind = Blind(workspace_id, crypto.blind_index)
    drafts = (draft(row.values, row.number, today, blind) for row in rows if not row.faults)
    return Read(rows, {new.number: Ready(new, cells_of(new)) for new in drafts})


def place_rows(
    workspace: Workspace, read: Read, placement: Placement | None = None, aside: Aside | None = None
) -> tuple[list[Outcome], list[Event]]:
    """Place the rows without faults; the outcomes come in the rows' order, with the events recorded.

    Call it bound. Takes the workspace's placing lock until the transaction ends. ``aside`` may let another thread write
    the facts out while the database stores the accounts.
    """
    stage.lock(workspace.pk)
    outcomes = {row.number: _refused(row) for row in read.rows if row.faults}
    fresh = _not_there_yet(workspace, [row.draft for row in read.ready.values()], placement, outcomes)
    allowed = _with_entities(workspace, fresh, business_date(workspace), outcomes)
    people = _People(workspace, [new for new, _ in allowed])
    written = [_written(read.ready[new.number], entity, people, outcomes) for new, entity in allowed]
    if not written:
        return [outcomes[row.number] for row in read.rows], []

    def facts() -> Prepared:
        return prepare(workspace, [_fact(outcomes[new.number], new, placement) for new, _ in allowed])

    prepared = aside(facts) if aside else facts
    stage.write(
        written,
        workspace=workspace.pk,
        placement=placement.pk if placement else None,
        creditor=creditors.profile(workspace).name,
        now=clock.now(),
        wall=clock.wall(),
    )
    people.flag()
    recorded = record_prepared(workspace, prepared())
    return [outcomes[row.number] for row in read.rows], recorded


def _refused(row: Checked) -> Outcome:
    return Outcome(row.number, "refused", reference=str(row.values.get("creditor_reference") or ""), faults=row.faults)


def _not_there_yet(
    workspace: Workspace, drafts: Iterable[Draft], placement: Placement | None, outcomes: dict[int, Outcome]
) -> list[Draft]:
    """Leave out what is placed already: unchanged, changed, or a second time in the same file."""
    drafts = list(drafts)
    before = _before(workspace, drafts)
    fresh: list[Draft] = []
    for new in drafts:
        key: str | bytes = new.reference or new.content_hash
        known = before.get(key)
        if known is None:
            before[key] = Before(
                UUID(int=0), new.content_hash, placement.pk if placement else None, new.number, Account.Status.PLACED
            )
            fresh.append(new)
        elif placement is not None and known.placement_id == placement.pk:
            outcomes[new.number] = _again(new, known)
        elif known.content_hash == new.content_hash:
            outcomes[new.number] = Outcome(new.number, "unchanged", known.id, reference=new.reference)
        else:
            message = CLOSED if known.status == Account.Status.CLOSED else OTHER_VALUES
            outcomes[new.number] = _fault(new, "creditor_reference", "REFERENCE_EXISTS", message, new.reference)
            outcomes[new.number].account_id = known.id
    return fresh


def _again(new: Draft, known: Before) -> Outcome:
    message = f"Also in row {known.row} of this file. Keep one of the two rows."
    if new.reference:
        return _fault(new, "creditor_reference", "DUPLICATE_REFERENCE", message, new.reference)
    return _fault(new, "", "DUPLICATE_ROW", message, "")


def _before(workspace: Workspace, drafts: Iterable[Draft]) -> dict[str | bytes, Before]:
    references = [new.reference for new in drafts if new.reference]
    hashes = [new.content_hash for new in drafts if not new.reference]
    known = Account.objects.filter(workspace=workspace)
    columns = ("creditor_reference", "id", "content_hash", "placement_id", "placement_row", "status")
    found: dict[str | bytes, Before] = {}
    for rows in (
        known.filter(creditor_reference__any_of=references) if references else (),
        known.filter(creditor_reference="", content_hash__any_of=hashes) if hashes else (),
    ):
        for reference, pk, digest, placement_id, row, status in rows.values_list(*columns) if rows else ():
            found[reference or bytes(digest)] = Before(pk, bytes(digest), placement_id, row, status)
    return found


def _with_entities(
    workspace: Workspace, drafts: Iterable[Draft], today: dt.date, outcomes: dict[int, Outcome]
) -> list[tuple[Draft, OperatingEntity]]:
    """Each draft with the entity that acts for it; pre-charge-off work without an authorization is refused, the rest
    is placed and held (SCOPE-04).
    """
    entities: dict[str, OperatingEntity | None] = {}
    places: dict[str, set[str]] = {}
    allowed: list[tuple[Draft, OperatingEntity]] = []
    for new in drafts:
        if new.role not in entities:
            entity = creditors.default_entity(workspace, new.role)
            entities[new.role] = entity
            places[new.role] = creditors.authorized_places(workspace, entity, new.role, today) if entity else set()
        entity = entities[new.role]
        if entity is None:
            message = f"No operating entity acts as {new.role.replace('_', ' ')} here. Add one in the settings."
            outcomes[new.number] = _fault(new, "collector_role", "NO_OPERATING_ENTITY", message, new.role)
            continue
        missing = sorted(new.places - places[new.role])
        if missing and new.phase != "recovery":
            message = f"{entity.name} has no authorization for {', '.join(missing)}. Add it, then place the row again."
            outcomes[new.number] = _fault(new, "address_state", "STATE_NOT_AUTHORIZED", message, new.state)
            continue
        if missing:
            new.held = True
            message = f"Held: {entity.name} has no authorization for {', '.join(missing)}."
            new.warnings.append(Warned("STATE_NOT_AUTHORIZED", message, "address_state"))
        allowed.append((new, entity))
    return allowed


def _fault(new: Draft, column: str, code: str, message: str, value: str) -> Outcome:
    return Outcome(
        new.number, "refused", reference=new.reference, faults=[Fault(column, code, message, value)], draft=new
    )


class _People:
    """The persons whom a set of rows may mean: those held already, and those made on the way."""

    def __init__(self, workspace: Workspace, drafts: Iterable[Draft]) -> None:
        self.workspace = workspace
        self.by_email: dict[str, list[Candidate]] = {}
        self.by_name: dict[str, list[Candidate]] = {}
        self.doubtful: set[UUID] = set()
        emails = {new.identity.email for new in drafts if new.identity.email}
        nameless = {new.identity.name for new in drafts if not new.identity.email and new.identity.name}
        held = Person.objects.filter(workspace=workspace)
        columns = ("id", "email_norm", "name_norm", "zip", "last4_index")
        for rows in (
            held.filter(email_norm__any_of=emails) if emails else None,
            held.filter(name_norm__any_of=nameless) if nameless else None,
        ):
            for pk, email, name, code, last4 in rows.values_list(*columns) if rows is not None else ():
                self._add(Candidate(pk, Identity(email, name, code, bytes(last4) if last4 else None)))

    def resolve(self, new: Draft) -> tuple[UUID, bool]:
        """``(person, is new)``."""
        identity = new.identity
        near = self.by_email.get(identity.email, ()) if identity.email else self.by_name.get(identity.name, ())
        found = match(identity, near)
        if found.person is not None:
            return found.person, False
        made = uuid7()
        self._add(Candidate(made, identity))
        if found.doubtful:
            self.doubtful.update(found.doubtful, {made})
            message = "Another consumer has this e-mail address with another identity; both are flagged for review."
            new.warnings.append(Warned("CONSUMER_UNCERTAIN", message, "consumer_email"))
        return made, True

    def flag(self) -> None:
        """Mark those who share an address and yet seem to be two."""
        if self.doubtful:
            Person.objects.filter(workspace=self.workspace, id__in=self.doubtful).update(review_reason=SAME_EMAIL)

    def _add(self, candidate: Candidate) -> None:
        self.by_email.setdefault(candidate.identity.email, []).append(candidate)
        self.by_name.setdefault(candidate.identity.name, []).append(candidate)


def _written(row: Ready, entity: OperatingEntity, people: _People, outcomes: dict[int, Outcome]) -> tuple[Any, ...]:
    new = row.draft
    person, is_new = people.resolve(new)
    outcomes[new.number] = Outcome(
        new.number, "placed", new.account_id, person, new.reference, warnings=new.warnings, draft=new
    )
    return is_new, str(person), str(entity.pk), *row.cells


def _fact(outcome: Outcome, new: Draft, placement: Placement | None) -> Fact:
    get = new.values.get
    assert outcome.account_id is not None
    assert outcome.person_id is not None
    data = {
        "account_id": public_id("acct", outcome.account_id),
        "creditor_reference": new.reference,
        "consumer_id": public_id("cons", outcome.person_id),
        "status": Account.Status.PLACED,
        "phase": new.phase,
        "collector_role": new.role,
        "account_type": get("account_type") or "other",
        "current_balance": new.balance,
        "currency": get("currency"),
        "state": new.state,
        "placement_id": placement.public_id if placement else None,
        "warnings": sorted({warning.code for warning in new.warnings}),
    }
    return Fact(
        type=events.ACCOUNT_PLACED,
        data=data,
        object_prefix="acct",
        object_id=outcome.account_id,
        account_id=outcome.account_id,
    )


def count_warnings(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many rows carry each warning: ``NO_PHONE``, ``NOT_ASSERTED:interest_since``."""
    return Counter(
        f"{warning.code}:{warning.field}" if warning.code == "NOT_ASSERTED" else warning.code
        for outcome in outcomes
        for warning in outcome.warnings
    )
