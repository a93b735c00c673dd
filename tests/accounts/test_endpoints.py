"""Numbers and addresses that come later: added with their source, ended, and seen by the gate at once."""

from typing import Any

import pytest

from accounts.models import Person
from compliance.gate import ContactIntent, decide
from credira.tenancy.scope import bind
from creditors.services import NewCreditor
from tests.api.client import Caller
from tests.placing import make_collector, place
from tests.portal import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
OAK = {
    "kind": "address",
    "street": "9 Oak Ave",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78701",
    "source": "consumer_provided",
}


@pytest.fixture
def creditor() -> NewCreditor:
    return make_collector()


def of_kind(caller: Caller, path: str, kind: str) -> list[dict[str, Any]]:
    return [each for each in caller.get(path).data if each["kind"] == kind]


def test_a_new_address_takes_the_place_of_the_old_one_and_its_state_is_the_laws(
    creditor: NewCreditor, caller: Caller
) -> None:
    account = place(creditor.sandbox).account
    path = f"/v1/accounts/{account.public_id}/endpoints"
    [old] = of_kind(caller, path, "address")

    made = caller.post(path, {**OAK, "replaces_id": old["id"]})
    new, before = of_kind(caller, path, "address")

    assert (made.status, made.data["value"]) == (201, "9 Oak Ave, Austin, TX 78701")
    assert (new["id"], new["source"], new["valid_to"]) == (made.data["id"], "consumer_provided", None)
    assert (before["id"], before["valid_to"] is None) == (old["id"], False)
    with bind(creditor.sandbox):
        assert list(Person.objects.values_list("state", "zip")) == [("TX", "78701")]


def test_the_gate_calls_no_number_that_was_ended(creditor: NewCreditor, caller: Caller) -> None:
    account = place(creditor.sandbox).account
    path = f"/v1/accounts/{account.public_id}/endpoints"
    [old] = of_kind(caller, path, "phone")

    def codes() -> frozenset[str]:
        with bind(creditor.sandbox) as bound:
            intent = ContactIntent(account_ids=(account.pk,), channel="call", voice_mode="human")
            return decide(bound, [intent])[0].codes

    before = codes()
    ended = [caller.post(f"{path}/{old['id']}/end", None) for _ in range(2)]
    without = codes()
    caller.post(path, {"kind": "phone", "value": "+1 612 555 0199", "source": "skip_trace"})

    assert ("ADDRESS_BAD" in before, "ADDRESS_BAD" in without, "ADDRESS_BAD" in codes()) == (False, True, False)
    assert [answer.status for answer in ended] == [200, 200]
    assert ended[0].data["valid_to"] == ended[1].data["valid_to"]


def test_one_that_was_ended_is_taken_up_again(creditor: NewCreditor, caller: Caller) -> None:
    path = f"/v1/accounts/{place(creditor.sandbox).account.public_id}/endpoints"
    [old] = of_kind(caller, path, "email")
    caller.post(f"{path}/{old['id']}/end", None)

    again = caller.post(path, {"kind": "email", "value": old["value"].upper(), "source": "consumer_provided"})

    assert (again.data["id"], again.data["valid_to"]) == (old["id"], None)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"kind": "phone", "source": "consumer_provided"}, ["value"]),
        ({"kind": "phone", "value": "5550100", "source": "consumer_provided"}, ["value"]),
        ({"kind": "email", "value": "nobody", "source": "consumer_provided"}, ["value"]),
        ({"kind": "address", "street": "9 Oak Ave", "source": "enriched"}, ["city", "postal_code", "state"]),
        ({**OAK, "state": "XX", "postal_code": "1"}, ["postal_code", "state"]),
        ({**OAK, "since": "2099-01-01"}, ["since"]),
        ({**OAK, "since": "0001-01-01"}, ["since"]),
        ({**OAK, "source": "unknown"}, ["source"]),
    ],
)
def test_what_is_no_number_or_address_is_refused_by_field(
    creditor: NewCreditor, caller: Caller, body: dict[str, Any], fields: list[str]
) -> None:
    path = f"/v1/accounts/{place(creditor.sandbox).account.public_id}/endpoints"

    answer = caller.post(path, body)

    assert answer.status == 400
    assert sorted(detail["field"] for detail in answer.error["details"]) == fields


def test_a_number_takes_no_address_place(creditor: NewCreditor, caller: Caller) -> None:
    """Without a postal address no notice goes out."""
    account = place(creditor.sandbox).account
    path = f"/v1/accounts/{account.public_id}/endpoints"
    [address] = of_kind(caller, path, "address")
    number = {"kind": "phone", "value": "+1 612 555 0199", "source": "consumer_provided"}
    before = caller.get(path).data

    answer = caller.post(path, {**number, "replaces_id": address["id"]})
    page = sign_in(creditor, "admin", "ada@a.example").client.post(
        f"/w/{creditor.sandbox.slug}/accounts/{account.public_id}/endpoints", {**number, "replaces": address["id"]}
    )

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, ["replaces_id"])
    assert "What is replaced must be of the same kind." in page.content.decode()
    assert caller.get(path).data == before
