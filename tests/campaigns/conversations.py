"""A brief and a way to hold a whole call in one line, for the dialogue's tests."""

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from campaigns.dialogue.states import answered, hear
from campaigns.dialogue.turn import Brief, Step

TODAY = dt.date(2026, 11, 24)  # a Tuesday

BRIEF = Brief(
    agent="Riley",
    entity="Northgate Account Services LLC",
    creditor="Acme Federal Credit Union",
    first_name="Renee",
    name="Renee Calloway",
    callback_number="614 555 0100",
    balance=Decimal("5312.63"),
    currency="USD",
    secrets={"your ZIP code": "60616", "the last four digits of your Social Security number": "4407"},
    obligations=frozenset({"MINI_MIRANDA_FULL"}),
    ending="4417",
)


@dataclass
class Talk:
    """A held call: the steps of the agent, and what was recorded on the way."""

    steps: list[Step] = field(default_factory=list)

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def outcome(self) -> str:
        return self.last.state.outcome

    @property
    def words(self) -> str:
        """The agent's last words."""
        return " ".join(sentence.text for sentence in self.last.sentences)

    @property
    def all_words(self) -> str:
        return " ".join(sentence.text for step in self.steps for sentence in step.sentences)

    @property
    def facts(self) -> list[tuple[str, dict[str, Any]]]:
        return [(fact.kind, dict(fact.data)) for step in self.steps for fact in step.facts]

    @property
    def acts(self) -> list[list[str]]:
        return [[sentence.act.id for sentence in step.sentences] for step in self.steps]


def talk(*lines: str, brief: Brief = BRIEF, by: str = "human") -> Talk:
    """Hold a call: each line is a turn of the consumer; "#9" keys a digit; the state passes through JSON."""
    held = Talk([answered(brief, by, TODAY)])
    for line in lines:
        if held.last.end:
            break
        keyed = line[1:] if line.startswith("#") else ""
        state = type(held.last.state).load(held.last.state.dump())
        held.steps.append(hear(brief, state, "" if keyed else line, keyed=keyed, today=TODAY))
    return held


def verified(*lines: str, brief: Brief = BRIEF) -> Talk:
    """A call whose consumer is verified and has heard what it is about."""
    return talk("yes this is Renee", "6 0 6 1 6", *lines, brief=brief)


def first_party() -> Brief:
    return replace(BRIEF, entity="Acme Federal Credit Union", collector=False, obligations=frozenset())
