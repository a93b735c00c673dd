"""From rows to fact sheets: nothing here asks the database."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from compliance import models
from compliance.rules import dates
from compliance.sheets import facts
from compliance.sheets.attempts import Key, attempt
from compliance.sheets.facts import Entry, Known, WhoIs, compact

CONSUMER = "consumer"
# The parts of a sheet that are the same for everybody in a workspace.
COMMON = ("creditor", "state_texts", "approvals", "policy")
NYC = "NY-NYC"
RND = {"rnd_no": "no", "rnd_yes": "yes", "rnd_no_data": "no_data"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything read for some sheets, as known at ``at``."""

    at: dt.datetime
    accounts: Mapping[UUID, Sequence[Mapping[str, Any]]]  # by consumer
    account: Mapping[UUID, Mapping[str, Any]]  # by its own id
    parties: Mapping[UUID, Sequence[Mapping[str, Any]]]  # by account
    named: Set[str]  # people whose name is known
    endpoints: Mapping[UUID, Sequence[Mapping[str, Any]]]  # by person
    entities: Mapping[UUID, Mapping[str, Any]]
    authorizations: Mapping[UUID, Sequence[Mapping[str, Any]]]  # by entity
    common: Entry  # what every sheet of the workspace says alike
    attempts: Mapping[Key, Sequence[dict[str, Any]]]
    person_facts: Mapping[str, Sequence[Known]]
    account_facts: Mapping[str, Sequence[Known]]
    notices: Mapping[UUID, Entry]  # by account


@dataclass(slots=True)
class Sorted:
    """The facts of one sheet's people by their table."""

    by_label: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def of(self, model: type[models.Fact]) -> list[Known]:
        return self.by_label.get(str(model._meta.model_name), [])


def sheet(rows: Rows, *, consumer_id: UUID, entity_id: UUID, role: str, others: Iterable[UUID] = ()) -> Entry:
    """The fact sheet of one consumer, as one entity in one role sees it."""
    accounts = [
        row for row in rows.accounts[consumer_id] if row["entity_id"] == entity_id and row["collector_role"] == role
    ]
    persons = _persons(rows, accounts, consumer_id, others)
    people = [str(consumer_id), *persons]

    def who(person_id: str) -> str:
        return CONSUMER if person_id == people[0] else person_id

    sorted_facts = _sorted(rows, people)
    own = sorted_facts if len(people) == 1 else _sorted(rows, people[:1])
    debts = [_debt(rows, row) for row in accounts]
    endpoints = _endpoints(rows, people, sorted_facts, who)
    consumer = _consumer(own, rows.at)
    return {
        "role": role,
        "entity": _entity(rows, entity_id, role, endpoints, consumer),
        "consumer": consumer,
        "persons": [_marked(entry, rows.person_facts.get(key, ()), rows.at) for key, entry in persons.items()],
        "debts": debts,
        "endpoints": endpoints,
        "attempts": _attempts(rows, (entity_id, consumer_id), who),
        "consents": [facts.consent(each, who) for each in sorted_facts.of(models.Consent)],
        "optouts": [facts.opt_out(each, who) for each in sorted_facts.of(models.OptOut)],
        "windows": [facts.window(each) for each in own.of(models.Window) if not each.over(rows.at)],
        "cease": [facts.cease(each) for each in own.of(models.Cease)],
        "attorneys": [facts.attorney(each) for each in own.of(models.AttorneyRep)],
        "disputes": _disputes(rows, accounts),
        "bankruptcies": [facts.bankruptcy(each, who) for each in sorted_facts.of(models.Bankruptcy)],
        "deaths": [facts.death(each, who) for each in sorted_facts.of(models.Death) if not each.over(rows.at)],
        "identity_theft": [facts.identity_theft(each) for each in own.of(models.IdentityTheft)],
        "scra": _scra(own),
        "holds": [*(facts.hold(each) for each in own.of(models.Hold)), *rows.common["holds"], *_closed(accounts)],
        **{name: rows.common[name] for name in COMMON},
    }


def with_notices(rows: Rows, noticed: Mapping[UUID, dt.date]) -> Rows:
    """What the rows would say if the validation notices of these accounts had been sent on these days."""
    sent = {
        account_id: {
            **rows.notices.get(account_id, {}),
            "status": "sent",
            "sent_on": on,
            "period_end": dates.validation_period_end(on),
        }
        for account_id, on in noticed.items()
    }
    return replace(rows, notices={**rows.notices, **sent})


def _sorted(rows: Rows, people: Sequence[str]) -> Sorted:
    found = Sorted()
    for person in people:
        for known in rows.person_facts.get(person, ()):
            found.by_label[known.label].append(known)
    return found


