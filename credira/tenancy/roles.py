"""Database roles: who migrates, who may run the product, and what tables without a tenant allow."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.signals import connection_created

from credira.tenancy.rules import APP, STAFF

logger = logging.getLogger("credira.tenancy")

_WHO_MAY_NOT = """
SELECT who.name, why FROM (VALUES (session_user), (current_user)) who(name), LATERAL (
  SELECT 'superuser or BYPASSRLS: ' || rolname FROM pg_roles
    WHERE (rolsuper OR rolbypassrls) AND pg_has_role(who.name, oid, 'MEMBER')
  UNION ALL SELECT 'it may act as the owner, ' || rolname FROM pg_roles
    WHERE rolname = 'credira_owner' AND pg_has_role(who.name, oid, 'MEMBER')
  UNION ALL SELECT 'owner of ' || relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND pg_has_role(who.name, relowner, 'MEMBER')
) bad(why) LIMIT 1
"""
_CURE = "Mend: DATABASE_URL=postgresql://credira_app:PASSWORD@HOST:5432/credira"
_OWNER_CURE = "Mend: DATABASE_OWNER_URL=postgresql://credira_owner:PASSWORD@HOST:5432/credira"


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
    if not settings.DATABASE_OWNER["USER"]:
        raise ImproperlyConfigured(f"DATABASE_OWNER_URL is missing; only the tables' owner may migrate. {_OWNER_CURE}")
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
    """Once a process: row-level security is silently off for a superuser, BYPASSRLS, or the owner of the tables.

    In production an embedded server is refused as well: it trusts everybody on this machine.
    """
    if getattr(connection, "credira_owner", False) or connection.alias == NO_DB_ALIAS:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WHO_MAY_NOT)
        bad = cursor.fetchone()
        cursor.execute("SELECT current_setting('credira.embedded', true)")
        embedded = cursor.fetchone() == ("on",)
    if bad:
        raise ImproperlyConfigured(
            f"DATABASE_URL logs in as {bad[0]}, which must not run the product: {bad[1]}. "
            f"Row-level security would not protect tenants. {_CURE}"
        )
    if embedded and settings.PRODUCTION:
        raise ImproperlyConfigured(f"DATABASE_URL is an embedded server's, which asks for no password. {_CURE}")
    connection_created.disconnect(dispatch_uid="tenancy.role")


def look_at_role() -> None:
    """At the start of a serving process, so that a dangerous role stops it there and not at the first request.

    A database that doesn't answer yet is no reason to stop: the first connection is looked at whenever it comes.
    """
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except OperationalError as error:
        logger.warning("the database doesn't answer yet: %s", error)
    finally:
        connections[DEFAULT_DB_ALIAS].close()


@register(Tags.security, deploy=True)
def role_is_safe(app_configs: Any, **kwargs: Any) -> list[Error]:
    """`manage.py check --deploy` connects, and so refuses a dangerous role or a database that doesn't answer."""
    try:
        connections[DEFAULT_DB_ALIAS].ensure_connection()
    except ImproperlyConfigured as refusal:
        return [Error(str(refusal), id="credira.E001")]
    except OperationalError as error:
        return [Error(f"The database of DATABASE_URL doesn't answer: {error}. {_CURE}", id="credira.E002")]
    return []
