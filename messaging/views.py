"""Portal pages: what was written, and one e-mail as it left."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse

from credira.core.errors import NotFound
from credira.core.ids import parse_id
from creditors.portal import PortalView
from messaging import selectors
from messaging.models import Message
from messaging.wording import masked_email, reference

PAGE = 50
SHOWN_APART = ("delivered", "opened")  # the message's own times say these


class EmailList(PortalView):
    """Did it arrive?"""

    permission = ("emails", "read")
    template_name = "messaging/emails.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = selectors.list_emails(self.workspace).prefetch_related("template")
        chosen = self.request.GET.get("status", "")
        if chosen in Message.Status.values:
            rows = rows.filter(status=chosen)
        before = self.request.GET.get("before", "")
        if before:
            rows = rows.filter(id__lt=parse_id(Message.PREFIX, before))
        found = list(rows[: PAGE + 1])
        return super().get_context_data(
            **kwargs,
            emails=[
                (message, masked_email(message.to_address) if message.to_address else "") for message in found[:PAGE]
            ],
            older=f"?status={chosen}&before={found[PAGE - 1].public_id}" if len(found) > PAGE else "",
            chosen=chosen,
            statuses=Message.Status.choices,
        )


class EmailPage(PortalView):
    """What exactly did the person receive, and why was it allowed?"""

    permission: ClassVar[Any] = ("emails", "read")
    template_name = "messaging/email_page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        message = selectors.get_message(self.workspace, parse_id(Message.PREFIX, kwargs["email_id"]))
        if message.channel != Message.Channel.EMAIL:
            raise NotFound
        return self.render_to_response(
            self.get_context_data(
                email=message,
                masked=_masked(message),
                reference=reference(message.account),
                ended=message.status in Message.ENDED,
                events=list(selectors.list_events(self.workspace, message.id).exclude(kind__in=SHOWN_APART)),
            )
        )


def _masked(message: Message) -> str:
    """The address as a list shows it; empty before one is chosen."""
    return masked_email(message.to_address) if message.to_address else ""
