"""Shapes of this room's requests and answers."""

from typing import Any

from rest_framework import serializers

from credira.api.serializers import PublicIdField, StrictSerializer, UtcDateTimeField
from creditors.models import CollectorRole, OperatingEntity, StateAuthorization


class WorkspaceCreditorSerializer(serializers.Serializer[Any]):
    """The creditor, and which of its workspaces the key reaches."""

    id = serializers.CharField(source="creditor.public_id")
    name = serializers.CharField(source="creditor.name")
    workspace_id = serializers.CharField(source="public_id")
    workspace = serializers.CharField(source="slug")
    livemode = serializers.BooleanField()
    time_zone = serializers.CharField(source="creditor.time_zone")
    currency = serializers.CharField(source="creditor.currency")


class KeySerializer(serializers.Serializer[Any]):
    """A key's metadata, never the key."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    plan = serializers.CharField()
    dialect = serializers.CharField()
    created_at = UtcDateTimeField()
    expires_at = UtcDateTimeField(allow_null=True)
    last_used_at = UtcDateTimeField(allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """Answer of `GET /v1/me`."""

    creditor = WorkspaceCreditorSerializer(source="workspace")
    key = KeySerializer()


class AuthorizationSerializer(serializers.Serializer[Any]):
    """One authorization as it stands."""

    id = serializers.CharField(source="public_id")
    entity_id = PublicIdField(OperatingEntity.PREFIX)
    place = serializers.CharField()
    role = serializers.CharField()
    basis = serializers.CharField()
    number = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    recorded_at = UtcDateTimeField()


class AuthorizationRowSerializer(StrictSerializer):
    """One authorization to record; without `entity_id` it is the role's default entity's."""

    entity_id = PublicIdField(OperatingEntity.PREFIX, required=False)
    place = serializers.CharField(max_length=6, help_text="Two letters of a state or territory, or NY-NYC.")
    role = serializers.ChoiceField(choices=CollectorRole.choices)
    basis = serializers.ChoiceField(choices=StateAuthorization.Basis.choices)
    number = serializers.CharField(max_length=100, required=False, allow_blank=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(required=False, allow_null=True)


class PutAuthorizationsSerializer(StrictSerializer):
    """Body of `PUT /v1/state-authorizations`."""

    authorizations = serializers.ListField(child=AuthorizationRowSerializer(), allow_empty=False, max_length=500)
