"""P12: fact sheets and decisions of 1,000 accounts, beside bare SQL that reads the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from django.db import connection

from compliance import gate
from compliance.gate import ContactIntent
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import create_creditor
from tests.compliance.crowd import crowd
from tests.compliance.test_reserve import world_at

ACCOUNTS = 1_000
# The rows that the sheets are made of, as one would read them without a product around them.
BY_ACCOUNT = (
    ("accounts_account", "id"),
    ("compliance_debtmark", "account_id"),
    ("compliance_validationnotice", "account_id"),
    ("compliance_attemptdebt", "account_id"),
)
BY_PERSON = (
    ("accounts_person", "id"),
    ("accounts_endpoint", "person_id"),
    ("compliance_consent", "person_id"),
    ("compliance_emailbasis", "person_id"),
    ("compliance_contactattempt", "consumer_id"),
)


@dataclass
class Measured:
    """Milliseconds of each round."""

    floor: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Ours by the floor, of the medians; the goal is 4."""
        return median(self.ours) / median(self.floor)


def report(rounds: int) -> str:
    """Measure in a new sandbox, and say it in lines."""
    found = measure(create_creditor(name="Bench CU", slug="bench").sandbox, rounds)
    return "\n".join(
        (
            f"P12 gate: {ACCOUNTS:,} accounts, medians of {rounds}",
            f"  floor: bare SQL reads the same rows          {median(found.floor):8.1f} ms",
            f"  ours: sheets and decisions                   {median(found.ours):8.1f} ms"
            f"  {found.ratio:.2f} times the floor (goal 4)",
        )
    )


def measure(workspace: Workspace, rounds: int = 7) -> Measured:
    """Fill an empty sandbox and measure both in turns, inside one transaction each."""
    rows = world_at(workspace)
    with bind(workspace):
        accounts = crowd(rows, ACCOUNTS)
    with bind(workspace), connection.cursor() as cursor:
        cursor.execute("SELECT id, person_id FROM accounts_account WHERE id = ANY(%s)", [accounts])
        people = [person for _, person in cursor.fetchall()]
    measured = Measured()
    for turn in range(rounds + 1):
        floor = _timed(lambda: _bare(workspace, accounts, people))
        ours = _timed(lambda: _decide(workspace, accounts))
        if turn:  # the first one warms caches and plans
            measured.floor.append(floor)
            measured.ours.append(ours)
    return measured


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000


def _bare(workspace: Workspace, accounts: Sequence[UUID], people: Sequence[UUID]) -> None:
    with bind(workspace), connection.cursor() as cursor:
        for tables, keys in ((BY_ACCOUNT, accounts), (BY_PERSON, people)):
            for table, column in tables:
                cursor.execute(
                    f'SELECT * FROM "{table}" WHERE workspace_id = %s AND "{column}" = ANY(%s)',
                    [workspace.pk, list(keys)],
                )
                cursor.fetchall()


def _decide(workspace: Workspace, accounts: Sequence[UUID]) -> None:
    intents = [ContactIntent(account_ids=(each,), channel="call", voice_mode="human") for each in accounts]
    with bind(workspace) as bound:
        decisions = gate.decide(bound, intents)
    assert {decision.outcome for decision in decisions} == {"ALLOW"}
