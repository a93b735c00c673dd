"""Who lives in a sandbox, who answers a number or reads an address, and which persona each one is."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from simulator.people import personas
from simulator.people.personas import PERSONAS, TEMPERAMENTS, Mail, Persona
from simulator.store import Row
from simulator.timing import iso
from simulator.world import Workspace, World

MOST_AT_ONCE = 10_000
TEXTS = ("name", "first_name", "last_name", "zip", "last4", "date_of_birth", "language")


@dataclass(frozen=True)
class Account:
    """A debt as the person knows it."""

    id: str
    reference: str
    balance: Decimal
    currency: str = "USD"


@dataclass(frozen=True)
class Person:
    ref: str
    persona: Persona
    persona_source: str = "seed"
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    zip: str = ""
    last4: str = ""
    date_of_birth: str = ""
    language: str = "en"
    accounts: tuple[Account, ...] = field(default_factory=tuple)

    @property
    def born(self) -> date | None:
        try:
            return date.fromisoformat(self.date_of_birth)
        except ValueError:
            return None

    @property
    def spoken_birth_date(self) -> str:
        """``March 9, 1984``"""
        return f"{self.born:%B} {self.born.day}, {self.born.year}" if self.born else ""

    @property
    def keyed_birth_date(self) -> str:
        """``03091984``, as one keys it."""
        return f"{self.born:%m%d%Y}" if self.born else ""


def put(world: World, workspace: Workspace, told: Sequence[Mapping[str, Any]], *, replace: bool) -> int:
    """Take in people, by ``ref``. Raises ``ValueError`` with a sentence that names the one at fault."""
    if len(told) > MOST_AT_ONCE:
        raise ValueError(f"At most {MOST_AT_ONCE} people at once.")
    rows, contacts = [], []
    for one in told:
        checked = _checked(one)
        persona, source = _choose(workspace, checked)
        rows.append((workspace.sid, checked["ref"], persona.key, source, json.dumps(checked, ensure_ascii=False)))
        contacts += [(workspace.sid, "phone", number, checked["ref"]) for number in checked["phones"]]
        contacts += [(workspace.sid, "email", email.lower(), checked["ref"]) for email in checked["emails"]]
        residence = _residence(checked["name"], checked["zip"])
        contacts.append((workspace.sid, "residence", residence, checked["ref"]))
    if replace:
        world.store.run("DELETE FROM people WHERE sid = ?", workspace.sid)
        world.store.run("DELETE FROM contacts WHERE sid = ?", workspace.sid)
    world.store.run_many(
        "INSERT INTO people (sid, ref, persona, persona_source, data) VALUES (?, ?, ?, ?, ?) ON CONFLICT (sid, ref)"
        " DO UPDATE SET persona = excluded.persona, persona_source = excluded.persona_source, data = excluded.data",
        rows,
    )
    world.store.run_many("INSERT OR REPLACE INTO contacts (sid, kind, value, ref) VALUES (?, ?, ?, ?)", contacts)
    return len(rows)


def at_number(world: World, workspace: Workspace, number: str) -> Person:
    """Who answers this number. An unknown one is a stranger's, unless it is a documented test number."""
    known = _by_contact(world, workspace, "phone", number)
    if known is None:
        return Person(number, personas.of_number(number) or PERSONAS["wrong_number"], "number")
    return known


def at_address(world: World, workspace: Workspace, email: str) -> Person:
    """Who reads this address; a stranger reads nothing."""
    known = _by_contact(world, workspace, "email", email.lower())
    if known is None:
        return Person(email.lower(), personas.of_address(email) or PERSONAS["silent"], "email")
    return known


def get(world: World, workspace: Workspace, ref: str) -> Person | None:
    row = world.store.one("SELECT * FROM people WHERE sid = ? AND ref = ?", workspace.sid, ref)
    if row:
        return _person(row)
    if ref.startswith("+"):
        return at_number(world, workspace, ref)
    return at_address(world, workspace, ref) if "@" in ref else None


def mail_habits(person: Person, email: str) -> Mail:
    """What happens to mail at this address: the address itself may say so."""
    return personas.mail_of_address(email) or person.persona.mail


def change_balance(world: World, workspace: Workspace, ref: str, account_id: str, paid: Decimal) -> None:
    """A payment went through: the person knows that they owe less."""
    row = world.store.one("SELECT data FROM people WHERE sid = ? AND ref = ?", workspace.sid, ref)
    if row is None:
        return
    data = json.loads(row["data"])
    for account in data["accounts"]:
        if account["id"] == account_id:
            account["balance"] = str(max(Decimal(0), Decimal(account["balance"]) - paid))
    world.store.update("people", {"sid": workspace.sid, "ref": ref}, data=data)


def tell(world: World, workspace: Workspace, person: str, what: str, channel: str, at: float) -> None:
    """Note that a person told the caller something that binds them."""
    world.store.insert("told", sid=workspace.sid, person=person, what=what, channel=channel, at=at)


def has_told(world: World, workspace: Workspace, person: str, *what: str) -> bool:
    """Whether a person has told the caller one of these before: then there is no need to tell it again."""
    rows = world.store.all("SELECT what FROM told WHERE sid = ? AND person = ?", workspace.sid, person)
    return any(row["what"] in what for row in rows)


