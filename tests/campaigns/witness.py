"""What the simulated carrier, mail service and printer saw, put as the independent checker reads it.

Attempts come from the simulator's own ledger alone; what people said, from what they remember having said. Nothing is
read from the product's tables, and nothing that the gate derived is given on.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from credira.providers import transport
from credira.providers.world import World
from tests.campaigns.county import PLACES, UNLICENSED, Known, Resident
from tests.checker import places

NOTICE = "validation-notice.pdf"
ABOUT_A_DEBT = re.compile(r"collect a debt|from a debt collector|\$\s?\d")
# What a simulated person remembers having said, and the fact that it is.
SAID: dict[str, dict[str, Any]] = {
    "stop": {"kind": "stop", "what": "everything", "to": None},
    "stop_calls": {"kind": "stop", "what": "calls", "to": None},
    "stop_email": {"kind": "stop", "what": "email"},
    "attorney": {"kind": "attorney", "debts": None},
    "bankruptcy": {"kind": "bankruptcy", "debts": None},
    "deceased": {"kind": "death", "debts": None},
    "dispute": {"kind": "dispute"},
    "wrong_number": {"kind": "wrong_number"},
}


class Witness:
    """Everything that happened in one sandbox's world, asked for once."""

    def __init__(self, world: World, people: Iterable[Resident]) -> None:
        self.url = world.url.removesuffix("/control")
        self.people = {person.reference: person for person in people}
        self.ledger: Mapping[str, Any] = transport.read(
            f"{world.url}/ledger", params={"transcripts": "1"}, auth=world.auth
        )
        self.mails = [
            transport.read(f"{world.url}/messages/{each['id']}", auth=world.auth) for each in self.ledger["messages"]
        ]
        self.remembered = transport.read(f"{world.url}/people", auth=world.auth)["people"]

    def history(self, known: Known) -> dict[str, Any]:
        """The checker's world: raw people, every attempt on them, everything said."""
        return {
            "authorizations": list(_authorizations()),
            "consumers": [
                {
                    "ref": person.reference,
                    "addresses": [{"zip": person.home.zip, "state": person.home.state}],
                    "phones": [{"number": person.phone}] if person.phone else [],
                    "emails": [person.email],
                }
                for person in self.people.values()
            ],
            "debts": [
                {
                    "ref": person.reference,
                    "consumer": person.reference,
                    "role": "third_party" if person.third_party else "first_party",
                }
                for person in self.people.values()
            ],
            "attempts": [*self._calls(), *self._mails(), *self._letters()],
            "facts": [*known.told, *self._said(), *self._notices(), *self._settled()],
        }

    def references(self) -> list[str]:
        """What the providers call each attempt."""
        ledger = self.ledger
        return [
            *(each["sid"] for each in ledger["calls"]),
            *(each["id"] for kind in ("messages", "letters") for each in ledger[kind]),
        ]

    def _calls(self) -> Iterator[dict[str, Any]]:
        for call in self.ledger["calls"]:
            yield {
                **_attempt(call["sid"], call["person"], "call", call["to"], call["created_at"]),
                "voice": "ai",
                "outcome": _outcome(call),
                "turns": [
                    {"who": "agent" if turn["speaker"] == "agent" else "person", "text": turn["text"]}
                    for turn in call["transcript"]
                ],
            }

    def _mails(self) -> Iterator[dict[str, Any]]:
        for mail in self.mails:
            yield {
                **_attempt(mail["id"], mail["person"], "email", mail["to"], mail["created_at"]),
                "purpose": _purpose(mail),
                "text": f"{mail['subject']}\n{mail['text']}",
            }

    def _letters(self) -> Iterator[dict[str, Any]]:
        for letter in self.ledger["letters"]:
            yield {
                **_attempt(letter["id"], letter["person"], "letter", letter["to"]["zip"], letter["created_at"]),
                "purpose": "notice",
            }

    def _said(self) -> Iterator[dict[str, Any]]:
        for one in self.remembered:
            person = self.people[one["ref"]]
            for told in one["told_us"]:
                if (fact := SAID.get(told["what"])) is None:
                    continue
                where = {"to": person.email} if told["what"] == "stop_email" else {}
                where |= {"to": person.phone} if told["what"] == "wrong_number" else {}
                where |= {"debts": [person.reference]} if told["what"] == "dispute" else {}
                yield {**fact, **where, "consumer": person.reference, "at": told["at"]}

    def _notices(self) -> Iterator[dict[str, Any]]:
        """A mail is sent when it is handed over, unless it bounced; a letter when the printer mailed it."""
        for mail in self.mails:
            if _purpose(mail) == "notice":
                bounced = next((each["at"] for each in mail["events"] if each["type"] == "Bounce"), None)
                yield _notice(mail["person"], mail["created_at"], bounced)
        for letter in self.ledger["letters"]:
            if letter["mailed_at"]:
                yield _notice(letter["person"], letter["mailed_at"], letter["returned_at"])

    def _settled(self) -> Iterator[dict[str, Any]]:
        """Nothing is owed from the payment on that made the balance zero."""
        paid: dict[str, Decimal] = defaultdict(Decimal)
        for payment in self.ledger["payments"]:
            person = self.people[payment["person"]]
            if payment["status"] in (200, 201):
                paid[person.reference] += Decimal(str(payment["amount"]))
                if paid[person.reference] >= Decimal(person.row["current_balance"]):
                    yield {
                        "kind": "settled",
                        "consumer": person.reference,
                        "debts": [person.reference],
                        "at": payment["at"],
                    }


def _authorizations() -> Iterator[dict[str, Any]]:
    for place in PLACES:
        yield {"place": place, "role": "first_party", "from": "2026-01-01", "to": None}
        if place not in UNLICENSED:
            yield {"place": place, "role": "third_party", "from": "2026-01-01", "to": None}


def _attempt(ref: str, person: str, channel: str, to: str, at: str) -> dict[str, Any]:
    return {"ref": ref, "consumer": person, "debts": [person], "channel": channel, "to": to, "at": at}


def _notice(person: str, at: str, until: str | None) -> dict[str, Any]:
    return {"kind": "notice", "consumer": person, "debts": [person], "at": at, "until": until}


def _purpose(mail: Mapping[str, Any]) -> str:
    return "notice" if NOTICE in mail["attachments"] else "collect"


def _outcome(call: Mapping[str, Any]) -> str:
    """From the carrier's view: a conversation is one in which the debt was spoken of."""
    if call["status"] in ("busy", "failed", "canceled"):
        return "not_connected"
    if call["status"] == "no-answer":
        return "no_answer"
    if (call["answered_by"] or "").startswith("machine"):
        return "voicemail"
    if any(turn["speaker"] == "agent" and ABOUT_A_DEBT.search(turn["text"]) for turn in call["transcript"]):
        return "talked"
    return {"wrong_number": "wrong_party", "third_party": "third_party"}.get(call["persona"], "no_answer")


def at_three_in_the_night(attempt: Mapping[str, Any]) -> str:
    """The same attempt's day, at 3 in the morning where the called number is."""
    zone = places.clock_of(min(places.number_zones(attempt["to"])))
    local = dt.datetime.fromisoformat(attempt["at"]).astimezone(zone)
    return local.replace(hour=3, minute=0).astimezone(dt.UTC).isoformat()
