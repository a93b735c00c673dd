"""A fact sheet of the vectors, recorded as rows: accounts by the rows themselves, everything else by the services."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.models import Account, Endpoint, Party, Person
from compliance import notices, services
from compliance.models import DebtMark, ValidationNotice
from compliance.selectors import list_notices
from credira.core.ids import public_id
from credira.tenancy.models import Workspace
from creditors.models import CreditorProfile, OperatingEntity
from creditors.services import AuthorizationRow, create_entity, put_state_authorizations

ACCOUNT_TYPES = {
    "card": "credit_card",
    "line": "line_of_credit",
    "closed_end_loan": "personal_loan",
    "auto_indirect": "auto_loan",
    "student": "student_loan",
    "medical": "medical",
    "invoice": "invoice",
}
STATUSES = {"open": "placed", "paid": "paid_in_full", "settled": "settled"}
NOON = dt.time(12)


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def money(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@dataclass
class Recorded:
    """The rows of one sheet; `ids` maps the sheet's ids to the rows'."""

    workspace: Workspace
    at: dt.datetime
    ids: dict[str, UUID] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def id(self, name: str | None) -> UUID | None:
        return None if name is None else self.ids[name]

    def debts(self, entry: dict[str, Any]) -> list[UUID] | None:
        named = entry.get("debts")
        return None if named is None else [self.ids[each] for each in named]

    def person(self, entry: dict[str, Any], key: str = "person_id") -> UUID:
        return self.ids[entry.get(key, "consumer")]


def record_sheet(workspace: Workspace, facts: dict[str, Any], at: dt.datetime) -> Recorded:
    """Call it bound, with the workspace's clock at ``at``."""
    world = Recorded(workspace, at)
    CreditorProfile.objects.filter(workspace=workspace).update(
        name=facts["creditor"]["name"],
        own_names=facts["creditor"].get("own_names", []),
        policy=facts.get("policy", {}),
    )
    entity = _entity(world, facts)
    _people(world, facts)
    for debt in facts["debts"]:
        _debt(world, debt, facts["role"], entity)
    for person in facts.get("persons", []):
        Party.objects.create(
            workspace=workspace,
            account_id=world.ids[facts["debts"][0]["id"]],
            person_id=world.ids[person["id"]],
            relation=person["relation"],
        )
    for endpoint in facts["endpoints"]:
        _endpoint(world, endpoint)
    _consumer(world, facts["consumer"])
    for debt in facts["debts"]:
        _said(world, debt)
    for name, record in RECORDERS.items():
        for entry in facts.get(name, []):
            record(world, entry)
    if "checked_on" in facts.get("scra", {}):
        services.mark_person(
            workspace=workspace,
            person_id=world.ids["consumer"],
            kind="scra_check",
            on=day(facts["scra"]["checked_on"]),
            holds=facts["scra"].get("active_duty", False),
        )
    return world


def _entity(world: Recorded, facts: dict[str, Any]) -> OperatingEntity:
    given = facts["entity"]
    entity = create_entity(
        workspace=world.workspace,
        name=given["name"],
        names=given.get("names", []),
        name_reveals_collection=given.get("name_reveals_collection", False),
        street="1 Depot Way",
        city="Columbus",
        state="OH",
        postal_code="43215",
    )
    put_state_authorizations(
        workspace=world.workspace,
        rows=[
            AuthorizationRow(
                entity=entity,
                place=row["place"],
                role=row["role"],
                basis=row["basis"],
                valid_from=dt.date.fromisoformat(row["valid_from"]),
                valid_to=day(row.get("valid_to")),
            )
            for row in given["authorizations"]
        ],
    )
    return entity


def _people(world: Recorded, facts: dict[str, Any]) -> None:
    for name in ("consumer", *(person["id"] for person in facts.get("persons", []))):
        known = name == "consumer" or next(each for each in facts["persons"] if each["id"] == name).get("named")
        named = {"first_name": name.title(), "last_name": "Example"} if known else {}
        world.ids[name] = Person.objects.create(workspace=world.workspace, **named).id


