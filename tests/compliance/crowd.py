"""Many people like the one of a recorded sheet: their rows copied set-wise, with three unanswered calls each."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from accounts.models import Account, Endpoint, Person
from compliance.models import AttemptDebt, Consent, ContactAttempt, DebtMark, EmailBasis, ValidationNotice
from credira.core.ids import uuid7
from tests.compliance.rows import Recorded

CALLS = 3


def crowd(rows: Recorded, count: int) -> list[UUID]:
    """Make ``count`` people with an account each, inside ``bind``; the accounts' ids."""
    made: dict[type[Any], list[Any]] = {}

    def copy(row: dict[str, Any], model: type[Any], **changes: Any) -> Any:
        copied = model(**{**row, "id": uuid7(), **changes})
        made.setdefault(model, []).append(copied)
        return copied

    account = Account.objects.values().get(id=rows.ids["A"])
    person = Person.objects.values().get(id=rows.ids["consumer"])
    of_person = {model: list(model.objects.values()) for model in (Consent, EmailBasis)}
    of_account = {model: list(model.objects.values()) for model in (DebtMark, ValidationNotice)}
    endpoints = list(Endpoint.objects.values())
    for number in range(count):
        owner = copy(person, Person)
        debt = copy(account, Account, person_id=owner.id, creditor_reference=f"CROWD-{number}")
        own = {row["id"]: copy(row, Endpoint, person_id=owner.id).id for row in endpoints}
        for model, found in of_person.items():
            for row in found:
                copy(row, model, person_id=owner.id, endpoint_id=own.get(row["endpoint_id"]))
        for model, found in of_account.items():
            for row in found:
                whose = {"person_id": owner.id} if "person_id" in row else {}
                copy(row, model, account_id=debt.id, **whose)
        for day in range(1, CALLS + 1):
            at = rows.at - dt.timedelta(days=day)
            call = copy(
                {},
                ContactAttempt,
                workspace_id=account["workspace_id"],
                status="concluded",
                entity_id=account["entity_id"],
                consumer_id=owner.id,
                person_id=owner.id,
                channel="call",
                purpose="collect",
                voice_mode="human",
                endpoint_id=own[rows.ids["mobile"]],
                reserved_at=at,
                dispatched_at=at,
                concluded_at=at,
                count_local_date=at.date(),
                connect_status="ring_no_answer",
            )
            copy({}, AttemptDebt, workspace_id=account["workspace_id"], attempt_id=call.id, account_id=debt.id)
    for model, copies in made.items():
        model.objects.bulk_create(copies, batch_size=2_000)
    return [each.id for each in made[Account]]
