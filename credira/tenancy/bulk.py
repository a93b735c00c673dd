"""Inserting thousands of rows of a tenant's table at once.

PostgreSQL refuses COPY into a table with row-level security. A temporary table has none: rows are copied there, and one
INSERT … SELECT takes them on, through the policy. The temporary table is emptied by the commit, so that no row stays
behind on a pooled connection for the next tenant. A column with one value for all rows is told by the SELECT instead.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field
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
    cells = map(attrgetter(*(field.attname for field in fields)), rows)
    _insert(model, dict(zip(fields, zip(*cells, strict=True), strict=True)))


def insert_values(model: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
    """``insert_many`` of rows that needn't be objects: each a mapping with the same keys (``workspace_id``, not
    ``workspace``), ``id`` among them. What isn't named has the field's default, asked for once.
    """
    if len(rows) < MANY:
        model._default_manager.bulk_create([model(**row) for row in rows])
        return
    named, count = rows[0], len(rows)
    _insert(
        model,
        {
            field: [row[field.attname] for row in rows] if field.attname in named else [field.get_default()] * count
            for field in model._meta.concrete_fields
        },
    )


def insert_from(
    model: type[Row],
    selected: Sequence[str],
    query: str,
    parameters: Mapping[str, Any],
    *,
    returning: Sequence[str],
    **same: Any,
) -> list[tuple[Any, ...]]:
    """Insert what a query selects, in the order of the attributes ``selected``; ``same`` are values for all rows, the
    rest has the fields' defaults and the workspace's id the parameter ``workspace``. Returns the attributes asked for.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    same |= {"workspace_id": parameters["workspace"]}
    for name, field in fields.items():
        if name not in selected and name not in same and not field.has_db_default():
            same[name] = field.get_default()
    told = {f"told_{name}": fields[name].get_db_prep_save(value, connection) for name, value in same.items()}

    def columns(names: Iterable[str]) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(str(fields[name].column)) for name in names)

    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT selected.*, {told} FROM ({query}) selected RETURNING {asked}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        names=columns([*selected, *same]),
        told=sql.SQL(", ").join(
            sql.SQL("{}::").format(sql.Placeholder(f"told_{name}")) + sql.SQL(str(fields[name].db_type(connection)))
            for name in same
        ),
        query=sql.SQL(query),
        asked=columns(returning),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, **told})
        return list(cursor.fetchall())


def _insert(model: type[Row], columns: Mapping[Any, Sequence[Any]]) -> None:
    same = {field: values[0] for field, values in columns.items() if all(value == values[0] for value in values)}
    varied = {field: values for field, values in columns.items() if field not in same}
    names = [sql.Identifier(str(field.column)) for field in (*varied, *same)]
    parts = {
        "table": sql.Identifier(model._meta.db_table),
        "stage": sql.Identifier(f"stage_{model._meta.db_table}"),
        "names": sql.SQL(", ").join(names),
        "copied": sql.SQL(", ").join(names[: len(varied)]),
        "told": sql.SQL(", ").join([*names[: len(varied)], *(_typed(field) for field in same)]),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS AS "
                "SELECT * FROM {table} WITH NO DATA; TRUNCATE {stage}"
            ).format(**parts)
        )
        with cursor.copy(sql.SQL("COPY {stage} ({copied}) FROM STDIN").format(**parts)) as copy:
            for row in zip(*(_stored(field, values) for field, values in varied.items()), strict=True):
                copy.write_row(row)
        cursor.execute(
            sql.SQL("INSERT INTO {table} ({names}) SELECT {told} FROM {stage}").format(**parts),
            [_stored(field, [value])[0] for field, value in same.items()],
        )


def _stored(field: "Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    """A field that is read otherwise than it is stored is written otherwise as well; the rest goes as it is."""
    if not hasattr(field, "from_db_value"):
        return values
    return [field.get_db_prep_save(value, connection) for value in values]


def _typed(field: "Field[Any, Any]") -> sql.Composed:
    return sql.SQL("%s::") + sql.SQL(str(field.db_type(connection)))
