"""A mail is sent once, whatever happens to the answer."""

import datetime as dt

import pytest

from compliance import dispatch
from compliance.due import reconcile_all
from compliance.models import ContactAttempt
from compliance.services import (
    record_opt_out,
)
from credira.providers.world import World
from credira.tenancy.scope import bind
from messaging.services import sending
from messaging.services.sending import claim, draft_email, send_email
from tests.messaging.conftest import NOW, Debt, set_clock, work


def lose(outside: World, kind: str) -> None:
    outside.misbehave({"kind": kind, "count": 1, "target": "mail"})


@pytest.mark.parametrize("fault", ["lose_answer", "error_after"])
def test_a_lost_answer_is_asked_about_and_the_mail_sent_once(debt: Debt, outside: World, fault: str) -> None:
    lose(outside, fault)
    message = debt.queue()
    work(debt.workspace)
    assert debt.read(message).status == "sending"

    reconcile_all(debt.workspace)
    work(debt.workspace)

    [kept] = outside.ledger()["messages"]
    assert (debt.read(message).status, debt.read(message).reference) == ("sent", kept["id"])
    assert outside.ledger()["twice"]["any"] is False


def test_an_answer_of_503_is_asked_about_twice_and_then_sent_anew(debt: Debt, outside: World) -> None:
    lose(outside, "error_before")
    message = debt.queue()
    work(debt.workspace)

    reconcile_all(debt.workspace)
    reconcile_all(debt.workspace)
    assert debt.read(message).status == "queued"
    set_clock(debt.workspace, NOW + dt.timedelta(minutes=5))
    work(debt.workspace)

    assert debt.read(message).status == "sent"
    assert outside.ledger()["counts"]["messages"] == 1


def test_too_many_requests_are_tried_again_later(debt: Debt, outside: World) -> None:
    lose(outside, "rate_limited")
    message = debt.queue()
    work(debt.workspace)
    assert (debt.read(message).status, debt.read(message).due_at) == ("queued", NOW + dt.timedelta(minutes=5))

    set_clock(debt.workspace, NOW + dt.timedelta(minutes=5))
    work(debt.workspace)

    assert debt.read(message).status == "sent"
    assert outside.ledger()["counts"]["messages"] == 1


def test_a_worker_that_died_after_the_claim_is_followed_by_another(debt: Debt, outside: World) -> None:
    message = debt.queue()
    claimed = claim(debt.workspace, message.id, draft_email)
    assert claimed is not None

    send_email(debt.workspace, message.id)

    assert debt.read(message).status == "sent"
    assert debt.read(message).attempt_id == claimed.attempt_id
    assert outside.ledger()["counts"]["messages"] == 1


def test_a_worker_that_died_at_the_provider_is_not_followed(debt: Debt, outside: World) -> None:
    message = debt.queue()
    claimed = claim(debt.workspace, message.id, draft_email)
    assert claimed is not None
    dispatch.send_email(debt.workspace, claimed.attempt_id, sending.mail_of(claimed.message))
    with bind(debt.workspace):  # as if its answer had never been recorded
        ContactAttempt.objects.filter(id=claimed.attempt_id).update(status="unknown", provider_reference="")
        type(message).objects.filter(id=message.id).update(status="sending", reference="")

    send_email(debt.workspace, message.id)

    assert outside.ledger()["counts"]["messages"] == 1
    reconcile_all(debt.workspace)
    assert debt.read(message).status == "sent"


def test_an_opt_out_between_claim_and_sending_is_honored(debt: Debt, outside: World) -> None:
    message = debt.queue()
    claim(debt.workspace, message.id, draft_email)
    with bind(debt.workspace) as bound:
        record_opt_out(workspace=bound, person_id=debt.person_id, scope="endpoint", endpoint_id=debt.email_id)

    send_email(debt.workspace, message.id)

    assert (debt.read(message).status, debt.read(message).failure) == ("blocked", "ENDPOINT_OPTOUT")
    assert outside.ledger()["counts"]["messages"] == 0
