"""P5: a file of accounts, from the upload to the last commit, beside the owner's bare COPY of the rows that it made.

Ours checks every cell, matches people, asks for authorizations, posts to the ledger, records the facts and makes the
notices, under row-level security. The floor copies all those rows, finished, into the same tables with the same indexes
and constraints, without row-level security. The peers create the same finished rows as objects: ``bulk_create``, a
tenth of them, and ``save`` row by row, a hundredth, both in one transaction.
"""

from __future__ import annotations

import csv
import gc
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from accounts.importer.run import run_placement
from accounts.ledger.models import Line
from accounts.models import Placement
from accounts.places import STATE_NAMES
from accounts.services import start_placement
from credira.tenancy.models import Workspace
from credira.tenancy.roles import as_owner
from credira.tenancy.scope import bind
from tests.bench.database import empty, row_counts, tenant_tables
from tests.placing import make_collector

SAMPLE = settings.BASE_DIR / "demo" / "accounts.csv"
REPEATED = 10  # every tenth row has the person of the row before
FAULTY = 100  # every hundredth row has a fault
PEER_SHARE = 10
ROW_BY_ROW_SHARE = 100
CHUNK = 1 << 20
# The importer's own books: what a bare COPY of the result has no need of.
BOOKS = frozenset({"accounts_placement", "accounts_placementpart", "accounts_placementrefusal"})


@dataclass
class Measured:
    """Seconds of each round; ``grown`` is by how many MB the importing process grew at its peak, the first time."""

    placed: int
    refused: int
    tables: Sequence[str]
    peer_placed: int
    by_row_placed: int
    grown: float | None
    floor: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    by_row: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Our speed as a part of the floor's, of the medians; the goal is 0.7."""
        return median(self.floor) / median(self.ours)

    @property
    def times_peer(self) -> float:
        """How many times as fast as ``bulk_create``; the goal is 5."""
        return (self.placed / median(self.ours)) / (self.peer_placed / median(self.peer))

    @property
    def times_by_row(self) -> float:
        """How many times as fast as ``save`` row by row; the goal is 90."""
        return (self.placed / median(self.ours)) / (self.by_row_placed / median(self.by_row))


def report(rows: int, rounds: int) -> str:
    """Measure, and say it in lines."""
    found = measure(rows, rounds)
    grown = "not known here" if found.grown is None else f"+{found.grown:.0f} MB"

    def line(name: str, seconds: float, accounts: int, note: str = "") -> str:
        return f"  {name:<44}{seconds:8.2f} s {accounts / seconds:>9,.0f} accounts/s  {note}".rstrip()

    return "\n".join(
        (
            f"P5 import: {rows:,} rows, {found.placed:,} placed, {found.refused:,} refused; medians of {rounds}",
            line(f"floor: owner's COPY into {len(found.tables)} tables", median(found.floor), found.placed),
            line("ours: upload, check, place, facts, notices", median(found.ours), found.placed)
            + f"  {found.ratio:.2f} of the floor (goal 0.70)",
            line(f"peer: bulk_create, {found.peer_placed:,} accounts", median(found.peer), found.peer_placed)
            + f"  ours is {found.times_peer:.1f} times as fast (goal 5)",
            line(f"peer: save row by row, {found.by_row_placed:,} accounts", median(found.by_row), found.by_row_placed)
            + f"  ours is {found.times_by_row:.0f} times as fast (goal 90)",
            f"  our process: {median(found.cpu) / found.placed * 1e6:.0f} us of CPU an account, peak {grown}",
        )
    )


