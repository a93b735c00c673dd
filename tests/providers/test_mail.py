"""Postmark's API, spoken by anymail to the simulator as it would be to Postmark."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from credira.providers.email.base import Attachment, Mail, MailEventKind
from credira.providers.errors import NotPlaced, OutcomeUnknown
from credira.providers.ports import mail_service
from credira.providers.world import world
from credira.tenancy.models import Workspace


def a_mail(**changes: object) -> Mail:
    values = {
        "to": "jane@example.com",
        "to_name": "Jane Doe",
        "from_name": "Northgate, LLC",
        "from_email": "help@northgate.example",
        "subject": "Acme: account ending in 4417",
        "text": "Hello Jane",
        "html": "<p>Hello Jane</p>",
        "metadata": {"message_id": f"msg_{uuid4().hex}"},
        "headers": {
            "List-Unsubscribe": "<https://example.com/c/t/stop>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


def test_a_mail_arrives_with_our_id_its_headers_and_its_attachment(sandbox: Workspace) -> None:
    mail = a_mail(attachments=(Attachment("notice.pdf", b"%PDF-1.7"),))

    sent = mail_service(sandbox).send(mail)

    [kept] = world(sandbox).ledger()["messages"]
    assert kept["id"] == sent.reference
    assert kept["metadata"] == mail.metadata
    assert kept["subject"] == "Acme: account ending in 4417"
    assert kept["headers"]["List-Unsubscribe"] == "<https://example.com/c/t/stop>"
    assert kept["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert kept["attachments"] == ["notice.pdf"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"to_name": "Ann\nBcc: evil@x.example"},
        {"from_name": "Northgate\r\nX-Evil: 1"},
        {"to": "ann@x.example\nbob@x.example"},
        {"subject": "One\nTwo"},
        {"headers": {"List-Unsubscribe": "<https://example.com>\nBcc: evil@x.example"}},
    ],
)
def test_a_mail_that_cannot_be_made_is_certainly_not_sent(sandbox: Workspace, wrong: dict[str, object]) -> None:
    with pytest.raises(NotPlaced) as caught:
        mail_service(sandbox).send(a_mail(**wrong))

    assert caught.value.retry is False
    assert world(sandbox).ledger()["messages"] == []


def test_a_mail_is_found_by_our_id_with_what_became_of_it(sandbox: Workspace) -> None:
    mail = a_mail()
    sent = mail_service(sandbox).send(mail)

    found = mail_service(sandbox).find(mail.metadata["message_id"])

    assert [each.reference for each in found] == [sent.reference]
    assert mail_service(sandbox).find("msg_of_nobody") == []


def test_a_lost_answer_is_unknown_and_the_mail_is_found_once(sandbox: Workspace) -> None:
    mail = a_mail()
    world(sandbox).misbehave({"kind": "lose_answer", "count": 1, "target": "mail"})

    with pytest.raises(OutcomeUnknown):
        mail_service(sandbox).send(mail)

    assert len(mail_service(sandbox).find(mail.metadata["message_id"])) == 1


def test_an_answer_of_500_is_unknown(sandbox: Workspace) -> None:
    world(sandbox).misbehave({"kind": "error_after", "count": 1, "target": "mail"})

    with pytest.raises(OutcomeUnknown):
        mail_service(sandbox).send(a_mail())


def test_too_many_requests_may_be_tried_again(sandbox: Workspace) -> None:
    world(sandbox).misbehave({"kind": "rate_limited", "count": 1, "target": "mail"})

    with pytest.raises(NotPlaced) as caught:
        mail_service(sandbox).send(a_mail())

    assert caught.value.retry is True


def test_a_refused_connection_is_not_placed_and_may_be_tried_again(sandbox: Workspace, settings: Settings) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:9"

    with pytest.raises(NotPlaced) as caught:
        mail_service(sandbox).send(a_mail())

    assert caught.value.retry is True


def test_words_of_the_vendor_become_ours(sandbox: Workspace) -> None:
    parse = mail_service(sandbox).parse

    bounce = parse(
        {
            "RecordType": "Bounce",
            "ID": 42,
            "Type": "HardBounce",
            "MessageID": "m-1",
            "Metadata": {"message_id": "msg_1"},
            "BouncedAt": "2026-11-24T15:06:00Z",
            "Description": "The server was unable to deliver your message.",
        }
    )
    assert (bounce.kind, bounce.permanent, bounce.key, bounce.message_id) == (
        MailEventKind.BOUNCED,
        True,
        "Bounce:42",
        "msg_1",
    )
    assert (
        parse({"RecordType": "Bounce", "ID": 43, "Type": "Transient", "MessageID": "m"}).kind is MailEventKind.DEFERRED
    )
    assert parse({"RecordType": "SpaceMail", "MessageID": "m-1"}).kind is MailEventKind.UNKNOWN


def test_the_same_event_has_the_same_key_and_another_one_another(sandbox: Workspace) -> None:
    parse = mail_service(sandbox).parse
    opened = {"RecordType": "Open", "MessageID": "m-1", "ReceivedAt": "2026-11-24T15:06:00Z"}

    assert parse(opened).key == parse(dict(reversed(opened.items()))).key
    assert parse(opened).key != parse({**opened, "ReceivedAt": "2026-11-24T15:07:00Z"}).key


def test_a_reply_names_the_message_that_it_answers(sandbox: Workspace) -> None:
    reply = mail_service(sandbox).parse(
        {
            "From": "jane@example.com",
            "MessageID": "in-1",
            "MailboxHash": "msg_1",
            "Subject": "Re: Acme",
            "TextBody": "stop\n\n> Hello",
            "StrippedTextReply": "stop",
            "Date": "2026-11-24T15:10:00Z",
        }
    )

    assert (reply.kind, reply.message_id, reply.text) == (MailEventKind.REPLIED, "msg_1", "stop")
