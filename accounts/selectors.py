"""Reads of the room ``accounts``. The caller is bound to the workspace; ids may be public ids or UUIDs."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.ledger.models import Gl
from accounts.models import Account, Balance, Endpoint, Note, Party, Person, Placement, PlacementRefusal
from accounts.normalise import words
from credira.core.crypto import blind_index
from credira.core.errors import NotFound
from credira.core.ids import parse_id
from credira.tenancy.db import TenantModel
from credira.tenancy.models import Workspace

Row = TypeVar("Row", bound=TenantModel)
LAST = "\U0010ffff"  # sorts behind every character: the end of the range that a prefix is


def get_account(workspace: Workspace, account_id: UUID | str, *, lock: bool = False) -> Account:
    """Raises ``NotFound`` for a missing or foreign account. ``lock`` holds others who lock it off until commit."""
    return _get(Account, workspace, account_id, lock=lock)


def get_person(workspace: Workspace, person_id: UUID | str) -> Person:
    """Raises ``NotFound`` for a missing or foreign person."""
    return _get(Person, workspace, person_id)


def get_endpoint(workspace: Workspace, endpoint_id: UUID | str) -> Endpoint:
    """Raises ``NotFound`` for a missing or foreign endpoint."""
    return _get(Endpoint, workspace, endpoint_id)


def get_placement(workspace: Workspace, placement_id: UUID | str) -> Placement:
    """Raises ``NotFound`` for a missing or foreign placement."""
    return _get(Placement, workspace, placement_id)


def list_accounts(workspace: Workspace) -> QuerySet[Account]:
    """All accounts, newest first. Prefetch what is shown; a join on the id alone would scan the tenant."""
    return Account.objects.filter(workspace=workspace).order_by("-id")


def search_accounts(workspace: Workspace, accounts: QuerySet[Account], term: str) -> QuerySet[Account]:
    """Those found by their id, the exact reference, the beginning of a name in either order, or an SSN's last four."""
    if term.startswith(f"{Account.PREFIX}_"):
        try:
            return accounts.filter(pk=parse_id(Account.PREFIX, term))
        except NotFound:
            return accounts.none()
    found = Q(creditor_reference=term)
    if name := words(term):
        people = Q(name_norm__gte=name, name_norm__lt=name + LAST) | Q(sort_name__gte=name, sort_name__lt=name + LAST)
        if len(term) == 4 and term.isascii() and term.isdigit():
            people |= Q(last4_index=blind_index(workspace.pk, term))
        found |= Q(person_id__in=Person.objects.filter(people, workspace=workspace).values("id"))
    return accounts.filter(found)


def list_placements(workspace: Workspace) -> QuerySet[Placement]:
    """All placements, newest first."""
    return Placement.objects.filter(workspace=workspace).order_by("-id")


def list_refusals(workspace: Workspace, placement_id: UUID) -> QuerySet[PlacementRefusal]:
    """The faults of a file in its own order."""
    return PlacementRefusal.objects.filter(workspace=workspace, placement_id=placement_id).order_by("row", "id")


def list_notes(workspace: Workspace, account_id: UUID) -> QuerySet[Note]:
    """An account's notes, newest first."""
    return Note.objects.filter(workspace=workspace, account_id=account_id).order_by("-id")


def list_parties(workspace: Workspace, account_ids: Iterable[UUID]) -> QuerySet[Party]:
    """Who stands beside the consumers of these accounts."""
    parties = Party.objects.filter(workspace=workspace, account_id__in=list(account_ids))
    return parties.prefetch_related("person").order_by("id")


def get_balance(workspace: Workspace, account_id: UUID) -> Balance:
    """What is open on an account, by component. Raises ``NotFound``."""
    return _get(Balance, workspace, account_id)


def moved_since(workspace: Workspace, account_ids: Iterable[UUID], at: dt.datetime) -> dict[UUID, Decimal]:
    """By how much each claim changed after ``at`` (positive: it grew); accounts that didn't move are left out."""
    claims = [Gl.PRINCIPAL.value, Gl.INTEREST.value, Gl.FEES.value, Gl.PENALTIES.value]
    with connection.cursor() as cursor:
        # Joined on both columns: on the id alone the planner scans the tenant.
        cursor.execute(
            """
            SELECT e.account_id, sum(l.amount) FROM accounts_entry e
            JOIN accounts_line l ON l.workspace_id = e.workspace_id AND l.entry_id = e.id
            WHERE e.workspace_id = %s AND e.account_id = ANY(%s) AND e.posted_at > %s AND l.gl = ANY(%s)
            GROUP BY e.account_id
            """,
            [workspace.pk, list(account_ids), at, claims],
        )
        return dict(cursor.fetchall())


def people_of(workspace: Workspace, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Persons by id, in one query."""
    return Person.objects.filter(workspace=workspace).in_bulk(set(person_ids))


def endpoints_of(workspace: Workspace, person_ids: Iterable[UUID]) -> QuerySet[Endpoint]:
    """Every number and address of these people, oldest first."""
    return Endpoint.objects.filter(workspace=workspace, person_id__in=set(person_ids)).order_by("id")


def people_with(workspace: Workspace, endpoint_ids: Iterable[UUID]) -> set[UUID]:
    """Whose these numbers and addresses are."""
    found = Endpoint.objects.filter(workspace=workspace, pk__in=list(endpoint_ids))
    return set(found.values_list("person_id", flat=True))


def _get(model: type[Row], workspace: Workspace, key: UUID | str, *, lock: bool = False) -> Row:
    wanted = key if isinstance(key, UUID) else parse_id(model.PREFIX, key)
    found = model._default_manager.filter(workspace=workspace, pk=wanted)
    row = (found.select_for_update(no_key=True) if lock else found).first()
    if row is None:
        raise NotFound
    return row
