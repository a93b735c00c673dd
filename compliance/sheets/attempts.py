"""Past and in-flight contacts of some consumers, as they were known at an instant."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from compliance.models import AttemptCorrection, AttemptDebt, ContactAttempt
from compliance.sheets.facts import Entry, WhoIs, compact
from compliance.vocabulary import ConnectStatus, Purpose
from credira.tenancy.models import Workspace

# The longest look back of any cap: a quiet time may be tightened to 60 days. Some rules ask whether it ever happened.
LOOK_BACK = dt.timedelta(days=62)
EVER = (Purpose.LOCATION_INFO, Purpose.CEASE_EXCEPTION, Purpose.CONSENT_REQUEST, Purpose.ATTORNEY_INQUIRY)
COLUMNS = (
    "id",
    "entity_id",
    "consumer_id",
    "person_id",
    "status",
    "direction",
    "channel",
    "purpose",
    "voice_mode",
    "cease_exception_kind",
    "endpoint_id",
    "reserved_at",
    "dispatched_at",
    "concluded_at",
    "count_local_date",
    "connect_status",
    "message_possible",
    "monitored",
    "counts_given",
)
VOICE = ("call", "voicemail")
Key = tuple[UUID, UUID]  # entity, consumer


def read_attempts(
    workspace: Workspace, consumers: Iterable[UUID], at: dt.datetime, *, without: UUID | None, all_time: bool
) -> dict[Key, list[dict[str, Any]]]:
    """Attempts reserved by ``at``, by entity and consumer, with their debts and later corrections joined in."""
    found = ContactAttempt.objects.filter(workspace=workspace, consumer_id__in=list(consumers), reserved_at__lte=at)
    if not all_time:
        found = found.filter(Q(count_local_date__gte=(at - LOOK_BACK).date()) | Q(purpose__in=EVER))
    if without is not None:
        found = found.exclude(id=without)
    rows = {row["id"]: {**row, "debts": [], "corrections": []} for row in found.values(*COLUMNS)}
    debts = AttemptDebt.objects.filter(workspace=workspace, attempt_id__in=list(rows))
    for debt in debts.values("attempt_id", "account_id", "about", "counts", "discussed"):
        rows[debt["attempt_id"]]["debts"].append(debt)
    corrections = AttemptCorrection.objects.filter(
        workspace=workspace, attempt_id__in=list(rows), recorded_at__lte=at
    ).order_by("recorded_at", "id")
    for correction in corrections.values("attempt_id", "kind", "connect_status", "on"):
        rows[correction["attempt_id"]]["corrections"].append(correction)
    grouped: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.values():
        grouped[row["entity_id"], row["consumer_id"]].append(row)
    return grouped


def attempt(row: dict[str, Any], at: dt.datetime, who: WhoIs) -> Entry | None:
    """One attempt as the sheet shows it; None for one that was never placed, once that was known."""
    concluded = row["concluded_at"] is not None and row["concluded_at"] <= at
    if concluded and row["status"] == ContactAttempt.Status.GIVEN_UP:
        return None
    status = row["connect_status"] if concluded else ConnectStatus.IN_FLIGHT.value
    returned_on = None
    for correction in row["corrections"]:
        if correction["kind"] == AttemptCorrection.Kind.CONNECT_STATUS:
            status = correction["connect_status"]
        elif correction["kind"] == AttemptCorrection.Kind.RETURNED:
            returned_on = correction["on"]
    gap = any(each["kind"] == AttemptCorrection.Kind.MONITORING_GAP for each in row["corrections"])
    dispatched = row["dispatched_at"] is not None and row["dispatched_at"] <= at
    return compact(
        {
            "id": str(row["id"]),
            "channel": row["channel"],
            "at": row["dispatched_at"] if dispatched else row["reserved_at"],
            "local_date": row["count_local_date"],
            "direction": row["direction"],
            "person_id": who(str(row["person_id"])),
            "endpoint_id": row["endpoint_id"] and str(row["endpoint_id"]),
            "debts": [str(debt["account_id"]) for debt in row["debts"] if debt["about"]],
            "purpose": row["purpose"],
            "cease_exception_kind": row["cease_exception_kind"],
            "voice_mode": row["voice_mode"],
            "connect_status": status if row["channel"] in VOICE else None,
            "message_possible": row["message_possible"],
            "counts_toward": _counts(row) if concluded and row["counts_given"] else None,
            "discussed": [str(debt["account_id"]) for debt in row["debts"] if concluded and debt["discussed"]] or None,
            "returned_on": returned_on,
            "monitored": row["monitored"] and not gap,
        }
    )


def _counts(row: dict[str, Any]) -> list[str]:
    return [str(debt["account_id"]) for debt in row["debts"] if debt["counts"]]
