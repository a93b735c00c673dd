"""Sequences of contacts as readable data. Pure.

A strategy is a list of steps. Each is made ``after_days`` after the one before it was done, or later when the gate says
so. A step that the gate refuses is skipped and asked for again when a fact changes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

StepChannel = Literal["notice", "email", "call"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``notice`` sends nothing itself: it waits until the validation notice is sent or not required."""

    channel: StepChannel
    title: str
    after_days: int = 0
    template: str = ""

    @property
    def contacts(self) -> bool:
        return self.channel != "notice"


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named sequence. ``ends_after_days``: the campaign ends then at the latest."""

    key: str
    name: str
    version: int
    ends_after_days: int
    steps: tuple[Step, ...]

    @property
    def label(self) -> str:
        return f"{self.name} v{self.version}"

    def dump(self) -> dict[str, Any]:
        """JSON-ready: what a campaign keeps of it."""
        return asdict(self) | {"steps": [asdict(step) for step in self.steps]}

    @classmethod
    def load(cls, raw: Mapping[str, Any]) -> "Strategy":
        return cls(**{**raw, "steps": tuple(Step(**step) for step in raw["steps"])})

    def next_step(self, done: Iterable[int], skipped: Iterable[int]) -> int | None:
        """The first contact that was neither made nor refused; None when there is none left."""
        passed = {*done, *skipped}
        return next((n for n, step in enumerate(self.steps) if step.contacts and n not in passed), None)

    def refused_days(self, done: Collection[int], number: int) -> timedelta:
        """How much later than the step after the last one made step ``number`` is: the days of those refused between.

        The follow-up of "five days later" keeps its distance when the call before it was refused. Before the first
        contact nothing needs a distance.
        """
        made = [n for n in done if self.steps[n].contacts]
        between = self.steps[max(made) + 2 : number + 1] if made else ()
        return timedelta(days=sum(step.after_days for step in between if step.contacts))

    def earliest(self, number: int, previous_at: datetime) -> datetime:
        """When step ``number`` may be made if the one before it was made at ``previous_at``."""
        return previous_at + timedelta(days=self.steps[number].after_days)


STANDARD = Strategy(
    key="standard",
    name="Standard",
    version=1,
    ends_after_days=45,
    steps=(
        Step("notice", "Validation notice, where the law asks for one"),
        Step("email", "E-mail: introduction and choices", template="first_reminder"),
        Step("call", "AI call", after_days=2),
        Step("email", "E-mail: follow-up", after_days=5, template="follow_up"),
        Step("call", "AI call, second try", after_days=4),
    ),
)

STRATEGIES = {strategy.key: strategy for strategy in (STANDARD,)}
