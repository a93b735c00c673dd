"""The public API of this room: e-mails and their templates."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from credira.api.views import CreditorAPIView, parse
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from messaging import selectors, services
from messaging.filters import EmailFilter
from messaging.models import EmailTemplate, Message
from messaging.serializers import (
    EmailDetailSerializer,
    EmailSerializer,
    PreviewRequestSerializer,
    PreviewSerializer,
    TemplateSerializer,
)


class Emails(CreditorAPIView):
    """What was written, newest first."""

    scopes: ClassVar[dict[str, str]] = {"GET": "emails:read"}
    filterset_class = EmailFilter

    @extend_schema(
        operation_id="emails.list", tags=["emails"], summary="List e-mails", responses=EmailSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_emails(self.workspace).prefetch_related("template"), EmailSerializer)


class Email(CreditorAPIView):
    """One e-mail as it left."""

    scopes: ClassVar[dict[str, str]] = {"GET": "emails:read"}

    @extend_schema(
        operation_id="emails.retrieve", tags=["emails"], summary="Read an e-mail", responses=EmailDetailSerializer
    )
    def get(self, request: Request, email_id: str) -> Response:
        message = selectors.get_message(self.workspace, parse_id(Message.PREFIX, email_id))
        if message.channel != Message.Channel.EMAIL:
            raise NotFound
        events = list(selectors.list_events(self.workspace, message.id))
        return Response(EmailDetailSerializer(message, context={"events": events}).data)


class Templates(CreditorAPIView):
    """What people receive: the current version of each template, the shipped ones too."""

    scopes: ClassVar[dict[str, str]] = {"GET": "emails:read"}

    @extend_schema(
        operation_id="email_templates.list",
        tags=["emails"],
        summary="List e-mail templates",
        responses=TemplateSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        services.take_in_shipped(workspace=self.workspace)
        return self.list(selectors.list_templates(self.workspace), TemplateSerializer)


class TemplatePreview(CreditorAPIView):
    """A template filled with samples, or with your values."""

    scopes: ClassVar[dict[str, str]] = {"POST": "emails:read"}
    idempotent = False

    @extend_schema(
        operation_id="email_templates.preview",
        tags=["emails"],
        summary="Preview an e-mail template",
        request=PreviewRequestSerializer,
        responses=PreviewSerializer,
    )
    def post(self, request: Request, template_id: str) -> Response:
        body = parse(PreviewRequestSerializer, request)
        template = selectors.get_template(self.workspace, parse_id(EmailTemplate.PREFIX, template_id))
        return Response(PreviewSerializer(services.preview(template, body["variables"])).data)
