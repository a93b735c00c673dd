"""The queries behind fact sheets: at most 15, however many intents."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import Account, Endpoint, Party, Person
from accounts.selectors import moved_since
from compliance import packs
from compliance.intents import ContactIntent
from compliance.models import ValidationNotice
from compliance.notice_rules import Itemization, itemization_of
from compliance.rules import dates
from compliance.sheets import build
from compliance.sheets.attempts import read_attempts
from compliance.sheets.facts import Entry, Known, compact, read_facts, read_stops_of
from compliance.vocabulary import Channel
from credira.core import clock
from credira.tenancy.models import Workspace
from creditors.models import CreditorProfile, OperatingEntity
from creditors.selectors import list_authorizations

CLASS_OF = {
    "credit_card": "card",
    "line_of_credit": "line",
    "personal_loan": "closed_end_loan",
    "auto_loan": "auto_indirect",
    "invoice": "invoice",
    "mortgage": "mortgage",
    "medical": "medical",
    "student_loan": "student",
    "utility": "utility",
    "retail_installment": "retail_installment",
}
# What AMT-02 reads; for an account that was taken back the sheet has no word: it is held instead (build._closed).
STATUS_OF = {"paid_in_full": "paid", "settled": "settled"}
OVER = ("closed", "cured")

# What the sheet says of each kind of endpoint.
ENDPOINT_FACTS = {
    "phone": ("number_type", "state", "zones"),
    "email": ("domain_public",),
    "address": ("address_type", "state", "zones", "zip", "country", "military", "valid_from", "valid_to"),
}
ENDPOINT_COLUMNS = {"kind", "place", "source"}.union(*ENDPOINT_FACTS.values())


def read(
    workspace: Workspace, intents: Sequence[ContactIntent], at: dt.datetime, *, without: UUID | None
) -> build.Rows:
    """Everything that the sheets of these intents need, as known at ``at``."""
    creditor = (
        CreditorProfile.objects.filter(workspace=workspace).values("name", "own_names", "state", "policy").first()
    )
    wanted = {account_id for intent in intents for account_id in intent.account_ids}
    accounts = _accounts(workspace, wanted, creditor["state"] if creditor else "", at)
    ids = [row["id"] for group in accounts.values() for row in group]
    parties = _parties(workspace, ids)
    asked = {each for intent in intents for each in (intent.person_id, *intent.copy_to) if each is not None}
    people = {*accounts, *asked, *(row["person_id"] for group in parties.values() for row in group)}
    person_facts, account_facts, workspace_facts = read_facts(workspace, people, ids, at)
    endpoints = _endpoints(workspace, people, at)
    _let_stops_bind_twins(workspace, endpoints, person_facts, at)
    entities = _entities(workspace, {row["entity_id"] for group in accounts.values() for row in group})
    return build.Rows(
        at=at,
        accounts=accounts,
        account={row["id"]: row for group in accounts.values() for row in group},
        parties=parties,
        named=_named(workspace, people - accounts.keys()),
        endpoints=endpoints,
        entities=entities,
        authorizations=_authorizations(workspace, entities, at),
        common=build.common(_creditor(creditor), creditor["policy"] if creditor else {}, workspace_facts, at),
        attempts=read_attempts(
            workspace,
            accounts,
            at,
            without=without,
            all_time=any(intent.channel == Channel.FURNISH for intent in intents),
        ),
        person_facts=person_facts,
        account_facts=account_facts,
        notices=_notices(workspace, accounts, at),
    )


def _accounts(
    workspace: Workspace, wanted: Iterable[UUID], creditor_state: str, at: dt.datetime
) -> dict[UUID, list[Entry]]:
    """Every account of the consumers of the wanted ones, by consumer."""
    # Two plain look-ups, not a subquery: under row-level security the planner takes it for the whole tenant.
    consumers = set(
        Account.objects.filter(workspace=workspace, id__in=list(wanted)).values_list("person_id", flat=True)
    )
    states = dict(Person.objects.filter(workspace=workspace, id__in=consumers).values_list("id", "state"))
    rows = list(Account.objects.filter(workspace=workspace, person_id__in=list(states)).order_by("id"))
    _as_owed(workspace, rows, at)
    grouped: dict[UUID, list[Entry]] = defaultdict(list)
    for account in rows:
        places = {state for state in (states[account.person_id], creditor_state) if state}
        grouped[account.person_id].append(
            {
                "id": account.id,
                "person_id": account.person_id,
                "entity_id": account.entity_id,
                "collector_role": account.collector_role,
                "held_since": account.created_at if account.status in OVER else None,
                "debt": _debt(account, places, at),
                "itemization": itemization_of(account),
            }
        )
    return grouped


def _as_owed(workspace: Workspace, accounts: Sequence[Account], at: dt.datetime) -> None:
    """Take the accounts back to what was owed at ``at``, when that is past; an account that was paid since was open."""
    if at >= clock.now():
        return
    moved = moved_since(workspace, [account.id for account in accounts if account.created_at <= at], at)
    for account in accounts:
        account.current_balance -= moved.get(account.id, 0)
        if account.status in STATUS_OF and account.current_balance > 0:
            account.status = Account.Status.CONTACTED


def _debt(account: Account, places: Set[str], at: dt.datetime) -> Entry:
    """The account's own part of its debt on the sheet."""
    klass = CLASS_OF.get(account.account_type, "other")
    since = delinquent_since(account)
    entry = {
        "id": str(account.id),
        "class": klass,
        "purpose": account.purpose,
        "obligor": account.obligor,
        "balance": _balance(account),
        "status": STATUS_OF.get(account.status, "open"),
        "entered_on": account.entered_on,
        "in_default_when_placed": account.in_default_when_placed,
        "frequency_group": account.frequency_group,
        "dpd": account.dpd_on(at.date()),
        "charged_off": account.charge_off_date is not None and account.charge_off_date <= at.date(),
        "dofd": since,
    }
    if account.time_barred_on is not None or since is not None:
        entry["time_barred_on"] = account.time_barred_on or time_barred_on(since, klass, places)
    return entry


