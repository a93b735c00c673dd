"""Placing one account: the importer's own way, with one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.errors import EntityMissing, ReferenceExists, StateNotAuthorized
from accounts.importer.draft import Warned
from accounts.importer.place import Outcome, business_date, place_rows, read_rows
from accounts.importer.validator import Checked, Fault, HeaderFault, check_mapping
from accounts.models import Account, Person
from accounts.selectors import get_account, get_person
from credira.core.errors import Detail, DomainError, InvalidRequest
from credira.core.ids import public_id
from credira.tenancy.models import Workspace

# Faults that are more than a wrong value: what the caller may do about them differs.
_REFUSALS: dict[str, type[DomainError]] = {
    "STATE_NOT_AUTHORIZED": StateNotAuthorized,
    "NO_OPERATING_ENTITY": EntityMissing,
    "REFERENCE_EXISTS": ReferenceExists,
}


@dataclass(frozen=True, slots=True)
class PlacedAccount:
    """The account, its consumer, and what could be better about the data."""

    account: Account
    person: Person
    warnings: list[Warned]


@transaction.atomic
def place_account(*, workspace: Workspace, placement: Mapping[str, Any]) -> PlacedAccount:
    """Place one debt: consumer, endpoints, account, opening entry, fact.

    ``placement`` has the flat names of the file's columns (accounts.importer.fields), texts or typed values; None and
    empty are absent. Raises ``StateNotAuthorized`` where the entity isn't authorized before charge-off,
    ``ReferenceExists``, ``EntityMissing``, and ``InvalidRequest`` that names every faulty field.
    """
    row = _checked(workspace, placement)
    outcome = place_rows(workspace, read_rows(workspace.pk, [row], business_date(workspace)))[0][0]
    if outcome.answer != "placed":
        raise _refusal(outcome)
    assert outcome.account_id is not None
    assert outcome.person_id is not None
    return PlacedAccount(
        get_account(workspace, outcome.account_id), get_person(workspace, outcome.person_id), outcome.warnings
    )


def _checked(workspace: Workspace, placement: Mapping[str, Any]) -> Checked:
    try:
        return check_mapping(placement, business_date(workspace), workspace.creditor.currency)
    except HeaderFault as error:
        message = f"Missing required parameter: {' or '.join(error.columns)}"
        details: list[Detail] = [{"field": column, "message": message} for column in error.columns]
        raise InvalidRequest(message, details=details) from error


def _refusal(outcome: Outcome) -> DomainError:
    if outcome.answer == "unchanged":
        assert outcome.account_id is not None
        return ReferenceExists("This debt is placed already.", account_id=public_id("acct", outcome.account_id))
    first = outcome.faults[0]
    details = [_detail(fault) for fault in outcome.faults]
    if kind := _REFUSALS.get(first.code):
        return kind(first.message, details=details)
    return InvalidRequest(
        first.message if len(details) == 1 else f"{len(details)} fields are not valid.", details=details
    )


def _detail(fault: Fault) -> Detail:
    return {"field": fault.column, "message": fault.message}
