"""API views of a consumer's numbers and addresses."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.models import Endpoint
from accounts.selectors import endpoints_of, get_account
from accounts.services import add_endpoint, end_endpoint
from credira.api.serializers import DayField, PublicIdField, StrictSerializer, UtcDateTimeField
from credira.api.views import CreditorAPIView, parse
from credira.core.ids import parse_id

TOLD = ("value", "street", "city", "state", "postal_code")
SOURCES = [choice for choice in Endpoint.Source.choices if choice[0] != Endpoint.Source.UNKNOWN]


class ConsumerEndpointSerializer(serializers.Serializer[Any]):
    """A number, an e-mail or a postal address. One with a `valid_to` is used no more."""

    id = serializers.CharField(source="public_id")
    consumer_id = PublicIdField("cons", source="person_id")
    kind = serializers.ChoiceField(Endpoint.Kind.choices)
    value = serializers.CharField()
    source = serializers.ChoiceField(Endpoint.Source.choices)  # type: ignore[assignment]  # a field of ours
    place = serializers.ChoiceField(Endpoint.Place.choices)
    street = serializers.CharField()
    city = serializers.CharField()
    state = serializers.CharField(allow_null=True)
    postal_code = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    created_at = UtcDateTimeField()


class NewEndpointSerializer(StrictSerializer):
    """Body of `POST /v1/accounts/{id}/endpoints`: the `value` of a number or e-mail, else the parts of an address."""

    kind = serializers.ChoiceField(Endpoint.Kind.choices)
    value = serializers.CharField(max_length=254, required=False)
    street = serializers.CharField(max_length=200, required=False)
    city = serializers.CharField(max_length=100, required=False)
    state = serializers.CharField(max_length=2, required=False)
    postal_code = serializers.CharField(max_length=10, required=False)
    source = serializers.ChoiceField(SOURCES)  # type: ignore[assignment]  # a field of ours
    place = serializers.ChoiceField(Endpoint.Place.choices, required=False)
    since = DayField(required=False, help_text="The first day of an address, if it is known.")
    replaces_id = PublicIdField("ep", required=False, help_text="The one that this one takes the place of.")


class AccountEndpointsView(CreditorAPIView):
    """How an account's consumer may be reached."""

    scopes: ClassVar[dict[str, str]] = {"GET": "accounts:read", "POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.listEndpoints",
        tags=["accounts"],
        summary="List the consumer's numbers and addresses",
        responses=ConsumerEndpointSerializer(many=True),
    )
    def get(self, request: Any, account_id: str) -> Response:
        account = get_account(self.workspace, account_id)
        return self.list(endpoints_of(self.workspace, [account.person_id]).order_by("-id"), ConsumerEndpointSerializer)

    @extend_schema(
        operation_id="accounts.addEndpoint",
        tags=["accounts"],
        summary="Add a number or address",
        description="A validation notice that waits for an address is looked at again at once.",
        request=NewEndpointSerializer,
        responses={201: ConsumerEndpointSerializer},
    )
    def post(self, request: Any, account_id: str) -> Response:
        asked = parse(NewEndpointSerializer, request)
        account = get_account(self.workspace, account_id)
        made = add_endpoint(
            workspace=self.workspace,
            account_id=account.pk,
            kind=asked["kind"],
            told={name: asked[name] for name in TOLD if name in asked},
            source=asked["source"],
            place=asked.get("place", ""),
            since=asked.get("since"),
            replaces=asked.get("replaces_id"),
        )
        return self.created(ConsumerEndpointSerializer(made).data, f"/v1/accounts/{account.public_id}/endpoints")


class EndEndpointView(CreditorAPIView):
    """The end of a number or address."""

    scopes: ClassVar[dict[str, str]] = {"POST": "accounts:write"}

    @extend_schema(
        operation_id="accounts.endEndpoint",
        tags=["accounts"],
        summary="Use a number or address no more",
        request=None,
        responses=ConsumerEndpointSerializer,
    )
    def post(self, request: Any, account_id: str, endpoint_id: str) -> Response:
        account, key = get_account(self.workspace, account_id), parse_id(Endpoint.PREFIX, endpoint_id)
        ended = end_endpoint(workspace=self.workspace, account_id=account.pk, endpoint_id=key)
        return Response(ConsumerEndpointSerializer(ended).data)
