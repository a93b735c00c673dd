"""Write the OpenAPI document, or check that the committed one is what the code says."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

COMMITTED = settings.BASE_DIR / "docs" / "openapi.yaml"


class Command(BaseCommand):
    help = "Write docs/openapi.yaml from the code; with --check, compare instead. Warnings are errors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare with the committed file and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            _write(COMMITTED)
            self.stdout.write(f"Wrote {COMMITTED.relative_to(settings.BASE_DIR)}.")
            return
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / "openapi.yaml"
            _write(fresh)
            if not COMMITTED.exists() or fresh.read_text() != COMMITTED.read_text():
                raise CommandError("docs/openapi.yaml is not what the code says: run `make openapi` and commit it.")
        self.stdout.write("docs/openapi.yaml is what the code says.")


def _write(path: Path) -> None:
    call_command("spectacular", "--file", str(path), "--validate", "--fail-on-warn")
