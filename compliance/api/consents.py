"""Consents, e-mail bases and stops."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.selectors import get_account, get_person, list_parties
from compliance import selectors, services
from compliance.api.base import find_one, require_past
from compliance.serializers import consents as shapes
from credira.api.views import CreditorAPIView, parse
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.ids import parse_id


class ConsentsView(CreditorAPIView):
    """Consents as told to us."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read", "POST": "compliance:write"}

    @extend_schema(
        operation_id="consents.list",
        tags=["compliance"],
        summary="List consents",
        responses=shapes.ConsentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_consents(self.workspace), shapes.ConsentSerializer)

    @extend_schema(
        operation_id="consents.create",
        tags=["compliance"],
        summary="Record a consent",
        request=shapes.RecordConsentSerializer,
        responses={201: shapes.ConsentSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.RecordConsentSerializer, request)
        require_past("given_at", body.get("given_at"), clock.now(), "A consent can't be given in the future.")
        consent = services.record_consent(
            workspace=self.workspace,
            person_id=_person(self, body),
            account_id=body.pop("account_id", None),
            at=body.pop("given_at", None),
            debts=body.pop("account_ids", None),
            first_day=body.pop("from_date", None),
            last_day=body.pop("to_date", None),
            **body,
        )
        return self.created(_consent(self, consent.id), f"/v1/consents/{consent.public_id}")


class ConsentView(CreditorAPIView):
    """One consent."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read"}

    @extend_schema(
        operation_id="consents.get",
        tags=["compliance"],
        summary="Get a consent",
        responses=shapes.ConsentSerializer,
    )
    def get(self, request: Request, consent_id: str) -> Response:
        return Response(_consent(self, parse_id("cst", consent_id)))


class RevokeConsentView(CreditorAPIView):
    """The end of a consent."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="consents.revoke",
        tags=["compliance"],
        summary="Revoke a consent",
        request=shapes.RevokeConsentSerializer,
        responses=shapes.ConsentSerializer,
    )
    def post(self, request: Request, consent_id: str) -> Response:
        body = parse(shapes.RevokeConsentSerializer, request)
        key = parse_id("cst", consent_id)
        services.revoke_consent(
            workspace=self.workspace,
            consent_id=key,
            at=body.get("revoked_at"),
            evidence=body.get("evidence", ""),
        )
        return Response(_consent(self, key))


class EmailBasesView(CreditorAPIView):
    """Why e-mail addresses may be used."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read", "POST": "compliance:write"}

    @extend_schema(
        operation_id="email_bases.list",
        tags=["compliance"],
        summary="List e-mail bases",
        responses=shapes.EmailBasisSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_email_bases(self.workspace), shapes.EmailBasisSerializer)

    @extend_schema(
        operation_id="email_bases.create",
        tags=["compliance"],
        summary="Record an e-mail basis",
        description=(
            "A third party e-mails a consumer only at an address for which one basis of 12 CFR 1006.6(d)(4) is on "
            "file. `GET /v1/accounts/{id}/endpoints` lists the addresses."
        ),
        request=shapes.RecordEmailBasisSerializer,
        responses={201: shapes.EmailBasisSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.RecordEmailBasisSerializer, request)
        basis = services.record_email_basis(workspace=self.workspace, **body)
        return self.created(_email_basis(self, basis.id), "/v1/email-bases")


class EndEmailBasisView(CreditorAPIView):
    """The end of an e-mail basis."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="email_bases.end",
        tags=["compliance"],
        summary="End an e-mail basis",
        request=shapes.EndEmailBasisSerializer,
        responses=shapes.EmailBasisSerializer,
    )
    def post(self, request: Request, basis_id: str) -> Response:
        body = parse(shapes.EndEmailBasisSerializer, request)
        key = parse_id("ebs", basis_id)
        services.end_email_basis(workspace=self.workspace, basis_id=key, evidence=body.get("evidence", ""))
        return Response(_email_basis(self, key))


class OptOutsView(CreditorAPIView):
    """ "Not by this channel", effective at once."""

    scopes: ClassVar[dict[str, str]] = {"POST": "compliance:write"}

    @extend_schema(
        operation_id="opt_outs.create",
        tags=["compliance"],
        summary="Record an opt-out",
        request=shapes.RecordOptOutSerializer,
        responses={201: shapes.OptOutSerializer},
    )
    def post(self, request: Request) -> Response:
        body = parse(shapes.RecordOptOutSerializer, request)
        opt_out = services.record_opt_out(
            workspace=self.workspace,
            person_id=_person(self, body),
            account_id=body.pop("account_id", None),
            at=body.pop("received_at", None),
            **body,
        )
        return Response(shapes.OptOutSerializer(opt_out).data, status=201)


def _person(view: CreditorAPIView, body: dict[str, Any]) -> UUID:
    """The person that a body names by itself, as an account's consumer, or as both. Raises ``NotFound``.

    Raises ``InvalidRequest`` when it names a person and an account that this person has nothing to do with.
    """
    person_id: UUID | None = body.pop("person_id", None)
    if "account_id" not in body:
        assert person_id is not None, "the shape asks for one of them"
        return person_id
    account = get_account(view.workspace, body["account_id"])
    parties = {account.person_id, *(party.person_id for party in list_parties(view.workspace, [account.id]))}
    if person_id is not None and get_person(view.workspace, person_id).id not in parties:
        message = "This person is no party to the account."
        raise InvalidRequest(message, details=[{"field": "person_id", "message": message}])
    return person_id or account.person_id


def _email_basis(view: CreditorAPIView, basis_id: UUID) -> Any:
    return shapes.EmailBasisSerializer(find_one(selectors.list_email_bases(view.workspace), basis_id)).data


def _consent(view: CreditorAPIView, key: UUID) -> Any:
    return shapes.ConsentSerializer(find_one(selectors.list_consents(view.workspace), key)).data
