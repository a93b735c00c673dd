from typing import Any

from django.core.management.commands.flush import Command as Flush

from credira.tenancy.roles import as_owner


class Command(Flush):
    """Django's own, run as the owner of the tables."""

    def execute(self, *args: Any, **options: Any) -> Any:
        with as_owner(options["database"]):
            return super().execute(*args, **options)
