"""`make test` on a machine without Chromium or Pango: said loudly, skipped, and the rest goes on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.starting.demo import make
from tests.starting.installation import ROOT, clean_environment

pytestmark = pytest.mark.processes
SERVERS = {name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
CURE = "apt-get update && apt-get install -y chromium libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
SKIPPED = "!! The tests that need Chromium or PDFs will be SKIPPED, all others run."


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A directory for PATH with what `make` needs, without Chromium and apt; and a Pango that doesn't load."""
    for name in ("make", "sh", "bash", "env", "ps"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    (tmp_path / "libpango-1.0.so.0").write_text("not a library")
    return tmp_path


def make_test(words: str, bare: Path) -> tuple[int, str]:
    """`make test` of these files without Chromium and Pango: exit code and all that it said."""
    started = make("test", *words.split(), PATH=str(bare), LD_LIBRARY_PATH=str(bare), **SERVERS)
    code = started.process.wait(300)
    started.end()
    return code, started.said


def test_without_chromium_browser_tests_are_skipped_aloud(bare: Path) -> None:
    code, said = make_test("tests/browser -n 1 --dist loadscope", bare)

    warnings = [line for line in said.splitlines() if line.startswith("WARNING: ")]
    assert code == 0, said
    assert len(warnings) == 1
    assert warnings[0].endswith(
        " skipped: no Chromium on this machine (Debian: apt-get install -y chromium): browser tests were skipped"
    )
    assert int(warnings[0].split()[1]) > 20
    assert "failed" not in said
    assert "error" not in said


def test_without_pango_tests_of_pdfs_are_skipped_aloud_and_the_others_run(bare: Path) -> None:
    code, said = make_test("tests/documents tests/core/test_money.py -p no:cacheprovider", bare)

    [warning] = [line for line in said.splitlines() if line.startswith("WARNING: ")]
    assert code == 0, said
    assert "skipped: PDF letters are off: WeasyPrint needs Pango. Debian/Ubuntu: apt-get install -y libpango" in warning
    assert " passed" in said
    assert "failed" not in said


def test_what_is_missing_and_cannot_be_installed_is_said_and_does_not_stop(bare: Path) -> None:
    said = set_up(bare)

    assert said[0] == (
        "!! Missing, and can't be installed here (root and apt are needed): Chromium, pango-1.0, pangoft2-1.0."
    )
    assert said[1:] == [SKIPPED, f"!! Mend: {CURE}"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is offered an installation by apt")
def test_an_installation_that_fails_is_said_and_does_not_stop(bare: Path) -> None:
    (bare / "apt-get").write_text("#!/bin/sh\nexit 100\n")
    (bare / "apt-get").chmod(0o755)

    said = set_up(bare)

    assert said[0] == "Installing from Debian (once): Chromium, pango-1.0, pangoft2-1.0 ..."
    assert said[1] == "!! Missing, and can't be installed here (apt-get failed): Chromium, pango-1.0, pangoft2-1.0."
    assert said[2:] == [SKIPPED, f"!! Mend: {CURE}"]


def set_up(bare: Path) -> list[str]:
    """What `tools/setup.py --browser` says; it must end well, since `make test` goes on after it."""
    environment = clean_environment(PATH=str(bare), LD_LIBRARY_PATH=str(bare))
    del environment["CREDIRA_NO_BOOTSTRAP"]
    command = [sys.executable, "tools/setup.py", "--browser"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
