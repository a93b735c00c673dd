"""`.env` is read, and with all servers named nothing embedded starts."""

import subprocess
from pathlib import Path

import pytest

from credira import embedded, environment
from tests.starting.installation import clean_environment, manage


def test_env_is_read_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "credira.env"
    file.write_text("CREDIRA_ENVIRONMENT=production\nDEBUG=on\nSECRET_KEY=words\n")
    local = tmp_path / "local"

    done = manage("check", environment=clean_environment(CREDIRA_ENV_FILE=str(file), CREDIRA_LOCAL_DIR=str(local)))

    assert done.returncode == 1
    assert "DEBUG is on" in done.stderr
    assert "CREDIRA_FIELD_KEYS is missing" in done.stderr
    assert "SECRET_KEY is missing" not in done.stderr
    assert not local.exists()


def test_the_processs_own_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=ERROR\nWORK_LEASE_SECONDS=7\n")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("WORK_LEASE_SECONDS", "")
    monkeypatch.delenv("WORK_LEASE_SECONDS")
    monkeypatch.delenv("CREDIRA_ENV_FILE", raising=False)

    environment.read(file)

    assert environment.env.str("LOG_LEVEL") == "DEBUG"
    assert environment.env.float("WORK_LEASE_SECONDS") == 7.0


def test_a_named_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "no.env"

    done = manage("check", environment=clean_environment(CREDIRA_ENV_FILE=str(missing)))

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"CREDIRA_ENV_FILE names {missing}, which doesn't exist. Mend: create it, or unset it."
    )


@pytest.mark.processes
def test_with_all_three_servers_named_nothing_embedded_starts(tmp_path: Path, elsewhere: Path) -> None:
    local = tmp_path / "local"
    servers = embedded.start(elsewhere / "servers")
    named = clean_environment(
        CREDIRA_LOCAL_DIR=str(local),
        DATABASE_URL=servers.database_url,
        DATABASE_OWNER_URL=servers.database_owner_url,
        REDIS_URL=servers.redis_url,
    )
    before = servers_of(elsewhere)

    done = manage("doctor", environment=named)

    assert "ok   database" in done.stdout
    assert "ok   valkey" in done.stdout
    assert not local.exists()
    assert servers_of(tmp_path) == []
    assert servers_of(elsewhere) == before
    assert len(before) == 2


def servers_of(directory: Path) -> list[str]:
    """Process ids of the servers whose data lie under the directory."""
    found = subprocess.run(
        ["ps", "-eww", "-o", "pid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    ours = [line for line in found if str(directory) in line and ("/postgres " in line or "valkey" in line)]
    return sorted(line.split()[0] for line in ours)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("BEHIND_TLS=yess", "BEHIND_TLS is 'yess', neither on nor off. Mend: BEHIND_TLS=on or BEHIND_TLS=off"),
        ("DEBUG=maybe", "DEBUG is 'maybe', neither on nor off. Mend: DEBUG=on or DEBUG=off"),
        ("WORK_LEASE_SECONDS=soon", "WORK_LEASE_SECONDS can't be read: 'soon'. Mend: correct it."),
        ("UPLOAD_MAX_BYTES=50 MB", "UPLOAD_MAX_BYTES can't be read: '50 MB'. Mend: correct it."),
    ],
)
def test_a_value_that_is_not_what_is_asked_for_stops_the_start_and_is_named(given: str, told: str) -> None:
    name, _, value = given.partition("=")

    done = manage("check", environment=clean_environment(**{name: value}))

    assert done.returncode == 1
    assert done.stderr.strip() == told