def _persons(
    rows: Rows, accounts: Sequence[Mapping[str, Any]], consumer_id: UUID, others: Iterable[UUID]
) -> dict[str, Entry]:
    """The people of these accounts beside the consumer, by id; one that nobody introduced is `unknown`."""
    persons: dict[str, Entry] = {}
    for account in accounts:
        for party in rows.parties.get(account["id"], ()):
            if party["person_id"] != consumer_id:
                key = str(party["person_id"])
                persons[key] = {"id": key, "relation": party["relation"], "named": key in rows.named}
    for other in others:
        if other != consumer_id:
            persons.setdefault(str(other), {"id": str(other), "relation": "unknown"})
    return persons


def _marked(entry: Entry, known: Iterable[Known], at: dt.datetime) -> Entry:
    kinds = {each.row["kind"] for each in known if each.label == "personmark" and not each.over(at)}
    return {
        **entry,
        "asked_unprompted": models.PersonMark.Kind.ASKED_UNPROMPTED in kinds,
        "may_recontact": models.PersonMark.Kind.MAY_RECONTACT in kinds,
    }


def _entity(rows: Rows, entity_id: UUID, role: str, endpoints: Sequence[Entry], consumer: Entry) -> Entry:
    """The entity, with its authorizations for the places that this sheet may ask about."""
    entity = rows.entities[entity_id]
    places = {each["state"] for each in endpoints if each.get("state")} | {NYC}
    if "stated_location" in consumer:
        places.add(consumer["stated_location"].get("state"))
    return {
        "name": entity["name"],
        "names": entity["names"],
        "name_reveals_collection": entity["name_reveals_collection"],
        "authorizations": [
            {name: row[name] for name in ("place", "role", "basis", "valid_from", "valid_to")}
            for row in rows.authorizations.get(entity_id, ())
            if row["place"] in places and row["role"] == role
        ],
    }


def _consumer(own: Sorted, at: dt.datetime) -> Entry:
    kinds = models.PersonMark.Kind
    marks = [each for each in own.of(models.PersonMark) if each.row["valid_from"]]
    current = [each for each in marks if not each.over(at)]
    stated = _newest(current, kinds.STATED_LOCATION)
    device = _newest(current, kinds.DEVICE)
    unusual = _newest(current, kinds.UNUSUAL_PLACE)
    relationship = _newest(current, kinds.CREDITOR_RELATIONSHIP)
    unreachable = _newest(current, kinds.UNREACHABLE_ELSEWHERE)
    return compact(
        {
            "stated_location": stated
            and compact(
                {
                    "zone": stated.row["zone"],
                    "state": stated.row["state"],
                    "country": stated.row["country"],
                    "stated_on": stated.row["on"],
                }
            ),
            "device": device and {"zone": device.row["zone"], "seen_on": device.row["on"]},
            "creditor_relationship": relationship and relationship.row["holds"],
            "unreachable_elsewhere": unreachable and unreachable.row["holds"],
            "inconvenient_places": [
                compact(
                    {
                        "place": each.row["place"],
                        "at": facts.instant(each.row["valid_from"]),
                        "ended_at": each.ended_at,
                    }
                )
                for each in marks
                if each.row["kind"] == kinds.INCONVENIENT_PLACE
            ],
            "unusual_place": unusual
            and compact(
                {
                    "place": unusual.row["place"],
                    "learned_at": facts.instant(unusual.row["valid_from"]),
                    "until": unusual.row["until"] and facts.instant(unusual.row["until"]),
                }
            ),
        }
    )


def _newest(known: Iterable[Known], kind: str) -> Known | None:
    of_kind = [each for each in known if each.row["kind"] == kind]
    return max(of_kind, key=lambda each: (each.row["valid_from"], each.row["id"]), default=None)


def _debt(rows: Rows, account: Mapping[str, Any]) -> Entry:
    """The account's own facts, and what was said and sent about it."""
    kinds = models.DebtMark.Kind
    first: dict[str, str] = {}
    for known in rows.account_facts.get(str(account["id"]), ()):
        if known.label == "debtmark" and not known.over(rows.at):
            kind, on = known.row["kind"], known.row["on"]
            first[kind] = min(first.get(kind, on), on)
    initial = min(
        (
            {"on": first[kind], "medium": medium}
            for kind, medium in ((kinds.INITIAL_WRITTEN, "written"), (kinds.INITIAL_ORAL, "oral"))
            if kind in first
        ),
        key=lambda entry: entry["on"],
        default=None,
    )
    held = {kinds.DOCUMENTS_HELD: True, kinds.DOCUMENTS_MISSING: False}
    documents = max(((first[kind], value) for kind, value in held.items() if kind in first), default=("", None))[1]
    entry = compact(
        {
            **account["debt"],
            "counsel_release": kinds.COUNSEL_RELEASE in first,
            "initial_communication": initial,
            "full_mm_oral_on": first.get(kinds.FULL_MM_ORAL),
            "full_mm_written_on": first.get(kinds.FULL_MM_WRITTEN),
            "dc_notice_mailed_on": first.get(kinds.DC_NOTICE_MAILED),
            "documents_in_possession": documents,
            "notice": rows.notices.get(account["id"]),
        }
    )
    if "time_barred_on" in account["debt"]:
        # Null says that no period is known for the place; omitted, that nobody looked.
        entry["time_barred_on"] = account["debt"]["time_barred_on"]
    return entry


