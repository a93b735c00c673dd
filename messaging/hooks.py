"""The vendors' callbacks. The signed address says which workspace it is; the print vendor signs its bodies besides.

Every answer is 200 once the event is recorded or recognized as known, so that a vendor stops repeating it. What isn't
ours, or can't be read, is 200 too: repeating wouldn't help. A forged address is 404.
"""

import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from credira.core import json
from credira.core.context import acting_as
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.providers.ports import mail_service, print_service
from credira.tenancy.scope import bind
from messaging.links import read_hook_token
from messaging.services.outcomes import record_letter_event, record_mail_event

logger = logging.getLogger("messaging.hooks")
MAX_BODY = 5 * 1_048_576  # a reply may carry attachments


@method_decorator(csrf_exempt, name="dispatch")
class PostmarkHook(View):
    """Deliveries, bounces, opens, complaints, and people's replies."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        workspace_id = _workspace("mail", token)
        payload = _payload(request)
        if payload is None:
            return _done(request, "unreadable")
        try:
            with bind(workspace_id) as workspace, acting_as("vendor", "postmark"):
                event = mail_service(workspace).parse(payload)
                new = record_mail_event(workspace=workspace, event=event, message_id=_message_id(event.message_id))
        except NotFound:
            return _done(request, "not ours")
        return _done(request, "recorded" if new else "known")


@method_decorator(csrf_exempt, name="dispatch")
class PrintHook(View):
    """A letter's way through the post."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        workspace_id = _workspace("print", token)
        payload = _payload(request)
        if payload is None:
            return _done(request, "unreadable")
        try:
            with bind(workspace_id) as workspace, acting_as("vendor", "print"):
                vendor = print_service(workspace)
                if not vendor.verify(request.body, request.headers.get("Print-Signature", "")):
                    return HttpResponse("The signature doesn't match.", status=403, content_type="text/plain")
                event = vendor.parse(payload)
                new = record_letter_event(workspace=workspace, event=event, message_id=_message_id(event.letter_id))
        except NotFound:
            return _done(request, "not ours")
        return _done(request, "recorded" if new else "known")


def _workspace(hook: str, token: str) -> UUID:
    try:
        return read_hook_token(hook, token)
    except NotFound:
        raise Http404 from None


def _payload(request: HttpRequest) -> dict[str, object] | None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return None
    try:
        payload = json.loads(request.body)
    except json.InvalidJson:
        return None
    return payload if isinstance(payload, dict) else None


def _message_id(text: str) -> UUID | None:
    """Our own id, where it travelled back. An id of another shape is no id of a message."""
    return parse_id("msg", text) if text else None


def _done(request: HttpRequest, what: str) -> HttpResponse:
    logger.info("callback %s: %s", request.resolver_match.view_name if request.resolver_match else "", what)
    return HttpResponse(what, content_type="text/plain; charset=utf-8")
