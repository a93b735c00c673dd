"""The public API of this room: who am I, and where contact is authorized."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from credira.api.views import CreditorAPIView, parse
from credira.core.errors import InvalidRequest
from creditors import selectors, services
from creditors.credentials import Credential
from creditors.models import OperatingEntity
from creditors.serializers import AuthorizationSerializer, MeSerializer, PutAuthorizationsSerializer


class MeView(CreditorAPIView):
    """Whose key this is; any scope will do."""

    @extend_schema(operation_id="identity.me", tags=["identity"], summary="Creditor and key", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        assert isinstance(request.auth, Credential)
        key = selectors.get_key(self.workspace, request.auth.id)
        return Response(MeSerializer({"workspace": self.workspace, "key": key}).data)


class StateAuthorizationsView(CreditorAPIView):
    """Where which entity may act in which role."""

    scopes: ClassVar[dict[str, str]] = {"GET": "compliance:read", "PUT": "compliance:write"}

    @extend_schema(
        operation_id="state_authorizations.list",
        tags=["compliance"],
        summary="List state authorizations",
        responses=AuthorizationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return self.list(selectors.list_authorizations(self.workspace), AuthorizationSerializer)

    @extend_schema(
        operation_id="state_authorizations.put",
        tags=["compliance"],
        summary="Record state authorizations",
        description=(
            "Each row is found by entity, place, role and first day. One that stands already is left as it is, one "
            "that differs is replaced (both stay on record), and rows that aren't named stay. To end an authorization, "
            "put it with its `valid_to`."
        ),
        request=PutAuthorizationsSerializer,
        responses=AuthorizationSerializer(many=True),
    )
    def put(self, request: Request) -> Response:
        body = parse(PutAuthorizationsSerializer, request)
        rows = [self._row(**row) for row in body["authorizations"]]
        put = services.put_state_authorizations(workspace=self.workspace, rows=rows)
        return Response(AuthorizationSerializer(put, many=True).data)

    def _row(self, *, role: str, entity_id: UUID | None = None, **terms: Any) -> services.AuthorizationRow:
        return services.AuthorizationRow(entity=self._entity(entity_id, role), role=role, **terms)

    def _entity(self, entity_id: UUID | None, role: str) -> OperatingEntity:
        """The entity that a row names, or the role's default. Raises NotFound, InvalidRequest."""
        if entity_id is not None:
            return selectors.get_entity(self.workspace, entity_id)
        entity = selectors.default_entity(self.workspace, role)
        if entity is None:
            raise InvalidRequest(f"There is no default entity for {role}; name one by entity_id.")
        return entity
