"""Holds and bankruptcies."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from compliance import selectors, services
from compliance.api.base import AccountAPIView
from compliance.serializers import holds as shapes
from credira.api.views import CreditorAPIView, parse
from credira.core.ids import parse_id


class HoldsView(AccountAPIView):
    """Holds on one account."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read", "POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.holds.list",
        tags=["accounts"],
        summary="List an account's holds",
        responses=shapes.HoldSerializer(many=True),
    )
    def get(self, request: Request, account_id: str) -> Response:
        account = self.account(account_id)
        return self.list(selectors.list_holds(self.workspace, account.person_id, account.id), shapes.HoldSerializer)

    @extend_schema(
        operation_id="accounts.holds.create",
        tags=["accounts"],
        summary="Stop contacts about an account",
        request=shapes.PlaceHoldSerializer,
        responses={201: shapes.HoldSerializer},
    )
    def post(self, request: Request, account_id: str) -> Response:
        body = parse(shapes.PlaceHoldSerializer, request)
        account = self.account(account_id)
        hold = services.place_hold(
            workspace=self.workspace,
            person_id=account.person_id,
            debts=[account.id],
            account_id=account.id,
            at=body.pop("starts_at", None),
            **body,
        )
        return Response(_hold(self, account, hold.id), status=201)


class ReleaseHoldView(AccountAPIView):
    """The end of a hold."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.holds.release",
        tags=["accounts"],
        summary="Release a hold",
        request=None,
        responses=shapes.HoldSerializer,
    )
    def post(self, request: Request, account_id: str, hold_id: str) -> Response:
        account, key = self.account(account_id), parse_id("hold", hold_id)
        _hold(self, account, key)
        services.release_hold(workspace=self.workspace, hold_id=key)
        return Response(_hold(self, account, key))


class AccountBankruptciesView(AccountAPIView):
    """What is told of a bankruptcy."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.bankruptcies.create",
        tags=["accounts"],
        summary="Record a bankruptcy",
        description=(
            "With its number, chapter and day of filing the case holds every contact with the consumer until it is "
            "released. Without them the consumer's word holds for 14 days, and waits to be confirmed or dismissed."
        ),
        request=shapes.ReportBankruptcySerializer,
        responses={201: shapes.BankruptcySerializer},
    )
    def post(self, request: Request, account_id: str) -> Response:
        body = parse(shapes.ReportBankruptcySerializer, request)
        account = self.account(account_id)
        case = services.report_bankruptcy(
            workspace=self.workspace, person_id=account.person_id, account_id=account.id, **body
        )
        return self.created(_bankruptcy(self, case.id), f"/v1/bankruptcies/{case.public_id}")


class BankruptciesView(CreditorAPIView):
    """All bankruptcies."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="bankruptcies.list",
        tags=["compliance"],
        summary="List bankruptcies",
        responses=shapes.BankruptcySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_bankruptcies(self.workspace), shapes.BankruptcySerializer)


class BankruptcyView(CreditorAPIView):
    """One bankruptcy."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="bankruptcies.get",
        tags=["compliance"],
        summary="Get a bankruptcy",
        responses=shapes.BankruptcySerializer,
    )
    def get(self, request: Request, bankruptcy_id: str) -> Response:
        return Response(_bankruptcy(self, parse_id("bkr", bankruptcy_id)))


class ConfirmBankruptcyView(CreditorAPIView):
    """The case was found."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="bankruptcies.confirm",
        tags=["compliance"],
        summary="Confirm a bankruptcy",
        description="The case takes the place of what was told, under an id of its own, and holds until released.",
        request=shapes.ConfirmBankruptcySerializer,
        responses=shapes.BankruptcySerializer,
    )
    def post(self, request: Request, bankruptcy_id: str) -> Response:
        body = parse(shapes.ConfirmBankruptcySerializer, request)
        told = selectors.get_bankruptcy(self.workspace, parse_id("bkr", bankruptcy_id))
        case = services.confirm_bankruptcy(workspace=self.workspace, bankruptcy_id=told.id, **body)
        return Response(_bankruptcy(self, case.id))


class DismissBankruptcyView(CreditorAPIView):
    """No case was found, or it is over."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="bankruptcies.dismiss",
        tags=["compliance"],
        summary="Dismiss a bankruptcy",
        description="Ends the hold of one that was told wrongly, or of a case that was dismissed or closed.",
        request=shapes.DismissBankruptcySerializer,
        responses=shapes.BankruptcySerializer,
    )
    def post(self, request: Request, bankruptcy_id: str) -> Response:
        body = parse(shapes.DismissBankruptcySerializer, request)
        key = selectors.get_bankruptcy(self.workspace, parse_id("bkr", bankruptcy_id)).id
        services.dismiss_bankruptcy(workspace=self.workspace, bankruptcy_id=key, **body)
        return Response(_bankruptcy(self, key))


def _hold(view: AccountAPIView, account: Account, hold_id: UUID) -> Any:
    """One hold that reaches the account. Raises ``NotFound``."""
    return shapes.HoldSerializer(selectors.get_hold(view.workspace, account, hold_id)).data


def _bankruptcy(view: CreditorAPIView, key: UUID) -> Any:
    return shapes.BankruptcySerializer(selectors.get_bankruptcy(view.workspace, key)).data
