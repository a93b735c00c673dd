"""One person on the phone: hears a turn, answers it in character, remembers what was said and promised.

Pure: the moment and the chance are given. The same person, seed and caller's words give the same conversation.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from simulator.people.directory import Account, Person
from simulator.people.hearing import Ask, Heard, understand
from simulator.people.personas import GOES_ON
from simulator.people.utterances import TELLS, UTTERANCES

KEYS_NINE = 0.3
HOME = timezone(timedelta(hours=-6))  # the middle of the country: good enough to know what day it is
PATIENCE = 14  # turns until anybody hangs up
CENT = Decimal("0.01")
LEEWAY = Decimal("1.02")  # "half" of the balance is read back to the cent


@dataclass(frozen=True)
class Listening:
    """What the caller's line can take now."""

    takes: frozenset[str]
    num_digits: int | None


@dataclass(frozen=True)
class Reply:
    """What the person does: speaks, keys digits, hangs up, or nothing."""

    said: str = ""
    digits: str = ""
    hangs_up: bool = False

    @property
    def silent(self) -> bool:
        return not (self.said or self.digits or self.hangs_up)


@dataclass(frozen=True)
class Promise:
    account: str
    amount: Decimal
    due_on: date


@dataclass
class Conversation:
    person: Person
    today: date
    chance: random.Random
    machine: bool
    account: Account | None
    amount: Decimal
    due_on: date
    turns: int = 0
    asked: dict[Ask, int] = field(default_factory=dict)
    offered: bool = False
    promised: bool = False
    owes_nothing: bool = False
    told: list[str] = field(default_factory=list)
    nine_stops: bool = False
    greeted: bool = False

    @classmethod
    def begin(cls, person: Person, moment: float, chance: random.Random, *, machine: bool) -> "Conversation":
        today = datetime.fromtimestamp(moment, HOME).date()
        account = next((one for one in person.accounts if one.balance > 0), None)
        money = person.persona.money
        share = chance.choice(money.shares)
        balance = account.balance if account else Decimal(400)
        return cls(
            person=person,
            today=today,
            chance=chance,
            machine=machine,
            account=account,
            amount=_sum_of_money(balance, share),
            due_on=today + timedelta(days=chance.randint(*money.within_days)),
            owes_nothing=bool(person.accounts) and account is None,
        )

    @property
    def promise(self) -> Promise | None:
        """What was agreed, once it was read back and affirmed, or said to be recorded."""
        if not self.promised or self.account is None:
            return None
        return Promise(self.account.id, self.amount, self.due_on)

    def hear(self, text: str, listening: Listening) -> Reply:
        """Answer one turn."""
        self.turns += 1
        if self.machine:
            return self._as_machine()
        heard = understand(text)
        self._notice(heard)
        if self.turns > PATIENCE:
            return Reply(hangs_up=True)
        if heard.ask is Ask.CONFIRM and self.offered:
            return self._confirm(heard)
        line = self.chance.choice(self._next_line(heard).split("/"))
        return self._say(line, heard, listening)

    def overhear(self, text: str) -> None:
        """The caller's closing words, which nobody answers."""
        if not self.machine:
            self._notice(understand(text))

    def _notice(self, heard: Heard) -> None:
        self.nine_stops = self.nine_stops or heard.nine_stops
        if self.offered and heard.promise_recorded:
            self.promised = True

    def _next_line(self, heard: Heard) -> str:
        ask = Ask.UNCLEAR if heard.unclear and heard.ask is Ask.NOTHING else heard.ask
        if self.owes_nothing and ask in GOES_ON:
            return "already_paid"
        lines = self.person.persona.script.get(ask, ("okay",))
        nth = self.asked.get(ask, 0)
        self.asked[ask] = nth + 1
        if lines[0] == lines[-1]:
            return lines[0]
        shared = sum(count for other, count in self.asked.items() if self.person.persona.script.get(other) is lines)
        return lines[min(shared - 1, len(lines) - 1)]

    def _say(self, line: str, heard: Heard, listening: Listening) -> Reply:
        if line == "@silence":
            return Reply()
        if line == "@hangup":
            return Reply(hangs_up=True)
        if line == "@verify":
            return self._verify(heard, listening)
        if line in ("stop", "stop_calls") and self._keys_nine(listening):
            self._tell("stop_calls")
            return Reply(digits="9")
        if line in TELLS:
            self._tell(TELLS[line])
        if line in ("promise", "amount", "date", "small_offer", "accept"):
            self._offer(line, heard)
        if "speech" not in listening.takes:
            return Reply()
        return Reply(said=self._worded(line))

    def _keys_nine(self, listening: Listening) -> bool:
        """Some stop by the key that they were told."""
        return self.nine_stops and "dtmf" in listening.takes and self.chance.random() < KEYS_NINE

    def _tell(self, what: str) -> None:
        if what not in self.told:
            self.told.append(what)

    def _offer(self, line: str, heard: Heard) -> None:
        self.offered = True
        if line == "accept" and heard.amounts:
            self.amount = heard.amounts[-1]

    def _confirm(self, heard: Heard) -> Reply:
        """Affirm what was read back, if it is what was said, or less."""
        amount = self.amount if self.amount in heard.amounts or not heard.amounts else heard.amounts[0]
        day = _nearest(heard.days[0], self.due_on) if heard.days else self.due_on
        if amount > self.amount * LEEWAY or abs(day - self.due_on) > timedelta(days=1):
            return Reply(said=self._worded("not_right"))
        self.amount, self.due_on, self.promised = amount, day, True
        return Reply(said=self._worded("right"))

    def _verify(self, heard: Heard, listening: Listening) -> Reply:
        facts = {"last4": self.person.last4, "zip": self.person.zip, "dob": self.person.spoken_birth_date}
        known = [fact for fact in ("last4", "zip", "dob") if fact in heard.wants and facts[fact]]
        if not known:
            return Reply(said=self._worded("dont_know"))
        fact = known[0] if self.chance.random() < 0.6 else self.chance.choice(known)
        digits = facts[fact] if fact != "dob" else self.person.keyed_birth_date
        keys = "dtmf" in listening.takes and (
            "speech" not in listening.takes or self.chance.random() < self.person.persona.keys_digits
        )
        fits = listening.num_digits is None or listening.num_digits == len(digits)
        if keys and fits:
            return Reply(digits=digits)
        return Reply(said=self._worded(fact))

    def _as_machine(self) -> Reply:
        """A machine greets once where nobody detected it, then listens."""
        if self.greeted:
            return Reply()
        self.greeted = True
        return Reply(said=self._worded("greeting_machine"))

    def _worded(self, line: str) -> str:
        person = self.person
        day = spoken_date(self.due_on, self.today)
        on = day if day in ("today", "tomorrow") else f"on {day}"
        return self.chance.choice(UTTERANCES[line]).format(
            first=person.first_name or "me",
            last=person.last_name,
            name=person.name,
            last4=person.last4,
            zip=person.zip,
            dob=person.spoken_birth_date,
            amount=f"${self.amount:,.2f}".removesuffix(".00"),
            on=on,
            On=on[0].upper() + on[1:],
            When=day[0].upper() + day[1:],
            spouse=self.chance.choice(("husband", "wife")),
        )


def spoken_date(day: date, today: date) -> str:
    """``Friday`` within the week, else ``December 4th``: never a word that two listeners take differently."""
    away = (day - today).days
    if away == 0:
        return "today"
    if away == 1:
        return "tomorrow"
    if 1 < away < 7:
        return f"{day:%A}"
    ending = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{day:%B} {day.day}{ending}"


def _nearest(month_and_day: tuple[int, int], to: date) -> date:
    """The day of that name closest to another; an impossible one is taken for that other."""
    candidates = []
    for year in (to.year - 1, to.year, to.year + 1):
        with suppress(ValueError):
            candidates.append(date(year, *month_and_day))
    return min(candidates, key=lambda day: abs(day - to), default=to)


def _sum_of_money(balance: Decimal, share: Decimal) -> Decimal:
    """A share of the balance, rounded to what people say; the whole of it to the cent."""
    if share == 1:
        return balance.quantize(CENT)
    step = Decimal(25) if balance * share >= 100 else Decimal(5)
    rounded = (balance * share / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return min(max(rounded, Decimal(5)), balance).quantize(CENT)
