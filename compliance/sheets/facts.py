"""Every fact about some people and their debts, read in one statement and turned into entries of the fact sheet.

The rows come as JSON, since one statement unites tables of many shapes: a sheet for a thousand people costs as many
queries as one for a single person.
"""

import datetime as dt
import functools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from compliance import models, packs
from credira.tenancy.models import Workspace

# How long a bankruptcy holds that nobody has looked up, from the day on which it was told.
PROVISIONAL = dt.timedelta(days=packs.load().figures.provisional_bankruptcy_days)
LAST_ZONE = ZoneInfo("Pacific/Honolulu")

Row = Mapping[str, Any]
Entry = dict[str, Any]
WhoIs = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Known:
    """One fact as known at an instant, and the row that ended it by then, if any. All values are JSON's."""

    label: str
    row: Row
    end: Row | None

    @property
    def ended_at(self) -> str | None:
        return None if self.end is None else instant(self.end["valid_from"])

    @property
    def superseded(self) -> bool:
        return self.end is not None and self.end["end_reason"] == models.Fact.End.SUPERSEDED

    def over(self, at: dt.datetime) -> bool:
        """Whether it ended at or before ``at``."""
        return self.end is not None and dt.datetime.fromisoformat(self.end["valid_from"]) <= at

    def in_force(self, at: dt.datetime) -> bool:
        """Whether it has begun at ``at`` and not ended, by a second row or by its own ``until``."""
        begun = dt.datetime.fromisoformat(self.row["valid_from"]) <= at
        until = self.row.get("until")
        return begun and not self.over(at) and (until is None or at < dt.datetime.fromisoformat(until))

    def stops(self, account_id: str, at: dt.datetime) -> bool:
        """Whether it holds back every contact about an account (a hold, a stop, an attorney, a case, a death …)."""
        if self.label not in STOPPING or self.row.get("kind") == models.Hold.Kind.HUMAN_REQUESTED:
            return False
        reaches = self.row["debts"] is None or account_id in self.row["debts"]
        return reaches and self.in_force(at) and not self._lapsed(at)

    def _lapsed(self, at: dt.datetime) -> bool:
        """Whether it is a bankruptcy that was only told, and too long ago, in every American zone (BK-01)."""
        if not self.row.get("provisional"):
            return False
        return at.astimezone(LAST_ZONE).date() >= dt.date.fromisoformat(self.row["filed_on"]) + PROVISIONAL


STOPPING = {
    str(model._meta.model_name)
    for model in (
        models.Hold,
        models.Cease,
        models.AttorneyRep,
        models.Bankruptcy,
        models.Death,
        models.IdentityTheft,
    )
}
PERSON_TABLES: tuple[type[models.Fact], ...] = (
    models.Consent,
    models.OptOut,
    models.Window,
    models.Hold,
    models.Cease,
    models.AttorneyRep,
    models.Bankruptcy,
    models.Death,
    models.IdentityTheft,
    models.PersonMark,
    models.EndpointMark,
    models.EmailBasis,
)
ACCOUNT_TABLES: tuple[type[models.Fact], ...] = (models.Dispute, models.DisputeAnswer, models.DebtMark)
WORKSPACE_TABLES: tuple[type[models.Fact], ...] = (models.StateText, models.Approval)
# Never needed to decide, and some of it encrypted.
UNREAD = (
    "evidence",
    "wording",
    "statement",
    "attorney_name",
    "attorney_contact",
    "text",
    "workspace_id",
    "recorded_at",
)


def read_facts(
    workspace: Workspace, people: Iterable[UUID], accounts: Iterable[UUID], at: dt.datetime
) -> tuple[dict[str, list[Known]], dict[str, list[Known]], list[Known]]:
    """The facts recorded by ``at``: by person id, by account id, and those of the whole workspace."""
    parameters: dict[str, Any] = {
        "workspace": workspace.pk,
        "people": list(people),
        "accounts": list(accounts),
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), parameters)
        found = _known(cursor.fetchall())
    by_person: dict[str, list[Known]] = defaultdict(list)
    by_account: dict[str, list[Known]] = defaultdict(list)
    everywhere: list[Known] = []
    for known in found:
        if known.row.get("person_id"):
            by_person[known.row["person_id"]].append(known)
        elif known.row.get("account_id"):
            by_account[known.row["account_id"]].append(known)
        else:
            everywhere.append(known)
    return by_person, by_account, everywhere


