"""Holds and bankruptcies, as told and as shown."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from compliance import models
from compliance.selectors import bankruptcy_status, check_by
from credira.api.serializers import DayField, PublicIdField, StrictSerializer, UtcDateTimeField


class PlaceHoldSerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/holds`."""

    kind = serializers.ChoiceField(["manual", "human_requested", "state_not_authorized"], required=False)
    reason = serializers.CharField(max_length=400)
    starts_at = UtcDateTimeField(required=False)
    until = UtcDateTimeField(required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class HoldSerializer(serializers.Serializer[Any]):
    """A hold; `until` is null when it lasts until released."""

    id = serializers.CharField(source="public_id")
    kind = serializers.CharField()
    person_id = PublicIdField("cons", allow_null=True)
    account_ids = serializers.ListField(source="debts", child=PublicIdField("acct"), allow_null=True)
    starts_at = UtcDateTimeField(source="valid_from")
    until = UtcDateTimeField(allow_null=True)
    released_at = UtcDateTimeField(source="ended_at", allow_null=True)
    recorded_at = UtcDateTimeField()
    reason = serializers.CharField()


class ReportBankruptcySerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/bankruptcies`: a whole case, or the consumer's word alone."""

    case_number = serializers.CharField(max_length=40, required=False)
    chapter = serializers.ChoiceField(models.Bankruptcy.Chapter.choices, required=False)
    filed_on = DayField(required=False)
    district = serializers.CharField(max_length=80, required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class ConfirmBankruptcySerializer(StrictSerializer):
    """Body of `POST /v1/bankruptcies/{id}/confirm`: the case as the court's register shows it."""

    case_number = serializers.CharField(max_length=40)
    chapter = serializers.ChoiceField(models.Bankruptcy.Chapter.choices)
    filed_on = DayField()
    district = serializers.CharField(max_length=80, required=False)
    evidence = serializers.CharField(max_length=400, required=False)


class DismissBankruptcySerializer(StrictSerializer):
    """Body of `POST /v1/bankruptcies/{id}/dismiss`."""

    reason = serializers.CharField(max_length=400)


class BankruptcySerializer(serializers.Serializer[Any]):
    """A bankruptcy; `status` is to_check (told, and holding until `check_by`), confirmed or released."""

    id = serializers.CharField(source="public_id")
    person_id = PublicIdField("cons")
    account_ids = serializers.ListField(source="debts", child=PublicIdField("acct"), allow_null=True)
    status = serializers.SerializerMethodField()
    case_status = serializers.ChoiceField(models.Bankruptcy.Status.choices, source="status")
    case_number = serializers.CharField()
    chapter = serializers.CharField()
    district = serializers.CharField()
    filed_on = serializers.DateField()
    check_by = serializers.SerializerMethodField()
    received_at = UtcDateTimeField(source="valid_from")
    recorded_at = UtcDateTimeField()
    released_at = UtcDateTimeField(source="ended_at", allow_null=True)
    evidence = serializers.CharField()

    def get_status(self, case: models.Bankruptcy) -> str:
        return bankruptcy_status(case)

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_check_by(self, case: models.Bankruptcy) -> Any:
        """The first day on which what was only told holds no contact any more."""
        return check_by(case)
