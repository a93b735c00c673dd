"""Disputes."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from compliance import selectors, services
from compliance.api.base import AccountAPIView
from compliance.models import Dispute
from compliance.serializers import disputes as shapes
from credira.api.views import CreditorAPIView, parse
from credira.core.ids import parse_id


class AccountDisputesView(AccountAPIView):
    """Disputes of one account."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.disputes.create",
        tags=["accounts"],
        summary="File a dispute",
        description="The debt, or the disputed part, is held from receipt. By phone or in person it isn't written.",
        request=shapes.FileDisputeSerializer,
        responses={201: shapes.DisputeSerializer},
    )
    def post(self, request: Request, account_id: str) -> Response:
        body = parse(shapes.FileDisputeSerializer, request)
        account = self.account(account_id)
        spoken = body["channel"] in (Dispute.Channel.PHONE, Dispute.Channel.IN_PERSON)
        dispute = services.file_dispute(
            workspace=self.workspace,
            account_id=account.id,
            written=body.pop("written", not spoken),
            at=body.pop("received_at", None),
            **body,
        )
        return self.created(_dispute(self, dispute.id), f"/v1/disputes/{dispute.public_id}")


class DisputesView(CreditorAPIView):
    """All disputes."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="disputes.list",
        tags=["compliance"],
        summary="List disputes",
        responses=shapes.DisputeSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_disputes(self.workspace), shapes.DisputeSerializer)


class DisputeView(CreditorAPIView):
    """One dispute."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="disputes.get",
        tags=["compliance"],
        summary="Get a dispute",
        responses=shapes.DisputeSerializer,
    )
    def get(self, request: Request, dispute_id: str) -> Response:
        return Response(_dispute(self, parse_id("dsp", dispute_id)))


class ResolveDisputeView(CreditorAPIView):
    """What ends a dispute's hold."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="disputes.resolve",
        tags=["compliance"],
        summary="Resolve a dispute",
        description=(
            "Verification, judgment, duplicative notice or the original creditor's address, as sent on `sent_on` "
            "(default: today; from the dispute's day to today) by `medium`; or withdrawn by the consumer. An "
            "electronic answer lets the hold go only with E-SIGN consent (12 CFR 1006.42(b))."
        ),
        request=shapes.ResolveDisputeSerializer,
        responses=shapes.DisputeSerializer,
    )
    def post(self, request: Request, dispute_id: str) -> Response:
        body = parse(shapes.ResolveDisputeSerializer, request)
        key = parse_id("dsp", dispute_id)
        services.resolve_dispute(workspace=self.workspace, dispute_id=key, on=body.pop("sent_on", None), **body)
        return Response(_dispute(self, key))


def _dispute(view: CreditorAPIView, key: UUID) -> Any:
    return shapes.DisputeSerializer(selectors.get_dispute(view.workspace, key)).data
