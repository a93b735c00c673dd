"""The sending loop: how much at once, who else may nudge it, and what it can't send."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from audit.models import Event, Payload
from credira.core import clock
from credira.tenancy.models import Workspace
from credira.tenancy.roles import as_owner
from credira.tenancy.scope import bind
from tests.webhooks.conftest import run_lane
from webhooks import lanes
from webhooks.models import Delivery, DeliveryAttempt, WebhookEndpoint
from webhooks.rules import Answer
from webhooks.services import NewEndpoint

AddEndpoint = Callable[..., NewEndpoint]
RecordFact = Callable[..., Event]


def test_at_most_four_of_an_endpoint_fly_at_once_whoever_claims(
    sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    add_endpoint()
    for n in range(6):
        record_fact(n=n)

    first, second = lanes.claim(10), lanes.claim(10)
    [parcel, *_] = lanes.load(first)
    lanes.record_receipts([lanes.Receipt(parcel, clock.wall(), {}, Answer(200))])
    third = lanes.claim(10)

    assert (len(first), len(second), len(third)) == (4, 0, 1)


def test_the_oldest_of_every_endpoint_is_claimed_before_the_rest_of_one(
    add_endpoint: AddEndpoint, record_fact: RecordFact, sandbox: Workspace
) -> None:
    busy = add_endpoint("/busy").endpoint
    for n in range(30):
        record_fact(n=n)
    quiet = add_endpoint("/quiet").endpoint
    record_fact(n=30)

    with bind(sandbox):
        endpoint_of = dict(Delivery.objects.values_list("id", "endpoint_id"))
    claimed = [endpoint_of[claim.delivery_id] for claim in lanes.claim(10)]

    assert claimed.count(busy.id) == 4
    assert claimed.count(quiet.id) == 1


@pytest.mark.django_db(transaction=True)
def test_a_nudge_while_the_lane_runs_returns_at_once_and_its_event_is_sent_too(
    sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    arrived, release, bodies = threading.Event(), threading.Event(), []

    def receive(request: Request) -> Response:
        bodies.append(request.get_data())
        arrived.set()
        release.wait(10)
        return Response("ok")

    lane = lanes.Lane()

    def work() -> None:
        lane.run()
        connection.close()

    with HTTPServer(threaded=True) as server:
        server.expect_request("/hook").respond_with_handler(receive)
        add_endpoint(url=server.url_for("/hook"))
        record_fact(n=1)
        worker = threading.Thread(target=work)
        worker.start()
        assert arrived.wait(10)
        record_fact(n=2)
        started = time.monotonic()
        lane.run()
        took = time.monotonic() - started
        release.set()
        worker.join(10)

    assert took < 0.2
    assert len(bodies) == 2
    with bind(sandbox):
        assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}


@pytest.mark.django_db(transaction=True)
def test_an_event_whose_content_was_erased_is_given_up_with_the_reason(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    add_endpoint()
    event = record_fact()
    with as_owner():
        Payload.objects.filter(id=event.id).update(body=None)

    run_lane()

    with bind(sandbox):
        delivery = Delivery.objects.get()
    assert (delivery.status, delivery.last_answer) == ("failed", "The event's content was erased, as the law asks.")
    assert httpserver.log == []


def test_a_delivery_that_cant_be_built_fails_like_any_other_and_the_rest_go_on(
    sandbox: Workspace, httpserver: HTTPServer, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/good").respond_with_data("ok")
    broken, good = add_endpoint("/broken").endpoint, add_endpoint("/good").endpoint
    with bind(sandbox):
        WebhookEndpoint.objects.filter(id=broken.id).update(secret="")
    record_fact()

    run_lane()

    with bind(sandbox):
        status = dict(Delivery.objects.values_list("endpoint_id", "status"))
        attempt = DeliveryAttempt.objects.get(delivery__endpoint=broken)
    assert status == {broken.id: "pending", good.id: "delivered"}
    assert (attempt.error, attempt.detail) == ("internal", "EmptyWebhookSecretError")
