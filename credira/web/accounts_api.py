"""API views of accounts and placements: what shows the notice and the next contact needs rooms above `accounts`."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.filters import AccountFilter
from accounts.models import Account, Placement
from accounts.selectors import get_account, get_placement, list_accounts, list_notes, list_placements, people_of
from accounts.services import add_note, adjust_balance, place_account, refused_csv, set_status, start_placement
from audit.selectors import list_events
from compliance.planning import next_contact
from compliance.selectors import find_notice, get_contact_summary, standing
from compliance.serializers.contacts import ContactSummarySerializer, NextContactSerializer
from credira.api.parsers import CsvParser, ExactJSONParser
from credira.api.views import CreditorAPIView, parse
from credira.core.errors import Detail, InvalidRequest, TooLarge
from credira.tenancy.models import Workspace
from credira.web.accounts_shapes import (
    AccountDetailSerializer,
    AccountSerializer,
    MetricsSerializer,
    NewNoteSerializer,
    NoteSerializer,
    PatchAccountSerializer,
    PlaceAccountSerializer,
    PlacedSerializer,
    PlacementDetailSerializer,
    PlacementSerializer,
    SetStatusSerializer,
    UploadSerializer,
)
from credira.web.audit import AuditEntrySerializer

NOTES_SHOWN = 20
RESOLVED = ("paid_in_full", "settled")


def shown_with(workspace: Workspace, accounts: list[Account]) -> dict[str, Any]:
    """What a page of accounts needs beside its rows, in a few queries."""
    return {
        "people": people_of(workspace, {account.person_id for account in accounts}),
        "standing": standing(workspace, accounts),
    }


class AccountsView(CreditorAPIView):
    """Placed debts."""

    scopes = {"GET": "accounts:read", "POST": "accounts:write"}
    filterset_class = AccountFilter

    @extend_schema(
        operation_id="accounts.list", tags=["accounts"], summary="List accounts", responses=AccountSerializer(many=True)
    )
    def get(self, request: Any) -> Response:
        return self.list(list_accounts(self.workspace), AccountSerializer, beside=shown_with)

    @extend_schema(
        operation_id="accounts.create",
        tags=["accounts"],
        summary="Place an account",
        request=PlaceAccountSerializer,
        responses={201: PlacedSerializer},
    )
    def post(self, request: Any) -> Response:
        asked = parse(PlaceAccountSerializer, request)
        placed = place_account(workspace=self.workspace, placement=flat(asked))
        account = get_account(self.workspace, placed.account.pk)
        shown = _shown(self.workspace, account)
        notice = find_notice(self.workspace, account.pk)
        shown["notice"] = _notice(notice)
        shown["warnings"] = [
            {"code": warning.code, "message": warning.message, "field": warning.field} for warning in placed.warnings
        ]
        return self.created(shown, f"/v1/accounts/{account.public_id}")


class AccountView(CreditorAPIView):
    """One placed debt."""

    scopes = {"GET": "accounts:read", "PATCH": "accounts:write"}

    @extend_schema(
        operation_id="accounts.get", tags=["accounts"], summary="Get an account", responses=AccountDetailSerializer
    )
    def get(self, request: Any, account_id: str) -> Response:
        account = get_account(self.workspace, account_id)
        notes = list_notes(self.workspace, account.pk)[:NOTES_SHOWN]
        summary = get_contact_summary(self.workspace, account.pk)
        shown = _shown(self.workspace, account)
        shown["notes"] = NoteSerializer(notes, many=True).data
        shown["contact_summary"] = ContactSummarySerializer(summary).data
        shown["next_contact"] = NextContactSerializer(next_contact(self.workspace, account.pk)).data
        return Response(shown)

    @extend_schema(
        operation_id="accounts.update",
        tags=["accounts"],
        summary="Correct an account",
        request=PatchAccountSerializer,
        responses=AccountSerializer,
    )
    def patch(self, request: Any, account_id: str) -> Response:
        asked = parse(PatchAccountSerializer, request)
        account = get_account(self.workspace, account_id)
        if "current_balance" in asked:
            adjust_balance(
                workspace=self.workspace,
                account_id=account.pk,
                balance=asked["current_balance"],
                reason=asked.get("reason", ""),
                added_as=asked.get("added_as", ""),
            )
        if "status" in asked:
            set_status(workspace=self.workspace, account_id=account.pk, to=asked["status"])
        return Response(_shown(self.workspace, get_account(self.workspace, account.pk)))


class AccountStatusView(CreditorAPIView):
    """Set an account's status by hand."""

    scopes = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.setStatus",
        tags=["accounts"],
        summary="Set contacted or closed, or take a closed account up again",
        request=SetStatusSerializer,
        responses=AccountSerializer,
    )
    def post(self, request: Any, account_id: str) -> Response:
        asked = parse(SetStatusSerializer, request)
        account = get_account(self.workspace, account_id)
        set_status(
            workspace=self.workspace, account_id=account.pk, to=asked["status"], reason=asked.get("reason", "by hand")
        )
        return Response(_shown(self.workspace, get_account(self.workspace, account.pk)))


class AccountNotesView(CreditorAPIView):
    """Notes about an account."""

    scopes = {"GET": "accounts:read", "POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.listNotes",
        tags=["accounts"],
        summary="List an account's notes",
        responses=NoteSerializer(many=True),
    )
    def get(self, request: Any, account_id: str) -> Response:
        account = get_account(self.workspace, account_id)
        return self.list(list_notes(self.workspace, account.pk), NoteSerializer)

    @extend_schema(
        operation_id="accounts.addNote",
        tags=["accounts"],
        summary="Write a note",
        request=NewNoteSerializer,
        responses={201: NoteSerializer},
    )
    def post(self, request: Any, account_id: str) -> Response:
        asked = parse(NewNoteSerializer, request)
        account = get_account(self.workspace, account_id)
        note = add_note(workspace=self.workspace, account_id=account.pk, body=asked["body"])
        return self.created(NoteSerializer(note).data, f"/v1/accounts/{account.public_id}")


