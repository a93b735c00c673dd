"""Shapes of payments and promises."""

from typing import Any

from rest_framework import serializers

from credira.api.serializers import AmountField, DayField, PublicIdField, StrictSerializer, UtcDateTimeField
from payments.models import Payment, Promise


class BreakdownSerializer(serializers.Serializer[Any]):
    """How the ledger split a payment."""

    principal = AmountField()
    interest = AmountField()
    fees = AmountField()
    penalties = AmountField()
    unapplied = AmountField()


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """A payment with its breakdown."""

    id = PublicIdField("pmt")
    account_id = PublicIdField("acct")
    campaign_id = PublicIdField("cmp", allow_null=True)
    amount = AmountField()
    payment_method = serializers.CharField(source="method")
    payment_reference = serializers.CharField(source="reference")
    payment_date = serializers.DateField(source="paid_on")
    allocation = BreakdownSerializer(source="*")
    received_at = UtcDateTimeField()

    class Meta:
        model = Payment
        fields = [
            "id",
            "account_id",
            "campaign_id",
            "status",
            "amount",
            "currency",
            "payment_method",
            "payment_reference",
            "payment_date",
            "allocation",
            "received_at",
        ]


class RecordPaymentSerializer(StrictSerializer):
    """``POST /v1/payments``: for an account, or for an invoice, which is an account under another prefix."""

    account_id = PublicIdField("acct", required=False)
    invoice_id = PublicIdField("inv", required=False)
    amount = AmountField()
    currency = serializers.CharField(max_length=3, required=False)
    payment_method = serializers.ChoiceField(choices=Payment.Method.choices)
    payment_reference = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    payment_date = DayField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("account_id" in attrs) == ("invoice_id" in attrs):
            raise serializers.ValidationError({"account_id": "Give account_id or invoice_id, one of the two."})
        return {**attrs, "account_id": attrs.get("account_id") or attrs["invoice_id"]}


class SimulatePaymentSerializer(StrictSerializer):
    """``POST /v1/sandbox/payments``."""

    account_id = PublicIdField("acct")
    amount = AmountField(required=False)
    payment_method = serializers.ChoiceField(choices=Payment.Method.choices, required=False, default="card")
    outcome = serializers.ChoiceField(choices=["succeeded", "failed", "returned"], required=False, default="succeeded")


class PromiseSerializer(serializers.ModelSerializer[Promise]):
    """A promise to pay."""

    id = PublicIdField("prm")
    account_id = PublicIdField("acct")
    amount = AmountField()
    made_at = UtcDateTimeField()
    decided_at = UtcDateTimeField(allow_null=True)

    class Meta:
        model = Promise
        fields = ["id", "account_id", "status", "amount", "currency", "due_on", "channel", "made_at", "decided_at"]
