"""Placing one account. The importer does the same set-wise (accounts/importer)."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts import events, places
from accounts.errors import EntityMissing, ReferenceExists, StateNotAuthorized
from accounts.ledger.models import Balance, Entry, Gl
from accounts.ledger.posting import post
from accounts.models import Account, Person
from accounts.services.people import find_or_add_person, lock_matching
from audit.services import record
from credira.core import clock
from credira.core.errors import InvalidRequest
from credira.core.json import dumps
from credira.core.money import parse_amount
from credira.tenancy.models import Workspace
from creditors.models import CollectorRole, OperatingEntity
from creditors.selectors import authorized_places, default_entity, profile

AMOUNTS = ("original_balance", "principal_balance", "current_balance", "interest_since", "fees_since", "payments_since")
OPTIONAL_AMOUNTS = ("last_payment_amount", "minimum_payment")
_PLAIN = (
    "creditor_reference",
    "original_creditor",
    "account_type",
    "itemization_date_kind",
    "itemization_date",
    "dpd",
    "charge_off_date",
    "first_delinquency_on",
    "time_barred_on",
    "entered_on",
    "last_payment_date",
    "frequency_group",
    "purpose",
    "obligor",
    "tag",
)


@dataclass(frozen=True, slots=True)
class PlacedAccount:
    """The account, its consumer, and what could be better about the data (codes)."""

    account: Account
    person: Person
    warnings: list[str]


@transaction.atomic
def place_account(*, workspace: Workspace, placement: Mapping[str, Any]) -> PlacedAccount:
    """Place one debt: consumer, endpoints, account, opening entry, fact.

    ``placement`` has the flat names of the file's columns (api.md, Accounts), values typed. Raises
    ``StateNotAuthorized`` for an intercept account where the entity isn't authorized, ``ReferenceExists``,
    ``EntityMissing``, ``InvalidRequest``.
    """
    currency = placement.get("currency") or workspace.creditor.currency
    amounts = {name: _amount(placement, name, currency) for name in (*AMOUNTS, *OPTIONAL_AMOUNTS)}
    balance = opening_balance(amounts)
    phase = placement.get("phase") or Account.Phase.RECOVERY
    role = placement.get("collector_role") or default_role(phase)
    entity = default_entity(workspace, role)
    if entity is None:
        raise EntityMissing(f"No operating entity speaks as {CollectorRole(role).label.lower()}.")
    today = clock.now().date()
    lacking = unauthorized_places(workspace, entity, role, placement, today)
    if lacking and phase == Account.Phase.INTERCEPT:
        raise StateNotAuthorized(
            f"{entity.name} isn't authorized in {', '.join(sorted(lacking))}.", places=sorted(lacking)
        )
    lock_matching(workspace)
    _refuse_twice(workspace, placement.get("creditor_reference", ""))
    person = find_or_add_person(workspace, placement)
    account = Account(
        workspace=workspace,
        person=person,
        entity=entity,
        content_hash=content_hash(placement),
        current_creditor=placement.get("current_creditor") or profile(workspace).name,
        phase=phase,
        collector_role=role,
        currency=currency,
        current_balance=balance,
        itemized_balance=amounts["current_balance"],
        in_default_when_placed=placement.get("in_default_when_placed", True),
        dpd_as_of=today if placement.get("dpd") is not None else None,
        placement_date=placement.get("placement_date") or today,
        **{name: amounts[name] for name in (*AMOUNTS[:2], *AMOUNTS[3:], *OPTIONAL_AMOUNTS)},
        **{name: placement[name] for name in _PLAIN if placement.get(name) is not None},
    )
    account.save(force_insert=True)
    open_ledger(workspace, account, amounts)
    warnings = warnings_of(placement, amounts, lacking)
    record(
        workspace, events.ACCOUNT_PLACED, object=account, account_id=account.pk, data=told(account, person, warnings)
    )
    return PlacedAccount(account, person, warnings)


def default_role(phase: str) -> str:
    """Who speaks when nobody said: the creditor before charge-off, a third party after (SCOPE-01)."""
    return CollectorRole.THIRD_PARTY if phase == Account.Phase.RECOVERY else CollectorRole.FIRST_PARTY


def opening_balance(amounts: Mapping[str, Decimal | None]) -> Decimal:
    """What is owed at placement: the current balance, else the principal, else the original.

    Raises ``InvalidRequest`` without any of them, and for a principal above the original.
    """
    for name in ("current_balance", "principal_balance", "original_balance"):
        amount = amounts[name]
        if amount is not None:
            break
    else:
        raise InvalidRequest(
            "Missing required parameter: original_balance",
            details=[{"field": "original_balance", "message": "Missing required parameter: original_balance"}],
        )
    original, principal = amounts["original_balance"], amounts["principal_balance"]
    if principal is not None and original is not None and principal > original:
        message = "The principal is more than the original balance."
        raise InvalidRequest(message, details=[{"field": "principal_balance", "message": message}])
    return amount


def opening_lines(balance: Decimal, interest: Decimal | None, fees: Decimal | None) -> dict[str, Decimal]:
    """The claim as placed: interest and fees as asserted as far as the balance reaches, the rest principal."""
    for_fees = min(balance, fees or Decimal(0))
    for_interest = min(balance - for_fees, interest or Decimal(0))
    return {
        Gl.PRINCIPAL: balance - for_fees - for_interest,
        Gl.INTEREST: for_interest,
        Gl.FEES: for_fees,
        Gl.OPENING: -balance,
    }


def open_ledger(workspace: Workspace, account: Account, amounts: Mapping[str, Decimal | None]) -> None:
    """The balance row and the opening entry; a debt of nothing has no entry."""
    balance = Balance.objects.create(id=account.pk, workspace=workspace, currency=account.currency)
    if account.current_balance:
        post(
            workspace=workspace,
            balance=balance,
            kind=Entry.Kind.PLACEMENT,
            lines=opening_lines(account.current_balance, amounts["interest_since"], amounts["fees_since"]),
            effective_on=account.placement_date,
        )


def unauthorized_places(
    workspace: Workspace, entity: OperatingEntity, role: str, placement: Mapping[str, Any], on: dt.date
) -> frozenset[str]:
    """Where the consumer lives and the entity may not work."""
    place = places.address_place(
        placement.get("address_state") or "",
        placement.get("address_zip") or "",
        placement.get("address_country") or "US",
    )
    needed = places.licence_places(place.state, place.zip5)
    return needed - authorized_places(workspace, entity, role, on) if needed else needed


def content_hash(placement: Mapping[str, Any]) -> bytes:
    """What makes two placements the same: every value that was given, the placement's own date left out."""
    given = {name: value for name, value in placement.items() if value not in (None, "") and name != "placement_date"}
    return hashlib.sha256(dumps(given, sort_keys=True)).digest()


