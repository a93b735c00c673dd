"""The view that all API routes build on."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.response import Response
from rest_framework.views import APIView

from credira.api import limits
from credira.api.handler import as_domain_error, error_body
from credira.api.idempotency import once
from credira.api.pagination import page_of, parse_limit
from credira.api.renderers import EnvelopeRenderer, Page
from credira.core import context
from credira.core.errors import DomainError, Forbidden, InvalidRequest, NotFound, Unauthenticated
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from credira.tenancy.scope import bind

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class CreditorAPIView(APIView):
    """A route of the public API.

    In order: authenticate, permit (``scopes`` by method), throttle, bind. Handlers run with the workspace bound
    (``self.workspace``) and the answer is rendered inside. Writes are idempotent under an ``Idempotency-Key`` and do
    nothing with ``?dry_run=true``. A raised error rolls everything back, unless it says ``keep``.
    """

    scopes: ClassVar[dict[str, str]] = {}
    query: ClassVar[frozenset[str]] = frozenset()
    filterset_class: ClassVar[Any] = None
    idempotent: ClassVar[bool] = True
    metadata_class = None
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    workspace: Workspace

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs = args, kwargs
        wrapped = self.initialize_request(request, *args, **kwargs)
        self.request = wrapped
        self.headers = self.default_response_headers
        try:
            self.initial(wrapped, *args, **kwargs)
            response = self._bound(wrapped, *args, **kwargs)
        except Exception as exc:
            response = self._finalize(self.handle_exception(self._anonymous(request, exc)))
        for name, value in limit_headers(request).items():
            response.headers.setdefault(name, value)
        done: HttpResponseBase = response
        return done

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._refuse_unknown_query(request)

    def check_permissions(self, request: Any) -> None:
        """A refusal for want of a scope counts towards the key's budget like any other answer."""
        try:
            super().check_permissions(request)
        except Forbidden:
            self.check_throttles(request)
            raise

    def check_throttles(self, request: Any) -> None:
        windows = limits.PLANS.get(request.auth.plan, limits.PLANS["standard"])
        request._request.budget = limits.spend(str(request.auth.id), windows)

    def created(self, data: Any, location: str) -> Response:
        """201 with the new object and where it lives."""
        return Response(data, status=201, headers={"Location": location})

    def list(self, queryset: Any, serializer_class: Any, beside: Any = None) -> Response:
        """One page of ``queryset``, filtered by ``filterset_class`` when the view has one.

        ``beside(workspace, rows)`` reads in a few queries what the serializer shows besides; it finds it as
        ``context["beside"]``.
        """
        params = self.request.query_params
        if self.filterset_class is not None:
            found = self.filterset_class(
                {k: v for k, v in params.items() if k not in ("cursor", "limit")},
                queryset=queryset,
                request=self.request,
            )
            if not found.is_valid():
                details: list[Any] = [
                    {"field": name, "message": str(messages[0])} for name, messages in found.errors.items()
                ]
                raise InvalidRequest("A filter isn't valid.", details=details)
            queryset = found.qs
        rows, cursor = page_of(queryset, params.get("cursor"), parse_limit(params.get("limit")))
        context = {"workspace": self.workspace, "beside": beside(self.workspace, rows) if beside else None}
        items = serializer_class(rows, many=True, context=context).data
        return Response(Page(list(items), cursor is not None, cursor))

    def _bound(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        handler = getattr(self, (request.method or "").lower(), self.http_method_not_allowed)
        dry_run = request.method in WRITES and self._dry_run(request)
        with bind(request.auth.workspace) as workspace, context.acting_as("key", public_id("key", request.auth.id)):
            self.workspace = workspace

            def write() -> Response:
                return self._keeping(lambda: handler(request, *args, **kwargs))

            if request.method in WRITES and self.idempotent and not dry_run:
                response = once(workspace, request, write)
            else:
                response = write()
            response = self._finalize(response)
            if dry_run:
                response["X-Dry-Run"] = "true"
                transaction.set_rollback(True)
        return response

    def _keeping(self, handler: Callable[[], Response]) -> Response:
        """Run the handler; an error that says ``keep`` is an answer, and what was written with it stays."""
        try:
            return handler()
        except DomainError as error:
            if not error.keep:
                raise
            return Response(error_body(error), status=error.status, headers=error.headers)

    def _finalize(self, response: Response) -> Any:
        done: Any = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        self.response = done
        return done.render() if hasattr(done, "render") else done

    def _anonymous(self, request: HttpRequest, exc: Exception) -> Exception:
        """A request without a valid credential spends its address's budget; when that is gone, the answer is 429."""
        if not isinstance(as_domain_error(exc), Unauthenticated):
            return exc
        try:
            request.budget = limits.spend(f"ip:{client_address(request)}", limits.ANONYMOUS)  # type: ignore[attr-defined]
        except DomainError as limited:
            return limited
        return exc

    def _dry_run(self, request: Any) -> bool:
        value = request.query_params.get("dry_run", "false")
        if value not in ("true", "false"):
            raise InvalidRequest("dry_run is true or false.", details=[{"field": "dry_run", "message": "Not valid."}])
        return bool(value == "true")

    def _refuse_unknown_query(self, request: Any) -> None:
        allowed = set(self.query)
        if request.method in WRITES:
            allowed.add("dry_run")
        elif self.filterset_class is not None:
            allowed |= {"cursor", "limit", *self.filterset_class.base_filters}
        else:
            allowed |= {"cursor", "limit"}
        if unknown := sorted(set(request.query_params) - allowed):
            details: list[Any] = [{"field": name, "message": "Unknown parameter."} for name in unknown]
            raise InvalidRequest(f"Unknown parameter: {unknown[0]}", details=details)


class UnknownRoute(CreditorAPIView):
    """Any other path under /v1: 404 in the envelope, within the caller's limits, signed in or not."""

    schema = None
    idempotent = False

    def check_permissions(self, request: Any) -> None:
        return None

    def check_throttles(self, request: Any) -> None:
        if request.auth is not None:
            super().check_throttles(request)
        else:
            address = client_address(request._request)
            request._request.budget = limits.spend(f"ip:{address}", limits.ANONYMOUS)

    def _refuse_unknown_query(self, request: Any) -> None:
        return None

    def _bound(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotFound("There is no such route.")


class OpenApiView(SpectacularJSONAPIView):
    """The API's description, open to all within their address's limits."""

    authentication_classes = ()
    permission_classes = ()

    def check_throttles(self, request: Any) -> None:
        address = client_address(request._request)
        request._request.budget = limits.spend(f"ip:{address}", limits.ANONYMOUS)

    def handle_exception(self, exc: Exception) -> Response:
        self.request.accepted_renderer = EnvelopeRenderer()
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        done = super().finalize_response(request, response, *args, **kwargs)
        for name, value in limit_headers(request).items():
            done.headers.setdefault(name, value)
        return done


def client_address(request: HttpRequest) -> str:
    """The caller's address. Behind a proxy, gunicorn's ``forwarded_allow_ips`` decides whose word counts."""
    return str(request.META.get("REMOTE_ADDR", ""))


def limit_headers(request: Any) -> dict[str, str]:
    """What the caller's budget says, once it was spent from."""
    budget: limits.Budget | None = getattr(request, "budget", None)
    return budget.headers() if budget is not None else {}


def parse(serializer_class: Any, request: Any, **context: Any) -> dict[str, Any]:
    """The validated body. Raises the errors that the handler renders."""
    serializer = serializer_class(data=request.data, context=context)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
