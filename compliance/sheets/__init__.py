"""Fact sheets from rows: for many intents in a constant number of queries, as of now or of any past instant.

A sheet has the shape of ``gate_facts.schema.json``; its ids are the rows' UUIDs as text, ``consumer`` for the consumer.
Instants and dates are ISO text or Python's own values, which ``compliance.rules`` reads alike.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from compliance.intents import ContactIntent
from compliance.sheets import build, reading
from compliance.sheets.facts import Entry
from credira.core import clock
from credira.core.errors import InvalidRequest, NotFound
from credira.tenancy.models import Workspace

__all__ = ["COMMON", "OPTIONS", "Sheet", "load_sheets"]

COMMON = build.COMMON

OPTIONS = (
    "initiator",
    "from_name",
    "recording",
    "right_party",
    "marketing",
    "required_medium",
    "cease_exception_kind",
    "human_approved",
    "transfer_exception",
    "reply_to",
    "content",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the gate is asked: the intent and the facts as the schema writes them, and whom they are about."""

    intent: Entry
    facts: Entry
    consumer_id: UUID
    person_id: UUID
    entity_id: UUID
    role: str


def load_sheets(
    workspace: Workspace,
    intents: Sequence[ContactIntent],
    at: dt.datetime | None = None,
    *,
    without: UUID | None = None,
    noticed: Mapping[UUID, dt.date] | None = None,
) -> list[Sheet]:
    """One sheet an intent, in their order, with the facts that were known at ``at`` (default: now).

    At most 15 queries, however many intents. ``without`` leaves one attempt out: the one about to be sent. ``noticed``
    takes the validation notices of some accounts for sent on these days. Raises ``NotFound`` for an unknown account and
    ``InvalidRequest`` for accounts that can't share one contact.
    """
    at = at or clock.now()
    rows = reading.read(workspace, intents, at, without=without)
    if noticed:
        rows = build.with_notices(rows, noticed)
    shared: dict[tuple[Any, ...], Entry] = {}
    sheets = []
    for intent in intents:
        account = _common(rows, intent)
        others = _others(intent)
        key = (account["person_id"], account["entity_id"], account["collector_role"], others)
        if key not in shared:
            shared[key] = build.sheet(rows, consumer_id=key[0], entity_id=key[1], role=key[2], others=others)
        person_id = intent.person_id or account["person_id"]
        sheets.append(
            Sheet(
                intent=intent_entry(intent, account["person_id"]),
                facts=shared[key],
                consumer_id=account["person_id"],
                person_id=person_id,
                entity_id=account["entity_id"],
                role=account["collector_role"],
            )
        )
    return sheets


def intent_entry(intent: ContactIntent, consumer_id: UUID) -> Entry:
    """The intent as the schema writes it."""

    def who(person_id: UUID) -> str:
        return build.CONSUMER if person_id == consumer_id else str(person_id)

    entry: Entry = {
        "channel": str(intent.channel),
        "purpose": str(intent.purpose),
        "debts": [str(each) for each in intent.account_ids],
        "person_id": who(intent.person_id or consumer_id),
    }
    if intent.voice is not None:
        entry["voice_mode"] = str(intent.voice)
    if intent.endpoint_id is not None:
        entry["endpoint_id"] = str(intent.endpoint_id)
    if intent.copy_to:
        entry["copy_to"] = [who(each) for each in intent.copy_to]
    entry.update({name: value for name in OPTIONS if (value := getattr(intent, name)) is not None})
    return entry


def _common(rows: build.Rows, intent: ContactIntent) -> Any:
    """The first account of an intent, once it is sure that all of them go together."""
    found = [rows.account[each] for each in intent.account_ids if each in rows.account]
    if not found or len(found) != len(intent.account_ids):
        raise NotFound
    if len({(row["person_id"], row["entity_id"], row["collector_role"]) for row in found}) > 1:
        raise InvalidRequest("One contact is about accounts of one consumer, one entity and one role.")
    return found[0]


def _others(intent: ContactIntent) -> tuple[UUID, ...]:
    named = (intent.person_id, *intent.copy_to)
    return tuple(sorted({each for each in named if each is not None}))
