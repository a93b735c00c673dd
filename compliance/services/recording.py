"""The two writes that every fact goes through: record it, and end it by a second row."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, connection, transaction

from accounts.models import Account
from audit.registry import EventType
from audit.services import record
from compliance import events
from compliance.models import Fact
from credira.core import clock
from credira.core.errors import Conflict, NotFound
from credira.core.ids import public_id
from credira.tenancy.models import Workspace

F = TypeVar("F", bound=Fact)
OWN_COLUMNS = {"id", "recorded_at", "valid_from", "ends", "end_reason", "evidence"}


def record_fact(
    fact: F,
    event: EventType,
    *,
    account_id: UUID | None = None,
    data: Mapping[str, object] | None = None,
    about: Fact | None = None,
) -> F:
    """Insert ``fact`` and its event.

    ``account_id`` puts the event on that account's timeline (default: the one debt that the fact is about);
    ``about`` is the fact that the event names, when it isn't the new row.
    """
    fact.save(force_insert=True)
    record(
        fact.workspace,
        type=event,
        object=about or fact,
        account_id=account_id or only_debt(fact),
        data={**described(fact), **(data or {})},
    )
    return fact


def end_fact(
    fact: F,
    *,
    reason: Fact.End,
    event: EventType = events.FACT_ENDED,
    at: dt.datetime | None = None,
    evidence: str = "",
    account_id: UUID | None = None,
) -> F:
    """End ``fact`` at ``at`` (default: now) by a second row of its shape. Raises ``Conflict`` if it ended before."""
    end = type(fact)(**told(fact), valid_from=at or clock.now(), ends_id=fact.id, end_reason=reason, evidence=evidence)
    try:
        with transaction.atomic():
            return record_fact(end, event, account_id=account_id, data={"reason": reason}, about=fact)
    except IntegrityError as error:
        raise Conflict(f"{fact.public_id} has ended already.") from error


def told(fact: Fact) -> dict[str, Any]:
    """What a fact says, by column: all but its identity, its times and its evidence."""
    return {f.attname: getattr(fact, f.attname) for f in fact._meta.concrete_fields if f.name not in OWN_COLUMNS}


def wait_for_equals(workspace: Workspace, model: type[Fact], about: UUID | None) -> None:
    """Wait until whoever records such a fact about the same one has committed.

    Call it in a transaction, before the time is read: so a later fact begins no earlier, and sees the one before it.
    """
    with connection.cursor() as cursor:
        key = f"{model._meta.label_lower}:{workspace.pk}:{about}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def find_equal(fact: F, **more: object) -> F | None:
    """A fact that says the same as one not saved yet, has begun by then and hasn't ended.

    ``more`` names further columns that must be equal. No column may be encrypted.
    """
    said = {**told(fact), **more}
    same = type(fact)._default_manager.filter(
        workspace=fact.workspace,
        valid_from__lte=fact.valid_from,
        ends__isnull=True,
        **{name: value for name, value in said.items() if value is not None},
        **{f"{name}__isnull": True for name, value in said.items() if value is None},
    )
    ended = type(fact)._default_manager.filter(workspace=fact.workspace, ends__isnull=False).values("ends_id")
    found: F | None = same.exclude(id__in=ended).first()
    return found


def effective(at: dt.datetime | None) -> dt.datetime:
    """When a stop takes effect: when it was received, and never later than now.

    A stop holds at once. Whoever tells it may have a clock ahead of the workspace's (a sandbox's stands where it was
    put), and a stop that waits for its own time would be void in silence.
    """
    now = clock.now()
    return now if at is None else min(at, now)


def business_date(workspace: Workspace, at: dt.datetime | None = None) -> dt.date:
    """The day of ``at`` (default: today) on the creditor's calendar."""
    return (at or clock.now()).astimezone(ZoneInfo(workspace.creditor.time_zone)).date()


def get_fact(model: type[F], workspace: Workspace, fact_id: UUID) -> F:
    """A fact that may be ended. Raises ``NotFound`` for a foreign id, a missing one, and the row of an end."""
    found: F | None = model._default_manager.filter(workspace=workspace, id=fact_id, ends__isnull=True).first()
    if found is None:
        raise NotFound
    return found


def known_debts(workspace: Workspace, debts: Iterable[UUID] | None) -> list[UUID] | None:
    """The ids, each checked to be an account of the workspace; None stays None (all debts). Raises ``NotFound``."""
    if debts is None:
        return None
    wanted = list(dict.fromkeys(debts))
    if Account.objects.filter(workspace=workspace, id__in=wanted).count() != len(wanted):
        raise NotFound
    return wanted


def only_debt(fact: Fact) -> UUID | None:
    """The account that a fact is about, when it is about exactly one."""
    account_id: UUID | None = getattr(fact, "account_id", None)
    debts: list[UUID] | None = getattr(fact, "debts", None)
    return account_id or (debts[0] if debts and len(debts) == 1 else None)


def described(fact: Fact) -> dict[str, Any]:
    """What the event says of a fact: its own plain columns, without free text that may hold personal data."""
    shown = ("kind", "scope", "medium", "basis", "status", "written", "person_id", "endpoint_id", "debts", "on")
    found = {name: getattr(fact, name) for name in shown if getattr(fact, name, None) not in (None, "")}
    return {name: _plain(name, value) for name, value in found.items()}


def _plain(name: str, value: Any) -> Any:
    if name == "person_id":
        return public_id("cons", value)
    if name == "endpoint_id":
        return public_id("ep", value)
    if name == "debts":
        return [public_id("acct", each) for each in value]
    return value