def warnings_of(
    placement: Mapping[str, Any], amounts: Mapping[str, Decimal | None], lacking: frozenset[str]
) -> list[str]:
    """Codes of what holds the account back without being a fault."""
    found = []
    if lacking:
        found.append("STATE_NOT_AUTHORIZED")
    if not (placement.get("consumer_email") or placement.get("phone") or placement.get("address_street")):
        found.append("NO_ENDPOINT")
    if not (placement.get("address_state") or placement.get("address_zip")):
        found.append("NO_PLACE")
    asserted = [amounts[name] for name in ("interest_since", "fees_since", "payments_since")]
    if any(amount is None for amount in asserted) or not placement.get("itemization_date"):
        found.append("ITEMIZATION_INCOMPLETE")
    return found


def told(account: Account, person: Person, warnings: list[str]) -> dict[str, Any]:
    """What ``account.placed`` says."""
    return {
        "account_id": account.public_id,
        "creditor_reference": account.creditor_reference,
        "consumer_id": person.public_id,
        "status": account.status,
        "phase": account.phase,
        "collector_role": account.collector_role,
        "account_type": account.account_type,
        "current_balance": account.current_balance,
        "currency": account.currency,
        "state": person.state,
        "placement_id": None,
        "warnings": warnings,
    }


def _refuse_twice(workspace: Workspace, reference: str) -> None:
    if reference and Account.objects.filter(workspace=workspace, creditor_reference=reference).exists():
        raise ReferenceExists(
            f"An account with the reference {reference} exists.",
            details=[{"field": "creditor_reference", "message": "Exists."}],
        )


def _amount(placement: Mapping[str, Any], name: str, currency: str) -> Decimal | None:
    value = placement.get(name)
    if value is None:
        return None
    try:
        amount = parse_amount(value, currency)
    except InvalidRequest as error:
        raise InvalidRequest(error.message, details=[{"field": name, "message": error.message}]) from None
    if amount < 0:
        raise InvalidRequest("An amount isn't negative.", details=[{"field": name, "message": "Must not be negative."}])
    return amount
