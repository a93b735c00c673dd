"""The webhook sink."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import requests
from standardwebhooks import Webhook

from tests.simulator.sandbox import Sandbox

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = json.dumps({"type": "payment.received", "data": {"amount": 12.5}})


def name() -> str:
    return f"sink-{uuid4().hex[:8]}"


def post(sandbox: Sandbox, sink: str, *, secret: str = SECRET, identifier: str = "evt_1") -> requests.Response:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, now, BODY),
        "X-Credira-Signature": hmac.new(secret.encode(), BODY.encode(), hashlib.sha256).hexdigest(),
        "Content-Type": "application/json",
    }
    return requests.post(f"{sandbox.base}/sink/{sink}", data=BODY, headers=headers, timeout=20)


def events(sandbox: Sandbox, sink: str) -> dict[str, list[dict[str, object]]]:
    answer: dict[str, list[dict[str, object]]] = requests.get(f"{sandbox.base}/sink/{sink}", timeout=20).json()
    return answer


def test_what_arrives_is_kept_as_it_came_and_both_signatures_verify(sandbox: Sandbox) -> None:
    sink = name()
    sandbox.control("PUT", f"sinks/{sink}", {"secrets": ["whsec_b3RoZXI=", SECRET]})

    assert post(sandbox, sink).status_code == 200

    (event,) = events(sandbox, sink)["events"]
    assert (event["body"], event["event"], event["webhook_id"]) == (BODY, "payment.received", "evt_1")
    assert (event["standard"], event["hex"], event["answered"]) == ("verified", "verified", 200)


def test_a_forged_signature_is_called_invalid(sandbox: Sandbox) -> None:
    sink = name()
    sandbox.control("PUT", f"sinks/{sink}", {"secrets": [SECRET]})

    post(sandbox, sink, secret="whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")

    (event,) = events(sandbox, sink)["events"]
    assert (event["standard"], event["hex"]) == ("invalid", "invalid")


def test_without_a_secret_it_says_so_until_one_is_told(sandbox: Sandbox) -> None:
    sink = name()
    post(sandbox, sink)
    assert events(sandbox, sink)["events"][0]["standard"] == "no secret known"

    sandbox.control("PUT", f"sinks/{sink}", {"secrets": [SECRET]})

    assert events(sandbox, sink)["events"][0]["standard"] == "verified"


def test_unsigned_is_absent(sandbox: Sandbox) -> None:
    sink = name()
    requests.post(f"{sandbox.base}/sink/{sink}", data=b"\xff\x00", timeout=20)

    (event,) = events(sandbox, sink)["events"]
    assert (event["standard"], event["hex"]) == ("absent", "absent")


@pytest.mark.parametrize(
    ("behaviour", "status", "headers"),
    [
        ({"kind": "status", "status": 500}, 500, {}),
        ({"kind": "gone"}, 410, {}),
        ({"kind": "rate_limit", "retry_after": 7}, 429, {"Retry-After": "7"}),
    ],
)
def test_it_misbehaves_as_often_as_told(
    sandbox: Sandbox, behaviour: dict[str, object], status: int, headers: dict[str, str]
) -> None:
    sink = name()
    sandbox.control("PUT", f"sinks/{sink}", {"behaviour": {**behaviour, "count": 2}})

    answers = [post(sandbox, sink) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert headers.items() <= dict(answers[0].headers).items()
    assert events(sandbox, sink)["twice"] == []


def test_it_hangs_when_told(sandbox: Sandbox) -> None:
    sink = name()
    sandbox.control("PUT", f"sinks/{sink}", {"behaviour": {"kind": "hang", "seconds": 20}})

    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(f"{sandbox.base}/sink/{sink}", data=b"{}", timeout=0.3)

    assert events(sandbox, sink)["events"][0]["answered"] is None


def test_the_same_event_accepted_twice_is_told(sandbox: Sandbox) -> None:
    sink = name()
    post(sandbox, sink)
    post(sandbox, sink)

    assert events(sandbox, sink)["twice"] == [{"webhook_id": "evt_1", "count": 2}]


def test_a_sink_belongs_to_the_workspace_that_told_its_secrets(sandbox: Sandbox, simulator: str) -> None:
    sink = name()
    sandbox.control("PUT", f"sinks/{sink}", {"secrets": [SECRET]})
    other = Sandbox(simulator, sandbox.product)

    with pytest.raises(requests.HTTPError) as refused:
        other.control("PUT", f"sinks/{sink}", {"secrets": []})

    assert refused.value.response.status_code == 403