def _balance(account: Account) -> Decimal | None:
    """The balance now; an account that came without any amount isn't one that owes nothing (AMT-02)."""
    asserted = account.itemized_balance is not None or account.current_balance > 0
    return account.current_balance if asserted else None


def delinquent_since(account: Account) -> dt.date | None:
    """The first delinquency never cured: as told, else from the days past due; None when neither is known."""
    if account.first_delinquency_on is not None or account.dpd is None or account.dpd_as_of is None:
        return account.first_delinquency_on
    return account.dpd_as_of - dt.timedelta(days=account.dpd) if account.dpd else None


def time_barred_on(since: dt.date | None, klass: str, places: Set[str]) -> dt.date | None:
    """The first day on which the shortest limitation period of these places has run (TB-01); None: none is known."""
    periods = packs.load().limitation_years
    years = dates.limitation_years([periods[place] for place in places if place in periods], klass)
    return None if years is None or since is None else dates.time_barred_on(since, years)


def _parties(workspace: Workspace, accounts: Iterable[UUID]) -> dict[UUID, list[Entry]]:
    """The people of each account beside its consumer."""
    rows = Party.objects.filter(workspace=workspace, account_id__in=list(accounts)).order_by("id")
    grouped: dict[UUID, list[Entry]] = defaultdict(list)
    for row in rows.values("account_id", "person_id", "relation"):
        grouped[row["account_id"]].append(dict(row))
    return grouped


def _named(workspace: Workspace, people: Set[UUID]) -> Set[str]:
    """Those of some people whose name is known (DEC-01)."""
    known = Person.objects.filter(workspace=workspace, id__in=list(people))
    known = known.exclude(first_name="", last_name="", company_name="")
    return {str(key) for key in known.values_list("id", flat=True)} if people else frozenset()


def _endpoints(workspace: Workspace, people: Iterable[UUID], at: dt.datetime) -> dict[UUID, list[Entry]]:
    rows = Endpoint.objects.filter(workspace=workspace, person_id__in=list(people), created_at__lte=at).order_by("id")
    grouped: dict[UUID, list[Entry]] = defaultdict(list)
    for row in rows.values("id", "person_id", "value_norm", *ENDPOINT_COLUMNS):
        known = ("kind", "place", "source", *ENDPOINT_FACTS[row["kind"]])
        facts = compact({name: row[name] for name in known})
        found = {"id": row["id"], "value": (row["kind"], row["value_norm"]), "facts": facts}
        last_day = row["valid_to"]
        grouped[row["person_id"]].append({**found, "ended": last_day is not None and last_day < at.date()})
    return grouped


