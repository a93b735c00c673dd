"""Webhooks in the portal: do events arrive, and if not, why?"""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from audit.models import Event
from credira.core.errors import DomainError, NotFound
from credira.core.ids import parse_id, public_id
from creditors.permissions import Access
from creditors.portal import PortalView
from webhooks import selectors, services, signing
from webhooks.forms import EndpointForm, SignatureForm
from webhooks.models import Delivery, WebhookEndpoint

PAGE = 25
RECENTLY_FAILED = 10


class WebhooksPage(PortalView):
    """What the pages of this room share."""

    permission: ClassVar[tuple[str, Access]] = ("webhooks", "read")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_write=self.may("webhooks", "write"), **kwargs)

    @property
    def endpoint_id(self) -> Any:
        """Of the path. Raises NotFound for a malformed one."""
        return parse_id(WebhookEndpoint.PREFIX, self.kwargs["webhook_id"])

    @property
    def delivery_id(self) -> Any:
        """Of the path. Raises NotFound for a malformed one."""
        return parse_id(Delivery.PREFIX, self.kwargs["delivery_id"])

    def go(self, path: str) -> HttpResponseRedirect:
        """To another page of this room."""
        return HttpResponseRedirect(f"/w/{self.workspace.slug}/webhooks{path}")


class EndpointsView(WebhooksPage):
    """Endpoints with their health, and what failed lately."""

    template_name = "webhooks/endpoints.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoints = list(selectors.list_endpoints(self.workspace))
        return super().get_context_data(
            rows=[(endpoint, selectors.health_of(self.workspace, endpoint)) for endpoint in endpoints],
            failed=selectors.list_failed(self.workspace)[:RECENTLY_FAILED],
            types=len(selectors.subscribable_types()),
            **kwargs,
        )


class AddEndpointView(WebhooksPage):
    """A new endpoint, and the one page that shows its secret."""

    permission: ClassVar[tuple[str, Access]] = ("webhooks", "write")
    template_name = "webhooks/add_endpoint.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=self._form(None)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            added = services.create_endpoint(
                workspace=self.workspace,
                url=form.cleaned_data["url"],
                events=form.cleaned_data["events"],
                secret=form.cleaned_data["secret"] or None,
            )
        except DomainError as error:
            for detail in error.details or [{"field": "url", "message": error.message}]:
                form.add_error(detail["field"], detail["message"])
            return self.render_to_response(self.get_context_data(form=form))
        context = self.get_context_data(added=added)
        response = self.response_class(request, ["webhooks/secret_shown.html"], context, using=self.template_engine)
        response["Cache-Control"] = "no-store"
        return response

    def _form(self, data: Any) -> EndpointForm:
        return EndpointForm(data, types=selectors.subscribable_types())


class EndpointView(WebhooksPage):
    """One endpoint: its deliveries, its settings, and a tester for signatures."""

    template_name = "webhooks/endpoint.html"
    # Checking a signature changes nothing: whoever may see the page may do it.
    write_permission: ClassVar[tuple[str, Access]] = ("webhooks", "read")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        endpoint = selectors.get_endpoint(self.workspace, self.endpoint_id)
        deliveries = selectors.list_deliveries(self.workspace, endpoint)
        shown = self.request.GET.get("status", "")
        page = deliveries.filter(status=shown) if shown in Delivery.Status.values else deliveries
        rows, older = self._page(page)
        return super().get_context_data(
            **{
                "endpoint": endpoint,
                "health": selectors.health_of(self.workspace, endpoint),
                "rows": rows,
                "older": older,
                "shown": shown,
                "failed_count": deliveries.filter(status=Delivery.Status.FAILED).count(),
                "tester": SignatureForm(),
                **kwargs,
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tester = SignatureForm(request.POST)
        verdict = None
        if tester.is_valid():
            endpoint = selectors.get_endpoint(self.workspace, self.endpoint_id)
            verdict = signing.diagnose(
                secret=endpoint.secret, stored=self._stored(tester.cleaned_data["message_id"]), **tester.cleaned_data
            )
        return self.render_to_response(self.get_context_data(tester=tester, verdict=verdict))

    def _page(self, deliveries: Any) -> tuple[list[Delivery], str]:
        before = self.request.GET.get("before")
        if before:
            deliveries = deliveries.filter(id__lt=parse_id(Delivery.PREFIX, before))
        rows = list(deliveries[: PAGE + 1])
        if len(rows) <= PAGE:
            return rows, ""
        kept = {"status": self.request.GET.get("status", ""), "before": rows[PAGE - 1].public_id}
        return rows[:PAGE], f"?{urlencode({name: value for name, value in kept.items() if value})}"

    def _stored(self, message_id: str) -> bytes | None:
        try:
            payload = selectors.get_public_payload(self.workspace, parse_id(Event.PREFIX, message_id.strip()))
        except NotFound:
            return None
        return bytes(payload.body or b"")


class DeliveryView(WebhooksPage):
    """One delivery: each try with its answer, the headers, the exact body."""

    template_name = "webhooks/delivery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delivery = selectors.get_delivery(self.workspace, self.delivery_id)
        attempts = list(selectors.list_attempts(self.workspace, delivery))
        return super().get_context_data(
            delivery=delivery,
            endpoint=selectors.find_endpoint(self.workspace, delivery.endpoint_id),
            event_id=public_id(Event.PREFIX, delivery.event_id),
            attempts=attempts,
            headers=attempts[-1].shown_headers if attempts else [],
            body=selectors.body_text(self.workspace, delivery),
            **kwargs,
        )


class ReplayView(WebhooksPage):
    """The same event again, to the same endpoint."""

    permission: ClassVar[tuple[str, Access]] = ("webhooks", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        delivery = selectors.get_delivery(self.workspace, self.delivery_id)
        [again] = services.replay_event(
            workspace=self.workspace, event_id=delivery.event_id, endpoint_id=delivery.endpoint_id
        )
        messages.success(request, f"{again.event_type} is on its way again.")
        return self.go(f"/deliveries/{again.public_id}")


class TestEndpointView(WebhooksPage):
    """A `webhook.test` event to this endpoint."""

    permission: ClassVar[tuple[str, Access]] = ("webhooks", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = services.send_test(workspace=self.workspace, endpoint_id=self.endpoint_id)
        return self.go(f"/deliveries/{sent.public_id}")


class SwitchEndpointView(WebhooksPage):
    """An endpoint off, or on again."""

    permission: ClassVar[tuple[str, Access]] = ("webhooks", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        endpoint = selectors.get_endpoint(self.workspace, self.endpoint_id)
        if endpoint.status == WebhookEndpoint.Status.ACTIVE:
            reason = f"Switched off by {self.member.user}."
            services.disable_endpoint(workspace=self.workspace, endpoint_id=endpoint.pk, reason=reason)
        else:
            services.enable_endpoint(workspace=self.workspace, endpoint_id=endpoint.id)
        return self.go(f"/{endpoint.public_id}")


class DeleteEndpointView(WebhooksPage):
    """The end of an endpoint, after the question on its page."""

    permission: ClassVar[tuple[str, Access]] = ("webhooks", "write")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        endpoint = services.delete_endpoint(workspace=self.workspace, endpoint_id=self.endpoint_id)
        messages.success(request, f"{endpoint.url} is deleted. Its events are kept and can be sent elsewhere.")
        return self.go("")
