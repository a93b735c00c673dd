"""Files of accounts: taken in at once, placed by a worker, their refused rows given back to mend."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from accounts import events
from accounts.errors import FileRefused
from accounts.importer.fields import IGNORED
from accounts.importer.place import business_date
from accounts.importer.reader import MAX_ROWS, ROWS_PER_PART, Hashed, Row, Unreadable, pack, read, unpack
from accounts.importer.validator import HeaderFault, Validator
from accounts.models import Placement, PlacementPart, PlacementRefusal
from accounts.selectors import get_placement
from audit.services import record
from credira.core import clock, context
from credira.core.cells import safe_cell
from credira.core.state import move
from credira.tenancy.models import Workspace
from credira.work.due import schedule

IMPORT = "accounts.import"


@transaction.atomic
def start_placement(*, workspace: Workspace, file: BinaryIO, filename: str) -> Placement:
    """Keep a CSV file and let a worker place it. Raises ``FileRefused`` for what can't be read as rows of accounts."""
    hashed = Hashed(file)
    actor = context.actor()
    try:
        header, rows = read(hashed)
        Validator(header, business_date(workspace), workspace.creditor.currency)
        placement = Placement.objects.create(
            workspace=workspace,
            filename=filename[:200],
            size=0,
            sha256="",
            header=header,
            total=0,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_name=actor.name,
        )
        total = _keep(workspace, placement, rows)
    except (Unreadable, HeaderFault) as error:
        raise FileRefused(str(error)) from error
    if total == 0:
        raise FileRefused("The file has a header and no rows.")
    placement.total, placement.size, placement.sha256 = total, hashed.size, hashed.digest.hexdigest()
    placement.save()
    schedule(workspace, IMPORT, placement.pk, clock.wall(), clock="wall")
    return placement


def fail_placement(workspace: Workspace, placement_id: UUID) -> None:
    """Give up a file that failed again and again. What was placed stays placed, and the file may come again."""
    placement = get_placement(workspace, placement_id)
    if placement.status not in (Placement.Status.QUEUED, Placement.Status.RUNNING):
        return
    told = f"{placement.done:,} of {placement.total:,} rows were dealt with"
    move(
        placement,
        Placement.Status.FAILED,
        finished_at=clock.wall(),
        error=f"{told}; then something went wrong on our side, several times. Upload the file again for the rest: no "
        "row is placed twice.",
    )
    record(
        workspace,
        events.PLACEMENT_FAILED,
        object=placement,
        data={"placement_id": placement.public_id, "done": placement.done, "total": placement.total},
    )


def refused_csv(workspace: Workspace, placement: Placement) -> Iterator[str]:
    """The refused rows as they came, with a ``reason`` column, ready to mend and upload again."""
    reasons: dict[int, list[str]] = {}
    for refusal in PlacementRefusal.objects.filter(workspace=workspace, placement=placement).order_by("row", "id"):
        told = f"{refusal.column}: {refusal.message}" if refusal.column else refusal.message
        reasons.setdefault(refusal.row, []).append(f"{told} [{refusal.code}]")
    kept = [index for index, heading in enumerate(placement.header) if heading.lower() not in IGNORED]
    yield _line([placement.header[index] for index in kept] + ["reason"])
    for number, cells in _rows(workspace, placement, frozenset(reasons)):
        padded = [*cells, *[""] * len(placement.header)]
        yield _line([safe_cell(_text(padded[index])) for index in kept] + [safe_cell(" ".join(reasons[number]))])


def _keep(workspace: Workspace, placement: Placement, rows: Iterator[Row]) -> int:
    total, part = 0, 0
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        total += 1
        if total > MAX_ROWS:
            raise Unreadable(f"The file has more than {MAX_ROWS:,} rows. Split it")
        if len(batch) == ROWS_PER_PART:
            PlacementPart.objects.create(workspace=workspace, placement=placement, number=part, body=pack(batch))
            batch, part = [], part + 1
    if batch:
        PlacementPart.objects.create(workspace=workspace, placement=placement, number=part, body=pack(batch))
    return total


def _rows(workspace: Workspace, placement: Placement, wanted: frozenset[int]) -> Iterator[Row]:
    parts = PlacementPart.objects.filter(workspace=workspace, placement=placement).order_by("number")
    for part in parts.iterator(chunk_size=1):
        yield from (row for row in unpack(part.body) if row[0] in wanted)


def _text(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode()


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
