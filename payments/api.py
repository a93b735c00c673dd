"""API views of payments and promises."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from credira.api.views import CreditorAPIView, parse
from payments import selectors, services
from payments.filters import PaymentFilter, PromiseFilter
from payments.serializers import (
    PaymentSerializer,
    PromiseSerializer,
    RecordPaymentSerializer,
    SimulatePaymentSerializer,
)


class PaymentsView(CreditorAPIView):
    """Payments received."""

    scopes = {"GET": "payments:read", "POST": "payments:write"}
    filterset_class = PaymentFilter

    @extend_schema(
        operation_id="payments.list",
        tags=["payments"],
        summary="List payments",
        responses=PaymentSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        return self.list(selectors.list_payments(self.workspace), PaymentSerializer)

    @extend_schema(
        operation_id="payments.create",
        tags=["payments"],
        summary="Record a payment",
        request=RecordPaymentSerializer,
        responses={201: PaymentSerializer},
    )
    def post(self, request: Any) -> Response:
        asked = parse(RecordPaymentSerializer, request)
        payment = services.record_payment(
            workspace=self.workspace,
            account_id=asked["account_id"],
            amount=asked["amount"],
            currency=asked.get("currency"),
            method=asked["payment_method"],
            reference=asked["payment_reference"],
            paid_on=asked.get("payment_date"),
        )
        return self.created(PaymentSerializer(payment).data, f"/v1/payments/{payment.public_id}")


class PaymentView(CreditorAPIView):
    """One payment."""

    scopes = {"GET": "payments:read"}

    @extend_schema(operation_id="payments.get", tags=["payments"], summary="Get a payment", responses=PaymentSerializer)
    def get(self, request: Any, payment_id: str) -> Response:
        return Response(PaymentSerializer(selectors.get_payment(self.workspace, payment_id)).data)


class PromisesView(CreditorAPIView):
    """Promises to pay."""

    scopes = {"GET": "payments:read"}
    filterset_class = PromiseFilter

    @extend_schema(
        operation_id="promises.list",
        tags=["payments"],
        summary="List promises",
        responses=PromiseSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        return self.list(selectors.list_promises(self.workspace), PromiseSerializer)


class SandboxPaymentsView(CreditorAPIView):
    """Simulated payments."""

    scopes = {"POST": "sandbox:write"}

    @extend_schema(
        operation_id="sandbox.pay",
        tags=["sandbox"],
        summary="Simulate a payment",
        request=SimulatePaymentSerializer,
        responses={201: PaymentSerializer},
    )
    def post(self, request: Any) -> Response:
        asked = parse(SimulatePaymentSerializer, request)
        payment = services.simulate_payment(
            workspace=self.workspace,
            account_id=asked["account_id"],
            amount=asked.get("amount"),
            method=asked["payment_method"],
            outcome=asked["outcome"],
        )
        return self.created(PaymentSerializer(payment).data, f"/v1/payments/{payment.public_id}")
