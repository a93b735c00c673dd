"""Disputes and their answers, as told and as shown."""

from typing import Any

from rest_framework import serializers

from compliance import models
from compliance.selectors import dispute_status
from compliance.serializers.consents import NOT_AHEAD
from credira.api.serializers import AmountField, DayField, PublicIdField, StrictSerializer, UtcDateTimeField


class FileDisputeSerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/disputes`."""

    kind = serializers.ChoiceField(models.Dispute.Kind.choices, required=False)
    channel = serializers.ChoiceField(models.Dispute.Channel.choices)
    written = serializers.BooleanField(required=False)
    amount = AmountField(required=False)
    reasons = serializers.ListField(child=serializers.ChoiceField(models.Dispute.Reason.choices), required=False)
    statement = serializers.CharField(max_length=5000, required=False)
    postmarked_on = DayField(required=False)
    received_at = UtcDateTimeField(required=False, help_text=NOT_AHEAD)
    evidence = serializers.CharField(max_length=400, required=False)


class AnswerSerializer(serializers.Serializer[Any]):
    """An answer that was sent."""

    kind = serializers.CharField()
    medium = serializers.CharField()
    sent_on = serializers.DateField(source="on")
    returned_on = serializers.DateField(allow_null=True)


class DisputeSerializer(serializers.Serializer[Any]):
    """A dispute or original-creditor request; `status` is open, answered or withdrawn."""

    id = serializers.CharField(source="public_id")
    account_id = PublicIdField("acct")
    kind = serializers.CharField()
    status = serializers.SerializerMethodField()
    channel = serializers.CharField()
    written = serializers.BooleanField()
    received_at = UtcDateTimeField(source="valid_from")
    recorded_at = UtcDateTimeField()
    postmarked_on = serializers.DateField(allow_null=True)
    amount = AmountField(allow_null=True)
    currency = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    statement = serializers.CharField()
    answers = AnswerSerializer(many=True)

    def get_status(self, dispute: models.Dispute) -> str:
        return dispute_status(dispute)


class ResolveDisputeSerializer(StrictSerializer):
    """Body of `POST /v1/disputes/{id}/resolve`: the answer that was sent, or `withdrawn` by the consumer."""

    resolution = serializers.ChoiceField([*models.DisputeAnswer.Kind.values, models.Fact.End.WITHDRAWN.value])
    medium = serializers.ChoiceField(models.DisputeAnswer.Medium.choices, required=False)
    sent_on = DayField(required=False)
    evidence = serializers.CharField(max_length=400, required=False)
