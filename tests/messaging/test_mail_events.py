"""What the mail service tells us: once counted, however often, however late, in whatever order."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from compliance.models import AttemptCorrection, Dispute, EndpointMark, Hold, OptOut
from credira.providers.world import World
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind
from messaging.links import hook_url
from messaging.models import Message, MessageEvent
from messaging.services.sending import claim, draft_email
from tests.messaging.conftest import NOW, Debt, work
from webhooks.models import Delivery
from webhooks.services import create_endpoint

LATER = "2026-11-24T15:06:00Z"


def told(workspace: Workspace, payload: dict[str, Any], status: int = 200) -> str:
    """Post a webhook body to the workspace's own address."""
    path = hook_url(workspace, "mail").split("/hooks", 1)[1]
    answer = Client().post(f"/hooks{path}", payload, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def about(message: Message, record: str, **fields: Any) -> dict[str, Any]:
    return {
        "RecordType": record,
        "MessageID": "6f4a",
        "Metadata": {"message_id": message.public_id},
        "Recipient": "renee@example.com",
        **fields,
    }


@pytest.fixture
def sent(debt: Debt, outside: World) -> Message:
    message = debt.queue()
    work(debt.workspace)
    return debt.read(message)


def event_types(debt: Debt) -> list[str]:
    with bind(debt.workspace):
        return list(Event.objects.filter(type__startswith="email.").order_by("id").values_list("type", flat=True))


@pytest.mark.promise("C-46")
def test_what_becomes_of_a_mail_is_told_to_webhooks(debt: Debt, sent: Message) -> None:
    with bind(debt.workspace) as bound:
        create_endpoint(workspace=bound, url="http://127.0.0.1:9/sink", events=["email.*"])
    second = debt.queue("follow_up")
    work(debt.workspace)
    told(debt.workspace, about(sent, "Delivery", DeliveredAt=LATER))
    told(debt.workspace, about(sent, "Open", ReceivedAt="2026-11-24T16:00:00Z"))
    told(debt.workspace, about(debt.read(second), "Bounce", Type="HardBounce", BouncedAt=LATER))

    with bind(debt.workspace):
        types = Delivery.objects.order_by("id").values_list("event_type", flat=True)
        assert list(types) == ["email.sent", "email.delivered", "email.opened", "email.bounced"]


def test_delivered_and_opened_are_recorded(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "Delivery", DeliveredAt=LATER))
    told(debt.workspace, about(sent, "Open", ReceivedAt="2026-11-24T16:00:00Z"))

    read = debt.read(sent)
    assert (read.status, read.delivered_at) == ("delivered", dt.datetime(2026, 11, 24, 15, 6, tzinfo=dt.UTC))
    assert read.opened_at == dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.UTC)
    assert event_types(debt) == ["email.queued", "email.sent", "email.delivered", "email.opened"]


def test_an_event_told_twice_is_recorded_once(debt: Debt, sent: Message) -> None:
    delivery = about(sent, "Delivery", DeliveredAt=LATER)

    assert told(debt.workspace, delivery) == "recorded"
    assert told(debt.workspace, delivery) == "known"

    assert debt.events(sent) == ["delivered"]
    assert event_types(debt).count("email.delivered") == 1


def test_a_second_open_is_no_second_fact(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "Open", ReceivedAt=LATER))
    told(debt.workspace, about(sent, "Open", ReceivedAt="2026-11-25T15:06:00Z"))

    assert debt.events(sent) == ["opened", "opened"]
    assert event_types(debt).count("email.opened") == 1
    assert debt.read(sent).opened_at == dt.datetime(2026, 11, 24, 15, 6, tzinfo=dt.UTC)


def test_opened_before_delivered_ends_the_same(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "Open", ReceivedAt="2026-11-24T16:00:00Z"))
    told(debt.workspace, about(sent, "Delivery", DeliveredAt=LATER))

    read = debt.read(sent)
    assert (read.status, read.opened_at is not None, read.delivered_at is not None) == ("delivered", True, True)


def test_a_callback_before_the_answer_is_the_answer(debt: Debt, outside: World) -> None:
    message = debt.queue()
    claim(debt.workspace, message.id, draft_email)

    told(debt.workspace, about(message, "Delivery", DeliveredAt=LATER))

    read = debt.read(message)
    assert (read.status, read.reference) == ("delivered", "6f4a")


def test_a_bounce_is_not_a_communication(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "Bounce", ID=7, Type="HardBounce", BouncedAt=LATER, Description="No such box."))

    assert (debt.read(sent).status, debt.read(sent).failure_detail) == ("bounced", "No such box.")
    with bind(debt.workspace):
        [correction] = AttemptCorrection.objects.filter(attempt_id=sent.attempt_id)
        assert (correction.kind, correction.on) == ("returned", NOW.date())
        assert EndpointMark.objects.filter(endpoint_id=debt.email_id, kind="bad").count() == 1
    assert event_types(debt)[-1] == "email.bounced"


def test_a_late_delivery_does_not_undo_a_bounce(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "Bounce", ID=7, Type="HardBounce", BouncedAt=LATER))
    told(debt.workspace, about(sent, "Delivery", DeliveredAt=LATER))

    assert debt.read(sent).status == "bounced"


