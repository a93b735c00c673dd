"""Shapes of this room's requests and answers."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from credira.api.serializers import PublicIdField, StrictSerializer, UtcDateTimeField
from messaging.models import Message, MessageEvent


class EmailSerializer(serializers.Serializer[Any]):
    """An e-mail in a list: to whom, of which template, and what became of it."""

    id = serializers.CharField(source="public_id")
    account_id = PublicIdField("acct")
    consumer_id = PublicIdField("cons", source="person_id")
    campaign_id = PublicIdField("cmp", allow_null=True)
    status = serializers.ChoiceField(choices=Message.Status.choices)
    email_type = serializers.CharField(source="purpose")
    template_id = PublicIdField("tpl", allow_null=True)
    template_name = serializers.SerializerMethodField()
    subject = serializers.CharField()
    recipient_name = serializers.CharField(source="to_name")
    recipient_email = serializers.CharField(source="to_address")
    scheduled_time = UtcDateTimeField(source="due_at")
    sent_time = UtcDateTimeField(source="sent_at", allow_null=True)
    delivered_time = UtcDateTimeField(source="delivered_at", allow_null=True)
    opened_time = UtcDateTimeField(source="opened_at", allow_null=True)
    bounced = serializers.SerializerMethodField()
    failure_code = serializers.CharField(source="failure")
    failure_message = serializers.CharField(source="failure_detail")
    decision_id = PublicIdField("dec", allow_null=True)
    created_time = UtcDateTimeField(source="created_at")

    def get_template_name(self, message: Message) -> str:
        return message.template.name if message.template else "Validation notice"

    def get_bounced(self, message: Message) -> bool:
        return message.bounced_at is not None


class EmailEventSerializer(serializers.Serializer[Any]):
    """One thing that the mail service told us."""

    kind = serializers.CharField()
    at = UtcDateTimeField()
    detail = serializers.CharField()


class EmailDetailSerializer(EmailSerializer):
    """One e-mail with its words as they left, and the proof that they carry what the law asks for."""

    text_content = serializers.CharField(source="body_text")
    html_content = serializers.CharField(source="body_html")
    headers = serializers.DictField(child=serializers.CharField())
    satisfies = serializers.ListField(child=serializers.CharField())
    content_sha256 = serializers.CharField()
    events = serializers.SerializerMethodField()

    @extend_schema_field(EmailEventSerializer(many=True))
    def get_events(self, message: Message) -> Any:
        events: list[MessageEvent] = self.context["events"]
        return EmailEventSerializer(events, many=True).data


class TemplateSerializer(serializers.Serializer[Any]):
    """The current version of a template."""

    id = serializers.CharField(source="public_id")
    key = serializers.CharField()
    version = serializers.CharField()
    name = serializers.CharField()
    category = serializers.CharField(source="purpose")
    language = serializers.CharField()
    subject = serializers.CharField()
    text_content = serializers.CharField(source="text")
    html_content = serializers.CharField(source="html")
    variables = serializers.ListField(child=serializers.CharField())
    required_variables = serializers.ListField(child=serializers.CharField(), source="declared")
    shipped = serializers.BooleanField()
    created_time = UtcDateTimeField(source="created_at")


class PreviewRequestSerializer(StrictSerializer):
    """Values to fill a template with; what isn't given is a sample."""

    variables = serializers.DictField(required=False, default=dict)


@extend_schema_field(OpenApiTypes.OBJECT)
class PreviewSerializer(serializers.Serializer[Any]):
    """A template filled. What the law adds (who writes, the way out) is added when a message is sent, not here."""

    subject = serializers.CharField()
    text_content = serializers.CharField(source="text")
    html_content = serializers.CharField(source="html")