def _endpoints(rows: Rows, people: Sequence[str], sorted_facts: Sorted, who: WhoIs) -> list[Entry]:
    marks: dict[str, list[Known]] = defaultdict(list)
    bases: dict[str, list[Known]] = defaultdict(list)
    for known in sorted_facts.of(models.EndpointMark):
        marks[known.row["endpoint_id"]].append(known)
    for known in sorted_facts.of(models.EmailBasis):
        bases[known.row["endpoint_id"]].append(known)
    return [
        _endpoint(row, who(person), marks[str(row["id"])], bases[str(row["id"])], rows.at)
        for person in people
        for row in rows.endpoints.get(UUID(person), ())
    ]


def _endpoint(
    row: Mapping[str, Any], person: str, marks: Sequence[Known], bases: Sequence[Known], at: dt.datetime
) -> Entry:
    kinds = models.EndpointMark.Kind
    held = {each.row["kind"] for each in marks if not each.over(at)}
    texts = [each.row["on"] for each in marks if each.row["kind"] == kinds.INBOUND_TEXT and each.row["on"]]
    return compact(
        {
            **row["facts"],
            "id": str(row["id"]),
            "person_id": person,
            "wrong_party": kinds.WRONG_PARTY in held,
            "work_prohibited": kinds.WORK_PROHIBITED in held,
            "employer": kinds.EMPLOYER in held,
            "leak_reported": any(each.row["kind"] == kinds.LEAK_REPORTED for each in marks),
            "bad": kinds.BAD in held or row["ended"],
            "rnd": [
                {"on": each.row["on"], "result": RND[each.row["kind"]]} for each in marks if each.row["kind"] in RND
            ],
            "last_inbound_text_on": max(texts, default=None),
            "bases": [facts.email_basis(each) for each in bases],
        }
    )


def _attempts(rows: Rows, key: Key, who: WhoIs) -> list[Entry]:
    found = (attempt(row, rows.at, who) for row in rows.attempts.get(key, ()))
    return [each for each in found if each is not None]


def _disputes(rows: Rows, accounts: Sequence[Mapping[str, Any]]) -> list[Entry]:
    entries = []
    for account in accounts:
        known = rows.account_facts.get(str(account["id"]), ())
        answers = [each for each in known if each.label == "disputeanswer"]
        entries += [facts.dispute(each, answers) for each in known if each.label == "dispute"]
    return entries


def _scra(own: Sorted) -> Entry:
    check = _newest(own.of(models.PersonMark), models.PersonMark.Kind.SCRA_CHECK)
    return {} if check is None else {"checked_on": check.row["on"], "active_duty": check.row["holds"]}


def common(creditor: Entry, policy: Mapping[str, Any], known: Sequence[Known], at: dt.datetime) -> Entry:
    """What every sheet of a workspace says alike; its holds join each sheet's own."""
    return {
        "creditor": creditor,
        "policy": policy,
        "state_texts": _state_texts(known, at),
        "approvals": _approvals(known, at),
        "holds": [facts.hold(each) for each in known if each.label == "hold"],
    }


def _closed(accounts: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """An account that was closed or cured is held: the sheet has no status for it."""
    return [
        {"kind": "manual", "from": account["held_since"], "debts": [str(account["id"])]}
        for account in accounts
        if account["held_since"] is not None
    ]


def _state_texts(known: Sequence[Known], at: dt.datetime) -> list[Entry]:
    newest: dict[tuple[str, str], Known] = {}
    for each in known:
        if each.label == "statetext" and not each.over(at):
            key = each.row["place"], each.row["code"]
            if key not in newest or newest[key].row["valid_from"] <= each.row["valid_from"]:
                newest[key] = each
    return [
        {
            "place": each.row["place"],
            "code": each.row["code"],
            "approved": each.row["approved"],
            "media": each.row["media"] or ["written"],
        }
        for each in newest.values()
    ]


def _approvals(known: Sequence[Known], at: dt.datetime) -> Entry:
    kinds = models.Approval.Kind
    held = [each.row for each in known if each.label == "approval" and not each.over(at)]
    return {
        "adad": sorted({row["place"] for row in held if row["kind"] == kinds.ADAD}),
        "ai_name_script": any(row["kind"] == kinds.AI_NAME_SCRIPT for row in held),
        "ai_voicemail": any(row["kind"] == kinds.AI_VOICEMAIL for row in held),
    }