def read_stops_of(workspace: Workspace, endpoints: Iterable[UUID], at: dt.datetime) -> list[Known]:
    """The opt-outs of some numbers and addresses recorded by ``at``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 'optout', row_to_json(f)::text FROM (SELECT {_columns(models.OptOut)} FROM compliance_optout "  # noqa: S608 - names of our model
            "WHERE workspace_id = %s AND endpoint_id = ANY(%s) AND scope = 'endpoint' AND recorded_at <= %s) f",
            [workspace.pk, list(endpoints), at],
        )
        return _known(cursor.fetchall())


def _known(found: Iterable[tuple[str, str]]) -> list[Known]:
    """Facts with their ends, without those that a later one replaced."""
    rows = [(label, json.loads(text, parse_float=Decimal)) for label, text in found]
    ends = {row["ends_id"]: row for _, row in rows if row["ends_id"]}
    known = (Known(label, row, ends.get(row["id"])) for label, row in rows if not row["ends_id"])
    return [each for each in known if not each.superseded]


@functools.cache
def _statement() -> str:
    """One SELECT a table, with the ids named once for all of them."""
    selects = [
        f"SELECT '{model._meta.model_name}', row_to_json(f)::text FROM (SELECT {_columns(model)} "  # noqa: S608 - names of our models
        f"FROM {model._meta.db_table} WHERE workspace_id = %(workspace)s AND {condition} "
        "AND recorded_at <= (SELECT at FROM asked)) f"
        for tables, condition in (
            (PERSON_TABLES, "person_id = ANY((SELECT people FROM asked)::uuid[])"),
            (ACCOUNT_TABLES, "account_id = ANY((SELECT accounts FROM asked)::uuid[])"),
            (WORKSPACE_TABLES, "true"),
            ((models.Hold,), "person_id IS NULL"),
        )
        for model in tables
    ]
    asked = "SELECT %(people)s::uuid[] AS people, %(accounts)s::uuid[] AS accounts, %(at)s::timestamptz AS at"
    return f"WITH asked AS MATERIALIZED ({asked}) {' UNION ALL '.join(selects)}"


def _columns(model: type[models.Fact]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.column not in UNREAD)


def instant(text: str) -> str:
    """PostgreSQL's JSON instant as the sheet's: UTC, ending in Z."""
    return text.replace("+00:00", "Z")


def compact(entry: Entry) -> Entry:
    """Without what isn't known: an omitted fact takes the sheet's default."""
    return {name: value for name, value in entry.items() if value is not None and value != ""}


def consent(fact: Known, who: WhoIs) -> Entry:
    row = fact.row
    return compact(
        {
            "id": row["id"],
            "kind": row["kind"],
            "at": instant(row["valid_from"]),
            "person_id": who(row["person_id"]),
            "endpoint_id": row["endpoint_id"],
            "medium": row["medium"],
            "debts": row["debts"],
            "given_to": row["given_to"],
            "source": row["source"],
            "from": row["first_day"],
            "to": row["last_day"],
            "written": row["written"],
            "affirmed_personal": row["affirmed_personal"],
            "revoked_at": fact.ended_at,
        }
    )


def opt_out(fact: Known, who: WhoIs) -> Entry:
    row = fact.row
    return compact(
        {
            "scope": row["scope"],
            "endpoint_id": row["endpoint_id"],
            "medium": row["medium"],
            "person_id": who(row["person_id"]),
            "at": instant(row["valid_from"]),
            "ended_at": fact.ended_at,
        }
    )


def window(fact: Known) -> Entry:
    row = fact.row
    return compact(
        {
            "kind": row["kind"],
            "weekdays": row["weekdays"],
            "start": row["start"],
            "end": row["end"],
            "from": row["first_day"],
            "to": row["last_day"],
            "zone": row["zone"],
            "media": row["media"],
            "said_at": instant(row["valid_from"]),
            "direct_consent": row["direct_consent"],
            "consent_id": row["consent_id"] or (row["id"] if row["direct_consent"] or row["kind"] == "open" else None),
        }
    )


def hold(fact: Known) -> Entry:
    row = fact.row
    ends = [instant(end) for end in (row["until"], fact.end and fact.end["valid_from"]) if end]
    return compact(
        {
            "kind": row["kind"],
            "from": instant(row["valid_from"]),
            "to": min(ends, default=None),
            "debts": row["debts"],
        }
    )


def cease(fact: Known) -> Entry:
    row = fact.row
    return compact(
        {
            "received_at": instant(row["valid_from"]),
            "written": row["written"],
            "kind": row["kind"],
            "debts": row["debts"],
            "withdrawn_at": fact.ended_at,
        }
    )


def attorney(fact: Known) -> Entry:
    row = fact.row
    released = fact.end is not None and fact.end["end_reason"] == models.Fact.End.RELEASED
    return compact(
        {
            "from": instant(row["valid_from"]),
            "debts": row["debts"],
            "identity": row["identity"],
            ("released_at" if released else "ended_at"): fact.ended_at,
        }
    )


def bankruptcy(fact: Known, who: WhoIs) -> Entry:
    row = fact.row
    return compact(
        {
            "filed_on": row["filed_on"],
            "filer": who(row["person_id"]),
            "chapter": row["chapter"],
            "provisional": row["provisional"],
            "status": row["status"],
            "status_on": row["status_on"],
            "debts": row["debts"],
            "released_at": fact.ended_at,
        }
    )


def death(fact: Known, who: WhoIs) -> Entry:
    return {"person_id": who(fact.row["person_id"]), "notice_at": instant(fact.row["valid_from"])}


def identity_theft(fact: Known) -> Entry:
    row = fact.row
    return compact(
        {
            "at": instant(row["valid_from"]),
            "kind": row["kind"],
            "debts": row["debts"],
            "released_at": fact.ended_at,
        }
    )


def email_basis(fact: Known) -> Entry:
    row = fact.row
    named = (
        "creditor_got_from_consumer",
        "creditor_used_about_account",
        "notice_names_collector",
        "notice_sent_on",
        "optout_by",
        "prior_basis_valid",
        "immediately_prior_used",
    )
    return compact(
        {
            "basis": row["basis"],
            "evidence_id": row["id"],
            "on": row["since"],
            **{name: row[name] for name in named},
            "opted_out": fact.end is not None,
        }
    )


def dispute(fact: Known, answers: Iterable[Known]) -> Entry:
    row = fact.row
    return compact(
        {
            "debt_id": row["account_id"],
            "kind": row["kind"],
            "received_at": instant(row["valid_from"]),
            "written": row["written"],
            "postmarked_on": row["postmarked_on"],
            "amount": row["amount"],
            "answers": [_answer(each) for each in answers if each.row["dispute_id"] == row["id"]],
            "withdrawn_at": fact.ended_at,
        }
    )


def _answer(fact: Known) -> Entry:
    returned_on = fact.end["on"] if fact.end else None
    return compact({"sent_on": fact.row["on"], "medium": fact.row["medium"], "returned_on": returned_on})
