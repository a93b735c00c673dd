"""A call is dialled once, whatever dies, is lost, or comes twice: counted in the simulated carrier's own ledger."""

import datetime as dt
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from audit.models import Event
from audit.selectors import body_of
from campaigns.models import Call, CallTurn
from compliance.models import Consent, ContactAttempt
from compliance.services import revoke_consent
from credira.core.json import loads
from credira.tenancy.scope import bind
from credira.work.models import Incident
from tests.campaigns.dialing import age, dialer, in_flight, let_pass, plan, read, work
from tests.campaigns.town import TEN_AM, Town, build_town
from tests.working import working
from webhooks.models import Delivery
from webhooks.services import create_endpoint

pytestmark = pytest.mark.processes


@pytest.fixture
def town(product: None) -> Iterator[Town]:
    """One cooperative person whom her own creditor calls."""
    town = build_town(["cooperative"], notice=False)
    yield town
    town.world.wipe()


def assert_one_conversation(town: Town, call: Call) -> None:
    """One dial in the carrier's ledger, one promise, one end told, nothing in flight."""
    ledger = town.world.ledger()
    assert (ledger["counts"]["calls"], ledger["twice"]["any"]) == (1, False)
    assert read(town, call).status == "completed"
    assert in_flight(town) == 0
    with bind(town.workspace) as bound:
        ends = Event.objects.filter(workspace=bound, type__in=("call.completed", "call.failed"))
        assert [event.type for event in ends] == ["call.completed"]
        attempt = ContactAttempt.objects.get(workspace=bound, status="concluded")
        assert attempt.provider_reference == ledger["calls"][0]["sid"]


@pytest.mark.promise("C-16", "C-45", "C-49")
def test_a_call_without_mishap(town: Town) -> None:
    with bind(town.workspace) as bound:
        create_endpoint(workspace=bound, url="http://127.0.0.1:9/sink", events=["call.completed"])
    call = plan(town)

    work(town)

    assert_one_conversation(town, call)
    ended = read(town, call)
    assert ended.outcome == "promise"
    with bind(town.workspace) as bound:
        told = loads(body_of(bound, Delivery.objects.get(event_type="call.completed").event))
    assert told["event"] == "call.completed"
    assert (told["data"]["call_id"], told["data"]["status"]) == (ended.public_id, "completed")
    assert (told["data"]["outcome"], told["data"]["duration"]) == ("payment_scheduled", ended.duration_s)
    assert isinstance(told["data"]["duration"], int)
    assert told["data"]["duration"] > 0


@pytest.mark.parametrize("stop_at", ["reserved", "claimed"])
def test_a_worker_killed_before_the_dial_is_followed_by_another(town: Town, stop_at: str) -> None:
    call = plan(town)
    with dialer(town, call, stop_at) as worker:
        worker.kill()
    assert town.world.ledger()["counts"]["calls"] == 0

    let_pass(town)

    assert_one_conversation(town, call)


def test_a_worker_killed_during_the_dial_is_not_followed(town: Town) -> None:
    town.world.misbehave({"kind": "hang", "target": "calls", "seconds": 2, "count": 1})
    call = plan(town)
    with dialer(town, call, "claimed") as worker:
        worker.go_on()
        time.sleep(1)
        worker.kill()
    time.sleep(2)

    let_pass(town)

    assert_one_conversation(town, call)


def test_a_worker_killed_after_the_dial_is_not_followed(town: Town) -> None:
    call = plan(town)
    with dialer(town, call, "answered") as worker:
        worker.kill()

    let_pass(town)

    assert_one_conversation(town, call)


@pytest.mark.parametrize("stop_at", ["reserved", "claimed", "answered"])
def test_the_advancing_clock_waits_for_what_a_killed_worker_left(town: Town, stop_at: str) -> None:
    """Nobody knows whether the carrier has the call: no time passes until that is known, and it is dialled that day."""
    call = plan(town)
    with dialer(town, call, stop_at) as worker:
        worker.kill()

    with working():
        job = town.begin_advance(days=2)
        if stop_at != "answered":  # the carrier's own callbacks tell that it has the call
            time.sleep(3)
            assert town.now() == TEN_AM
        job = town.wait_for(job, meanwhile=partial(age, town))

    assert (job.status, town.now()) == ("completed", TEN_AM + dt.timedelta(days=2))
    assert_one_conversation(town, call)
    assert town.world.ledger()["calls"][0]["created_at"] == "2026-11-24T15:05:00Z"


@pytest.mark.parametrize("fault", ["lose_answer", "error_after", "error_before", "rate_limited"])
def test_a_create_without_a_good_answer_ends_in_one_dial(town: Town, fault: str) -> None:
    town.world.misbehave({"kind": fault, "target": "calls", "count": 1, "seconds": 1})
    call = plan(town)

    work(town)
    let_pass(town)

    assert_one_conversation(town, call)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "callback_before_answer", "count": 1},
        {"kind": "duplicate_callback", "rate": 1.0},
        {"kind": "reorder_callbacks", "rate": 1.0},
        {"kind": "late_callback", "rate": 1.0, "seconds": 0.3},
        {"kind": "lose_callback", "rate": 1.0, "match": {"event": "ringing"}},
        {"kind": "lose_callback", "rate": 1.0, "match": {"event": "completed"}},
    ],
    ids=lambda fault: "-".join([fault["kind"], *fault.get("match", {}).values()]),
)
def test_callbacks_may_come_in_any_order_and_number(town: Town, fault: dict[str, Any]) -> None:
    town.world.misbehave({"target": "calls" if fault["kind"] == "callback_before_answer" else "callbacks", **fault})
    call = plan(town)

    work(town)
    let_pass(town)

    assert_one_conversation(town, call)
    with bind(town.workspace) as bound:
        spoken = CallTurn.objects.filter(workspace=bound, speaker="agent").order_by("exchange")
        exchanges = [turn.exchange for turn in spoken]
    assert exchanges == list(range(len(exchanges)))


def test_a_consent_revoked_between_reserve_and_dispatch_stops_the_dial(town: Town) -> None:
    call = plan(town)
    with dialer(town, call, "reserved") as worker:
        with bind(town.workspace) as bound:
            [consent] = Consent.objects.filter(workspace=bound)
            revoke_consent(workspace=bound, consent_id=consent.id)

        worker.go_on()
        worker.wait_for("done")

    assert town.world.ledger()["counts"]["calls"] == 0
    assert read(town, call).status == "blocked"
    assert in_flight(town) == 0


def test_a_worker_that_slept_past_its_lease_dials_nobody(town: Town) -> None:
    """It was given up and dialled anew; its own late dial is canceled at the first callback, and an incident kept."""
    call = plan(town)
    with dialer(town, call, "claimed") as worker:
        let_pass(town)
        assert_one_conversation(town, call)

        worker.go_on()
        worker.wait_for("done")
    let_pass(town)

    first, stale = sorted(town.world.ledger()["calls"], key=lambda each: each["turns"], reverse=True)
    assert (first["status"], stale["status"], stale["turns"]) == ("completed", "canceled", 0)
    assert in_flight(town) == 0
    with bind(town.workspace) as bound:
        assert [each.kind for each in Incident.objects.filter(workspace=bound)] == ["campaigns.stale_call"]
        assert Event.objects.filter(workspace=bound, type="call.completed").count() == 1
