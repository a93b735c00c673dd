"""What was written, over the public API."""

from typing import Any

import pytest
from django.test import Client

from compliance.services import record_opt_out
from credira.providers.world import World
from credira.tenancy.scope import bind
from creditors.services import create_creditor, mint_key
from messaging.obligations import OPT_OUT
from tests.messaging.conftest import Debt, a_debt, work
from tests.messaging.test_mail_events import LATER, about, told


class Api:
    """A client with a key of one workspace."""

    def __init__(self, debt: Debt, *scopes: str) -> None:
        with bind(debt.workspace) as bound:
            self.token = mint_key(workspace=bound, name="Tests", scopes=list(scopes or ["emails:read"])).token

    def __call__(self, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        client = Client(headers=headers)
        if body is None:
            return client.get(f"/v1{path}")
        return client.post(f"/v1{path}", body, content_type="application/json")


@pytest.fixture
def api(debt: Debt) -> Api:
    return Api(debt)


def test_emails_are_listed_newest_first_and_filtered(debt: Debt, outside: World, api: Api) -> None:
    first, second = debt.queue(), debt.queue("follow_up")
    work(debt.workspace)
    with bind(debt.workspace) as bound:
        record_opt_out(workspace=bound, person_id=debt.person_id, scope="endpoint", endpoint_id=debt.email_id)
    third = debt.queue()
    work(debt.workspace)

    def ids(query: str) -> list[str]:
        return [each["id"] for each in api(f"/emails{query}").json()["data"]]

    assert ids("") == [third.public_id, second.public_id, first.public_id]
    assert ids("?status=blocked") == [third.public_id]
    assert ids("?template=follow_up") == [second.public_id]
    assert api("/emails?account_id=acct_nobody").status_code == 400
    assert api("/emails?color=red").status_code == 400
    assert api("/emails?status=lost").status_code == 400


def test_an_email_shows_its_words_as_they_left_and_what_became_of_it(debt: Debt, outside: World, api: Api) -> None:
    message = debt.queue()
    work(debt.workspace)
    told(debt.workspace, about(message, "Delivery", DeliveredAt=LATER))

    data = api(f"/emails/{message.public_id}").json()["data"]

    assert (data["status"], data["sent_time"], data["delivered_time"]) == ("delivered", "2026-11-24T15:05:00Z", LATER)
    assert data["recipient_email"] == "renee@example.com"
    assert OPT_OUT in data["text_content"]
    assert data["satisfies"] == ["E_OPT_OUT", "MINI_MIRANDA_FULL"]
    assert [event["kind"] for event in data["events"]] == ["delivered"]
    assert data["decision_id"].startswith("dec_")


def test_a_blocked_email_says_why(debt: Debt, outside: World, api: Api) -> None:
    with bind(debt.workspace) as bound:
        record_opt_out(workspace=bound, person_id=debt.person_id, scope="endpoint", endpoint_id=debt.email_id)
    message = debt.queue()
    work(debt.workspace)

    data = api(f"/emails/{message.public_id}").json()["data"]

    assert (data["status"], data["failure_code"], data["sent_time"]) == ("blocked", "ENDPOINT_OPTOUT", None)


def test_the_shipped_templates_are_listed_and_previewed(debt: Debt, api: Api) -> None:
    templates = {each["key"]: each for each in api("/email-templates").json()["data"]}

    assert sorted(templates) == [
        "first_reminder",
        "follow_up",
        "payment_received",
        "promise_confirmation",
        "promise_reminder",
    ]
    path = f"/email-templates/{templates['promise_reminder']['id']}/preview"
    shown = api(path, {"variables": {"promise_amount": "$50.00", "promise_due_on": "December 1, 2026"}}).json()["data"]
    assert "$50.00" in shown["text_content"]
    assert "December 1, 2026" in shown["html_content"]


def test_anothers_email_and_a_narrow_key_see_nothing(debt: Debt) -> None:
    message = debt.queue()
    stranger = Api(a_debt(create_creditor(name="Other Federal CU", slug="other").sandbox))
    narrow = Api(debt, "accounts:read")

    assert stranger(f"/emails/{message.public_id}").status_code == 404
    assert stranger("/emails").json()["data"] == []
    assert narrow("/emails").status_code == 403
    assert narrow("/email-templates").status_code == 403