def _debt(world: Recorded, debt: dict[str, Any], role: str, entity: OperatingEntity) -> None:
    lines = debt.get("notice", {}).get("itemization", {})
    balance = lines.get("total", debt.get("balance"))
    account = Account.objects.create(
        workspace=world.workspace,
        person_id=world.ids["consumer"],
        entity=entity,
        creditor_reference=f"REF-{debt['id']}",
        content_hash=debt["id"].encode(),
        placement_date=world.at.date(),
        original_creditor="Lakeshore Credit Union",
        current_creditor="Lakeshore Credit Union",
        account_type=ACCOUNT_TYPES[debt["class"]],
        collector_role=role,
        status=STATUSES[debt.get("status", "open")],
        currency="USD",
        current_balance=money(balance) or 0,
        itemized_balance=money(balance),
        purpose=debt["purpose"],
        obligor=debt["obligor"],
        dpd=debt["dpd"],
        dpd_as_of=world.at.date(),
        charge_off_date=world.at.date() - dt.timedelta(days=30) if debt["charged_off"] else None,
        first_delinquency_on=day(debt["dofd"]),
        time_barred_on=day(debt["time_barred_on"]),
        frequency_group=debt.get("frequency_group", ""),
        itemization_date_kind="charge_off",
        itemization_date=dt.date(2025, 12, 1),
        original_balance=money(lines.get("amount", balance)),
        interest_since=money(lines.get("interest", 0)),
        fees_since=money(lines.get("fees", 0)),
        payments_since=money(lines.get("credits", 0)),
    )
    world.ids[debt["id"]] = account.id
    world.names[debt["id"]] = account.public_id


def _endpoint(world: Recorded, entry: dict[str, Any]) -> None:
    owner = world.person(entry)
    plain = ("kind", "source", "place", "number_type", "state", "zones", "zip", "country", "domain_public")
    row = Endpoint.objects.create(
        workspace=world.workspace,
        person_id=owner,
        value=f"{entry['id']}@example.com" if entry["kind"] == "email" else entry["id"],
        value_norm=entry["id"],
        address_type=entry.get("address_type", ""),
        street="5 Elm St" if entry["kind"] == "address" else "",
        city="Springfield" if entry["kind"] == "address" else "",
        **{"source": "unknown", **{name: entry[name] for name in plain if entry.get(name) is not None}},
    )
    world.ids[entry["id"]] = row.id
    world.names[entry["id"]] = row.public_id
    for mark in ("wrong_party", "work_prohibited", "employer", "leak_reported", "bad"):
        if entry.get(mark):
            services.mark_endpoint(workspace=world.workspace, endpoint_id=row.id, kind=mark)
    for query in entry.get("rnd", []):
        services.mark_endpoint(
            workspace=world.workspace, endpoint_id=row.id, kind=f"rnd_{query['result']}", on=day(query["on"])
        )
    for basis in entry.get("bases", []):
        dates = ("notice_sent_on", "optout_by")
        known = services.record_email_basis(
            workspace=world.workspace,
            endpoint_id=row.id,
            basis=basis["basis"],
            since=day(basis.get("on")),
            evidence=basis.get("evidence_id", ""),
            **{name: day(basis[name]) for name in dates if name in basis},
            **{
                name: value
                for name, value in basis.items()
                if name not in (*dates, "basis", "on", "evidence_id", "opted_out")
            },
        )
        world.names[basis.get("evidence_id", "")] = known.public_id


def _consumer(world: Recorded, entry: dict[str, Any]) -> None:
    marks: list[dict[str, Any]] = []
    if stated := entry.get("stated_location"):
        marks.append(
            {
                "kind": "stated_location",
                "zone": stated["zone"],
                "state": stated.get("state", ""),
                "on": day(stated["stated_on"]),
            }
        )
    marks.extend(
        {"kind": "inconvenient_place", "place": place["place"], "at": instant(place["at"])}
        for place in entry.get("inconvenient_places", [])
    )
    for mark in marks:
        services.mark_person(workspace=world.workspace, person_id=world.ids["consumer"], **mark)


