"""Row-level security with the ORM's filters left out."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from audit.registry import event_type
from audit.services import record
from credira.tenancy.models import Workspace
from credira.tenancy.scope import ScopeError, across_workspaces, bind, bind_creditor, current_workspace
from credira.work.models import Job
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db(transaction=True)
HAPPENED = event_type("test.isolation", "Something happened in a test.")


def test_a_tenant_sees_its_own_rows_alone() -> None:
    alice, charlie = make_workspace(), make_workspace()
    with bind(alice) as workspace:
        record(workspace, HAPPENED)
    with bind(charlie) as workspace:
        record(workspace, HAPPENED)

    with bind(alice):
        seen = list(Event.objects.values_list("workspace_id", flat=True))

    assert seen == [alice.pk]


def test_live_and_sandbox_of_one_creditor_are_apart() -> None:
    live = make_workspace(livemode=True)
    sandbox = make_workspace(creditor=live.creditor)
    with bind(live) as workspace:
        record(workspace, HAPPENED)

    with bind(sandbox):
        assert Event.objects.count() == 0


def test_an_unbound_query_raises_instead_of_showing_nothing() -> None:
    with bind(make_workspace()) as workspace:
        record(workspace, HAPPENED)

    with pytest.raises(DatabaseError):
        Event.objects.count()


def test_a_row_for_another_tenant_is_refused() -> None:
    alice, charlie = make_workspace(), make_workspace()

    with pytest.raises(DatabaseError, match="row-level security"), bind(alice):
        Job.objects.create(workspace=charlie, kind="theft")


def test_a_row_cannot_be_moved_to_another_tenant() -> None:
    alice, charlie = make_workspace(), make_workspace()
    with bind(alice) as workspace:
        Job.objects.create(workspace=workspace, kind="own")

    with pytest.raises(DatabaseError, match="row-level security"), bind(alice):
        Job.objects.update(workspace=charlie)


def test_binding_another_tenant_inside_raises() -> None:
    alice, charlie = make_workspace(), make_workspace()

    with bind(alice), pytest.raises(ScopeError), bind(charlie):
        pass


def test_a_tenants_work_cannot_widen_its_rights() -> None:
    with bind(make_workspace()), pytest.raises(ScopeError), across_workspaces():
        pass


def test_the_system_role_reaches_only_what_is_granted() -> None:
    make_workspace()

    with pytest.raises(DatabaseError, match="permission denied"), across_workspaces():
        Job.objects.count()


def test_nested_binding_of_the_same_workspace_is_a_savepoint() -> None:
    alice = make_workspace()
    with bind(alice) as workspace:
        Job.objects.create(workspace=workspace, kind="outer")
        with pytest.raises(DatabaseError), bind(alice) as inner:
            Job.objects.create(workspace=inner, kind="inner", done=2, total=1)

        assert list(Job.objects.values_list("kind", flat=True)) == ["outer"]
        assert current_workspace() == alice


def test_binding_costs_one_statement_more_when_the_creditor_is_not_named() -> None:
    alice = make_workspace()

    with CaptureQueriesContext(connection) as named, bind(alice):
        pass
    with CaptureQueriesContext(connection) as by_id, bind(alice.pk):
        pass

    def kinds(queries: CaptureQueriesContext) -> list[str]:
        return [("tell" if "set_config" in each["sql"] else each["sql"].split()[0]) for each in queries]

    assert kinds(named) == ["BEGIN", "tell", "SELECT", "COMMIT"]
    assert kinds(by_id) == ["BEGIN", "tell", "SELECT", "tell", "COMMIT"]


def test_a_block_inside_anothers_transaction_leaves_nothing_told() -> None:
    alice, charlie = make_workspace(), make_workspace()

    with transaction.atomic():
        with bind(alice.pk):
            pass
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.workspace'), current_setting('app.creditor')")
            assert cursor.fetchone() == ("", "")
        with bind(charlie.pk) as workspace:
            record(workspace, HAPPENED)


def test_the_scope_ends_with_the_block() -> None:
    alice = make_workspace()
    with bind(alice):
        pass

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), current_setting('app.workspace', true)")
        assert cursor.fetchone() in [("none", ""), ("none", None)]


def test_a_creditor_reads_the_list_of_its_own_workspaces() -> None:
    live = make_workspace(livemode=True)
    sandbox = make_workspace(creditor=live.creditor)
    make_workspace()

    with bind_creditor(live.creditor_id):
        assert set(Workspace.objects.all()) == {live, sandbox}


def test_events_can_be_neither_changed_nor_deleted_by_the_product() -> None:
    alice = make_workspace()
    with bind(alice) as workspace:
        record(workspace, HAPPENED)

    for attempt in (lambda: Event.objects.update(type="other"), lambda: Event.objects.all().delete()):
        with pytest.raises(DatabaseError, match="permission denied"), bind(alice):
            attempt()
