from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from credira.tenancy.roles import as_owner


class Command(Migrate):
    """Django's own, run as the owner of the tables."""

    def execute(self, *args: Any, **options: Any) -> Any:
        with as_owner(options["database"]):
            return super().execute(*args, **options)
