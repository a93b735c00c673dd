"""Accounts and placements through the API."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.importer.fields import NAMES
from accounts.importer.run import run_placement
from accounts.services import apply_payment
from credira.core.ids import parse_id
from credira.core.json import loads
from credira.tenancy.scope import bind
from credira.web.accounts_shapes import PlaceAccountSerializer
from creditors.services import NewCreditor
from tests.api.client import Caller, make_caller
from tests.placing import debt, make_collector, place

pytestmark = pytest.mark.django_db(transaction=True)
DIRTY = Path(__file__).parent.parent / "data" / "accounts_dirty.csv"


@pytest.fixture
def creditor() -> NewCreditor:
    return make_collector()


@pytest.mark.promise("C-10", "D-72", "D-78")
def test_an_account_is_placed_listed_read_and_found(caller: Caller) -> None:
    answer = caller.post("/v1/accounts", debt())

    assert answer.status == 201
    assert answer.data["current_balance"] == Decimal("3255.82")
    assert answer.data["notice"]["status"] in ("pending", "blocked")
    assert answer.headers["Location"] == f"/v1/accounts/{answer.data['id']}"
    read = caller.get(answer.headers["Location"]).data
    assert (read["consumer_name"], read["state"], read["status"]) == ("François Thomas", "MN", "placed")
    for term in (answer.data["id"], "SFCU-1", "thomas", "6530"):
        assert [row["id"] for row in caller.get(f"/v1/accounts?search={term}").data] == [answer.data["id"]]
    assert caller.get("/v1/accounts?search=nobody").data == []
    assert caller.get("/v1/metrics").data["accounts"] == 1


def test_the_consumer_may_be_given_as_an_object(caller: Caller) -> None:
    consumer: dict[str, Any] = {
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "address": {"street": "1 Elm St", "city": "Austin", "state": "TX", "postal_code": "78701"},
    }

    answer = caller.post("/v1/accounts", {"consumer": consumer, "original_balance": 100, "account_type": "credit_card"})

    assert (answer.status, answer.data["consumer_name"], answer.data["state"]) == (201, "Ann Lee", "TX")


@pytest.mark.parametrize("given", [{"consumer": {}}, {"consumer": {"first_name": "Ann"}}, {}])
def test_who_owes_is_asked_for_by_every_name_that_tells_it(caller: Caller, given: dict[str, Any]) -> None:
    answer = caller.post("/v1/accounts", {"original_balance": 100, **given})

    missing = "Missing required parameter: consumer_email or last_name or company_name"
    assert (answer.status, answer.error["message"]) == (400, missing)
    assert [detail["field"] for detail in answer.error["details"]] == ["consumer_email", "last_name", "company_name"]


@pytest.mark.parametrize("last4", [42, 1234, "42", "12345", "١٢٣٤", True])
@pytest.mark.parametrize("nested", [False, True])
def test_the_last_four_digits_are_a_string_of_four(caller: Caller, last4: object, nested: bool) -> None:
    given = {"consumer": {"last4ssn": last4}} if nested else {"last4ssn": last4}
    body = {name: value for name, value in debt().items() if name != "last4ssn"}

    answer = caller.post("/v1/accounts", body | given)

    field = "consumer.last4ssn" if nested else "last4ssn"
    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])
    assert 'four digits as a string, such as "0042"' in answer.error["message"]


@pytest.mark.parametrize(
    "fields", [{"charge_off_date": "２０２６-05-10"}, {"date_of_birth": "1980-٠٥-10"}, {"dpd": "٣٠"}]
)
def test_numbers_and_dates_are_written_with_the_digits_0_to_9(caller: Caller, fields: dict[str, str]) -> None:
    answer = caller.post("/v1/accounts", debt(**fields))

    assert (answer.status, answer.error["details"]) == (
        400,
        [{"field": next(iter(fields)), "message": "Write it with the digits 0 to 9."}],
    )


@pytest.mark.parametrize("query", ["min_balance=٤٢٠", "max_balance=1_000"])
def test_filters_read_the_digits_0_to_9(caller: Caller, query: str) -> None:
    answer = caller.get(f"/v1/accounts?{query}")

    assert (answer.status, answer.error["details"][0]["field"]) == (400, query.partition("=")[0])


@pytest.mark.promise("D-29", "D-57")
def test_intercept_where_nobody_is_authorized_is_403(caller: Caller) -> None:
    answer = caller.post("/v1/accounts", debt(phase="phase0", address_state="OR", address_zip="97201"))

    assert (answer.status, answer.error["code"]) == (403, "STATE_NOT_AUTHORIZED")


def test_status_and_balance_are_corrected_and_gated_statuses_refused(creditor: NewCreditor, caller: Caller) -> None:
    path = f"/v1/accounts/{place(creditor.sandbox).account.public_id}"

    assert caller.send("PATCH", path, {"current_balance": 1000}).data["current_balance"] == 1000
    assert caller.send("PATCH", path, {"status": "paid_in_full"}).error["code"] == "STATUS_GATED"
    assert caller.send("PATCH", path, {"status": "closed"}).data["status"] == "closed"
    assert caller.post(f"{path}/status", {"status": "contacted"}).status == 409


@pytest.mark.promise("D-58")
def test_a_correction_may_name_status_balance_or_both_but_not_nothing(creditor: NewCreditor, caller: Caller) -> None:
    path = f"/v1/accounts/{place(creditor.sandbox).account.public_id}"

    both = caller.send("PATCH", path, {"status": "contacted", "current_balance": Decimal("3141.46")})
    nothing = [caller.send("PATCH", path, body).status for body in ({}, {"reason": "none"})]

    assert (both.status, both.data["status"], both.data["current_balance"]) == (200, "contacted", Decimal("3141.46"))
    assert nothing == [400, 400]


@pytest.mark.parametrize("status", ["contacted", "placed", "closed"])
def test_a_paid_account_stays_paid_whatever_is_set_by_hand(creditor: NewCreditor, caller: Caller, status: str) -> None:
    account = place(creditor.sandbox).account
    with bind(creditor.sandbox) as bound:
        apply_payment(
            workspace=bound, account_id=account.pk, amount=account.current_balance, effective_on=account.placement_date
        )
    path = f"/v1/accounts/{account.public_id}"

    answers = [caller.post(f"{path}/status", {"status": status}), caller.send("PATCH", path, {"status": status})]

    assert [(answer.status, answer.error["code"]) for answer in answers] == [(409, "CONFLICT")] * 2
    assert caller.get(path).data["status"] == "paid_in_full"


@pytest.mark.promise("D-59", "D-60")
@pytest.mark.parametrize("status", ["settled", "paid_in_full", "disputed"])
def test_statuses_of_the_workflow_and_the_consumer_cannot_be_set(
    creditor: NewCreditor, caller: Caller, status: str
) -> None:
    path = f"/v1/accounts/{place(creditor.sandbox).account.public_id}"

    answers = [caller.send("PATCH", path, {"status": status}), caller.post(f"{path}/status", {"status": status})]
    allowed = caller.post(f"{path}/status", {"status": "contacted"})

    assert [answer.status for answer in answers] == [400, 400]
    assert (allowed.status, allowed.data["status"]) == (200, "contacted")


@pytest.mark.promise("D-61", "D-79")
def test_a_note_is_written_and_stands_in_the_timeline(creditor: NewCreditor, caller: Caller) -> None:
    path = f"/v1/accounts/{place(creditor.sandbox).account.public_id}"

    assert caller.post(f"{path}/notes", {"body": "Called back."}).status == 201
    assert caller.post(f"{path}/notes", {"body": "x" * 5000}).status == 201
    assert caller.post(f"{path}/notes", {"body": "x" * 5001}).status == 400
    assert "note.added" in str(caller.get(f"{path}/timeline").data)


def test_a_file_is_placed_and_its_faults_listed(creditor: NewCreditor, caller: Caller) -> None:
    file = SimpleUploadedFile("dirty.csv", DIRTY.read_bytes(), "text/csv")
    response = Client().post("/v1/placements", {"file": file}, headers={"Authorization": f"Bearer {caller.token}"})
    begun = loads(response.content)["data"]
    assert (response.status_code, begun["status"]) == (202, "queued")

    run_placement(creditor.sandbox, parse_id("plc", begun["id"]))

    done = caller.get(f"/v1/placements/{begun['id']}").data
    assert done["status"] == "completed"
    assert done["placed"] + done["refused"] + done["unchanged"] == done["total"]
    assert {"row", "column", "code", "message", "value"} == set(done["rows"][0])
    text = Client().get(
        f"/v1/placements/{begun['id']}/refused.csv", headers={"Authorization": f"Bearer {caller.token}"}
    )
    assert b"".join(text).splitlines()[0].endswith(b"reason")  # type: ignore[arg-type]


def test_a_file_may_be_the_body_itself_and_is_taken_once_for_a_key(caller: Caller) -> None:
    sent = {"raw": DIRTY.read_bytes(), "content_type": "text/csv", "idempotency_key": "file-1"}

    first = caller.send("POST", "/v1/placements", **sent)
    again = caller.send("POST", "/v1/placements", **sent)

    assert (first.status, first.data["status"]) == (202, "queued")
    assert first.data["total"] == len(DIRTY.read_text().splitlines()) - 1
    assert (again.data["id"], again.headers["Idempotent-Replayed"]) == (first.data["id"], "true")
    assert len(caller.get("/v1/placements").data) == 1


@pytest.mark.parametrize(("raw", "kind", "status"), [(b"", "text/csv", 400), (b"<a/>", "application/xml", 415)])
def test_what_is_no_file_is_refused(caller: Caller, raw: bytes, kind: str, status: int) -> None:
    assert caller.send("POST", "/v1/placements", raw=raw, content_type=kind).status == status


def test_a_file_that_is_too_large_is_refused(caller: Caller, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1_048_576

    answer = caller.send("POST", "/v1/placements", raw=b"a" * 1_048_577, content_type="text/csv")

    assert (answer.status, answer.error["code"]) == (413, "PAYLOAD_TOO_LARGE")


def test_a_missing_file_is_named(caller: Caller) -> None:
    answer = caller.post("/v1/placements", {})

    assert answer.error["message"] == "Missing required parameter: file"


def test_the_single_endpoint_takes_every_field_of_the_file(caller: Caller) -> None:
    known = set(PlaceAccountSerializer().fields) | {"account_phase"}

    assert set(NAMES) - known == set()


def test_a_strangers_account_is_not_found(creditor: NewCreditor) -> None:
    account = place(creditor.sandbox).account
    stranger = make_caller(make_collector(slug="other"))

    for path in ("", "/timeline"):
        assert stranger.get(f"/v1/accounts/{account.public_id}{path}").status == 404
    assert stranger.get("/v1/accounts").data == []


@pytest.mark.promise("D-51")
def test_metrics_add_up_the_portfolio(creditor: NewCreditor, caller: Caller) -> None:
    for number in range(3):
        placed = place(creditor.sandbox, creditor_reference=f"R-{number}")
    paid = {"account_id": placed.account.public_id, "amount": Decimal("3255.82"), "payment_method": "check"}
    assert caller.post("/v1/payments", paid).status == 201

    shown = caller.get("/v1/metrics").data

    assert (shown["accounts"], shown["balances"]) == (3, {"USD": Decimal("6511.64")})
    assert (shown["resolved"], shown["resolution_rate"]) == (1, Decimal("0.3333"))
    assert {name: count for name, count in shown["statuses"].items() if count} == {"placed": 2, "paid_in_full": 1}


@pytest.mark.promise("D-73")
def test_a_consumer_is_one_person_within_a_creditor_and_nobody_elsewhere(creditor: NewCreditor, caller: Caller) -> None:
    other = make_collector(slug="other")
    stranger = make_caller(other)

    first, second = (caller.post("/v1/accounts", debt(creditor_reference=name)).data for name in ("R-1", "R-2"))
    theirs = stranger.post("/v1/accounts", debt(creditor_reference="R-1")).data

    assert first["consumer_id"] == second["consumer_id"]
    assert theirs["consumer_id"] != first["consumer_id"]
    assert [row["id"] for row in stranger.get("/v1/accounts").data] == [theirs["id"]]


@pytest.mark.promise("C-3", "C-47")
def test_what_a_consumer_does_stands_in_the_timeline_and_is_told_to_webhooks(
    creditor: NewCreditor, caller: Caller
) -> None:
    account_id = place(creditor.sandbox).account.public_id
    hook = {"url": "http://127.0.0.1:9/sink", "events": ["dispute.*", "consumer.*", "payment.*"]}
    webhook_id = caller.post("/v1/webhooks", hook).data["webhook_id"]

    did = [
        caller.post(f"/v1/accounts/{account_id}/disputes", {"channel": "phone", "reasons": ["wrong_amount"]}),
        caller.post("/v1/opt-outs", {"account_id": account_id, "scope": "medium", "medium": "calls"}),
        caller.post("/v1/payments", {"account_id": account_id, "amount": 10, "payment_method": "check"}),
    ]

    assert [answer.status for answer in did] == [201] * 3
    told = [row["event"] for row in caller.get(f"/v1/webhooks/{webhook_id}/deliveries").data]
    assert told == ["payment.received", "consumer.opted_out", "dispute.filed"]
    timeline = [row["type"] for row in caller.get(f"/v1/accounts/{account_id}/timeline").data]
    assert [name for name in timeline if name in told] == told
