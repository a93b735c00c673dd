"""Recomputes violations of collection law from raw data, independently of the product's gate.

`check(world) -> list[Violation]` is pure. It derives zones and states itself (see `places`) from raw addresses and
numbers, and judges every outbound attempt against what was known at its instant. No field may come from the gate.

world = {
  "authorizations": [{"place": "OH" | "NY-NYC", "role": "third_party", "from": "2024-01-01", "to": None}],
  "consumers": [{"ref": "c1", "addresses": [{"zip": "43215", "state": "OH"}],
                 "phones": [{"number": "+16145550100", "type": "mobile" | "landline" | "voip" | "unknown"}],
                 "emails": ["jane@example.com"]}],
  "debts": [{"ref": "d1", "consumer": "c1", "role": "first_party" | "third_party" | "debt_buyer",
             "group": "loan-1"}],                                   # group: optional, debts counted as one
  "attempts": [{"ref": "a1", "consumer": "c1", "debts": ["d1"],     # what the carrier, mail and print ledgers show
                "channel": "call" | "voicemail" | "sms" | "email" | "letter",
                "to": "+16145550100" | "jane@example.com" | "43215" (letter: ZIP code),
                "at": "2026-11-24T15:05:00Z",                       # dialled or handed over
                "outcome": "talked" | "no_answer" | "voicemail" | "not_connected" | "third_party" | "wrong_party",
                "voice": "ai" | "human",                            # calls and voicemails; default human
                "purpose": "collect" | "notice" | "answer" | "reply" | "confirmation" | "required",  # default collect
                "text": "the whole message, subject included",      # sms, email; None: unknown, not judged
                "turns": [{"who": "agent" | "person", "text": "…"}]}],   # calls; None: unknown, not judged
  "facts": [{"kind": …, "at": "…Z", …}]                             # what people said and what was recorded
}

Facts (`consumer` always; `until`: the instant at which the fact ended, if it did):
  {"kind": "consent", "what": "artificial_voice" | "call_back" | "any_hour" | "email" | "sms", "to": endpoint or None
   (any)}; artificial_voice may be given to the creditor with the number; email is any basis to use the address.
  {"kind": "stop", "what": "everything" | "calls" | "sms" | "email" | "mail", "to": one endpoint or None}
  {"kind": "attorney" | "bankruptcy" | "death" | "hold", "debts": [...] or None (all)}
  {"kind": "dispute", "debts": [...], "until": when an answer was sent}
  {"kind": "wrong_number", "to": "+1…"}
  {"kind": "notice", "debts": [...]}                                # a validation notice was sent
  {"kind": "settled", "debts": [...]}                               # nothing is owed any more

The attempt in which something was said is dated before the fact and so not judged by it. A notice permits from its own
instant to the one at which it came back: where a sandbox's clock stands still, what followed has the same time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.checker import places

FIRST_MINUTE, LAST_MINUTE = 8 * 60, 21 * 60
WEEK = timedelta(days=7)
CALLS = {"call", "voicemail"}
PHONE = {"call", "voicemail", "sms"}
MEDIUM = {"call": "calls", "voicemail": "calls", "sms": "sms", "email": "email", "letter": "mail"}
CONFIRMATION = timedelta(minutes=5)
# (place, roles or None, channels, limit in 7 days, in force from): D.C. and Massachusetts for debts past due.
STATE_CAPS = (
    ("MA", None, PHONE, 2, date(2020, 1, 1)),
    ("DC", None, CALLS, 4, date(2020, 1, 1)),
    ("NY-NYC", None, PHONE | {"email"}, 3, date(2026, 9, 1)),
    ("WA", {"third_party", "debt_buyer"}, PHONE | {"email", "letter"}, 3, date(2020, 1, 1)),
)
SAYS_AI = re.compile(r"\b(ai|artificial intelligence|automated|virtual|digital)\b", re.I)
# The validation notice says it in the words of Model Form B-1 (12 CFR 1006.34(c)(1), comment 18(e)(1)-1).
MINI_MIRANDA = re.compile(
    r"attempt(ing)? to collect a debt|is a debt collector\. We are trying to collect a debt|from a debt collector|"
    r"cobrar una deuda|cobrador",
    re.I,
)
CLAIMS_COLLECTOR = re.compile(r"debt collector|collection agency|cobrador de deudas", re.I)
OPT_OUT = re.compile(r"unsubscribe|opt[ -]?out|stop (these|receiving|e-?mails|texts)|reply stop|cancelar|baja", re.I)
MONEY = re.compile(r"\$\s?\d")


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str
    attempt: str
    message: str


def check(world: dict[str, Any]) -> list[Violation]:
    """Return every violation found, in order of time; an empty list is a lawful history."""
    history = _History(world)
    found = []
    for attempt in history.attempts:
        for judge in _JUDGES:
            found += [Violation(rule, attempt["ref"], message) for rule, message in judge(history, attempt)]
    return found


Found = Iterator[tuple[str, str]]


class _History:
    """The raw world, indexed, with what the checker derives of places and local days."""

    def __init__(self, world: dict[str, Any]) -> None:
        self.world = world
        self.consumers = {one["ref"]: one for one in world["consumers"]}
        self.debts = {one["ref"]: one for one in world["debts"]}
        self.attempts = sorted(
            ({**one, "at": _instant(one["at"])} for one in world["attempts"]), key=lambda one: one["at"]
        )
        self.facts = [
            {**one, "at": _instant(one["at"]), "until": _instant(one["until"]) if one.get("until") else None}
            for one in world["facts"]
        ]
        self._by_consumer: dict[str, list[dict[str, Any]]] = {}
        for one in self.attempts:
            self._by_consumer.setdefault(one["consumer"], []).append(one)
        self._facts_of: dict[str, list[dict[str, Any]]] = {}
        for one in self.facts:
            self._facts_of.setdefault(one["consumer"], []).append(one)

    def earlier(self, attempt: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the attempts to the same consumer before this one."""
        return [one for one in self._by_consumer[attempt["consumer"]] if one["at"] < attempt["at"]]

    def known(self, attempt: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        """Return the facts of a kind about the consumer that held at the attempt's instant."""
        return [
            one
            for one in self._facts_of.get(attempt["consumer"], ())
            if one["kind"] == kind and _held(one, attempt["at"])
        ]

    def about(self, attempt: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        """Return the facts of a kind that reach a debt of the attempt."""
        return [
            one
            for one in self.known(attempt, kind)
            if one.get("debts") is None or set(one["debts"]) & set(attempt["debts"])
        ]

    def consent(self, attempt: dict[str, Any], what: str) -> list[dict[str, Any]]:
        return [
            one
            for one in self.known(attempt, "consent")
            if one["what"] == what and one.get("to") in {None, attempt["to"]}
        ]

    def addresses(self, attempt: dict[str, Any]) -> list[dict[str, str]]:
        return list(self.consumers[attempt["consumer"]]["addresses"])

    def zones(self, attempt: dict[str, Any]) -> frozenset[str]:
        zones = [places.address_zones(address) for address in self.addresses(attempt)]
        if attempt["channel"] in PHONE:
            zones.append(places.number_zones(attempt["to"]))
        return frozenset().union(*zones)

    def home_day(self, attempt: dict[str, Any]) -> date:
        """Return the local day of the attempt: in the first address's zone, else in the number's."""
        for address in self.addresses(attempt):
            for name in sorted(places.address_zones(address)):
                return attempt["at"].astimezone(places.clock_of(name)).date()
        names = sorted(self.zones(attempt)) or ["UTC"]
        return attempt["at"].astimezone(places.clock_of(names[0])).date()

    def states(self, attempt: dict[str, Any]) -> set[str]:
        """Return the states (and NY-NYC) of the consumer's addresses."""
        addresses = self.addresses(attempt)
        found = {state for address in addresses if (state := places.address_state(address)) is not None}
        return found | ({"NY-NYC"} if any(places.in_new_york_city(address) for address in addresses) else set())

    def groups(self, attempt: dict[str, Any]) -> set[str]:
        return {self.debts[ref].get("group") or ref for ref in attempt["debts"]}

    def roles(self, attempt: dict[str, Any]) -> set[str]:
        return {self.debts[ref]["role"] for ref in attempt["debts"]}

    def is_collector(self, attempt: dict[str, Any]) -> bool:
        return bool(self.roles(attempt) & {"third_party", "debt_buyer"})


def _held(fact: dict[str, Any], at: datetime) -> bool:
    begins, ends = fact["at"], fact["until"]
    if fact["kind"] == "notice":
        return bool(begins <= at and (ends is None or at <= ends))
    return bool(begins < at and (ends is None or at < ends))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _purpose(attempt: dict[str, Any]) -> str:
    return str(attempt.get("purpose", "collect"))


def _hours(history: _History, attempt: dict[str, Any]) -> Found:
    """12 CFR 1006.6(b)(1)(i): 8:00 to 21:00 in every zone that address or number suggest."""
    if attempt["channel"] == "letter" or _purpose(attempt) in {"reply", "confirmation"}:
        return
    zones = history.zones(attempt)
    if not zones:
        yield "hours", "no zone can be derived from address or number"
    if history.consent(attempt, "any_hour"):
        return
    for name in sorted(zones):
        local = attempt["at"].astimezone(places.clock_of(name))
        if not FIRST_MINUTE <= local.hour * 60 + local.minute < LAST_MINUTE:
            yield "hours", f"{attempt['channel']} at {local:%H:%M} in {name}"


def _counts(attempt: dict[str, Any]) -> bool:
    return attempt["channel"] in CALLS and attempt.get("outcome") not in {"not_connected", "wrong_party"}


def _called_back(history: _History, attempt: dict[str, Any]) -> bool:
    """A consent to be called, given at most 7 days ago and not followed by a conversation."""
    for consent in history.consent(attempt, "call_back"):
        talked = any(one.get("outcome") == "talked" and consent["at"] < one["at"] for one in history.earlier(attempt))
        if not talked and attempt["at"] < consent["at"] + WEEK:
            return True
    return False


def _seven_in_seven(history: _History, attempt: dict[str, Any]) -> Found:
    """12 CFR 1006.14(b)(2)(i)(A): at most seven calls about a debt on seven consecutive days."""
    if attempt["channel"] not in CALLS or _called_back(history, attempt):
        return
    today = history.home_day(attempt)
    for group in sorted(history.groups(attempt)):
        counted = [
            one
            for one in history.earlier(attempt)
            if _counts(one)
            and group in history.groups(one)
            and today - WEEK < history.home_day(one)
            and not _called_back(history, one)
        ]
        if len(counted) >= 7:
            yield "seven_in_seven", f"call {len(counted) + 1} about {group} within 7 days"


def _quiet_week(history: _History, attempt: dict[str, Any]) -> Found:
    """12 CFR 1006.14(b)(2)(i)(B): no call within seven days after a conversation about the debt."""
    if attempt["channel"] not in CALLS or _called_back(history, attempt):
        return
    today = history.home_day(attempt)
    for one in history.earlier(attempt):
        talked = one["channel"] == "call" and one.get("outcome") == "talked"
        if talked and history.groups(one) & history.groups(attempt) and today < history.home_day(one) + WEEK:
            yield "quiet_week", f"call on {today} after the conversation of {history.home_day(one)}"
            return


def _stopped(history: _History, attempt: dict[str, Any]) -> Found:
    """15 USC 1692c(c), 12 CFR 1006.14(h): after a stop only replies, one prompt confirmation, what the law requires.

    An answer to the person's own dispute may still go by letter.
    """
    if _purpose(attempt) in {"reply", "required"} or (_purpose(attempt), attempt["channel"]) == ("answer", "letter"):
        return
    for stop in history.known(attempt, "stop"):
        if stop["what"] not in {"everything", MEDIUM[attempt["channel"]]}:
            continue
        if stop.get("to") not in {None, attempt["to"]}:
            continue
        prompt = _purpose(attempt) == "confirmation" and attempt["at"] - stop["at"] <= CONFIRMATION
        if not prompt:
            yield "stop", f"{attempt['channel']} after a stop of {stop['what']} at {stop['at']:%Y-%m-%d %H:%M}Z"


def _protected(history: _History, attempt: dict[str, Any]) -> Found:
    """Attorney, bankruptcy, death, hold, dispute, nothing owed, a stranger's number."""
    for kind in ("attorney", "bankruptcy", "death", "hold"):
        if history.about(attempt, kind) and not (kind == "attorney" and _purpose(attempt) == "reply"):
            yield kind, f"{attempt['channel']} while {kind} holds"
    if history.about(attempt, "dispute") and _purpose(attempt) not in {"answer", "required", "confirmation"}:
        yield "dispute", f"{attempt['channel']} while a dispute is unanswered"
    if history.about(attempt, "settled") and _purpose(attempt) == "collect":
        yield "settled", "collecting although nothing is owed"
    if any(one["to"] == attempt["to"] for one in history.known(attempt, "wrong_number")):
        yield "wrong_number", f"{attempt['to']} is a stranger's"


def _artificial_voice(history: _History, attempt: dict[str, Any]) -> Found:
    """47 USC 227(b)(1)(A)(iii): consent for every number that is not known to be a landline."""
    if attempt["channel"] not in CALLS or attempt.get("voice") != "ai":
        return
    phones = history.consumers[attempt["consumer"]]["phones"]
    types = {one["number"]: one.get("type", "unknown") for one in phones}
    if types.get(attempt["to"], "unknown") == "landline":
        return
    consents = history.consent(attempt, "artificial_voice")
    stops = [one["at"] for one in history.known(attempt, "stop") if one["what"] in {"everything", "calls", "sms"}]
    if not any(all(stop < one["at"] for stop in stops) for one in consents):
        yield "artificial_voice", f"AI call to {attempt['to']} without consent"


def _email(history: _History, attempt: dict[str, Any]) -> Found:
    """12 CFR 1006.6(d)(4), (e): a basis for the address (a collector's), and a way out in every message."""
    if attempt["channel"] not in {"email", "sms"}:
        return
    answers = _purpose(attempt) in {"reply", "confirmation"}
    if attempt["channel"] == "email":
        emails = [one.lower() for one in history.consumers[attempt["consumer"]]["emails"]]
        if attempt["to"].lower() not in emails:
            yield "email_basis", f"{attempt['to']} is no address of the consumer"
        elif history.is_collector(attempt) and not answers and not history.consent(attempt, "email"):
            yield "email_basis", f"no basis to use {attempt['to']}"
    elif not answers and not history.consent(attempt, "sms"):
        yield "sms_basis", f"no consent to text {attempt['to']}"
    text = attempt.get("text")
    if text is not None and _purpose(attempt) != "confirmation" and not OPT_OUT.search(text):
        yield "opt_out_line", f"{attempt['channel']} without a way to stop such messages"


def _notice_first(history: _History, attempt: dict[str, Any]) -> Found:
    """12 CFR 1006.34(a): a collector calls or texts after the notice, and goes on five days at most without one."""
    if _purpose(attempt) != "collect":
        return
    for ref in attempt["debts"]:
        if history.debts[ref]["role"] == "first_party":
            continue
        noticed = any(ref in (one.get("debts") or [ref]) for one in history.known(attempt, "notice"))
        if noticed:
            continue
        if attempt["channel"] in PHONE:
            yield "notice", f"{attempt['channel']} about {ref} before the validation notice"
        days = [history.home_day(one) for one in history.earlier(attempt) if ref in one["debts"]]
        if days and history.home_day(attempt) > min(days) + timedelta(days=5):
            yield "notice", f"{attempt['channel']} about {ref} with the notice overdue"


def _licence(history: _History, attempt: dict[str, Any]) -> Found:
    """Every state of the consumer's addresses, and New York City, needs an authorization of the role."""
    today = history.home_day(attempt)
    needed = history.states(attempt)
    if not needed and attempt["channel"] in PHONE:
        state = places.number_state(attempt["to"])
        needed = set() if state is None else {state}
    for role in sorted(history.roles(attempt)):
        held = {
            row["place"]
            for row in history.world["authorizations"]
            if row["role"] == role
            and date.fromisoformat(row["from"]) <= today
            and (not row.get("to") or today <= date.fromisoformat(row["to"]))
        }
        for place in sorted(needed - held):
            yield "licence", f"no authorization as {role} in {place}"


def _caps(history: _History, attempt: dict[str, Any]) -> Found:
    """State caps on all contacts of some kinds in seven days."""
    if _purpose(attempt) != "collect":
        return
    states = history.states(attempt)
    today = history.home_day(attempt)
    for place, roles, channels, limit, since in STATE_CAPS:
        if place not in states or attempt["channel"] not in channels or today < since:
            continue
        if roles is not None and not roles & history.roles(attempt):
            continue
        counted = [
            one
            for one in history.earlier(attempt)
            if one["channel"] in channels
            and one.get("outcome") not in {"not_connected", "wrong_party"}
            and _purpose(one) == "collect"
            and set(one["debts"]) & set(attempt["debts"])
            and today - WEEK < history.home_day(one)
        ]
        if len(counted) >= limit:
            yield "state_cap", f"contact {len(counted) + 1} within 7 days in {place}"


def _said(history: _History, attempt: dict[str, Any]) -> Found:
    """What was said and written: an AI says so first, a collector says what it is before any amount."""
    turns = attempt.get("turns")
    collector = history.is_collector(attempt)
    if attempt["channel"] == "call" and turns:
        spoken = [turn["text"] for turn in turns if turn["who"] == "agent"]
        if attempt.get("voice") == "ai" and spoken and not SAYS_AI.search(spoken[0]):
            yield "ai_disclosure", "the first words do not say that an AI speaks"
        yield from _collector_statement(spoken, collector=collector, talked=attempt.get("outcome") == "talked")
    text = attempt.get("text")
    if text is not None and attempt["channel"] in {"email", "sms"} and _purpose(attempt) != "confirmation":
        yield from _collector_statement([text], collector=collector, talked=True)


def _collector_statement(spoken: list[str], *, collector: bool, talked: bool) -> Found:
    """15 USC 1692e(11); a creditor must not call itself a debt collector."""
    if not collector:
        if any(CLAIMS_COLLECTOR.search(text) for text in spoken):
            yield "false_role", "a creditor calls itself a debt collector"
        return
    stated = next((number for number, text in enumerate(spoken) if MINI_MIRANDA.search(text)), None)
    if talked and stated is None:
        yield "mini_miranda", "the debt-collector statement is missing"
        return
    before = spoken if stated is None else spoken[:stated]
    if any(MONEY.search(text) for text in before):
        yield "mini_miranda", "an amount is said before the debt-collector statement"


_JUDGES = (
    _hours,
    _seven_in_seven,
    _quiet_week,
    _stopped,
    _protected,
    _artificial_voice,
    _email,
    _notice_first,
    _licence,
    _caps,
    _said,
)
