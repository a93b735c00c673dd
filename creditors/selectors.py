"""Reads of the room `creditors`. The caller is bound to the workspace."""

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet

from credira.core.errors import NotFound
from credira.tenancy.models import Workspace
from creditors.models import ApiKey, CollectorRole, CreditorProfile, Member, OperatingEntity, StateAuthorization

_DEFAULT_FLAG = {
    CollectorRole.FIRST_PARTY: "is_default_first_party",
    CollectorRole.THIRD_PARTY: "is_default_third_party",
}


def list_keys(workspace: Workspace) -> QuerySet[ApiKey]:
    """All keys of the workspace, revoked ones too, newest first."""
    return ApiKey.objects.filter(workspace=workspace).order_by("-id")


def get_key(workspace: Workspace, key_id: UUID) -> ApiKey:
    """Raises NotFound for a missing or foreign key."""
    try:
        return ApiKey.objects.get(workspace=workspace, id=key_id)
    except ApiKey.DoesNotExist:
        raise NotFound from None


def list_members(workspace: Workspace) -> QuerySet[Member]:
    """The creditor's people with their users, longest here first."""
    return Member.objects.filter(creditor_id=workspace.creditor_id).select_related("user").order_by("id")


def profile(workspace: Workspace) -> CreditorProfile:
    """The creditor as this workspace's consumers know it. Raises NotFound where none was made."""
    try:
        return CreditorProfile.objects.get(workspace=workspace)
    except CreditorProfile.DoesNotExist:
        raise NotFound("This workspace has no creditor profile.") from None


def list_entities(workspace: Workspace) -> QuerySet[OperatingEntity]:
    """The names that contact people, oldest first."""
    return OperatingEntity.objects.filter(workspace=workspace).order_by("id")


def get_entity(workspace: Workspace, entity_id: UUID) -> OperatingEntity:
    """Raises NotFound for a missing or foreign entity."""
    try:
        return OperatingEntity.objects.get(workspace=workspace, id=entity_id)
    except OperatingEntity.DoesNotExist:
        raise NotFound from None


def default_entity(workspace: Workspace, role: str) -> OperatingEntity | None:
    """The entity that acts in this role when an account names none; a debt buyer has no default."""
    flag = _DEFAULT_FLAG.get(CollectorRole(role))
    if flag is None:
        return None
    return OperatingEntity.objects.filter(workspace=workspace, **{flag: True}).first()


def list_authorizations(
    workspace: Workspace, *, entity: OperatingEntity | None = None, as_known_at: dt.datetime | None = None
) -> QuerySet[StateAuthorization]:
    """The rows that count: those that no later row replaces; with `as_known_at`, as they stood at that moment."""
    rows = StateAuthorization.objects.filter(workspace=workspace)
    if as_known_at is not None:
        rows = rows.filter(recorded_at__lte=as_known_at)
    replaced = rows.filter(replaces__isnull=False).values("replaces_id")
    rows = rows.exclude(id__in=replaced)
    if entity is not None:
        rows = rows.filter(entity=entity)
    return rows.order_by("place", "role", "valid_from", "id")


def authorized_places(workspace: Workspace, entity: OperatingEntity, role: str, on: dt.date) -> set[str]:
    """Every place where the entity may act in the role on that day: `{"MN", "NY", "NY-NYC"}`."""
    rows = list_authorizations(workspace, entity=entity).filter(role=role, valid_from__lte=on).exclude(valid_to__lt=on)
    return set(rows.values_list("place", flat=True))


def is_authorized(workspace: Workspace, entity: OperatingEntity, place: str, role: str, on: dt.date) -> bool:
    """Whether a row exists with that role and the day in range; no row, not authorized, for every role (SCOPE-04)."""
    return place in authorized_places(workspace, entity, role, on)
