"""The hash chain over what happened: gapless, made by one sealer at a time, and wrong wherever a row was touched."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from audit import seal as chain
from audit import tasks
from audit.models import Event, Payload, Seal
from audit.registry import event_type
from audit.seal import Fault, seal, verify
from audit.services import Fact, record, record_many
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.roles import as_owner
from credira.tenancy.scope import bind
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db
SEALED = event_type("test.sealed", "Something that is sealed happened in a test.")


def happen(workspace: Workspace, number: int) -> list[Event]:
    with bind(workspace) as bound:
        return record_many(bound, [Fact(SEALED, {"n": n}) for n in range(number)])


def sealed(workspace: Workspace, number: int) -> list[Event]:
    events = happen(workspace, number)
    with bind(workspace) as bound:
        seal(bound)
    return events


def micros(moment: Any) -> int:
    return int(moment.timestamp()) * 1_000_000 + int(moment.microsecond)


def test_a_hash_can_be_computed_again_from_the_rows_alone() -> None:
    """hash = SHA-256(prev ‖ SHA-256(id | workspace | type | times in µs | SHA-256(salt ‖ canonical bytes)))."""
    workspace = make_workspace()
    sealed(workspace, 3)

    with bind(workspace):
        prev = bytes(32)
        for number, one in enumerate(Seal.objects.order_by("seq"), start=1):
            event, payload = Event.objects.get(pk=one.pk), Payload.objects.get(pk=one.pk)
            digest = hashlib.sha256(bytes(payload.salt) + bytes(payload.canonical)).hexdigest()
            times = f"{micros(event.recorded_at)}|{micros(event.written_at)}"
            leaf = hashlib.sha256(f"{event.pk}|{workspace.pk}|test.sealed|{times}|{digest}".encode()).digest()
            assert (one.seq, bytes(one.prev)) == (number, prev)
            prev = hashlib.sha256(prev + leaf).digest()
            assert bytes(one.hash) == prev


def test_sealing_takes_what_is_not_sealed_yet_and_verifying_tells_the_rest() -> None:
    workspace = make_workspace()
    happen(workspace, 3)

    with bind(workspace) as bound:
        assert (seal(bound), seal(bound)) == (3, 0)
    happen(workspace, 2)
    with bind(workspace) as bound:
        before = verify(bound)
        assert seal(bound) == 2
        after = verify(bound)

    assert (before.sealed, before.unsealed, before.faults) == (3, 2, [])
    assert (after.sealed, after.unsealed, after.faults) == (5, 0, [])
    assert before.head != after.head


def test_each_workspace_has_a_chain_of_its_own() -> None:
    alice, charlie = make_workspace(), make_workspace()
    sealed(alice, 2)
    sealed(charlie, 1)

    with bind(charlie) as bound:
        assert list(Seal.objects.values_list("seq", flat=True)) == [1]
        assert verify(bound).sealed == 1


def test_the_background_seals_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (chain, tasks):
        monkeypatch.setattr(module, "BATCH", 3)
    workspace = make_workspace()
    happen(workspace, 8)

    tasks.seal_workspace(str(workspace.pk))

    with bind(workspace) as bound:
        report = verify(bound)
        assert (report.sealed, report.unsealed, report.faults) == (8, 0, [])
        assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 9))


def test_old_events_wait_for_the_run_without_a_limit() -> None:
    workspace = make_workspace()
    happen(workspace, 2)

    with bind(workspace) as bound:
        assert seal(bound, since=clock.wall()) == 0
        assert seal(bound) == 2


@pytest.mark.django_db(transaction=True)
def test_a_second_sealer_leaves_at_once_while_one_is_at_work() -> None:
    workspace = make_workspace()
    happen(workspace, 5)

    def try_to_seal() -> int:
        try:
            with bind(workspace) as bound:
                return seal(bound)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, bind(workspace) as bound:
        first = seal(bound)
        second = pool.submit(try_to_seal).result(timeout=20)

    assert (first, second) == (5, -1)


@pytest.mark.django_db(transaction=True)
def test_sealers_that_start_together_make_one_chain_without_a_gap() -> None:
    workspace = make_workspace()
    happen(workspace, 40)
    together = Barrier(4)

    def work(_: int) -> int:
        together.wait()
        try:
            with bind(workspace) as bound:
                return seal(bound)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(work, range(4)))

    with bind(workspace) as bound:
        report = verify(bound)
        assert sum(answer for answer in answers if answer > 0) == 40
        assert (report.sealed, report.unsealed, report.faults) == (40, 0, [])
        assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))


def change(table: str, assignment: str) -> Callable[[Any, list[Event]], None]:
    return lambda run, events: run(f"UPDATE {table} SET {assignment} WHERE id = %s", [events[1].pk])


def remove(run: Any, events: list[Event]) -> None:
    for table in ("audit_seal", "audit_payload", "audit_event"):
        run(f"DELETE FROM {table} WHERE id = %s", [events[1].pk])


def reorder(run: Any, events: list[Event]) -> None:
    for event, seq in ((events[1], 0), (events[2], 2), (events[1], 3)):
        run("UPDATE audit_seal SET seq = %s WHERE id = %s", [seq, event.pk])


TAMPERINGS: dict[str, tuple[Callable[[Any, list[Event]], None], list[tuple[int, int, str]]]] = {
    # What the owner of the database does, and the faults that follow: (seq, which event, kind).
    "the type": (change("audit_event", "type = 'test.other'"), [(2, 1, "changed")]),
    "the business time": (
        change("audit_event", "recorded_at = recorded_at + interval '1 microsecond'"),
        [(2, 1, "changed")],
    ),
    "the machine's time": (change("audit_event", "written_at = written_at - interval '1 day'"), [(2, 1, "changed")]),
    "the words": (change("audit_payload", """canonical = '{"n":7}'"""), [(2, 1, "changed")]),
    "a link": (change("audit_seal", "prev = sha256(prev)"), [(2, 1, "broken_link")]),
    "a hash": (change("audit_seal", "hash = sha256(hash)"), [(2, 1, "changed"), (3, 2, "broken_link")]),
    "a payload taken away": (
        lambda run, events: run("DELETE FROM audit_payload WHERE id = %s", [events[1].pk]),
        [(2, 1, "missing_event")],
    ),
    "an event taken out": (remove, [(3, 2, "missing_seal"), (4, 3, "missing_seal")]),
    "two events exchanged": (reorder, [(2, 2, "broken_link"), (3, 1, "broken_link"), (4, 3, "broken_link")]),
}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_was_changed_removed_or_moved_is_found() -> None:
    for what, (tamper, expected) in TAMPERINGS.items():
        workspace = make_workspace()
        events = sealed(workspace, 4)

        with as_owner() as owner, owner.cursor() as cursor:
            tamper(cursor.execute, events)

        with bind(workspace) as bound:
            faults = verify(bound).faults
        assert faults == [Fault(seq, events[which].pk, kind) for seq, which, kind in expected], what


@pytest.mark.django_db(transaction=True)
def test_a_chain_cut_at_its_end_is_told_by_the_head_that_was_noted() -> None:
    workspace = make_workspace()
    events = sealed(workspace, 3)
    with bind(workspace) as bound:
        noted = verify(bound).head

    with as_owner() as owner, owner.cursor() as cursor:
        remove(cursor.execute, [events[0], events[2]])

    with bind(workspace) as bound:
        report = verify(bound)
    assert (report.sealed, report.faults) == (2, [])
    assert report.head != noted


@pytest.mark.django_db(transaction=True)
def test_a_payload_erased_by_law_leaves_the_chain_whole() -> None:
    workspace = make_workspace()
    events = sealed(workspace, 3)

    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("UPDATE audit_payload SET salt = '', canonical = '', body = NULL WHERE id = %s", [events[1].pk])

    with bind(workspace) as bound:
        report = verify(bound)
    assert (report.sealed, report.faults) == (3, [])


@pytest.mark.parametrize("model", [Event, Payload, Seal])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET workspace_id = workspace_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_the_product_can_only_add(model: Any, statement: str) -> None:
    workspace = make_workspace()
    sealed(workspace, 1)

    with bind(workspace), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute(statement.format(model._meta.db_table))
        assert model.objects.count() == 1


def test_a_seal_is_of_an_event_of_its_own_workspace() -> None:
    alice, charlie = make_workspace(), make_workspace()
    with bind(alice) as bound:
        foreign = record(bound, SEALED)

    with bind(charlie) as bound, connection.cursor() as cursor:
        Seal.objects.create(id=foreign.pk, workspace=bound, seq=1, prev=bytes(32), hash=bytes(32))
        with pytest.raises(DatabaseError, match="foreign key"), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