def measure(rows: int, rounds: int) -> Measured:
    """Import, copy and create in turns, each into empty tables."""
    workspace = make_collector(slug="bench", places=(*STATE_NAMES, "NY-NYC")).sandbox
    with tempfile.TemporaryDirectory() as folder:
        whole, tenth, hundredth = (Path(folder, f"{name}.csv") for name in ("whole", "tenth", "hundredth"))
        write_file(whole, rows)
        write_file(tenth, rows // PEER_SHARE)
        write_file(hundredth, max(1, rows // ROW_BY_ROW_SHARE))
        with as_owner() as owner:
            before = row_counts(owner, tenant_tables(owner))
        peak = Peak()
        placement = run(workspace, whole)  # warms caches and plans
        measured = Measured(placement.placed, placement.refused, _grown_since(before), 0, 0, peak.megabytes())
        for _ in range(rounds):
            empty(measured.tables)
            cpu = time.process_time()
            measured.ours.append(timed(lambda: run(workspace, whole)))
            measured.cpu.append(time.process_time() - cpu)
            with finished_rows(measured.tables, Path(folder)) as copy_in:
                measured.floor.append(copy_in())
            empty(measured.tables)
            measured.peer_placed = run(workspace, tenth).placed
            measured.peer.append(_create_again(workspace, measured.tables, _in_bulk))
            empty(measured.tables)
            measured.by_row_placed = run(workspace, hundredth).placed
            measured.by_row.append(_create_again(workspace, measured.tables, _row_by_row))
        return measured


def run(workspace: Workspace, path: Path) -> Placement:
    """Ours: what an upload and a worker do."""
    with path.open("rb") as file, bind(workspace) as bound:
        placement = start_placement(workspace=bound, file=file, filename=path.name)
    run_placement(workspace, placement.pk)
    with bind(workspace):
        placement.refresh_from_db()
    assert placement.status == Placement.Status.COMPLETED
    assert placement.placed + placement.refused == placement.total
    return placement


@contextmanager
def finished_rows(tables: Sequence[str], folder: Path) -> Iterator[Callable[[], float]]:
    """Take the rows out to files and empty the tables; the function copies them back in and tells its seconds."""
    with as_owner() as owner:
        columns = {table: _columns(owner, table) for table in tables}
        with owner.cursor() as cursor:
            for table in tables:
                taken = cursor.copy(f"COPY {table} ({columns[table]}) TO STDOUT")
                with (folder / table).open("wb") as file, taken as out:
                    for data in out:
                        file.write(data)
        empty(tables)

        def copy_in() -> float:
            return timed(lambda: _copy(owner, columns, folder))

        yield copy_in


def write_file(path: Path, rows: int) -> None:
    """The sample file's rows over and over, with people and references of their own."""
    with SAMPLE.open(encoding="utf-8", newline="") as source:
        sample = list(csv.DictReader(source))
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(sample[0]))
        writer.writeheader()
        for number in range(rows):
            who = number - 1 if number % REPEATED == REPEATED - 1 else number
            row = dict(sample[who % len(sample)])
            row["consumer_email"] = f"c{who}@example.com"
            row["creditor_reference"] = f"B-{number}"
            if number % FAULTY == FAULTY // 2:
                row["dpd"] = "abc"
            writer.writerow(row)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Peak:
    """By how much this process has grown at its peak since the start of this; Linux alone tells."""

    def __init__(self) -> None:
        self.start: int | None = None
        try:
            Path("/proc/self/clear_refs").write_text("5")
            self.start = self._read("VmRSS")
        except OSError:
            pass

    def megabytes(self) -> float | None:
        """None where the system doesn't tell."""
        return None if self.start is None else (self._read("VmHWM") - self.start) / 1024

    @staticmethod
    def _read(name: str) -> int:
        match = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
        assert match is not None
        return int(match[1])


def _grown_since(before: dict[str, int]) -> list[str]:
    with as_owner() as owner:
        after = row_counts(owner, list(before))
    return [table for table, count in after.items() if count > before[table] and table not in BOOKS]


def _columns(owner: Any, table: str) -> str:
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        return str(cursor.fetchone()[0])


def _copy(owner: Any, columns: dict[str, str], folder: Path) -> None:
    """One transaction; references are checked at its end, so the order doesn't matter."""
    with owner.cursor() as cursor:
        cursor.execute("BEGIN")
        for table, names in columns.items():
            with (folder / table).open("rb") as file, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as into:
                while data := file.read(CHUNK):
                    into.write(data)
        cursor.execute("COMMIT")


def _create_again(
    workspace: Workspace, tables: Sequence[str], create: Callable[[type[Model], list[Model]], None]
) -> float:
    """Seconds in which the rows that stand there now are created again by Django, as objects."""
    models = [model for model in apps.get_models() if model._meta.db_table in tables]
    with bind(workspace):
        made = {model: list(model._default_manager.all()) for model in models}
    empty(tables)

    def again() -> None:
        with bind(workspace):
            for model, rows in made.items():
                create(model, rows)

    return timed(again)


def _in_bulk(model: type[Model], rows: list[Model]) -> None:
    # An entry's lines must come in one statement.
    model._default_manager.bulk_create(rows, batch_size=None if model is Line else 1_000)


def _row_by_row(model: type[Model], rows: list[Model]) -> None:
    if model is Line:
        for _, lines in groupby(sorted(rows, key=attrgetter("entry_id")), attrgetter("entry_id")):
            model._default_manager.bulk_create(list(lines))
    else:
        for row in rows:
            row.save(force_insert=True)
