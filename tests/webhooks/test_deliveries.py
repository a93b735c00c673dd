"""From a fact to a receiver: signed, exact, retried, never lost."""

import datetime as dt
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from audit.models import Event, Payload
from audit.services import record
from credira.core import clock, valkey
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from tests.webhooks.conftest import PAYMENT, SECRET_FACT, run_lane
from webhooks import lanes, services
from webhooks.lanes import fail_stranded
from webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint
from webhooks.services import NewEndpoint
from webhooks.signing import fault_of

AddEndpoint = Callable[..., NewEndpoint]
RecordFact = Callable[..., Event]


def deliveries(workspace: Workspace) -> list[Delivery]:
    with bind(workspace):
        return list(Delivery.objects.order_by("id"))


def statuses(workspace: Workspace) -> list[str]:
    return [delivery.status for delivery in deliveries(workspace)]


def attempts(workspace: Workspace) -> list[DeliveryAttempt]:
    with bind(workspace):
        return list(DeliveryAttempt.objects.order_by("id"))


def let_time_pass(workspace: Workspace) -> None:
    """Make what waits due, instead of waiting."""
    with bind(workspace):
        Delivery.objects.filter(status="pending").update(next_at=clock.wall())


@pytest.mark.promise("A-36", "A-39", "A-52", "A-59", "C-11", "D-5")
def test_a_fact_arrives_signed_in_both_ways_with_the_stored_bytes(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    secret = add_endpoint().secret
    event = record_fact(amount=12.5, name="Renée")

    run_lane()

    [(request, _)] = httpserver.log
    with bind(sandbox):
        stored = bytes(Payload.objects.get(id=event.id).body or b"")
    raw = request.get_data()
    assert raw == stored
    assert Webhook(secret).verify(raw.decode(), dict(request.headers)) == json.loads(raw)
    assert request.headers["X-Credira-Signature"] == hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    assert request.headers["webhook-id"] == event.public_id
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 5
    assert request.headers["Content-Type"] == "application/json"
    body = json.loads(raw)
    assert {name: body[name] for name in ("id", "event", "livemode", "data")} == {
        "id": event.public_id,
        "event": "example.received",
        "livemode": False,
        "data": {"amount": 12.5, "name": "Renée"},
    }
    assert statuses(sandbox) == ["delivered"]
    [attempt] = attempts(sandbox)
    assert (attempt.number, attempt.status_code, attempt.answer, attempt.error) == (1, 200, "ok", "")
    assert attempt.request_headers["webhook-signature"] == request.headers["webhook-signature"]


def test_a_secret_that_the_creditor_brought_along_signs(
    httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    add_endpoint(secret="your-own-webhook-secret")
    record_fact()

    run_lane()

    [(request, _)] = httpserver.log
    Webhook(b"your-own-webhook-secret").verify(request.get_data().decode(), dict(request.headers))


def test_a_rollback_leaves_no_delivery(sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint) -> None:
    add_endpoint()

    with bind(sandbox) as workspace:
        record(workspace, PAYMENT, data={})
        assert Delivery.objects.count() == 1
        transaction.set_rollback(True)
    run_lane()

    assert deliveries(sandbox) == []
    assert httpserver.log == []


def test_internal_facts_and_other_workspaces_events_go_nowhere(
    acme: Any, sandbox: Workspace, add_endpoint: AddEndpoint
) -> None:
    add_endpoint()

    with bind(sandbox) as workspace:
        record(workspace, SECRET_FACT, data={})
    with bind(acme.live) as workspace:
        record(workspace, PAYMENT, data={})

    assert deliveries(sandbox) == []
    assert deliveries(acme.live) == []


def test_each_endpoint_gets_what_it_subscribed_to(
    sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    all_of_it, some = add_endpoint("/a").endpoint, add_endpoint("/b", events=["example.*"]).endpoint
    add_endpoint("/c", events=["payment.received"])
    add_endpoint("/d", active=False)

    record_fact()

    assert {delivery.endpoint_id for delivery in deliveries(sandbox)} == {all_of_it.id, some.id}


@pytest.mark.promise("A-37")
def test_a_failing_receiver_is_tried_at_once_then_after_1_5_and_30_seconds_then_given_up(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("db pool exhausted", status=500)
    add_endpoint()
    record_fact()
    pauses = []

    for _ in range(5):
        run_lane()
        [delivery] = deliveries(sandbox)
        pauses.append(round((delivery.next_at - attempts(sandbox)[-1].sent_at).total_seconds()))
        let_time_pass(sandbox)

    assert pauses[:3] == [1, 5, 30]
    [delivery] = deliveries(sandbox)
    assert (delivery.status, delivery.tries, delivery.last_status) == ("failed", 4, 500)
    assert delivery.finished_at is not None
    assert [(a.number, a.status_code, a.answer) for a in attempts(sandbox)] == [
        (number, 500, "db pool exhausted") for number in (1, 2, 3, 4)
    ]


def test_a_lane_stays_for_the_retry_after_a_second(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=500)
    httpserver.expect_ordered_request("/hook").respond_with_data("ok")
    add_endpoint()
    record_fact()

    lanes.Lane().run()

    first, second = attempts(sandbox)
    assert 1.0 <= (second.sent_at - first.sent_at).total_seconds() < 2.0
    assert statuses(sandbox) == ["delivered"]


def test_a_lane_waits_until_a_retry_is_due(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=500)
    add_endpoint()
    record_fact()

    run_lane()
    run_lane()

    assert len(httpserver.log) == 1
    assert not lanes.is_due()
    let_time_pass(sandbox)
    assert lanes.is_due()


def test_a_receiver_that_recovers_gets_the_same_event_again(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=503, headers={"Retry-After": "20"})
    httpserver.expect_ordered_request("/hook").respond_with_data("", status=204)
    add_endpoint()
    record_fact(n=1)

    run_lane()
    [waiting] = deliveries(sandbox)
    let_time_pass(sandbox)
    run_lane()

    assert 19 <= (waiting.next_at - attempts(sandbox)[0].sent_at).total_seconds() <= 21
    assert statuses(sandbox) == ["delivered"]
    first, second = (request for request, _ in httpserver.log)
    assert first.get_data() == second.get_data()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_gone_switches_the_endpoint_off_and_stops_what_waits(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=410)
    endpoint = add_endpoint().endpoint
    record_fact(n=1)
    with bind(sandbox):
        Delivery.objects.update(next_at=clock.wall() - dt.timedelta(minutes=1))
    record_fact(n=2)
    with bind(sandbox):
        Delivery.objects.filter(event_type="example.received").exclude(
            next_at__lt=clock.wall() - dt.timedelta(seconds=30)
        ).update(next_at=clock.wall() + dt.timedelta(hours=1))

    run_lane()
    record_fact(n=3)

    with bind(sandbox):
        endpoint.refresh_from_db()
        assert Event.objects.filter(type="webhook.disabled", object_id=endpoint.id).count() == 1
    assert (endpoint.status, endpoint.disabled_reason) == ("disabled", "It answered 410 Gone.")
    assert statuses(sandbox) == ["failed", "failed"]
    assert len(httpserver.log) == 1


def test_redirects_arent_followed(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=307, headers={"Location": "/elsewhere"})
    add_endpoint()
    record_fact()

    run_lane()

    assert [request.path for request, _ in httpserver.log] == ["/hook"]
    assert attempts(sandbox)[0].status_code == 307
    assert statuses(sandbox) == ["pending"]


def test_a_closed_port_is_a_failure_with_its_kind(
    sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    add_endpoint(url="http://127.0.0.1:9/hook")
    record_fact()

    run_lane()

    [attempt] = attempts(sandbox)
    assert (attempt.status_code, attempt.error) == (None, "connect")
    assert deliveries(sandbox)[0].last_answer == "No connection"
    assert statuses(sandbox) == ["pending"]


def test_a_slow_endpoint_holds_four_senders_and_delays_nobody(
    sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    all_fast_arrived, waited, arrived = threading.Event(), [], []

    def slow(request: Request) -> Response:
        waited.append(all_fast_arrived.wait(5))
        return Response("late")

    def fast(request: Request) -> Response:
        arrived.append(len(waited))
        if len(arrived) == 8:
            all_fast_arrived.set()
        return Response("ok")

    with HTTPServer(threaded=True) as receivers:
        receivers.expect_request("/slow").respond_with_handler(slow)
        receivers.expect_request("/fast").respond_with_handler(fast)
        add_endpoint(url=receivers.url_for("/slow"))
        add_endpoint(url=receivers.url_for("/fast"))
        for n in range(8):
            record_fact(n=n)

        run_lane()

    assert waited == [True] * 8
    assert arrived == [0] * 8
    assert statuses(sandbox) == ["delivered"] * 16


def test_a_lane_that_died_leaves_a_lease_and_another_lane_delivers_after_it(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    add_endpoint()
    record_fact()
    [dead] = lanes.claim(10)

    run_lane()
    assert httpserver.log == []
    with bind(sandbox):
        Delivery.objects.update(lease_until=clock.wall() - dt.timedelta(seconds=1))
    run_lane()

    assert statuses(sandbox) == ["delivered"]
    assert len(httpserver.log) == 1
    [parcel] = lanes.load([dead])
    lanes.record_receipts([lanes.Receipt(parcel, clock.wall(), {}, lanes.rules.Answer(500))])
    assert statuses(sandbox) == ["delivered"]
    assert len(attempts(sandbox)) == 1


def test_a_flushed_valkey_loses_nothing(
    sandbox: Workspace,
    httpserver: HTTPServer,
    add_endpoint: AddEndpoint,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from webhooks.due import wake_lane
    from webhooks.tasks import deliver

    httpserver.expect_request("/hook").respond_with_data("ok")
    add_endpoint()
    with django_capture_on_commit_callbacks(execute=True), bind(sandbox) as workspace:
        record(workspace, PAYMENT, data={})
    queue = "credira:webhooks"
    assert valkey.client().llen(queue) == 1

    valkey.client().flushdb()
    with django_capture_on_commit_callbacks(execute=True):
        wake_lane()

    assert valkey.client().llen(queue) == 1
    deliver.fn()
    assert statuses(sandbox) == ["delivered"]


def test_nothing_due_wakes_no_lane(sandbox: Workspace, django_capture_on_commit_callbacks: Any) -> None:
    from webhooks.due import wake_lane

    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        wake_lane()

    assert callbacks == []


def test_a_replay_sends_the_same_bytes_under_the_same_id(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    event = record_fact(n=1)
    add_endpoint()
    run_lane()
    assert httpserver.log == []

    with bind(sandbox) as workspace:
        services.replay_event(workspace=workspace, event_id=event.id)
        services.replay_event(workspace=workspace, event_id=event.id)
    run_lane()

    first, second = (request for request, _ in httpserver.log)
    assert first.get_data() == second.get_data()
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == event.public_id


def test_a_test_goes_to_its_endpoint_alone(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint
) -> None:
    httpserver.expect_request("/a").respond_with_data("ok")
    mine = add_endpoint("/a", events=["payment.received"]).endpoint
    add_endpoint("/b")

    with bind(sandbox) as workspace:
        services.send_test(workspace=workspace, endpoint_id=mine.id)
    run_lane()

    [(request, _)] = httpserver.log
    body = json.loads(request.get_data())
    assert (body["event"], body["data"]) == ("webhook.test", {"webhook_id": mine.public_id})


def test_deleting_an_endpoint_stops_what_waits(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    endpoint = add_endpoint().endpoint
    record_fact()

    with bind(sandbox) as workspace:
        services.delete_endpoint(workspace=workspace, endpoint_id=endpoint.id)
    record_fact()
    run_lane()

    assert statuses(sandbox) == ["failed"]
    assert httpserver.log == []


def test_the_secret_is_ciphertext_in_the_database(sandbox: Workspace, add_endpoint: AddEndpoint) -> None:
    from django.db import connection

    added = add_endpoint()

    with bind(sandbox), connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_webhookendpoint")
        [stored] = cursor.fetchone()
        assert WebhookEndpoint.objects.get().secret == added.secret
    assert added.secret.startswith("whsec_")
    assert added.secret not in stored
    assert added.secret.removeprefix("whsec_") not in stored


@pytest.mark.django_db(transaction=True)
def test_many_answers_of_410_at_once_switch_off_one_endpoint_and_delay_no_other(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    """Two lanes that hold answers of the same endpoint don't wait for each other."""
    httpserver.expect_request("/gone").respond_with_data("", status=410)
    httpserver.expect_request("/well").respond_with_data("", status=204)
    gone, well = add_endpoint("/gone").endpoint, add_endpoint("/well").endpoint
    for number in range(12):
        record_fact(n=number)

    lanes = [threading.Thread(target=run_lane) for _ in range(3)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join(60)

    with bind(sandbox):
        told = dict(Delivery.objects.filter(endpoint=well).values_list("id", "status"))
        left = set(Delivery.objects.filter(endpoint=gone).values_list("status", flat=True))
        switched_off = Event.objects.filter(type="webhook.disabled").count()
    assert switched_off == 1
    assert (len(told), set(told.values()), left) == (12, {"delivered"}, {"failed"})
    assert sum(request.path == "/well" for request, _ in httpserver.log) == 12


def test_what_was_written_for_an_endpoint_that_was_just_switched_off_fails(
    sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    endpoint = add_endpoint().endpoint
    record_fact(n=1)
    with bind(sandbox):
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(status="disabled")

    fail_stranded()

    [failed] = deliveries(sandbox)
    assert (failed.status, failed.last_error) == ("failed", "The endpoint was switched off.")


@pytest.mark.parametrize("secret", ["whsec_!!!notbase64!!!", "whsec_c2hvcnQ=", "short"])
def test_a_secret_that_no_library_could_verify_with_is_refused(secret: str) -> None:
    assert fault_of(secret)


@pytest.mark.parametrize("secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "a secret of my own"])
def test_a_secret_that_they_can_use_is_taken(secret: str) -> None:
    assert fault_of(secret) == ""
