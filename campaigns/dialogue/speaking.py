"""Saying something: the acts' texts filled in, and each sentence guarded before it is spoken."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from . import guard
from .acts import MIRANDA_FULL, MIRANDA_SHORT, fill
from .turn import Brief, Fact, State, Step
from .understanding import understand


class Speaking:
    """A turn in the making, as far as it speaks. Methods return the finished Step."""

    def __init__(self, brief: Brief, state: State, today: date) -> None:
        self.brief = brief
        self.state = state
        self.today = today
        self.latest = today + timedelta(days=brief.promise_days)
        self.facts: list[Fact] = []
        self.reading = understand("", keyed="", today=today)
        self.affirmed: tuple[Decimal, date] | None = None

    def say(self, *act_ids: str, **changes: Any) -> Step:
        """Speak these acts and go on listening (or hang up, when `changes` close the call); guarded."""
        state = replace(self.state, last=tuple(act_ids), **changes)
        sentences = tuple(fill(act_id, self.brief.currency, self._slots(state)) for act_id in act_ids)
        violations = guard.check(sentences, self._permits(state))
        if violations:
            return self.safe_close(state, violations)
        disclosed = state.disclosed or any(s.act.disclosure in (MIRANDA_FULL, MIRANDA_SHORT) for s in sentences)
        return Step(replace(state, disclosed=disclosed), sentences, tuple(self.facts), self._heard())

    def safe_close(self, state: State, violations: tuple[str, ...]) -> Step:
        """What may not be said isn't: the call ends, and staff see why."""
        safe = fill("safe_close", self.brief.currency, {})
        return Step(replace(state, at="closed", outcome="guard"), (safe,), tuple(self.facts), self._heard(), violations)

    def close(self, outcome: str, *act_ids: str) -> Step:
        return self.say(*act_ids, at="closed", outcome=outcome)

    def again(self, *first: str) -> Step:
        """Say `first`, then repeat the open question."""
        skip = {"greet", "recording", "opt_out", "sorry", "calm", "scope", "robot", "no_input", "recording_off", *first}
        question = [act_id for act_id in self.state.last if act_id not in skip]
        return self.say(*first, *(question or [self._default_question()]))

    def _default_question(self) -> str:
        if not self.state.verified:
            return "verify" if self.state.at == "verify" else "ask_person_again"
        return "menu"

    def _slots(self, state: State) -> dict[str, Any]:
        brief = self.brief
        return {
            "agent": brief.agent, "entity": brief.entity, "creditor": brief.creditor, "name": brief.name,
            "first_name": brief.first_name, "callback_number": brief.callback_number, "balance": brief.balance,
            "disputed": brief.disputed, "due": brief.due,
            "ending": f" ending in {brief.ending}" if brief.ending else "", "minimum": brief.least,
            "secret": " or ".join(brief.secrets), "amount": state.amount, "on": state.on, "latest": self.latest,
            "contact_person": brief.voicemail_contact,
        }  # fmt: skip

    def _permits(self, state: State) -> guard.Permits:
        brief = self.brief
        owed = {brief.due, brief.disputed} if brief.disputed else {brief.balance}
        figures = owed | {brief.least} | ({state.amount} if state.amount is not None else set())
        return guard.Permits(
            verified=state.verified,
            disclosed=state.disclosed or not brief.collector,
            collector=brief.collector,
            names=(brief.entity, brief.creditor, brief.name, brief.first_name, brief.agent, brief.voicemail_contact),
            figures=frozenset(figures),
            today=self.today,
            latest=self.latest,
            affirmed=self.affirmed,
        )

    def _heard(self) -> tuple[str, ...]:
        return tuple(sorted(self.reading.intents))

    def _fact(self, kind: str, **data: Any) -> None:
        self.facts.append(Fact(kind, data))
