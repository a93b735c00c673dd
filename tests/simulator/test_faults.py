"""The world misbehaves on request, and its ledger tells the truth about it."""

import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.simulator.sandbox import Sandbox


def test_an_error_before_placing_places_nothing(sandbox: Sandbox) -> None:
    sandbox.fault("error_before")

    with pytest.raises(TwilioRestException) as refused:
        sandbox.dial()

    assert refused.value.status == 503
    assert sandbox.ledger()["counts"]["calls"] == 0
    sandbox.dial()
    assert sandbox.ledger()["counts"]["calls"] == 1


def test_rate_limiting_says_when_to_try_again(sandbox: Sandbox) -> None:
    sandbox.fault("rate_limited", target="mail", seconds=9)

    answer = sandbox.mail()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "9")
    assert sandbox.ledger()["counts"]["messages"] == 0


def test_a_lost_answer_leaves_a_call_that_the_list_shows(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.fault("lose_answer")

    with pytest.raises(requests.exceptions.ConnectionError):
        sandbox.dial()

    (call,) = sandbox.twilio.calls.list(to="+16125550100")
    assert sandbox.ledger()["calls"][0]["sid"] == call.sid


def test_a_lost_answer_leaves_a_mail_that_the_search_finds(sandbox: Sandbox) -> None:
    sandbox.fault("lose_answer", target="mail")

    with pytest.raises(requests.exceptions.ConnectionError):
        sandbox.mail()

    assert sandbox.get("/messages/outbound", metadata_message_id="msg_1")["TotalCount"] == 1


def test_an_error_after_placing_places_it_all_the_same(sandbox: Sandbox) -> None:
    sandbox.fault("error_after")

    with pytest.raises(TwilioRestException):
        sandbox.dial()

    assert sandbox.ledger()["counts"]["calls"] == 1


@pytest.mark.parametrize("kind", ["timeout_after", "hang"])
def test_a_slow_answer_outlasts_the_clients_patience(sandbox: Sandbox, kind: str) -> None:
    sandbox.fault(kind, target="mail", seconds=1)

    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(
            f"{sandbox.base}/email",
            json={"From": "a@mail.example", "To": "jane@example.com", "Subject": "x", "TextBody": "x"},
            headers={"X-Postmark-Server-Token": sandbox.mail_token},
            timeout=0.4,
        )

    placed_at_once = 1 if kind == "timeout_after" else 0
    assert sandbox.ledger()["counts"]["messages"] == placed_at_once
    time.sleep(0.8)
    assert sandbox.ledger()["counts"]["messages"] == 1


def test_the_first_callbacks_may_arrive_before_the_create_answers(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.fault("callback_before_answer")

    sandbox.dial()

    assert sandbox.product.statuses()[:1] == ["initiated"]


def test_a_duplicated_callback_is_equal_and_signed(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.fault("duplicate_callback", match={"event": "completed"})

    sandbox.dial()
    sandbox.tick()

    assert sandbox.product.statuses() == ["initiated", "ringing", "busy", "busy"]
    assert sandbox.product.calls[-1] == sandbox.product.calls[-2]


def test_a_lost_callback_never_comes_and_is_in_the_ledger(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.fault("lose_callback", match={"event": "completed"})

    sandbox.dial()
    answer = sandbox.tick()

    assert answer["idle"]
    assert sandbox.product.statuses() == ["initiated", "ringing"]
    last = sandbox.ledger()["calls"][0]["callbacks"][-1]
    assert (last["event"], last["status"], last["fault"]) == ("completed", None, "lose_callback")


def test_callbacks_change_places(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.fault("reorder_callbacks", match={"event": "ringing"})

    sandbox.dial()
    sandbox.tick()

    assert sandbox.product.statuses() == ["initiated", "busy", "ringing"]


def test_a_late_callback_is_waited_for_by_the_tick(sandbox: Sandbox) -> None:
    sandbox.person("busy")
    sandbox.fault("late_callback", match={"event": "initiated"}, seconds=0.4)

    sandbox.dial()
    sandbox.tick()

    assert sandbox.product.statuses() == ["ringing", "busy", "initiated"]


def test_a_duplicated_turn_is_asked_for_twice(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.fault("duplicate_callback", match={"event": "twiml"})

    sandbox.dial()
    sandbox.tick()

    voice = [one["query"]["step"] for one in sandbox.product.calls if one["path"] == "/voice"]
    assert voice[:3] == ["0", "0", "1"]


def test_a_rate_strikes_by_seed(sandbox: Sandbox) -> None:
    sandbox.fault("error_before", target="mail", rate=0.5, seed="x")

    statuses = [sandbox.mail().status_code for _ in range(20)]

    assert {200, 503} == set(statuses)
    (fault,) = sandbox.control("GET", "faults")["faults"]
    assert fault["hits"] == statuses.count(503)


def test_faults_are_matched_by_number_and_cleared(sandbox: Sandbox) -> None:
    sandbox.fault("error_before", match={"to": "+12025550100"})

    sandbox.dial()
    sandbox.control("DELETE", "faults")
    sandbox.dial(to="+12025550100", call="call_2")

    assert sandbox.ledger()["counts"]["calls"] == 2


def test_a_small_error_rate_disturbs_some_and_the_ledger_counts_truly(sandbox: Sandbox) -> None:
    sandbox.configure(error_rate=0.3)

    accepted = 0
    for number in range(30):
        try:
            accepted += sandbox.mail(Metadata={"message_id": f"msg_{number}"}).status_code == 200
        except requests.exceptions.ConnectionError:
            continue

    counted = sandbox.ledger()["counts"]["messages"]
    assert accepted < 30
    assert accepted <= counted < 30


def test_a_status_that_reached_nobody_is_tried_again(sandbox: Sandbox) -> None:
    sandbox.person("busy")

    sandbox.dial(status_callback="http://127.0.0.1:9/status", status_callback_event=["completed"])
    sandbox.tick()

    callbacks = sandbox.ledger()["calls"][0]["callbacks"]
    assert [one["event"] for one in callbacks] == ["completed"] * 3
    assert {one["status"] for one in callbacks} == {None}


def test_a_webhook_that_fails_is_tried_again(sandbox: Sandbox) -> None:
    sandbox.product.hook_status = 500
    sandbox.mail()

    sandbox.tick("2026-11-24T15:05:30Z")

    assert len(sandbox.product.hooks) == 3
