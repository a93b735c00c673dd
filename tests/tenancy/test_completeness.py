"""No table is forgotten: policies, grants and composite references, read from PostgreSQL's own catalogue."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from credira.tenancy.db import TenantKey, TenantModel
from credira.tenancy.rules import SameWorkspace

pytestmark = pytest.mark.django_db

# What sweeps over all workspaces may do, before a tenant is known. Anything more is a decision to be made here.
SYSTEM_GRANTS = {
    "audit_event": ["SELECT(workspace_id)", "SELECT(written_at)"],
    "creditors_apikey": [
        *(f"SELECT({name})" for name in ("id", "workspace_id", "digest", "scopes", "plan", "dialect")),
        *(f"SELECT({name})" for name in ("expires_at", "revoked_at", "last_used_at")),
        "UPDATE(last_used_at)",
    ],
    "creditors_member": [f"SELECT({name})" for name in ("id", "creditor_id", "user_id", "role")],
    "tenancy_creditor": ["SELECT", "INSERT"],
    "tenancy_workspace": ["SELECT", "INSERT"],
    "webhooks_delivery": [
        *(f"SELECT({name})" for name in ("id", "workspace_id", "endpoint_id", "status")),
        *(f"SELECT({name})" for name in ("next_at", "lease_until", "fence")),
        "UPDATE(lease_until)",
        "UPDATE(fence)",
    ],
    "webhooks_webhookendpoint": [f"SELECT({name})" for name in ("id", "workspace_id", "status")],
    "work_due": ["SELECT", "UPDATE"],
}


def query(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_every_table_is_global_by_name_or_guarded_by_one_policy() -> None:
    rows = query("""
        SELECT c.relname, c.relrowsecurity,
          (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND 'credira_app'::regrole = ANY (p.polroles)
             AND pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
             AND pg_get_expr(p.polqual, p.polrelid) LIKE '%current_setting%')
        FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace""")

    unguarded = [name for name, enabled, policies in rows if not (enabled and policies == 1)]

    assert len(rows) > 20
    assert sorted(unguarded) == sorted(set(settings.GLOBAL_TABLES) & {row[0] for row in rows})


def test_the_system_role_has_the_listed_grants_and_no_other() -> None:
    rows = query("""
        SELECT c.relname, g.privilege_type FROM pg_class c, aclexplode(c.relacl) g
          WHERE g.grantee = 'credira_system'::regrole AND c.relkind = 'r'
        UNION ALL
        SELECT c.relname, g.privilege_type || '(' || a.attname || ')'
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) g
          WHERE g.grantee = 'credira_system'::regrole""")
    found: dict[str, list[str]] = {}
    for table, privilege in rows:
        found.setdefault(table, []).append(privilege)

    assert {table: sorted(grants) for table, grants in found.items()} == {
        table: sorted(grants) for table, grants in SYSTEM_GRANTS.items()
    }


def test_every_reference_between_tenants_rows_carries_the_workspace() -> None:
    missing = []
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        guarded = {rule.chosen["column"] for rule in model._meta.constraints if isinstance(rule, SameWorkspace)}
        missing += [
            f"{model.__name__}.{field.name}"
            for field in model._meta.fields
            if isinstance(field, TenantKey) and field.column not in guarded
        ]

    assert missing == []


def test_the_app_owns_nothing_and_bypasses_nothing() -> None:
    assert query("SELECT session_user, current_user") == [("credira_app", "credira_app")]
    assert query("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'credira_app'") == [(False, False)]
    # A session's own temporary tables (the importer's stage) hold nobody else's rows and end with it.
    lasting = "SELECT relname FROM pg_class WHERE relowner = 'credira_app'::regrole AND relpersistence <> 't'"
    assert query(lasting) == []