def _said(world: Recorded, debt: dict[str, Any]) -> None:
    """What was said and sent about a debt before."""
    account_id = world.ids[debt["id"]]
    said = {
        DebtMark.Kind.FULL_MM_ORAL: debt.get("full_mm_oral_on"),
        DebtMark.Kind.FULL_MM_WRITTEN: debt.get("full_mm_written_on"),
        DebtMark.Kind.DC_NOTICE_MAILED: debt.get("dc_notice_mailed_on"),
    }
    if initial := debt.get("initial_communication"):
        said[DebtMark.Kind(f"initial_{initial['medium']}")] = initial["on"]
    if debt.get("documents_in_possession") is not None:
        kind = "documents_held" if debt["documents_in_possession"] else "documents_missing"
        said[DebtMark.Kind(kind)] = "2026-01-01"
    for kind, on in said.items():
        if on is not None:
            services.mark_debt(
                workspace=world.workspace, account_id=account_id, kind=kind, on=dt.date.fromisoformat(on)
            )
    notice = debt.get("notice")
    if notice is None:
        return
    if notice["status"] == "sent":
        notices.record_earlier(
            workspace=world.workspace,
            account_id=account_id,
            sent_on=dt.date.fromisoformat(notice["sent_on"]),
            period_end=dt.date.fromisoformat(notice["period_end"]),
        )
    else:
        assert notice["status"] == "pending"
        notices.create_for_placed(world.workspace, [account_id])
        assert list_notices(world.workspace, account_id).get().status == ValidationNotice.Status.PENDING


def _attempt(world: Recorded, entry: dict[str, Any]) -> None:
    optional = ("cease_exception_kind", "message_possible", "monitored")
    services.record_contact(
        workspace=world.workspace,
        account_ids=[world.ids[each] for each in entry["debts"]],
        channel=entry["channel"],
        at=instant(entry["at"]),
        direction=entry.get("direction", "outbound"),
        purpose=entry.get("purpose", "collect"),
        person_id=world.person(entry),
        endpoint_id=world.id(entry.get("endpoint_id")),
        voice_mode=entry.get("voice_mode", "human"),
        connect_status=entry.get("connect_status", "in_flight"),
        discussed=[world.ids[each] for each in entry.get("discussed", [])],
        returned_on=day(entry.get("returned_on")),
        **{name: entry[name] for name in optional if name in entry},
    )


def _consent(world: Recorded, entry: dict[str, Any]) -> None:
    if entry.get("endpoint_id", "") not in ("", *world.ids):
        return  # a row can't name an endpoint that isn't there
    at = instant(entry["at"])
    row = services.record_consent(
        workspace=world.workspace,
        person_id=world.person(entry),
        kind=entry["kind"],
        at=at,
        endpoint_id=world.id(entry.get("endpoint_id")),
        debts=world.debts(entry),
        first_day=day(entry.get("from")),
        last_day=day(entry.get("to")),
        **{n: entry[n] for n in ("medium", "given_to", "source", "written", "affirmed_personal") if n in entry},
    )
    world.ids[entry["id"]] = row.id
    world.names[entry["id"]] = row.public_id
    if "revoked_at" in entry:
        services.revoke_consent(workspace=world.workspace, consent_id=row.id, at=instant(entry["revoked_at"]))


def _optout(world: Recorded, entry: dict[str, Any]) -> None:
    row = services.record_opt_out(
        workspace=world.workspace,
        person_id=world.person(entry),
        scope=entry["scope"],
        endpoint_id=world.id(entry.get("endpoint_id")),
        medium=entry.get("medium", ""),
        at=instant(entry["at"]),
    )
    if "ended_at" in entry:
        services.end_opt_out(workspace=world.workspace, opt_out_id=row.id, at=instant(entry["ended_at"]))


def _window(world: Recorded, entry: dict[str, Any]) -> None:
    consent = entry.get("consent_id")
    row = services.record_window(
        workspace=world.workspace,
        person_id=world.ids["consumer"],
        kind=entry["kind"],
        first_day=day(entry.get("from")),
        last_day=day(entry.get("to")),
        consent_id=world.ids.get(consent) if consent else None,
        at=instant(entry["said_at"]) if "said_at" in entry else None,
        **{n: entry[n] for n in ("weekdays", "start", "end", "zone", "media", "direct_consent") if n in entry},
    )
    if consent and consent not in world.ids:
        world.names[consent] = row.public_id


def _cease(world: Recorded, entry: dict[str, Any]) -> None:
    row = services.record_cease(
        workspace=world.workspace,
        person_id=world.ids["consumer"],
        written=entry["written"],
        kind=entry.get("kind", "stop"),
        debts=world.debts(entry),
        at=instant(entry["received_at"]),
    )
    if "withdrawn_at" in entry:
        services.withdraw_cease(workspace=world.workspace, cease_id=row.id, at=instant(entry["withdrawn_at"]))


