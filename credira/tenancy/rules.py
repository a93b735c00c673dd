"""What a tenant's table must carry, as model constraints that ``makemigrations`` writes."""

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.options import Options

APP, SYSTEM, STAFF, OWNER = "credira_app", "credira_system", "credira_staff", "credira_owner"


class TableRule(models.BaseConstraint):
    """SQL that belongs to one table. Its options are strings, so that a migration can write them."""

    options: ClassVar[dict[str, str]] = {}

    def __init__(self, *, name: str, **options: str) -> None:
        super().__init__(name=name)
        if unknown := options.keys() - self.options.keys():
            raise TypeError(f"unknown options {unknown}")
        self.chosen = {**self.options, **options}

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, **self.chosen}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TableRule) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def sql(self, meta: "Options[Any]", quote: Any) -> str:
        raise NotImplementedError

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        # Deferred to the migration's end: makemigrations knows no order between constraints of two tables.
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.sql(model._meta, schema_editor.quote_name))
        return ""

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        return self.create_sql(model, schema_editor)  # inside CREATE TABLE there is nothing to add

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database checks it."""


class TenantPolicy(TableRule):
    """Row-level security and the grants of one table.

    ENABLE, not FORCE: under FORCE the owner's migrations and dumps go wrong in silence. No ``missing_ok``: an unbound
    query raises instead of showing nothing. ``mine`` replaces the condition for the two tables that name the tenants.
    """

    options: ClassVar[dict[str, str]] = {
        "column": "workspace_id",
        "app": "SELECT, INSERT, UPDATE, DELETE",
        "system": "",
        "mine": "",
    }

    def sql(self, meta: "Options[Any]", quote: Any) -> str:
        table, column = quote(meta.db_table), self.chosen["column"]
        setting = {"workspace_id": "app.workspace"}.get(column, "app.creditor")
        mine = self.chosen["mine"] or f"{quote(column)} = (SELECT current_setting('{setting}'))::uuid"
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {quote(self.name)} ON {table} TO {APP} USING ({mine}) WITH CHECK ({mine})",
            f"GRANT {self.chosen['app']} ON {table} TO {APP}",
            f"CREATE POLICY {quote(self.name + '_staff')} ON {table} FOR SELECT TO {STAFF} USING (true)",
            f"GRANT SELECT ON {table} TO {STAFF}",
        ]
        if system := self.chosen["system"]:
            policy = quote(self.name + "_system")
            statements.append(f"CREATE POLICY {policy} ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)")
            statements.append(f"GRANT {system} ON {table} TO {SYSTEM}")
        return ";\n".join(statements)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert schema_editor is not None
        quote = schema_editor.quote_name
        table = quote(model._meta.db_table)
        policies = [quote(self.name + suffix) for suffix in ("", "_staff", "_system")]
        drop = "".join(f"DROP POLICY IF EXISTS {policy} ON {table};\n" for policy in policies)
        revoke = f"REVOKE ALL ON {table} FROM {APP}, {STAFF}, {SYSTEM};\n"
        return f"{drop}{revoke}ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"


class SameWorkspace(TableRule):
    """A composite foreign key: row-level security doesn't guard references, whose checks see every tenant's rows."""

    options: ClassVar[dict[str, str]] = {"column": "", "to": ""}

    def sql(self, meta: "Options[Any]", quote: Any) -> str:
        return (
            f"ALTER TABLE {quote(meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (workspace_id, {quote(self.chosen['column'])}) "
            f"REFERENCES {quote(self.chosen['to'])} (workspace_id, id) DEFERRABLE INITIALLY DEFERRED"
        )

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT IF EXISTS {quote(self.name)}"


def tenant_rules(
    table: str, *, refs: dict[str, str] | None = None, append_only: bool = False, system: str = ""
) -> list[models.BaseConstraint]:
    """The constraints of a tenant's table.

    ``table`` is its name (``accounts_account``); ``refs`` maps each column that refers to another tenant's table to
    that table; ``append_only`` grants SELECT and INSERT alone; ``system`` is what sweeps across workspaces may do
    (``"SELECT (id, workspace_id)"``).
    """
    rights = {"app": "SELECT, INSERT"} if append_only else {}
    return [
        TenantPolicy(name=f"{table}_tenant", system=system, **rights),
        models.UniqueConstraint(fields=["workspace", "id"], name=f"{table}_ref"),
        *(SameWorkspace(name=f"{table}_{column}_ws"[:63], column=column, to=to) for column, to in (refs or {}).items()),
    ]
