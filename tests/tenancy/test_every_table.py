"""Each tenant's table by itself, in bare SQL: what another workspace sees, writes and refers to is nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from credira.tenancy.db import TenantModel
from credira.tenancy.models import Creditor, Workspace
from credira.tenancy.rules import SameWorkspace
from credira.tenancy.scope import bind_creditor
from creditors.models import Member
from tests.tenancy.rows import insert, make_row, tenant_models
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db
TABLES: list[Any] = [model for model in tenant_models() if issubclass(model, TenantModel)]
BY_CREDITOR: list[Any] = [Creditor, Workspace, Member]
OF_MODEL = {model._meta.db_table: model for model in TABLES}
REFERENCES: list[tuple[Any, SameWorkspace]] = [
    (model, rule) for model in TABLES for rule in model._meta.constraints if isinstance(rule, SameWorkspace)
]
each_table = pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)


@contextmanager
def telling() -> Iterator[Callable[[Workspace | None], None]]:
    """A transaction in which a test itself tells PostgreSQL, as credira_app, whom it works for; undone at its end."""
    with transaction.atomic(), connection.cursor() as cursor:

        def tell(workspace: Workspace | None) -> None:
            cursor.execute("SELECT set_config('app.workspace', %s, true)", [str(workspace.pk) if workspace else ""])

        yield tell
        transaction.set_rollback(True)


def run(sql: str, *params: Any) -> Any:
    """The only value of an answer, or None; a failure leaves the transaction as it was."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0] if cursor.description else None


def changed(sql: str, *params: Any) -> int:
    """How many rows a statement reached."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def rights(table: str) -> set[str]:
    """What PostgreSQL lets the app do with a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege FROM unnest(ARRAY['UPDATE', 'DELETE']) privilege "
            "WHERE has_table_privilege(current_user, %s, privilege)",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}


def own_row(model: Any, workspace: Workspace, **fixed: Any) -> Any:
    row = make_row(model, workspace_id=workspace.pk, **fixed)
    insert(row)
    return row


def test_no_guarded_table_is_left_out() -> None:
    """A table with row-level security that isn't tried here, or a model without it, fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
        guarded = {name for (name,) in cursor.fetchall()}

    assert guarded == {model._meta.db_table for model in [*TABLES, *BY_CREDITOR]}
    assert {model for model in apps.get_models() if issubclass(model, TenantModel)} == set(TABLES)
    assert len(TABLES) > 50


@pytest.mark.promise("D-6")
@each_table
def test_another_workspace_counts_no_row_and_one_without_a_workspace_fails(model: Any) -> None:
    alice, charlie = make_workspace(), make_workspace()
    count = f"SELECT count(*) FROM {model._meta.db_table}"
    with telling() as tell:
        tell(charlie)
        own_row(model, charlie)
        assert run(count) > 0

        tell(alice)
        assert run(count) == 0
        assert run(f"{count} WHERE workspace_id = %s", charlie.pk) == 0
        tell(None)
        with pytest.raises(DatabaseError, match="invalid input syntax for type uuid"):
            run(count)


@pytest.mark.promise("D-6")
@each_table
def test_a_row_of_another_workspace_can_be_neither_written_nor_changed_nor_taken(model: Any) -> None:
    alice, charlie = make_workspace(), make_workspace()
    table = model._meta.db_table
    may_change = "UPDATE" in rights(table)
    with telling() as tell:
        tell(charlie)
        theirs = own_row(model, charlie)
        tell(alice)
        mine = own_row(model, alice)

        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            own_row(model, charlie)
        if may_change:
            with pytest.raises(DatabaseError, match="row-level security"):
                run(f"UPDATE {table} SET workspace_id = %s WHERE id = %s", charlie.pk, mine.pk)
            assert changed(f"UPDATE {table} SET id = id WHERE id = %s", theirs.pk) == 0
            assert changed(f"UPDATE {table} SET id = id WHERE id = %s", mine.pk) == 1
        else:
            with pytest.raises(DatabaseError, match="permission denied"):
                run(f"UPDATE {table} SET workspace_id = workspace_id")
        if "DELETE" in rights(table):
            assert changed(f"DELETE FROM {table} WHERE id = %s", theirs.pk) == 0
        else:
            with pytest.raises(DatabaseError, match="permission denied"):
                run(f"DELETE FROM {table}")
        tell(charlie)
        assert run(f"SELECT count(*) FROM {table} WHERE id = %s", theirs.pk) == 1


@pytest.mark.promise("D-6")
@pytest.mark.parametrize(("model", "rule"), REFERENCES, ids=lambda value: getattr(value, "name", ""))
def test_a_reference_to_a_row_of_another_workspace_is_refused(model: Any, rule: SameWorkspace) -> None:
    """Foreign keys see all rows, whatever the policies: the workspace is part of each."""
    alice, charlie = make_workspace(), make_workspace()
    target = OF_MODEL[rule.chosen["to"]]
    check = f'SET CONSTRAINTS "{rule.name}" IMMEDIATE'
    with telling() as tell:
        tell(alice)
        own_row(model, alice, **{rule.chosen["column"]: own_row(target, alice).pk})
        run(check)
        run("SET CONSTRAINTS ALL DEFERRED")

        tell(charlie)
        theirs = own_row(target, charlie)
        tell(alice)
        own_row(model, alice, **{rule.chosen["column"]: theirs.pk})
        with pytest.raises(IntegrityError, match="violates foreign key constraint"):
            run(check)


def test_a_creditor_sees_itself_its_workspaces_and_its_members_alone() -> None:
    alice, charlie = make_workspace(), make_workspace()
    with bind_creditor(charlie.creditor_id):
        insert(make_row(Member, creditor_id=charlie.creditor_id))
        assert [run(f"SELECT count(*) FROM {model._meta.db_table}") for model in BY_CREDITOR] == [1, 1, 1]
        run("SELECT set_config('app.creditor', %s, true)", str(alice.creditor_id))
        assert [run(f"SELECT count(*) FROM {model._meta.db_table}") for model in BY_CREDITOR] == [1, 1, 0]
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            insert(make_row(Member, creditor_id=charlie.creditor_id))
        assert changed("UPDATE tenancy_creditor SET name = 'Stolen' WHERE id = %s", charlie.creditor_id) == 0
        assert changed("UPDATE tenancy_workspace SET name = 'Stolen' WHERE id = %s", charlie.pk) == 0
        transaction.set_rollback(True)
