"""`make demo`, from an empty directory to Ctrl-C, and a second time: what it prints works, and nothing is left."""

import base64
import hashlib
import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from django_otp.oath import TOTP

from credira import embedded
from credira.running.ports import is_free
from tests.starting.conftest import Sample
from tests.starting.demo import READY, Start, make, processes_of, servers_among

pytestmark = pytest.mark.processes
# What time alone changes: the scheduler's and the workers' signs of life.
ALIVE = {"work_heartbeat"}


@dataclass
class Demo:
    """A start, its directory, the ports that it was told to take, and those that were busy."""

    start: Start
    local: Path
    wanted: list[int]

    @property
    def file(self) -> dict[str, Any]:
        """`.local/demo.json`."""
        read: dict[str, Any] = json.loads((self.local / "demo.json").read_text())
        return read

    @property
    def ports(self) -> list[int]:
        """Where the web and the simulated world answer."""
        return [int(self.file[name].rsplit(":", 1)[1]) for name in ("base_url", "simulator_url")]

    def ask(self, path: str, *, creditor: int = 0, kind: str = "sandbox") -> Any:
        """The API's answer to one of the keys."""
        key = self.file["creditors"][creditor]["keys"][kind]
        answer = requests.get(f"{self.file['base_url']}{path}", headers={"Authorization": f"Bearer {key}"}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


def listening() -> socket.socket:
    """Somebody else's server."""
    return socket.create_server(("127.0.0.1", 0))


@pytest.fixture(scope="module")
def demo(elsewhere: Path, sample: Sample) -> Iterator[Demo]:
    """The first start, both of whose ports are busy, when its first day in the sandbox has passed.

    Sixty accounts are enough here: that the whole file is placed is shown by tests/accounts/test_import.py.
    """
    local = elsewhere / "local"
    with ExitStack() as stack:
        wanted = [stack.enter_context(listening()).getsockname()[1] for _ in range(2)]
        start = make(
            *("demo", "--port", wanted[0], "--simulator-port", wanted[1], "--accounts", sample(60), "--days", 1),
            CREDIRA_LOCAL_DIR=str(local),
        )
        stack.callback(start.end, signal.SIGTERM)
        start.wait_for(READY)
        start.wait_for(r"reached\. \(100 %\)")
        yield Demo(start, local, wanted)


def test_a_busy_port_moves_to_the_next_free_one_and_says_so(demo: Demo) -> None:
    for wanted, taken in zip(demo.wanted, demo.ports, strict=True):
        assert f"Port {wanted} is in use; taking {taken}." in demo.start.lines
        assert wanted < taken < wanted + 100

    assert f"  Credira       {demo.file['base_url']}" in demo.start.lines
    assert requests.get(f"{demo.file['base_url']}/login", timeout=30).status_code == 200
    assert requests.get(demo.file["simulator_url"], timeout=30).status_code == 200


def test_demo_json_has_the_documented_shape(demo: Demo) -> None:
    file = demo.file

    assert shape(file) == {
        "base_url": "str",
        "simulator_url": "str",
        "sink_url": "str",
        "creditors": [
            {
                "name": "str",
                "members": [{"email": "str", "role": "str", "password": "str", "totp_secret": "str"}],
                "keys": {"sandbox": "str", "live": "str"},
            }
        ],
    }
    assert file["sink_url"] == f"{file['simulator_url']}/sink/demo"
    assert [(c["name"], [(m["email"], m["role"]) for m in c["members"]]) for c in file["creditors"]] == [
        (
            "Sample Federal Credit Union",
            [
                ("alice@sample.example", "owner"),
                ("bob@sample.example", "collector"),
                ("dana@sample.example", "compliance"),
            ],
        ),
        ("Other Federal CU", [("charlie@other.example", "owner")]),
    ]
    assert (demo.local / "demo.json").stat().st_mode & 0o777 == 0o600


def shape(value: Any) -> Any:
    """Keys and types; of a list, the one shape that all its members have."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        shapes = [shape(each) for each in value]
        assert all(each == shapes[0] for each in shapes)
        return shapes[:1]
    return type(value).__name__


@pytest.mark.parametrize(("creditor", "member"), [(0, 0), (0, 1), (0, 2), (1, 0)])
def test_each_member_signs_in_with_password_and_code(demo: Demo, creditor: int, member: int) -> None:
    base, login = demo.file["base_url"], demo.file["creditors"][creditor]["members"][member]
    browser = requests.Session()

    submit(browser, f"{base}/login", email=login["email"], password=login["password"])
    inside = submit(browser, f"{base}/login/code", code=code_of(login["totp_secret"]))

    assert f"{login['email']} {login['password']}" in " ".join(demo.start.said.split())
    assert not inside.url.startswith(f"{base}/login"), inside.url
    assert inside.status_code == 200
    slug = ("sample", "other")[creditor]
    assert browser.get(f"{base}/w/{slug}-sandbox/accounts", timeout=30).status_code == 200
    assert browser.get(f"{base}/w/{('other', 'sample')[creditor]}-sandbox/accounts", timeout=30).status_code == 404


def code_of(secret: str) -> str:
    """What an authenticator shows now for a secret in Base32."""
    return f"{TOTP(base64.b32decode(secret)).token():06d}"


def submit(browser: requests.Session, page: str, **fields: str) -> requests.Response:
    """Open a page and send its form, as a browser does."""
    opened = browser.get(page, timeout=30)
    [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', opened.text)
    return browser.post(page, data={**fields, "csrfmiddlewaretoken": token}, headers={"Referer": page}, timeout=30)


@pytest.mark.parametrize("creditor", [0, 1])
@pytest.mark.parametrize(("kind", "livemode", "prefix"), [("sandbox", False, "sk_test_"), ("live", True, "sk_live_")])
def test_each_key_works_in_its_own_workspace(demo: Demo, creditor: int, kind: str, livemode: bool, prefix: str) -> None:
    found = demo.file["creditors"][creditor]

    assert found["keys"][kind].startswith(prefix)
    assert demo.ask("/v1/me", creditor=creditor, kind=kind)["creditor"]["livemode"] is livemode
    accounts = demo.ask("/v1/accounts?limit=3", creditor=creditor, kind=kind)
    assert len(accounts) == (3 if (creditor, kind) == (0, "sandbox") else 0)


def test_the_curl_line_works_as_it_is_printed(demo: Demo) -> None:
    [line] = [line.strip() for line in demo.start.lines if line.strip().startswith("curl ")]

    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, timeout=60)

    answer = json.loads(done.stdout)
    assert answer["success"] is True
    assert len(answer["data"]) == 3


def test_a_campaign_over_fifty_accounts_has_begun_and_its_events_arrive_signed(demo: Demo) -> None:
    assert "Placed 60 accounts from first-60.csv; 0 rows refused." in demo.start.lines
    [campaign] = demo.ask("/v1/campaigns")
    sink = requests.get(f"{demo.file['simulator_url']}/sinks/demo", timeout=30).text
    verdicts = re.findall(r"<span class='st \w+'>(verified|invalid|absent)</span>", sink)

    assert (campaign["debtors_enrolled"], campaign["status"]) == (50, "active")
    assert "email.sent" in sink
    assert set(verdicts) == {"verified"}


@dataclass
class Stopped:
    """What was there before Ctrl-C, and what after."""

    before: dict[int, str]
    after: dict[int, str]
    exit_code: int


@pytest.fixture(scope="module")
def stopped(demo: Demo) -> Stopped:
    """Ctrl-C."""
    before = processes_of(demo.local)
    code = demo.start.end(signal.SIGINT)
    return Stopped(before, processes_of(demo.local), code)


def test_ctrl_c_stops_every_process(demo: Demo, stopped: Stopped) -> None:
    running = "\n".join(stopped.before.values())

    for name in ("gunicorn", "dramatiq", "manage.py scheduler", "simulator", "postgres", "valkey"):
        assert name in running
    assert stopped.after == {}
    assert [port for port in demo.ports if not is_free(port)] == []
    assert "Stopping ..." in demo.start.lines
    assert "Traceback" not in demo.start.said


@dataclass
class Again:
    """The second start, and all rows before it and once it is up."""

    start: Start
    before: dict[str, tuple[int, str]]
    after: dict[str, tuple[int, str]]
    left: dict[int, str]


@pytest.fixture(scope="module")
def again(demo: Demo, stopped: Stopped) -> Again:
    """The second start, ended by SIGTERM."""
    host = embedded.start(demo.local).database_url.partition("host=")[2]
    before = rows(host)
    port, world_port = demo.ports
    start = make(*("demo", "--port", port, "--simulator-port", world_port), CREDIRA_LOCAL_DIR=str(demo.local))
    try:
        start.wait_for(READY)
        after = rows(host)
    finally:
        start.end(signal.SIGTERM)
    return Again(start, before, after, processes_of(demo.local))


def rows(host: str) -> dict[str, tuple[int, str]]:
    """Of each table, how many rows there are and a hash of what is in them."""
    with psycopg.connect(host=host, user="postgres", dbname=embedded.DATABASE) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (table,) in tables:
            texts = connection.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1').fetchall()
            found[table] = (len(texts), hashlib.sha256("\n".join(text for (text,) in texts).encode()).hexdigest())
    return found


def test_a_second_start_neither_migrates_nor_seeds_and_changes_no_row(demo: Demo, again: Again) -> None:
    assert again.start.lines[0] == ""  # the table of addresses is the first that it says
    assert not re.search("Migrating|Seeding|Placed|beginning anew|in use", again.start.said)
    assert {name for name, found in again.before.items() if again.after[name] != found} <= ALIVE
    assert again.before["accounts_account"][0] == 60


def test_a_second_start_prints_the_same_logins_key_and_addresses(demo: Demo, again: Again) -> None:
    def lasting(start: Start) -> list[str]:
        told = start.lines[start.lines.index("") :]
        return [re.sub(r"code now \d{6}", "", line) for line in told if "clock" not in line and "Stopping" not in line]

    assert lasting(again.start) == lasting(demo.start)


def test_sigterm_stops_every_process_too(demo: Demo, again: Again) -> None:
    assert again.left == {}
    assert servers_among(again.left) == []
    assert [port for port in demo.ports if not is_free(port)] == []


def test_ctrl_c_in_the_middle_of_a_first_start_leaves_no_server(elsewhere: Path) -> None:
    local = elsewhere / "cut-off"
    start = make("demo", CREDIRA_LOCAL_DIR=str(local))
    start.wait_for("Migrating the database")
    assert len(servers_among(processes_of(local))) >= 2

    start.end()

    assert processes_of(local) == {}
    assert not (local / "demo.json").exists()
    assert "Traceback" not in start.said
