"""Contacts that were, that may come, and validation notices."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from compliance import models
from compliance.selectors import AroundAttempt
from compliance.serializers.gate import DecisionSerializer, ReasonSerializer
from compliance.vocabulary import Channel, Outcome
from credira.api.serializers import AmountField, PublicIdField, UtcDateTimeField
from credira.core.ids import public_id


class ChannelPlanSerializer(serializers.Serializer[Any]):
    """What the gate says of one channel now."""

    channel = serializers.ChoiceField(Channel.choices)
    outcome = serializers.ChoiceField(Outcome.choices)
    allowed_at = UtcDateTimeField(allow_null=True)
    local_time = serializers.CharField(allow_null=True)
    endpoint_id = PublicIdField("ep", allow_null=True)
    reasons = ReasonSerializer(many=True)


class NextContactSerializer(serializers.Serializer[Any]):
    """Answer of `GET /v1/accounts/{id}/next-contact`."""

    account_id = PublicIdField("acct")
    channel = serializers.CharField(allow_null=True)
    at = UtcDateTimeField(allow_null=True)
    local_time = serializers.CharField(allow_null=True)
    summary = serializers.CharField()
    channels = ChannelPlanSerializer(many=True)


class ContactDecisionSerializer(DecisionSerializer):
    """The gate's stored answer that a contact rests on."""

    id = serializers.CharField(source="public_id")
    evaluated_at = UtcDateTimeField()


class CorrectionSerializer(serializers.Serializer[Any]):
    """What was learned later about a contact; the contact itself stays as it was recorded."""

    kind = serializers.CharField()
    connect_status = serializers.CharField()
    on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()
    recorded_at = UtcDateTimeField()


class ContactSerializer(serializers.Serializer[Any]):
    """One contact: a try of ours, or what they began (`inbound`). `context["beside"]` has what hangs on each."""

    id = serializers.CharField(source="public_id")
    account_ids = serializers.SerializerMethodField()
    discussed_account_ids = serializers.SerializerMethodField()
    person_id = PublicIdField("cons")
    person_role = serializers.CharField()
    endpoint_id = PublicIdField("ep", allow_null=True)
    campaign_id = PublicIdField("cmp", allow_null=True)
    direction = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    purpose = serializers.CharField()
    voice_mode = serializers.CharField()
    status = serializers.CharField()
    connect_status = serializers.CharField()
    right_party = serializers.CharField()
    reserved_at = UtcDateTimeField()
    dispatched_at = UtcDateTimeField(allow_null=True)
    connected_at = UtcDateTimeField(allow_null=True)
    ended_at = UtcDateTimeField(allow_null=True)
    local_date = serializers.DateField(source="count_local_date")
    disclosures = serializers.JSONField()
    content_sha256 = serializers.CharField()
    decision = serializers.SerializerMethodField()
    corrections = serializers.SerializerMethodField()

    def get_account_ids(self, attempt: models.ContactAttempt) -> list[str]:
        return [public_id("acct", debt.account_id) for debt in self._around(attempt).debts if debt.about]

    def get_discussed_account_ids(self, attempt: models.ContactAttempt) -> list[str]:
        """The accounts that were talked about."""
        return [public_id("acct", debt.account_id) for debt in self._around(attempt).debts if debt.discussed]

    @extend_schema_field(ContactDecisionSerializer(allow_null=True))
    def get_decision(self, attempt: models.ContactAttempt) -> Any:
        """Null for what began without the gate."""
        decision = self._around(attempt).decision
        return None if decision is None else ContactDecisionSerializer(decision).data

    @extend_schema_field(CorrectionSerializer(many=True))
    def get_corrections(self, attempt: models.ContactAttempt) -> Any:
        return CorrectionSerializer(self._around(attempt).corrections, many=True).data

    def _around(self, attempt: models.ContactAttempt) -> AroundAttempt:
        found: AroundAttempt = self.context["beside"][attempt.id]
        return found


class LastContactSerializer(serializers.Serializer[Any]):
    """The last contact, in short."""

    id = serializers.CharField(source="public_id")
    channel = serializers.ChoiceField(Channel.choices)
    direction = serializers.CharField()
    at = UtcDateTimeField(source="dispatched_at")
    connect_status = serializers.CharField()


class ContactSummarySerializer(serializers.Serializer[Any]):
    """Contacts about one account in numbers; `right_party` counts those with a verified person."""

    outbound = serializers.IntegerField()
    inbound = serializers.IntegerField()
    by_channel = serializers.DictField(child=serializers.IntegerField())
    right_party = serializers.IntegerField()
    last = LastContactSerializer(allow_null=True)


class NoticeSerializer(serializers.Serializer[Any]):
    """A validation notice. Figures and the period's end are null until it is frozen for sending."""

    id = serializers.CharField(source="public_id")
    account_id = PublicIdField("acct")
    status = serializers.CharField()
    reason = serializers.CharField()
    problems = serializers.ListField(child=serializers.DictField())
    delivery = serializers.CharField()
    send_on = serializers.DateField(allow_null=True)
    sent_on = serializers.DateField(allow_null=True)
    sent_at = UtcDateTimeField(allow_null=True)
    assumed_receipt_on = serializers.DateField(allow_null=True)
    period_end = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    itemization_date = serializers.DateField(allow_null=True)
    amount = AmountField(allow_null=True)
    interest = AmountField(allow_null=True)
    fees = AmountField(allow_null=True)
    credits = AmountField(allow_null=True)
    total = AmountField(allow_null=True)
    content_sha256 = serializers.CharField()
    undelivered_on = serializers.DateField(allow_null=True)
    replaces_id = PublicIdField("vn", allow_null=True)
    pdf = serializers.SerializerMethodField()

    def get_pdf(self, notice: models.ValidationNotice) -> bool:
        return bool(notice.document_key)
