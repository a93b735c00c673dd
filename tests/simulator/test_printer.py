"""The print-and-mail vendor."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
import requests

from tests.simulator.sandbox import Sandbox

PDF = b"%PDF-1.7\n1 0 obj <</Type /Pages>> 2 0 obj <</Type /Page>> 3 0 obj <</Type /Page>>"
JANE = {"name": "Jane Doe", "line1": "5936 Elm St", "city": "Springfield", "state": "MN", "zip": "55401"}


def send(sandbox: Sandbox, reference: str = "att_1", pdf: bytes = PDF, **changes: Any) -> requests.Response:
    letter = {"reference": reference, "to": JANE, "file": base64.b64encode(pdf).decode(), **changes}
    return requests.post(f"{sandbox.base}/print/v1/letters", json=letter, auth=(sandbox.sid, sandbox.token), timeout=20)


def read(sandbox: Sandbox, path: str, **params: str) -> requests.Response:
    return requests.get(f"{sandbox.base}{path}", params=params, auth=(sandbox.sid, sandbox.token), timeout=20)


def test_a_letter_is_taken_once_by_reference(sandbox: Sandbox) -> None:
    first, again = send(sandbox), send(sandbox)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (first.json()["status"], first.json()["pages"]) == ("accepted", 2)
    assert first.json()["sha256"] == hashlib.sha256(PDF).hexdigest()
    ledger = sandbox.ledger()
    assert (ledger["counts"]["letters"], ledger["letters"][0]["posts"]) == (1, 2)
    assert not ledger["twice"]["any"]


def test_the_same_reference_with_another_letter_is_refused(sandbox: Sandbox) -> None:
    send(sandbox)

    assert send(sandbox, pdf=PDF + b" ").status_code == 422


def test_the_same_letter_under_two_references_is_seen_as_twice(sandbox: Sandbox) -> None:
    send(sandbox, "att_1")
    send(sandbox, "att_2")

    assert sandbox.ledger()["twice"]["letters"][0]["count"] == 2


def test_it_is_found_by_reference_and_its_pdf_is_kept(sandbox: Sandbox) -> None:
    letter = send(sandbox).json()

    assert [one["id"] for one in read(sandbox, "/print/v1/letters", reference="att_1").json()["data"]] == [letter["id"]]
    assert read(sandbox, "/print/v1/letters", reference="att_9").json()["data"] == []
    assert read(sandbox, f"/print/v1/letters/{letter['id']}/file").content == PDF


def test_multipart_is_taken_too(sandbox: Sandbox) -> None:
    answer = requests.post(
        f"{sandbox.base}/print/v1/letters",
        data={"reference": "att_m", "to": json.dumps(JANE)},
        files={"file": ("notice.pdf", PDF, "application/pdf")},
        auth=(sandbox.sid, sandbox.token),
        timeout=20,
    )

    assert (answer.status_code, answer.json()["to"]) == (201, JANE)


@pytest.mark.parametrize(
    ("persona", "events"),
    [
        ("cooperative", ["letter.mailed", "letter.delivered"]),
        ("wrong_number", ["letter.mailed", "letter.returned_to_sender"]),
    ],
)
def test_it_is_mailed_then_arrives_or_comes_back(sandbox: Sandbox, persona: str, events: list[str]) -> None:
    sandbox.person(persona)
    send(sandbox)
    assert sandbox.tick()["next_at"] == "2026-11-24T19:30:00Z"

    sandbox.run_until("2026-12-10T00:00:00Z")

    told = [hook for hook in sandbox.product.hooks if hook["path"] == "/hooks/print"]
    assert [hook["json"]["type"] for hook in told] == events
    assert told[0]["json"]["data"]["reference"] == "att_1"
    parts = dict(part.split("=", 1) for part in told[0]["headers"]["Print-Signature"].split(","))
    expected = hmac.new(b"print-secret", f"{parts['t']}.".encode() + told[0]["raw"], hashlib.sha256).hexdigest()
    assert parts["v1"] == expected


def test_what_is_no_letter_is_refused(sandbox: Sandbox) -> None:
    assert send(sandbox, pdf=b"hello").status_code == 422
    assert send(sandbox, to={}).status_code == 422
    assert send(sandbox, reference="").status_code == 422
    assert requests.post(f"{sandbox.base}/print/v1/letters", json={}, timeout=20).status_code == 401