def test_a_full_box_is_no_bounce(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "Bounce", ID=8, Type="Transient", BouncedAt=LATER))

    assert debt.read(sent).status == "sent"
    assert debt.events(sent) == ["deferred"]


def opt_outs(debt: Debt) -> list[tuple[str, object]]:
    with bind(debt.workspace):
        return list(OptOut.objects.filter(person_id=debt.person_id).values_list("scope", "endpoint_id"))


def test_a_complaint_stops_the_address(debt: Debt, sent: Message) -> None:
    told(debt.workspace, about(sent, "SpamComplaint", ID=9, BouncedAt=LATER))

    assert opt_outs(debt) == [("endpoint", debt.email_id)]


def test_a_reply_of_stop_stops_the_address_at_once(debt: Debt, sent: Message) -> None:
    reply = {
        "From": "renee@example.com",
        "MessageID": "in-1",
        "MailboxHash": sent.public_id,
        "Subject": f"Re: {sent.subject}",
        "StrippedTextReply": "STOP.",
        "Date": LATER,
    }

    told(debt.workspace, reply)
    told(debt.workspace, reply)

    assert opt_outs(debt) == [("endpoint", debt.email_id)]
    assert debt.inbound() == [("email", "them", debt.email_id, "answered_rpc")]
    next_one = debt.queue("follow_up")
    work(debt.workspace)
    assert debt.read(next_one).failure == "ENDPOINT_OPTOUT"


def test_a_reply_that_binds_us_to_nothing_is_a_contact_too(debt: Debt, sent: Message) -> None:
    told(
        debt.workspace,
        {"MessageID": "in-3", "MailboxHash": sent.public_id, "Subject": "Re: x", "TextBody": "Thanks.", "Date": LATER},
    )

    assert debt.inbound() == [("email", "them", debt.email_id, "answered_rpc")]


def test_a_strangers_reply_is_recorded_as_a_strangers(debt: Debt, sent: Message) -> None:
    words = "You have the wrong person."
    told(
        debt.workspace,
        {"MessageID": "in-4", "MailboxHash": sent.public_id, "Subject": "Re: x", "TextBody": words, "Date": LATER},
    )

    assert debt.inbound() == [("email", "them", debt.email_id, "answered_wrong_party")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("My lawyer will answer you.", "ATTORNEY"),
        ("I filed for bankruptcy last month.", "BANKRUPTCY"),
        ("Renee passed away in March.", "DECEASED"),
        ("I don't owe this.", "DISPUTE_HOLD"),
        ("Leave me alone.", "CEASE"),
        ("You have the wrong person.", "THIRD_PARTY"),
        ("My husband died last week.", "HOLD"),
    ],
)
def test_a_reply_that_binds_us_holds_what_comes_next(debt: Debt, sent: Message, words: str, code: str) -> None:
    told(
        debt.workspace,
        {"MessageID": "in-2", "MailboxHash": sent.public_id, "Subject": "Re: x", "TextBody": words, "Date": LATER},
    )

    next_one = debt.queue("follow_up")
    work(debt.workspace)

    assert (debt.read(next_one).status, debt.read(next_one).failure) == ("blocked", code)
    with bind(debt.workspace):
        assert MessageEvent.objects.get(kind="replied").words == words


def test_who_asks_for_a_person_is_held_from_machines(debt: Debt, sent: Message) -> None:
    told(debt.workspace, {"MessageID": "in-3", "MailboxHash": sent.public_id, "TextBody": "I want a real person."})

    with bind(debt.workspace):
        assert Hold.objects.get().kind == "human_requested"


def test_a_dispute_said_in_two_mails_is_filed_once(debt: Debt, sent: Message) -> None:
    for number in (1, 2):
        told(
            debt.workspace,
            {"MessageID": f"in-{number}", "MailboxHash": sent.public_id, "TextBody": "I dispute this.", "Date": LATER},
        )

    with bind(debt.workspace):
        dispute = Dispute.objects.get()
    assert (dispute.channel, dispute.written, dispute.statement) == ("email", True, "I dispute this.")


def test_mail_that_is_not_ours_is_answered_and_changes_nothing(debt: Debt, sent: Message) -> None:
    assert (
        told(debt.workspace, {"RecordType": "Delivery", "MessageID": "x", "Metadata": {"message_id": "msg_x"}})
        == "not ours"
    )
    assert told(debt.workspace, {"RecordType": "Delivery", "MessageID": "of somebody else"}) == "known"
    assert debt.read(sent).status == "sent"


def test_a_forged_address_is_not_found(debt: Debt) -> None:
    answer = Client().post("/hooks/email/postmark/eyJ3IjoiMSJ9:x:y", {}, content_type="application/json")

    assert answer.status_code == 404


def test_one_sandboxs_address_does_not_reach_anothers_message(debt: Debt, sent: Message) -> None:
    from creditors.services import create_creditor

    other = create_creditor(name="Other Federal CU", slug="other").sandbox

    assert told(other, about(sent, "Delivery", DeliveredAt=LATER)) == "not ours"
    assert debt.read(sent).status == "sent"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"a": NaN}'])
def test_what_cannot_be_read_is_answered_once(debt: Debt, body: str) -> None:
    path = hook_url(debt.workspace, "mail").split("/hooks", 1)[1]

    answer = Client().post(f"/hooks{path}", body, content_type="application/json")

    assert (answer.status_code, answer.content) == (200, b"unreadable")
