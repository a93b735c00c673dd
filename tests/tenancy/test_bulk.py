"""Thousands of rows at once obey what one row obeys."""

import pytest
from django.db import DatabaseError, connection

from accounts.models import Person
from credira.tenancy.bulk import MANY, insert_many
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from credira.work.models import Job
from tests.workspaces import make_workspace

pytestmark = pytest.mark.django_db(transaction=True)


def people(workspace: Workspace, count: int) -> list[Person]:
    return [
        Person(workspace=workspace, last_name=f"N{n}", date_of_birth=f"1980-01-{n % 28 + 1:02}") for n in range(count)
    ]


def staged_rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM pg_temp."stage_{table}"')
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("count", [1, MANY - 1, MANY, MANY + 1])
def test_rows_come_back_as_they_were_given(count: int) -> None:
    workspace = make_workspace()
    given = people(workspace, count)
    with bind(workspace):
        insert_many(Person, given)

        found = {row.id: (row.last_name, row.date_of_birth) for row in Person.objects.all()}
    assert found == {row.id: (row.last_name, row.date_of_birth) for row in given}


def test_encrypted_text_is_ciphertext_in_the_table() -> None:
    workspace = make_workspace()
    with bind(workspace), connection.cursor() as cursor:
        insert_many(Person, people(workspace, MANY))
        cursor.execute("SELECT count(*) FROM accounts_person WHERE date_of_birth LIKE '1980%'")
        assert cursor.fetchone() == (0,)


def test_json_is_stored_as_json() -> None:
    workspace = make_workspace()
    with bind(workspace):
        insert_many(Job, [Job(workspace=workspace, kind="test", data={"n": n, "quote": '"\\'}) for n in range(MANY)])

        assert sorted(job.data["n"] for job in Job.objects.filter(data__quote='"\\')) == list(range(MANY))


def test_one_row_of_another_tenant_refuses_them_all() -> None:
    mine, theirs = make_workspace(), make_workspace()

    with pytest.raises(DatabaseError, match="row-level security"), bind(mine):
        insert_many(Person, [*people(mine, MANY), *people(theirs, 1)])

    with bind(mine):
        assert Person.objects.count() == 0


def test_a_second_call_in_one_transaction_does_not_insert_the_first_ones_rows_again() -> None:
    workspace = make_workspace()
    with bind(workspace):
        insert_many(Person, people(workspace, MANY))
        insert_many(Person, people(workspace, MANY))

        assert Person.objects.count() == 2 * MANY


def test_nothing_stays_on_the_connection_for_the_next_tenant() -> None:
    workspace = make_workspace()
    with bind(workspace):
        insert_many(Person, people(workspace, MANY))
        assert staged_rows("accounts_person") == MANY

    with bind(make_workspace()):
        assert staged_rows("accounts_person") == 0
