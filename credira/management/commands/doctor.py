"""Say what is missing and the line that mends it."""

from typing import Any

from django.core.management.base import BaseCommand

from credira.running.doctor import examine


class Command(BaseCommand):
    help = "Look at Python, Pango, PostgreSQL, Valkey, roles, migrations, disk, ports; say how to mend what is missing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for finding in examine():
            self.stdout.write(f"{'ok  ' if finding.ok else 'MEND'} {finding.name:<11} {finding.detail}")
            if not finding.ok and finding.mend:
                self.stdout.write(f"     {'':<11} {finding.mend}")
