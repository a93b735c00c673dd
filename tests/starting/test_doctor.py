"""`manage.py doctor` names what is missing, with the line that mends it, and ends with 1 if nothing works without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.starting.installation import ROOT, clean_environment, manage

pytestmark = pytest.mark.processes
SERVERS = {name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}


@pytest.fixture(scope="module", autouse=True)
def _migrated() -> None:
    assert manage("migrate", "-v0", environment=clean_environment(**SERVERS)).returncode == 0


def doctor(**variables: str) -> tuple[int, list[str]]:
    """The exit code and the report's lines, single-spaced."""
    done = manage("doctor", environment=clean_environment(**{**SERVERS, **variables}))
    assert done.stderr == ""
    return done.returncode, [" ".join(line.split()) for line in done.stdout.splitlines()]


def test_on_a_whole_machine_nothing_that_is_needed_is_missing() -> None:
    code, lines = doctor()

    assert code == 0
    assert "ok packages as pinned in requirements.txt" in lines
    assert "ok role credira_app" in lines
    assert "ok migrations 0 to apply" in lines
    assert not [line for line in lines if line.startswith("MEND")]


def test_without_pango_and_chromium_it_says_what_is_off(tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_text("not a library")

    code, lines = doctor(LD_LIBRARY_PATH=str(tmp_path), PATH=str(tmp_path))

    assert code == 0
    pango = lines.index("off pango PDF letters are off: WeasyPrint needs Pango")
    assert lines[pango + 1] == (
        "Debian/Ubuntu: apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. "
        "Fedora: dnf install pango. macOS: brew install pango."
    )
    chromium = lines.index("off chromium browser tests are skipped")
    assert lines[chromium + 1] == "apt-get install -y chromium"
    assert "ok role credira_app" in lines


def test_without_servers_it_says_how_to_have_some() -> None:
    code, lines = doctor(DATABASE_URL="postgresql://credira_app@127.0.0.1:1/credira", REDIS_URL="redis://127.0.0.1:1/0")

    assert code == 1
    ours = "Unset DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, so that manage.py starts its own, or start"
    valkey = lines.index("MEND valkey Error 111 connecting to 127.0.0.1:1. Connection refused.")
    assert lines[valkey + 1] == f"{ours} the Valkey of REDIS_URL."
    [database] = [number for number, line in enumerate(lines) if line.startswith("MEND database connection failed")]
    assert lines[database + 1] == f"{ours} the PostgreSQL of DATABASE_URL."


def test_a_python_without_the_packages_says_how_to_install_them() -> None:
    bare = [sys.executable, "-I", "-S", "manage.py", "doctor"]

    done = subprocess.run(bare, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"{sys.executable} has no package django. Mend: python3 tools/setup.py requirements.txt"
    )
