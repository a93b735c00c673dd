"""What the gate is asked and answers."""

from typing import Any

from rest_framework import serializers

from compliance import models
from compliance.vocabulary import Channel, Medium, Outcome, Purpose, VoiceMode
from credira.api.serializers import DayField, PublicIdField, StrictSerializer, UtcDateTimeField


class ReplySerializer(StrictSerializer):
    """The person's message that a contact answers."""

    message_id = serializers.CharField(max_length=64, required=False)
    medium = serializers.ChoiceField(Medium.choices)
    received_at = UtcDateTimeField()
    used = serializers.BooleanField(required=False)


class ContentSerializer(StrictSerializer):
    """What the rendered content does."""

    satisfies = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    reveals_debt = serializers.BooleanField(required=False)
    subject_ok = serializers.BooleanField(required=False)
    claims_debt_collector = serializers.BooleanField(required=False)
    legal_wording = serializers.BooleanField(required=False)
    threat = serializers.ChoiceField(["none", "ordinary", "intended", "not_intended"], required=False)
    deadline_on = DayField(required=False)


class CheckSerializer(StrictSerializer):
    """Body of `POST /v1/contact-gate/check`: an account of ours and any field of the fact sheet's intent."""

    account_id = PublicIdField("acct")
    channel = serializers.ChoiceField(Channel.choices)
    at = UtcDateTimeField(required=False)
    purpose = serializers.ChoiceField(Purpose.choices, required=False)
    debts = serializers.ListField(child=PublicIdField("acct"), required=False, allow_empty=False)
    voice_mode = serializers.ChoiceField(VoiceMode.choices, required=False)
    endpoint_id = PublicIdField("ep", required=False)
    person_id = PublicIdField("cons", required=False)
    initiator = serializers.ChoiceField(["us", "them"], required=False)
    copy_to = serializers.ListField(child=PublicIdField("cons"), required=False)
    from_name = serializers.CharField(max_length=200, required=False)
    recording = serializers.BooleanField(required=False)
    right_party = serializers.ChoiceField(models.ContactAttempt.RightParty.choices, required=False)
    marketing = serializers.BooleanField(required=False)
    required_medium = serializers.BooleanField(required=False)
    cease_exception_kind = serializers.ChoiceField(
        ["ends_efforts", "ordinary_remedy", "specific_remedy"], required=False
    )
    human_approved = serializers.BooleanField(required=False)
    transfer_exception = serializers.ChoiceField(
        ["none", "return_to_owner", "previous_owner", "merger", "secured_with_notice"], required=False
    )
    reply_to = ReplySerializer(required=False)
    content = ContentSerializer(required=False)


class EvaluateSerializer(serializers.Serializer[Any]):
    """Body of `POST /v1/contact-gate/evaluate`; its whole schema is gate_facts.schema.json."""

    intent = serializers.DictField()
    facts = serializers.DictField()
    at = UtcDateTimeField()


class ReasonSerializer(serializers.Serializer[Any]):
    """One blocking reason of one rule."""

    rule_id = serializers.CharField()
    code = serializers.CharField()
    severity = serializers.ChoiceField(["LAW", "STATE", "POLICY"])
    cite = serializers.CharField()
    message = serializers.CharField()
    retry_at = UtcDateTimeField(allow_null=True)


class BudgetSerializer(serializers.Serializer[Any]):
    """One counter of a frequency rule."""

    rule_id = serializers.CharField()
    used = serializers.IntegerField()
    limit = serializers.IntegerField()
    resets_at = UtcDateTimeField(allow_null=True)


class DecisionSerializer(serializers.Serializer[Any]):
    """Answer of `POST /v1/contact-gate/evaluate`."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reasons = ReasonSerializer(many=True)
    obligations = serializers.ListField(child=serializers.CharField())
    relied_on = serializers.ListField(child=serializers.CharField())
    next_allowed_at = UtcDateTimeField(allow_null=True)
    rule_pack = serializers.CharField()
    zones = serializers.ListField(child=serializers.CharField())


class CheckAnswerSerializer(DecisionSerializer):
    """Answer of `POST /v1/contact-gate/check`; `endpoint_id` is the one asked about, or the one that the gate chose."""

    account_id = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    endpoint_id = serializers.CharField(allow_null=True)
    evaluated_at = UtcDateTimeField()
    budgets = BudgetSerializer(many=True)


class RulePackSerializer(serializers.Serializer[Any]):
    """A rule pack: the dated figures, places and citations behind the gate."""

    id = serializers.CharField()
    current = serializers.BooleanField()
    rules = serializers.ListField(child=serializers.DictField())
