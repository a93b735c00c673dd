"""Dealing with a file, five thousand rows a transaction: a worker that dies goes on where its last commit was."""

import contextvars
import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db import connection

from accounts import events
from accounts.importer.place import Outcome, Read, business_date, count_warnings, place_rows, read_rows
from accounts.importer.reader import ROWS_PER_PART, unpack
from accounts.importer.validator import Validator
from accounts.models import Placement, PlacementPart, PlacementRefusal
from audit.services import Prepared, record
from credira.core import clock, context
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind

_MAX_VALUE = 500


@dataclass(slots=True)
class Part:
    """A slice of the file whose rows another thread checks. ``headings``: how this file calls each field."""

    number: int
    headings: Mapping[str, str]
    check: Callable[[], Read]
    checking: Future[Read] | None = None

    def begin(self, pool: Executor) -> Future[Read]:
        """Let the other thread check the rows, unless it does already."""
        self.checking = self.checking or pool.submit(self.check)
        return self.checking


def run_placement(workspace: Workspace, placement_id: UUID) -> None:
    """Deal with what is left of a file. Call it unbound; safe to run again after any death.

    Returns when the whole file is dealt with, also when another worker shares the work: a lease may end before a large
    file does, and the due row must not be done while the file isn't.
    """
    with ThreadPoolExecutor(1) as pool:
        part = _load(workspace, placement_id, number=None)
        while part is not None:
            following = _load(workspace, placement_id, number=part.number + 1)
            mine = _place_part(workspace, placement_id, part, following, pool)
            part = following if mine else _load(workspace, placement_id, number=None)


def _load(workspace: Workspace, placement_id: UUID, number: int | None) -> Part | None:
    """A part as it is stored; None: the next one to do."""
    with bind(workspace) as bound:
        placement = Placement.objects.get(workspace=bound, pk=placement_id)
        if placement.status not in (Placement.Status.QUEUED, Placement.Status.RUNNING):
            return None
        if number is None:
            number = placement.done // ROWS_PER_PART
        stored = PlacementPart.objects.filter(workspace=bound, placement=placement, number=number).first()
        if stored is None:
            return None
        validator = Validator(placement.header, business_date(bound), bound.creditor.currency)
        today = business_date(bound)
    return Part(number, validator.heading_of, partial(_check, validator, stored.body, workspace.pk, today))


def _check(validator: Validator, body: str, workspace_id: UUID, today: dt.date) -> Read:
    return read_rows(workspace_id, [validator.check(number, cells) for number, cells in unpack(body)], today)


def _place_part(workspace: Workspace, placement_id: UUID, part: Part, following: Part | None, pool: Executor) -> bool:
    """One transaction; False when another worker did this part meanwhile."""

    def aside(work: Callable[[], Prepared]) -> Callable[[], Prepared]:
        """Let the other thread do it, then check the next part, while the database has the accounts to store."""
        asked = pool.submit(contextvars.copy_context().run, work)
        if following is not None:
            following.begin(pool)
        return asked.result

    rows = part.begin(pool).result()
    with bind(workspace) as bound:
        placement = Placement.objects.select_for_update().get(workspace=bound, pk=placement_id)
        if placement.done // ROWS_PER_PART != part.number or placement.done == placement.total:
            return False
        if following is not None:
            # The last part's commit flushes the log of all before it.
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
        if placement.status == Placement.Status.QUEUED:
            move(placement, Placement.Status.RUNNING, started_at=clock.wall())
        with context.acting_as(placement.actor_kind, placement.actor_id, placement.actor_name):  # type: ignore[arg-type]
            outcomes, _ = place_rows(bound, rows, placement, aside)
            _refuse(bound, placement, part.headings, outcomes)
            _count(placement, outcomes)
            if placement.done == placement.total:
                _complete(bound, placement)
    return True


def _refuse(
    workspace: Workspace, placement: Placement, headings: Mapping[str, str], outcomes: Sequence[Outcome]
) -> None:
    PlacementRefusal.objects.bulk_create(
        [
            PlacementRefusal(
                workspace=workspace,
                placement=placement,
                row=outcome.number,
                column=headings.get(fault.column, fault.column),
                code=fault.code,
                message=fault.message[:300],
                value=_storable(fault.value),
                reference=_storable(outcome.reference)[:100],
            )
            for outcome in outcomes
            for fault in outcome.faults
        ],
        batch_size=1_000,
    )


def _storable(value: str) -> str:
    """A cell as PostgreSQL can keep it: no NUL, no lone surrogates, not longer than needed to find it."""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:_MAX_VALUE]


def _count(placement: Placement, outcomes: Sequence[Outcome]) -> None:
    answers = Counter(outcome.answer for outcome in outcomes)
    amounts = {currency: Decimal(text) for currency, text in placement.amounts.items()}
    for outcome in outcomes:
        if outcome.answer == "placed" and outcome.draft:
            currency = outcome.draft.values["currency"]
            amounts[currency] = amounts.get(currency, Decimal(0)) + outcome.draft.balance
    placement.placed += answers["placed"]
    placement.unchanged += answers["unchanged"]
    placement.refused += answers["refused"]
    placement.done += len(outcomes)
    placement.warned += sum(1 for outcome in outcomes if outcome.answer == "placed" and outcome.warnings)
    placement.warnings = dict(Counter(placement.warnings) + count_warnings(outcomes))
    placement.amounts = {currency: str(amount) for currency, amount in amounts.items()}
    placement.updated_at = clock.wall()
    placement.save()


def _complete(workspace: Workspace, placement: Placement) -> None:
    move(placement, Placement.Status.COMPLETED, finished_at=clock.wall())
    record(
        workspace,
        events.PLACEMENT_COMPLETED,
        object=placement,
        data={
            "placement_id": placement.public_id,
            "filename": placement.filename,
            "total": placement.total,
            "placed": placement.placed,
            "unchanged": placement.unchanged,
            "refused": placement.refused,
            "amounts": {currency: Decimal(text) for currency, text in placement.amounts.items()},
        },
    )
