"""Say what is missing and the line that mends it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from credira.running.doctor import examine


class Command(BaseCommand):
    help = "Look at Python, Pango, PostgreSQL, Valkey, roles, migrations, disk, ports; say how to mend what is missing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        ill = False
        for finding in examine():
            mark = "ok  " if finding.ok else "MEND" if finding.needed else "off "
            self.stdout.write(f"{mark} {finding.name:<11} {finding.detail}")
            if not finding.ok and finding.mend:
                self.stdout.write(f"     {'':<11} {finding.mend}")
            ill = ill or (finding.needed and not finding.ok)
        if ill:
            sys.exit(1)
