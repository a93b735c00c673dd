"""Database roles: who migrates, who may run the product, and what tables without a tenant allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import NO_DB_ALIAS

from credira.tenancy.rules import APP, STAFF

_WHO_MAY_NOT = """
SELECT who.name, why FROM (VALUES (session_user), (current_user)) who(name), LATERAL (
  SELECT 'superuser or BYPASSRLS: ' || rolname FROM pg_roles
    WHERE (rolsuper OR rolbypassrls) AND pg_has_role(who.name, oid, 'MEMBER')
  UNION ALL SELECT 'owner of ' || relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND pg_has_role(who.name, relowner, 'MEMBER')
) bad(why) LIMIT 1
"""


def grant_global_tables(using: str, **kwargs: Any) -> None:
    """After each migration: tables without a tenant (Django's own) get the rights that the settings list."""
    have = set(connections[using].introspection.table_names())
    with connections[using].cursor() as cursor:
        for table, commands in settings.GLOBAL_TABLES.items():
            if table in have:
                cursor.execute(
                    f'REVOKE ALL ON "{table}" FROM {APP}; GRANT {commands} ON "{table}" TO {APP}; '
                    f'GRANT SELECT ON "{table}" TO {STAFF}'
                )
        # Identity and serial columns of those tables (credira_app owns nothing).
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}")


@contextmanager
def as_owner(alias: str = "default") -> Iterator[Any]:
    """Migrations, the test database and flush: the same alias under the owner's login, never pooled, in this thread."""
    app = connections[alias]
    owner: Any = app.copy(alias)
    owner.settings_dict = {**owner.settings_dict, **settings.DATABASE_OWNER, "NAME": app.settings_dict["NAME"]}
    owner.credira_owner = True
    connections[alias] = owner
    try:
        yield owner
    finally:
        owner.close()
        connections[alias] = app


def refuse_dangerous_role(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Once a process: row-level security is silently off for a superuser, BYPASSRLS, or the owner of the tables."""
    from django.db.backends.signals import connection_created

    if getattr(connection, "credira_owner", False) or connection.alias == NO_DB_ALIAS:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WHO_MAY_NOT)
        bad = cursor.fetchone()
    if bad:
        raise ImproperlyConfigured(
            f"Database role {bad[0]} must not be used: {bad[1]}. Row-level security would not protect tenants. "
            "Connect as credira_app (docs/settings.md, DATABASE_URL)."
        )
    connection_created.disconnect(dispatch_uid="tenancy.role")
