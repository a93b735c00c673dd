"""Operating entities and where they may act."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from audit.services import record
from credira.core.context import actor
from credira.core.errors import Conflict, Detail, InvalidRequest
from credira.tenancy.models import Workspace
from creditors import events, selectors
from creditors.models import CollectorRole, OperatingEntity, StateAuthorization
from creditors.places import PLACES


@dataclass(frozen=True, slots=True)
class AuthorizationRow:
    """One authorization to put; without `valid_to` it has no end."""

    entity: OperatingEntity
    place: str
    role: str
    basis: str
    valid_from: dt.date
    number: str = ""
    valid_to: dt.date | None = None


@transaction.atomic
def create_entity(*, workspace: Workspace, name: str, **fields: Any) -> OperatingEntity:
    """Add a name that contacts people; `fields` are OperatingEntity's own.

    Raises Conflict when the workspace has an entity of this name or another default for the same role.
    """
    names = fields.pop("names", None) or []
    try:
        with transaction.atomic():
            entity = OperatingEntity.objects.create(
                workspace=workspace, name=name, names=list(dict.fromkeys([name, *names])), **fields
            )
    except IntegrityError as error:
        raise Conflict("Another entity has this name, or is the default for this role.") from error
    record(workspace, type=events.ENTITY_CREATED, object=entity, data={"name": name, "names": entity.names})
    return entity


@transaction.atomic
def put_state_authorizations(*, workspace: Workspace, rows: Iterable[AuthorizationRow]) -> list[StateAuthorization]:
    """Put authorizations, each found by entity, place, role and first day; what isn't named stays as it is.

    A row that stands already is returned unchanged; one that differs (an end, a number) is replaced by a new row.
    Raises InvalidRequest that names every faulty row, and Conflict when two writers replace the same row at once.
    """
    asked = list(rows)
    if faults := [fault for index, row in enumerate(asked) for fault in _faults(index, row)]:
        raise InvalidRequest(details=faults)
    standing = {_key(found): found for found in selectors.list_authorizations(workspace)}
    put: list[StateAuthorization] = []
    for row in asked:
        wanted = _authorization(workspace, row)
        known = standing.get(_key(wanted))
        if known is None or _terms(known) != _terms(wanted):
            wanted.replaces = known
            _insert(wanted)
            standing[_key(wanted)] = known = wanted
        put.append(known)
    return put


def _authorization(workspace: Workspace, row: AuthorizationRow) -> StateAuthorization:
    return StateAuthorization(
        workspace=workspace,
        entity=row.entity,
        place=row.place,
        role=row.role,
        basis=row.basis,
        number=row.number,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_by=actor().id,
    )


def _insert(authorization: StateAuthorization) -> None:
    try:
        with transaction.atomic():
            authorization.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(f"The authorization for {authorization.place} changed while this request ran.") from error
    record(
        authorization.workspace,
        type=events.AUTHORIZATION_RECORDED,
        object=authorization,
        data={
            "entity_id": authorization.entity.public_id,
            "place": authorization.place,
            "role": authorization.role,
            "basis": authorization.basis,
            "number": authorization.number,
            "valid_from": authorization.valid_from,
            "valid_to": authorization.valid_to,
            "replaces": authorization.replaces.public_id if authorization.replaces else None,
        },
    )


def _key(row: StateAuthorization) -> tuple[Any, ...]:
    return row.entity_id, row.place, row.role, row.valid_from


def _terms(row: StateAuthorization) -> tuple[Any, ...]:
    return row.basis, row.number, row.valid_to


def _faults(index: int, row: AuthorizationRow) -> list[Detail]:
    faults: list[Detail] = []
    if row.place not in PLACES:
        faults.append({"field": f"authorizations.{index}.place", "message": f"Unknown place: {row.place}"})
    if row.role not in CollectorRole.values:
        faults.append({"field": f"authorizations.{index}.role", "message": f"Unknown role: {row.role}"})
    if row.basis not in StateAuthorization.Basis.values:
        faults.append({"field": f"authorizations.{index}.basis", "message": f"Unknown basis: {row.basis}"})
    if row.valid_to is not None and row.valid_to < row.valid_from:
        faults.append({"field": f"authorizations.{index}.valid_to", "message": "Must not be before valid_from."})
    return faults
