"""A production installation refuses to start with a fault, and says which variable to mend and how."""

from pathlib import Path

import pytest

from credira import embedded, production
from tests.starting.installation import Installation, free_port, get, gunicorn, install, manage

pytestmark = pytest.mark.processes

RANDOM = "$(openssl rand -hex 32)"
KEY = "$(openssl rand -base64 32 | tr +/ -_)"
DATABASE = "DATABASE_URL=postgresql://credira_app:PASSWORD@HOST:5432/credira"


@pytest.fixture(scope="module")
def installation(elsewhere: Path) -> Installation:
    return install(elsewhere)


def refusal(environment: dict[str, str]) -> str:
    done = manage("check", "--deploy", environment=environment)
    assert done.returncode == 1
    return done.stderr.strip()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"SECRET_KEY": ""}, f"SECRET_KEY is missing. Mend: SECRET_KEY={RANDOM}"),
        ({"CREDIRA_FIELD_KEYS": ""}, f"CREDIRA_FIELD_KEYS is missing. Mend: CREDIRA_FIELD_KEYS={KEY}"),
        ({"CREDIRA_INDEX_KEY": ""}, f"CREDIRA_INDEX_KEY is missing. Mend: CREDIRA_INDEX_KEY={KEY}"),
        ({"SIMULATOR_SECRET": ""}, f"SIMULATOR_SECRET is missing. Mend: SIMULATOR_SECRET={RANDOM}"),
        ({"DATABASE_URL": ""}, f"DATABASE_URL is missing. Mend: {DATABASE}"),
        ({"REDIS_URL": ""}, "REDIS_URL is missing. Mend: REDIS_URL=redis://HOST:6379/0"),
        (
            {"CREDIRA_BASE_URL": ""},
            "CREDIRA_BASE_URL is missing. Mend: CREDIRA_BASE_URL=https://credira.example.com",
        ),
        (
            {"SECRET_KEY": production.development_secret("SECRET_KEY")},
            f"SECRET_KEY is the one of development, which everybody knows. Mend: SECRET_KEY={RANDOM}",
        ),
        (
            {"CREDIRA_FIELD_KEYS": "short,c2hvcnQ="},
            f"CREDIRA_FIELD_KEYS isn't 32 bytes in URL-safe base64. Mend: CREDIRA_FIELD_KEYS={KEY}",
        ),
        (
            {"CREDIRA_BASE_URL": "http://credira.example.com"},
            "CREDIRA_BASE_URL doesn't begin with https://: consumers' links would travel in the clear. "
            "Mend: CREDIRA_BASE_URL=https://credira.example.com",
        ),
        (
            {"DEBUG": "on"},
            "DEBUG is on: error pages would show settings and personal data. Mend: DEBUG=off",
        ),
        (
            {"CREDIRA_EMBEDDED": "1"},
            "REDIS_URL or DATABASE_URL is an embedded server's, which asks for no password. "
            f"Mend: REDIS_URL=redis://HOST:6379/0 {DATABASE}; unset CREDIRA_EMBEDDED",
        ),
        (
            {"CREDIRA_ENVIRONMENT": "prod"},
            "CREDIRA_ENVIRONMENT is 'prod', not development or production. Mend: CREDIRA_ENVIRONMENT=production",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_fault_of_the_settings_is_refused_with_the_line_that_mends_it(
    installation: Installation, change: dict[str, str], line: str
) -> None:
    assert refusal(installation.but(**change)) == f"Credira doesn't start.\n{line}"


def test_all_faults_are_said_at_once(installation: Installation) -> None:
    said = refusal(installation.but(SECRET_KEY="", DEBUG="true", REDIS_URL=""))

    assert [line.split()[0] for line in said.splitlines()[1:]] == ["SECRET_KEY", "REDIS_URL", "DEBUG"]


@pytest.mark.parametrize(
    ("role", "why"),
    [
        ("postgres", "superuser or BYPASSRLS: postgres"),
        ("careless", "superuser or BYPASSRLS: careless"),
        ("credira_owner", "it may act as the owner, credira_owner"),
    ],
)
def test_a_role_that_row_level_security_does_not_bind_is_refused(
    installation: Installation, role: str, why: str
) -> None:
    said = refusal(installation.but(DATABASE_URL=installation.database_url(role)))

    assert (
        f"?: (credira.E001) DATABASE_URL logs in as {role}, which must not run the product: {why}. "
        f"Row-level security would not protect tenants. Mend: {DATABASE}"
    ) in said


def test_a_postgresql_that_says_it_is_embedded_is_refused(installation: Installation, elsewhere: Path) -> None:
    servers = embedded.start(elsewhere / "marked")

    said = refusal(installation.but(DATABASE_URL=servers.database_url))

    assert f"(credira.E001) DATABASE_URL is an embedded server's, which asks for no password. Mend: {DATABASE}" in said


def test_an_unreachable_database_is_said(installation: Installation) -> None:
    said = refusal(installation.but(DATABASE_URL="postgresql://credira_app@127.0.0.1:1/credira"))

    assert "(credira.E002) The database of DATABASE_URL doesn't answer: " in said


def test_without_the_owner_nothing_is_migrated(installation: Installation) -> None:
    done = manage("migrate", environment=installation.environment)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "DATABASE_OWNER_URL is missing; only the tables' owner may migrate. "
        "Mend: DATABASE_OWNER_URL=postgresql://credira_owner:PASSWORD@HOST:5432/credira"
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"DEBUG": "1"}, "DEBUG is on: error pages would show settings and personal data. Mend: DEBUG=off"),
        ({"DATABASE_URL": "postgres"}, "DATABASE_URL logs in as postgres, which must not run the product"),
    ],
    ids=["settings", "role"],
)
def test_gunicorn_ends_instead_of_serving(installation: Installation, change: dict[str, str], line: str) -> None:
    if change.get("DATABASE_URL"):
        change = {"DATABASE_URL": installation.database_url(change["DATABASE_URL"])}

    process = gunicorn(free_port(), environment=installation.but(**change))
    said, _ = process.communicate(timeout=120)

    assert process.returncode == 3
    assert line in said
    assert "Worker failed to boot" in said


def test_a_whole_installation_starts(installation: Installation) -> None:
    checked = manage("check", "--deploy", "--fail-level", "WARNING", environment=installation.environment)
    collected = manage("collectstatic", "--noinput", "-v0", environment=installation.environment)
    port = free_port()
    process = gunicorn(port, environment=installation.environment)
    try:
        status, page = get(f"http://127.0.0.1:{port}/login", Host="credira.example.com", X_Forwarded_Proto="https")
    finally:
        process.terminate()
        process.communicate(timeout=30)

    assert checked.returncode == 0, checked.stderr
    assert collected.returncode == 0, collected.stderr
    assert status == 200
    assert 'name="password"' in page
    assert process.returncode == 0


def test_nothing_embedded_starts_in_production(installation: Installation, tmp_path: Path) -> None:
    local = tmp_path / "local"

    done = manage("check", "--deploy", environment=installation.but(CREDIRA_LOCAL_DIR=str(local)))

    assert done.returncode == 0
    assert not local.exists()
