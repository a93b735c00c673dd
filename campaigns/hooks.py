"""The carrier's callbacks: addressed by a signed token, signed by the carrier, answered with its markup.

A callback that isn't signed is refused with 403 and nothing is read from it. The signature covers the address that we
gave, not the one that arrived behind a proxy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from campaigns import callbacks
from campaigns.callbacks import Dial
from campaigns.services import conversation
from campaigns.services.dialing import cancel_stale
from credira.core.context import acting_as
from credira.core.errors import NotFound
from credira.providers.ports import telephony
from credira.providers.telephony.base import Callback, Reply
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind

XML = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier is told; ``stale`` names a call that must not ring on."""

    body: str
    stale: str = ""


Handler = Callable[[Workspace, Dial, Callback], Answer]


@csrf_exempt
@require_POST
def voice(request: HttpRequest, token: str) -> HttpResponse:
    """The phone was answered: our first words."""

    def handle(workspace: Workspace, dial: Dial, callback: Callback) -> Answer:
        return _spoken(workspace, callback, conversation.open_call(workspace, dial, callback))

    return _answer(request, token, handle)


@csrf_exempt
@require_POST
def turn(request: HttpRequest, token: str) -> HttpResponse:
    """Something was said or keyed in, or nothing: our next words."""
    exchange = request.GET.get("exchange", "")
    if not exchange.isdecimal():
        return HttpResponse(status=404)

    def handle(workspace: Workspace, dial: Dial, callback: Callback) -> Answer:
        return _spoken(workspace, callback, conversation.take_turn(workspace, dial, callback, int(exchange)))

    return _answer(request, token, handle)


@csrf_exempt
@require_POST
def status(request: HttpRequest, token: str) -> HttpResponse:
    """The call's status changed."""

    def handle(workspace: Workspace, dial: Dial, callback: Callback) -> Answer:
        current = conversation.hear_status(workspace, dial, callback)
        return Answer("", "" if current else callback.reference)

    return _answer(request, token, handle)


def _answer(request: HttpRequest, token: str, handle: Handler) -> HttpResponse:
    try:
        dial = callbacks.read(token)
        with bind(dial.workspace_id) as workspace, acting_as("vendor", name="carrier"):
            callback = _verified(workspace, request)
            if callback is None:
                return HttpResponseForbidden()
            answer = handle(workspace, dial, callback)
    except NotFound:
        return HttpResponse(status=404)
    if answer.stale:
        # Outside the transaction: what was kept about it stays, whatever the carrier answers.
        cancel_stale(workspace, answer.stale)
    return HttpResponse(answer.body, content_type=XML) if answer.body else HttpResponse(status=204)


def _verified(workspace: Workspace, request: HttpRequest) -> Callback | None:
    carrier = telephony(workspace)
    params: Mapping[str, str] = request.POST.dict()
    signature = request.headers.get("X-Twilio-Signature", "")
    if not carrier.verify(settings.BASE_URL + request.get_full_path(), params, signature):
        return None
    return carrier.parse(params)


def _spoken(workspace: Workspace, callback: Callback, markup: str | None) -> Answer:
    if markup is None:
        return Answer(telephony(workspace).render(Reply()), callback.reference)
    return Answer(markup)
