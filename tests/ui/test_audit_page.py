"""The audit log, as a page and as a list of the API."""

import pytest
from django.test import Client

from audit.registry import find_event_type
from audit.services import Fact, record_many
from credira.core.context import acting_as, handling
from credira.core.ids import public_id, uuid7
from credira.tenancy.scope import bind
from creditors.services import mint_key
from tests.house import House, sign_in

REQUEST = "req_01m9x2k7e4efptd6cv0b1grqpx"


@pytest.fixture
def account_id(house: House) -> str:
    """An account that two facts are about; three facts in all."""
    account = uuid7()
    added = find_event_type("member.added")
    assert added is not None
    with bind(house.sandbox) as sandbox, handling(REQUEST), acting_as("member", "mbr_1", "Alice Moreno"):
        about = Fact(added, {"amount": "12.50"}, "acct", account, account)
        record_many(sandbox, [about, about, Fact(added, {"role": "owner"})])
    return public_id("acct", account)


@pytest.mark.promise("D-93")
def test_the_page_shows_who_did_what_newest_first(house: House, account_id: str) -> None:
    page = sign_in(house.alice).get("/w/acme-sandbox/audit").content.decode()

    assert page.count("<tr>") == 4
    assert page.index("owner</dd>") < page.index("12.50</dd>")
    assert "Alice Moreno" in page


def test_filters_narrow_the_page(house: House, account_id: str) -> None:
    alice = sign_in(house.alice)

    def rows(**filters: str) -> int:
        return alice.get("/w/acme-sandbox/audit", filters).content.decode().count("<tr>") - 1

    assert rows(account_id=account_id) == 2
    assert rows(request_id=REQUEST) == 3
    assert rows(type="member.added") == 3
    assert rows(account_id="acct_nonsense") == -1
    assert rows(created_from="not a time") == -1


def test_the_live_workspace_does_not_see_the_sandboxs_facts(house: House, account_id: str) -> None:
    assert REQUEST not in sign_in(house.alice).get("/w/acme/audit", {"account_id": account_id}).content.decode()


def key_for(house: House, *scopes: str) -> dict[str, str]:
    with bind(house.sandbox) as sandbox:
        minted = mint_key(workspace=sandbox, name="Test", scopes=list(scopes))
    return {"Authorization": f"Bearer {minted.token}"}


def test_the_api_lists_entries_with_their_data(house: House, account_id: str) -> None:
    answer = Client().get("/v1/audit", {"account_id": account_id, "limit": "1"}, headers=key_for(house, "audit:read"))

    body = answer.json()
    assert answer.status_code == 200
    assert body["meta"]["has_more"] is True
    entry = body["data"][0]
    assert entry["type"] == "member.added"
    assert entry["account_id"] == entry["object_id"] == account_id
    assert entry["actor"] == {"kind": "member", "id": "mbr_1", "name": "Alice Moreno"}
    assert entry["request_id"] == REQUEST
    assert entry["data"] == {"amount": "12.50"}


def test_the_api_refuses_an_unknown_filter_and_a_key_without_the_scope(house: House) -> None:
    reader = key_for(house, "audit:read")

    assert Client().get("/v1/audit", {"colour": "red"}, headers=reader).status_code == 400
    misspelt = Client().get("/v1/audit", {"type": "member.aded"}, headers=reader)
    assert (misspelt.status_code, misspelt.json()["error"]["details"][0]["field"]) == (400, "type")
    assert Client().get("/v1/audit", headers=key_for(house, "accounts:read")).status_code == 403
    assert Client().get("/v1/audit").status_code == 401