class AccountTimelineView(CreditorAPIView):
    """What happened to an account, newest first."""

    scopes = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="accounts.timeline",
        tags=["accounts"],
        summary="Read an account's timeline",
        responses=AuditEntrySerializer(many=True),
    )
    def get(self, request: Any, account_id: str) -> Response:
        account = get_account(self.workspace, account_id)
        events = list_events(self.workspace).filter(account_id=account.pk)
        return self.list(events, AuditEntrySerializer)


class PlacementsView(CreditorAPIView):
    """Files of accounts."""

    scopes = {"GET": "accounts:read", "POST": "accounts:write"}
    parser_classes = [MultiPartParser, CsvParser, ExactJSONParser]

    @extend_schema(
        operation_id="placements.list",
        tags=["accounts"],
        summary="List placements",
        responses=PlacementSerializer(many=True),
    )
    def get(self, request: Any) -> Response:
        return self.list(list_placements(self.workspace), PlacementSerializer)

    @extend_schema(
        operation_id="placements.create",
        tags=["accounts"],
        summary="Place a CSV file",
        request={"multipart/form-data": UploadSerializer, "text/csv": OpenApiTypes.STR},
        responses={202: PlacementSerializer},
    )
    def post(self, request: Any) -> Response:
        file = request.data.get("file")
        if not hasattr(file, "read"):
            message = "Missing required parameter: file"
            raise InvalidRequest(message, details=[{"field": "file", "message": message}])
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise TooLarge(f"A file may have {settings.UPLOAD_MAX_BYTES // 1_048_576} MB.")
        placement = start_placement(workspace=self.workspace, file=file, filename=file.name)
        location = f"/v1/placements/{placement.public_id}"
        return Response(PlacementSerializer(placement).data, status=202, headers={"Location": location})


class PlacementView(CreditorAPIView):
    """One file: how far it is, and its first refusals."""

    scopes = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="placements.get",
        tags=["accounts"],
        summary="Get a placement",
        responses=PlacementDetailSerializer,
    )
    def get(self, request: Any, placement_id: str) -> Response:
        placement: Placement = get_placement(self.workspace, placement_id)
        return Response(PlacementDetailSerializer(placement, context={"workspace": self.workspace}).data)


class RefusedRowsView(CreditorAPIView):
    """The refused rows of a file, to mend and upload again."""

    scopes = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="placements.refused",
        tags=["accounts"],
        summary="Download the refused rows",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
    )
    def get(self, request: Any, placement_id: str) -> Any:
        placement = get_placement(self.workspace, placement_id)
        # Gathered while the workspace is bound: a stream would run after it.
        lines = list(refused_csv(self.workspace, placement))
        name = f"{placement.public_id}-refused.csv"
        return StreamingHttpResponse(
            iter(lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class MetricsView(CreditorAPIView):
    """The portfolio in numbers."""

    scopes = {"GET": "accounts:read"}

    @extend_schema(
        operation_id="metrics.get",
        tags=["identity"],
        summary="Read the portfolio's metrics",
        responses=MetricsSerializer,
    )
    def get(self, request: Any) -> Response:
        rows = Account.objects.filter(workspace=self.workspace)
        histogram = dict(rows.order_by().values_list("status").annotate(count=Count("id")))
        total = sum(histogram.values())
        resolved = sum(histogram.get(status, 0) for status in RESOLVED)
        balances = rows.order_by().values("currency").annotate(balance=Sum("current_balance"))
        shown = {
            "accounts": total,
            "balances": {row["currency"]: row["balance"] for row in balances},
            "resolved": resolved,
            "resolution_rate": round(resolved / total, 4) if total else 0,
            "statuses": {status: histogram.get(status, 0) for status in Account.Status.values},
        }
        return Response(MetricsSerializer(shown).data)


def flat(asked: dict[str, Any]) -> dict[str, Any]:
    """The API's shape as the file's flat columns: ``consumer`` and its ``address`` are unfolded.

    Raises ``InvalidRequest`` for a value that is told twice and differently.
    """
    values = {name: value for name, value in asked.items() if name != "consumer"}
    consumer = dict(asked.get("consumer") or {})
    address = dict(consumer.pop("address", None) or {})
    nested = {"consumer_email" if name == "email" else str(name): value for name, value in consumer.items()}
    nested |= {"address_zip" if name == "postal_code" else f"address_{name}": address[name] for name in address}
    if twice := sorted(name for name in nested if name in values and values[name] != nested[name]):
        details: list[Detail] = [
            {"field": name, "message": "Given twice, with different values: here and in consumer."} for name in twice
        ]
        raise InvalidRequest(f"{', '.join(twice)}: given twice with different values.", details=details)
    return values | nested


def _shown(workspace: Workspace, account: Account) -> dict[str, Any]:
    context = {"workspace": workspace, "beside": shown_with(workspace, [account])}
    return dict(AccountSerializer(account, context=context).data)


def _notice(notice: Any) -> dict[str, Any] | None:
    if notice is None:
        return None
    return {"id": notice.public_id, "status": notice.status, "why": getattr(notice, "reason", "") or ""}
