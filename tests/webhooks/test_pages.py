"""Webhooks in the portal."""

import html
from collections.abc import Callable
from typing import Any

import pytest

from audit.models import Event
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import NewCreditor
from tests.portal import Browser, sign_in
from tests.webhooks.conftest import run_lane
from webhooks.models import Delivery, WebhookEndpoint
from webhooks.services import NewEndpoint

AddEndpoint = Callable[..., NewEndpoint]
RecordFact = Callable[..., Event]
HOME = "/w/acme-sandbox/webhooks"


@pytest.fixture
def alice(acme: NewCreditor) -> Browser:
    return sign_in(acme)


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_without_an_endpoint_the_page_shows_a_receiver(alice: Browser) -> None:
    page = text(alice.client.get(HOME))

    assert "No endpoint yet" in page
    assert 'Webhook("whsec_…").verify' in page


def test_an_endpoint_is_added_and_its_secret_shown_once(alice: Browser, sandbox: Workspace) -> None:
    shown = alice.client.post(
        f"{HOME}/new", {"url": "https://hooks.example.com/credira", "events": ["payment.received"]}
    )

    with bind(sandbox):
        endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in text(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert endpoint.events == ["payment.received"]
    for path in (HOME, f"{HOME}/{endpoint.public_id}"):
        assert endpoint.secret not in text(alice.client.get(path))


def test_an_address_that_must_not_be_reached_is_told_at_the_field(alice: Browser, sandbox: Workspace) -> None:
    page = text(alice.client.post(f"{HOME}/new", {"url": "http://169.254.169.254/latest"}))

    assert "This address can't be used" in page
    with bind(sandbox):
        assert not WebhookEndpoint.objects.exists()


def test_the_pages_show_health_tries_headers_and_the_exact_body(
    alice: Browser, sandbox: Workspace, httpserver: Any, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("db pool exhausted", status=500)
    endpoint = add_endpoint().endpoint
    event = record_fact(name="Renée")
    run_lane()
    with bind(sandbox):
        delivery = Delivery.objects.get()
        attempt = delivery.attempts.get()

    home = text(alice.client.get(HOME))
    one = text(alice.client.get(f"{HOME}/{endpoint.public_id}"))
    page = text(alice.client.get(f"{HOME}/deliveries/{delivery.public_id}"))

    assert "Failing" in home
    assert endpoint.url in home
    assert "example.received" in one
    assert "db pool exhausted" in page
    assert f"webhook-id: {event.public_id}" in page
    assert f"webhook-signature: {attempt.request_headers['webhook-signature']}" in page
    assert '"data":{"name":"Renée"}' in page
    assert "next try" in page


@pytest.mark.promise("A-38")
def test_a_failed_delivery_waits_on_the_page_and_is_replayed_from_there(
    alice: Browser, sandbox: Workspace, httpserver: Any, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    add_endpoint()
    record_fact()
    with bind(sandbox):
        Delivery.objects.update(status="failed", last_status=500, tries=4)
        failed = Delivery.objects.get()

    page = text(alice.client.get(HOME))
    answer = alice.client.post(f"{HOME}/deliveries/{failed.public_id}/replay")
    run_lane()

    assert f"/deliveries/{failed.public_id}/replay" in page
    with bind(sandbox):
        again = Delivery.objects.exclude(id=failed.id).get()
    assert answer["Location"] == f"{HOME}/deliveries/{again.public_id}"
    assert (again.status, again.event_id) == ("delivered", failed.event_id)


def test_a_test_leads_to_its_delivery(alice: Browser, sandbox: Workspace, add_endpoint: AddEndpoint) -> None:
    answer = alice.client.post(f"{HOME}/{add_endpoint().endpoint.public_id}/test")

    with bind(sandbox):
        assert answer["Location"] == f"{HOME}/deliveries/{Delivery.objects.get().public_id}"
    assert "Not tried yet." in text(alice.client.get(answer["Location"]))


def test_an_endpoint_is_deleted_from_its_page(alice: Browser, sandbox: Workspace, add_endpoint: AddEndpoint) -> None:
    endpoint = add_endpoint().endpoint

    alice.client.post(f"{HOME}/{endpoint.public_id}/delete")

    assert alice.client.get(f"{HOME}/{endpoint.public_id}").status_code == 404
    with bind(sandbox):
        assert Event.objects.get(type="webhook.deleted").actor_id == alice.member.public_id


def test_an_endpoint_is_switched_off_and_on_again(
    alice: Browser, sandbox: Workspace, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    endpoint = add_endpoint().endpoint
    path = f"{HOME}/{endpoint.public_id}"
    record_fact(n=1)

    alice.client.post(f"{path}/switch")
    record_fact(n=2)
    off = text(alice.client.get(path))
    alice.client.post(f"{path}/switch")
    record_fact(n=3)

    assert "Switched off by Owner." in off
    with bind(sandbox):
        assert list(Delivery.objects.order_by("id").values_list("status", flat=True)) == ["failed", "pending"]
        types = Event.objects.filter(object_id=endpoint.id).order_by("id").values_list("type", flat=True)
        assert list(types) == ["webhook.created", "webhook.disabled", "webhook.enabled"]


def test_deliveries_page_by_25(alice: Browser, add_endpoint: AddEndpoint, record_fact: RecordFact) -> None:
    endpoint = add_endpoint().endpoint
    for n in range(26):
        record_fact(n=n)
    path = f"{HOME}/{endpoint.public_id}"

    first = text(alice.client.get(path))
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = text(alice.client.get(f"{path}{older}"))

    assert first.count("/deliveries/") - first.count("/replay") == 25
    assert second.count("/deliveries/") - second.count("/replay") == 1


def test_who_may_only_see_gets_no_buttons(acme: NewCreditor, add_endpoint: AddEndpoint) -> None:
    reader, endpoint = sign_in(acme, "read_only"), add_endpoint().endpoint

    page = text(reader.client.get(f"{HOME}/{endpoint.public_id}"))

    assert "Send test" not in page
    assert "Delete" not in page
    assert reader.client.post(f"{HOME}/{endpoint.public_id}/test").status_code == 403


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "Matches."),
        ({"body": '{ "id" : 1 }'}, "The body isn't the one that was sent."),
        ({"timestamp": "1"}, "another try's"),
        ({"message_id": "evt_01m80edhsnexh8t44s6pz6em06"}, "no public event with this webhook-id"),
        ({"timestamp": "yesterday"}, "the header's number of seconds"),
    ],
)
def test_the_signature_tester_names_the_mistake(
    alice: Browser,
    httpserver: Any,
    add_endpoint: AddEndpoint,
    record_fact: RecordFact,
    change: dict[str, str],
    says: str,
) -> None:
    httpserver.expect_request("/hook").respond_with_data("ok")
    endpoint = add_endpoint().endpoint
    record_fact(n=1)
    run_lane()
    [(request, _)] = httpserver.log
    pasted = {
        "message_id": request.headers["webhook-id"],
        "timestamp": request.headers["webhook-timestamp"],
        "signature": request.headers["webhook-signature"],
        "body": request.get_data().decode(),
    }

    page = text(alice.client.post(f"{HOME}/{endpoint.public_id}", {**pasted, **change}))

    assert says in page


def test_the_tester_knows_a_body_that_was_parsed_and_the_other_header(
    alice: Browser, httpserver: Any, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    import json

    httpserver.expect_request("/hook").respond_with_data("ok")
    endpoint = add_endpoint().endpoint
    record_fact(n=1)
    run_lane()
    [(request, _)] = httpserver.log
    raw = request.get_data().decode()
    pasted = {
        "message_id": request.headers["webhook-id"],
        "timestamp": request.headers["webhook-timestamp"],
        "signature": request.headers["webhook-signature"],
    }
    path = f"{HOME}/{endpoint.public_id}"

    parsed = text(alice.client.post(path, {**pasted, "body": json.dumps(json.loads(raw), indent=1)}))
    other = text(alice.client.post(path, {**pasted, "body": raw, "signature": request.headers["X-Credira-Signature"]}))

    assert "the same JSON, written another way" in parsed
    assert "X-Credira-Signature, which covers the body alone" in other
