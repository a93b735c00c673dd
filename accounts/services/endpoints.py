"""New numbers and addresses of a consumer, and the end of old ones."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import events, normalise
from accounts.importer import fields
from accounts.importer.place import business_date
from accounts.models import Account, Endpoint, Person
from accounts.places import address_place, phone_place
from accounts.selectors import get_account, get_endpoint
from audit.services import record
from credira.core.errors import Detail, InvalidRequest, NotFound
from credira.tenancy.models import Workspace

ADDRESS = {
    "street": fields.text(200),
    "city": fields.text(100),
    "state": fields.state,
    "postal_code": fields.postal_code,
}
VALUE = {Endpoint.Kind.PHONE: fields.phone, Endpoint.Kind.EMAIL: fields.email}


@transaction.atomic
def add_endpoint(
    *,
    workspace: Workspace,
    account_id: UUID,
    kind: str,
    told: Mapping[str, str],
    source: str,
    place: str = "",
    since: dt.date | None = None,
    replaces: UUID | None = None,
) -> Endpoint:
    """Add a number, an e-mail or a postal address to an account's consumer; ``replaces`` ends one of the same kind.

    ``told`` has ``value`` for a number or e-mail address, else ``street``, ``city``, ``state`` and ``postal_code``.
    ``since`` is the first day of an address, when it is known; it isn't in the future. One that the consumer has
    already is taken up again. Raises ``NotFound`` and ``InvalidRequest`` that names every faulty field.
    """
    account = get_account(workspace, account_id)
    if replaces is not None:
        _require_replaceable(get_endpoint(workspace, replaces), account, kind)
    if since is not None and since > (today := business_date(workspace)):
        message = f"This is after today, {today}."
        raise InvalidRequest("An address begins today or earlier.", details=[{"field": "since", "message": message}])
    columns = _address(told) if kind == Endpoint.Kind.ADDRESS else _reached(Endpoint.Kind(kind), told)
    new, made = Endpoint.objects.get_or_create(
        workspace=workspace,
        person_id=account.person_id,
        kind=kind,
        value_norm=columns.pop("value_norm"),
        defaults={**columns, "source": source, "valid_from": since, **({"place": place} if place else {})},
    )
    if not made and new.valid_to is not None:
        new.valid_to, new.source = None, source
        new.save(update_fields=["valid_to", "source"])
    if replaces is not None and replaces != new.id:
        end_endpoint(workspace=workspace, account_id=account_id, endpoint_id=replaces)
    if new.kind == Endpoint.Kind.ADDRESS and new.state:
        Person.objects.filter(workspace=workspace, pk=account.person_id).update(state=new.state, zip=new.zip)
    record(workspace, events.ENDPOINT_ADDED, object=new, account_id=account.pk, data=_described(account, new))
    return new


@transaction.atomic
def end_endpoint(*, workspace: Workspace, account_id: UUID, endpoint_id: UUID) -> Endpoint:
    """Use a number or address no more, from now on: its last day was yesterday. Ending it twice is ending it once.

    What is known of it stays. Raises ``NotFound`` for one of another person.
    """
    account, old = get_account(workspace, account_id), get_endpoint(workspace, endpoint_id)
    if old.person_id != account.person_id:
        raise NotFound
    if old.valid_to is None:
        old.valid_to = business_date(workspace) - dt.timedelta(days=1)
        old.save(update_fields=["valid_to"])
        record(workspace, events.ENDPOINT_ENDED, object=old, account_id=account.pk, data=_described(account, old))
    return old


def _require_replaceable(replaced: Endpoint, account: Account, kind: str) -> None:
    """Check that one takes the place of its own consumer's and its own kind's: without an address no notice goes out.

    Raises ``NotFound`` and ``InvalidRequest``.
    """
    if replaced.person_id != account.person_id:
        raise NotFound
    if replaced.kind != kind:
        message = f"This is of another kind: {replaced.get_kind_display().lower()}."
        raise InvalidRequest(
            "What is replaced must be of the same kind.", details=[{"field": "replaces_id", "message": message}]
        )


def _reached(kind: Endpoint.Kind, told: Mapping[str, str]) -> dict[str, Any]:
    value = _read({"value": VALUE[kind]}, told)["value"]
    if kind == Endpoint.Kind.EMAIL:
        return {"value": value, "value_norm": value, "domain_public": normalise.is_public_domain(value)}
    found = phone_place(value)
    return {
        "value": value,
        "value_norm": value,
        "number_type": found.number_type,
        "state": found.state,
        "zones": None if found.zones is None else list(found.zones),
    }


def _address(told: Mapping[str, str]) -> dict[str, Any]:
    """The columns of a residence in the United States."""
    read = _read(ADDRESS, told)
    found = address_place(read["state"], read["postal_code"])
    spelled = (read["street"], read["city"], read["state"], read["postal_code"], "US")
    return {
        "value": normalise.address_line(*spelled),
        "value_norm": normalise.address_norm(*spelled),
        "place": Endpoint.Place.HOME,
        "address_type": "residence",
        "street": read["street"],
        "city": read["city"],
        "state": found.state,
        "postal_code": read["postal_code"],
        "zip": found.zip5,
        "zones": None if found.zones is None else list(found.zones),
        "military": found.military,
    }


def _read(parsers: Mapping[str, fields.Parser], told: Mapping[str, str]) -> dict[str, str]:
    """What was told, as the importer reads it. Raises ``InvalidRequest`` with every fault."""
    faults: list[Detail] = []
    read: dict[str, str] = {}
    for name, parse in parsers.items():
        text = (told.get(name) or "").strip()
        value = parse(text) if text else fields.Bad("MISSING_VALUE", f"Missing required parameter: {name}")
        if isinstance(value, fields.Bad):
            faults.append({"field": name, "message": value.message})
        else:
            read[name] = value
    if faults:
        raise InvalidRequest(" ".join(fault["message"] for fault in faults), details=faults)
    return read


def _described(account: Account, endpoint: Endpoint) -> dict[str, Any]:
    return {
        "account_id": account.public_id,
        "endpoint_id": endpoint.public_id,
        "kind": endpoint.kind,
        "source": endpoint.source,
    }
