"""A database of the benches' own: migrated, empty, dropped at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from credira.tenancy.roles import as_owner


@contextmanager
def database() -> Iterator[None]:
    """Within the block ``connection`` is the app's, to a fresh database."""
    before = connection.settings_dict["NAME"]
    with as_owner() as owner:
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        with as_owner() as owner:
            owner.creation.destroy_test_db(before, verbosity=0)


def tenant_tables(owner: Any) -> list[str]:
    """The tables whose rows belong to a workspace."""
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' "
            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname"
        )
        return [name for (name,) in cursor.fetchall()]


def row_counts(owner: Any, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each table holds."""
    counts = {}
    with owner.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def empty(tables: Sequence[str]) -> None:
    """Leave no row in them, nor in what refers to them."""
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
