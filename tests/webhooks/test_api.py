"""Webhooks and events over the public API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audit.models import Event, Payload
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from creditors.services import NewCreditor, mint_key
from tests.webhooks.conftest import run_lane
from webhooks.models import Delivery, WebhookEndpoint
from webhooks.services import NewEndpoint

AddEndpoint = Callable[..., NewEndpoint]
RecordFact = Callable[..., Event]
NOBODY = "wh_01m80edhsnexh8t44s6pz6em06"


def client_of(workspace: Workspace, *scopes: str) -> Client:
    with bind(workspace) as bound:
        token = mint_key(workspace=bound, name="K", scopes=list(scopes)).token
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def client(sandbox: Workspace) -> Client:
    return client_of(sandbox, "webhooks:write")


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, {} if body is None else body, content_type="application/json")


@pytest.mark.promise("A-29", "D-63", "D-86")
def test_the_documents_example_registers_an_endpoint_and_shows_the_secret_once(client: Client) -> None:
    body = {
        "url": "https://hooks.example.com/webhooks/ac",
        "events": ["payment.received", "case.escalated", "campaign.completed"],
    }

    answer = post(client, "/v1/webhooks", body)

    assert answer.status_code == 201
    data = answer.json()["data"]
    assert data["webhook_id"].startswith("wh_")
    assert data["secret"].startswith("whsec_")
    assert (data["status"], data["url"], data["events"]) == ("active", body["url"], body["events"])
    assert answer.headers["Location"] == f"/v1/webhooks/{data['webhook_id']}"
    [listed] = client.get("/v1/webhooks").json()["data"]
    assert listed == {name: value for name, value in data.items() if name != "secret"}
    assert client.get(f"/v1/webhooks/{data['webhook_id']}").json()["data"] == listed


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "ftp://hooks.example.com/"}, "url"),
        ({"url": "http://10.0.0.5/hook"}, "url"),
        ({"url": "http://169.254.169.254/latest/meta-data/"}, "url"),
        ({"url": "http://[::ffff:10.0.0.5]/"}, "url"),
        ({"url": "https://hooks.example.com/", "events": ["payment.recieved"]}, "events"),
        ({"url": "https://hooks.example.com/", "secret": "short"}, "secret"),
        ({"url": "https://hooks.example.com/", "colour": "red"}, "colour"),
    ],
)
def test_what_cant_work_isnt_registered(client: Client, sandbox: Workspace, body: dict[str, Any], field: str) -> None:
    answer = post(client, "/v1/webhooks", body)

    assert answer.status_code == 400
    assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]
    with bind(sandbox):
        assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://localhost/", "http://hooks.example.com/", "https://10.1.2.3/"]
)
def test_without_the_setting_for_tests_loopback_and_plain_http_are_refused(
    client: Client, settings: Any, url: str
) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = False

    assert post(client, "/v1/webhooks", {"url": url}).status_code == 400


def test_a_name_that_resolves_to_a_private_address_is_refused_when_sending(
    sandbox: Workspace, client: Client, record_fact: RecordFact, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    settings.OUTBOUND_ALLOW_LOOPBACK = False
    created = post(client, "/v1/webhooks", {"url": "https://rebind.example.com/hook"})
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *a, **k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))],
    )
    record_fact()

    run_lane()

    assert created.status_code == 201
    with bind(sandbox):
        delivery = Delivery.objects.get()
        [attempt] = delivery.attempts.all()
    assert (delivery.status, attempt.error, attempt.status_code) == ("failed", "refused", None)


def test_deleting_takes_an_endpoint_off_every_list(client: Client, add_endpoint: AddEndpoint) -> None:
    path = f"/v1/webhooks/{add_endpoint().endpoint.public_id}"

    assert client.delete(path).json()["data"]["status"] == "deleted"
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    assert client.get("/v1/webhooks").json()["data"] == []


@pytest.mark.promise("D-87")
def test_a_test_answers_with_its_delivery_whose_tries_can_be_read(
    client: Client, httpserver: Any, add_endpoint: AddEndpoint
) -> None:
    httpserver.expect_request("/hook").respond_with_data("thanks", status=202)
    path = f"/v1/webhooks/{add_endpoint().endpoint.public_id}"

    answer = post(client, f"{path}/test")
    run_lane()

    assert answer.status_code == 202
    assert (answer.json()["data"]["status"], answer.json()["data"]["event"]) == ("pending", "webhook.test")
    [delivery] = client.get(f"{path}/deliveries").json()["data"]
    assert delivery["id"] == answer.json()["data"]["id"]
    assert (delivery["status"], delivery["tries"], delivery["next_at"]) == ("delivered", 1, None)
    [attempt] = delivery["attempts"]
    assert (attempt["number"], attempt["status_code"], attempt["answer"]) == (1, 202, "thanks")


def test_deliveries_are_filtered_by_status_and_event(
    client: Client, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    path = f"/v1/webhooks/{add_endpoint().endpoint.public_id}/deliveries"
    record_fact()

    assert len(client.get(path, {"status": "pending", "event": "example.received"}).json()["data"]) == 1
    assert client.get(path, {"status": "failed"}).json()["data"] == []
    assert client.get(path, {"status": "lost"}).status_code == 400
    assert client.get(path, {"colour": "red"}).status_code == 400


def test_events_are_kept_while_no_endpoint_exists_and_read_as_sent(
    client: Client, sandbox: Workspace, record_fact: RecordFact
) -> None:
    first, second = record_fact(amount=1.50), record_fact(amount=2)

    listed = client.get("/v1/events").json()["data"]

    assert [event["id"] for event in listed] == [second.public_id, first.public_id]
    with bind(sandbox):
        assert listed[1] == json.loads(bytes(Payload.objects.get(id=first.id).body or b""))
    assert client.get(f"/v1/events/{first.public_id}").json()["data"] == listed[1]
    assert client.get("/v1/events", {"type": "payment.received"}).json()["data"] == []


@pytest.mark.parametrize("name", ["payment.recieved", "key.minted"])
def test_a_type_that_no_event_of_the_api_has_is_refused_by_name(
    client: Client, add_endpoint: AddEndpoint, name: str
) -> None:
    deliveries = f"/v1/webhooks/{add_endpoint().endpoint.public_id}/deliveries"

    for path, field in (("/v1/events", "type"), (deliveries, "event")):
        answer = client.get(path, {field: name})
        assert answer.status_code == 400
        assert [detail["field"] for detail in answer.json()["error"]["details"]] == [field]


def test_internal_facts_arent_events_of_the_api(client: Client, sandbox: Workspace) -> None:
    with bind(sandbox):
        minted = Event.objects.get(type="key.minted")

    assert client.get("/v1/events").json()["data"] == []
    assert client.get(f"/v1/events/{minted.public_id}").status_code == 404


@pytest.mark.promise("A-38")
def test_an_event_is_replayed_to_all_or_to_one(
    client: Client, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    event = record_fact()
    one, two = add_endpoint("/a").endpoint, add_endpoint("/b", events=["example.received"]).endpoint
    add_endpoint("/c", events=["payment.received"])

    everybody = post(client, f"/v1/events/{event.public_id}/replay")
    single = post(client, f"/v1/events/{event.public_id}/replay", {"webhook_id": one.public_id})
    nobody = post(client, f"/v1/events/{event.public_id}/replay", {"webhook_id": NOBODY})

    assert everybody.status_code == single.status_code == 202
    assert {row["webhook_id"] for row in everybody.json()["data"]} == {one.public_id, two.public_id}
    assert [row["webhook_id"] for row in single.json()["data"]] == [one.public_id]
    assert nobody.status_code == 404


def test_a_replay_that_nobody_wants_is_a_conflict(client: Client, record_fact: RecordFact) -> None:
    assert post(client, f"/v1/events/{record_fact().public_id}/replay").status_code == 409


def test_another_creditors_endpoints_and_events_dont_exist(
    client: Client, acme: NewCreditor, add_endpoint: AddEndpoint, record_fact: RecordFact
) -> None:
    from creditors.services import create_creditor

    other = create_creditor(name="Other Federal CU", slug="other")
    stranger = client_of(other.sandbox, "webhooks:write")
    other_half = client_of(acme.live, "webhooks:write")
    endpoint, event = add_endpoint().endpoint.public_id, record_fact().public_id

    for outsider in (stranger, other_half):
        assert outsider.get(f"/v1/webhooks/{endpoint}").status_code == 404
        assert outsider.get(f"/v1/webhooks/{endpoint}/deliveries").status_code == 404
        assert outsider.delete(f"/v1/webhooks/{endpoint}").status_code == 404
        assert post(outsider, f"/v1/webhooks/{endpoint}/test").status_code == 404
        assert outsider.get(f"/v1/events/{event}").status_code == 404
        assert post(outsider, f"/v1/events/{event}/replay").status_code == 404
        assert outsider.get("/v1/webhooks").json()["data"] == []
        assert outsider.get("/v1/events").json()["data"] == []


def test_reading_needs_the_read_scope_and_changing_the_write_scope(sandbox: Workspace) -> None:
    reader, nobody = client_of(sandbox, "webhooks:read"), client_of(sandbox, "accounts:write")

    assert reader.get("/v1/webhooks").status_code == 200
    assert post(reader, "/v1/webhooks", {"url": "https://hooks.example.com/"}).status_code == 403
    assert nobody.get("/v1/webhooks").status_code == 403
    assert nobody.get("/v1/events").status_code == 403


def test_a_dry_run_registers_nothing(client: Client, sandbox: Workspace) -> None:
    answer = post(client, "/v1/webhooks?dry_run=true", {"url": "https://hooks.example.com/"})

    assert answer.status_code == 201
    with bind(sandbox):
        assert not WebhookEndpoint.objects.exists()


def test_the_same_idempotency_key_registers_one_endpoint_and_shows_the_same_secret(
    client: Client, sandbox: Workspace
) -> None:
    first, second = (
        client.post(
            "/v1/webhooks",
            {"url": "https://hooks.example.com/"},
            content_type="application/json",
            headers={"Idempotency-Key": "k-1"},
        )
        for _ in range(2)
    )

    assert first.json()["data"] == second.json()["data"]
    assert second.headers["Idempotent-Replayed"] == "true"
    with bind(sandbox):
        assert WebhookEndpoint.objects.count() == 1
