"""The registry: every rule, whom it covers, which channels it reads, and whether it also runs on inbound contact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from compliance.rules.decision import Reason
from compliance.rules.view import View
from compliance.rules.vocabulary import EVERY

Check = Callable[[View], Iterable[Reason]]
# all: every debt. covered: only if the intent has a covered debt. collector: only a debt collector's covered debts.
# notice: debts that a validation notice is owed for (a collector's, a creditor's in Massachusetts).
Who = Literal["all", "covered", "collector", "notice"]


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    who: Who
    channels: frozenset[str]
    inbound: bool
    check: Check


_RULES: list[Rule] = []


def rule(rule_id: str, *, who: Who, channels: frozenset[str], inbound: bool = False) -> Callable[[Check], Check]:
    """Register a check under the id of compliance.md; `inbound` marks the rules that run when they opened contact."""

    def register(check: Check) -> Check:
        _RULES.append(Rule(rule_id, who, channels, inbound, check))
        return check

    return register


def registered() -> tuple[Rule, ...]:
    return tuple(_RULES)


class RuleBook:
    """The registered rules, sorted once by what an act can meet: its channel and who opened it."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        every = tuple(rules)
        self._by_act: dict[tuple[str, bool], tuple[Rule, ...]] = {
            (channel, outbound): tuple(one for one in every if channel in one.channels and (outbound or one.inbound))
            for channel in EVERY
            for outbound in (True, False)
        }

    def reasons(self, view: View) -> list[Reason]:
        """Run every rule that the act meets and return all blocking reasons."""
        covers = {
            "all": True,
            "covered": bool(view.covered),
            "collector": view.collector,
            "notice": bool(view.notice_debts),
        }
        found: list[Reason] = []
        for one in self._by_act[view.channel, view.outbound]:
            if covers[one.who]:
                found.extend(one.check(view))
        return found