def _attorney(world: Recorded, entry: dict[str, Any]) -> None:
    row = services.record_attorney(
        workspace=world.workspace,
        person_id=world.ids["consumer"],
        identity=entry.get("identity", "known"),
        debts=world.debts(entry),
        at=instant(entry["from"]),
    )
    for key, released in (("released_at", True), ("ended_at", False)):
        if key in entry:
            services.end_attorney(
                workspace=world.workspace, representation_id=row.id, released=released, at=instant(entry[key])
            )


def _dispute(world: Recorded, entry: dict[str, Any]) -> None:
    row = services.file_dispute(
        workspace=world.workspace,
        account_id=world.ids[entry["debt_id"]],
        channel="mail" if entry["written"] else "phone",
        written=entry["written"],
        kind=entry.get("kind", "dispute"),
        amount=money(entry.get("amount")),
        postmarked_on=day(entry.get("postmarked_on")),
        at=instant(entry["received_at"]),
    )
    for answer in entry.get("answers", []):
        sent = services.answer_dispute(
            workspace=world.workspace,
            dispute_id=row.id,
            kind="verification",
            medium=answer["medium"],
            on=dt.date.fromisoformat(answer["sent_on"]),
        )
        if "returned_on" in answer:
            services.return_answer(
                workspace=world.workspace, answer_id=sent.id, on=dt.date.fromisoformat(answer["returned_on"])
            )


def _bankruptcy(world: Recorded, entry: dict[str, Any]) -> None:
    row = services.record_bankruptcy(
        workspace=world.workspace,
        person_id=world.person(entry, "filer"),
        filed_on=dt.date.fromisoformat(entry["filed_on"]),
        chapter=entry.get("chapter", ""),
        provisional=entry.get("provisional", False),
        status=entry.get("status", "filed"),
        status_on=day(entry.get("status_on")),
        debts=world.debts(entry),
    )
    if "released_at" in entry:
        services.release_bankruptcy(workspace=world.workspace, bankruptcy_id=row.id, at=instant(entry["released_at"]))


def _death(world: Recorded, entry: dict[str, Any]) -> None:
    services.record_death(workspace=world.workspace, person_id=world.person(entry), at=instant(entry["notice_at"]))


def _hold(world: Recorded, entry: dict[str, Any]) -> None:
    services.place_hold(
        workspace=world.workspace,
        kind=entry["kind"],
        person_id=None if entry["kind"] == "kill_switch" else world.ids["consumer"],
        debts=world.debts(entry),
        at=instant(entry["from"]),
        until=instant(entry["to"]) if "to" in entry else None,
        reason="vector",
    )


def _state_text(world: Recorded, entry: dict[str, Any]) -> None:
    services.record_state_text(
        workspace=world.workspace,
        place=entry["place"],
        code=entry["code"],
        approved=entry["approved"],
        media=entry.get("media", []),
    )


RECORDERS = {
    "consents": _consent,
    "optouts": _optout,
    "windows": _window,
    "cease": _cease,
    "attorneys": _attorney,
    "disputes": _dispute,
    "bankruptcies": _bankruptcy,
    "deaths": _death,
    "holds": _hold,
    "state_texts": _state_text,
    "attempts": _attempt,
}


def body_of(world: Recorded, intent: dict[str, Any]) -> dict[str, Any]:
    """The intent as the body of /check."""
    first, *rest = intent["debts"]
    body = {
        name: value for name, value in intent.items() if name not in ("debts", "endpoint_id", "person_id", "copy_to")
    }
    body["account_id"] = public_id("acct", world.ids[first])
    if rest:
        body["debts"] = [public_id("acct", world.ids[each]) for each in rest]
    if "endpoint_id" in intent:
        body["endpoint_id"] = public_id("ep", world.ids[intent["endpoint_id"]])
    if "person_id" in intent:
        body["person_id"] = public_id("cons", world.ids[intent["person_id"]])
    if "copy_to" in intent:
        body["copy_to"] = [public_id("cons", world.ids[each]) for each in intent["copy_to"]]
    return body
