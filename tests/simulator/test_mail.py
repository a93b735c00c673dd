"""The mail service: Postmark's protocol in both directions, reached by anymail and by plain requests."""

import base64
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from anymail.backends.postmark import EmailBackend
from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from django.core.mail import EmailMultiAlternatives
from django.test import RequestFactory

from tests.simulator.sandbox import Sandbox


def hooks(sandbox: Sandbox, path: str = "/hooks/mail") -> list[dict[str, Any]]:
    return [hook["json"] for hook in sandbox.product.hooks if hook["path"] == path]


@pytest.fixture
def anymail(sandbox: Sandbox) -> Iterator[EmailBackend]:
    backend = EmailBackend(server_token=sandbox.mail_token, api_url=f"{sandbox.base}/")
    yield backend
    backend.close()


def test_anymail_sends_and_finds_its_message_by_metadata(sandbox: Sandbox, anymail: EmailBackend) -> None:
    message = EmailMultiAlternatives(
        "Your account",
        "Hello Jane",
        "ar@mail.example",
        ["Jane Doe <jane@example.com>"],
        headers={
            "List-Unsubscribe": "<https://x.example/u>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative("<p>Hello Jane</p>", "text/html")
    message.attach("notice.pdf", b"%PDF-1.7", "application/pdf")
    message.metadata = {"message_id": "msg_77"}

    assert anymail.send_messages([message]) == 1

    status = message.anymail_status
    assert status.status == {"sent"}
    found = sandbox.get("/messages/outbound", metadata_message_id="msg_77")
    assert (found["TotalCount"], found["Messages"][0]["MessageID"]) == (1, status.message_id)
    assert sandbox.get("/messages/outbound", metadata_message_id="msg_78")["TotalCount"] == 0
    details = sandbox.get(f"/messages/outbound/{status.message_id}/details")
    assert (details["TextBody"], details["HtmlBody"]) == ("Hello Jane", "<p>Hello Jane</p>")
    kept = sandbox.ledger()["messages"][0]
    assert kept["headers"]["List-Unsubscribe"] == "<https://x.example/u>"
    assert (kept["attachments"], kept["ref"]) == (["notice.pdf"], "msg_77")


def test_attachments_are_kept_as_they_came(sandbox: Sandbox) -> None:
    attachment = {
        "Name": "notice.pdf",
        "Content": base64.b64encode(b"%PDF-1.7 x").decode(),
        "ContentType": "application/pdf",
    }

    identifier = sandbox.mail(Attachments=[attachment]).json()["MessageID"]

    kept = requests.get(f"{sandbox.base}/w/{sandbox.sid}/files/{identifier}/0", timeout=20)
    assert (kept.content, kept.headers["Content-Type"]) == (b"%PDF-1.7 x", "application/pdf")
    assert sandbox.control("GET", f"messages/{identifier}")["attachments"] == ["notice.pdf"]
    assert sandbox.mail(Attachments=[{**attachment, "Content": "no base64"}]).status_code == 422


def test_the_search_asks_for_every_key_and_pages(sandbox: Sandbox) -> None:
    for number in range(3):
        sandbox.mail(Metadata={"message_id": f"msg_{number}", "workspace": "a"}, Tag="reminder")

    def found(**params: str) -> int:
        total: int = sandbox.get("/messages/outbound", **params)["TotalCount"]
        return total

    assert found(metadata_workspace="a", tag="reminder") == 3
    assert found(metadata_workspace="a", metadata_message_id="msg_2") == 1
    assert found(recipient="JANE@example.com") == 3
    assert found(**{'metadata_a"b': "x"}) == 0
    page = sandbox.get("/messages/outbound", count="2", offset="2")
    assert (page["TotalCount"], len(page["Messages"])) == (3, 1)


def test_in_a_running_sandbox_mail_is_read_within_seconds(sandbox: Sandbox) -> None:
    sandbox.configure(speed=100_000)
    sandbox.set_clock("2026-11-24T15:05:00Z", frozen=False)
    sandbox.mail("jane+spam@example.com")

    for _ in range(20):
        sandbox.tick()
        time.sleep(0.1)
        if len(hooks(sandbox)) == 3:
            break

    assert [hook["RecordType"] for hook in hooks(sandbox)] == ["Delivery", "Open", "SpamComplaint"]


def test_delivery_comes_half_a_minute_later_with_the_configured_credentials(sandbox: Sandbox) -> None:
    sandbox.mail()
    answer = sandbox.tick()
    assert (answer["next_at"], sandbox.product.hooks) == ("2026-11-24T15:05:30Z", [])

    sandbox.tick("2026-11-24T15:05:30Z")

    hook = sandbox.product.hooks[0]
    assert (hook["json"]["RecordType"], hook["json"]["Metadata"]) == ("Delivery", {"message_id": "msg_1"})
    assert hook["json"]["DeliveredAt"] == "2026-11-24T15:05:30.0000000Z"
    assert base64.b64decode(hook["headers"]["Authorization"].split()[1]) == b"postmark:hook-password"


def test_anymail_reads_the_webhooks(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sandbox.mail("jane+spam@example.com")
    sandbox.mail("bounce@example.com", Metadata={"message_id": "msg_2"})
    sandbox.run_until("2026-11-25T15:05:00Z")
    view = PostmarkTrackingWebhookView(webhook_secret="u:p")

    events = [
        view.parse_events(RequestFactory().post("/", hook["raw"], content_type="application/json"))[0]
        for hook in sandbox.product.hooks
    ]

    kinds = {(event.event_type, event.recipient) for event in events}
    assert kinds == {
        ("delivered", "jane+spam@example.com"),
        ("opened", "jane+spam@example.com"),
        ("complained", "jane+spam@example.com"),
        ("bounced", "bounce@example.com"),
    }
    assert {event.metadata["message_id"] for event in events if event.event_type == "bounced"} == {"msg_2"}


def test_an_address_that_bounced_is_inactive(sandbox: Sandbox, anymail: EmailBackend) -> None:
    sandbox.mail("bounce@example.com")
    sandbox.tick("2026-11-24T15:06:00Z")

    refused = sandbox.mail("bounce@example.com")

    assert (refused.status_code, refused.json()["ErrorCode"]) == (422, 406)
    assert sandbox.ledger()["counts"]["messages"] == 1


def test_a_soft_bounce_leaves_the_address_active(sandbox: Sandbox) -> None:
    sandbox.mail("jane+soft-bounce@example.com")
    sandbox.tick("2026-11-24T15:06:00Z")

    assert [(hook["RecordType"], hook["Type"]) for hook in hooks(sandbox)] == [("Bounce", "SoftBounce")]
    assert sandbox.mail("jane+soft-bounce@example.com").status_code == 200


def test_a_batch_answers_each_message(sandbox: Sandbox) -> None:
    good = {"From": "a@mail.example", "To": "jane@example.com", "Subject": "x", "TextBody": "x"}

    answers = sandbox.post_mail("/email/batch", [good, {**good, "To": "nobody"}, {**good, "TextBody": ""}]).json()

    assert [one["ErrorCode"] for one in answers] == [0, 300, 300]
    assert answers[1]["Message"] == "Invalid 'To' address: 'nobody'."


def test_a_wrong_server_token_is_refused(sandbox: Sandbox) -> None:
    refused = sandbox.post_mail("/email", {}, token="wrong")

    assert (refused.status_code, refused.json()["ErrorCode"]) == (401, 10)


def test_an_unsubscriber_changes_the_subscription(sandbox: Sandbox) -> None:
    sandbox.mail("jane+unsubscribe@example.com")
    sandbox.run_until("2026-11-25T15:05:00Z")

    change = next(hook for hook in hooks(sandbox) if hook["RecordType"] == "SubscriptionChange")
    assert (change["SuppressSending"], change["SuppressionReason"]) == (True, "ManualSuppression")


def test_the_attorney_represented_answers_by_mail_and_anymail_reads_it(sandbox: Sandbox) -> None:
    sandbox.person("attorney")
    for number in range(6):
        sandbox.mail(ReplyTo="reply+abc123@mail.example", Metadata={"message_id": f"msg_{number}"})
    sandbox.run_until("2026-11-26T15:05:00Z")

    inbound = [hook for hook in sandbox.product.hooks if hook["path"] == "/hooks/inbound"]
    assert inbound
    request = RequestFactory().post("/", inbound[0]["raw"], content_type="application/json")
    event = PostmarkInboundWebhookView(webhook_secret="u:p").parse_events(request)[0]
    text = event.message.stripped_text.lower()
    assert "attorney" in text or "lawyer" in text
    assert event.message.from_email.addr_spec == "jane@example.com"
    assert event.message.to[0].addr_spec == "reply+abc123@mail.example"
    assert inbound[0]["json"]["MailboxHash"] == "abc123"
