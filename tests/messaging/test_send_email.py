"""One mail, from its plan to the simulator's own ledger."""

import datetime as dt

import pytest

from accounts.models import Person
from audit.models import Event
from compliance.models import ContactAttempt, GateDecision
from compliance.services import record_opt_out
from credira.core.errors import InvalidRequest
from credira.providers.world import World
from credira.tenancy.scope import bind
from credira.work.models import Due
from messaging.errors import TemplateVariableMissing
from messaging.obligations import MINI_MIRANDA, OPT_OUT
from messaging.services import cancel_message
from messaging.services.sending import send_email
from tests.messaging.conftest import NOW, Debt, set_clock, work


def test_a_due_mail_is_sent_with_everything_that_the_law_asks_for(debt: Debt, outside: World) -> None:
    message = debt.queue()

    assert work(debt.workspace) >= 1

    [kept] = outside.ledger()["messages"]
    sent = debt.read(message)
    assert (sent.status, sent.reference, sent.sent_at) == ("sent", kept["id"], NOW)
    assert kept["to"] == "renee@example.com"
    assert kept["metadata"] == {"message_id": message.public_id}
    assert sent.subject == "Lakeshore Credit Union: about your account ending in 4417"
    assert sent.satisfies == ["E_OPT_OUT", "MINI_MIRANDA_FULL"]
    for part in (sent.body_text, sent.body_html):
        assert MINI_MIRANDA in part
        assert OPT_OUT in part
        assert "$2,284.56" in part
    stop = sent.headers["List-Unsubscribe"].strip("<>")
    assert stop.endswith("/stop")
    assert stop in sent.body_text
    assert kept["headers"]["List-Unsubscribe"] == f"<{stop}>"
    assert kept["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_way_out_stands_first_below_the_sentence_that_names_it(debt: Debt, outside: World) -> None:
    message = debt.queue()
    assert work(debt.workspace) >= 1

    after = debt.read(message).body_text.split("To stop e-mails to this address, open the link below")[1]
    assert after.index("Stop these e-mails: ") < after.index("Is something wrong, or is this not your debt?")


def test_the_attempt_keeps_what_was_sent_and_why_it_was_allowed(debt: Debt, outside: World) -> None:
    message = debt.queue()
    work(debt.workspace)

    with bind(debt.workspace):
        sent = debt.read(message)
        attempt = ContactAttempt.objects.get(id=sent.attempt_id)
        assert (attempt.status, attempt.channel, attempt.content_sha256) == ("concluded", "email", sent.content_sha256)
        assert attempt.template == "first_reminder"
        assert attempt.intent["content"]["satisfies"] == sent.satisfies
        [event] = Event.objects.filter(type="email.sent")
        assert event.object_id == message.id


def test_the_second_mail_says_only_that_it_is_from_a_debt_collector(debt: Debt, outside: World) -> None:
    debt.queue()
    work(debt.workspace)
    second = debt.queue("follow_up")
    work(debt.workspace)

    assert debt.read(second).satisfies == ["E_OPT_OUT", "FROM_DEBT_COLLECTOR"]
    assert MINI_MIRANDA not in debt.read(second).body_text


def test_doing_the_same_due_row_again_sends_nothing(debt: Debt, outside: World) -> None:
    message = debt.queue()
    work(debt.workspace)

    send_email(debt.workspace, message.id)
    send_email(debt.workspace, message.id)

    assert outside.ledger()["counts"]["messages"] == 1


def test_the_same_key_plans_one_message(debt: Debt) -> None:
    assert debt.queue(key="cmp_1:step2").id == debt.queue(key="cmp_1:step2").id


def test_a_mail_waits_until_it_is_due(debt: Debt, outside: World) -> None:
    message = debt.queue(due_at=NOW + dt.timedelta(days=1))

    assert work(debt.workspace) == 0
    set_clock(debt.workspace, NOW + dt.timedelta(days=1))
    outside.set_clock(NOW + dt.timedelta(days=1), frozen=True)
    work(debt.workspace)

    assert debt.read(message).sent_at == NOW + dt.timedelta(days=1)


def test_outside_the_hours_it_waits_for_the_morning(debt: Debt, outside: World) -> None:
    night = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)  # 22:00 in New York
    set_clock(debt.workspace, night)
    message = debt.queue()

    work(debt.workspace)

    waiting = debt.read(message)
    assert (waiting.status, waiting.due_at) == ("queued", dt.datetime(2026, 11, 25, 13, 0, tzinfo=dt.UTC))
    assert outside.ledger()["counts"]["messages"] == 0


def test_an_opt_out_blocks_it_with_reasons(debt: Debt, outside: World) -> None:
    message = debt.queue()
    with bind(debt.workspace) as bound:
        record_opt_out(workspace=bound, person_id=debt.person_id, scope="medium", medium="email")

    work(debt.workspace)

    blocked = debt.read(message)
    assert (blocked.status, blocked.failure) == ("blocked", "MEDIUM_OPTOUT")
    with bind(debt.workspace):
        assert GateDecision.objects.get(id=blocked.decision_id).outcome == "DENY"
        assert Event.objects.filter(type="email.blocked", object_id=message.id).count() == 1
    assert outside.ledger()["counts"]["messages"] == 0


def test_an_entity_without_an_address_writes_nothing(debt: Debt, outside: World) -> None:
    with bind(debt.workspace):
        from creditors.models import OperatingEntity

        OperatingEntity.objects.update(street="")
    message = debt.queue()

    work(debt.workspace)

    assert (debt.read(message).status, debt.read(message).failure) == ("blocked", "SENDER_INCOMPLETE")
    with bind(debt.workspace):
        assert not ContactAttempt.objects.exists()


def test_a_mail_that_cannot_be_made_fails_and_leaves_nothing_in_flight(debt: Debt, outside: World) -> None:
    with bind(debt.workspace):
        Person.objects.filter(id=debt.person_id).update(first_name="Ann\nBcc: evil@x.example")
    message = debt.queue()

    assert work(debt.workspace) == 1

    failed = debt.read(message)
    assert (failed.status, failed.failure) == ("failed", "NOT_PLACED")
    assert failed.failure_detail == "The mail can't be made: an address or a header isn't valid."
    assert outside.ledger()["messages"] == []
    with bind(debt.workspace):
        [attempt] = ContactAttempt.objects.all()
        assert (attempt.status, attempt.connect_status) == ("given_up", "not_connected")
        assert not Due.objects.filter(object_id=message.id).exists()


def test_a_cancelled_mail_is_not_sent(debt: Debt, outside: World) -> None:
    message = debt.queue()

    with bind(debt.workspace) as bound:
        assert cancel_message(workspace=bound, message_id=message.id, reason="Paid.") is True
        assert cancel_message(workspace=bound, message_id=message.id, reason="Paid.") is False
    assert work(debt.workspace) == 0
    assert outside.ledger()["counts"]["messages"] == 0


def test_declared_values_must_be_given(debt: Debt) -> None:
    with pytest.raises(TemplateVariableMissing) as caught:
        debt.queue("promise_confirmation", variables={"promise_amount": "$50.00"})

    assert caught.value.details == [
        {"field": "variables.promise_due_on", "message": "Missing required parameter: promise_due_on"}
    ]


def test_another_persons_address_is_refused(debt: Debt) -> None:
    with pytest.raises(InvalidRequest):
        debt.queue(endpoint_id=debt.address_id)
