"""Request and response shapes of campaigns, calls and voice agents."""

from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.dialogue.acts import DISCLOSURES
from campaigns.models import Call, CallTurn, Campaign, VoiceAgent
from campaigns.selectors import progress_of, turns_of
from campaigns.services.campaigns import MAX_ACCOUNTS, recovery_rate
from campaigns.services.outcomes import PUBLIC, cost_of
from campaigns.strategy import STANDARD, STRATEGIES, Strategy
from campaigns.timeline import timeline_events
from credira.api.serializers import AmountField, PublicIdField, StrictSerializer, UtcDateTimeField
from credira.core.ids import public_id

# What callers may say of a call's purpose, and what the gate is asked for.
PURPOSES = {
    "collect": "collect",
    "follow_up": "collect",
    "reminder": "reminder",
    "payment_reminder": "reminder",
    "settlement_offer": "settlement_offer",
}
TIMELINE_SHOWN = 50
# The words of the public API where they differ from ours.
CAMPAIGN_STATUS = {Campaign.Status.RUNNING: "active"}


class CreateCampaignSerializer(StrictSerializer):
    """``account_ids`` or ``filter`` (an object of the account list's own filters), one of the two."""

    name = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    account_ids = serializers.ListField(
        child=PublicIdField("acct"), required=False, min_length=1, max_length=MAX_ACCOUNTS
    )
    filter = serializers.DictField(child=serializers.CharField(), required=False)
    strategy = serializers.ChoiceField(choices=sorted(STRATEGIES), required=False, default=STANDARD.key)
    voice_agent_id = PublicIdField("agent", required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("account_ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError({"account_ids": "Give account_ids or filter, one of the two."})
        return attrs


class CreateCallSerializer(StrictSerializer):
    """One call to one of the consumer's own numbers; without ``phone_number`` the gate chooses the best one."""

    account_id = PublicIdField("acct", required=False)
    invoice_id = PublicIdField("inv", required=False)
    phone_number = serializers.CharField(max_length=30, required=False, default="", allow_blank=True)
    voice_agent_id = PublicIdField("agent", required=False)
    call_purpose = serializers.ChoiceField(choices=sorted(PURPOSES), required=False, default="collect")
    scheduled_time = UtcDateTimeField(required=False)
    customer_name = serializers.CharField(max_length=200, required=False)
    metadata = serializers.DictField(required=False, default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An invoice is an account under another prefix."""
        if ("account_id" in attrs) == ("invoice_id" in attrs):
            raise serializers.ValidationError({"account_id": "Give account_id or invoice_id, one of the two."})
        return {**attrs, "account_id": attrs.get("account_id") or attrs["invoice_id"]}


class VoiceAgentSerializer(serializers.ModelSerializer[VoiceAgent]):
    """A voice agent as callers see it."""

    id = PublicIdField("agent")
    minimum_promise = AmountField()
    created_at = UtcDateTimeField()

    class Meta:
        model = VoiceAgent
        fields = ["id", "name", "version", "language", "promise_days", "minimum_promise", "is_default", "created_at"]


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A campaign in a list. ``context["beside"]`` is what was collected, by campaign."""

    id = PublicIdField("cmp")
    campaign_id = PublicIdField("cmp", source="id")
    status = serializers.SerializerMethodField()
    debtors_enrolled = serializers.IntegerField(source="accounts_enrolled")
    total_amount = AmountField()
    collected_amount = serializers.SerializerMethodField()
    recovery_rate = serializers.SerializerMethodField()
    strategy = serializers.SerializerMethodField()
    voice_agent_id = PublicIdField("agent", source="agent_id")
    first_contact_at = UtcDateTimeField(allow_null=True)
    started_at = UtcDateTimeField()
    ends_at = UtcDateTimeField()
    completed_at = UtcDateTimeField(source="ended_at", allow_null=True)

    class Meta:
        model = Campaign
        fields = [
            "id",
            "campaign_id",
            "name",
            "status",
            "debtors_enrolled",
            "total_amount",
            "collected_amount",
            "recovery_rate",
            "currency",
            "strategy",
            "voice_agent_id",
            "first_contact_at",
            "started_at",
            "ends_at",
            "completed_at",
        ]

    def get_status(self, campaign: Campaign) -> str:
        return CAMPAIGN_STATUS.get(Campaign.Status(campaign.status), campaign.status)

    @extend_schema_field(OpenApiTypes.NUMBER)
    def get_collected_amount(self, campaign: Campaign) -> Decimal:
        return self._collected(campaign)

    @extend_schema_field(OpenApiTypes.NUMBER)
    def get_recovery_rate(self, campaign: Campaign) -> Decimal:
        """Collected ÷ enrolled amount, four decimals."""
        return recovery_rate(self._collected(campaign), campaign.total_amount)

    def get_strategy(self, campaign: Campaign) -> str:
        return Strategy.load(campaign.strategy).label

    def _collected(self, campaign: Campaign) -> Decimal:
        found: Decimal = self.context["beside"][campaign.id]
        return found


class TimelineEntrySerializer(serializers.Serializer[Any]):
    """Something that happened to one of a campaign's accounts; ``GET /v1/audit?id=`` has its data."""

    id = serializers.CharField(source="public_id")
    event = serializers.CharField(source="type")
    created_at = UtcDateTimeField(source="recorded_at")
    account_id = PublicIdField("acct")


class CampaignDetailSerializer(CampaignSerializer):
    """One campaign: with its steps, where its accounts stand, and what happened."""

    steps = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()
    brand_overrides_suppressed = serializers.SerializerMethodField()

    class Meta(CampaignSerializer.Meta):
        fields = [
            *CampaignSerializer.Meta.fields,
            "steps",
            "progress",
            "message",
            "timeline",
            "brand_overrides_suppressed",
        ]

    def get_steps(self, campaign: Campaign) -> list[dict[str, Any]]:
        return [
            {"channel": step.channel, "title": step.title, "after_days": step.after_days}
            for step in Strategy.load(campaign.strategy).steps
        ]

    def get_progress(self, campaign: Campaign) -> dict[str, int]:
        return progress_of(campaign)

    def get_message(self, campaign: Campaign) -> str:
        if campaign.first_contact_at is not None:
            return f"Enrolled {campaign.accounts_enrolled} accounts; each contact is asked of the gate when it is made."
        if progress_of(campaign).get("waiting_notice"):
            return "Enrolled. Validation notices go first; the first contact is known when they are prepared."
        return "Enrolled. No contact is allowed yet; each is asked for again when a fact changes."

    @extend_schema_field(TimelineEntrySerializer(many=True))
    def get_timeline(self, campaign: Campaign) -> Any:
        """The newest first."""
        return TimelineEntrySerializer(timeline_events(campaign, TIMELINE_SHOWN), many=True).data

    def get_brand_overrides_suppressed(self, campaign: Campaign) -> list[str]:
        return []


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call in a list."""

    id = PublicIdField("call")
    call_id = PublicIdField("call", source="id")
    account_id = PublicIdField("acct")
    campaign_id = PublicIdField("cmp", allow_null=True)
    voice_agent_id = PublicIdField("agent", source="agent_id")
    call_purpose = serializers.CharField(source="purpose")
    status = serializers.SerializerMethodField()
    scheduled_time = UtcDateTimeField(source="due_at")
    reasons = serializers.JSONField()
    outcome = serializers.SerializerMethodField()
    duration = serializers.IntegerField(source="duration_s", allow_null=True)
    cost = AmountField()
    created_at = UtcDateTimeField()
    started_at = UtcDateTimeField(source="dialed_at", allow_null=True)
    ended_at = UtcDateTimeField(allow_null=True)

    class Meta:
        model = Call
        fields = [
            "id",
            "call_id",
            "account_id",
            "campaign_id",
            "voice_agent_id",
            "call_purpose",
            "status",
            "scheduled_time",
            "reasons",
            "error",
            "outcome",
            "duration",
            "cost",
            "currency",
            "summary",
            "metadata",
            "created_at",
            "started_at",
            "ended_at",
        ]

    def get_outcome(self, call: Call) -> str:
        return PUBLIC.get(call.outcome, call.outcome)

    def get_status(self, call: Call) -> str:
        """``deferred`` is a queued call that the gate moved."""
        return "deferred" if call.status == Call.Status.QUEUED and call.reasons else call.status


class CallDetailSerializer(CallSerializer):
    """One call: with what was said, the disclosures with their offsets, the facts recorded and the gate's decision."""

    _read: list[CallTurn] | None = None

    answered_by = serializers.CharField()
    connect_status = serializers.CharField()
    transcript = serializers.SerializerMethodField()
    disclosures = serializers.SerializerMethodField()
    facts = serializers.SerializerMethodField()
    cost_breakdown = serializers.SerializerMethodField()
    recording = serializers.SerializerMethodField()
    decision_id = serializers.SerializerMethodField()

    class Meta(CallSerializer.Meta):
        fields = [
            *CallSerializer.Meta.fields,
            "answered_by",
            "connect_status",
            "transcript",
            "disclosures",
            "facts",
            "cost_breakdown",
            "recording",
            "decision_id",
        ]

    def get_transcript(self, call: Call) -> list[dict[str, Any]]:
        return [_turn(turn) for turn in self._turns(call)]

    def get_disclosures(self, call: Call) -> list[dict[str, Any]]:
        return [
            {**each, "label": DISCLOSURES[each["code"]].label, "rules": DISCLOSURES[each["code"]].rules}
            for turn in self._turns(call)
            for each in turn.disclosures
        ]

    def get_facts(self, call: Call) -> list[dict[str, Any]]:
        return [fact for turn in self._turns(call) for fact in turn.facts]

    def get_cost_breakdown(self, call: Call) -> dict[str, Any]:
        cost = cost_of(call.duration_s or 0)
        return {"carrier": cost.carrier, "speech": cost.speech}

    def get_recording(self, call: Call) -> str | None:
        """No audio is kept: the transcript is the record."""
        return None

    def get_decision_id(self, call: Call) -> str | None:
        attempt = call.attempt
        return public_id("dec", attempt.decision_id) if attempt is not None and attempt.decision_id else None

    def _turns(self, call: Call) -> list[CallTurn]:
        if self._read is None:
            self._read = turns_of(call)
        return self._read


def _turn(turn: CallTurn) -> dict[str, Any]:
    shown: dict[str, Any] = {"speaker": turn.speaker, "text": turn.text, "offset_ms": turn.offset_ms}
    if turn.speaker == CallTurn.Speaker.CONSUMER:
        return {**shown, "understood": turn.intents, "confidence": turn.confidence, "keyed": turn.keyed}
    return {**shown, "acts": [each["act"] for each in turn.sentences], "guard": turn.violations or "passed"}