def _let_stops_bind_twins(
    workspace: Workspace,
    endpoints: Mapping[UUID, Sequence[Entry]],
    person_facts: dict[str, list[Known]],
    at: dt.datetime,
) -> None:
    """What stops a number or an e-mail address binds every consumer who has the same one (MEDIUM-01)."""
    own = {row["id"]: (person, row["value"]) for person, rows in endpoints.items() for row in rows}
    holders: dict[tuple[str, str], list[tuple[UUID, UUID]]] = defaultdict(list)
    for endpoint_id, (person, value) in own.items():
        if value[0] != "address":
            holders[value].append((person, endpoint_id))
    same = Endpoint.objects.filter(workspace=workspace, value_norm__in=[norm for _, norm in holders])
    found = same.exclude(kind="address").values_list("id", "kind", "value_norm")
    twins = {key: (kind, norm) for key, kind, norm in found if len(holders[kind, norm]) > 1 or key not in own}
    if not twins:
        return
    for stop in read_stops_of(workspace, twins, at):
        for person, endpoint_id in holders[twins[UUID(stop.row["endpoint_id"])]]:
            if str(endpoint_id) != stop.row["endpoint_id"]:
                bound = {**stop.row, "person_id": str(person), "endpoint_id": str(endpoint_id)}
                person_facts[str(person)].append(Known(stop.label, bound, stop.end))


def _entities(workspace: Workspace, ids: Iterable[UUID]) -> dict[UUID, Entry]:
    rows = OperatingEntity.objects.filter(workspace=workspace, id__in=list(ids))
    return {row["id"]: dict(row) for row in rows.values("id", "name", "names", "name_reveals_collection")}


def _authorizations(workspace: Workspace, entities: Iterable[UUID], at: dt.datetime) -> dict[UUID, list[Entry]]:
    """The authorizations as they stood at ``at``, by entity."""
    rows = list_authorizations(workspace, as_known_at=at).filter(entity_id__in=list(entities))
    grouped: dict[UUID, list[Entry]] = defaultdict(list)
    for row in rows.values("entity_id", "place", "role", "basis", "valid_from", "valid_to"):
        grouped[row["entity_id"]].append(dict(row))
    return grouped


def _creditor(profile: Mapping[str, Any] | None) -> Entry:
    """The creditor's names; a workspace without a profile has none that a first party could use."""
    if profile is None:
        return {"name": "(no creditor profile)"}
    return {"name": profile["name"], "own_names": profile["own_names"]}


def _notices(workspace: Workspace, accounts: Mapping[UUID, Sequence[Entry]], at: dt.datetime) -> dict[UUID, Entry]:
    """The newest validation notice of each account, as it stood at ``at``."""
    lines = {row["id"]: row["itemization"] for group in accounts.values() for row in group}
    rows = ValidationNotice.objects.filter(workspace=workspace, account_id__in=list(lines), recorded_at__lte=at)
    return {notice.account_id: _notice(notice, lines[notice.account_id], at) for notice in rows.order_by("id")}


def _notice(notice: ValidationNotice, lines: Itemization, at: dt.datetime) -> Entry:
    status = "pending"
    if notice.status == ValidationNotice.Status.NOT_REQUIRED:
        status = "not_required"
    elif notice.status == ValidationNotice.Status.CANCELLED:
        status = "none"
    elif notice.undelivered_at is not None and notice.undelivered_at <= at:
        status = "undelivered"
    elif notice.sent_at is not None and notice.sent_at <= at:
        status = "sent"
    return compact(
        {
            "status": status,
            "sent_on": notice.sent_on if status == "sent" else None,
            "period_end": notice.period_end if status == "sent" else None,
            "data_complete": not any(each["code"] == "VN_DATA_INCOMPLETE" for each in notice.problems)
            and None not in dataclasses.astuple(lines),
            "itemization": dataclasses.asdict(lines),
        }
    )
