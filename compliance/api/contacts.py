"""What was and may be said to a consumer: notices, contacts, the next one."""

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from compliance import planning, selectors
from compliance.api.base import AccountAPIView, find_one
from compliance.serializers import contacts as shapes
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.documents import storage


class NoticesView(AccountAPIView):
    """Validation notices of one account."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.notices.list",
        tags=["accounts"],
        summary="List an account's validation notices",
        responses=shapes.NoticeSerializer(many=True),
    )
    def get(self, request: Request, account_id: str) -> Response:
        account = self.account(account_id)
        return self.list(selectors.list_notices(self.workspace, account.id), shapes.NoticeSerializer)


class NoticePdfView(AccountAPIView):
    """The notice as it was printed."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.notices.pdf",
        tags=["accounts"],
        summary="Get a validation notice as PDF",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, account_id: str, notice_id: str) -> HttpResponse:
        account = self.account(account_id)
        notice = find_one(selectors.list_notices(self.workspace, account.id), parse_id("vn", notice_id))
        if not notice.document_key:
            raise NotFound("This notice has no PDF yet.")
        content = storage.load(self.workspace.id, notice.document_key)
        name = f'inline; filename="validation-notice-{notice.public_id}.pdf"'
        return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


class NextContactView(AccountAPIView):
    """What may come next."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.next_contact",
        tags=["accounts"],
        summary="When and how may this account be contacted next?",
        responses=shapes.NextContactSerializer,
    )
    def get(self, request: Request, account_id: str) -> Response:
        plan = planning.next_contact(self.workspace, self.account(account_id).id)
        return Response(shapes.NextContactSerializer(plan).data)


class ContactsView(AccountAPIView):
    """Contacts about one account, with the decisions that allowed them."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.contacts.list",
        tags=["accounts"],
        summary="List an account's contacts",
        responses=shapes.ContactSerializer(many=True),
    )
    def get(self, request: Request, account_id: str) -> Response:
        attempts = selectors.list_attempts(self.workspace, self.account(account_id).id)
        return self.list(attempts, shapes.ContactSerializer, beside=selectors.beside_attempts)
