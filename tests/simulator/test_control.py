"""The control API, the ledger's verdict, the clock."""

import base64
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from simulator.store import Store
from tests.simulator.process import ROOT, running
from tests.simulator.product import Product
from tests.simulator.sandbox import Sandbox


def refused(sandbox: Sandbox, method: str, path: str, told: object) -> requests.Response:
    return requests.request(
        method, f"{sandbox.base}/control/{path}", json=told, auth=(sandbox.sid, sandbox.token), timeout=20
    )


def test_it_takes_the_derived_credentials_and_no_others(sandbox: Sandbox) -> None:
    url = f"{sandbox.base}/control/config"

    assert requests.get(url, auth=(sandbox.sid, sandbox.token), timeout=20).status_code == 200
    assert requests.get(url, auth=(sandbox.sid, "0" * 32), timeout=20).status_code == 401
    assert requests.get(url, auth=("AC1", sandbox.token), timeout=20).status_code == 401
    assert requests.get(url, timeout=20).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "told", "word"),
    [
        ("PUT", "config", {"nonsense": 1}, "nonsense"),
        ("PUT", "config", {"pace": "slow"}, "pace"),
        ("PUT", "people", {"people": [{"name": "x"}]}, "ref"),
        ("PUT", "people", {"people": [{"ref": "a", "persona": "nobody"}]}, "persona"),
        ("PUT", "people", {}, "people"),
        ("PUT", "clock", {"now": "yesterday"}, "isoformat"),
        ("POST", "faults", {"kind": "earthquake"}, "kind"),
        ("POST", "faults", {"kind": "hang", "rate": 2}, "rate"),
        ("POST", "faults", {"kind": "hang", "seconds": "long"}, "seconds"),
        ("POST", "tick", {"timeout": "soon"}, "timeout"),
        ("POST", "tick", [], "object"),
        ("PUT", "sinks/bad", {"behaviour": {"kind": "dance"}}, "behaviour"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    sandbox: Sandbox, method: str, path: str, told: object, word: str
) -> None:
    answer = refused(sandbox, method, path, told)

    assert answer.status_code == 400
    assert word in answer.json()["error"]


def test_two_dials_with_one_call_id_are_seen_as_twice(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    first = sandbox.dial(call="call_1")
    sandbox.tick()
    assert not sandbox.ledger()["twice"]["any"]

    second = sandbox.dial(call="call_1")

    twice = sandbox.ledger()["twice"]
    assert twice["calls"] == [{"ref": "call_1", "count": 2, "sids": [first, second]}]
    assert twice["any"]


def test_the_call_id_is_found_in_a_signed_token(sandbox: Sandbox) -> None:
    payload = {"call": "call_01m80edhsnexh8t44s6pz6em06", "attempt": "att_1", "fence": 3}
    token = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=") + ":1tabc:signature"

    sandbox.dial(url=f"{sandbox.product.base}/voice", status_callback=f"{sandbox.product.base}/status/{token}")

    sandbox.tick()

    (call,) = sandbox.ledger()["calls"]
    assert (call["ref"], call["payload"]) == (payload["call"], payload)
    assert {one["valid"] for one in sandbox.product.calls if one["path"].startswith("/status")} == {True}


def test_calls_that_overlap_on_one_number_are_told(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.configure(pace="stepwise")
    assert sandbox.ledger()["counts"]["open_calls"] == 0

    sids = [sandbox.dial(call="call_1"), sandbox.dial(call="call_2")]

    assert sandbox.ledger()["counts"]["open_calls"] == 2
    assert sandbox.ledger()["twice"]["overlapping_calls"] == [{"to": "+16125550100", "sids": sids}]


def test_the_same_mail_twice_is_told(sandbox: Sandbox) -> None:
    sandbox.mail()
    sandbox.mail()
    sandbox.mail(Metadata={})
    sandbox.mail(Metadata={})

    assert [one["count"] for one in sandbox.ledger()["twice"]["messages"]] == [2, 2]


def test_the_clock_never_runs_back_once_something_happened(sandbox: Sandbox) -> None:
    sandbox.set_clock("2026-11-01T00:00:00Z")
    sandbox.set_clock("2026-11-24T15:05:00Z")
    sandbox.mail()

    assert refused(sandbox, "PUT", "clock", {"now": "2026-11-24T15:04:00Z"}).status_code == 409


def test_a_clock_that_ran_may_be_set_back_by_a_moment(sandbox: Sandbox) -> None:
    sandbox.mail()
    sandbox.set_clock("2026-11-24T15:05:02Z", frozen=False)

    sandbox.set_clock("2026-11-24T15:05:01Z")

    assert sandbox.control("GET", "clock") == {"now": "2026-11-24T15:05:01Z", "frozen": True}


def test_a_tick_says_how_much_was_done_and_when_the_next_is_due(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    assert sandbox.tick() == {"idle": True, "next_at": None, "acted": 0, "now": "2026-11-24T15:05:00Z"}
    sandbox.dial()
    sandbox.mail()

    answer = sandbox.tick()

    assert (answer["acted"], answer["next_at"]) == (1, "2026-11-24T15:05:30Z")


def test_deleting_a_workspace_leaves_nothing(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.dial()
    sandbox.mail()
    sandbox.control("DELETE", "workspace")

    ledger = sandbox.ledger()

    assert ledger["counts"] == {"calls": 0, "messages": 0, "letters": 0, "payments": 0, "open_calls": 0}
    assert sandbox.control("GET", "people") == {"people": []}


def test_tables_of_an_older_version_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    old = sqlite3.connect(path)
    old.execute("CREATE TABLE calls (old TEXT)")
    old.commit()
    old.close()

    store = Store(path)

    assert store.all("SELECT call_sid FROM calls") == []
    store.close()


@pytest.mark.processes
@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_an_ended_simulator_remembers_and_ends_the_call_it_dropped(tmp_path: Path, product: Product, end: str) -> None:
    with running(tmp_path / "world.db") as (process, base):
        sandbox = Sandbox(base, product)
        product.token = sandbox.token
        sandbox.configure(pace="stepwise")
        sandbox.set_clock("2026-11-24T15:05:00Z")
        sandbox.person("cooperative")
        sid = sandbox.dial()
        sandbox.mail()
        sandbox.tick(sandbox.tick()["next_at"])
        getattr(process, end)()
        process.wait(10)

    with running(tmp_path / "world.db") as (process, sandbox.base):
        sandbox.tick("2026-11-24T15:05:30Z")

        assert sandbox.call(sid)["status"] == "failed"
        assert product.statuses() == ["initiated", "ringing", "failed"]
        assert [hook["json"]["RecordType"] for hook in product.hooks] == ["Delivery"]


def test_it_refuses_to_start_without_a_secret(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SIMULATOR_SECRET"}
    command = [sys.executable, "-m", "simulator", "--db", str(tmp_path / "x.db")]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "SIMULATOR_SECRET" in done.stderr
