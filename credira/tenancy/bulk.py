"""Inserting thousands of rows of a tenant's table at once.

PostgreSQL refuses COPY into a table with row-level security. A temporary table has none: rows are copied there, and one
INSERT … SELECT takes them on, through the policy. The temporary table is emptied by the commit, so that no row stays
behind on a pooled connection for the next tenant.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import TypeVar

from django.db import connection
from psycopg import sql

from credira.tenancy.db import TenantModel

Row = TypeVar("Row", bound=TenantModel)
MANY = 500  # below, a temporary table costs more than it saves


def insert_many(model: type[Row], rows: Sequence[Row]) -> None:
    """``bulk_create`` without its cost for each value. The ids must be known. Few rows go the ordinary way."""
    if len(rows) < MANY:
        model._default_manager.bulk_create(rows)
        return
    fields = model._meta.concrete_fields
    table = sql.Identifier(model._meta.db_table)
    stage = sql.Identifier(f"stage_{model._meta.db_table}")
    columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    parts = {"table": table, "stage": stage, "columns": columns}
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS AS "
                "SELECT {columns} FROM {table} WITH NO DATA; TRUNCATE {stage}"
            ).format(**parts)
        )
        values = attrgetter(*(field.attname for field in fields))
        # A field that is read otherwise than it is stored is written otherwise as well; the rest goes as it is.
        converted = [(at, field) for at, field in enumerate(fields) if hasattr(field, "from_db_value")]
        with cursor.copy(sql.SQL("COPY {stage} ({columns}) FROM STDIN").format(**parts)) as copy:
            for row in rows:
                cells = list(values(row))
                for at, field in converted:
                    cells[at] = field.get_db_prep_save(cells[at], connection)
                copy.write_row(cells)
        cursor.execute(sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {stage}").format(**parts))