def listing(world: World, workspace: Workspace, ref: str | None = None) -> list[dict[str, Any]]:
    """People as put, with persona, promises and what they told us."""
    clause, values = (" AND ref = ?", (ref,)) if ref else ("", ())
    rows = world.store.all(f"SELECT * FROM people WHERE sid = ?{clause} ORDER BY rowid", workspace.sid, *values)  # noqa: S608
    promises: dict[str, list[dict[str, Any]]] = {}
    for row in world.store.all("SELECT * FROM promises WHERE sid = ? ORDER BY id", workspace.sid):
        promises.setdefault(row["person"], []).append(
            {
                "account": row["account"],
                "amount": row["amount"],
                "due_on": row["due_on"],
                "state": row["state"],
                "intent": row["intent"],
            }
        )
    told: dict[str, list[dict[str, Any]]] = {}
    for row in world.store.all("SELECT * FROM told WHERE sid = ? ORDER BY id", workspace.sid):
        told.setdefault(row["person"], []).append(
            {"what": row["what"], "channel": row["channel"], "at": iso(row["at"])}
        )
    return [
        {
            **json.loads(row["data"]),
            "persona": row["persona"],
            "persona_source": row["persona_source"],
            "promises": promises.get(row["ref"], []),
            "told_us": told.get(row["ref"], []),
        }
        for row in rows
    ]


def _by_contact(world: World, workspace: Workspace, kind: str, value: str) -> Person | None:
    row = world.store.one(
        "SELECT people.* FROM contacts JOIN people ON people.sid = contacts.sid AND people.ref = contacts.ref"
        " WHERE contacts.sid = ? AND kind = ? AND value = ?",
        workspace.sid,
        kind,
        value,
    )
    return _person(row) if row else None


def _person(row: Row) -> Person:
    data = json.loads(row["data"])
    return Person(
        ref=row["ref"],
        persona=PERSONAS[row["persona"]],
        persona_source=row["persona_source"],
        accounts=tuple(
            Account(one["id"], one["reference"], Decimal(one["balance"]), one["currency"]) for one in data["accounts"]
        ),
        **{name: data[name] for name in TEXTS},
    )


def _checked(one: Mapping[str, Any]) -> dict[str, Any]:
    ref = one.get("ref")
    if not isinstance(ref, str) or not ref:
        raise ValueError("Each person has a ref.")
    checked: dict[str, Any] = {name: str(one.get(name) or "") for name in TEXTS}
    checked["name"] = checked["name"] or f"{checked['first_name']} {checked['last_name']}".strip()
    for name in ("phones", "emails"):
        values = one.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError(f"{ref}: {name} is a list of strings.")
        checked[name] = values
    for name, known in (("persona", PERSONAS), ("temperament", TEMPERAMENTS)):
        if one.get(name) and one[name] not in known:
            raise ValueError(f"{ref}: {name} is one of {', '.join(known)}.")
        checked[name] = one.get(name) or None
    checked["address"] = one.get("address") or {}
    checked["accounts"] = [_checked_account(ref, account) for account in one.get("accounts") or []]
    return {"ref": ref, **checked}


def _checked_account(ref: str, account: Mapping[str, Any]) -> dict[str, str]:
    try:
        balance = Decimal(str(account.get("balance") or "0"))
    except InvalidOperation as error:
        raise ValueError(f"{ref}: balance is a decimal number.") from error
    if not account.get("id"):
        raise ValueError(f"{ref}: each account has an id.")
    return {
        "id": str(account["id"]),
        "reference": str(account.get("reference") or ""),
        "balance": str(balance),
        "currency": str(account.get("currency") or "USD"),
    }


def _choose(workspace: Workspace, one: Mapping[str, Any]) -> tuple[Persona, str]:
    """Explicit, else by documented number, else by address, else by temperament, else by seed."""
    if one["persona"]:
        return PERSONAS[one["persona"]], "explicit"
    for number in one["phones"]:
        if persona := personas.of_number(number):
            return persona, "number"
    for email in one["emails"]:
        if persona := personas.of_address(email):
            return persona, "email"
    chance = random.Random(f"{workspace.config.seed}|persona|{one['ref']}")
    if one["temperament"]:
        return PERSONAS[chance.choice(TEMPERAMENTS[one["temperament"]])], "temperament"
    pool = list(PERSONAS.values())
    return chance.choices(pool, [persona.weight for persona in pool])[0], "seed"


def reading_delay(workspace: Workspace, person: Person, nth: int) -> float:
    """Simulated seconds until a person looks into the mailbox: minutes for some, most of a day for others."""
    chance = random.Random(f"{workspace.config.seed}|reads|{person.ref}|{nth}")
    return chance.choice((900.0, 2700.0, 3 * 3600.0, 9 * 3600.0))


def by_address(world: World, workspace: Workspace, address: Mapping[str, Any]) -> str | None:
    """Who gets letters here: the person of that name and ZIP."""
    value = _residence(str(address.get("name", "")), str(address.get("zip", "")))
    row = world.store.one(
        "SELECT ref FROM contacts WHERE sid = ? AND kind = 'residence' AND value = ?", workspace.sid, value
    )
    return str(row["ref"]) if row else None


def _residence(name: str, zip_code: str) -> str:
    return f"{name.casefold()}|{zip_code[:5]}"
